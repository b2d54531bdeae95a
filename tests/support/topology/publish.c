/* SPDX-License-Identifier: Apache-2.0
 *
 * Publishes a snapshot through the public API: components and relations from standard input, one a line in protobuf's
 * JSON mapping
 * ({"component":{..}} or {"relation":{..}}).
 *
 *   publish BROKERS TOPIC WAY   Structs of every other component are given as JSON text, the others value by value;
 *                               WAY 0 or 1 says which of them
 *
 * Prints the exporter's counts at the end: accepted and delivered. */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <stskafka/stskafka.h>
#include <stskafka/topology.h>

static sts_error *error;

static void check(sts_status status) {
    if (status == STS_OK)
        return;
    fprintf(stderr, "%s: %s\n", sts_status_name(status), sts_error_text(error));
    exit(1);
}

static const char *text(const json_t *element, const char *name) {
    const char *value = json_string_value(json_object_get(element, name));
    return value ? value : "";
}

/* --- value by value ----------------------------------------------------------------------------------------------- */

static void put(sts_topology *batch, const char *name, json_t *value);

static void put_inside(sts_topology *batch, json_t *value) {
    const char *name;
    size_t index;
    json_t *inner;
    json_object_foreach(value, name, inner) put(batch, name, inner);
    json_array_foreach(value, index, inner) put(batch, NULL, inner);
    check(sts_topology_end(batch, &error));
}

static void put(sts_topology *batch, const char *name, json_t *value) {
    switch (json_typeof(value)) {
    case JSON_NULL:
        check(sts_topology_put_null(batch, name, &error));
        break;
    case JSON_TRUE:
    case JSON_FALSE:
        check(sts_topology_put_bool(batch, name, json_is_true(value), &error));
        break;
    case JSON_INTEGER:
    case JSON_REAL:
        check(sts_topology_put_number(batch, name, json_number_value(value), &error));
        break;
    case JSON_STRING:
        check(sts_topology_put_string(batch, name, json_string_value(value), json_string_length(value), &error));
        break;
    case JSON_ARRAY:
        check(sts_topology_begin_array(batch, name, &error));
        put_inside(batch, value);
        break;
    case JSON_OBJECT:
        check(sts_topology_begin_object(batch, name, &error));
        put_inside(batch, value);
    }
}

/* --- elements ----------------------------------------------------------------------------------------------------- */

typedef sts_status set_struct(sts_topology *batch, const char *json, size_t size, sts_error **error);
typedef sts_status begin_struct(sts_topology *batch, sts_error **error);

static void add_struct(sts_topology *batch, json_t *object, bool as_json, set_struct *set, begin_struct *begin) {
    if (!object)
        return;
    if (as_json) {
        char *json = json_dumps(object, JSON_COMPACT);
        check(set(batch, json, strlen(json), &error));
        free(json);
    } else {
        check(begin(batch, &error));
        put_inside(batch, object);
    }
}

static void add_texts(sts_topology *batch, const json_t *texts,
                      sts_status (*add)(sts_topology *batch, const char *text, sts_error **error)) {
    size_t index;
    json_t *item;
    json_array_foreach(texts, index, item) check(add(batch, json_string_value(item), &error));
}

static void add_component(sts_topology *batch, const json_t *component, bool as_json) {
    const char *external_id = text(component, "externalId");
    check(sts_topology_add_component(batch, external_id, text(component, "name"), text(component, "typeName"), &error));
    if (json_object_get(component, "typeIdentifier"))
        check(sts_topology_set_type_identifier(batch, text(component, "typeIdentifier"), &error));
    add_texts(batch, json_object_get(component, "identifiers"), sts_topology_add_identifier);
    add_texts(batch, json_object_get(component, "tags"), sts_topology_add_tag);
    add_struct(batch, json_object_get(component, "resourceDefinition"), as_json, sts_topology_set_resource_definition,
               sts_topology_begin_resource_definition);
    add_struct(batch, json_object_get(component, "statusData"), as_json, sts_topology_set_status_data,
               sts_topology_begin_status_data);
}

static void add_relation(sts_topology *batch, const json_t *relation) {
    bool connects = strstr(text(relation, "dependencyType"), "CONNECTION") != NULL;
    check(sts_topology_add_relation(batch, text(relation, "externalId"), text(relation, "sourceIdentifier"),
                                    text(relation, "targetIdentifier"), text(relation, "name"),
                                    text(relation, "typeName"),
                                    connects ? STS_DEPENDENCY_CONNECTION : STS_DEPENDENCY_HIERARCHICAL, &error));
    add_texts(batch, json_object_get(relation, "tags"), sts_topology_add_tag);
}

static void read_elements(sts_topology *batch, int way) {
    char *line = NULL;
    size_t capacity = 0;
    for (int i = way; getline(&line, &capacity, stdin) > 0; i++) {
        json_t *element = json_loads(line, 0, NULL);
        if (json_object_get(element, "component"))
            add_component(batch, json_object_get(element, "component"), i % 2);
        else
            add_relation(batch, json_object_get(element, "relation"));
        json_decref(element);
    }
    free(line);
}

/* --- the snapshot ------------------------------------------------------------------------------------------------- */

static sts_exporter *new_exporter(const char *brokers, const char *topic) {
    sts_exporter *exporter;
    sts_options *options = sts_options_new();
    check(sts_options_set(options, "brokers", brokers, &error));
    check(sts_options_set(options, "topic", topic, &error));
    check(sts_exporter_new(&exporter, options, &error));
    sts_options_free(options);
    return exporter;
}

int main(int argc, char **argv) {
    uint64_t counts[STS_COUNTS];
    if (argc != 4)
        return 2;
    sts_exporter *exporter = new_exporter(argv[1], argv[2]);
    sts_topology *batch = sts_topology_new();
    check(sts_topology_set_stream(batch, STS_OWNER_EXTERNAL, "urn:test:snapshot", &error));
    check(sts_topology_set_times(batch, 1763880000123, 1763880000456, &error));
    check(sts_topology_set_expiry(batch, 300000, &error));
    check(sts_topology_set_specificity(batch, 0.5, &error));
    check(sts_topology_snapshot_start(batch, 60000, &error));
    read_elements(batch, atoi(argv[3]));
    check(sts_topology_snapshot_stop(batch, &error));
    check(sts_export_topology(exporter, batch, NULL, NULL, 0, &error));
    check(sts_flush(exporter, 60000, counts, STS_COUNTS, &error));
    printf("%" PRIu64 " %" PRIu64 "\n", counts[STS_COUNT_ACCEPTED], counts[STS_COUNT_DELIVERED]);
    sts_topology_free(batch);
    sts_exporter_free(exporter, 5000);
    return 0;
}
