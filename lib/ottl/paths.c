/* SPDX-License-Identifier: Apache-2.0 */
#include "ottl/paths.h"

#include <string.h>

#include "ottl/text.h"
#include "ottl/trace_state.h"
#include "wire/merged.h"

/* The last field of that number counts (protobuf.dev, "Last One Wins"). */
static uint64_t number_in(sts_bytes message, uint64_t number) {
    sts__wire_reader reader = sts__wire_read(message);
    sts__wire_field field;
    uint64_t found = 0;
    while (sts__wire_next_value(&reader, &field))
        if (field.number == number)
            found = field.value;
    return found;
}

static sts_bytes bytes_in(sts_bytes message, uint64_t number) {
    sts__wire_reader reader = sts__wire_read(message);
    sts_bytes found = {"", 0};
    while (sts__wire_find(&reader, number, &found))
        ;
    return found;
}

static int64_t as_signed(uint64_t bits) {
    int64_t number;
    memcpy(&number, &bits, sizeof number);
    return number;
}

static int64_t as_signed_32(uint64_t bits) {
    uint32_t low = (uint32_t)bits;
    int32_t number;
    memcpy(&number, &low, sizeof number);
    return number;
}

/* Reads `node`'s value, as sts__ottl_evaluation. */
#define READ(name) bool name(sts__ottl_state *state, const sts__ottl_node *node, sts__ottl_value *result)

/* Where the field is not the item's own. */
static bool message_elsewhere(sts__ottl_state *state, const sts__ottl_node *node, sts_bytes *message) {
    const sts__ottl_path *path = node->row;
    switch (path->place) {
    case STS__OTTL_OF_ITEM:
        return sts__wire_merged(state->item->bytes, node->around->number, state->arena, message) ||
               sts__ottl_no_memory(state);
    case STS__OTTL_OF_RESOURCE_GROUP:
        *message = state->item->resource_group.bytes;
        return true;
    case STS__OTTL_OF_SCOPE_GROUP:
        *message = state->item->scope_group.bytes;
        return true;
    default:
        return sts__ottl_message(state, node->level, message);
    }
}

static inline bool is_of_item(const sts__ottl_node *node) {
    const sts__ottl_path *path = node->row;
    return path->place == STS__OTTL_OF_ITEM && !node->around;
}

/* What the path's field holds; 0 where there is none. */
static inline bool number_of(sts__ottl_state *state, const sts__ottl_node *node, uint64_t *number) {
    sts__wire_field field;
    sts_bytes message;
    if (is_of_item(node)) {
        *number = sts__item_field(state->item, node->field->number, &field) ? field.value : 0;
        return true;
    }
    if (!message_elsewhere(state, node, &message))
        return false;
    *number = number_in(message, node->field->number);
    return true;
}

static inline bool bytes_of(sts__ottl_state *state, const sts__ottl_node *node, sts_bytes *bytes) {
    sts_bytes message;
    if (is_of_item(node)) {
        if (!sts__item_bytes(state->item, node->field->number, bytes))
            *bytes = (sts_bytes){"", 0};
        return true;
    }
    if (!message_elsewhere(state, node, &message))
        return false;
    *bytes = bytes_in(message, node->field->number);
    return true;
}

static READ(read_id) {
    static const uint8_t zeros[16] = {0};
    size_t size = node->field->id_size;
    sts_bytes id;
    if (!bytes_of(state, node, &id))
        return false;
    result->type = size == sizeof zeros ? STS__OTTL_TRACE_ID : STS__OTTL_SPAN_ID;
    result->as.bytes = id.size ? id : (sts_bytes){zeros, size};
    if (id.size == size || id.size == 0)
        return true;
    return sts__ottl_fail(state, node, "the record's %s has %zu bytes, not %zu",
                          size == sizeof zeros ? "trace id" : "span id", id.size, size);
}

static READ(read_text) {
    sts_bytes text;
    if (!bytes_of(state, node, &text))
        return false;
    *result = sts__ottl_string(text);
    return true;
}

static READ(read_attributes) {
    sts_bytes message = state->item->bytes;
    if (!is_of_item(node) && !message_elsewhere(state, node, &message))
        return false;
    *result = sts__ottl_attributes(message, node->field->number);
    return true;
}

/* Enums, and all numbers that there are. */
static READ(read_number) {
    uint64_t number;
    if (!number_of(state, node, &number))
        return false;
    switch ((sts__schema_kind)node->field->kind) {
    case STS__SCHEMA_ENUM:
        *result = sts__ottl_integer(as_signed_32(number));
        return true;
    case STS__SCHEMA_UINT32:
        *result = sts__ottl_integer((uint32_t)number);
        return true;
    default: /* fixed numbers */
        *result = sts__ottl_integer(as_signed(number));
        return true;
    }
}

