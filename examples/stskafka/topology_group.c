/* SPDX-License-Identifier: Apache-2.0
 *
 * By the messages' bytes, which the library has just written: fields ascending, each once but the elements. */
#include "topology_group.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "wire.h"

/* Fields of TopologyStreamMessage and TopologyStreamRepeatElementsData (topo_stream.proto). */
enum {
    COLLECTION_TIMESTAMP = 1,
    REPEAT_ELEMENTS_DATA = 4,
    FIRST_LIST = 2, /* components, relations, errors, deletions of both */
    LAST_LIST = 6,
};

/* A message, and those that are joined to it. */
struct member {
    bool is_metadata;
    sts_bytes key;
    sts_bytes value;
    sts_bytes time;     /* the field with the collection time; empty where it is 0 */
    sts_bytes head;     /* what is before its elements */
    sts_bytes elements; /* data NULL: a message of another kind */
    uint64_t sum;       /* of the single sizes, of a first one */
    bool is_joined;     /* to one before it */
    struct member *next, *last;
};

static struct member read_message(const sts_topology_messages *messages, size_t index) {
    struct member member = {.is_metadata = sts_topology_messages_is_metadata(messages, index) != 0};
    struct wire_field field;
    sts_topology_messages_key(messages, index, &member.key);
    sts_topology_messages_value(messages, index, &member.value);
    member.sum = member.value.size;
    struct wire wire = wire_of(member.value);
    while (!member.is_metadata && wire_next(&wire, &field)) {
        if (field.number == COLLECTION_TIMESTAMP)
            member.time = field.whole;
        if (field.number != REPEAT_ELEMENTS_DATA)
            continue;
        const char *start = member.value.data, *here = field.whole.data;
        member.head = (sts_bytes){start, (size_t)(here - start)};
        member.elements = field.bytes;
    }
    return member;
}

/* --- which go together --- */

static int compare_bytes(sts_bytes a, sts_bytes b) {
    if (a.size != b.size)
        return a.size < b.size ? -1 : 1;
    return a.size ? memcmp(a.data, b.data, a.size) : 0;
}

static int compare(const void *a, const void *b) {
    const struct member *x = a, *y = b;
    int by_key = compare_bytes(x->key, y->key);
    return by_key ? by_key : compare_bytes(x->time, y->time);
}

/* To the last message of its key and time that still has room, or apart. */
static void place(void **firsts, struct member *member, uint64_t max_bytes) {
    struct member **found = need(tsearch(member, firsts, compare));
    struct member *first = *found;
    if (first == member)
        return;
    if (first->sum > max_bytes || member->sum > max_bytes - first->sum) {
        *found = member; /* in place of a full one */
        return;
    }
    first->sum += member->sum;
    member->is_joined = true;
    *(first->last ? &first->last->next : &first->next) = member;
    first->last = member;
}

/* --- one message of many --- */

static void append(sts_bytes *to, sts_bytes bytes) {
    if (bytes.size)
        memcpy((char *)(uintptr_t)to->data + to->size, bytes.data, bytes.size);
    to->size += bytes.size;
}

static void append_fields(sts_bytes *to, sts_bytes elements, uint64_t first, uint64_t last) {
    struct wire wire = wire_of(elements);
    struct wire_field field;
    while (wire_next(&wire, &field))
        if (field.number >= first && field.number <= last)
            append(to, field.whole);
}

/* The tag and the size of the elements. */
static sts_bytes elements_head(unsigned char *into, uint64_t size) {
    sts_bytes head = {into, 0};
    into[head.size++] = REPEAT_ELEMENTS_DATA << 3 | WIRE_BYTES;
    for (; size > 127; size >>= 7)
        into[head.size++] = (unsigned char)(size | 128);
    into[head.size++] = (unsigned char)size;
    return head;
}

/* The first one's own fields, and the lists of all; `memory` has room for the sum of both. */
static sts_bytes join_elements(const struct member *first, void *memory) {
    sts_bytes joined = {memory, 0};
    append_fields(&joined, first->elements, 0, FIRST_LIST - 1);
    for (uint64_t list = FIRST_LIST; list <= LAST_LIST; list++)
        for (const struct member *member = first; member; member = member->next)
            append_fields(&joined, member->elements, list, list);
    append_fields(&joined, first->elements, LAST_LIST + 1, UINT64_MAX);
    return joined;
}

static void take_joined(const struct member *first, topology_take *take, void *user) {
    unsigned char head[1 + 10];
    void *memory = need_realloc(NULL, first->sum);
    sts_bytes elements = join_elements(first, memory);
    sts_bytes value = {need_realloc(NULL, first->head.size + sizeof head + elements.size), 0};
    append(&value, first->head);
    append(&value, elements_head(head, elements.size));
    append(&value, elements);
    take(false, first->key, value, user);
    free((void *)(uintptr_t)value.data);
    free(memory);
}

static void keep(void *node) {
    (void)node;
}

void topology_group(const sts_topology_messages *messages, uint64_t max_bytes, topology_take *take, void *user) {
    size_t count = sts_topology_messages_count(messages);
    struct member *members = need_realloc(NULL, count * sizeof *members);
    void *firsts = NULL; /* a tree of those that others may be joined to */
    for (size_t i = 0; i < count; i++) {
        members[i] = read_message(messages, i);
        if (members[i].elements.data)
            place(&firsts, &members[i], max_bytes);
    }
    tdestroy(firsts, keep);
    for (size_t i = 0; i < count; i++) {
        if (members[i].is_joined)
            continue;
        if (members[i].next)
            take_joined(&members[i], take, user);
        else
            take(members[i].is_metadata, members[i].key, members[i].value, user);
    }
    free(members);
}
