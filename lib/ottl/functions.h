/* SPDX-License-Identifier: Apache-2.0
 *
 * The functions of the language: OTTL's converters, and a few named specs of our own. One table, in parts by what they
 * are about; a function gets its arguments as its parameters take them. */
#ifndef STS_OTTL_FUNCTIONS_H
#define STS_OTTL_FUNCTIONS_H

#include "ottl/convert.h"
#include "ottl/text.h"

enum { STS__OTTL_PARAMETERS = 4 };

typedef struct sts__ottl_parameter {
    const char *name; /* NULL behind the last */
    int kind;         /* sts__ottl_kind */
    bool optional;
} sts__ottl_parameter;

/* A call under way. Arguments that are not given are nil. */
typedef struct sts__ottl_call {
    sts__ottl_state *state;
    const sts__ottl_node *node;
    const struct sts__ottl_function *function;
    sts__ottl_value arguments[STS__OTTL_PARAMETERS];
} sts__ottl_call;

typedef struct sts__ottl_function {
    const char *name;
    bool (*call)(sts__ottl_call *call, sts__ottl_value *result);
    sts__ottl_parameter parameters[STS__OTTL_PARAMETERS];
    /* Looks at the arguments when the spec is compiled: NULL, or what is wrong. May be NULL. */
    const char *(*check)(const sts__ottl_node *call);
    /* In place of `call`, where not all arguments are wanted: may be NULL. */
    sts__ottl_evaluation evaluate;
    sts__ottl_level level; /* what it depends on beside its arguments */
    const void *detail;    /* for functions that share their code */
    /* Gives the call further children of its own, when it is parsed; false when out of memory. May be NULL. */
    bool (*extend)(sts__ottl_set *set, sts__ottl_node *call);
} sts__ottl_function;

/* Walks all functions; NULL behind the last. */
const sts__ottl_function *sts__ottl_function_at(size_t index);
const sts__ottl_function *sts__ottl_function_find(const char *name, size_t size);

/* Why one of OTTL's functions is not here, where its users will look for it; NULL: it is none of those. */
const char *sts__ottl_left_out(const char *name);

/* How many arguments it takes at most. */
uint32_t sts__ottl_parameter_count(const sts__ottl_function *function);

/* The resource's attribute of that name, which is not copied; NULL when out of memory (named_specs.c). */
sts__ottl_node *sts__ottl_resource_attribute(sts__ottl_set *set, const char *name);

bool sts__ottl_evaluate_call(sts__ottl_state *state, const sts__ottl_node *node, sts__ottl_value *result);

/* The parts of the table; each ends with a row without a name. */
extern const sts__ottl_function sts__ottl_text_functions[];
extern const sts__ottl_function sts__ottl_hash_functions[];
extern const sts__ottl_function sts__ottl_type_functions[];
extern const sts__ottl_function sts__ottl_list_functions[];
extern const sts__ottl_function sts__ottl_sort_functions[];
extern const sts__ottl_function sts__ottl_time_functions[];
extern const sts__ottl_function sts__ottl_named_specs[];

/* For functions. A failure names the function. */
bool sts__ottl_call_fail(sts__ottl_call *call, const char *format, ...) __attribute__((format(printf, 2, 3)));
void *sts__ottl_call_alloc(sts__ottl_call *call, size_t size); /* not zeroed; NULL, and failed, when out of memory */

/* Puts what was written into the result, or fails when out of memory. */
bool sts__ottl_call_text(sts__ottl_call *call, const sts__ottl_text *text, sts__ottl_value *result);

#endif
