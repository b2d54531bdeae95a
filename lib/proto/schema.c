/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/schema.h"

#include <string.h>

/* One row; NAME is the field's in the .proto file, which is the generated struct's too. */
#define ROW(message, field, camel, field_kind)                                                                         \
    .name = #field, .json_name = camel, .kind = field_kind, .tag = sts__pb_##message##_##field##_tag,                  \
    .offset = offsetof(sts__pb_##message, field)
#define HAS(message, field) .optional = true, .has_offset = offsetof(sts__pb_##message, has_##field)
#define PAYLOAD(field, camel, of)                                                                                      \
    .name = #field, .json_name = camel, .kind = STS__PROTO_MESSAGE,                                                    \
    .tag = sts__pb_TopologyStreamMessage_##field##_tag, .offset = offsetof(sts__pb_TopologyStreamMessage, payload),    \
    .type = of
#define TYPE(message, rows)                                                                                            \
    .name = #message, .fields = rows, .field_count = sizeof(rows) / sizeof(rows)[0],                                   \
    .size = sizeof(sts__pb_##message), .descriptor = &sts__pb_##message##_msg

static const char *const owners[] = {STS__PROTO_OWNER_PREFIX "UNSPECIFIED", STS__PROTO_OWNER_PREFIX "OTEL",
                                     STS__PROTO_OWNER_PREFIX "EXTERNAL",    STS__PROTO_OWNER_PREFIX "AGENT",
                                     STS__PROTO_OWNER_PREFIX "EXTTOPO",     NULL};

static const char *const dependency_types[] = {"TOPOLOGY_STREAM_RELATION_DEPENDENCY_TYPE_UNSPECIFIED",
                                               "TOPOLOGY_STREAM_RELATION_DEPENDENCY_TYPE_HIERARCHICAL",
                                               "TOPOLOGY_STREAM_RELATION_DEPENDENCY_TYPE_CONNECTION", NULL};

static const sts__proto_field key_rows[] = {
    {ROW(TopologyStreamMessageKey, owner, "owner", STS__PROTO_ENUM), .enum_names = owners},
    {ROW(TopologyStreamMessageKey, data_source, "dataSource", STS__PROTO_STRING)},
    {ROW(TopologyStreamMessageKey, shard_id, "shardId", STS__PROTO_STRING)},
};
const sts__proto_type sts__proto_message_key = {TYPE(TopologyStreamMessageKey, key_rows)};

static const sts__proto_field component_rows[] = {
    {ROW(TopologyStreamComponent, external_id, "externalId", STS__PROTO_STRING)},
    {ROW(TopologyStreamComponent, identifiers, "identifiers", STS__PROTO_STRINGS)},
    {ROW(TopologyStreamComponent, name, "name", STS__PROTO_STRING)},
    {ROW(TopologyStreamComponent, type_name, "typeName", STS__PROTO_STRING)},
    {ROW(TopologyStreamComponent, type_identifier, "typeIdentifier", STS__PROTO_STRING), .optional = true},
    {ROW(TopologyStreamComponent, resource_definition, "resourceDefinition", STS__PROTO_STRUCT),
     HAS(TopologyStreamComponent, resource_definition)},
    {ROW(TopologyStreamComponent, status_data, "statusData", STS__PROTO_STRUCT),
     HAS(TopologyStreamComponent, status_data)},
    {ROW(TopologyStreamComponent, tags, "tags", STS__PROTO_STRINGS)},
};
const sts__proto_type sts__proto_component = {TYPE(TopologyStreamComponent, component_rows)};

static const sts__proto_field relation_rows[] = {
    {ROW(TopologyStreamRelation, external_id, "externalId", STS__PROTO_STRING)},
    {ROW(TopologyStreamRelation, source_identifier, "sourceIdentifier", STS__PROTO_STRING)},
    {ROW(TopologyStreamRelation, target_identifier, "targetIdentifier", STS__PROTO_STRING)},
    {ROW(TopologyStreamRelation, name, "name", STS__PROTO_STRING)},
    {ROW(TopologyStreamRelation, type_name, "typeName", STS__PROTO_STRING)},
    {ROW(TopologyStreamRelation, tags, "tags", STS__PROTO_STRINGS)},
    {ROW(TopologyStreamRelation, dependency_type, "dependencyType", STS__PROTO_ENUM), .enum_names = dependency_types},
};
const sts__proto_type sts__proto_relation = {TYPE(TopologyStreamRelation, relation_rows)};

static const sts__proto_field error_rows[] = {
    {ROW(TopoStreamError, category, "category", STS__PROTO_STRING)},
    {ROW(TopoStreamError, issue_id, "issueId", STS__PROTO_STRING)},
    {ROW(TopoStreamError, message, "message", STS__PROTO_STRING)},
};
const sts__proto_type sts__proto_error = {TYPE(TopoStreamError, error_rows)};

static const sts__proto_field snapshot_rows[] = {
    {ROW(TopologyStreamSnapshotData, repeat_interval_ms, "repeatIntervalMs", STS__PROTO_INT32)},
    {ROW(TopologyStreamSnapshotData, expiry_interval_ms, "expiryIntervalMs", STS__PROTO_INT64),
     HAS(TopologyStreamSnapshotData, expiry_interval_ms)},
    {ROW(TopologyStreamSnapshotData, snapshot_start, "snapshotStart", STS__PROTO_BOOL),
     HAS(TopologyStreamSnapshotData, snapshot_start)},
    {ROW(TopologyStreamSnapshotData, snapshot_stop, "snapshotStop", STS__PROTO_BOOL),
     HAS(TopologyStreamSnapshotData, snapshot_stop)},
    {ROW(TopologyStreamSnapshotData, components, "components", STS__PROTO_MESSAGES), .type = &sts__proto_component},
    {ROW(TopologyStreamSnapshotData, relations, "relations", STS__PROTO_MESSAGES), .type = &sts__proto_relation},
    {ROW(TopologyStreamSnapshotData, errors, "errors", STS__PROTO_MESSAGES), .type = &sts__proto_error},
    {ROW(TopologyStreamSnapshotData, specificity, "specificity", STS__PROTO_DOUBLE)},
};
static const sts__proto_type snapshot = {TYPE(TopologyStreamSnapshotData, snapshot_rows)};

static const sts__proto_field repeat_rows[] = {
    {ROW(TopologyStreamRepeatElementsData, expiry_interval_ms, "expiryIntervalMs", STS__PROTO_INT64)},
    {ROW(TopologyStreamRepeatElementsData, components, "components", STS__PROTO_MESSAGES),
     .type = &sts__proto_component},
    {ROW(TopologyStreamRepeatElementsData, relations, "relations", STS__PROTO_MESSAGES), .type = &sts__proto_relation},
    {ROW(TopologyStreamRepeatElementsData, errors, "errors", STS__PROTO_MESSAGES), .type = &sts__proto_error},
    {ROW(TopologyStreamRepeatElementsData, delete_component_external_ids, "deleteComponentExternalIds",
         STS__PROTO_STRINGS)},
    {ROW(TopologyStreamRepeatElementsData, delete_relation_external_ids, "deleteRelationExternalIds",
         STS__PROTO_STRINGS)},
    {ROW(TopologyStreamRepeatElementsData, specificity, "specificity", STS__PROTO_DOUBLE)},
};
static const sts__proto_type repeat = {TYPE(TopologyStreamRepeatElementsData, repeat_rows)};

static const sts__proto_field remove_rows[] = {
    {ROW(TopologyStreamRemove, removal_cause, "removalCause", STS__PROTO_STRING)},
};
static const sts__proto_type removal = {TYPE(TopologyStreamRemove, remove_rows)};

static const sts__proto_field message_rows[] = {
    {ROW(TopologyStreamMessage, collection_timestamp, "collectionTimestamp", STS__PROTO_INT64)},
    {ROW(TopologyStreamMessage, submitted_timestamp, "submittedTimestamp", STS__PROTO_INT64)},
    {PAYLOAD(topology_stream_snapshot_data, "topologyStreamSnapshotData", &snapshot)},
    {PAYLOAD(topology_stream_repeat_elements_data, "topologyStreamRepeatElementsData", &repeat)},
    {PAYLOAD(topology_stream_remove, "topologyStreamRemove", &removal)},
};
const sts__proto_type sts__proto_message = {TYPE(TopologyStreamMessage, message_rows),
                                            .which_offset = offsetof(sts__pb_TopologyStreamMessage, which_payload)};

static const sts__proto_field metadata_key_rows[] = {
    {ROW(TopologyStreamMetadataMessageKey, owner, "owner", STS__PROTO_ENUM), .enum_names = owners},
    {ROW(TopologyStreamMetadataMessageKey, data_source, "dataSource", STS__PROTO_STRING)},
};
const sts__proto_type sts__proto_metadata_key = {TYPE(TopologyStreamMetadataMessageKey, metadata_key_rows)};

static const sts__proto_field metadata_rows[] = {
    {ROW(TopologyStreamMetadataMessage, display_name, "displayName", STS__PROTO_STRING)},
    {ROW(TopologyStreamMetadataMessage, selector_properties, "selectorProperties", STS__PROTO_STRUCT),
     HAS(TopologyStreamMetadataMessage, selector_properties)},
};
const sts__proto_type sts__proto_metadata_message = {TYPE(TopologyStreamMetadataMessage, metadata_rows)};

const sts__proto_type *sts__proto_type_of(const pb_msgdesc_t *descriptor) {
    static const sts__proto_type *const types[] = {&sts__proto_component,
                                                   &sts__proto_relation,
                                                   &sts__proto_error,
                                                   &snapshot,
                                                   &repeat,
                                                   &removal,
                                                   &sts__proto_message,
                                                   &sts__proto_message_key,
                                                   &sts__proto_metadata_message,
                                                   &sts__proto_metadata_key};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (types[i]->descriptor == descriptor)
            return types[i];
    return NULL;
}

const sts__pb_field *sts__proto_struct(const sts__proto_field *field, const void *message) {
    return &((const sts__pb_google_protobuf_Struct *)(const void *)((const char *)message + field->offset))->fields;
}

/* Minus zero is not the default: its bits are not zero. */
static bool has_value(const sts__proto_field *field, const void *place) {
    static const char zeros[8];
    switch (field->kind) {
    case STS__PROTO_INT32:
    case STS__PROTO_ENUM:
        return memcmp(place, zeros, 4) != 0;
    case STS__PROTO_INT64:
    case STS__PROTO_DOUBLE:
        return memcmp(place, zeros, 8) != 0;
    case STS__PROTO_BOOL:
        return *(const bool *)place;
    default:
        return ((const sts__pb_field *)place)->size != 0;
    }
}

bool sts__proto_has(const sts__proto_type *type, const sts__proto_field *field, const void *message) {
    const char *at = message;
    if (field->kind == STS__PROTO_MESSAGE)
        return *(const pb_size_t *)(const void *)(at + type->which_offset) == field->tag;
    if (field->optional && field->kind == STS__PROTO_STRING)
        return ((const sts__pb_field *)(const void *)(at + field->offset))->data != NULL;
    if (field->optional)
        return *(const bool *)(at + field->has_offset);
    return has_value(field, at + field->offset);
}
