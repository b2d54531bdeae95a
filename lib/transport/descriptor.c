/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/descriptor.h"

#include <stddef.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

void sts__descriptor_init(sts__descriptor *descriptor) {
    *descriptor = (sts__descriptor){.host = -1, .event = -1, .timer = -1};
}

bool sts__descriptor_is_open(const sts__descriptor *descriptor) {
    return __atomic_load_n(&descriptor->event, __ATOMIC_ACQUIRE) >= 0;
}

static void close_one(int *fd) {
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

void sts__descriptor_close(sts__descriptor *descriptor) {
    close_one(&descriptor->host);
    close_one(&descriptor->event);
    close_one(&descriptor->timer);
}

static bool watch(int host, int fd) {
    struct epoll_event event = {.events = EPOLLIN};
    return fd >= 0 && epoll_ctl(host, EPOLL_CTL_ADD, fd, &event) == 0;
}

bool sts__descriptor_watch(const sts__descriptor *descriptor, int fd) {
    return watch(descriptor->host, fd);
}

bool sts__descriptor_open(sts__descriptor *descriptor) {
    int event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    descriptor->host = epoll_create1(EPOLL_CLOEXEC);
    descriptor->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (watch(descriptor->host, event) && watch(descriptor->host, descriptor->timer)) {
        __atomic_store_n(&descriptor->event, event, __ATOMIC_RELEASE); /* last: who raises it sees an open one */
        return true;
    }
    close_one(&event);
    sts__descriptor_close(descriptor);
    return false;
}

void sts__descriptor_raise(const sts__descriptor *descriptor) {
    const uint64_t one = 1;
    int fd = __atomic_load_n(&descriptor->event, __ATOMIC_ACQUIRE);
    if (fd >= 0 && write(fd, &one, sizeof one) < 0)
        return; /* it can only be full, and then it is readable */
}

/* Zero takes the time back, and what has come of it. */
static void set_timer(sts__descriptor *descriptor, int32_t timeout_ms) {
    struct itimerspec when = {.it_value = {timeout_ms / 1000, timeout_ms % 1000 * 1000000L}};
    timerfd_settime(descriptor->timer, 0, &when, NULL);
    descriptor->is_timed = timeout_ms > 0;
}

void sts__descriptor_raise_after(sts__descriptor *descriptor, int32_t timeout_ms) {
    if (sts__descriptor_is_open(descriptor))
        set_timer(descriptor, timeout_ms);
}

void sts__descriptor_quiet(sts__descriptor *descriptor) {
    uint64_t raised;
    if (!sts__descriptor_is_open(descriptor))
        return;
    if (descriptor->is_timed)
        set_timer(descriptor, 0);
    if (read(descriptor->event, &raised, sizeof raised) < 0)
        return; /* it was quiet */
}
