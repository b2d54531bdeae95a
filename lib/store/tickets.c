/* SPDX-License-Identifier: Apache-2.0
 *
 * Tickets: who waits for a sync, and who does it. */
#include "store/internal.h"

bool sts__store_commits(const sts__store *store) {
    return store->settings.sync == STS__STORE_SYNC_COMMIT;
}

void sts__tickets_open(sts__store *store, sts__store_ticket *ticket) {
    ticket->behind = store->next;
    if (ticket->open)
        return;
    ticket->open = true;
    ticket->failed = ticket->waits = false;
    ticket->next = store->tickets;
    store->tickets = ticket;
}

static void remove_ticket(sts__store *store, sts__store_ticket *ticket) {
    sts__store_ticket **at = &store->tickets;
    while (*at != ticket)
        at = &(*at)->next;
    *at = ticket->next;
    ticket->open = false;
}

static bool is_ended(const sts__store *store, const sts__store_ticket *ticket) {
    return ticket->failed || ticket->behind <= store->synced;
}

sts__tickets_woken sts__tickets_after_sync(sts__store *store) {
    sts__tickets_woken woken = {NULL, NULL};
    for (sts__store_ticket **at = &store->tickets; *at;) {
        sts__store_ticket *ticket = *at;
        if (!ticket->waits || !is_ended(store, ticket)) {
            woken.next = ticket->waits ? ticket : woken.next; /* the oldest */
            at = &ticket->next;
            continue;
        }
        *at = ticket->next;
        ticket->open = ticket->waits = false;
        ticket->next = woken.ended;
        woken.ended = ticket;
    }
    if (woken.next)
        woken.next->waits = false;
    return woken;
}

/* Once it is woken, a ticket may be gone. */
void sts__tickets_wake(sts__tickets_woken woken) {
    if (woken.next) /* first: until it syncs, nobody does */
        sem_post(&woken.next->turn);
    for (sts__store_ticket *ticket = woken.ended; ticket;) {
        sts__store_ticket *next = ticket->next;
        sem_post(&ticket->turn);
        ticket = next;
    }
}

void sts__store_leave(sts__store *store, sts__store_ticket *ticket) {
    if (!ticket->open)
        return;
    pthread_mutex_lock(&store->lock);
    remove_ticket(store, ticket);
    if (ticket->behind > store->left)
        store->left = ticket->behind;
    pthread_mutex_unlock(&store->lock);
}

/* Waits for a sync, or does it, with the lock, which is let go. Then the ticket has come to its end, or another sync is
 * to be waited for. Whoever comes while nobody syncs does it at once, and not only who was called. */
static void await_sync(sts__store *store, sts__store_ticket *ticket) {
    ticket->waits = true;
    if (store->syncing)
        pthread_mutex_unlock(&store->lock);
    else
        sts__store_sync_for_all(store);    /* which ends this ticket like others */
    while (sem_wait(&ticket->turn) != 0) { /* a signal came */
    }
}

sts_status sts__store_commit(sts__store *store, sts__store_ticket *ticket, sts__fault *fault) {
    if (!ticket->open)
        return STS_OK;
    sem_init(&ticket->turn, 0, 0);
    while (ticket->open) {
        pthread_mutex_lock(&store->lock);
        if (sts__store_commits(store) && !is_ended(store, ticket)) {
            await_sync(store, ticket);
            continue;
        }
        remove_ticket(store, ticket);
        pthread_mutex_unlock(&store->lock);
    }
    sem_destroy(&ticket->turn);
    return ticket->failed ? sts__fault_set(fault, STS_ERR_STORAGE,
                                           "what was written to \"%s\" is not on the disk for sure: it was not taken",
                                           store->folder)
                          : STS_OK;
}
