"""Topics of the tests' broker: made in Kafka's protocol, read back with Kafka's own Java client."""
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import admin
from bootstrap import kafka_bootstrap

ROOT = Path(os.environ["STSKAFKA_ROOT"])
HERE = ROOT / "tests/support/kafka"
FOLDER = ROOT / "build/kafka/libs"
LIBRARIES = FOLDER / "*"
READER = ROOT / "tests/kafka/java/ReadTopic.java"
READER_CLASSES = Path(os.environ["STSKAFKA_BUILD"]) / "kafka-reader"
# The archive is the brokers' (kafka-cluster): it serves whoever has their class path in front of its own.
QUICK_START = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", f"-XX:SharedArchiveFile={FOLDER}/kafka.jsa"]


def kafka_tool(name, *arguments):
    """Runs one of Kafka's own commands on the cluster of the tests."""
    work = Path(os.environ["STSKAFKA_KAFKA_BOOTSTRAP"]).parent
    subprocess.run([HERE / "kafka-cluster", "--work", work, "tool", name, *arguments], check=True, stdout=subprocess.DEVNULL)


def create_topic(name, partitions, **config):
    """Makes a topic; config is for instance max_message_bytes=1000 (underscores become dots)."""
    admin.create_visible_topic(kafka_bootstrap().split(",")[0], name, partitions, 1, **config)


def reader_classes():
    """The reader, compiled once for a build tree and a text of it: several tests may come here at once."""
    ready = READER_CLASSES.with_name(f"{READER_CLASSES.name}-{READER.stat().st_mtime_ns}")
    if not ready.exists():
        made = tempfile.mkdtemp(dir=ready.parent)
        subprocess.run(["javac", "-cp", LIBRARIES, "-d", made, READER], check=True)
        try:
            os.rename(made, ready)
        except OSError:  # another one has made it meanwhile
            shutil.rmtree(made)
    return ready


def read_topic(name):
    """All records of a topic, as dicts, in the order of offsets within each partition (see ReadTopic.java)."""
    reader = subprocess.run(["java", *QUICK_START, "-cp", f"{LIBRARIES}:{reader_classes()}", "ReadTopic", kafka_bootstrap(), name],
                            check=True, stdout=subprocess.PIPE)
    return [json.loads(line) for line in reader.stdout.splitlines()]
