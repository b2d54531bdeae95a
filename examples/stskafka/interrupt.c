/* SPDX-License-Identifier: Apache-2.0
 *
 * An orderly end by signal. */
#include "interrupt.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "clock.h"
#include "memory.h"

enum { IDLE_MS = 200 };

static sigset_t signals;
static int news[2] = {-1, -1}; /* a pipe that is readable once a signal was noted */
static int holds;
static int noted;
static int64_t noted_ms; /* before noted */
static void (*idle)(void *user);
static void *idle_user;

static void end_by(int number) {
    sigset_t one;
    sigemptyset(&one);
    sigaddset(&one, number);
    signal(number, SIG_DFL);
    pthread_sigmask(SIG_UNBLOCK, &one, NULL);
    kill(getpid(), number); /* this thread takes it, for the others block it */
    pause();
}

static void *wait_for_signals(void *unused) {
    (void)unused;
    for (int number; sigwait(&signals, &number) == 0;) {
        if (!__atomic_load_n(&holds, __ATOMIC_SEQ_CST) || interrupt_signal())
            end_by(number);
        __atomic_store_n(&noted_ms, clock_ms(), __ATOMIC_SEQ_CST);
        __atomic_store_n(&noted, number, __ATOMIC_SEQ_CST);
        while (write(news[1], "", 1) < 0 && errno == EINTR)
            continue;
    }
    return NULL;
}

void interrupt_start(void) {
    static const int numbers[] = {SIGINT, SIGTERM};
    pthread_t thread;
    sigemptyset(&signals);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct sigaction action;
        if (sigaction(numbers[i], NULL, &action) == 0 && action.sa_handler != SIG_IGN)
            sigaddset(&signals, numbers[i]);
    }
    if (pipe(news) != 0)
        return; /* signals end the program, then */
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    if (pthread_create(&thread, NULL, wait_for_signals, NULL) == 0)
        pthread_detach(thread);
    else
        pthread_sigmask(SIG_UNBLOCK, &signals, NULL);
}

void interrupt_hold(void) {
    __atomic_store_n(&holds, 1, __ATOMIC_SEQ_CST);
}

int interrupt_signal(void) {
    return __atomic_load_n(&noted, __ATOMIC_SEQ_CST);
}

const char *interrupt_name(void) {
    return interrupt_signal() == SIGINT ? "SIGINT" : "SIGTERM";
}

int64_t interrupt_ms(void) {
    return __atomic_load_n(&noted_ms, __ATOMIC_SEQ_CST);
}

static ssize_t read_unless_noted(void *file, char *buffer, size_t size) {
    int descriptor = fileno(file);
    struct pollfd waits[] = {{descriptor, POLLIN, 0}, {news[0], POLLIN, 0}};
    for (;;) {
        int ready = poll(waits, 2, idle ? IDLE_MS : -1);
        ssize_t got = -1;
        if (ready > 0 && waits[1].revents)
            return 0;
        if (ready > 0)
            got = read(descriptor, buffer, size);
        else if (ready == 0 && idle)
            idle(idle_user);
        if (got >= 0 || (ready != 0 && errno != EINTR))
            return got;
    }
}

static int close_file(void *file) {
    return file == stdin ? 0 : fclose(file);
}

FILE *interrupt_file(FILE *file) {
    static const cookie_io_functions_t functions = {.read = read_unless_noted, .close = close_file};
    if (news[0] < 0)
        return file;
    FILE *made = need(fopencookie(file, "rb", functions));
    setvbuf(made, NULL, _IOFBF, 65536);
    return made;
}

void interrupt_idle(void (*function)(void *user), void *user) {
    idle = function;
    idle_user = user;
}

void interrupt_end(void) {
    int number = interrupt_signal();
    if (number)
        end_by(number);
}
