/* SPDX-License-Identifier: Apache-2.0
 *
 * The one table of options: name, type, bounds, default, text, and where the value goes in the configuration. It drives
 * parsing (option_parse.h), validation, the walk for bindings, and OPTIONS.md. */
#ifndef STS_EXPORTER_OPTIONS_TABLE_H
#define STS_EXPORTER_OPTIONS_TABLE_H

#include "base/error.h"
#include "exporter/config.h"

typedef enum sts__option_type {
    STS__OPTION_TEXT,    /* const char * */
    STS__OPTION_LIST,    /* const char *: parts with commas between, none of them empty; "" only if it is the default */
    STS__OPTION_BOOLEAN, /* bool */
    STS__OPTION_INTEGER, /* int64_t */
    STS__OPTION_DURATION,      /* int64_t, milliseconds */
    STS__OPTION_CHOICE,        /* int: the place of the word among `bounds` */
    STS__OPTION_SPEC,          /* const char *: what ottl/ compiles */
    STS__OPTION_OPTIONAL_SPEC, /* the same, or an empty text */
    STS__OPTION_SECRET,        /* const char *, never shown */
    STS__OPTION_ADDRESSES      /* const char *: a list of them */
} sts__option_type;

typedef struct sts__option_row {
    const char *name;
    sts__option_type type;
    size_t offset; /* in sts__config */
    int64_t minimum;
    int64_t maximum;
    const char *bounds; /* of a choice: its words with | between; of a number: minimum..maximum */
    const char *default_value;
    const char *text;
} sts__option_row;

/* Row `index`; NULL beyond the last. */
const sts__option_row *sts__option_row_at(size_t index);

/* Whether the option may change while an exporter runs (sts_exporter_reconfigure). */
bool sts__option_is_live(const sts__option_row *row);

/* The place of an option, or SIZE_MAX. */
size_t sts__option_find(const char *name);

const char *sts__option_type_name(sts__option_type type);

#endif
