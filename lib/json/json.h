/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON (RFC 8259) as a tree in an arena. The parser is yajl; the tree keeps what a double would lose (the text of
 * numbers), where each value stands, and members sorted by name, which makes look-ups quick and equal objects equal.
 *
 * The tree is also the model of protobuf's Struct, however it was made (topology/). */
#ifndef STS_JSON_JSON_H
#define STS_JSON_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

/* Deeper texts are refused; more than any consumer takes. */
enum { STS__JSON_MAX_DEPTH = 200 };

typedef enum sts__json_type {
    STS__JSON_NONE, /* a protobuf Value without a kind; not in JSON */
    STS__JSON_NULL,
    STS__JSON_BOOL,
    STS__JSON_NUMBER,
    STS__JSON_STRING,
    STS__JSON_ARRAY,
    STS__JSON_OBJECT
} sts__json_type;

typedef struct sts__json {
    sts_bytes name;          /* of a member of an object */
    sts_bytes text;          /* a string, unescaped; a number as it was written (data NULL if it was not) */
    struct sts__json *items; /* of an array, or members by name */
    size_t count;
    double number;
    uint32_t line; /* from 1; 0: not from a text */
    uint32_t column;
    sts__json_type type;
    bool boolean;
} sts__json;

/* Reads one value, with nothing but white space around it, into the arena; strings without escapes point into the text.
 * STS_OK; STS_ERR_JSON (not JSON, a name twice in an object, a number beyond a double), STS_ERR_UTF8 or
 * STS_ERR_TOO_DEEP, with line, column and byte offset; STS_ERR_NO_MEMORY. */
sts_status sts__json_parse(sts__arena *arena, sts_bytes text, const sts__json **value, sts__fault *fault);

/* Where half a surrogate pair stands alone in the escapes of a text, its backslash; six characters are the escape.
 * NULL: nowhere. */
const char *sts__json_lone_surrogate(sts_bytes text);

/* The member of that name, or NULL; `object` may be of any type. */
const sts__json *sts__json_member(const sts__json *object, const char *name);

/* The order of names, bytewise: below 0, 0, above 0. */
int sts__json_compare_names(sts_bytes a, sts_bytes b);

/* Sorts members by name, bytewise. Of several with one name the last one stays; returns how many there are then. */
size_t sts__json_sort_members(sts__json *members, size_t count);

/* For people: "an object", "a string", ... */
const char *sts__json_type_name(sts__json_type type);

#endif
