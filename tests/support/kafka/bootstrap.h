/* The addresses ("host:port,...") of the broker that CTest's fixture started, and its certificates; see fixture.cmake.
 */
#ifndef TESTS_SUPPORT_KAFKA_BOOTSTRAP_H
#define TESTS_SUPPORT_KAFKA_BOOTSTRAP_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Reads the addresses that a file of this name holds, beginning with the fixture's own. Ends the test when there is no
 * broker: such a test must fail, not be skipped. */
static inline void kafka_read_bootstrap(const char *suffix, char *text, int size) {
    char path[512];
    const char *plain = getenv("STSKAFKA_KAFKA_BOOTSTRAP");
    snprintf(path, sizeof path, "%s%s", plain ? plain : "", suffix);
    FILE *file = fopen(path, "r");
    if (!file || !fgets(text, size, file)) {
        fprintf(stderr, "no Kafka broker: run this test through ctest, whose fixture starts one\n");
        abort();
    }
    fclose(file);
    text[strcspn(text, "\n")] = '\0';
}

/* The text is static. */
static inline const char *kafka_bootstrap(void) {
    static char text[256];
    kafka_read_bootstrap("", text, sizeof text);
    return text;
}

/* Of the secure broker, by security protocol: "SSL", "SASL_PLAINTEXT", "SASL_SSL". The text is the caller's to free. */
static inline char *kafka_bootstrap_for(const char *protocol) {
    char suffix[32];
    char *text = calloc(1, 256);
    snprintf(suffix, sizeof suffix, ".%s", protocol);
    kafka_read_bootstrap(suffix, text, 256);
    return text;
}

/* The path of one of its files, for instance "ca.pem" (see kafka-cluster). The text is the caller's to free. */
static inline char *kafka_tls_file(const char *name) {
    const char *plain = getenv("STSKAFKA_KAFKA_BOOTSTRAP");
    char *path = calloc(1, 512);
    if (plain)
        snprintf(path, 512, "%.*stls/%s", (int)(strlen(plain) - strlen("bootstrap")), plain, name);
    return path;
}

#endif
