/* SPDX-License-Identifier: Apache-2.0
 *
 * The encodings, for the table of them (encode.c), and what they share. */
#ifndef STS_ENCODE_ENCODINGS_H
#define STS_ENCODE_ENCODINGS_H

#include "encode/encode.h"
#include "encode/kept.h"

/* Bodies as they are, or as text (body.c). */
sts_status sts__encode_body(sts__encoder *encoder, const sts__item *item, sts_bytes *value, sts__fault *fault);
sts_status sts__encode_raw(sts__encoder *encoder, const sts__item *item, sts_bytes *value, sts__fault *fault);
sts_status sts__encode_raw_text(sts__encoder *encoder, const sts__item *item, sts_bytes *value, sts__fault *fault);

/* A request with that item alone, of the bytes that came (otlp_proto.c); the same in JSON (otlp_json.c). */
sts_status sts__encode_otlp_proto(sts__encoder *encoder, const sts__item *item, sts_bytes *value, sts__fault *fault);
sts_status sts__encode_otlp_json(sts__encoder *encoder, const sts__item *item, sts_bytes *value, sts__fault *fault);

/* A request with several items, with `rests` as in signal/single.h; with those of the encoder; the same in JSON; and
 * lines with a value of one item each (lines.c). */
sts_status sts__join_items(sts__encoder *encoder, const sts__item_place *places, size_t count, sts__single_rests *rests,
                           sts_bytes *value, sts__fault *fault);
sts_status sts__join_otlp_proto(sts__encoder *encoder, const sts__item_place *places, size_t count, sts_bytes *value,
                                sts__fault *fault);
sts_status sts__join_otlp_json(sts__encoder *encoder, const sts__item_place *places, size_t count, sts_bytes *value,
                               sts__fault *fault);
sts_status sts__join_lines(sts__encoder *encoder, const sts__item_place *places, size_t count, sts_bytes *value,
                           sts__fault *fault);

/* What is kept of an item of which requests are made again. */
sts_status sts__keep_otlp_proto(sts__encoder *encoder, const sts__item *item, sts__kept *kept, sts__fault *fault);

/* A log record as one flat object (json_record.c), and in the shapes of two stores (clickhouse.c, elastic_otel.c). */
sts_status sts__encode_json_record(sts__encoder *encoder, const sts__item *item, sts_bytes *value, sts__fault *fault);
sts_status sts__encode_clickhouse(sts__encoder *encoder, const sts__item *item, sts_bytes *value, sts__fault *fault);
sts_status sts__encode_elastic_otel(sts__encoder *encoder, const sts__item *item, sts_bytes *value, sts__fault *fault);

/* The item's own bytes: a signal that passes through whole (otlp_proto.c). */
sts_status sts__encode_whole(sts__encoder *encoder, const sts__item *item, sts_bytes *value, sts__fault *fault);

#endif
