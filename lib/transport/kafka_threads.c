/* SPDX-License-Identifier: Apache-2.0
 *
 * Producers whose threads are counted: librdkafka tells interceptors of the start and the end of each. */
#include "transport/kafka_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define INTERCEPTOR "stskafka"

/* Where rd_kafka_new fails when it has called the interceptors, those that they added are lost; and before 2.13.0 it
 * frees the configuration's, and leaves them in there all the same: to destroy that, as its caller must, crashes
 * (librdkafka issue 4142). */
enum { FIRST_THAT_FAILS_SAFELY = 0x020d0000 };

/* From malloc and not from the host's allocator: a thread that is left behind may outlive that (kafka_close.c). */
struct sts__kafka_threads {
    int running; /* atomic */
    int owners;  /* the last one frees it; atomic */
};

sts__kafka_threads *sts__kafka_threads_new(void) {
    sts__kafka_threads *threads = calloc(1, sizeof *threads);
    return threads ? sts__kafka_threads_keep(threads) : NULL;
}

sts__kafka_threads *sts__kafka_threads_keep(sts__kafka_threads *threads) {
    __atomic_add_fetch(&threads->owners, 1, __ATOMIC_RELAXED);
    return threads;
}

void sts__kafka_threads_release(sts__kafka_threads *threads) {
    if (threads && __atomic_sub_fetch(&threads->owners, 1, __ATOMIC_ACQ_REL) == 0)
        free(threads);
}

int32_t sts__kafka_threads_count(const sts__kafka_threads *threads) {
    return __atomic_load_n(&threads->running, __ATOMIC_RELAXED);
}

static rd_kafka_resp_err_t on_start(rd_kafka_t *producer, rd_kafka_thread_type_t type, const char *name, void *opaque) {
    (void)producer, (void)type, (void)name;
    __atomic_add_fetch(&((sts__kafka_threads *)opaque)->running, 1, __ATOMIC_RELAXED);
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

static rd_kafka_resp_err_t on_exit(rd_kafka_t *producer, rd_kafka_thread_type_t type, const char *name, void *opaque) {
    (void)producer, (void)type, (void)name;
    __atomic_sub_fetch(&((sts__kafka_threads *)opaque)->running, 1, __ATOMIC_RELAXED);
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

typedef struct beginning {
    sts__kafka_threads *threads;
    bool begun; /* rd_kafka_new got as far as the interceptors */
} beginning;

static rd_kafka_resp_err_t on_new(rd_kafka_t *producer, const rd_kafka_conf_t *conf, void *opaque, char *text,
                                  size_t text_size) {
    beginning *b = opaque;
    (void)conf, (void)text, (void)text_size;
    b->begun = true;
    rd_kafka_interceptor_add_on_thread_start(producer, INTERCEPTOR, on_start, b->threads);
    return rd_kafka_interceptor_add_on_thread_exit(producer, INTERCEPTOR, on_exit, b->threads);
}

/* Certificates and mechanisms are only looked at when the interceptors have been called. */
static bool needs_rehearsal(const rd_kafka_conf_t *conf) {
    char protocol[32] = "";
    size_t size = sizeof protocol;
    return rd_kafka_conf_get(conf, "security.protocol", protocol, &size) == RD_KAFKA_CONF_OK &&
           strcmp(protocol, "plaintext") != 0;
}

static void destroy_conf(rd_kafka_conf_t *conf) {
    int error = errno; /* rd_kafka_new's */
    rd_kafka_conf_destroy(conf);
    errno = error;
}

/* Makes and ends a producer without interceptors, and without brokers to connect to. */
static bool rehearse(const rd_kafka_conf_t *conf, char *text, size_t text_size) {
    const char *left_out[] = {"bootstrap.servers", "metadata.broker.list"};
    rd_kafka_conf_t *trial = rd_kafka_conf_dup_filter(conf, 2, left_out);
    rd_kafka_t *producer = rd_kafka_new(RD_KAFKA_PRODUCER, trial, text, text_size);
    if (producer)
        rd_kafka_destroy(producer);
    else
        destroy_conf(trial);
    return producer;
}

rd_kafka_t *sts__kafka_start(rd_kafka_conf_t *conf, sts__kafka_threads *threads, char *text, size_t text_size) {
    beginning b = {threads, false};
    if (needs_rehearsal(conf) && !rehearse(conf, text, text_size)) {
        destroy_conf(conf);
        return NULL;
    }
    rd_kafka_conf_interceptor_add_on_new(conf, INTERCEPTOR, on_new, &b);
    rd_kafka_t *producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, text, text_size);
    /* What is left to fail is the start of a thread: an old librdkafka's configuration is lost then. */
    if (!producer && (!b.begun || rd_kafka_version() >= FIRST_THAT_FAILS_SAFELY))
        destroy_conf(conf);
    return producer;
}
