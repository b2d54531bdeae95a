/* SPDX-License-Identifier: Apache-2.0 */
#include "queue/result.h"

#include <string.h>

#include "base/clock.h"
#include "base/status.h"

sts_status sts__result_init(sts__result *result) {
    memset(result, 0, sizeof *result);
    return sts__condition_init(&result->whole) == 0 ? STS_OK : STS_ERR_SYSTEM;
}

void sts__result_clear(sts__result *result) {
    pthread_cond_destroy(&result->whole);
}

void sts__result_expect(sts__result *result) {
    result->missing++;
}

void sts__result_settle(sts__result *result) {
    if (--result->missing == 0)
        pthread_cond_signal(&result->whole);
}

uint64_t sts__result_undelivered(const sts__result *result) {
    return result->counts[STS_OUTCOME_FAILED] + result->counts[STS_OUTCOME_UNCERTAIN] +
           result->counts[STS_OUTCOME_PURGED];
}

/* Outcomes come in any order. */
void sts__result_add(sts__result *result, uint64_t index, const sts_completion *completion) {
    bool is_first = sts__result_undelivered(result) == 0 || index < result->first;
    result->counts[completion->kind]++;
    if (completion->kind == STS_OUTCOME_DELIVERED || !is_first)
        return;
    result->first = index;
    sts__fault_set(&result->why, completion->code, "%s",
                   completion->text ? completion->text : sts__status_text(completion->code));
    result->why.transport_code = completion->transport_code;
}

void sts__result_wait(sts__result *result, pthread_mutex_t *lock) {
    while (result->missing)
        pthread_cond_wait(&result->whole, lock);
}
