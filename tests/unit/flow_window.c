/* SPDX-License-Identifier: Apache-2.0
 *
 * The window over messages under way, beside a broker that answers after a while and takes so much in a second. */
#include <criterion/criterion.h>

#include "base/flow_window.h"

enum { LEAST = 2048, MAX = 100000, STEP_US = 1000 };

struct broker {
    double latency_s;
    double most_per_s;
    int64_t now_us;
    double left; /* of a message */
};

/* How many are delivered in a step where the window is full all the time: what is under way, once in a latency. */
static size_t delivered(struct broker *broker, size_t window) {
    double rate = (double)window / broker->latency_s;
    if (rate > broker->most_per_s)
        rate = broker->most_per_s;
    broker->left += rate * STEP_US / 1e6;
    size_t whole = (size_t)broker->left;
    broker->left -= (double)whole;
    broker->now_us += STEP_US;
    return whole;
}

static void run(sts__flow_window *window, struct broker *broker, double seconds) {
    for (int64_t end = broker->now_us + (int64_t)(seconds * 1e6); broker->now_us < end;) {
        size_t count = delivered(broker, sts__flow_window_size(window));
        sts__flow_window_delivered(window, count, broker->now_us);
    }
}

/* It need not be exact: what is needed to be as quick as can be, and less than four times that. */
static void check_fits(const sts__flow_window *window, const struct broker *broker) {
    size_t size = sts__flow_window_size(window);
    double needed = broker->most_per_s * broker->latency_s;
    cr_assert_geq((double)size, 0.9 * needed, "%zu", size);
    cr_assert_lt((double)size, 4 * needed, "%zu", size);
}

/* The broker is that far away from now on. */
static void settle(sts__flow_window *window, struct broker *broker, double latency_s, double seconds) {
    broker->latency_s = latency_s;
    run(window, broker, seconds);
    check_fits(window, broker);
}

Test(flow_window, finds_what_is_needed) {
    sts__flow_window window;
    struct broker broker = {0, 500000, 1, 0};
    sts__flow_window_init(&window, LEAST, MAX);
    settle(&window, &broker, 0.02, 4);
}

Test(flow_window, follows_a_network_that_becomes_slower) {
    sts__flow_window window;
    struct broker broker = {0, 500000, 1, 0};
    sts__flow_window_init(&window, LEAST, MAX);
    settle(&window, &broker, 0.01, 4);
    settle(&window, &broker, 0.1, 30);
}

Test(flow_window, stays_small_where_more_does_not_help) {
    sts__flow_window window;
    struct broker broker = {0.001, 10000, 1, 0};
    sts__flow_window_init(&window, LEAST, MAX);
    size_t first = sts__flow_window_size(&window);
    run(&window, &broker, 60);
    cr_assert_leq(sts__flow_window_size(&window), 2 * first);
}

Test(flow_window, becomes_smaller_where_less_does_as_well) {
    sts__flow_window window;
    struct broker broker = {0, 500000, 1, 0};
    sts__flow_window_init(&window, LEAST, MAX);
    settle(&window, &broker, 0.1, 4);
    settle(&window, &broker, 0.01, 30);
    broker.latency_s = 0.0001;
    run(&window, &broker, 30);
    cr_assert_leq(sts__flow_window_size(&window), 2 * LEAST);
}

Test(flow_window, does_not_become_smaller_where_less_delivers_less) {
    sts__flow_window window;
    struct broker broker = {0.1, 500000, 1, 0};
    sts__flow_window_init(&window, LEAST, MAX);
    run(&window, &broker, 4);
    const size_t large = sts__flow_window_size(&window);
    for (int i = 0; i < 1000; i++) {
        double rate = sts__flow_window_size(&window) < large ? 475000 : 500000;
        broker.now_us += 100000;
        sts__flow_window_delivered(&window, (size_t)(rate / 10), broker.now_us);
        cr_assert_geq(2 * sts__flow_window_size(&window), large);
    }
    cr_assert_eq(sts__flow_window_size(&window), large);
}

/* What lies behind is no part of what is measured. */
Test(flow_window, begins_again_where_nothing_was_told_for_a_while) {
    sts__flow_window window;
    struct broker broker = {0.001, 10000, 1, 0};
    sts__flow_window_init(&window, LEAST, MAX);
    run(&window, &broker, 1);
    for (int i = 0; i < 20; i++) {
        broker.now_us += 60000000;
        sts__flow_window_restart(&window, broker.now_us);
        run(&window, &broker, 1);
    }
    cr_assert_leq(sts__flow_window_size(&window), 2 * LEAST);
}

Test(flow_window, is_never_more_than_there_may_be) {
    sts__flow_window window;
    struct broker broker = {10, 500000, 1, 0};
    size_t largest = 0;
    sts__flow_window_init(&window, LEAST, 5000);
    for (int i = 0; i < 600; i++) {
        run(&window, &broker, 0.1);
        if (sts__flow_window_size(&window) > largest)
            largest = sts__flow_window_size(&window);
    }
    cr_assert_eq(largest, 5000);
    sts__flow_window_init(&window, LEAST, 10);
    cr_assert_eq(sts__flow_window_size(&window), 10);
}

Test(flow_window, of_one_size_stays_so) {
    sts__flow_window window;
    struct broker broker = {0.02, 500000, 1, 0};
    sts__flow_window_init(&window, 300, 300);
    run(&window, &broker, 20);
    cr_assert_eq(sts__flow_window_size(&window), 300);
}
