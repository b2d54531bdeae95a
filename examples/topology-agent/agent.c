/* A small agent: what runs on this machine, published as topology. Components are the host, its processes (/proc) and
 * its network interfaces; relations say which process started which, and what belongs to the host.
 *
 *   cc agent.c -o agent $(pkg-config --cflags --libs stskafka)
 *   ./agent localhost:9092                    a round every 30 seconds, until Ctrl-C or SIGTERM
 *   ./agent --once localhost:9092             one round
 *   ./agent --rounds 5 --interval 10 localhost:9092 sts-otel-topology
 *
 * The first round is a snapshot; later ones repeat the elements that are there and delete those that are gone. After a
 * round that was not delivered the next one is a snapshot again. SIGHUP starts the next round at once. Elements expire
 * after three intervals, so nothing has to be taken back when the agent ends. */
#define _DEFAULT_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <getopt.h>
#include <ifaddrs.h>
#include <inttypes.h>
#include <net/if.h>
#include <netdb.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#include <stskafka/stskafka.h>

/* The longest external id; two of them and an arrow make a relation's. */
enum { ID_SIZE = 700 };

typedef struct id_list {
    char **ids; /* the first letter is c for a component, r for a relation */
    size_t count;
} id_list;

typedef struct process {
    int pid;
    int parent;
    unsigned long long started; /* pids come again, a pid with its time does not */
    char command[64];
} process;

static sts_topology *batch;
static sts_error *error;
static id_list before; /* what the last round named, sorted */
static id_list now;
static struct utsname machine;
static char host_id[ID_SIZE];

static bool good(sts_status status) {
    if (status == STS_OK)
        return true;
    fprintf(stderr, "agent: %s: %s\n", sts_status_name(status), sts_error_text(error));
    sts_error_free(error);
    error = NULL;
    return false;
}

static void need(sts_status status) {
    if (!good(status))
        exit(1);
}

static void *need_memory(void *piece) {
    if (piece)
        return piece;
    perror("agent");
    exit(1);
}

/* --- elements ----------------------------------------------------------------------------------------------------- */

static void remember(char kind, const char *id) {
    char *text = need_memory(malloc(strlen(id) + 2));
    sprintf(text, "%c%s", kind, id);
    now.ids = need_memory(realloc(now.ids, (now.count + 1) * sizeof *now.ids));
    now.ids[now.count++] = text;
}

static bool add_component(const char *id, const char *name, const char *type) {
    remember('c', id);
    return good(sts_topology_add_component(batch, id, name, type, &error));
}

static void add_relation(const char *source, const char *target, const char *type, int32_t dependency) {
    char id[2 * ID_SIZE + 3];
    snprintf(id, sizeof id, "%s->%s", source, target);
    remember('r', id);
    good(sts_topology_add_relation(batch, id, source, target, "", type, dependency, &error));
}

