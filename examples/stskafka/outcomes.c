/* SPDX-License-Identifier: Apache-2.0
 *
 * What became of the records. */
#include "outcomes.h"

#include <stdlib.h>
#include <string.h>

#include "exit_status.h"
#include "memory.h"

enum { TAKEN_AT_ONCE = 1000 };

void outcomes_init(struct outcome_list *outcomes, size_t limit) {
    memset(outcomes, 0, sizeof *outcomes);
    outcomes->taken = need(sts_outcomes_new(TAKEN_AT_ONCE));
    outcomes->limit = limit;
}

void outcomes_show(struct outcome_list *outcomes, outcome_show show, void *user) {
    outcomes->show_user = user;
    outcomes->show = show;
}

void outcomes_clear(struct outcome_list *outcomes) {
    sts_outcomes_free(outcomes->taken);
    for (size_t i = 0; i < outcomes->count; i++)
        free((void *)outcomes->at[i].text);
    for (size_t i = 0; i < outcomes->topic_count; i++)
        free(outcomes->topics[i]);
    free(outcomes->at);
    free(outcomes->topics);
}

/* One copy of each name: there are many records and few topics. */
static const char *topic_copy(struct outcome_list *outcomes, const char *name) {
    if (!name)
        return NULL;
    for (size_t i = outcomes->topic_count; i > 0; i--) {
        if (strcmp(outcomes->topics[i - 1], name) == 0)
            return outcomes->topics[i - 1];
    }
    outcomes->topics = need_room(outcomes->topics, outcomes->topic_count, sizeof *outcomes->topics);
    return outcomes->topics[outcomes->topic_count++] = need_strdup(name);
}

static struct outcome read_outcome(const sts_outcome *from) {
    const char *text = sts_outcome_text(from);
    return (struct outcome){
        .request = sts_outcome_token(from),
        .index = sts_outcome_index(from),
        .topic = sts_outcome_topic(from),
        .text = text[0] ? text : NULL,
        .offset = sts_outcome_offset(from),
        .partition = sts_outcome_partition(from),
        .kind = sts_outcome_kind(from),
        .code = sts_outcome_code(from),
    };
}

static void keep(struct outcome_list *outcomes, struct outcome outcome) {
    outcome.topic = topic_copy(outcomes, outcome.topic);
    if (outcome.text)
        outcome.text = need_strdup(outcome.text);
    outcomes->at = need_room(outcomes->at, outcomes->count, sizeof *outcomes->at);
    outcomes->at[outcomes->count++] = outcome;
}

/* With required_acks=none nobody acknowledges, and sent is all that can be had. */
static bool went(const struct outcome_list *outcomes, const sts_outcome *outcome) {
    if (sts_outcome_kind(outcome) == STS_OUTCOME_UNCERTAIN && sts_outcome_transport_code(outcome) == 0)
        return outcomes->unacknowledged;
    return sts_outcome_kind(outcome) == STS_OUTCOME_DELIVERED;
}

static void add(struct outcome_list *outcomes, const sts_outcome *outcome) {
    bool is_fault = !went(outcomes, outcome);
    if (is_fault)
        outcomes->faults |= FAULT_RECORDS | (fault_of(sts_outcome_code(outcome)) & FAULT_BROKER);
    struct outcome read = read_outcome(outcome);
    bool is_wanted = is_fault || outcomes->limit == SIZE_MAX;
    if (outcomes->show)
        outcomes->show(&read, outcomes->show_user);
    else if (is_wanted && outcomes->count < outcomes->limit)
        keep(outcomes, read);
    else if (is_wanted)
        outcomes->beyond++;
}

void outcomes_take(struct outcome_list *outcomes, sts_exporter *exporter) {
    size_t count;
    do {
        count = 0;
        if (sts_exporter_take_outcomes(exporter, outcomes->taken, 0) == STS_OK)
            count = sts_outcomes_count(outcomes->taken);
        for (size_t i = 0; i < count; i++)
            add(outcomes, sts_outcomes_at(outcomes->taken, i));
    } while (count > 0);
}

static int compare(const void *left, const void *right) {
    const struct outcome *a = left, *b = right;
    if (a->request != b->request)
        return a->request < b->request ? -1 : 1;
    return a->index < b->index ? -1 : a->index > b->index;
}

void outcomes_sort(struct outcome_list *outcomes) {
    if (outcomes->count)
        qsort(outcomes->at, outcomes->count, sizeof *outcomes->at, compare);
}

const char *outcome_status(const struct outcome *outcome) {
    switch (outcome->kind) {
    case STS_OUTCOME_DELIVERED:
        return "delivered";
    case STS_OUTCOME_FAILED:
        return "failed";
    case STS_OUTCOME_UNCERTAIN:
        return "uncertain";
    case STS_OUTCOME_PURGED:
        return "purged";
    default:
        return "rejected";
    }
}
