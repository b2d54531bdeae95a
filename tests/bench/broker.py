"""The Kafka that is measured against, and what stands in its topic."""
import os
import re
import subprocess
import sys
import time
from contextlib import contextmanager

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from places import BUILD, ROOT

sys.path.append(str(ROOT / "tests/support/kafka"))
import admin  # noqa: E402

WORK = BUILD / "bench_kafka"  # beside the tests' own, where a test measures
CLUSTER = [ROOT / "tests/support/kafka/kafka-cluster", "--work", WORK]
TOPIC = "bench"
PARTITIONS = 6


def add_brokers(parser):
    parser.add_argument("--brokers", metavar="HOST:PORT", help="a Kafka that runs; without it one broker is started, and stopped again")
    parser.set_defaults(topic=TOPIC)


def add_arguments(parser):
    add_brokers(parser)
    parser.add_argument("--topic", default=TOPIC, help=f"a topic of it ({TOPIC})")


def start():
    subprocess.run([*CLUSTER, "start", "1", "--replace", "--heap", "1g"], check=True, stdout=subprocess.DEVNULL)
    brokers = (WORK / "bootstrap").read_text().strip()
    create(brokers, TOPIC, PARTITIONS, retention_bytes=134217728, segment_bytes=33554432)
    return brokers


@contextmanager
def kafka(args):
    """Its addresses and a topic: of the one that was named, or of one that is started."""
    if args.brokers:
        yield args.brokers, args.topic
        return
    try:
        yield start(), TOPIC
    finally:
        subprocess.run([*CLUSTER, "stop"], check=True, stdout=subprocess.DEVNULL)


def do(verb):
    """To the one that was started: kill and restart, pause and resume."""
    subprocess.run([*CLUSTER, verb, "0"], check=True, stdout=subprocess.DEVNULL)


def create(brokers, topic, partitions, **config):
    """A topic of it, which keeps all that comes where no setting says otherwise."""
    admin.create_visible_topic(brokers.split(",")[0], topic, partitions, 1, **config)


def delete(brokers, topic):
    admin.delete_topic(brokers.split(",")[0], topic)


@contextmanager
def own_topic(brokers, name):
    """For the time: a run whose records are read back needs a topic that has no others, and keeps them all."""
    topic = f"bench-{name}-{os.getpid()}"
    create(brokers, topic, PARTITIONS)
    try:
        yield topic
    finally:
        delete(brokers, topic)


def bytes_of(topic):
    """What the topic's records take on the disk of the broker that was started."""
    return sum(path.stat().st_size for path in WORK.glob(f"broker-*/data/{topic}-*/*.log"))


def version():
    """Of the one that is started."""
    return re.search(r"<kafka.version>(.*)</kafka.version>", (ROOT / "tests/support/kafka/pom.xml").read_text()).group(1)


def values(brokers, topic):
    """The values of all messages that are in a topic by now, each partition's in its order."""
    reader = Consumer({"bootstrap.servers": brokers, "group.id": "bench", "enable.auto.commit": False, "enable.partition.eof": True,
                       "log_level": 0})
    open_partitions = set(reader.list_topics(topic, timeout=30).topics[topic].partitions)
    reader.assign([TopicPartition(topic, number, 0) for number in open_partitions])
    try:
        while open_partitions:
            for message in reader.consume(10000, 1):
                if message.error() is None:
                    yield message.value()
                elif message.error().code() == KafkaError._PARTITION_EOF:
                    open_partitions.discard(message.partition())
                else:
                    raise KafkaException(message.error())
    finally:
        reader.close()


class Messages:
    """Counts what comes into a topic."""

    def __init__(self, brokers, topic):
        self.consumer = Consumer({"bootstrap.servers": brokers, "group.id": "bench", "log_level": 0})
        partitions = self.consumer.list_topics(topic, timeout=30).topics[topic].partitions
        self.partitions = [TopicPartition(topic, number) for number in partitions]
        self.before = self.end()

    def end(self):
        """A topic that was just made has no leaders for a moment, and neither has one whose broker was down or hung."""
        deadline = time.monotonic() + 30
        while True:
            try:
                return sum(self.consumer.get_watermark_offsets(partition, timeout=30)[1] for partition in self.partitions)
            except KafkaException as error:
                if error.args[0].code() != KafkaError.NOT_LEADER_FOR_PARTITION or time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def more(self):
        """Since it was asked last."""
        end = self.end()
        more, self.before = end - self.before, end
        return more

    def settle(self, seconds):
        """Waits until nothing has come for so long."""
        since = time.monotonic()
        while time.monotonic() - since < seconds:
            if self.more():
                since = time.monotonic()
            time.sleep(0.1)
