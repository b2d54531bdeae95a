/* SPDX-License-Identifier: Apache-2.0
 *
 * Builds a tree of JSON value by value: what the parser does, and hosts that have no text. Finished values wait until
 * the array or object around them ends, and become its items then. */
#ifndef STS_JSON_BUILDER_H
#define STS_JSON_BUILDER_H

#include "json/json.h"

/* An object or array that is not ended yet. */
typedef struct sts__json_open {
    sts__json value;   /* what it will be, but for its items */
    size_t first_item; /* among the pending values */
} sts__json_open;

typedef struct sts__json_builder {
    sts__arena *arena; /* of the tree; pending values come from its memory */
    sts__json *pending;
    size_t pending_count;
    size_t pending_capacity;
    sts__json_open open[STS__JSON_MAX_DEPTH];
    size_t depth;
} sts__json_builder;

void sts__json_builder_init(sts__json_builder *builder, sts__arena *arena);
void sts__json_builder_clear(sts__json_builder *builder);

/* Forgets what was built, keeps the memory. */
void sts__json_builder_reset(sts__json_builder *builder);

/* A place for a finished value, which the caller fills before the next call; NULL when out of memory. */
sts__json *sts__json_builder_add(sts__json_builder *builder);

/* Begins the array or object that `value` will be. False when STS__JSON_MAX_DEPTH are open. */
bool sts__json_builder_begin(sts__json_builder *builder, const sts__json *value);

/* Ends the one begun last. STS_OK; STS_ERR_JSON if a name stands twice in it, and it is forgotten; STS_ERR_NO_MEMORY.
 */
sts_status sts__json_builder_end(sts__json_builder *builder);

/* The one begun last; NULL if none is open. */
const sts__json *sts__json_builder_open(const sts__json_builder *builder);

/* What a parse needs beside its tree, kept for the next one. */
typedef struct sts__json_parser {
    sts__arena scratch; /* yajl's */
    sts__json_builder builder;
} sts__json_parser;

void sts__json_parser_init(sts__json_parser *parser, const sts__memory *memory);
void sts__json_parser_clear(sts__json_parser *parser);

/* As sts__json_parse (json.h). */
sts_status sts__json_parser_run(sts__json_parser *parser, sts__arena *arena, sts_bytes text, const sts__json **value,
                                sts__fault *fault);

#endif
