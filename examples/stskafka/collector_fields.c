/* SPDX-License-Identifier: Apache-2.0
 *
 * Fields that need more than to be copied. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector_run.h"
#include "memory.h"

struct word {
    const char *theirs;
    const char *ours;
};

static const char *find_word(const struct word *words, const char *theirs) {
    for (; words->theirs; words++) {
        if (strcmp(words->theirs, theirs) == 0)
            return words->ours;
    }
    return NULL;
}

void move_acks(struct moving *run, const struct move_rule *rule, struct yaml_field *field) {
    static const struct word words[] = {{"0", "none"},    {"1", "leader"},     {"-1", "all"},        {"all", "all"},
                                        {"none", "none"}, {"local", "leader"}, {"leader", "leader"}, {NULL, NULL}};
    const char *ours = find_word(words, field->text);
    if (ours)
        move_add(run, field, rule->option ? rule->option : field->path, ours, NULL);
    else
        yaml_field_fault(run->tree, field, "%s is 0, 1, -1 or all, or none, leader or all", field->path);
}

void move_compression(struct moving *run, const struct move_rule *rule, struct yaml_field *field) {
    static const struct word words[] = {{"none", "none"}, {"gzip", "gzip"}, {"snappy", "snappy"}, {"lz4", "lz4"},
                                        {"zstd", "zstd"}, {"", "none"},     {NULL, NULL}};
    const char *ours = find_word(words, field->text);
    if (ours)
        move_add(run, field, rule->option, ours, NULL);
    else
        yaml_field_fault(run->tree, field, "%s is none, gzip, snappy, lz4 or zstd", field->path);
}

/* --- TLS and SASL --- */

/* In the collector a block tls turns TLS on by being there, also with nothing in it. */
void move_tls(struct moving *run, const struct move_rule *rule, struct yaml_field *field) {
    move_add(run, field, rule->option, "true", NULL);
}

/* Calls back with each item of a list; the joined results are the option's value. */
static void move_items(struct moving *run, const struct move_rule *rule, struct yaml_field *field, char separator,
                       bool (*translate)(const char *item, char *out, size_t size)) {
    char joined[2000] = "", unknown[300] = "";
    if (!yaml_field_open_list(run->tree, field))
        return;
    for (char *rest = field->text, *item; (item = strsep(&rest, ",")) != NULL;) {
        char one[80];
        bool is_known = translate(item, one, sizeof one);
        char *to = is_known ? joined : unknown;
        size_t used = strlen(to), size = is_known ? sizeof joined : sizeof unknown;
        char between[3] = {is_known ? separator : ',', is_known ? '\0' : ' ', '\0'};
        snprintf(to + used, size - used, "%s%s", used ? between : "", is_known ? one : item);
    }
    if (unknown[0]) {
        char text[400];
        snprintf(text, sizeof text, "OpenSSL has none of this name, or does not let it be chosen: %s", unknown);
        move_tell(run, field, text);
    }
    if (joined[0])
        move_add(run, field, rule->option, joined, "in OpenSSL's names");
}

/* TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, as Go and IANA call it, is OpenSSL's ECDHE-RSA-AES128-GCM-SHA256. Those of
 * TLS 1.3 cannot be chosen, in Go neither. */
static bool cipher_name(const char *item, char *out, size_t size) {
    static const struct word exchanges[] = {{"TLS_ECDHE_RSA_WITH_", "ECDHE-RSA-"},
                                            {"TLS_ECDHE_ECDSA_WITH_", "ECDHE-ECDSA-"},
                                            {"TLS_RSA_WITH_", ""},
                                            {NULL, NULL}};
    static const struct word ciphers[] = {{"AES_128_GCM_SHA256", "AES128-GCM-SHA256"},
                                          {"AES_256_GCM_SHA384", "AES256-GCM-SHA384"},
                                          {"AES_128_CBC_SHA", "AES128-SHA"},
                                          {"AES_256_CBC_SHA", "AES256-SHA"},
                                          {"AES_128_CBC_SHA256", "AES128-SHA256"},
                                          {"CHACHA20_POLY1305_SHA256", "CHACHA20-POLY1305"},
                                          {"CHACHA20_POLY1305", "CHACHA20-POLY1305"},
                                          {"3DES_EDE_CBC_SHA", "DES-CBC3-SHA"},
                                          {"RC4_128_SHA", "RC4-SHA"},
                                          {NULL, NULL}};
    for (const struct word *exchange = exchanges; exchange->theirs; exchange++) {
        size_t length = strlen(exchange->theirs);
        const char *cipher = strncmp(item, exchange->theirs, length) == 0 ? find_word(ciphers, item + length) : NULL;
        if (cipher) {
            snprintf(out, size, "%s%s", exchange->ours, cipher);
            return true;
        }
    }
    return false;
}

void move_ciphers(struct moving *run, const struct move_rule *rule, struct yaml_field *field) {
    move_items(run, rule, field, ':', cipher_name);
}

static bool curve_name(const char *item, char *out, size_t size) {
    static const struct word curves[] = {
        {"X25519", "X25519"}, {"P256", "P-256"}, {"P384", "P-384"}, {"P521", "P-521"}, {NULL, NULL}};
    const char *curve = find_word(curves, item);
    if (curve)
        snprintf(out, size, "%s", curve);
    return curve != NULL;
}

void move_curves(struct moving *run, const struct move_rule *rule, struct yaml_field *field) {
    move_items(run, rule, field, ':', curve_name);
}

