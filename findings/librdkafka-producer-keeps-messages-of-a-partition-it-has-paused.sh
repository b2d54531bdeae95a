#!/bin/bash
# A producer of librdkafka that has paused and resumed a partition once does not give its messages back when the partition is gone.
#
# When a topic comes back with fewer partitions (or is deleted, or hidden for want of a right), librdkafka fails what it has queued for
# those that are no more, with "Unknown partition", as soon as its metadata tell. rd_kafka_pause_partitions, which is for producers too,
# makes the partition one that the application "desires", and rd_kafka_resume_partitions does not end that: from then on its messages are
# kept, and reported when message.timeout.ms is over, after five minutes. Who pauses a partition to calm a producer down pays with that.
#
# A message lingers for partition 1 of a topic of two; meanwhile the topic is deleted, and made again with one partition.
#
# Seen with Kafka 4.3.1, and the librdkafka in confluent-kafka 2.0.2 (librdkafka 2.0.2) and 2.16.1 (librdkafka 2.16.0), by ctypes:
#   librdkafka 2.0.2, never paused: Local: Unknown partition
#   librdkafka 2.0.2, paused and resumed before: no report within 15 seconds
#   librdkafka 2.16.0, never paused: Local: Unknown partition
#   librdkafka 2.16.0, paused and resumed before: no report within 15 seconds
# shellcheck source=with-kafka
source "$(dirname "$0")/with-kafka"

cat >"$folder/keep.py" <<'PYTHON'
import ctypes
import glob
import os
import sys
import time

import confluent_kafka
from confluent_kafka.admin import AdminClient, NewTopic

broker, topic, pauses = sys.argv[1], sys.argv[2].encode(), sys.argv[3] == "pauses"
PRODUCER, COPY, SECONDS = 0, 2, 15
kafka = ctypes.CDLL(glob.glob(os.path.dirname(confluent_kafka.__file__) + "/../confluent_kafka.libs/librdkafka-*.so.1")[0])
for name in ("conf_new", "new", "topic_new", "topic_partition_list_new", "topic_partition_list_add", "err2str"):
    getattr(kafka, "rd_kafka_" + name).restype = ctypes.c_void_p
kafka.rd_kafka_err2str.restype = ctypes.c_char_p
reports = []


class Message(ctypes.Structure):  # the beginning of rd_kafka_message_t
    _fields_ = [("err", ctypes.c_int)]


@ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.POINTER(Message), ctypes.c_void_p)
def on_report(_producer, message, _opaque):
    reports.append(kafka.rd_kafka_err2str(message.contents.err).decode())


def wait(seconds, count):
    end = time.monotonic() + seconds
    while len(reports) < count and time.monotonic() < end:
        kafka.rd_kafka_poll(producer, 100)
    return reports[count - 1] if len(reports) >= count else f"no report within {seconds} seconds"


def produce(partition, text):
    assert kafka.rd_kafka_produce(handle, partition, COPY, text, len(text), None, 0, None) == 0


def done(futures, partitions):
    """And until the broker tells of so many partitions."""
    for future in futures.values():
        future.result()
    end = time.monotonic() + 30
    while sum(len(one.partitions) for name, one in admin.list_topics(timeout=30).topics.items() if name == topic.decode()) != partitions:
        assert time.monotonic() < end, "the topic does not change"


admin = AdminClient({"bootstrap.servers": broker})
done(admin.create_topics([NewTopic(topic.decode(), 2, 1)]), 2)
conf = ctypes.c_void_p(kafka.rd_kafka_conf_new())
for name, value in ((b"bootstrap.servers", broker.encode()), (b"linger.ms", b"60000"), (b"topic.metadata.refresh.interval.ms", b"500"),
                    (b"topic.metadata.propagation.max.ms", b"0"), (b"log_level", b"3")):
    assert kafka.rd_kafka_conf_set(conf, name, value, None, 0) == 0
kafka.rd_kafka_conf_set_dr_msg_cb(conf, on_report)
producer = ctypes.c_void_p(kafka.rd_kafka_new(PRODUCER, conf, None, 0))
handle = ctypes.c_void_p(kafka.rd_kafka_topic_new(producer, topic, None))
produce(1, b"first")
assert kafka.rd_kafka_flush(producer, 30000) == 0 and reports == ["Success"], reports
if pauses:
    partitions = ctypes.c_void_p(kafka.rd_kafka_topic_partition_list_new(1))
    kafka.rd_kafka_topic_partition_list_add(partitions, topic, 1)
    assert kafka.rd_kafka_pause_partitions(producer, partitions) == 0
    assert kafka.rd_kafka_resume_partitions(producer, partitions) == 0
produce(1, b"second")
done(admin.delete_topics([topic.decode()]), 0)
done(admin.create_topics([NewTopic(topic.decode(), 1, 1)]), 1)
told = wait(SECONDS, 2)
print(f"librdkafka {confluent_kafka.libversion()[0]}, {'paused and resumed before' if pauses else 'never paused'}: {told}")
sys.stdout.flush()
os._exit(0)  # what is kept need not be waited for
PYTHON

kafka_start
for version in 2.0.2 2.16.1; do
    python_with "confluent-kafka==$version"
    for way in never pauses; do
        "$python" "$folder/keep.py" "$kafka" "kept-${version//./-}-$way" "$way"
    done
done | compare
