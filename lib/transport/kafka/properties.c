/* SPDX-License-Identifier: Apache-2.0
 *
 * Which of librdkafka's properties the host may set by itself (options kafka.*). */
#include "transport/kafka/names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <librdkafka/rdkafka.h>

#include "base/suggest.h"
#include "transport/kafka/kafka.h"

/* Goes through librdkafka's names, which are only to be had as printed tables, with the name at the head of each line,
 * and a head of their own. False: out of memory. */
static bool each_name(void (*visit)(const char *name, void *user), void *user) {
    char *table = NULL;
    size_t size;
    char *rest = NULL;
    FILE *file = open_memstream(&table, &size);
    if (!file)
        return false;
    rd_kafka_conf_properties_show(file);
    if (fclose(file) != 0) {
        free(table);
        return false;
    }
    for (char *line = strtok_r(table, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        line[strcspn(line, " ")] = '\0';
        if (line[0] >= 'a' && line[0] <= 'z')
            visit(line, user);
    }
    free(table);
    return true;
}

typedef struct search {
    const char *name;
    bool found;
    char nearest[64];
} search;

static void look_for(const char *name, void *user) {
    search *s = user;
    s->found = s->found || strcmp(name, s->name) == 0;
    if (sts__kafka_why_refused(name) || strlen(name) >= sizeof s->nearest)
        return;
    if (sts__suggest_nearer(s->name, s->nearest[0] ? s->nearest : NULL, name) == name)
        snprintf(s->nearest, sizeof s->nearest, "%s", name);
}

/* librdkafka takes more names than it tells: those of its own tests, of which some want a pointer. Of them the
 * following are of use. */
static bool is_hidden_and_good(const char *name) {
    static const char *const good[] = {"client.software.", "test.mock."};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        if (strncmp(name, good[i], strlen(good[i])) == 0)
            return true;
    return false;
}

/* Whether librdkafka has it; else the fault says so. */
static sts_status check_known(const char *name, sts__fault *fault) {
    search s = {.name = name};
    if (is_hidden_and_good(name))
        return STS_OK;
    if (!each_name(look_for, &s))
        return sts__fault_no_memory(fault);
    if (s.found)
        return STS_OK;
    bool near = s.nearest[0] != '\0';
    return sts__fault_set(fault, STS_ERR_OPTION_UNKNOWN, "kafka.%.*s%s: librdkafka %s has no such property%s%s%s",
                          STS__NAME(name), rd_kafka_version_str(), near ? "; did you mean kafka." : "", s.nearest,
                          near ? "?" : "");
}

bool sts__kafka_has_property(const char *name) {
    search s = {.name = name};
    return each_name(look_for, &s) && s.found;
}

bool sts__kafka_has_feature(const char *feature) {
    char features[1000] = "";
    size_t size = sizeof features;
    const char *list = features;
    sts_bytes part;
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_get(conf, "builtin.features", features, &size);
    rd_kafka_conf_destroy(conf);
    while (sts__list_next(&list, &part))
        if (part.size == strlen(feature) && memcmp(part.data, feature, part.size) == 0)
            return true;
    return false;
}

/* Keytab and principal become a part of a command (kinit), which librdkafka gives to a shell as they are. */
bool sts__kafka_kerberos_text_is_good(const char *text) {
    static const char good[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._@:=,+-";
    return text[0] != '-' && !text[strspn(text, good)];
}

static sts_status check_kerberos(const char *name, const char *value, sts__fault *fault) {
    if (strncmp(name, "sasl.kerberos.", 14) != 0 || sts__kafka_kerberos_text_is_good(value))
        return STS_OK;
    return sts__fault_set(fault, STS_ERR_OPTION_VALUE,
                          "kafka.%s: it becomes part of a shell command, so it may contain only letters, digits and "
                          "/._@:=,+-, and must not begin with -",
                          name);
}

/* It would be refused later, with the value in the text. */
static sts_status check_mechanism(const char *name, const char *value, sts__fault *fault) {
    static const char *const good[] = {"GSSAPI", "PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER"};
    if (strcmp(name, "sasl.mechanism") != 0 && strcmp(name, "sasl.mechanisms") != 0)
        return STS_OK;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        if (strcmp(value, good[i]) == 0)
            return STS_OK;
    return sts__fault_set(fault, STS_ERR_OPTION_VALUE,
                          "kafka.%s: must be GSSAPI, PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or OAUTHBEARER", name);
}

/* librdkafka's text may quote the value, and the value may be a password: it is not passed on. */
static sts_status try_property(const char *name, const char *value, sts__fault *fault) {
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_res_t result = rd_kafka_conf_set(conf, name, value, NULL, 0);
    rd_kafka_conf_destroy(conf);
    if (result == RD_KAFKA_CONF_OK)
        return STS_OK;
    return sts__fault_set(fault, STS_ERR_OPTION_VALUE, "kafka.%s: librdkafka %s does not accept this value", name,
                          rd_kafka_version_str());
}

sts_status sts__kafka_property_check(const char *name, const char *value, sts__fault *fault) {
    const char *why = sts__kafka_why_refused(name);
    if (why)
        return sts__fault_set(fault, STS_ERR_OPTION_REFUSED, "kafka.%.*s%s: cannot be set: %s", STS__NAME(name), why);
    if (sts__kafka_property_is_secret(name) && strcmp(value, STS__REDACTED) == 0)
        return sts__fault_set(fault, STS_ERR_OPTION_VALUE,
                              "kafka.%.*s%s: " STS__REDACTED " stands for a secret and is none", STS__NAME(name));
    sts_status status = check_known(name, fault);
    if (status == STS_OK)
        status = check_kerberos(name, value, fault);
    if (status == STS_OK)
        status = check_mechanism(name, value, fault);
    return status == STS_OK ? try_property(name, value, fault) : status;
}
