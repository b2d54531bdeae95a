#!/bin/bash
# A broker refuses batches, not records, and librdkafka cannot always say which record it was.
#
# Ten records go to a compacted topic in one batch. One has no key, which such a topic does not take. All ten fail, with any
# client. Newer versions of Kafka's protocol tell which records were at fault (KIP-467); librdkafka 2.0.2 does not pass that on, and
# 2.16.0 does only where *more than one* is at fault: of a single bad record all ten are reported as INVALID_RECORD, and
# of two the other eight as _INVALID_DIFFERENT_RECORD. Who sends the good ones again must find them out by trying.
#
# Seen with Kafka 4.3.1, confluent-kafka 2.0.2 (librdkafka 2.0.2) and 2.16.1 (librdkafka 2.16.0):
#   librdkafka 2.0.2, 0 without a key: delivered 10
#   librdkafka 2.0.2, 1 without a key: INVALID_RECORD 10
#   librdkafka 2.0.2, 2 without a key: INVALID_RECORD 10
#   librdkafka 2.16.0, 0 without a key: delivered 10
#   librdkafka 2.16.0, 1 without a key: INVALID_RECORD 10
#   librdkafka 2.16.0, 2 without a key: INVALID_RECORD 2, _INVALID_DIFFERENT_RECORD 8
# shellcheck source=with-kafka
source "$(dirname "$0")/with-kafka"

cat >"$folder/send.py" <<'PYTHON'
import sys
from collections import Counter

import confluent_kafka

for bad in range(3):
    seen = Counter()
    producer = confluent_kafka.Producer({"bootstrap.servers": sys.argv[1], "enable.idempotence": True, "linger.ms": 200})
    for i in range(10):
        producer.produce("compacted", b"value", None if i < bad else b"key-%d" % i, partition=0,
                         on_delivery=lambda error, _: seen.update([error.name() if error else "delivered"]))
    producer.flush(30)
    print(f"librdkafka {confluent_kafka.libversion()[0]}, {bad} without a key:",
          ", ".join(f"{name} {count}" for name, count in sorted(seen.items())))
PYTHON

kafka_start
kafka_tool TopicCommand --create --topic compacted --partitions 1 --config cleanup.policy=compact
for version in 2.0.2 2.16.1; do
    python_with "confluent-kafka==$version"
    "$python" "$folder/send.py" "$kafka"
done | compare
