/* SPDX-License-Identifier: Apache-2.0 */
#include "topic_wait.h"

#include <time.h>

#include "clock.h"
#include "console.h"

enum { ASK_AGAIN_MS = 100, UNKNOWN_MS = 5000 };

int64_t topic_wait_unknown_ms(int64_t patience_ms) {
    return patience_ms < UNKNOWN_MS ? patience_ms : UNKNOWN_MS;
}

bool topic_wait(const char *topic, const char *why, int64_t since_ms, int64_t limit_ms) {
    const struct timespec moment = {0, ASK_AGAIN_MS * 1000000L};
    if (clock_ms() - since_ms >= limit_ms) {
        progress_end();
        return false;
    }
    progress("%s: %s; asking again, as that may pass", topic, why);
    nanosleep(&moment, NULL);
    return true;
}
