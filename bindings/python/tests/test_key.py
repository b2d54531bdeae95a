# SPDX-License-Identifier: Apache-2.0
import json
from pathlib import Path

import pytest

import stskafka

GOLDEN = Path(__file__).resolve().parents[3] / "tests/golden/partition.jsonl"


def test_profiles():
    assert stskafka.partition_profiles() == ["java", "sarama", "librdkafka"]


@pytest.mark.parametrize("profile", stskafka.partition_profiles())
def test_the_golden_partitions(profile):
    rows = [json.loads(line) for line in GOLDEN.read_text().splitlines()]
    looked_at = 0
    for row in rows:
        for count, expected in (row[profile] or {}).items():
            assert stskafka.partition(bytes.fromhex(row["key_hex"]), int(count), profile) == expected, row["name"]
            looked_at += 1
    assert looked_at > 1000


def test_partitions():
    # Kafka's own test of murmur2: Utils.murmur2("foobar") = -790332482.
    assert stskafka.partition(b"foobar", 12) == (-790332482 & 0x7fffffff) % 12
    assert stskafka.partition(None, 12) is None
    assert stskafka.partition(b"", 1, "sarama") == 0
    assert stskafka.partition(bytearray(b"foobar"), 12) == stskafka.partition(memoryview(b"foobar"), 12)


@pytest.mark.parametrize("partitions", [0, -1, 2**31])
def test_no_number_of_partitions(partitions):
    with pytest.raises(ValueError):
        stskafka.partition(b"a", partitions)


@pytest.mark.parametrize("profile", ["none", "", "murmur2"])
def test_what_is_no_profile(profile):
    with pytest.raises(stskafka.Error, match="java, sarama, librdkafka") as caught:
        stskafka.partition(b"a", 3, profile)
    assert caught.value.code == stskafka.Status.ERR_INVALID_ARGUMENT


def test_a_text_is_no_key():
    with pytest.raises(TypeError):
        stskafka.partition("a", 3)


def test_skew():
    skew = stskafka.Skew(heaviest=2)
    for key, count in ((b"a", 10), (b"b", 5), (b"c", 1), (None, 2), (b"", 1)):
        for _ in range(count):
            skew.add(key)
    assert (skew.keys, skew.null_keys, skew.empty_keys, skew.distinct_keys) == (19, 2, 1, 4)
    assert [(heavy.key, heavy.count, heavy.too_many) for heavy in skew.heaviest()] == [(b"a", 10, 0), (b"b", 5, 0)]
    with pytest.raises(ValueError):
        stskafka.Skew(0)