static int compare_ids(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Deletes what the last round named and this one does not, and makes this one the last. Returns how many those are. */
static size_t delete_gone(void) {
    size_t gone = 0;
    qsort(now.ids, now.count, sizeof *now.ids, compare_ids);
    for (size_t i = 0; i < before.count; i++) {
        char *id = before.ids[i];
        if (!bsearch(&id, now.ids, now.count, sizeof *now.ids, compare_ids)) {
            good(*id == 'c' ? sts_topology_delete_component(batch, id + 1, &error)
                            : sts_topology_delete_relation(batch, id + 1, &error));
            gone++;
        }
        free(id);
    }
    free(before.ids);
    before = now;
    now = (id_list){NULL, 0};
    return gone;
}

/* --- what runs here ----------------------------------------------------------------------------------------------- */

static void add_host(void) {
    if (!add_component(host_id, machine.nodename, "host"))
        return;
    need(sts_topology_begin_resource_definition(batch, &error));
    need(sts_topology_put_string(batch, "system", machine.sysname, strlen(machine.sysname), &error));
    need(sts_topology_put_string(batch, "kernel", machine.release, strlen(machine.release), &error));
    need(sts_topology_end(batch, &error));
}

/* False for a process that has ended meanwhile. */
static bool read_process(const char *pid, process *found) {
    char path[300];
    char stat[1024] = "";
    snprintf(path, sizeof path, "/proc/%s/stat", pid);
    FILE *file = fopen(path, "r");
    if (!file)
        return false;
    stat[fread(stat, 1, sizeof stat - 1, file)] = '\0';
    fclose(file);
    char *command = strchr(stat, '(');
    char *end = strrchr(stat, ')'); /* the command may have brackets itself */
    if (!command || !end)
        return false;
    *end++ = '\0';
    snprintf(found->command, sizeof found->command, "%s", command + 1);
    for (char *c = found->command; *c; c++)
        if (!isprint((unsigned char)*c)) /* it need not be UTF-8 */
            *c = '?';
    found->pid = atoi(pid);
    /* The 4th field and the 22nd: proc(5). */
    return sscanf(end, " %*c %d %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %llu",
                  &found->parent, &found->started) == 2;
}

static size_t read_processes(process **all) {
    size_t count = 0;
    DIR *folder = need_memory(opendir("/proc"));
    for (struct dirent *entry; (entry = readdir(folder));) {
        *all = need_memory(realloc(*all, (count + 1) * sizeof **all));
        if (isdigit((unsigned char)entry->d_name[0]) && read_process(entry->d_name, &(*all)[count]))
            count++;
    }
    closedir(folder);
    return count;
}

static const char *process_id(const process *p, char id[ID_SIZE]) {
    snprintf(id, ID_SIZE, "urn:process:/%s:%d:%llu", machine.nodename, p->pid, p->started);
    return id;
}

static void add_process(const process *p, const process *parent) {
    char id[ID_SIZE];
    char parent_id[ID_SIZE];
    if (!add_component(process_id(p, id), p->command, "process"))
        return;
    need(sts_topology_begin_resource_definition(batch, &error));
    need(sts_topology_put_string(batch, "command", p->command, strlen(p->command), &error));
    need(sts_topology_put_number(batch, "pid", p->pid, &error));
    need(sts_topology_end(batch, &error));
    add_relation(parent ? process_id(parent, parent_id) : host_id, id, parent ? "started" : "runs",
                 STS_DEPENDENCY_HIERARCHICAL);
}

static void add_processes(void) {
    process *all = NULL;
    size_t count = read_processes(&all);
    for (size_t i = 0; i < count; i++) {
        const process *parent = NULL;
        for (size_t j = 0; j < count && !parent; j++)
            if (all[j].pid == all[i].parent)
                parent = &all[j];
        add_process(&all[i], parent);
    }
    free(all);
}

/* Each address of an interface has its own entry in the list. */
static void add_interface(const struct ifaddrs *all, const struct ifaddrs *first) {
    char id[ID_SIZE];
    char address[NI_MAXHOST];
    snprintf(id, sizeof id, "urn:interface:/%s:%s", machine.nodename, first->ifa_name);
    if (!add_component(id, first->ifa_name, "network interface"))
        return;
    need(sts_topology_add_tag(batch, first->ifa_flags & IFF_UP ? "up" : "down", &error));
    need(sts_topology_begin_resource_definition(batch, &error));
    need(sts_topology_begin_array(batch, "addresses", &error));
    for (const struct ifaddrs *at = all; at; at = at->ifa_next) {
        bool own = at->ifa_addr && strcmp(at->ifa_name, first->ifa_name) == 0; /* other families than IP have no text */
        if (own &&
            !getnameinfo(at->ifa_addr, sizeof(struct sockaddr_in6), address, sizeof address, NULL, 0, NI_NUMERICHOST))
            need(sts_topology_put_string(batch, NULL, address, strlen(address), &error));
    }
    need(sts_topology_end(batch, &error));
    need(sts_topology_end(batch, &error));
    add_relation(host_id, id, "has", STS_DEPENDENCY_CONNECTION);
}

static void add_interfaces(void) {
    struct ifaddrs *all;
    if (getifaddrs(&all))
        return;
    for (const struct ifaddrs *at = all; at; at = at->ifa_next) {
        const struct ifaddrs *first = all;
        while (strcmp(first->ifa_name, at->ifa_name) != 0)
            first = first->ifa_next;
        if (first == at)
            add_interface(all, at);
    }
    freeifaddrs(all);
}

/* --- rounds ------------------------------------------------------------------------------------------------------- */

static void build(bool snapshot, int interval_ms) {
    char source[ID_SIZE];
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    int64_t ms = (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
    snprintf(source, sizeof source, "urn:topology-agent:/%s", machine.nodename);
    sts_topology_reset(batch);
    need(sts_topology_set_stream(batch, STS_OWNER_AGENT, source, &error));
    need(sts_topology_set_times(batch, ms, ms, &error));
    need(sts_topology_set_expiry(batch, 3 * (int64_t)interval_ms, &error));
    if (snapshot)
        need(sts_topology_snapshot_start(batch, interval_ms, &error));
    add_host();
    add_processes();
    add_interfaces();
    if (snapshot)
        need(sts_topology_snapshot_stop(batch, &error));
}

/* Returns whether all of it was delivered. */
static bool run_round(sts_exporter *exporter, int number, bool snapshot, int interval_ms) {
    uint64_t start[STS_COUNTS];
    uint64_t end[STS_COUNTS];
    build(snapshot, interval_ms);
    size_t elements = now.count;
    size_t gone = delete_gone();
    sts_exporter_counts(exporter, start, STS_COUNTS);
    bool whole = good(sts_export_topology(exporter, batch, NULL, NULL, 0, &error));
    whole = good(sts_flush(exporter, 30000, end, STS_COUNTS, &error)) && whole;
    uint64_t messages = end[STS_COUNT_DELIVERED] - start[STS_COUNT_DELIVERED];
    printf("round %d: %s of %zu elements, %zu deleted, %" PRIu64 " messages delivered\n", number,
           snapshot ? "snapshot" : "repetition", elements, gone, messages);
    fflush(stdout);
    return whole && messages == end[STS_COUNT_ACCEPTED] - start[STS_COUNT_ACCEPTED];
}

/* Waits for the next round; false when it is time to go. The signals are blocked, so that none is lost on the way here.
 */
static bool wait_for_next(const sigset_t *signals, int seconds) {
    struct timespec interval = {.tv_sec = seconds};
    int signal = sigtimedwait(signals, NULL, &interval);
    return signal < 0 || signal == SIGHUP;
}

static sts_exporter *new_exporter(const char *brokers, const char *topic) {
    sts_exporter *exporter;
    sts_options *options = sts_options_new();
    need(sts_options_set(options, "brokers", brokers, &error));
    if (topic)
        need(sts_options_set(options, "topic", topic, &error));
    need(sts_exporter_new(&exporter, options, &error));
    sts_options_free(options);
    return exporter;
}

int main(int argc, char **argv) {
    static const struct option names[] = {{"once", no_argument, NULL, 'o'},
                                          {"rounds", required_argument, NULL, 'r'},
                                          {"interval", required_argument, NULL, 'i'},
                                          {0}};
    int rounds = 0; /* no end */
    int interval = 30;
    for (int name; (name = getopt_long(argc, argv, "", names, NULL)) != -1;) {
        if (name == 'i')
            interval = atoi(optarg);
        else
            rounds = name == 'o' ? 1 : name == 'r' ? atoi(optarg) : -1;
    }
    if (optind == argc || optind + 2 < argc || interval < 1 || interval > 86400 || rounds < 0) {
        fprintf(stderr, "usage: %s [--once | --rounds N] [--interval SECONDS] BROKERS [TOPIC]\n", argv[0]);
        return 2;
    }
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGHUP);
    sigprocmask(SIG_BLOCK, &signals, NULL); /* before the exporter starts its threads */

    uname(&machine);
    snprintf(host_id, sizeof host_id, "urn:host:/%s", machine.nodename);
    sts_exporter *exporter = new_exporter(argv[optind], argv[optind + 1]);
    batch = need_memory(sts_topology_new());
    bool whole = false;
    int number = 1;
    do
        whole = run_round(exporter, number, !whole, interval * 1000);
    while (number++ != rounds && wait_for_next(&signals, interval));
    sts_topology_free(batch);
    sts_status status = sts_exporter_free(exporter, 5000);
    return whole && status == STS_OK ? 0 : 1;
}
