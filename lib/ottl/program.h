/* SPDX-License-Identifier: Apache-2.0
 *
 * A compiled expression: a tree of nodes that are evaluated record by record (evaluate.h). The parser makes it
 * (parser.c); it never changes afterwards, and any number of threads may evaluate it at once. */
#ifndef STS_OTTL_PROGRAM_H
#define STS_OTTL_PROGRAM_H

#include "base/arena.h"
#include "base/error.h"
#include "ottl/value.h"
#include "signal/signal.h"

/* On what a value depends, and so how often it is computed. */
typedef enum sts__ottl_level {
    STS__OTTL_CONSTANT,
    STS__OTTL_REQUEST, /* request metadata */
    STS__OTTL_RESOURCE,
    STS__OTTL_SCOPE,
    STS__OTTL_RECORD,
    STS__OTTL_LEVELS
} sts__ottl_level;

typedef struct sts__ottl_state sts__ottl_state;
typedef struct sts__ottl_node sts__ottl_node;

/* False when it fails, and then the state has the fault. */
typedef bool (*sts__ottl_evaluation)(sts__ottl_state *state, const sts__ottl_node *node, sts__ottl_value *result);

struct sts__ottl_node {
    sts__ottl_evaluation evaluate;
    sts__ottl_node **children; /* arguments, items, operands, index keys; NULL for an argument that is not given */
    uint32_t child_count;
    sts__ottl_level level;
    uint32_t column;                 /* in the spec, from 1; characters, not bytes */
    uint32_t slot;                   /* of a cached value */
    int kind;                        /* of a cached argument: what the call, which is `row`, takes */
    sts_bytes source;                /* its text in the spec */
    bool is_literal;                 /* written down as it is: its type is checked when it is compiled */
    bool is_list;                    /* a list that is written down */
    bool is_call;                    /* its row is a sts__ottl_function */
    bool is_leaf;                    /* reads something of the record, resource, scope or metadata */
    char operation;                  /* + - * / */
    sts__ottl_value literal;         /* of a literal or a folded constant; the name that a named spec was given */
    const void *row;                 /* what a call calls, or which path it is: functions.h, paths.h */
    sts__ottl_evaluation read;       /* of a path: what it gives without its keys */
    const sts__schema_field *field;  /* of a path: what it reads */
    const sts__schema_field *around; /* the message in the item that this is a field of; NULL: it is the item's own */
};

/* The specs of an exporter for one signal, compiled together, since they share the state that they run on. */
typedef struct sts__ottl_set {
    sts__arena arena;
    uint32_t slot_count;
    const sts__signal *signal; /* over whose items they run */
} sts__ottl_set;

void sts__ottl_set_init(sts__ottl_set *set, const sts__memory *memory, const sts__signal *signal);
void sts__ottl_set_clear(sts__ottl_set *set);

/* Alternatives: the first that yields a value counts. */
typedef struct sts__ottl_program {
    sts__ottl_node **alternatives;
    const char **texts; /* of the alternatives, as they stand in the spec */
    uint32_t count;
    uint64_t fingerprint; /* of its words: spaces do not count */
} sts__ottl_program;

/* The longest spec, and how deep it may nest. */
enum { STS__OTTL_MAX_SPEC = 65536, STS__OTTL_MAX_NESTING = 64, STS__OTTL_MAX_OPERATIONS = 500 };

/* Compiles `spec`, which is copied. STS_OK; STS_ERR_OPTION_VALUE with a text that shows the place; STS_ERR_NO_MEMORY.
 */
sts_status sts__ottl_compile(sts__ottl_set *set, const char *spec, sts__ottl_program *program, sts__fault *fault);

/* On what the program's value depends: the alternative that does so most decides. Constant where there is none. */
sts__ottl_level sts__ottl_program_level(const sts__ottl_program *program);

/* Takes out the alternatives that read something of an item, or of what is around it: where a signal passes through
 * whole they have no value. Returns the first of them as it stands in the spec; NULL: there was none. */
const char *sts__ottl_drop_readers(sts__ottl_program *program);

/* A program of one alternative: the resource's attribute of that name, which is not copied. STS_OK or
 * STS_ERR_NO_MEMORY. */
sts_status sts__ottl_compile_resource_attribute(sts__ottl_set *set, const char *name, sts__ottl_program *program);

/* For the parser and the functions: a node of the set's arena; NULL when out of memory. */
sts__ottl_node *sts__ottl_node_new(sts__ottl_set *set, size_t child_count);

/* Makes the value of what does not change constant, and puts a cache around what changes more seldom than what is
 * around it (optimize.c). STS_OK or STS_ERR_NO_MEMORY. */
sts_status sts__ottl_optimize(sts__ottl_set *set, sts__ottl_node **node);

#endif
