/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/kafka/opening.h"

#include <string.h>

#include "transport/kafka/internal.h"

/* What is known of a topic, and of a partition. It counts for the producer whose number stands above it. A topic's may
 * have AWAITED beside it: records are held back for it, which nothing is to overtake. */
enum { FIRST_FAILED, FIRST_UNDER_WAY, FIRST_PLACED, FIRST_ACKNOWLEDGED = FIRST_PLACED, OPEN, AWAITED };
enum { STATE_BITS = 3 };

static uint32_t now(const sts__kafka_opening *opening, uint32_t what) {
    return opening->producer << STATE_BITS | what;
}

static bool is_of_producer(const sts__kafka_opening *opening, uint32_t value) {
    return value >> STATE_BITS == (opening->producer & UINT32_MAX >> STATE_BITS);
}

static uint32_t get(const uint32_t *state) {
    return __atomic_load_n(state, __ATOMIC_ACQUIRE);
}

static void set(uint32_t *state, uint32_t value) {
    __atomic_store_n(state, value, __ATOMIC_RELEASE);
}

/* Whether it was `*from` until now; what it is goes to `*from` otherwise. */
static bool turn(uint32_t *state, uint32_t *from, uint32_t to) {
    return __atomic_compare_exchange_n(state, from, to, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

/* --- what is known of each partition --- */

static int32_t chunk_size(int chunk) {
    return STS__OPENING_FIRST << chunk;
}

/* By malloc, as a producer that was left behind may place records when the host's allocator is gone. */
static uint32_t *make_chunk(uint32_t **place, int chunk) {
    uint32_t *none = NULL;
    uint32_t *made = sts__memory_new(sts__memory_default(), (size_t)chunk_size(chunk) * sizeof *made);
    if (!made || __atomic_compare_exchange_n(place, &none, made, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
        return made;
    sts__memory_free(sts__memory_default(), made);
    return none;
}

static uint32_t *chunk_of(const sts__topic_opening *topic, int chunk) {
    return __atomic_load_n(&topic->chunks[chunk], __ATOMIC_ACQUIRE);
}

/* `make`: with memory for it, if there is any; NULL otherwise. */
static uint32_t *state_of(sts__topic_opening *topic, int32_t partition, bool make) {
    int chunk = 0;
    if (partition < STS__OPENING_FIRST)
        return &topic->first[partition];
    while (chunk < STS__OPENING_CHUNKS && partition >= 2 * chunk_size(chunk))
        chunk++;
    if (chunk == STS__OPENING_CHUNKS)
        return NULL;
    uint32_t *states = chunk_of(topic, chunk);
    if (!states && make)
        states = make_chunk(&topic->chunks[chunk], chunk);
    return states ? states + (partition - chunk_size(chunk)) : NULL;
}

/* All states that there are, one piece after the other, from 0 on; NULL where there is no memory for one yet. */
static uint32_t *piece_of(sts__topic_opening *topic, int piece, int32_t *size) {
    *size = piece == 0 ? STS__OPENING_FIRST : chunk_size(piece - 1);
    return piece == 0 ? topic->first : chunk_of(topic, piece - 1);
}

void sts__kafka_opening_free(sts__topic_opening *topic) {
    for (int i = 0; i < STS__OPENING_CHUNKS; i++)
        sts__memory_free(sts__memory_default(), topic->chunks[i]);
}

/* --- from any thread --- */

static bool is_off(const sts__kafka_opening *opening) {
    return !opening->needed || __atomic_load_n(&opening->suspended, __ATOMIC_ACQUIRE);
}

size_t sts__kafka_opening_admits(sts__kafka_opening *opening, sts__topic_opening *topic) {
    uint32_t known = get(&topic->known);
    while (!is_off(opening) && known != now(opening, OPEN)) {
        if (!is_of_producer(opening, known)) {
            if (turn(&topic->known, &known, now(opening, FIRST_UNDER_WAY)))
                return 1;
        } else if (known & AWAITED) {
            return 0;
        } else if (known == now(opening, FIRST_PLACED)) {
            if (turn(&topic->known, &known, now(opening, OPEN)))
                return SIZE_MAX;
        } else if (turn(&topic->known, &known, known | AWAITED)) {
            __atomic_store_n(&opening->look, 1, __ATOMIC_RELEASE);
            return 0;
        }
    }
    return SIZE_MAX;
}

/* What became of the first record of a topic; if it failed, and nothing is held back for it, the next one is the first.
 */
static void pass_on(const sts__kafka_opening *opening, sts__topic_opening *topic, uint32_t what) {
    uint32_t known = get(&topic->known);
    while ((known & ~(uint32_t)AWAITED) == now(opening, FIRST_UNDER_WAY)) {
        bool forgotten = what == FIRST_FAILED && !(known & AWAITED);
        if (turn(&topic->known, &known, forgotten ? 0 : now(opening, what) | (known & AWAITED)))
            return;
    }
}

void sts__kafka_opening_fails(const sts__kafka_opening *opening, sts__topic_opening *topic) {
    pass_on(opening, topic, FIRST_FAILED);
}

bool sts__kafka_opening_holds(sts__kafka_opening *opening, sts__topic_opening *topic, int32_t partition,
                              sts__kafka_record *record) {
    if (is_off(opening))
        return false;
    if (get(&topic->known) != now(opening, OPEN))
        pass_on(opening, topic, FIRST_PLACED);
    uint32_t *state = state_of(topic, partition, true);
    uint32_t value = state ? get(state) : 0;
    if (!state || value == now(opening, OPEN)) /* without memory it goes as others' records do */
        return false;
    if (!is_of_producer(opening, value) && turn(state, &value, now(opening, FIRST_UNDER_WAY))) {
        __atomic_add_fetch(&opening->under_way, 1, __ATOMIC_ACQ_REL);
        return false;
    }
    record->held = true;
    record->held_for = (uint8_t)(partition % STS__OPENING_PLACES);
    return true;
}

void sts__kafka_hold(sts__kafka *kafka, sts__kafka_record *record) {
    bool for_topic = !record->held;
    record->held = true;
    sts__kafka_records_park(&kafka->records, record);
    if (for_topic) /* no report will tell that it can go */
        sts__kafka_wake(&kafka->producer);
}

/* --- in the serving thread --- */

bool sts__kafka_opening_is_active(const sts__kafka_opening *opening) {
    return opening->due || __atomic_load_n(&opening->under_way, __ATOMIC_ACQUIRE) ||
           __atomic_load_n(&opening->look, __ATOMIC_ACQUIRE) || __atomic_load_n(&opening->suspended, __ATOMIC_ACQUIRE);
}

static void note(sts__kafka_opening *opening, sts__topic_opening *topic) {
    opening->due = topic->due = true;
}

static void hear_of_first(sts__kafka_opening *opening, sts__topic_opening *topic, int32_t partition) {
    const int32_t place = partition % STS__OPENING_PLACES;
    __atomic_sub_fetch(&opening->under_way, 1, __ATOMIC_ACQ_REL);
    topic->let_go[place / 8] |= (uint8_t)(1U << place % 8);
    note(opening, topic);
}

void sts__kafka_opening_hears(sts__kafka_opening *opening, sts__topic_opening *topic,
                              const rd_kafka_message_t *message) {
    if (message->partition < 0) { /* it was given up before it had one */
        pass_on(opening, topic, FIRST_FAILED);
        return;
    }
    uint32_t *state = state_of(topic, message->partition, false);
    if (!state)
        return;
    uint32_t value = get(state);
    bool acknowledged = !message->err && message->offset >= 0;
    if (value == now(opening, FIRST_UNDER_WAY)) {
        set(state, now(opening, acknowledged ? FIRST_ACKNOWLEDGED : FIRST_FAILED));
        hear_of_first(opening, topic, message->partition);
    } else if (acknowledged && !is_of_producer(opening, value)) {
        set(state, now(opening, OPEN)); /* nothing was held back for it (isolation.h) */
    }
}

bool sts__kafka_opening_is_sure(const sts__kafka_opening *opening, sts__topic_opening *topic, int32_t partition) {
    const uint32_t *state = partition < 0 ? NULL : state_of(topic, partition, false);
    uint32_t value = state ? get(state) : 0;
    return value == now(opening, OPEN) || value == now(opening, FIRST_ACKNOWLEDGED);
}

/* Topics that librdkafka knows by now, or that are to be asked for again: all that waits for them goes. */
static void look(sts__kafka *kafka) {
    sts__kafka_opening *opening = &kafka->opening;
    if (!__atomic_exchange_n(&opening->look, 0, __ATOMIC_ACQ_REL))
        return;
    for (int32_t i = 0; i < kafka->topics.max; i++) {
        sts__topic_opening *topic = &kafka->topics.items[i].opening;
        uint32_t known = get(&topic->known);
        if (!is_of_producer(opening, known) || !(known & AWAITED))
            continue;
        if (known == (now(opening, FIRST_UNDER_WAY) | AWAITED)) {
            __atomic_store_n(&opening->look, 1, __ATOMIC_RELEASE);
        } else {
            memset(topic->let_go, UINT8_MAX, sizeof topic->let_go);
            note(opening, topic);
        }
    }
}

/* With the gate closed: what held others back does so no longer. */
static void settle_state(const sts__kafka_opening *opening, uint32_t *state) {
    if (get(state) == now(opening, FIRST_ACKNOWLEDGED))
        set(state, now(opening, OPEN));
    else if (get(state) == now(opening, FIRST_FAILED))
        set(state, 0);
}

static void settle(const sts__kafka_opening *opening, sts__topic_opening *topic) {
    uint32_t known = get(&topic->known);
    int32_t size;
    if (known == (now(opening, FIRST_PLACED) | AWAITED))
        set(&topic->known, now(opening, OPEN));
    else if (known == (now(opening, FIRST_FAILED) | AWAITED))
        set(&topic->known, 0);
    for (int piece = 0; piece <= STS__OPENING_CHUNKS; piece++) {
        uint32_t *states = piece_of(topic, piece, &size);
        for (int32_t i = 0; states && i < size; i++)
            settle_state(opening, &states[i]);
    }
}

static bool goes(const sts__kafka_record *record, const void *user) {
    const sts__kafka *kafka = user;
    const sts__topic_opening *topic = &kafka->topics.items[record->message.topic_index].opening;
    return topic->let_go[record->held_for / 8] & 1U << record->held_for % 8;
}

void sts__kafka_let_go(sts__kafka *kafka) {
    sts__kafka_opening *opening = &kafka->opening;
    look(kafka);
    if (!opening->due)
        return;
    sts__kafka_gate_close(&kafka->records.gate);
    opening->due = false;
    for (int32_t i = 0; i < kafka->topics.max; i++)
        if (kafka->topics.items[i].opening.due)
            settle(opening, &kafka->topics.items[i].opening);
    sts__kafka_records_let_go(&kafka->records, goes, kafka);
    for (int32_t i = 0; i < kafka->topics.max; i++) {
        sts__topic_opening *topic = &kafka->topics.items[i].opening;
        if (topic->due)
            memset(topic->let_go, 0, sizeof topic->let_go);
        topic->due = false;
    }
}

static bool always(const sts__kafka_record *record, const void *user) {
    (void)record, (void)user;
    return true;
}

void sts__kafka_opening_begin(sts__kafka *kafka) {
    kafka->opening.producer++;
    __atomic_store_n(&kafka->opening.under_way, 0, __ATOMIC_RELEASE);
    __atomic_store_n(&kafka->opening.look, 0, __ATOMIC_RELEASE);
    sts__kafka_records_let_go(&kafka->records, always, NULL);
}

void sts__kafka_opening_forget(sts__kafka_opening *opening, sts__topic_opening *topic) {
    int32_t size;
    set(&topic->known, 0);
    for (int piece = 0; piece <= STS__OPENING_CHUNKS; piece++) {
        uint32_t *states = piece_of(topic, piece, &size);
        for (int32_t i = 0; states && i < size; i++)
            if (__atomic_exchange_n(&states[i], 0, __ATOMIC_ACQ_REL) == now(opening, FIRST_UNDER_WAY))
                __atomic_sub_fetch(&opening->under_way, 1, __ATOMIC_ACQ_REL);
    }
}
