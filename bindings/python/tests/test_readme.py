# SPDX-License-Identifier: Apache-2.0
"""The code in README.md runs as it stands there, on a real Kafka: only the names of the broker and of the topics are others."""
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from bootstrap import kafka_bootstrap
from topics import ROOT, create_topic, read_topic

README = (Path(__file__).parents[1] / "README.md").read_text()
BLOCKS = re.findall(r"^```python\n(.*?)^```", README, re.M | re.S)


TOPICS = {"logs": "python-readme", "sts-otel-topology": "python-readme-topology"}


def with_names_of_the_test(block):
    for name, instead in TOPICS.items():
        block = block.replace(f'"{name}"', f'"{instead}"')
    return block.replace("localhost:9092", kafka_bootstrap())


@pytest.fixture(scope="module", autouse=True)
def topics():
    for name in TOPICS.values():
        create_topic(name, 3)


def test_all_of_it_was_found():
    assert len(BLOCKS) == README.count("```python") == 11


@pytest.mark.parametrize("block", BLOCKS)
def test_block(block):
    done = subprocess.run([sys.executable, "-X", "dev", "-W", "ignore:unclosed file:ResourceWarning", "-c",
                           with_names_of_the_test(block)], cwd=ROOT, env=os.environ, timeout=60, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    if "logging.warning" not in block:  # which writes there too
        assert done.stderr == ""
    if "print(" in block:
        assert done.stdout


def test_what_arrived():
    """Of the blocks before: they run in this order."""
    records = read_topic(TOPICS["logs"])
    values = {(bytes.fromhex(record["key"]).decode(), bytes.fromhex(record["value"]) if record["value"] is not None else None)
              for record in records if record["key"] is not None}
    assert {("alice", b"payment failed"), ("bob", b"payment failed"), ("alice", None), ("alice", b"1")} <= values
    assert len(read_topic(TOPICS["sts-otel-topology"])) == 1
