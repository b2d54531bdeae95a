/* SPDX-License-Identifier: Apache-2.0
 *
 * Requests from files: opening, framing, numbering, and reading what is not handed to the library as it is. */
#ifndef INPUT_H
#define INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <stskafka/log_batch.h>
#include <stskafka/otlp.h>
#include <stskafka/topology.h>
#include <stskafka/types.h>

#include "files.h"

enum format {
    FORMAT_OTLP,      /* protobuf */
    FORMAT_OTLP_JSON, /* OTLP JSON */
    FORMAT_TOPOLOGY,  /* elements as JSON Lines; goes with FRAMING_WHOLE */
    FORMAT_KEY_VALUE, /* a key and a value, which become OTLP: lines of both, or files that are values of one key */
};

enum framing {
    FRAMING_WHOLE,              /* a file is one request */
    FRAMING_LENGTH_PREFIXED,    /* uint32 little-endian length before each request */
    FRAMING_LENGTH_PREFIXED_BE, /* the same, big-endian: the collector's file exporter with format: proto */
    FRAMING_LINES,              /* a request a line: the same with format: json; goes with FORMAT_OTLP_JSON */
};

struct input_format {
    enum format format;
    int32_t signal; /* STS_SIGNAL_*; 0: logs */
    enum framing framing;
    const char *key;   /* FORMAT_KEY_VALUE: of all; NULL: each line has its own */
    const char *value; /* the only one, in place of files; NULL: it is read */
};

enum { PREFIX_SIZE = 4 };

/* A request, or, where `fault` is not STS_OK, the place where there should have been one. */
struct input_request {
    const unsigned char *data; /* valid until the next one is read; of a faulty one what there is, or its beginning */
    size_t size;
    unsigned char prefix[PREFIX_SIZE]; /* the length that stood before it, where the framing has one */
    bool begins_file;
    const sts_topology *topology; /* FORMAT_TOPOLOGY: what the data says, as long as them; else NULL */
    uint64_t number;              /* from 0, over all files */
    const char *file;             /* for messages */
    uint64_t line;                /* in the file, from 1; 0 where requests are no lines */
    enum format format;
    int32_t signal; /* STS_SIGNAL_*, of OTLP */
    enum framing framing;
    sts_status fault; /* of reading it */
    char text[1000];
    int64_t offset; /* of the fault within the request, -1 where that is not known */
};

struct input {
    const struct file_list *files;
    enum format format;
    int32_t signal;
    enum framing framing;
    sts_topology *topology; /* NULL: another format */
    sts_logs *logs;         /* FORMAT_KEY_VALUE; else NULL */
    const char *key;
    const char *value; /* NULL: there is none, or it was read */
    size_t next_file;
    FILE *stream; /* NULL between files */
    unsigned char *buffer;
    size_t capacity;
    uint64_t position;   /* in the file */
    uint64_t read_bytes; /* of all files */
    uint64_t line;       /* the last one that was read of it */
    uint64_t count;      /* requests so far */
    uint64_t *starts;    /* of each file that was opened, the number of its first request */
    unsigned faults;     /* exit_status.h */
};

void input_init(struct input *input, const struct file_list *files, const struct input_format *format);
void input_clear(struct input *input);

/* Reads the next request; false at the end of the last file, and where a signal asks for an end (interrupt.h). */
bool input_next(struct input *input, struct input_request *request);

/* The length that a prefix says. */
uint32_t input_length(const unsigned char *prefix, enum framing framing);

/* Says on standard error what of a request that was good was not looked at. */
void input_unread(const struct input_request *request);

/* The file that a request, by its number, was read from. */
const char *input_file_of(const struct input *input, uint64_t number);

/* Says on standard error what is wrong with a request: file, request, byte offset or line, and what the file may be
 * instead.
 * Returns the fault (exit_status.h). */
unsigned input_fault(const struct input_request *request, sts_status code, const char *text, int64_t offset);

#endif
