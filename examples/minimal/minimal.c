/* Sends one OTLP log request, read from standard input, to Kafka: each record under its own key (stskafka.key).
 *
 *   cc minimal.c -o minimal $(pkg-config --cflags --libs stskafka)
 *   ./minimal localhost:9092 sts-otel-topology < request.bin */
#include <stdio.h>
#include <stdlib.h>

#include <stskafka/stskafka.h>

/* Takes the error's place and not the error: C evaluates arguments in any order, and might read it before the call. */
static void check(sts_status status, sts_error **error) {
    if (status == STS_OK)
        return;
    fprintf(stderr, "%s: %s\n", sts_status_name(status), sts_error_text(*error));
    sts_error_free(*error);
    *error = NULL;                  /* the next call makes one only where there is none */
    if (status != STS_ERR_REJECTED) /* then the other records went */
        exit(1);
}

int main(int argc, char **argv) {
    static char request[16 << 20];
    size_t size = fread(request, 1, sizeof request, stdin);
    sts_error *error = NULL;
    sts_exporter *exporter;
    sts_options *options = sts_options_new();
    sts_options_set(options, "brokers", argc > 1 ? argv[1] : "localhost:9092", NULL);
    sts_options_set(options, "topic", argc > 2 ? argv[2] : "sts-otel-topology", NULL);
    check(sts_exporter_new(&exporter, options, &error), &error);
    check(sts_export_logs(exporter, request, size, NULL, NULL, 0, &error), &error);

    uint64_t counts[STS_COUNTS];
    check(sts_flush(exporter, 10000, counts, STS_COUNTS, &error), &error);
    printf("%llu delivered, %llu rejected\n", (unsigned long long)counts[STS_COUNT_DELIVERED],
           (unsigned long long)counts[STS_COUNT_REJECTED]);
    sts_exporter_free(exporter, 5000);
    sts_options_free(options);
    return 0;
}
