/* SPDX-License-Identifier: Apache-2.0 */
#include "exporter/pace.h"

enum {
    LEAST = 8192,    /* as many may be under way at any time */
    WAIT_MS = 1,     /* more than that costs those who export one record at a time too much */
    STALL_US = 50000 /* nothing is delivered any more */
};

sts_status sts__pace_init(sts__pace *pace, bool is_on, uint32_t max) {
    *pace = (sts__pace){.is_on = is_on, .delivered_us = -STALL_US};
    sts__flow_window_init(&pace->window, LEAST, max);
    return pthread_mutex_init(&pace->lock, NULL) == 0 ? STS_OK : STS_ERR_SYSTEM;
}

void sts__pace_clear(sts__pace *pace) {
    pthread_mutex_destroy(&pace->lock);
}

/* What was delivered while nobody looked was under way in a window that was not full. */
static void look(sts__pace *pace, uint64_t delivered, int64_t now_us) {
    if (now_us - pace->looked_us > STALL_US)
        sts__flow_window_restart(&pace->window, now_us);
    else
        sts__flow_window_delivered(&pace->window, (size_t)(delivered - pace->delivered), now_us);
    if (delivered != pace->delivered)
        pace->delivered_us = now_us;
    pace->delivered = delivered;
    pace->looked_us = now_us;
}

int32_t sts__pace_wait_ms(sts__pace *pace, const sts__ledger_view *view, int64_t now_us) {
    pthread_mutex_lock(&pace->lock);
    if (view->delivered >= pace->delivered) /* others may have looked later */
        look(pace, view->delivered, now_us);
    const bool flows = now_us - pace->delivered_us < STALL_US;
    pthread_mutex_unlock(&pace->lock);
    return flows ? WAIT_MS : 0;
}
