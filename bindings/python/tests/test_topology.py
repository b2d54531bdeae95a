# SPDX-License-Identifier: Apache-2.0
import json
from pathlib import Path

import pytest

import stskafka
from stskafka import Dependency, Owner, Status, TopologyBatch

GOLDEN = Path(__file__).resolve().parents[3] / "tests/golden/topology_shard.jsonl"


def batch_of_everything():
    batch = TopologyBatch()
    batch.set_stream(Owner.AGENT, "urn:agent").set_times(1000, 2000).set_expiry(60000).set_specificity(0.5)
    batch.add_component("urn:host:/a", "a", "host", identifiers=["urn:x"], tags=["b:2", "a:1"], type_identifier="",
                        resource_definition={"zone": {"name": "ü"}, "size": 1.5}, status_data='{"up":true}')
    batch.add_relation("e->a", "urn:if:/e", "urn:host:/a", "runs-on", name="eth0", dependency=Dependency.HIERARCHICAL,
                       tags=["t"])
    batch.delete_component("urn:gone").delete_relation("gone->a").add_error("c", "i", "m")
    return batch


def test_a_batch_is_the_same_as_its_json():
    lines = [
        {"component": {"externalId": "urn:host:/a", "name": "a", "typeName": "host", "identifiers": ["urn:x"],
                       "tags": ["a:1", "b:2"], "typeIdentifier": "", "statusData": {"up": True},
                       "resourceDefinition": {"size": 1.5, "zone": {"name": "ü"}}}},
        {"relation": {"externalId": "e->a", "sourceIdentifier": "urn:if:/e", "targetIdentifier": "urn:host:/a", "name": "eth0",
                      "typeName": "runs-on", "dependencyType": "TOPOLOGY_STREAM_RELATION_DEPENDENCY_TYPE_HIERARCHICAL",
                      "tags": ["t"]}},
        {"delete_component": "urn:gone"}, {"delete_relation": "gone->a"},
        {"errors": [{"category": "c", "issueId": "i", "message": "m"}]}]
    from_json = TopologyBatch()
    for line in lines:
        from_json.add_json({"owner": "AGENT", "data_source": "urn:agent", "collection_timestamp": 1000,
                            "submitted_timestamp": 2000, "expiry_interval_ms": 60000, "specificity": 0.5, **line})
    built = batch_of_everything()
    assert len(built) == len(from_json) == 5
    with stskafka.Exporter({"transport": "none"}) as exporter:
        explained = exporter.explain_topology(built)
        assert explained == exporter.explain_topology(from_json)
    assert len(explained) >= 2 and all(message.topic == "sts-otel-topology" for message in explained)


def test_export(in_memory):
    exporter, memory = in_memory()
    batch = batch_of_everything()
    explained = exporter.explain_topology(batch)
    counts = exporter.export_topology(batch, token=4)
    assert counts.accepted == len(explained)
    exporter.flush()
    assert [(message.key, message.value) for message in memory.messages] == [(e.key, e.value) for e in explained]
    assert len(batch) == 5


def test_snapshots_metadata_and_removal(in_memory):
    exporter, memory = in_memory(topology__shards=2)
    batch = TopologyBatch().set_stream(Owner.OTEL, "urn:x").snapshot_start(30000)
    batch.add_component("c", "c", "t").snapshot_stop()
    assert exporter.export_topology(batch).accepted >= 4
    batch.reset()
    assert len(batch) == 0
    batch.set_stream(Owner.OTEL, "urn:x").remove_stream("why").set_metadata("Display", {"a": 1}).remove_metadata()
    assert exporter.export_topology(batch).accepted == 4
    exporter.flush()
    assert memory.messages[-1].topic == "sts_topology_stream_metadata" and memory.messages[-1].value is None


def test_an_element_that_makes_no_sense():
    batch = TopologyBatch()
    with pytest.raises(stskafka.RecordError) as caught:
        batch.add_component("c", "c", "t")  # no stream
    assert caught.value.code == Status.ERR_ELEMENT
    batch.set_stream(Owner.OTEL, "urn:x")
    with pytest.raises(stskafka.RecordError):
        batch.add_component("", "c", "t")
    with pytest.raises(stskafka.RequestError) as caught:
        batch.add_component("c", "c", "t", status_data="{")
    assert caught.value.code == Status.ERR_JSON
    with pytest.raises(ValueError):
        batch.add_component("d", "c", "t", status_data={"x": float("nan")})
    with pytest.raises(ValueError):
        batch.add_component("a\0b", "c", "t")


def test_a_component_stays_where_a_part_is_refused():
    batch = TopologyBatch().set_stream(Owner.OTEL, "urn:x")
    with pytest.raises(ValueError):
        batch.add_component("c", "c", "t", tags=["not\0ok"])
    assert len(batch) == 0
    with pytest.raises(stskafka.Error):
        batch.add_component("c", "c", "t", tags=["ok"], status_data="[]")
    assert len(batch) == 1


def test_shards():
    rows = [json.loads(line) for line in GOLDEN.read_text().splitlines()]
    looked_at = 0
    for row in rows:
        for count, shard in row.get("shards", {}).items():
            assert stskafka.topology_shard(bytes.fromhex(row["external_id_hex"]), int(count)) == shard
            looked_at += 1
    assert looked_at > 100
    assert stskafka.topology_shard("urn:host:/ü") == stskafka.topology_shard("urn:host:/ü".encode())
    with pytest.raises(ValueError):
        stskafka.topology_shard("a", 0)


def test_a_callback_of_its_own_export(in_memory):
    batch, seen = batch_of_everything(), []
    batch.add_component("urn:large", "x" * 3000, "host")

    def keep(letter):
        seen.append(len(batch))

    exporter, _ = in_memory(set_up=lambda options: options.set_dead_letter_callback(keep), max_message_bytes=2000)
    with pytest.raises(stskafka.RejectedError):
        exporter.export_topology(batch)
    assert seen == [len(batch)]


@pytest.mark.parametrize("call", [
    lambda batch, number: batch.set_times(number, 0), lambda batch, number: batch.set_times(0, number),
    lambda batch, number: batch.set_expiry(number), lambda batch, number: batch.set_stream(number, "urn:y"),
    lambda batch, number: batch.add_relation("r", "a", "b", "t", dependency=number),
    lambda batch, number: batch.snapshot_start(number), lambda batch, number: stskafka.topology_shard("a", number)])
def test_numbers_are_not_cut(call):
    batch = TopologyBatch().set_stream(Owner.OTEL, "urn:x")
    for number in (2**64 + 1, -1):
        with pytest.raises(ValueError):
            call(batch, number)
    with pytest.raises(TypeError):
        call(batch, 1.0)
    assert len(batch) == 0
