/* The addresses ("host:port,...") of the broker that CTest's fixture started; see fixture.cmake. */
#ifndef TESTS_SUPPORT_KAFKA_BOOTSTRAP_H
#define TESTS_SUPPORT_KAFKA_BOOTSTRAP_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Ends the test when there is no broker: such a test must fail, not be skipped. The text is static. */
static inline const char *kafka_bootstrap(void) {
    static char text[256];
    const char *path = getenv("STSKAFKA_KAFKA_BOOTSTRAP");
    FILE *file = path ? fopen(path, "r") : NULL;
    if (!file || !fgets(text, sizeof text, file)) {
        fprintf(stderr, "no Kafka broker: run this test through ctest, whose fixture kafka.start starts one\n");
        abort();
    }
    fclose(file);
    text[strcspn(text, "\n")] = '\0';
    return text;
}

#endif
