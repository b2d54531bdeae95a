/* SPDX-License-Identifier: Apache-2.0 */
#include "support/handed.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "support/must.h"

/* For all of them: one that is over may be gone as soon as its last request was released. */
static pthread_mutex_t releasing = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t has_released = PTHREAD_COND_INITIALIZER;

/* One request, as its release gets it back. */
struct request {
    struct handed *all;
    unsigned number;
    unsigned char *bytes;
    size_t size;
};

static void release(const void *bytes, size_t size, void *user) {
    struct request *request = user;
    struct handed *all = request->all;
    MUST(bytes == request->bytes && size == request->size);
    MUST(__atomic_add_fetch(&all->times[request->number], 1, __ATOMIC_ACQ_REL) == 1);
    if (all->inside)
        all->inside(all);
    memset(request->bytes, 0xdd, size);
    free(request->bytes);
    free(request);
    pthread_mutex_lock(&releasing);
    all->released++;
    pthread_cond_broadcast(&has_released);
    pthread_mutex_unlock(&releasing);
}

sts_status handed_export(struct handed *all, sts_exporter *exporter, int32_t signal, int32_t format, const void *bytes,
                         size_t size, const sts_export_context *context, uint64_t *counts, sts_error **error) {
    struct request *request = malloc(sizeof *request);
    MUST(request);
    *request =
        (struct request){all, __atomic_fetch_add(&all->count, 1, __ATOMIC_ACQ_REL), malloc(size ? size : 1), size};
    MUST(request->number < HANDED_MOST && request->bytes);
    if (size)
        memcpy(request->bytes, bytes, size);
    return sts_export_take(exporter, signal, format, request->bytes, size, release, request, context, counts,
                           counts ? STS_COUNTS : 0, error);
}

sts_status handed_logs(struct handed *all, sts_exporter *exporter, const struct pb *otlp,
                       const sts_export_context *context, uint64_t *counts, sts_error **error) {
    return handed_export(all, exporter, STS_SIGNAL_LOGS, STS_FORMAT_OTLP_PROTO, otlp->data, otlp->size, context, counts,
                         error);
}

unsigned handed_released(struct handed *all) {
    pthread_mutex_lock(&releasing);
    unsigned released = all->released;
    pthread_mutex_unlock(&releasing);
    return released;
}

void handed_await(struct handed *all, unsigned count) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 60;
    pthread_mutex_lock(&releasing);
    while (all->released < count)
        MUST(pthread_cond_timedwait(&has_released, &releasing, &until) == 0);
    MUST(all->released == count);
    pthread_mutex_unlock(&releasing);
}

void handed_check(struct handed *all) {
    for (unsigned i = 0; i < all->count; i++)
        MUST(__atomic_load_n(&all->times[i], __ATOMIC_ACQUIRE) == 1);
    MUST(handed_released(all) == all->count);
}
