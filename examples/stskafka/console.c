/* SPDX-License-Identifier: Apache-2.0
 *
 * Messages, progress, and the end of standard output. */
#include "console.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "clock.h"
#include "exit_status.h"
#include "memory.h"
#include "show.h"
#include "visible.h"

static const char *verb = "stskafka";
static bool progress_shown;

/* Standard error itself; `stderr` goes through show. */
static FILE *terminal;

/* Whatever is said may quote what came from outside, by argp and getopt too. */
static ssize_t show(void *cookie, const char *text, size_t size) {
    (void)cookie;
    for (size_t at = 0; at < size;) {
        char shown[VISIBLE_SIZE(512)];
        size_t piece = size - at < 512 ? size - at : 512;
        while (piece < size - at && piece > 500 && ((unsigned char)text[at + piece] & 0xc0) == 0x80)
            piece--; /* not inside a character */
        visible_write(shown, text + at, piece);
        fputs(shown, terminal);
        at += piece;
    }
    return (ssize_t)size;
}

static void make_errors_visible(void) {
    cookie_io_functions_t functions = {.write = show};
    FILE *stream = fopencookie(NULL, "w", functions);
    if (!stream)
        out_of_memory();
    setvbuf(stream, NULL, _IOLBF, BUFSIZ);
    terminal = stderr;
    stderr = stream;
}

/* Over the text that is there. */
static void rewind_line(void) {
    fflush(stderr);
    fputs("\r\033[K", terminal);
}

void console_start(void) {
    /* Each in the mode in which its use fails, as it would on a closed descriptor. */
    static const int modes[] = {O_WRONLY, O_RDONLY, O_RDONLY};
    for (int fd = 0; fd < 3; fd++) {
        if (fcntl(fd, F_GETFD) == -1 && open("/dev/null", modes[fd]) != fd)
            _exit(2);
    }
    make_errors_visible();
}

void console_name(const char *name) {
    verb = name;
}

void say(const char *format, ...) {
    va_list args;
    va_start(args, format);
    flockfile(stderr);
    progress_end();
    fprintf(stderr, "%s: ", verb);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    fflush(stderr);
    funlockfile(stderr);
    va_end(args);
}

/* A line that wraps could not be taken back. */
static void print_fitting(const char *format, va_list args) {
    char text[600];
    struct winsize size;
    vsnprintf(text, sizeof text, format, args);
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1)
        text[show_fitting(text, size.ws_col - 1u)] = '\0';
    fputs(text, stderr);
}

void progress(const char *format, ...) {
    static int64_t shown_ms;
    int64_t now = clock_ms();
    if (now - shown_ms < 200 || !isatty(STDERR_FILENO))
        return;
    shown_ms = now;

    va_list args;
    va_start(args, format);
    flockfile(stderr);
    rewind_line();
    print_fitting(format, args);
    fflush(stderr);
    progress_shown = true;
    funlockfile(stderr);
    va_end(args);
}

void progress_end(void) {
    if (progress_shown)
        rewind_line();
    progress_shown = false;
}

unsigned console_end(void) {
    bool failed = ferror(stdout) != 0;
    errno = 0;
    failed |= fflush(stdout) != 0;
    if (!failed)
        return 0;
    /* The reader of a pipe that went away (head) knows it; a full disk must be told. */
    if (errno != EPIPE)
        say("standard output: %s", errno ? strerror(errno) : "write error");
    return FAULT_RECORDS;
}
