/* SPDX-License-Identifier: Apache-2.0 */
#include "gather/open_heads.h"

#include <string.h>

/* Any thread may be the last one. */
static void let_go_of(const sts__memory *memory, sts__open_head *head, size_t users) {
    if (__atomic_sub_fetch(&head->users, users, __ATOMIC_ACQ_REL) == 0)
        sts__memory_free(memory, head);
}

void sts__open_head_let_go(const sts__memory *memory, sts__open_head *head) {
    if (head)
        let_go_of(memory, head, 1);
}

void sts__open_head_leave(const sts__memory *memory, sts__open_head *head) {
    if (head)
        let_go_of(memory, head, STS__OPEN_HEAD_MAKER - head->given);
}

bool sts__open_head_make(const sts__memory *memory, sts_bytes bytes, uint64_t hash, sts__open_head **head) {
    *head = NULL;
    if (bytes.size == 0)
        return true;
    sts__open_head *made = bytes.size < UINT32_MAX ? sts__memory_resize(memory, NULL, sizeof *made + bytes.size) : NULL;
    if (!made)
        return false;
    *made = (sts__open_head){.users = STS__OPEN_HEAD_MAKER, .hash = hash, .size = bytes.size};
    memcpy(made->bytes, bytes.data, bytes.size);
    *head = made;
    return true;
}

bool sts__open_head_says(const sts__open_head *head, sts_bytes bytes) {
    const sts_bytes own = sts__open_head_bytes(head);
    return own.size == bytes.size && (own.size == 0 || memcmp(own.data, bytes.data, own.size) == 0);
}

bool sts__open_heads_find(sts__open_heads *heads, const sts__memory *memory, const sts__table *table, sts_bytes bytes,
                          sts__open_head **head) {
    *head = NULL;
    if (bytes.size == 0)
        return true;
    if (heads->last.data == bytes.data && heads->last.size == bytes.size) {
        *head = heads->head;
        return true;
    }
    uint64_t hash = sts__table_hash(table, bytes);
    for (size_t i = 0; i < STS__OPEN_HEADS && !*head; i++)
        if (heads->items[i] && heads->items[i]->hash == hash && sts__open_head_says(heads->items[i], bytes))
            *head = heads->items[i];
    if (!*head) {
        if (!sts__open_head_make(memory, bytes, hash, head))
            return false;
        sts__open_head_leave(memory, heads->items[heads->next]);
        heads->items[heads->next] = *head;
        heads->next = (heads->next + 1) % STS__OPEN_HEADS;
    }
    heads->last = bytes;
    heads->head = *head;
    return true;
}

void sts__open_heads_forget(sts__open_heads *heads, const sts__memory *memory) {
    for (size_t i = 0; i < STS__OPEN_HEADS; i++)
        sts__open_head_leave(memory, heads->items[i]);
    *heads = (sts__open_heads){.next = 0};
}
