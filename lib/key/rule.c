/* SPDX-License-Identifier: Apache-2.0 */
#include "key/rule.h"

#include "base/number.h"
#include "ottl/text.h"
#include "ottl/time.h"

bool sts__key_bytes_of(const sts__ottl_value *value, char text[STS__KEY_TEXT], sts_bytes *bytes) {
    bytes->data = text;
    switch (value->type) {
    case STS__OTTL_STRING:
    case STS__OTTL_BYTES:
        *bytes = value->as.bytes;
        if (!bytes->data)
            bytes->data = "";
        return true;
    case STS__OTTL_INT:
        bytes->size = sts__integer_text(value->as.integer, text);
        return true;
    case STS__OTTL_DOUBLE:
        bytes->size = sts__double_text(value->as.number, text);
        return true;
    case STS__OTTL_BOOL:
        *bytes = value->as.boolean ? (sts_bytes){"true", 4} : (sts_bytes){"false", 5};
        return true;
    case STS__OTTL_TRACE_ID:
    case STS__OTTL_SPAN_ID:
        sts__ottl_hex(value->as.bytes, text);
        bytes->size = 2 * value->as.bytes.size;
        return true;
    case STS__OTTL_TIME:
        bytes->size = sts__ottl_time_text(value->as.integer, text);
        return true;
    default:
        return false;
    }
}

static sts_status missing(const sts__key_rule *rule, sts__key *key, sts__fault *fault) {
    const sts__ottl_program *program = &rule->program;
    key->bytes = (sts_bytes){NULL, 0};
    key->missing = true;
    key->from = "missing_key=null";
    if (rule->missing == STS__MISSING_KEY_NULL)
        return STS_OK;
    key->from = "";
    return sts__fault_set(fault, STS_ERR_KEY_MISSING, "there is no key: %.300s%s", program->texts[0],
                          program->count > 1 ? " and its alternatives have no value" : " has no value");
}

static sts_status empty(const sts__key_rule *rule, sts__key *key, sts__fault *fault) {
    if (rule->empty == STS__EMPTY_KEY_REJECT)
        return sts__fault_set(fault, STS_ERR_KEY_EMPTY, "the key is empty: %.300s", key->from);
    if (rule->empty == STS__EMPTY_KEY_NULL)
        key->bytes.data = NULL;
    return STS_OK;
}

static sts_status check_size(const sts__key_rule *rule, sts__key *key, sts__fault *fault) {
    if (key->bytes.size > rule->max_bytes)
        return sts__fault_set(fault, STS_ERR_KEY_SIZE, "the key has %zu bytes; max_key_bytes is %zu", key->bytes.size,
                              rule->max_bytes);
    return key->bytes.size ? STS_OK : empty(rule, key, fault);
}

sts_status sts__key_derive(const sts__key_rule *rule, sts__ottl_state *state, sts__key *key, sts__fault *fault) {
    sts__ottl_value value;
    uint32_t alternative;
    key->from = "";
    key->missing = false;
    key->is_given = false;
    sts_status status = sts__ottl_run(state, &rule->program, &value, &alternative, fault);
    if (status != STS_OK)
        return status;
    key->from = rule->program.texts[alternative];
    if (value.type == STS__OTTL_NONE) {
        key->bytes = (sts_bytes){NULL, 0};
        return STS_OK;
    }
    if (sts__ottl_is_nil(&value))
        return missing(rule, key, fault);
    if (!sts__key_bytes_of(&value, key->text, &key->bytes))
        return sts__fault_set(
            fault, STS_ERR_KEY_TYPE,
            "the key is %s; a key is bytes, a string, a number, a boolean or an id; AsString(...) turns "
            "anything into text: %.200s",
            sts__ottl_type_name(value.type), key->from);
    return check_size(rule, key, fault);
}

sts_status sts__key_take(const sts__key_rule *rule, sts_bytes given, const char *from, sts__key *key,
                         sts__fault *fault) {
    key->bytes = given;
    key->from = from;
    key->missing = false;
    key->is_given = true;
    return given.data ? check_size(rule, key, fault) : STS_OK;
}
