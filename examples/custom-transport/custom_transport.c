/* A transport of the host's own, in one file: records go to a file in place of Kafka, with the same keys, topics,
 * limits and outcomes. A message becomes a line of netstrings (cr.yp.to/proto/netstrings.txt): topic, key, value, then
 * names and values of headers; "-" is null. Its offset is where the line begins, in bytes. Lines are appended to what
 * is there; a crash may leave a part of one at the end, which the lengths tell, and which is to be cut off first.
 *
 *   cc custom_transport.c -o custom_transport -pthread $(pkg-config --cflags --libs stskafka)
 *   ./custom_transport records.txt < request.bin
 *
 * The contract, from stskafka/transport.h: send takes or refuses, and never blocks; each message that it took is
 * completed exactly once, from inside poll, purge or close; flush hurries; purge gives up; after close there is nothing
 * left. */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <stskafka/stskafka.h>
#include <stskafka/transport.h>

enum { MESSAGES = 1000, BYTES = 4 << 20, LINGER_MS = 20, REQUEST_BYTES = 16 << 20 };

/* Lines that wait to be written. */
typedef struct batch {
    uint64_t ids[MESSAGES];
    size_t starts[MESSAGES]; /* of the lines, in bytes */
    size_t count;
    char bytes[BYTES];
    size_t size;
} batch;

typedef struct file_transport {
    const char *path;
    sts_transport_sink *sink;
    int fd;
    int64_t size; /* of the file: whole lines */
    /* Senders fill one batch while the other one is written. */
    pthread_mutex_t lock;
    pthread_cond_t something_to_do;
    batch *filling;
    batch *writing;
    int64_t due_ms; /* when the first line of `filling` has lingered long enough */
    bool hurried;   /* the next poll does not linger */
    int broken;     /* errno, when nobody knows any more how the file ends */
} file_transport;

/* --- a message as a line ------------------------------------------------------------------------------------------ */

static bool put(batch *to, const char *bytes, size_t size) {
    if (size > BYTES - to->size)
        return false;
    if (size > 0)
        memcpy(to->bytes + to->size, bytes, size);
    to->size += size;
    return true;
}

static bool put_netstring(batch *to, sts_bytes text) {
    char length[32];
    if (!text.data) /* null is not the same as empty */
        return put(to, "-", 1);
    snprintf(length, sizeof length, "%zu:", text.size);
    return put(to, length, strlen(length)) && put(to, text.data, text.size) && put(to, ",", 1);
}

static bool put_message(batch *to, const sts_message *message) {
    sts_bytes topic = {message->topic, strlen(message->topic)};
    bool good = put_netstring(to, topic) && put_netstring(to, message->key) && put_netstring(to, message->value);
    for (size_t i = 0; i < 2 * message->header_count; i++)
        good = good && put_netstring(to, message->headers[i]);
    return good && put(to, "\n", 1);
}

/* --- the methods -------------------------------------------------------------------------------------------------- */

static int64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

