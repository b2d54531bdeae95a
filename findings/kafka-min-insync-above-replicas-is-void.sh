#!/bin/bash
# min.insync.replicas above the number of a topic's replicas holds nothing back.
#
# A topic with one replica and min.insync.replicas=2 can be made, and a producer with acks=all is told that its records were
# stored, as if two replicas had them. Who lowers the replication of a topic, or sets its min.insync.replicas for a cluster
# that is to grow, has no more safety than one replica gives, and is not told.
#
# Seen with Kafka 4.3.1, confluent-kafka 2.16.1 (librdkafka 2.16.0):
#   replicas 1, min.insync.replicas 2, acks=all: acknowledged
#   replicas 1, min.insync.replicas 3, acks=all: acknowledged
# shellcheck source=with-kafka
source "$(dirname "$0")/with-kafka"

cat >"$folder/send.py" <<'PYTHON'
import sys

import confluent_kafka

producer = confluent_kafka.Producer({"bootstrap.servers": sys.argv[1], "acks": "all", "message.timeout.ms": 20000})
for least in 2, 3:
    producer.produce(f"least-{least}", b"value", b"key", on_delivery=lambda error, _: print(
        f"replicas 1, min.insync.replicas {least}, acks=all:", error.name() if error else "acknowledged"))
    producer.flush(30)
PYTHON

kafka_start
for least in 2 3; do
    kafka_tool TopicCommand --create --topic least-$least --partitions 1 --replication-factor 1 --config min.insync.replicas=$least
done
python_with confluent-kafka==2.16.1
"$python" "$folder/send.py" "$kafka" | compare
