#!/bin/bash
# An idempotent producer of librdkafka writes messages twice, and reports each of them as delivered once, after a batch came behind a gap.
#
# Where a partition's leader changes, the batch in front may be refused with NOT_LEADER_OR_FOLLOWER, though its leader has appended it, and the
# one behind it with OUT_OF_ORDER_SEQUENCE_NUMBER by the next leader. For that librdkafka begins a new epoch of its producer id, by itself, and
# renumbers whatever is not acknowledged, in all partitions: brokers know nothing of it again in that epoch, and what was appended is
# appended once more. There is no error, no event, and no request that tells of it; with debug=eos a line in the log does.
#
# A real broker appends two messages that follow each other. A proxy before it changes its answers to those two errors.
#
# Seen with Kafka 4.3.1, confluent-kafka 2.0.2 (librdkafka 2.0.2) and 2.16.1 (librdkafka 2.16.0):
#   librdkafka 2.0.2: 2 messages sent, 2 delivered without an error, 0 errors, 4 in the topic
#   librdkafka 2.16.0: 2 messages sent, 2 delivered without an error, 0 errors, 4 in the topic
# shellcheck source=with-kafka
source "$(dirname "$0")/with-kafka"

cat >"$folder/twice.py" <<'PYTHON'
import asyncio
import sys
import threading
import time

import confluent_kafka

direct, listen, target, topic = sys.argv[1:5]
PRODUCE, NOT_LEADER_OR_FOLLOWER, OUT_OF_ORDER_SEQUENCE_NUMBER, WAIT_S = 0, 6, 45, 30
errors = []  # that answers to the next requests with messages get
sent = 0  # such requests since there are some
delivered, events = [], []


async def read_frame(reader):
    head = await reader.readexactly(4)
    return head + await reader.readexactly(int.from_bytes(head, "big"))


def with_error(frame, error):
    """Of one partition; from version 9 on names and arrays have short lengths."""
    at = frame.index(topic.encode()) + len(topic)
    at += (1 if frame[at] else 4) + 4
    return frame[:at] + error.to_bytes(2, "big") + frame[at + 2:]


async def requests(reader, writer, produced):
    global sent
    while True:
        frame = await read_frame(reader)
        if frame[4:6] == PRODUCE.to_bytes(2, "big"):
            produced.add(frame[8:12])
        writer.write(frame)
        await writer.drain()
        sent += frame[8:12] in produced and bool(errors)


async def answers(reader, writer, produced):
    while True:
        frame = await read_frame(reader)
        if errors and frame[4:8] in produced:
            while sent < 2:  # the second message is on its way
                await asyncio.sleep(0.01)
            frame = with_error(frame, errors.pop(0))
        writer.write(frame)
        await writer.drain()


async def accept(reader, writer):
    broker_reader, broker_writer = await asyncio.open_connection(*target.split(":"))
    produced = set()
    try:
        await asyncio.gather(requests(reader, broker_writer, produced), answers(broker_reader, writer, produced))
    except (OSError, EOFError):
        writer.close(), broker_writer.close()


def listen_forever(ready):
    async def run():
        host, port = listen.split(":")
        async with await asyncio.start_server(accept, host, port) as server:
            ready.set()
            await server.serve_forever()
    asyncio.run(run())


def wait_for(condition):
    end = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < end
        producer.poll(0.01)


def end_of():
    consumer = confluent_kafka.Consumer({"bootstrap.servers": direct, "group.id": "none"})
    end = consumer.get_watermark_offsets(confluent_kafka.TopicPartition(topic, 0), timeout=WAIT_S)[1]
    consumer.close()
    return end


ready = threading.Event()
threading.Thread(target=listen_forever, args=[ready], daemon=True).start()
assert ready.wait(WAIT_S)
producer = confluent_kafka.Producer({"bootstrap.servers": listen, "enable.idempotence": True, "linger.ms": 0, "error_cb": events.append})
producer.produce(topic, b"before")
assert producer.flush(WAIT_S) == 0
before = end_of()
errors.extend([NOT_LEADER_OR_FOLLOWER, OUT_OF_ORDER_SEQUENCE_NUMBER])
for number in range(2):
    producer.produce(topic, b"once", on_delivery=lambda error, message: delivered.append(error))
    wait_for(lambda: sent > number)
assert producer.flush(WAIT_S) == 0 and not errors
print(f"librdkafka {confluent_kafka.libversion()[0]}: 2 messages sent, {delivered.count(None)} delivered without an error, {len(events)} errors, "
      f"{end_of() - before} in the topic")
PYTHON

kafka_start --proxied
read -r listen target <"$folder/kafka/proxies"
for version in 2.0.2 2.16.1; do
    python_with "confluent-kafka==$version"
    topic=gap-${version//./-}
    kafka_tool TopicCommand --create --topic "$topic" --partitions 1
    "$python" "$folder/twice.py" "$kafka" "$listen" "$target" "$topic"
done | compare
