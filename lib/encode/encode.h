/* SPDX-License-Identifier: Apache-2.0
 *
 * What a message's value is: a row for each encoding. It makes the value of one item (a log record, a span, a metric)
 * of the item's own bytes and of those around it; where a new encoding goes: a row in encode.c. README.md has what
 * users read of each.
 *
 * Values that are not the item's own bytes lie in arenas of whoever asks. What depends on an item's resource or scope
 * alone is made once for each of them. */
#ifndef STS_ENCODE_ENCODE_H
#define STS_ENCODE_ENCODE_H

#include "base/arena.h"
#include "base/error.h"
#include "signal/item.h"
#include "signal/single.h"

/* Places of the rows. The option's words have this order (exporter/options_table.c); the first one leaves it to the
 * signal. */
typedef enum sts__encode_place {
    STS__ENCODE_DEFAULT,
    STS__ENCODE_OTLP_PROTO,
    STS__ENCODE_OTLP_JSON, /* up to here for every signal */
    STS__ENCODE_BODY,
    STS__ENCODE_RAW,
    STS__ENCODE_RAW_TEXT,
    STS__ENCODE_JSON_RECORD,
    STS__ENCODE_CLICKHOUSE,
    STS__ENCODE_ELASTIC_OTEL,
    STS__ENCODINGS
} sts__encode_place;

/* What was made of a group, for the items in it. */
typedef struct sts__encode_kept {
    uint64_t number; /* of the group; 0: nothing was made */
    sts_bytes bytes;
} sts__encode_kept;

/* What a request with one item has in front of the item's bytes: for all items of a scope the same, but for three
 * lengths. */
typedef struct sts__encode_front {
    uint64_t number; /* of the scope's group; 0: nothing was made */
    uint8_t *bytes;  /* of the resource's arena: the scopes in it share the room */
    size_t size, capacity;
    size_t scope_at, item_at;         /* where lengths are put; the first one behind the first tag */
    size_t scope_more, resource_more; /* how much longer the messages around an item are than it is */
    size_t least, most;               /* items of so many bytes: the lengths take as many bytes each as here */
} sts__encode_front;

typedef struct sts__encoding sts__encoding;
typedef struct sts__keeping sts__keeping;

/* Memory for values that are made in one piece, and may outlive the arenas. */
typedef struct sts__value_room {
    void *(*take)(struct sts__value_room *room, size_t size); /* NULL: it is to come from the item's arena */
} sts__value_room;

/* What encodes the items of one request. */
typedef struct sts__encoder {
    const sts__encoding *encoding;
    const sts__signal *signal;
    /* How long what lies in them lives: as long as the present resource, scope, item. They are reset by their owner
     * when the next one comes. */
    sts__arena *resource_arena;
    sts__arena *scope_arena;
    sts__arena *item_arena;
    sts__encode_kept resource;
    sts__encode_kept scope;
    sts__encode_front front;
    sts__single_rests *rests; /* of the groups that items are joined in; NULL: they are not kept */
    sts__value_room *room;    /* for values that are joined; NULL: they come from the item's arena */
} sts__encoder;

struct sts__encoding {
    const char *name;
    bool is_for_logs_alone;   /* the others are for the items of every signal */
    const char *content_type; /* a media type (RFC 6838), for the header of that name */
    int32_t whole_format;     /* the format (stskafka/otlp.h) of what passes through as it came; 0: values are made */
    /* Makes the value; data NULL is a null one. STS_OK; why the item cannot be written; STS_ERR_NO_MEMORY. */
    sts_status (*encode)(sts__encoder *encoder, const sts__item *item, sts_bytes *value, sts__fault *fault);
    /* Makes one value of several items, in their order; the same, but for items that cannot be written no more is told
     * than that there is one. NULL: values of this encoding cannot be joined. */
    sts_status (*join)(sts__encoder *encoder, const sts__item_place *places, size_t count, sts_bytes *value,
                       sts__fault *fault);
    const char *joined_content_type;
    const sts__keeping
        *keeping; /* how a message is made when the request is gone (kept.h); NULL where nothing is joined */
};

/* The encoding of that place for a signal: an option's word, or the signal's own where that says STS__ENCODE_DEFAULT.
 */
const sts__encoding *sts__encoding_at(int place, const sts__signal *signal);

/* Forgets what was kept of groups, where it was not their arenas' owner who saw the next one come. */
static inline void sts__encoder_forget(sts__encoder *encoder) {
    encoder->resource.number = encoder->scope.number = encoder->front.number = 0;
    encoder->front.capacity = 0;
    if (encoder->rests)
        sts__single_rests_forget(encoder->rests);
}

/* Memory for a value of so many bytes at most, which is joined; NULL when out of memory. */
static inline void *sts__encoder_value(const sts__encoder *encoder, size_t size) {
    void *value = encoder->room ? encoder->room->take(encoder->room, size) : NULL;
    return value ? value : sts__arena_alloc(encoder->item_arena, size);
}

static inline sts_status sts__encode(sts__encoder *encoder, const sts__item *item, sts_bytes *value,
                                     sts__fault *fault) {
    return encoder->encoding->encode(encoder, item, value, fault);
}

#endif
