#!/bin/bash
# max.message.bytes is compared with the compressed batch, and where the topic has a codec of its own, with what that makes of it.
#
# A batch that its producer compressed to some hundred bytes goes into a topic with max.message.bytes=100000 although its records
# take 400,000. A topic with compression.type=uncompressed has the broker write the batch out first, and then refuses it: a producer
# that keeps its compressed batches below the limit is no judge of what the topic takes.
#
# Seen with Kafka 4.3.1, confluent-kafka 2.16.1 (librdkafka 2.16.0):
#   compression.type=producer: acknowledged
#   compression.type=zstd: acknowledged
#   compression.type=uncompressed: MSG_SIZE_TOO_LARGE
# shellcheck source=with-kafka
source "$(dirname "$0")/with-kafka"

cat >"$folder/send.py" <<'PYTHON'
import sys

import confluent_kafka

producer = confluent_kafka.Producer({"bootstrap.servers": sys.argv[1], "acks": "all", "compression.type": "zstd",
                                     "message.max.bytes": 1000000})
for codec in "producer", "zstd", "uncompressed":
    producer.produce(f"codec-{codec}", b"x" * 400000, b"key", on_delivery=lambda error, _: print(
        f"compression.type={codec}:", error.name() if error else "acknowledged"))
    producer.flush(30)
PYTHON

kafka_start
for codec in producer zstd uncompressed; do
    kafka_tool TopicCommand --create --topic codec-$codec --partitions 1 --config max.message.bytes=100000 --config compression.type=$codec
done
python_with confluent-kafka==2.16.1
"$python" "$folder/send.py" "$kafka" | compare
