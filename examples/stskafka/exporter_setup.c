/* SPDX-License-Identifier: Apache-2.0
 *
 * From arguments to the library's objects. */
#include "exporter_setup.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "console.h"
#include "exit_status.h"
#include "key_value.h"
#include "memory.h"
#include "spec_hint.h"
#include "topic_wait.h"
#include "yaml_config.h"

struct setup {
    const char *config_file;
    sts_options *options;
    struct setting_list *connection;
    bool failed;
};

static bool is_of_connection(const char *name) {
    return strncmp(name, "kafka.", 6) == 0 || strncmp(name, "tls.", 4) == 0 || strncmp(name, "auth.", 5) == 0;
}

static bool is_spec(const char *name) {
    for (size_t i = 0; i < sts_option_count(); i++) {
        if (strcmp(sts_option_name(i), name) == 0)
            return strcmp(sts_option_type(i), "spec") == 0;
    }
    return strncmp(name, "header_from.", 12) == 0;
}

/* `place` is where the option was given, for the message. */
static void set_option(struct setup *setup, const char *place, const char *name, const char *value) {
    sts_error *error = NULL;
    if (sts_options_set(setup->options, name, value, &error) != STS_OK) {
        const char *hint = is_spec(name) ? spec_hint(value, sts_error_text(error)) : NULL;
        say("%s: %s%s%s", place, sts_error_text(error), hint ? "\n" : "", hint ? hint : "");
        setup->failed = true;
    } else if (is_of_connection(name)) {
        settings_add(setup->connection, name, strlen(name), value);
    }
    sts_error_free(error);
}

static void set_from_file(const char *name, const char *value, size_t line, void *user) {
    struct setup *setup = user;
    char place[300];
    snprintf(place, sizeof place, "%s:%zu", setup->config_file, line);
    set_option(setup, place, name, value);
}

sts_options *setup_options(struct exporter_args *args, struct setting_list *connection) {
    struct setup setup = {args->config_file, need(sts_options_new()), connection, false};
    sts_options_set_log_callback(setup.options, library_log_line, &args->log);

    if (args->config_file && !yaml_config_read(args->config_file, set_from_file, &setup))
        setup.failed = true;
    for (size_t i = 0; i < args->options.count; i++)
        set_option(&setup, "-o", args->options.at[i].name, args->options.at[i].value);
    if (args->key_value)
        key_value_force(setup.options);
    if (!setup.failed)
        return setup.options;
    sts_options_free(setup.options);
    return NULL;
}

void setup_force(sts_options *options, const char *name, const char *value) {
    sts_error *error = NULL;
    if (sts_options_set(options, name, value, &error) != STS_OK)
        say("%s=%s: %s", name, value, sts_error_text(error));
    sts_error_free(error);
}

sts_export_context *setup_request(const struct exporter_args *args) {
    sts_export_context *context = need(sts_export_context_new());
    for (size_t i = 0; i < args->metadata.count; i++) {
        const struct setting *one = &args->metadata.at[i];
        if (sts_export_context_add_metadata(context, one->name, one->value, strlen(one->value)) != STS_OK)
            out_of_memory();
    }
    return context;
}

static sts_status make_exporter(struct exporter_args *args, const sts_options *options, sts_exporter **exporter,
                                sts_error **error) {
    sts_error_free(*error);
    *error = NULL;
    library_log_hold(&args->log);
    sts_status status = sts_exporter_new(exporter, options, error);
    library_log_release(&args->log, status == STS_OK);
    return status;
}

sts_exporter *setup_exporter(struct exporter_args *args, const sts_options *options, int64_t patience_ms,
                             unsigned *faults) {
    const char *topic = sts_options_get(options, "topic");
    int64_t since_ms = clock_ms(), limit_ms = topic_wait_unknown_ms(patience_ms);
    sts_exporter *exporter = NULL;
    sts_error *error = NULL;
    sts_status status;
    do
        status = make_exporter(args, options, &exporter, &error);
    while (status == STS_ERR_TOPIC_MISSING && topic_wait(topic, "it does not exist", since_ms, limit_ms));
    progress_end();
    if (status == STS_OK)
        return exporter;
    /* Whatever kept the brokers from answering, it is at the other end; a bad `topic` is the configuration's. */
    if (status == STS_ERR_TIMED_OUT)
        *faults |= FAULT_BROKER;
    else if (status == STS_ERR_TOPIC_INVALID)
        *faults |= FAULT_USAGE;
    else
        *faults |= fault_of(status);
    say("%s: %s", sts_status_name(status), sts_error_text(error));
    sts_error_free(error);
    return NULL;
}

sts_exporter *setup_explainer(struct exporter_args *args, sts_options **options, unsigned *faults) {
    struct setting_list connection = {NULL, 0};
    *options = setup_options(args, &connection);
    settings_clear(&connection);
    if (!*options) {
        *faults |= FAULT_USAGE;
        return NULL;
    }
    setup_force(*options, "transport", "none");
    return setup_exporter(args, *options, 0, faults);
}
