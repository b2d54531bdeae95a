/* SPDX-License-Identifier: Apache-2.0 */
#include "key/attribute_key.h"

sts_status sts__attribute_key(const sts__log_record *record, sts__empty_key empty, sts__key *key, sts__fault *fault) {
    sts__value value;
    if (!sts__log_attribute(record, STS__KEY_ATTRIBUTE, sizeof STS__KEY_ATTRIBUTE - 1, &value))
        return sts__fault_set(fault, STS_ERR_KEY_MISSING, "the record has no attribute " STS__KEY_ATTRIBUTE);
    switch (value.type) {
    case STS__VALUE_EMPTY:
        return sts__fault_set(fault, STS_ERR_KEY_MISSING, "the attribute " STS__KEY_ATTRIBUTE " has no value");
    case STS__VALUE_ARRAY:
    case STS__VALUE_MAP:
        return sts__fault_set(fault, STS_ERR_KEY_TYPE,
                              "the attribute " STS__KEY_ATTRIBUTE
                              " is %s; a key is bytes, a string, a number or a boolean",
                              sts__value_type_name(value.type));
    case STS__VALUE_STRING:
    case STS__VALUE_BYTES:
        key->bytes = value.as.bytes;
        break;
    default:
        key->bytes.data = key->text;
        key->bytes.size = sts__number_text(&value, key->text);
    }
    if (key->bytes.size == 0 && empty == STS__EMPTY_KEY_REJECT)
        return sts__fault_set(fault, STS_ERR_KEY_EMPTY, "the attribute " STS__KEY_ATTRIBUTE " is empty");
    if (key->bytes.size == 0 && empty == STS__EMPTY_KEY_NULL)
        key->bytes.data = NULL;
    return STS_OK;
}
