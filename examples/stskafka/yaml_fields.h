/* SPDX-License-Identifier: Apache-2.0
 *
 * A block of YAML as a list of fields: nested maps become dotted paths (a `::` in a name is a dot too), references
 * (references.h) are resolved, the items of a list of plain values are joined by commas, and maps in a list have their
 * place in the path (record_headers.[0].name). */
#ifndef YAML_FIELDS_H
#define YAML_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

#include "yaml_tree.h"

enum yaml_field_kind {
    YAML_FIELD_TEXT,
    YAML_FIELD_LIST,      /* of plain values; one without items too */
    YAML_FIELD_NOTHING,   /* null, or a reference to what is not set */
    YAML_FIELD_EMPTY_MAP, /* {} */
};

struct yaml_field {
    char *path;
    char *text;    /* what the collector would see */
    char *written; /* what stands in the file: with the references, where there are some */
    size_t line;
    enum yaml_field_kind kind;
    bool is_plain;      /* a text without quotes */
    bool is_whole;      /* the text is what one reference gave, and may be a list in YAML */
    bool has_reference; /* `written` says more than `text` */
    bool has_unset;     /* a variable is not set, and has no default */
    bool is_taken;      /* for those who go through the fields */
};

struct yaml_fields {
    struct yaml_field *at;
    size_t count;
    bool keeps_unset; /* no warning where a variable is not set: it is told when its value is used */
};

/* The fields of a block, in the order of the file, for yaml_fields_free. False: said why not; free them all the same.
 */
bool yaml_fields_read(struct yaml_tree *tree, const struct yaml_pairs *block, struct yaml_fields *fields);
void yaml_fields_free(struct yaml_fields *fields);

/* The field with a path; NULL: there is none. */
struct yaml_field *yaml_fields_find(const struct yaml_fields *fields, const char *path);

/* Makes a list of a field's text, where a reference gave one in YAML. False: said why not. */
bool yaml_field_open_list(struct yaml_tree *tree, struct yaml_field *field);

/* Says that nothing stands for a variable that is not set. */
void yaml_field_warn_unset(const struct yaml_tree *tree, const struct yaml_field *field);

/* Says what is wrong with a field. */
void yaml_field_fault(struct yaml_tree *tree, const struct yaml_field *field, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
