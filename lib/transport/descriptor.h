/* SPDX-License-Identifier: Apache-2.0
 *
 * The descriptor that a host waits on for a transport: readable when there is something to serve, at once or after some
 * time. It is an epoll(7) instance over an eventfd(2), which librdkafka may write into too, and a timerfd_create(2). */
#ifndef STS_TRANSPORT_DESCRIPTOR_H
#define STS_TRANSPORT_DESCRIPTOR_H

#include <stdbool.h>
#include <stdint.h>

typedef struct sts__descriptor {
    int host;  /* what the host waits on; each is -1 until opened */
    int event; /* atomic: raised by any thread */
    int timer;
    bool is_timed; /* the timer is set; only for the serving thread */
} sts__descriptor;

void sts__descriptor_init(sts__descriptor *descriptor);

/* False where the system has no more of them, and then it is not open. */
bool sts__descriptor_open(sts__descriptor *descriptor);

/* Makes it readable whenever another one is; false where the system does not let it. */
bool sts__descriptor_watch(const sts__descriptor *descriptor, int fd);

bool sts__descriptor_is_open(const sts__descriptor *descriptor);

/* Makes it readable, if it is open. Any thread. */
void sts__descriptor_raise(const sts__descriptor *descriptor);

/* Makes it readable in so long. Only for the serving thread. */
void sts__descriptor_raise_after(sts__descriptor *descriptor, int32_t timeout_ms);

/* Makes it quiet, and forgets a time that has not come. Only for the serving thread. */
void sts__descriptor_quiet(sts__descriptor *descriptor);

void sts__descriptor_close(sts__descriptor *descriptor);

#endif
