/* SPDX-License-Identifier: Apache-2.0
 *
 * Messages that are made of their items when the request is gone: what is kept of each item until then, how it becomes
 * a message's value, and how such a value is taken apart again, when a message that was refused is to go in parts. */
#ifndef STS_ENCODE_KEPT_H
#define STS_ENCODE_KEPT_H

#include "encode/encode.h"

/* What is kept of an item; nothing in it is empty by data NULL. */
typedef struct sts__kept {
    sts_bytes bytes;    /* the item's own, or what it was written as */
    sts_bytes resource; /* what its resource's group and its scope's say but for what is in them; of size 0 where the */
    sts_bytes scope;    /* value needs none of it */
    size_t alone;       /* how large the value of this item alone is at most, */
    size_t more;        /* and how much more one is at most that it comes into, behind an item of the same scope */
} sts__kept;

struct sts__keeping {
    bool keeps_items; /* what is kept are the items' own bytes */
    /* What to keep of the item, as views that live as long as the encoder's arenas say. STS_OK; what encode says of an
     * item that cannot be written, or STS_ERR_NO_MEMORY. */
    sts_status (*keep)(sts__encoder *encoder, const sts__item *item, sts__kept *kept, sts__fault *fault);
    /* Makes the value of what was kept: places whose bytes and groups are those, with numbers that tell which groups
     * are the same. As join in encode.h. */
    sts_status (*join)(sts__encoder *encoder, const sts__item_place *places, size_t count, sts_bytes *value,
                       sts__fault *fault);
    /* What was kept of the items of such a value, which must have `count` of them: the array, and what is not in the
     * value, come from the item's arena. STS_OK; STS_ERR_NO_MEMORY; STS_ERR_MALFORMED where it has another number. */
    sts_status (*take_apart)(sts__encoder *encoder, sts_bytes value, sts__kept *kept, size_t count, sts__fault *fault);
};

extern const sts__keeping sts__keeping_otlp_proto;
extern const sts__keeping sts__keeping_otlp_json;
extern const sts__keeping sts__keeping_lines;

#endif
