/* SPDX-License-Identifier: Apache-2.0
 *
 * A log record's body as the value, and nothing else of the record. */
#include "encode/encodings.h"
#include "ottl/json_text.h"

sts_status sts__encode_body(sts__encoder *encoder, const sts__item *item, sts_bytes *value, sts__fault *fault) {
    (void)encoder;
    const sts__value body = sts__item_body(item);
    if (body.type == STS__VALUE_EMPTY)
        return sts__fault_set(
            fault, STS_ERR_BODY_TYPE,
            "the record has no body; with encoding=body it must be bytes. raw_text, otlp_proto, json_record "
            "and others accept it as it is");
    if (body.type != STS__VALUE_BYTES)
        return sts__fault_set(
            fault, STS_ERR_BODY_TYPE,
            "the body is %s; with encoding=body it must be bytes. raw_text, otlp_proto, json_record and "
            "others accept it as it is",
            sts__value_type_name(body.type));
    if (body.as.bytes.size > 0) /* a body of zero bytes is a tombstone: the value stays null */
        *value = body.as.bytes;
    return STS_OK;
}

/* An empty value, which is not null. */
static const sts_bytes empty = {"", 0};

static sts_status not_finite(sts__fault *fault) {
    return sts__fault_set(fault, STS_ERR_BODY_TYPE,
                          "the body has a number that JSON cannot express (NaN, Infinity); encoding=otlp_proto, "
                          "otlp_json and json_record take it");
}

static sts_status told(sts__ottl_text_result result, sts__fault *fault) {
    if (result == STS__OTTL_TEXT_NO_MEMORY)
        return sts__fault_no_memory(fault);
    return result == STS__OTTL_TEXT_NOT_FINITE ? not_finite(fault) : STS_OK;
}

sts_status sts__encode_raw(sts__encoder *encoder, const sts__item *item, sts_bytes *value, sts__fault *fault) {
    const sts__value body = sts__item_body(item);
    *value = empty;
    if (body.type == STS__VALUE_EMPTY)
        return STS_OK;
    if (body.type == STS__VALUE_BYTES) {
        if (body.as.bytes.size)
            *value = body.as.bytes;
        return STS_OK;
    }
    sts__ottl_value any = sts__ottl_of(&body);
    return told(sts__ottl_json_text(&any, STS__OTTL_GO, encoder->item_arena, value), fault);
}

sts_status sts__encode_raw_text(sts__encoder *encoder, const sts__item *item, sts_bytes *value, sts__fault *fault) {
    const sts__value body = sts__item_body(item);
    sts__ottl_value any = sts__ottl_of(&body);
    sts__ottl_text_result result;
    *value = empty;
    if (body.type == STS__VALUE_EMPTY)
        return STS_OK;
    if (body.type == STS__VALUE_STRING || body.type == STS__VALUE_BYTES) {
        if (body.as.bytes.size)
            *value = body.as.bytes;
        return STS_OK;
    }
    if (body.type == STS__VALUE_ARRAY || body.type == STS__VALUE_MAP)
        result = sts__ottl_json_text(&any, STS__OTTL_PDATA, encoder->item_arena, value);
    else
        result = sts__ottl_text_of(&any, STS__OTTL_PDATA, encoder->item_arena, value);
    return told(result, fault);
}
