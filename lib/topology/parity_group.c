/* SPDX-License-Identifier: Apache-2.0
 *
 * Grouping as the StackVista collector's exporter does it: messages of repeated elements with equal key and collection
 * time become one, as long as their single sizes add up to no more than the budget. Messages of another kind stay where
 * they are, and do not keep others apart. */
#include <string.h>

#include "base/table.h"
#include "topology/messages.h"

enum { REPEAT_TAG = sts__pb_TopologyStreamMessage_topology_stream_repeat_elements_data_tag };

/* Messages that become one. */
typedef struct bundle {
    size_t first;        /* message */
    size_t sum;          /* of the single sizes */
    struct member *last; /* of the messages after the first */
    struct bundle *next; /* in order */
} bundle;

typedef struct member {
    const sts__pb_TopologyStreamMessage *message;
    struct member *previous;
} member;

typedef struct grouping {
    sts_topology_messages *messages;
    size_t max_bytes;
    sts__table open; /* bundle *: those that may get further messages */
    bundle *first;
    bundle **end;
} grouping;

static const sts__pb_TopologyStreamMessage *repeat_of(const sts__whole_message *item) {
    const sts__pb_TopologyStreamMessage *message = item->message;
    return !item->is_metadata && message && message->which_payload == REPEAT_TAG ? message : NULL;
}

static bool same(const void *entry, const void *wanted, const void *user) {
    const sts_topology_messages *messages = user;
    const sts__whole_message *a = &messages->items[(*(bundle *const *)entry)->first];
    const sts__whole_message *b = wanted;
    return a->key.size == b->key.size && memcmp(a->key.data, b->key.data, a->key.size) == 0 &&
           repeat_of(a)->collection_timestamp == repeat_of(b)->collection_timestamp;
}

static bundle *add_bundle(grouping *g, size_t index) {
    bundle *made = sts__arena_new(&g->messages->arena, sizeof *made);
    if (!made)
        return NULL;
    made->first = index;
    made->sum = g->messages->items[index].value.size;
    *g->end = made;
    g->end = &made->next;
    return made;
}

static bool join_bundle(grouping *g, bundle *found, const sts__whole_message *item) {
    member *added = sts__arena_new(&g->messages->arena, sizeof *added);
    if (!added)
        return false;
    added->message = repeat_of(item);
    added->previous = found->last;
    found->last = added;
    found->sum += item->value.size;
    return true;
}

static bool place(grouping *g, size_t index) {
    const sts__whole_message *item = &g->messages->items[index];
    if (!repeat_of(item))
        return add_bundle(g, index) != NULL;
    const int64_t *time = &repeat_of(item)->collection_timestamp;
    uint64_t hash = sts__table_hash_more(sts__table_hash(&g->open, (sts_bytes){time, sizeof *time}), item->key);
    bundle **open = sts__table_find(&g->open, hash, same, item, g->messages);
    bundle *found = open ? *open : NULL;
    if (found && found->sum <= g->max_bytes && item->value.size <= g->max_bytes - found->sum)
        return join_bundle(g, found, item);
    if (!open)
        open = sts__table_add(&g->open, hash);
    bundle *made = open ? add_bundle(g, index) : NULL;
    if (made)
        *open = made; /* in place of a full one */
    return made != NULL;
}

/* The lists of a payload: where they are, and how large their elements. */
static const struct {
    size_t offset;
    size_t size;
} lists[] = {
    {offsetof(sts__pb_TopologyStreamRepeatElementsData, components), sizeof(sts__pb_TopologyStreamComponent)},
    {offsetof(sts__pb_TopologyStreamRepeatElementsData, relations), sizeof(sts__pb_TopologyStreamRelation)},
    {offsetof(sts__pb_TopologyStreamRepeatElementsData, errors), sizeof(sts__pb_TopoStreamError)},
    {offsetof(sts__pb_TopologyStreamRepeatElementsData, delete_component_external_ids), sizeof(sts_bytes)},
    {offsetof(sts__pb_TopologyStreamRepeatElementsData, delete_relation_external_ids), sizeof(sts_bytes)},
};

static const sts__pb_field *list_of(const sts__pb_TopologyStreamMessage *message, size_t list) {
    const char *data = (const char *)&message->payload.topology_stream_repeat_elements_data;
    return (const sts__pb_field *)(const void *)(data + lists[list].offset);
}

/* One list of all messages of the bundle, filled from the end. */
static bool join_list(sts__arena *arena, sts__pb_TopologyStreamMessage *joined, const bundle *b, size_t list) {
    sts__pb_field *into = (sts__pb_field *)(uintptr_t)list_of(joined, list);
    const sts__pb_field own = *into;
    size_t count = own.size;
    for (const member *m = b->last; m; m = m->previous)
        count += list_of(m->message, list)->size;
    if (count == own.size)
        return true;
    char *all = sts__arena_array(arena, count, lists[list].size);
    if (!all)
        return false;
    size_t at = count;
    for (const member *m = b->last; m; m = m->previous) {
        const sts__pb_field *from = list_of(m->message, list);
        at -= from->size;
        if (from->size)
            memcpy(all + at * lists[list].size, from->data, from->size * lists[list].size);
    }
    if (own.size)
        memcpy(all, own.data, own.size * lists[list].size);
    *into = (sts__pb_field){all, count};
    return true;
}

static bool join(sts_topology_messages *messages, const bundle *b, sts__whole_message *item) {
    sts__pb_TopologyStreamMessage *joined = sts__arena_new(&messages->arena, sizeof *joined);
    if (!joined)
        return false;
    *joined = *(const sts__pb_TopologyStreamMessage *)item->message;
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        if (!join_list(&messages->arena, joined, b, i))
            return false;
    item->message = joined;
    item->value = sts__messages_encode(messages, &sts__proto_message, joined);
    return item->value.data != NULL;
}

static bool group_all(grouping *g) {
    sts_topology_messages *messages = g->messages;
    bool good = true;
    g->end = &g->first;
    for (size_t i = 0; i < messages->count && good; i++)
        good = place(g, i);
    /* Apart from the list, which stays as it is if there is not enough memory for all. */
    sts__whole_message *joined = sts__arena_array(&messages->arena, messages->count + 1, sizeof *joined);
    size_t count = 0;
    good = good && joined;
    for (const bundle *b = g->first; b && good; b = b->next, count++) {
        joined[count] = messages->items[b->first];
        good = !b->last || join(messages, b, &joined[count]);
    }
    if (!good)
        return false;
    if (count)
        memcpy(messages->items, joined, count * sizeof *joined);
    messages->count = count;
    return true;
}

sts_status sts__messages_group(sts_topology_messages *messages, size_t max_bytes, sts__fault *fault) {
    grouping g = {.messages = messages, .max_bytes = max_bytes};
    sts__table_init(&g.open, messages->memory, sizeof(bundle *));
    bool good = group_all(&g);
    sts__table_clear(&g.open);
    return good ? STS_OK : sts__fault_no_memory(fault);
}
