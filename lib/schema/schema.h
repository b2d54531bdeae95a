/* SPDX-License-Identifier: Apache-2.0
 *
 * What messages are made of: one table, made in the build (generate.py) from .proto files, OTLP's here and the topology
 * stream's (proto/topo_stream.proto). It drives the check of what comes in (check.h), JSON in both directions, the
 * paths of specs, and the topology stream's encoder. */
#ifndef STS_SCHEMA_SCHEMA_H
#define STS_SCHEMA_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef enum sts__schema_kind {
    STS__SCHEMA_DOUBLE,
    STS__SCHEMA_INT64,
    STS__SCHEMA_UINT64,
    STS__SCHEMA_INT32,
    STS__SCHEMA_UINT32,
    STS__SCHEMA_SINT32, /* zigzag */
    STS__SCHEMA_FIXED64,
    STS__SCHEMA_SFIXED64,
    STS__SCHEMA_FIXED32,
    STS__SCHEMA_BOOL,
    STS__SCHEMA_ENUM,
    STS__SCHEMA_STRING,
    STS__SCHEMA_BYTES,
    STS__SCHEMA_ID, /* bytes of a fixed number, which OTLP JSON writes as hex */
    STS__SCHEMA_MESSAGE
} sts__schema_kind;

/* Fields of one message at most: generate.py sees to it. */
enum { STS__SCHEMA_MOST_FIELDS = 20 };

typedef struct sts__schema_message sts__schema_message;

typedef struct sts__schema_name {
    const char *text;
    uint8_t size;
    uint8_t field;  /* its place in the message's fields */
    int32_t number; /* of an enum's value */
} sts__schema_name;

typedef struct sts__schema_enum {
    const char *name;
    const sts__schema_name *values;
    uint32_t count;
} sts__schema_enum;

typedef struct sts__schema_field {
    uint32_t number;
    uint8_t kind;                       /* sts__schema_kind */
    uint8_t type;                       /* STS__WIRE_*, of one element */
    bool repeated;                      /* numbers, enums and booleans are packed then */
    bool optional;                      /* the default value is not the same as none: also in a oneof */
    bool in_oneof;                      /* what `rivals` means then is that of all these only the last counts */
    uint8_t id_size;                    /* of an id */
    uint8_t json_size;                  /* of json_name */
    uint64_t bit;                       /* its own, by its place among the message's fields; none if it is repeated */
    uint64_t rivals;                    /* that, and those of the other members of its oneof */
    const char *name;                   /* as in the .proto: time_unix_nano */
    const char *json_name;              /* timeUnixNano */
    const sts__schema_message *message; /* what is in it; NULL too of a Struct, which is JSON and no fields */
    const sts__schema_enum *enumeration;
} sts__schema_field;

/* In a message's table `usual`: a known field that is no message. */
enum { STS__SCHEMA_PLAIN = 0xff };

struct sts__schema_message {
    const char *name;
    const sts__schema_field *fields; /* by number; NULL where there are none */
    uint32_t field_count;
    uint32_t dense;                /* numbers below this one are in `by_number`; the fields beyond are the last ones */
    const uint8_t *by_number;      /* place of the field, plus 1; 0: there is none */
    const uint8_t *usual;          /* by a tag of one byte, whose type is the field's: the place of a field that is a
                                    * message, plus 1; STS__SCHEMA_PLAIN of another; 0: there is none */
    const sts__schema_name *names; /* both names of each field, where sts__schema_slot says; text NULL: none */
    uint8_t size_factor, first_factor, middle_factor, last_factor, slot_mask;
};

/* The requests of the signals (requests.proto); of that of profiles no field is known. */
extern const sts__schema_message sts__schema_logs_request;
extern const sts__schema_message sts__schema_traces_request;
extern const sts__schema_message sts__schema_metrics_request;
extern const sts__schema_message sts__schema_profiles_request;

/* An attribute and its value: most of what a request holds (check.c, intake/attribute.c). */
extern const sts__schema_message sts__schema_key_value;
extern const sts__schema_message sts__schema_any_value;

/* The field of this number; NULL if the message has none. */
static inline const sts__schema_field *sts__schema_by_number(const sts__schema_message *message, uint64_t number) {
    if (number < message->dense) {
        uint8_t place = message->by_number[number];
        return place ? &message->fields[place - 1] : NULL;
    }
    for (uint32_t i = message->field_count; i-- > 0 && message->fields[i].number >= message->dense;)
        if (message->fields[i].number == number)
            return &message->fields[i];
    return NULL;
}

/* Where a name of at least one byte is among the message's names, if it is one of them: generate.py has found factors
 * with which no two of them meet. */
static inline size_t sts__schema_slot(const sts__schema_message *message, const uint8_t *name, size_t size) {
    return (size * message->size_factor + name[0] * (size_t)message->first_factor +
            name[size / 2] * (size_t)message->middle_factor + name[size - 1] * (size_t)message->last_factor) &
           message->slot_mask;
}

/* Whether the names are the same, by what a machine reads at once where they are short, as most are. */
static inline bool sts__schema_same(const char *a, const uint8_t *b, size_t size) {
    uint64_t first[2], last[2];
    uint32_t head[2], tail[2];
    if (size > 16)
        return memcmp(a, b, size) == 0;
    if (size >= 8) {
        memcpy(&first[0], a, 8);
        memcpy(&first[1], b, 8);
        memcpy(&last[0], a + size - 8, 8);
        memcpy(&last[1], b + size - 8, 8);
        return first[0] == first[1] && last[0] == last[1];
    }
    if (size >= 4) {
        memcpy(&head[0], a, 4);
        memcpy(&head[1], b, 4);
        memcpy(&tail[0], a + size - 4, 4);
        memcpy(&tail[1], b + size - 4, 4);
        return head[0] == head[1] && tail[0] == tail[1];
    }
    return (uint8_t)a[0] == b[0] && (uint8_t)a[size / 2] == b[size / 2] && (uint8_t)a[size - 1] == b[size - 1];
}

/* The field of this name, in either spelling; NULL if the message has none. */
static inline const sts__schema_field *sts__schema_by_name(const sts__schema_message *message, const uint8_t *name,
                                                           size_t size) {
    if (size == 0)
        return NULL;
    const sts__schema_name *slot = &message->names[sts__schema_slot(message, name, size)];
    return slot->size == size && sts__schema_same(slot->text, name, size) ? &message->fields[slot->field] : NULL;
}

/* The number of an enum's value; false if it has none of that name. */
bool sts__schema_enum_number(const sts__schema_enum *enumeration, const uint8_t *name, size_t size, int32_t *number);

/* The value of that number; NULL if the enum has none. */
const sts__schema_name *sts__schema_enum_name(const sts__schema_enum *enumeration, int64_t number);

#endif