sts__ottl_evaluation sts__ottl_reader_of(const sts__schema_field *field) {
    switch ((sts__schema_kind)field->kind) {
    case STS__SCHEMA_ID:
        return read_id;
    case STS__SCHEMA_STRING:
        return read_text;
    case STS__SCHEMA_MESSAGE:
        return read_attributes;
    default:
        return read_number;
    }
}

/* By itself the text. Its members are no map's: their name must be written down, as OTTL has it, and one that is not
 * fails only where there is a trace state to look into. */
READ(sts__ottl_evaluate_trace_state) {
    sts_bytes name = {"", 0}, member;
    if (!read_text(state, node, result))
        return false;
    if (node->child_count == 0)
        return true;
    const sts__ottl_node *key = node->children[0];
    bool named = key->is_literal && key->literal.type == STS__OTTL_STRING;
    if (named)
        name = key->literal.as.bytes;
    if (!sts__trace_state_member(result->as.bytes, name, &member))
        result->type = STS__OTTL_NIL;
    else if (!named)
        return sts__ottl_fail(state, key, "trace_state is indexed by a string in quotes");
    else
        *result = sts__ottl_string(member);
    return true;
}

READ(sts__ottl_evaluate_time) {
    if (!read_number(state, node, result))
        return false;
    result->type = STS__OTTL_TIME;
    return true;
}

/* Also of an empty id: zeros. */
READ(sts__ottl_evaluate_id_text) {
    if (!read_id(state, node, result))
        return false;
    char *hex = sts__arena_alloc(state->arena, 2 * result->as.bytes.size);
    if (!hex)
        return sts__ottl_no_memory(state);
    sts__ottl_hex(result->as.bytes, hex);
    *result = sts__ottl_string((sts_bytes){hex, 2 * result->as.bytes.size});
    return true;
}

READ(sts__ottl_evaluate_body) {
    (void)node;
    const sts__value body = sts__item_body(state->item);
    *result = sts__ottl_of(&body);
    return true;
}

READ(sts__ottl_evaluate_body_text) {
    sts_bytes text;
    sts__ottl_evaluate_body(state, node, result);
    if (sts__ottl_text_of(result, STS__OTTL_PDATA, state->arena, &text) != STS__OTTL_TEXT_OK)
        return sts__ottl_no_memory(state);
    *result = sts__ottl_string(text);
    return true;
}

/* SPAN_KIND_SERVER; a number without a name is the empty text. */
READ(sts__ottl_evaluate_enum_name) {
    if (!read_number(state, node, result))
        return false;
    const sts__schema_name *name = sts__schema_enum_name(node->field->enumeration, result->as.integer);
    *result = sts__ottl_string(name ? (sts_bytes){name->text, name->size} : (sts_bytes){"", 0});
    return true;
}

/* Server: as pdata's SpanKind writes itself. */
READ(sts__ottl_evaluate_kind_text) {
    const size_t prefix = strlen("SPAN_KIND_");
    if (!sts__ottl_evaluate_enum_name(state, node, result))
        return false;
    sts_bytes name = result->as.bytes;
    if (name.size == 0)
        return true;
    name = sts__arena_copy(state->arena, (sts_bytes){(const char *)name.data + prefix, name.size - prefix});
    if (!name.data)
        return sts__ottl_no_memory(state);
    for (size_t i = 1; i < name.size; i++)
        ((char *)name.data)[i] |= 'a' - 'A';
    *result = sts__ottl_string(name);
    return true;
}

/* The gauge, sum, ... that is in a metric, or NULL: of several the last, as they are a oneof. */
static const sts__schema_field *metric_data(const sts__ottl_state *state, sts_bytes *data) {
    const sts__schema_message *metric = sts__signal_item_message(&sts__signals[STS__METRICS]);
    const sts__schema_field *found = NULL;
    sts__wire_reader reader = sts__wire_read(state->item->bytes);
    sts__wire_field field;
    while (sts__wire_next_value(&reader, &field)) {
        const sts__schema_field *known = sts__schema_by_number(metric, field.number);
        if (!known || !known->in_oneof)
            continue;
        found = known;
        *data = field.bytes;
    }
    return found;
}

/* pdata numbers the types in the order of their fields: METRIC_DATA_TYPE_GAUGE is 1. */
READ(sts__ottl_evaluate_metric_type) {
    const sts__schema_message *metric = sts__signal_item_message(&sts__signals[STS__METRICS]);
    sts_bytes data;
    const sts__schema_field *found = metric_data(state, &data);
    (void)node;
    *result = sts__ottl_integer(0);
    for (uint32_t i = 0; found && i < metric->field_count; i++)
        result->as.integer += metric->fields[i].in_oneof && metric->fields[i].number <= found->number;
    return true;
}

