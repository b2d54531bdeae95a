/* SPDX-License-Identifier: Apache-2.0
 *
 * Which threads are inside a callback: what would wait for itself is refused there. And until when there are any. */
#include "exporter/exporter.h"

void sts__callers_enter(sts_exporter *exporter, sts__caller *caller) {
    caller->thread = pthread_self();
    pthread_mutex_lock(&exporter->callers_lock);
    caller->next = exporter->callers;
    exporter->callers = caller;
    pthread_mutex_unlock(&exporter->callers_lock);
}

void sts__callers_leave(sts_exporter *exporter, sts__caller *caller) {
    pthread_mutex_lock(&exporter->callers_lock);
    sts__caller **place = &exporter->callers;
    while (*place != caller)
        place = &(*place)->next;
    *place = caller->next;
    pthread_mutex_unlock(&exporter->callers_lock);
}

bool sts__callers_has_me(sts_exporter *exporter) {
    bool found = false;
    pthread_mutex_lock(&exporter->callers_lock);
    for (const sts__caller *caller = exporter->callers; caller && !found; caller = caller->next)
        found = pthread_equal(caller->thread, pthread_self());
    pthread_mutex_unlock(&exporter->callers_lock);
    return found;
}

bool sts__callers_may_call(const sts_exporter *exporter) {
    return !__atomic_load_n(&exporter->silent, __ATOMIC_ACQUIRE);
}