static sts_status file_open(void *context, sts_transport_sink *sink, int32_t timeout_ms, int32_t *transport_code,
                            char *text, size_t text_size) {
    file_transport *file = context;
    struct flock alone = {.l_type = F_WRLCK, .l_whence = SEEK_SET}; /* nobody else's lines are to be cut off */
    struct stat status;
    (void)timeout_ms;
    file->sink = sink;
    file->fd = open(file->path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (file->fd >= 0 && fcntl(file->fd, F_SETLK, &alone) == 0 && fstat(file->fd, &status) == 0) {
        file->size = status.st_size;
        if (S_ISREG(status.st_mode))
            return STS_OK;
        errno = EINVAL; /* of a device or a pipe nothing can be cut off */
    }
    *transport_code = errno;
    snprintf(text, text_size, "%s: %s", file->path, strerror(errno));
    if (file->fd >= 0)
        close(file->fd);
    return STS_ERR_SYSTEM;
}

/* Called from any thread. What the message points at is gone when this returns, so all of it is copied here. */
static sts_status file_send(void *context, const sts_message *message, int32_t *transport_code, char *text,
                            size_t text_size) {
    file_transport *file = context;
    sts_status status = STS_OK;
    pthread_mutex_lock(&file->lock);
    batch *to = file->filling;
    size_t before = to->size;
    if (file->broken) {
        *transport_code = file->broken;
        snprintf(text, text_size, "%s: %s", file->path, strerror(file->broken));
        status = STS_ERR_PRODUCER_FATAL;
    } else if (to->count < MESSAGES && put_message(to, message)) {
        to->ids[to->count] = message->id;
        to->starts[to->count++] = before;
    } else {
        to->size = before;
        status = STS_ERR_QUEUE_FULL;
        if (to->count == 0) { /* it will never fit, so waiting for room is of no use */
            snprintf(text, text_size, "longer than %d bytes", BYTES);
            status = STS_ERR_RECORD_SIZE;
        }
    }
    if (status == STS_OK && to->count == 1) /* from now on it lingers; a poll that waits hears of it */
        file->due_ms = now_ms() + LINGER_MS;
    file->hurried = file->hurried || to->count == MESSAGES || status == STS_ERR_QUEUE_FULL;
    if (file->hurried || to->count == 1)
        pthread_cond_signal(&file->something_to_do);
    pthread_mutex_unlock(&file->lock);
    return status;
}

/* False, and errno says why. */
static bool write_all(int fd, const char *bytes, size_t size) {
    while (size > 0) { /* a disk that is nearly full takes a part of it first */
        ssize_t written = write(fd, bytes, size);
        if (written < 0 && errno != EINTR)
            return false;
        if (written > 0) {
            bytes += written;
            size -= (size_t)written;
        }
    }
    return true;
}

/* Makes the batch that was filled the one to write. One thread at a time comes here: poll, flush, purge never overlap.
 */
static batch *take_batch(file_transport *file) {
    batch *taken = file->filling;
    file->filling = file->writing;
    file->writing = taken;
    file->hurried = false;
    return taken;
}

/* Not under the lock: with dead letters the library calls send from inside a completion. */
static void complete_batch(file_transport *file, batch *lines, int32_t kind, sts_status code, int error) {
    for (size_t i = 0; i < lines->count; i++) {
        sts_completion completion = {.struct_size = sizeof completion, .id = lines->ids[i], .kind = kind, .code = code};
        completion.text = error ? strerror(error) : NULL;
        completion.transport_code = error;
        completion.partition = kind == STS_OUTCOME_DELIVERED ? 0 : -1;
        completion.offset = kind == STS_OUTCOME_DELIVERED ? file->size + (int64_t)lines->starts[i] : -1;
        sts_transport_complete(file->sink, &completion);
    }
    lines->count = 0;
    lines->size = 0;
}

/* Delivered means here: the disk has it, by fdatasync. (Not the name of a new file: who fears for that syncs its folder
 * in open.) What was written of a batch that failed is cut off again: the next line would be appended to it, and could
 * not be read. Where that fails too, these lines are uncertain, and this is the end. */
static void write_batch(file_transport *file, batch *lines) {
    int64_t size = (int64_t)lines->size;
    if (file->broken) { /* they were sent before anybody knew */
        complete_batch(file, lines, STS_OUTCOME_FAILED, STS_ERR_PRODUCER_FATAL, file->broken);
        return;
    }
    if (write_all(file->fd, lines->bytes, lines->size) && fdatasync(file->fd) == 0) {
        complete_batch(file, lines, STS_OUTCOME_DELIVERED, STS_OK, 0);
        file->size += size;
        return;
    }
    int error = errno;
    if (ftruncate(file->fd, file->size) == 0 && fdatasync(file->fd) == 0) {
        complete_batch(file, lines, STS_OUTCOME_FAILED, STS_ERR_DELIVERY, error);
        return;
    }
    pthread_mutex_lock(&file->lock);
    file->broken = error;
    pthread_mutex_unlock(&file->lock);
    complete_batch(file, lines, STS_OUTCOME_UNCERTAIN, STS_ERR_NOT_ACKNOWLEDGED, error);
}

static bool is_due(const file_transport *file) {
    return file->hurried || (file->filling->count > 0 && now_ms() >= file->due_ms);
}

/* Waits for a first line, and then while that lingers, so that one write takes many. */
static void file_poll(void *context, int32_t timeout_ms) {
    file_transport *file = context;
    int64_t end_ms = now_ms() + timeout_ms;
    pthread_mutex_lock(&file->lock);
    while (!is_due(file) && now_ms() < end_ms) {
        int64_t until_ms = file->filling->count > 0 && file->due_ms < end_ms ? file->due_ms : end_ms;
        struct timespec until = {.tv_sec = until_ms / 1000, .tv_nsec = until_ms % 1000 * 1000000};
        pthread_cond_timedwait(&file->something_to_do, &file->lock, &until);
    }
    batch *lines = is_due(file) ? take_batch(file) : NULL;
    pthread_mutex_unlock(&file->lock);
    if (lines && lines->count > 0)
        write_batch(file, lines);
}

/* The method wake, which the library calls to get a poll back; flush is no more than that here. */
static void file_wake(void *context) {
    file_transport *file = context;
    pthread_mutex_lock(&file->lock);
    file->hurried = true;
    pthread_cond_signal(&file->something_to_do);
    pthread_mutex_unlock(&file->lock);
}

static void file_flush(void *context, int32_t timeout_ms) {
    (void)timeout_ms; /* writing is the next poll's */
    file_wake(context);
}

/* What was not written is given up: nothing of it is in the file. */
static void file_purge(void *context) {
    file_transport *file = context;
    pthread_mutex_lock(&file->lock);
    batch *lines = take_batch(file);
    pthread_mutex_unlock(&file->lock);
    complete_batch(file, lines, STS_OUTCOME_PURGED, STS_ERR_PURGED, 0);
}

/* Nobody sends any more. What was told as delivered is on the disk, so close has nothing to say that matters. */
static void file_close(void *context, int32_t timeout_ms) {
    file_transport *file = context;
    (void)timeout_ms;
    close(file->fd);
    pthread_cond_destroy(&file->something_to_do);
    pthread_mutex_destroy(&file->lock);
    free(file->filling);
    free(file->writing);
}

static void file_describe(void *context, char *text, size_t text_size) {
    const file_transport *file = context;
    snprintf(text, text_size, "%s", file->path);
}

static const sts_transport file_methods = {
    .struct_size = sizeof file_methods,
    .name = "file",
    .open = file_open,
    .send = file_send,
    .poll = file_poll,
    .flush = file_flush,
    .purge = file_purge,
    .close = file_close,
    .wake = file_wake,
    .describe = file_describe,
};

/* --- the program -------------------------------------------------------------------------------------------------- */

static void fail(const char *what, sts_error *error) {
    fprintf(stderr, "custom_transport: %s: %s\n", what, error ? sts_error_text(error) : strerror(errno));
    sts_error_free(error);
    exit(1);
}

static void init(file_transport *file, const char *path) {
    *file = (file_transport){.path = path, .fd = -1};
    pthread_condattr_t monotonic; /* a wait does not get longer when somebody sets the clock */
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&file->lock, NULL);
    pthread_cond_init(&file->something_to_do, &monotonic);
    pthread_condattr_destroy(&monotonic);
    file->filling = calloc(1, sizeof *file->filling);
    file->writing = calloc(1, sizeof *file->writing);
    if (!file->filling || !file->writing)
        fail("no memory", NULL);
}

