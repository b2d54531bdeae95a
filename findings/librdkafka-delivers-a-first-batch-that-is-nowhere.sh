#!/bin/bash
# An idempotent producer of librdkafka reports a record as delivered that is not in the topic.
#
# A broker numbers what a producer writes to a partition, but has nothing of a new producer yet, and takes whatever comes first of it
# (KIP-360). So the producer's first batch can be refused by a broker that does not know yet that it leads the partition (it is to be
# tried again, and usually succeeds then), while the second batch, sent behind it on the same connection, is taken by the same broker a
# moment later. The first batch, tried again, is then too late: the broker calls it out of order. librdkafka concludes from
# the acknowledgement of the second that the first was written as well, and reports it as delivered, without an offset. With
# acks=all, idempotence and no error anywhere the record is lost.
#
# Of the Java client, which goes on trying the first batch until its time is over, it is known (KAFKA-14359); a change to brokers of
# August 2026 (KAFKA-15591) has them refuse the second batch where the partition is empty.
#
# A proxy before a real broker plays the broker that does not know yet that it leads: it damages the first batch on its way there, so
# that the broker answers with an error in the client's version of the protocol, and makes NOT_LEADER_OR_FOLLOWER of that.
#
# Seen with Kafka 4.3.1, confluent-kafka 2.0.2 (librdkafka 2.0.2) and 2.16.1 (librdkafka 2.16.0):
#   librdkafka 2.0.2: delivered 20, failed 0, in the topic 19; delivered and nowhere: record-00
#   librdkafka 2.16.0: delivered 20, failed 0, in the topic 19; delivered and nowhere: record-00
# shellcheck source=with-kafka
source "$(dirname "$0")/with-kafka"

cat >"$folder/lose.py" <<'PYTHON'
import asyncio
import sys
import threading
import time

import confluent_kafka

broker, listen, target, topic = sys.argv[1:]
KEYS = [f"record-{i:02}" for i in range(20)]
PRODUCE = 0  # ApiKey
CORRUPT, NOT_LEADER = ((0).to_bytes(4, "big") + code.to_bytes(2, "big") + b"\xff" * 8 for code in (2, 6))
first_is_here = threading.Event()


async def frame_of(reader):
    head = await reader.readexactly(4)
    return head + await reader.readexactly(int.from_bytes(head, "big"))


async def requests(reader, writer, damaged):
    while True:
        frame = await frame_of(reader)
        if int.from_bytes(frame[4:6], "big") == PRODUCE and KEYS[0].encode() in frame and not first_is_here.is_set():
            damaged.add(frame[8:12])
            frame = frame.replace(KEYS[0].encode(), b"damaged!!")
            first_is_here.set()
        writer.write(frame)


async def answers(reader, writer, damaged):
    while True:
        frame = await frame_of(reader)
        if frame[4:8] in damaged:
            await asyncio.sleep(0.5)  # for the second batch to be on its way
            assert CORRUPT in frame
            frame = frame.replace(CORRUPT, NOT_LEADER)
        writer.write(frame)


async def accept(client_reader, client_writer):
    damaged = set()
    server_reader, server_writer = await asyncio.open_connection(*target.split(":"))
    ways = [asyncio.ensure_future(way) for way in (requests(client_reader, server_writer, damaged),
                                                   answers(server_reader, client_writer, damaged))]
    await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    for way in ways:
        way.cancel()
    client_writer.close()
    server_writer.close()


async def listen_for_ever():
    await asyncio.start_server(accept, *listen.split(":"))
    await asyncio.Event().wait()


threading.Thread(target=asyncio.run, args=(listen_for_ever(),), daemon=True).start()
delivered, failed = [], []
producer = confluent_kafka.Producer({"bootstrap.servers": listen, "enable.idempotence": True, "acks": "all", "linger.ms": 0})
producer.list_topics(topic, 30)
for key in KEYS:
    producer.produce(topic, b"value", key, partition=0,
                     on_delivery=lambda error, message: (failed if error else delivered).append(message.key().decode()))
    if key == KEYS[0]:
        while not first_is_here.is_set():
            producer.poll(0.01)
    time.sleep(0.001)
producer.flush(60)

consumer = confluent_kafka.Consumer({"bootstrap.servers": broker, "group.id": "finding", "auto.offset.reset": "earliest"})
_, end = consumer.get_watermark_offsets(confluent_kafka.TopicPartition(topic, 0), 30)
consumer.assign([confluent_kafka.TopicPartition(topic, 0, 0)])
found = []
while not found or found[-1][0] < end - 1:
    message = consumer.poll(30)
    found.append((message.offset(), message.key().decode()))
keys = [key for _, key in found]
print(f"librdkafka {confluent_kafka.libversion()[0]}: delivered {len(delivered)}, failed {len(failed)}, in the topic {len(keys)};",
      "delivered and nowhere:", *sorted(set(delivered) - set(keys)))
PYTHON

kafka_start --proxied
read -r listen target <"$folder/kafka/proxies"
for version in 2.0.2 2.16.1; do
    kafka_tool TopicCommand --create --topic "first-$version" --partitions 1
    python_with "confluent-kafka==$version"
    "$python" "$folder/lose.py" "$kafka" "$listen" "$target" "first-$version"
done | compare
