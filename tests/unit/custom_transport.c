/* SPDX-License-Identifier: Apache-2.0
 *
 * The example custom-transport from inside: a disk that is full for a while, which RLIMIT_FSIZE stands in for, and what
 * offsets say. */
#include <criterion/criterion.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "support/outcome_log.h"
#include "support/rig.h"

int custom_transport(int argc, char **argv);

#define main custom_transport
#include "../examples/custom-transport/custom_transport.c"
#undef main

enum { FEW = 5, MANY = 200, LIMIT = 3000, FILE_ROOM = 1 << 20 };

struct bench {
    file_transport file;
    struct rig rig;
    struct outcome_log log;
};

static void limit_file(rlim_t size) {
    struct rlimit limit;
    cr_assert_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = size;
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* Without a thread that serves, the records of an export are in the batch together when the flush comes. */
static void bench_open(struct bench *bench, const char *path, const char *service_thread) {
    signal(SIGXFSZ, SIG_IGN);
    memset(bench, 0, sizeof *bench);
    init(&bench->file, path);
    bench->rig.options = rig_options(RIG_OPTIONS("outcomes", "all", "service_thread", service_thread));
    cr_assert_eq(sts_options_set_transport(bench->rig.options, &file_methods, &bench->file), STS_OK);
    rig_start(&bench->rig);
    outcome_log_init(&bench->log);
}

static void bench_close(struct bench *bench) {
    rig_close(&bench->rig);
    outcome_log_clear(&bench->log);
}

/* Each export's outcomes come one after the other: the first one's number in the log. */
static size_t take(struct bench *bench, unsigned count, int32_t kind) {
    size_t first = bench->log.count;
    outcome_log_take(&bench->log, bench->rig.exporter, count);
    for (size_t i = first; i < bench->log.count; i++)
        cr_assert_eq(bench->log.items[i].kind, kind, "%s", bench->log.items[i].text);
    return first;
}

static size_t export_records(struct bench *bench, unsigned count, int32_t kind) {
    cr_assert_eq(rig_export_numbered(&bench->rig, count, NULL), STS_OK);
    sts_flush(bench->rig.exporter, RIG_DEADLINE_MS, NULL, 0, NULL);
    return take(bench, count, kind);
}

/* The records of that export begin at their offsets, one behind the other; returns where the last one ends. */
static int64_t check_lines(const struct bench *bench, const char *text, size_t first, unsigned count, int64_t at) {
    char line[128];
    for (unsigned i = 0; i < count; i++) {
        int size = snprintf(line, sizeof line, "17:sts-otel-topology,%d:key-%u,%d:body-%u,\n",
                            snprintf(NULL, 0, "key-%u", i), i, snprintf(NULL, 0, "body-%u", i), i);
        cr_assert_eq(bench->log.items[first + i].offset, at);
        cr_assert_eq(strncmp(text + at, line, (size_t)size), 0, "record %u: %.40s", i, text + at);
        at += size;
    }
    return at;
}

/* All that is in the file; it ends with a NUL. */
static const char *contents(const char *path) {
    static char text[FILE_ROOM];
    FILE *in = fopen(path, "r");
    cr_assert_not_null(in);
    text[fread(text, 1, sizeof text - 1, in)] = '\0';
    fclose(in);
    return text;
}

Test(custom_transport, what_was_written_in_part_is_cut_off) {
    static struct bench bench;
    char path[] = "/tmp/custom-transport-XXXXXX";
    close(mkstemp(path));
    bench_open(&bench, path, "false");
    size_t before = export_records(&bench, FEW, STS_OUTCOME_DELIVERED);
    limit_file(LIMIT);
    export_records(&bench, MANY, STS_OUTCOME_FAILED);
    cr_assert_eq(bench.log.items[bench.log.count - 1].code, STS_ERR_DELIVERY);
    cr_assert_eq(bench.log.items[bench.log.count - 1].transport_code, EFBIG);
    limit_file(RLIM_INFINITY);
    size_t after = export_records(&bench, MANY, STS_OUTCOME_DELIVERED);
    const char *text = contents(path);
    int64_t end = check_lines(&bench, text, before, FEW, 0);
    end = check_lines(&bench, text, after, MANY, end);
    cr_assert_eq(text[end], '\0');
    bench_close(&bench);
    unlink(path);
}

/* Here a thread serves, and nobody flushes: what lingers goes by itself. */
Test(custom_transport, goes_on_where_a_file_ends) {
    static struct bench bench;
    char path[] = "/tmp/custom-transport-XXXXXX";
    close(mkstemp(path));
    int64_t end = 0;
    for (int i = 0; i < 3; i++) {
        bench_open(&bench, path, "true");
        cr_assert_eq(rig_export_numbered(&bench.rig, FEW, NULL), STS_OK);
        size_t first = take(&bench, FEW, STS_OUTCOME_DELIVERED);
        end = check_lines(&bench, contents(path), first, FEW, end);
        bench_close(&bench);
    }
    unlink(path);
}

/* A file that cannot be made shorter. */
Test(custom_transport, ends_where_nothing_can_be_cut_off) {
    static struct bench bench;
    char path[64];
    int fd = memfd_create("custom-transport", MFD_ALLOW_SEALING);
    cr_assert_geq(fd, 0);
    cr_assert_eq(fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK), 0);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    bench_open(&bench, path, "false");
    export_records(&bench, FEW, STS_OUTCOME_DELIVERED);
    limit_file(LIMIT);
    export_records(&bench, MANY, STS_OUTCOME_UNCERTAIN);
    limit_file(RLIM_INFINITY);
    cr_assert_eq(rig_export_numbered(&bench.rig, FEW, NULL), STS_ERR_PRODUCER_FATAL);
    cr_assert_eq(strlen(contents(path)), (size_t)LIMIT, "nothing is written behind the part");
    bench_close(&bench);
    close(fd);
}

/* Locks the file in a process of its own, until `link` is closed; that gets a byte when it is done. */
static void lock_elsewhere(const char *path, int link[2]) {
    struct flock alone = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    char done = 1;
    cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, link), 0);
    if (fork() == 0) {
        close(link[0]);
        if (fcntl(open(path, O_WRONLY), F_SETLK, &alone) == 0 && write(link[1], &done, 1) == 1)
            done = (char)read(link[1], &done, 1);
        _exit(0);
    }
    close(link[1]);
    cr_assert_eq(read(link[0], &done, 1), 1);
}

/* Who cuts off what was written has to be alone. */
Test(custom_transport, shares_no_file) {
    static file_transport file;
    char path[] = "/tmp/custom-transport-XXXXXX";
    int link[2];
    close(mkstemp(path));
    lock_elsewhere(path, link);
    init(&file, path);
    sts_options *options = rig_options(RIG_OPTIONS("outcomes", "all"));
    cr_assert_eq(sts_options_set_transport(options, &file_methods, &file), STS_OK);
    rig_refused(options, STS_ERR_SYSTEM, RIG_OPTIONS(path), NULL);
    sts_options_free(options);
    free(file.filling);
    free(file.writing);
    close(link[0]);
    unlink(path);
}
