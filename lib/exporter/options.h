/* SPDX-License-Identifier: Apache-2.0
 *
 * The options object: what the host set, as text, with the faults it made; compiled into a configuration when an
 * exporter is made of it. */
#ifndef STS_EXPORTER_OPTIONS_H
#define STS_EXPORTER_OPTIONS_H

#include <stskafka/dead_letter.h>
#include <stskafka/options.h>
#include <stskafka/transport.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "exporter/config.h"

typedef struct sts__option_fault {
    char *name; /* of the option */
    char *text;
} sts__option_fault;

/* Options whose names go on as the host wants: a prefix, and what follows it. */
enum {
    STS__OPTION_KAFKA,          /* kafka.PROPERTY: librdkafka's */
    STS__OPTION_RECORD_HEADERS, /* record_headers.NAME: a text */
    STS__OPTION_HEADER_FROM,    /* header_from.NAME: a spec */
    STS__OPTION_FAMILIES
};

/* As many options may want memory one after another, and each be set again. */
enum { STS__OPTIONS_UNSTORED = 16 };

struct sts_options {
    const sts__memory *memory;
    char **values; /* by row of the options table; NULL: the default */
    sts__pairs families[STS__OPTION_FAMILIES];
    sts__option_fault *faults;
    size_t fault_count;
    bool has_more_faults;                     /* than are remembered */
    uint64_t unstored[STS__OPTIONS_UNSTORED]; /* hashes of the names of those that there was no memory for */
    size_t unstored_count;                    /* more than have room: nobody knows any more which */
    sts_outcome_callback outcome_callback;
    void *outcome_user;
    sts_dead_letter_callback dead_letter_callback;
    void *dead_letter_user;
    sts_log_callback log_callback;
    void *log_user;
    sts_password_callback password_callback;
    void *password_user;
    sts_oauth_token_callback token_callback;
    void *token_user;
    sts_transport transport; /* struct_size 0: none of the host's own */
    void *transport_context;
};

sts_options *sts__options_new(const sts__memory *memory);
void sts__options_free(sts_options *options);

sts_status sts__options_set(sts_options *options, const char *name, const char *value, sts__fault *fault);
const char *sts__options_get(const sts_options *options, const char *name);

/* Reads all options into a configuration, which refers to the options' texts. Faults, one a line, are appended to
 * `faults`. STS_OK, STS_ERR_CONFIG if there are any, STS_ERR_NO_MEMORY. */
sts_status sts__options_compile(const sts_options *options, sts__config *config, sts__text *faults);

/* The same; faults go into an error object. */
sts_status sts__options_compile_or_report(const sts_options *options, sts__config *config, sts_error **error);

/* Appends what an exporter keeps for life: a line NAME=VALUE for each option that is not live, in a fixed order. */
void sts__options_write_fixed(const sts_options *options, sts__text *text);

#endif
