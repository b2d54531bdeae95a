#include "support/requests.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static void fail(const char *path) {
    perror(path);
    abort();
}

static unsigned char *read_file(const char *path, size_t *size) {
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0)
        fail(path);
    long end = ftell(file);
    rewind(file);
    unsigned char *data = malloc((size_t)end + 1);
    *size = (size_t)end;
    if (!data || fread(data, 1, *size, file) != *size)
        fail(path);
    fclose(file);
    return data;
}

requests requests_read(const char *path) {
    size_t size;
    requests all = {read_file(path, &size), NULL, 0};
    for (size_t at = 0; at + 4 <= size; all.count++) {
        const unsigned char *head = all.file + at;
        size_t length = head[0] | (size_t)head[1] << 8 | (size_t)head[2] << 16 | (size_t)head[3] << 24;
        if (length > size - at - 4)
            fail(path);
        if (all.count % 1024 == 0)
            all.items = realloc(all.items, (all.count + 1024) * sizeof *all.items);
        all.items[all.count] = (sts_bytes){head + 4, length};
        at += 4 + length;
    }
    return all;
}

void requests_free(requests *all) {
    free(all->file);
    free(all->items);
}
