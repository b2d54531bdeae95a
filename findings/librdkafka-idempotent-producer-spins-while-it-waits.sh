#!/bin/bash
# An idempotent producer of librdkafka has one batch of a partition under way at a time, and burns a core while the next one waits.
#
# A broker keeps account of a producer's last five batches in a partition, so five requests may be under way at once. librdkafka holds
# that limit against the number of messages under way: behind a batch of five or more nothing of its partition is sent until that is
# acknowledged. What waits there has been in the queue for longer than linger.ms, so the broker's thread is told to look again at once,
# finds that it may not send, and is told so again, for as long as the broker takes. A broker that hangs, or is far away, costs the
# producer's process a whole core; without idempotence the next batches are sent, and the thread sleeps.
#
# A real broker is stopped (SIGSTOP). Groups of ten messages are sent to one partition, each group after the linger of the one before.
#
# Seen with Kafka 4.3.1, confluent-kafka 2.0.2 (librdkafka 2.0.2) and 2.16.1 (librdkafka 2.16.0):
#   librdkafka 2.0.2, enable.idempotence=true: 10 of 50 messages under way, more than half of a core
#   librdkafka 2.0.2, enable.idempotence=false: 50 of 50 messages under way, less than a tenth of a core
#   librdkafka 2.16.0, enable.idempotence=true: 10 of 50 messages under way, more than half of a core
#   librdkafka 2.16.0, enable.idempotence=false: 50 of 50 messages under way, less than a tenth of a core
# shellcheck source=with-kafka
source "$(dirname "$0")/with-kafka"

cat >"$folder/wait.py" <<'PYTHON'
import json
import os
import signal
import sys
import time

import confluent_kafka

broker, pid, idempotence = sys.argv[1], int(sys.argv[2]), sys.argv[3]
under_way = 0
GROUPS, GROUP, SECONDS = 5, 10, 4


def on_statistics(text):
    global under_way
    partitions = json.loads(text)["topics"]["waiting"]["partitions"].values()
    under_way = sum(partition["msgs_inflight"] for partition in partitions)


producer = confluent_kafka.Producer({"bootstrap.servers": broker, "enable.idempotence": idempotence, "linger.ms": 10, "acks": "all", "log_level": 3,
                                     "statistics.interval.ms": 200, "stats_cb": on_statistics})
for _ in range(GROUP):
    producer.produce("waiting", b"first", partition=0)
assert producer.flush(30) == 0
os.kill(pid, signal.SIGSTOP)
try:
    for _ in range(GROUPS):
        for _ in range(GROUP):
            producer.produce("waiting", b"next", partition=0)
        time.sleep(0.1)
    before = sum(os.times()[:2])
    time.sleep(SECONDS)
    share = (sum(os.times()[:2]) - before) / SECONDS
    end = time.monotonic() + 1
    while time.monotonic() < end:
        producer.poll(0.1)
finally:
    os.kill(pid, signal.SIGCONT)
assert producer.flush(60) == 0
used = "more than half of" if share > 0.5 else "less than a tenth of" if share < 0.1 else "a part of"
print(f"librdkafka {confluent_kafka.libversion()[0]}, enable.idempotence={idempotence}: {under_way} of {GROUPS * GROUP} messages under way, "
      f"{used} a core")
PYTHON

kafka_start
kafka_tool TopicCommand --create --topic waiting --partitions 1
broker=$(<"$folder/kafka/broker-0/pid")
for version in 2.0.2 2.16.1; do
    python_with "confluent-kafka==$version"
    for idempotence in true false; do
        "$python" "$folder/wait.py" "$kafka" "$broker" "$idempotence"
    done
done | compare
