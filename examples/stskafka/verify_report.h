/* SPDX-License-Identifier: Apache-2.0
 *
 * What verify tells at its end: for people, or as the last line of JSON. */
#ifndef VERIFY_REPORT_H
#define VERIFY_REPORT_H

#include "key_counts.h"
#include "topic_walk.h"
#include "verify_faults.h"
#include "verify_order.h"
#include "verify_places.h"
#include "verify_rules.h"

struct verification {
    struct topic_walk walk;
    struct verify_places places;
    struct verify_order order;
    struct verify_rules rules;
    struct verify_faults faults;
    struct key_counts keys;
    const char *order_header; /* NULL: order is by no header */
    bool has_order;
    double seconds;
};

void verify_report_json(struct verification *run);
void verify_report_text(struct verification *run);

#endif
