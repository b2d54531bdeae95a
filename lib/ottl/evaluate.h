/* SPDX-License-Identifier: Apache-2.0
 *
 * Evaluates compiled expressions over the records of one request, one after the other. Values are views over the
 * request, or lie in arenas that begin in the state itself: ordinary records allocate nothing. */
#ifndef STS_OTTL_EVALUATE_H
#define STS_OTTL_EVALUATE_H

#include "ottl/metadata.h"
#include "ottl/program.h"
#include "signal/item.h"

/* What an expression read, of the record or of something around it. */
typedef struct sts__ottl_read {
    const sts__ottl_node *leaf;
    sts__ottl_value value;
    sts__arena *arena; /* has all of this, and lives as long as what was read */
    sts_bytes text;    /* for who asks: made once for each read */
    bool has_text;
} sts__ottl_read;

typedef struct sts__ottl_reads {
    sts__ottl_read **items; /* in the order of reading */
    size_t count;
    bool failed; /* out of memory */
} sts__ottl_reads;

/* A value that is computed once for each request, resource or scope, with what was read for it if anybody asked. */
typedef struct sts__ottl_slot {
    uint64_t number; /* of what it was computed for; 0: it was not */
    sts__ottl_value value;
    const sts__fault *fault; /* NULL where there is a value */
    bool has_reads;
    sts__ottl_reads reads;
} sts__ottl_slot;

/* Room of the state's own, aligned for anything. */
enum { STS__OTTL_SMALL_ROOM = 512, STS__OTTL_LARGE_ROOM = 2048 };

typedef union sts__ottl_small_buffer {
    long double alignment;
    unsigned char bytes[STS__OTTL_SMALL_ROOM];
} sts__ottl_small_buffer;

typedef union sts__ottl_large_buffer {
    long double alignment;
    unsigned char bytes[STS__OTTL_LARGE_ROOM];
} sts__ottl_large_buffer;

struct sts__ottl_state {
    const sts__item *item; /* the present one */
    const sts__metadata *metadata;
    sts__fault *fault;                   /* where a failure is told */
    sts__arena *arena;                   /* where values go just now */
    sts__arena arenas[STS__OTTL_LEVELS]; /* how long they live; that of constants is not used */
    uint64_t numbers[STS__OTTL_LEVELS];  /* of the request, and of the present record's resource and scope */
    sts_bytes resource;                  /* the present Resource message; data NULL: not asked for yet */
    sts_bytes scope;                     /* the present InstrumentationScope */
    sts__ottl_slot *slots;
    sts__ottl_reads *reads; /* where what is read is told; NULL: nobody asks */
    sts__ottl_small_buffer request_buffer;
    sts__ottl_small_buffer scope_buffer;
    sts__ottl_large_buffer resource_buffer;
    sts__ottl_large_buffer record_buffer;
};

/* For a request whose metadata (may be NULL) lives as long as the state. The state must not be moved. STS_OK or
 * STS_ERR_NO_MEMORY, and then there is nothing to end. */
sts_status sts__ottl_state_begin(sts__ottl_state *state, const sts__memory *memory, const sts__ottl_set *set,
                                 const sts__metadata *metadata);
void sts__ottl_state_end(sts__ottl_state *state);

/* Goes on to the next item; what was computed for the one before is gone. */
void sts__ottl_state_set_item(sts__ottl_state *state, const sts__item *item);

/* The program's value for the present record: that of the first alternative that has one, and which it was (the last
 * one where none has, and the value is nil then). STS_OK, STS_ERR_KEY_EVAL or STS_ERR_NO_MEMORY. */
sts_status sts__ottl_run(sts__ottl_state *state, const sts__ottl_program *program, sts__ottl_value *value,
                         uint32_t *alternative, sts__fault *fault);

/* For nodes and functions. */

void sts__ottl_tell(sts__ottl_state *state, const sts__ottl_node *leaf, const sts__ottl_value *value);

static inline bool sts__ottl_evaluate(sts__ottl_state *state, const sts__ottl_node *node, sts__ottl_value *result) {
    bool good = node->evaluate(state, node, result);
    if (state->reads && node->is_leaf && good)
        sts__ottl_tell(state, node, result);
    return good;
}

/* Fails: STS_ERR_KEY_EVAL, with the column. Texts tell types and numbers of the spec, never contents of records.
 * Returns false. */
bool sts__ottl_fail(sts__ottl_state *state, const sts__ottl_node *node, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
bool sts__ottl_no_memory(sts__ottl_state *state);

/* The present Resource or InstrumentationScope message; STS__OTTL_RESOURCE or STS__OTTL_SCOPE. False when out of
 * memory. */
bool sts__ottl_message(sts__ottl_state *state, sts__ottl_level level, sts_bytes *message);

/* Evaluations. */
bool sts__ottl_evaluate_literal(sts__ottl_state *state, const sts__ottl_node *node, sts__ottl_value *result);
bool sts__ottl_evaluate_cached(sts__ottl_state *state, const sts__ottl_node *node, sts__ottl_value *result);
bool sts__ottl_evaluate_list(sts__ottl_state *state, const sts__ottl_node *node, sts__ottl_value *result);
bool sts__ottl_evaluate_map(sts__ottl_state *state, const sts__ottl_node *node, sts__ottl_value *result);

#endif