int main(int argc, char **argv) {
    static char request[REQUEST_BYTES];
    static file_transport file; /* one transport serves one exporter, and must outlive it */
    if (argc != 2) {
        fprintf(stderr, "usage: %s FILE < REQUEST\n", argv[0]);
        return 2;
    }
    size_t size = fread(request, 1, sizeof request, stdin);
    sts_error *error = NULL;
    sts_exporter *exporter;
    sts_options *options = sts_options_new();
    init(&file, argv[1]);
    if (sts_options_set_transport(options, &file_methods, &file) != STS_OK)
        fail("the transport", NULL);
    if (sts_exporter_new(&exporter, options, &error) != STS_OK)
        fail("start", error);
    sts_options_free(options);
    printf("%s\n", sts_exporter_describe(exporter));

    sts_status status = sts_export_logs(exporter, request, size, NULL, NULL, 0, &error);
    if (status != STS_OK && status != STS_ERR_REJECTED)
        fail("export", error);
    uint64_t counts[STS_COUNTS];
    sts_exporter_close(exporter, 5000, counts, STS_COUNTS, NULL);
    printf("%llu delivered, %llu failed, %llu uncertain, %llu rejected\n",
           (unsigned long long)counts[STS_COUNT_DELIVERED], (unsigned long long)counts[STS_COUNT_FAILED],
           (unsigned long long)counts[STS_COUNT_UNCERTAIN], (unsigned long long)counts[STS_COUNT_REJECTED]);
    sts_exporter_free(exporter, 0);
    sts_error_free(error);
    return counts[STS_COUNT_DELIVERED] == counts[STS_COUNT_RECORDS] ? 0 : 1;
}
