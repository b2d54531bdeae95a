#!/bin/bash
# A producer of librdkafka that compresses has the kernel find memory for each batch anew, for glibc gives it back in between.
#
# What a batch is compressed into is taken with malloc and freed when the batch is acknowledged. With the size of batches that a busy
# producer has, that is more than what glibc maps by itself at first; once it has learnt not to, the end of the thread's heap goes back to the
# kernel again and again. Each page is found, cleared and mapped as it is written to, by the broker's thread. Where MALLOC_MMAP_THRESHOLD_
# and MALLOC_TRIM_THRESHOLD_ (mallopt(3)) let the process keep its memory, that is gone. The second alone does not help: once it is set,
# glibc does not learn any more what to map by itself.
#
# 400,000 messages of 256 bytes are sent to a real broker, 6,400 of them under way, and page faults are counted after a quarter as many.
#
# Seen with Kafka 4.3.1, glibc 2.36, confluent-kafka 2.0.2 (librdkafka 2.0.2) and 2.16.1 (librdkafka 2.16.0), snappy:
#   librdkafka 2.0.2, as it comes: more than a tenth of what is sent
#   librdkafka 2.0.2, MALLOC_TRIM_THRESHOLD_ alone: more than a tenth of what is sent
#   librdkafka 2.0.2, both thresholds: less than a fiftieth
#   librdkafka 2.16.0, as it comes: more than a tenth of what is sent
#   librdkafka 2.16.0, MALLOC_TRIM_THRESHOLD_ alone: more than a tenth of what is sent
#   librdkafka 2.16.0, both thresholds: less than a fiftieth
# shellcheck source=with-kafka
source "$(dirname "$0")/with-kafka"

cat >"$folder/send.py" <<'PYTHON'
import random
import resource
import sys

import confluent_kafka

broker, settings = sys.argv[1:3]
MESSAGES, UNDER_WAY, PAGE = 400_000, 6_400, resource.getpagesize()
rng = random.Random(1)
words = ["".join(rng.choices("abcdefghijklmnop", k=rng.randint(2, 10))) for _ in range(300)]
values = [" ".join(rng.choices(words, k=60)).encode()[:256] for _ in range(1000)]
under_way = 0


def on_delivery(error, message):
    global under_way
    assert error is None, error
    under_way -= 1


producer = confluent_kafka.Producer({"bootstrap.servers": broker, "enable.idempotence": True, "linger.ms": 10, "compression.type": "snappy",
                                     "log_level": 3})


def send(count):
    global under_way
    for i in range(count):
        while under_way >= UNDER_WAY:
            producer.poll(0.01)
        under_way += 1
        producer.produce("paged", values[i % len(values)], on_delivery=on_delivery)
    assert producer.flush(60) == 0


send(MESSAGES // 4)
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
send(MESSAGES)
faults = resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
share = faults * PAGE / (MESSAGES * 256)
print(f"librdkafka {confluent_kafka.libversion()[0]}, {settings}: {'more than a tenth of what is sent' if share > 0.1 else 'less than a fiftieth' if share < 0.02 else 'a part'}")
PYTHON

kafka_start
kafka_tool TopicCommand --create --topic paged --partitions 6
for version in 2.0.2 2.16.1; do
    python_with "confluent-kafka==$version"
    "$python" "$folder/send.py" "$kafka" "as it comes"
    MALLOC_TRIM_THRESHOLD_=268435456 "$python" "$folder/send.py" "$kafka" "MALLOC_TRIM_THRESHOLD_ alone"
    MALLOC_MMAP_THRESHOLD_=33554432 MALLOC_TRIM_THRESHOLD_=268435456 "$python" "$folder/send.py" "$kafka" "both thresholds"
done
