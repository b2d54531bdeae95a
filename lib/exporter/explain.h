/* SPDX-License-Identifier: Apache-2.0
 *
 * What an explanation is made of; the public accessors read it. */
#ifndef STS_EXPORTER_EXPLAIN_H
#define STS_EXPORTER_EXPLAIN_H

#include "exporter/exporter.h"
#include "key/parts.h"

struct sts_explanation {
    sts_status code;
    const sts__routed *routed;
    const sts__fault *fault; /* what `code` is about */
    sts__profile profile;
    sts__key_parts parts; /* what the key was made of */
    const sts__item_place *records;
    size_t record_count;
};

#endif