void move_mechanism(struct moving *run, const struct move_rule *rule, struct yaml_field *field) {
    static const struct word words[] = {{"PLAIN", "PLAIN"},
                                        {"SCRAM-SHA-256", "SCRAM-SHA-256"},
                                        {"SCRAM-SHA-512", "SCRAM-SHA-512"},
                                        {"OAUTHBEARER", "OAUTHBEARER"},
                                        {"AWS_MSK_IAM_OAUTHBEARER", "AWS_MSK_IAM_OAUTHBEARER"},
                                        {NULL, NULL}};
    if (find_word(words, field->text))
        move_add(run, field, field->path, field->text, NULL);
    else if (strcmp(field->text, "OIDCFILE") == 0)
        move_tell(run, field, rule->text);
    else
        yaml_field_fault(run->tree, field,
                         "%s is PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER or AWS_MSK_IAM_OAUTHBEARER",
                         field->path);
}

void move_plain_text(struct moving *run, const struct move_rule *rule, struct yaml_field *field) {
    if (!move_find(run, "auth.sasl.mechanism"))
        move_add(run, NULL, "auth.sasl.mechanism", "PLAIN", "what auth.plain_text was");
    move_copy(run, rule, field);
}

void move_dns(struct moving *run, const struct move_rule *rule, struct yaml_field *field) {
    bool value;
    if (move_read_boolean(run, field, &value) && value)
        move_add(run, field, rule->option, "resolve_canonical_bootstrap_servers_only", rule->text);
}

/* --- headers --- */

/* A list of maps with name and value, or a map; what has a comma in it cannot be in our list. */
static void add_header(struct moving *run, const struct yaml_field *field, const char *name, const char *value) {
    struct moved *moved = run->moved;
    for (size_t i = 0; i < moved->option_count; i++) {
        struct moved_option *list = &moved->options[i];
        if (strcmp(list->name, "record_headers") != 0 || strchr(value, ',') || strchr(name, ','))
            continue;
        size_t size = strlen(list->value) + strlen(name) + strlen(value) + 3;
        char *more = need_realloc(NULL, size);
        snprintf(more, size, "%s,%s=%s", list->value, name, value);
        free(list->value);
        list->value = more;
        return;
    }
    char text[600];
    bool is_simple = !strchr(value, ',') && !strchr(name, ',') && !strchr(name, '=');
    snprintf(text, sizeof text, "record_headers.%s", name);
    if (!is_simple || strlen(name) + strlen(value) > 250) {
        move_add(run, field, text, value, "behind those of the list record_headers");
        return;
    }
    snprintf(text, sizeof text, "%s=%s", name, value);
    move_add(run, field, "record_headers", text, NULL);
}

void move_headers(struct moving *run, const struct move_rule *rule, struct yaml_field *field) {
    (void)rule;
    const char *below = field->path + strlen("record_headers");
    char path[320];
    if (below[0] == '\0')
        return; /* no headers */
    if (below[1] != '[') {
        add_header(run, field, below + 1, field->text);
        return;
    }
    size_t size = strcspn(below, "]") + 1;
    if (strcmp(below + size, ".value") == 0)
        return; /* with its name */
    snprintf(path, sizeof path, "record_headers%.*s.value", (int)size, below);
    const struct yaml_field *value = yaml_fields_find(run->fields, path);
    if (strcmp(below + size, ".name") == 0)
        add_header(run, field, field->text, value ? value->text : "");
    else
        yaml_field_fault(run->tree, field, "record_headers: a header has a name and a value, and no other member");
}

/* --- the queue --- */

void move_queue_enabled(struct moving *run, const struct move_rule *rule, struct yaml_field *field) {
    bool value;
    if (move_read_boolean(run, field, &value) && !value && !yaml_fields_find(run->fields, rule->option))
        move_add(run, field, rule->option, "true", rule->text);
}

static const char *sizer_of(const struct moving *run) {
    const struct yaml_field *sizer = yaml_fields_find(run->fields, "sending_queue.sizer");
    return sizer && sizer->kind == YAML_FIELD_TEXT ? sizer->text : "requests";
}

void move_queue_size(struct moving *run, const struct move_rule *rule, struct yaml_field *field) {
    (void)rule;
    const char *sizer = sizer_of(run);
    if (strcmp(sizer, "bytes") == 0)
        move_integer_as(run, field, "sending_queue.max_bytes", "bytes of memory here, bytes of OTLP in the collector");
    else
        move_integer_as(run, field, field->path,
                        strcmp(sizer, "requests") == 0 ? "counts records here, requests in the collector" : NULL);
}

void move_sizer(struct moving *run, const struct move_rule *rule, struct yaml_field *field) {
    (void)rule;
    static const struct word words[] = {{"requests", ""}, {"items", ""}, {"bytes", ""}, {NULL, NULL}};
    if (!find_word(words, field->text))
        yaml_field_fault(run->tree, field, "%s is requests, items or bytes", field->path);
}

/* The collector names an extension that stores, our option a folder. */
void move_storage(struct moving *run, const struct move_rule *rule, struct yaml_field *field) {
    const char *folder = yaml_block_storage(run->tree, field->text);
    (void)rule;
    move_add(run, field, field->path, folder ? folder : "/var/lib/otelcol/file_storage",
             "the folder of the collector's extension, or its default: choose another, for the two formats differ");
}
