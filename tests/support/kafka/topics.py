"""Topics of the tests' broker: made with Kafka's own command, read back with Kafka's own Java client."""
import json
import os
import subprocess
import time
from pathlib import Path

from bootstrap import kafka_bootstrap

ROOT = Path(os.environ["STSKAFKA_ROOT"])
HERE = ROOT / "tests/support/kafka"


def kafka_tool(name, *arguments):
    """Runs one of Kafka's own commands on the cluster of the tests."""
    work = Path(os.environ["STSKAFKA_KAFKA_BOOTSTRAP"]).parent
    subprocess.run([HERE / "kafka-cluster", "--work", work, "tool", name, *arguments], check=True, stdout=subprocess.DEVNULL)


def create_topic(name, partitions, **config):
    """Makes a topic; config is for instance max_message_bytes=1000 (underscores become dots)."""
    settings = [word for key, value in config.items() for word in ("--config", f"{key.replace('_', '.')}={value}")]
    kafka_tool("TopicCommand", "--create", "--topic", name, "--partitions", str(partitions), *settings)
    wait_for_topic(name, partitions)


def wait_for_topic(name, partitions):
    """The controller has made the topic; the broker that is asked knows it a moment later."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        answer = subprocess.run(["kcat", "-L", "-J", "-b", kafka_bootstrap(), "-t", name], check=True, capture_output=True)
        (topic,) = json.loads(answer.stdout)["topics"]
        if [part["leader"] >= 0 for part in topic["partitions"]] == [True] * partitions:
            return
    raise TimeoutError(f"topic {name} is not visible")


def read_topic(name):
    """All records of a topic, as dicts, in the order of offsets within each partition (see ReadTopic.java)."""
    reader = subprocess.run(["java", "-cp", f"{ROOT}/build/kafka/libs/*", ROOT / "tests/kafka/java/ReadTopic.java",
                             kafka_bootstrap(), name], check=True, stdout=subprocess.PIPE)
    return [json.loads(line) for line in reader.stdout.splitlines()]