/* A field of a metric's data, by its name; false, and nil, where data of that type have none. */
static bool data_number(const sts__ottl_state *state, const char *name, uint64_t *number, sts__ottl_value *result) {
    sts_bytes data;
    const sts__schema_field *type = metric_data(state, &data);
    const sts__schema_field *field =
        type ? sts__schema_by_name(type->message, (const uint8_t *)name, strlen(name)) : NULL;
    result->type = STS__OTTL_NIL;
    if (field)
        *number = number_in(data, field->number);
    return field != NULL;
}

READ(sts__ottl_evaluate_temporality) {
    uint64_t number;
    (void)node;
    if (data_number(state, "aggregation_temporality", &number, result))
        *result = sts__ottl_integer(as_signed_32(number));
    return true;
}

READ(sts__ottl_evaluate_is_monotonic) {
    uint64_t number;
    (void)node;
    if (data_number(state, "is_monotonic", &number, result))
        *result = sts__ottl_boolean(number != 0);
    return true;
}

/* --- index keys --- */

/* Which key types a value takes, and what happens where there is no such member. */
typedef enum indexing { OF_PATH, OF_CALL } indexing;

static bool member(sts__ottl_state *state, const sts__ottl_node *key, const sts__ottl_value *name, indexing how,
                   sts__ottl_value *value) {
    if (name->type != STS__OTTL_STRING)
        return sts__ottl_fail(state, key, "a map is indexed by a string, not by %s", sts__ottl_type_name(name->type));
    *value = sts__ottl_member(value, name->as.bytes);
    if (value->type == STS__OTTL_NIL && how == OF_CALL)
        return sts__ottl_fail(state, key, "the map has no such name");
    return true;
}

static bool item(sts__ottl_state *state, const sts__ottl_node *key, const sts__ottl_value *index,
                 sts__ottl_value *value) {
    if (index->type != STS__OTTL_INT)
        return sts__ottl_fail(state, key, "a list is indexed by an integer, not by %s",
                              sts__ottl_type_name(index->type));
    if (index->as.integer >= 0)
        *value = sts__ottl_item(value, (uint64_t)index->as.integer);
    if (index->as.integer < 0 || value->type == STS__OTTL_NIL)
        return sts__ottl_fail(state, key, "the list has no item of that number");
    return true;
}

/* An item of a list is nil only where there is none: one without a value is STS__OTTL_EMPTY. */
static bool index_by(sts__ottl_state *state, sts__ottl_node *const *keys, uint32_t count, indexing how,
                     sts__ottl_value *value) {
    for (uint32_t i = 0; i < count; i++) {
        sts__ottl_value key;
        if (value->type == STS__OTTL_NIL && how == OF_PATH)
            return true;
        if (!sts__ottl_evaluate(state, keys[i], &key))
            return false;
        bool good;
        if (value->type == STS__OTTL_MAP)
            good = member(state, keys[i], &key, how, value);
        else if (value->type == STS__OTTL_LIST)
            good = item(state, keys[i], &key, value);
        else
            good = sts__ottl_fail(state, keys[i], "%s cannot be indexed", sts__ottl_type_name(value->type));
        if (!good)
            return false;
    }
    return true;
}

bool sts__ottl_evaluate_keyed(sts__ottl_state *state, const sts__ottl_node *node, sts__ottl_value *result) {
    if (!node->read(state, node, result))
        return false;
    if (sts__ottl_is_nil(result))
        return sts__ottl_fail(state, node, "a body without a value cannot be indexed");
    return index_by(state, node->children, node->child_count, OF_PATH, result);
}

bool sts__ottl_evaluate_rest(sts__ottl_state *state, const sts__ottl_node *node, sts__ottl_value *result) {
    if (!sts__ottl_evaluate(state, node->children[0], result))
        return false;
    return index_by(state, node->children + 1, node->child_count - 1, OF_PATH, result);
}

bool sts__ottl_evaluate_record_attribute(sts__ottl_state *state, const sts__ottl_node *node, sts__ottl_value *result) {
    sts_bytes name = node->children[0]->literal.as.bytes;
    sts__value value;
    if (sts__item_attribute(state->item, name.data, name.size, &value))
        *result = sts__ottl_of(&value);
    else
        result->type = STS__OTTL_NIL;
    return true;
}

bool sts__ottl_evaluate_indexed(sts__ottl_state *state, const sts__ottl_node *node, sts__ottl_value *result) {
    if (!sts__ottl_evaluate(state, node->children[0], result))
        return false;
    return index_by(state, node->children + 1, node->child_count - 1, OF_CALL, result);
}
