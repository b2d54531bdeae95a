/* SPDX-License-Identifier: Apache-2.0 */
#include "verify_order.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

enum { SLOTS = 1 << 17, TEXT = 32 };

struct order_slot {
    uint64_t hash;  /* of partition and key; 0: free */
    int64_t offset; /* of the record with the value */
    double number;
    uint8_t size; /* of the text */
    bool is_number;
    char text[TEXT];
};

void order_init(struct verify_order *order) {
    *order = (struct verify_order){.slots = need_realloc(NULL, SLOTS * sizeof *order->slots)};
    memset(order->slots, 0, SLOTS * sizeof *order->slots);
}

void order_free(struct verify_order *order) {
    free(order->slots);
    order->slots = NULL;
}

/* A key may be in several partitions, and has an order in each. */
static uint64_t hash_of(uint64_t hash, int32_t partition) {
    uint64_t h = (hash ^ (uint64_t)partition) * 0x9e3779b97f4a7c15u;
    return h ? h : 1;
}

/* Large whole numbers (nanoseconds since 1970) are told apart by their text where a double cannot. */
static void read_value(struct order_slot *slot, sts_bytes value) {
    char text[64], *end;
    slot->size = (uint8_t)(value.size < TEXT ? value.size : TEXT);
    memcpy(slot->text, value.data, slot->size);
    slot->is_number = value.size > 0 && value.size < sizeof text;
    if (!slot->is_number)
        return;
    memcpy(text, value.data, value.size);
    text[value.size] = '\0';
    slot->is_number = text[strspn(text, "0123456789+-.eE")] == '\0';
    slot->number = slot->is_number ? strtod(text, &end) : 0;
    slot->is_number = slot->is_number && *end == '\0';
}

/* Below 0 where `left` comes first. */
static int compare(const struct order_slot *left, const struct order_slot *right) {
    if (left->is_number && right->is_number && (left->number != right->number || left->size != right->size))
        return (left->number > right->number) - (left->number < right->number);
    int order = memcmp(left->text, right->text, left->size < right->size ? left->size : right->size);
    return order ? order : (left->size > right->size) - (left->size < right->size);
}

static void tell(struct verify_order *order, const rd_kafka_message_t *message, const struct order_slot *last,
                 const struct order_slot *now, struct verify_faults *faults) {
    char text[160];
    order->violations++;
    snprintf(text, sizeof text, "%.*s comes behind %.*s, which is at offset %" PRId64, (int)now->size, now->text,
             (int)last->size, last->text, last->offset);
    verify_fault(faults, FAULT_ORDER, message, -1, text);
}

void order_add(struct verify_order *order, const rd_kafka_message_t *message, uint64_t hash, sts_bytes value,
               struct verify_faults *faults) {
    if (!message->key)
        return; /* records without a key have no order */
    if (!value.data) {
        order->missing++;
        return;
    }
    struct order_slot now = {.hash = hash_of(hash, message->partition), .offset = message->offset};
    read_value(&now, value);
    struct order_slot *slot = &order->slots[(now.hash >> 40) % SLOTS];
    if (slot->hash == now.hash) {
        order->compared++;
        if (compare(&now, slot) < 0) {
            tell(order, message, slot, &now, faults);
            return; /* the greatest so far stays, so that one record out of its place is one fault */
        }
    } else {
        order->evicted += slot->hash != 0;
    }
    *slot = now;
}
