/* SPDX-License-Identifier: Apache-2.0
 *
 * An exporter's numbers as texts: exports the OTLP request on standard input into memory, and prints its JSON, which is
 * one line, and then its page for Prometheus.
 *
 *   page SCRIPT NAME [VALUE...]
 *
 * SCRIPT is how the memory transport fares (stskafka/transport.h), NAME the label, and the values what the transport
 * tells of its traffic (STS_TRANSPORT_*). */
#include <stdio.h>
#include <stdlib.h>

#include <stskafka/stskafka.h>
#include <stskafka/transport.h>

enum { REQUEST_ROOM = 1 << 20 };

static const sts_transport *memory_table;
static sts_transport_sink *sink;
static int64_t told[STS_TRANSPORT_VALUES];
static size_t told_count;

static void check(sts_status status, sts_error **error) {
    if (status == STS_OK || status == STS_ERR_REJECTED)
        return;
    fprintf(stderr, "%s: %s\n", sts_status_name(status), sts_error_text(error ? *error : NULL));
    exit(1);
}

static sts_status open_memory(void *context, sts_transport_sink *exporter_sink, int32_t timeout_ms,
                              int32_t *transport_code, char *text, size_t text_size) {
    sink = exporter_sink;
    return memory_table->open(context, exporter_sink, timeout_ms, transport_code, text, text_size);
}

static void poll_memory(void *context, int32_t timeout_ms) {
    memory_table->poll(context, timeout_ms);
    sts_transport_notify_statistics(sink, told, told_count);
}

static sts_exporter *make_exporter(sts_memory_transport *memory) {
    sts_error *error = NULL;
    sts_exporter *exporter;
    sts_options *options = sts_options_new();
    memory_table = sts_memory_transport_table();
    sts_transport table = *memory_table;
    table.open = open_memory;
    table.poll = poll_memory;
    check(sts_options_set(options, "service_thread", "false", &error), &error);
    check(sts_options_set_transport(options, &table, memory), NULL);
    check(sts_exporter_new(&exporter, options, &error), &error);
    sts_options_free(options);
    return exporter;
}

static void print_texts(const sts_exporter *exporter, const char *name) {
    sts_error *error = NULL;
    char *text;
    check(sts_exporter_statistics_json(exporter, &text, &error), &error);
    puts(text);
    sts_text_free(text);
    check(sts_exporter_statistics_prometheus(exporter, name, &text, &error), &error);
    fputs(text, stdout);
    sts_text_free(text);
}

int main(int argc, char **argv) {
    static unsigned char request[REQUEST_ROOM];
    sts_error *error = NULL;
    sts_memory_transport *memory;
    if (argc < 3 || argc > 3 + STS_TRANSPORT_VALUES)
        return 2;
    for (int i = 3; i < argc; i++)
        told[told_count++] = strtoll(argv[i], NULL, 10);
    check(sts_memory_transport_new(&memory, argv[1], 0, 4, &error), &error);
    sts_exporter *exporter = make_exporter(memory);
    size_t size = fread(request, 1, sizeof request, stdin);
    check(sts_export_logs(exporter, request, size, NULL, NULL, 0, &error), &error);
    sts_error_free(error);
    check(sts_poll(exporter, 0), NULL);
    print_texts(exporter, argv[2]);
    sts_exporter_free(exporter, 0);
    sts_memory_transport_free(memory);
    return 0;
}
