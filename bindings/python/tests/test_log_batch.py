# SPDX-License-Identifier: Apache-2.0
"""Batches of log records, read back by Google's protobuf; and exported."""
import random
import threading

import pytest
from conftest import make_request, mapping_of, python_value
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

import stskafka
from stskafka import LogBatch, Status

VALUES = {"text": "ü\0", "empty": "", "yes": True, "no": False, "least": -2**63, "zero": 0, "large": 2**63 - 1, "half": -0.5,
          "infinite": float("inf"), "bytes": b"\0\xff", "no bytes": b"", "none": None, "list": [1, "a", [None], {"x": []}],
          "map": {"a": {"": [True]}, "b": {}}, "long": "x" * 300, "": "no name"}


def read(batch):
    """The request, which must be in canonical bytes."""
    data = bytes(batch)
    request = ExportLogsServiceRequest.FromString(data)
    assert request.SerializeToString(deterministic=True) == data
    assert len(data) <= batch.size
    return request


def test_google_reads_what_was_put_in():
    batch = LogBatch()
    batch.add_resource(VALUES, schema_url="urn:resource").add_scope("scope", "1.0", VALUES, schema_url="urn:scope")
    batch.add_record(b"body", key="k", attributes=VALUES, time_ns=1_700_000_000_123_456_789, observed_time_ns=2**64 - 1,
                     severity_number=24, severity_text="FATAL4", event_name="event", trace_id=bytes(range(16)),
                     span_id=bytes(range(8)), flags=2**32 - 1)
    batch.add_record()
    (of_resource,) = read(batch).resource_logs
    (of_scope,) = of_resource.scope_logs
    record, bare = of_scope.log_records
    assert (of_resource.schema_url, of_scope.schema_url) == ("urn:resource", "urn:scope")
    assert (of_scope.scope.name, of_scope.scope.version) == ("scope", "1.0")
    assert mapping_of(of_resource.resource.attributes) == mapping_of(of_scope.scope.attributes) == VALUES
    assert mapping_of(record.attributes) == {"stskafka.key": "k", **VALUES}
    assert list(mapping_of(record.attributes)) == ["stskafka.key", *VALUES]
    assert (record.time_unix_nano, record.observed_time_unix_nano) == (1_700_000_000_123_456_789, 2**64 - 1)
    assert (record.severity_number, record.severity_text, record.event_name) == (24, "FATAL4", "event")
    assert (record.trace_id, record.span_id, record.flags) == (bytes(range(16)), bytes(range(8)), 2**32 - 1)
    assert python_value(record.body) == b"body"
    assert bare.SerializeToString() == b""


@pytest.mark.parametrize("body", [value for value in VALUES.values() if value is not None])
def test_a_body_of_any_type(body):
    (record,) = read(LogBatch().add_record(body)).resource_logs[0].scope_logs[0].log_records
    assert python_value(record.body) == body and type(python_value(record.body)) is type(body)


def random_value(rng, depth=0):
    kinds = 6 if depth > 4 else 8
    kind = rng.randrange(kinds)
    if kind < 6:
        return rng.choice([lambda: None, lambda: rng.random() < 0.5, lambda: rng.randint(-2**63, 2**63 - 1),
                           lambda: rng.uniform(-1e300, 1e300), lambda: rng.randbytes(rng.choice([0, 1, 127, 128, 20000])),
                           lambda: "".join(chr(rng.choice([0, 65, 0xfc, 0x20ac, 0x1f600])) for _ in range(rng.randrange(60)))])()
    if kind == 6:
        return [random_value(rng, depth + 1) for _ in range(rng.randrange(4))]
    return random_attributes(rng, depth + 1)


def random_attributes(rng, depth=0):
    return {f"name-{number}": random_value(rng, depth) for number in range(rng.randrange(5))}


def test_random_batches():
    batch = LogBatch()
    for seed in range(300):
        rng, expected = random.Random(seed), []
        batch.reset()
        for _ in range(rng.randrange(12)):
            attributes = random_attributes(rng)
            added = rng.choice(["resource", "scope", "record", "record"])
            expected.append((added, attributes))
            getattr(batch, f"add_{added}")(attributes=attributes)
        found = []
        for of_resource in read(batch).resource_logs:
            if of_resource.HasField("resource"):
                found.append(("resource", mapping_of(of_resource.resource.attributes)))
            for of_scope in of_resource.scope_logs:
                if of_scope.HasField("scope"):
                    found.append(("scope", mapping_of(of_scope.scope.attributes)))
                found += [("record", mapping_of(record.attributes)) for record in of_scope.log_records]
        assert found == expected
        assert len(batch) == sum(added == "record" for added, _ in expected)


@pytest.mark.parametrize("wrap, levels", [(lambda value: [value], 47), (lambda value: {"a": value}, 31)])
def test_as_deep_as_google_reads(wrap, levels):
    value = "inmost"
    for _ in range(levels):
        value = wrap(value)
    batch = LogBatch().add_record(b"", attributes={"a": value})
    read(batch)
    before = bytes(batch)
    with pytest.raises(stskafka.RequestError) as caught:
        batch.add_record(b"", attributes={"a": 1, "b": wrap(value)})
    assert caught.value.code == Status.ERR_TOO_DEEP
    assert bytes(batch) == before and len(batch) == 1


@pytest.mark.parametrize("fault, arguments", [
    (ValueError, {"attributes": {"a": 2**63}}), (ValueError, {"attributes": {"a": [-2**63 - 1]}}),
    (TypeError, {"attributes": {"a": object()}}), (TypeError, {"attributes": {1: "a"}}),
    (ValueError, {"attributes": {"a\0": 1}}), (ValueError, {"attributes": {"a": "\ud800"}}), (TypeError, {"body": {1, 2}}),
    (ValueError, {"time_ns": -1}), (ValueError, {"observed_time_ns": 2**64}), (ValueError, {"severity_number": 25}),
    (ValueError, {"flags": -1}), (TypeError, {"time_ns": 1e18}), (TypeError, {"severity_number": 9.0}), (TypeError, {"flags": "1"}),
    (TypeError, {"trace_id": "0" * 16}), (stskafka.Error, {"trace_id": b"short"}),
    (stskafka.Error, {"span_id": b"much too long"})])
def test_what_is_refused_adds_nothing(fault, arguments):
    batch = LogBatch().add_record(b"1")
    before = bytes(batch)
    with pytest.raises(fault):
        batch.add_record(**{"body": b"2", **arguments})
    assert bytes(batch) == before and len(batch) == 1
    batch.add_record(b"3")
    assert [record.body.bytes_value for record in read(batch).resource_logs[0].scope_logs[0].log_records] == [b"1", b"3"]


def test_a_resource_and_a_scope_that_are_refused():
    batch = LogBatch().add_resource({"a": 1}).add_scope("s")
    deep = "x"
    for _ in range(40):
        deep = {"a": deep}
    before = bytes(batch)
    for add in (lambda: batch.add_resource({"b": deep}), lambda: batch.add_scope("t", attributes={"b": deep})):
        with pytest.raises(stskafka.RequestError):
            add()
        assert bytes(batch) == before
    with pytest.raises(ValueError):
        batch.add_scope("a\0b")


def filled():
    batch = LogBatch().add_resource({"tenant": "blue"})
    return batch.add_record(b"1", key=b"a").add_record(b"", key="b").add_record("text", key="c").add_record(b"2", key="a")


def test_export_and_explain_as_bytes(in_memory):
    batch = filled()
    (by_batch, memory), (by_bytes, other) = in_memory(), in_memory()
    assert by_batch.explain_logs(batch, partitions=12) == by_bytes.explain_logs(bytes(batch), partitions=12)
    with pytest.raises(stskafka.RejectedError) as caught:
        by_batch.export_logs(batch, token=1)
    with pytest.raises(stskafka.RejectedError) as caught_too:
        by_bytes.export_logs(bytes(batch), token=1)
    assert caught.value.counts == caught_too.value.counts and caught.value.counts.rejected == 1
    by_batch.flush(), by_bytes.flush()
    assert memory.messages == other.messages
    assert [(message.key, message.value) for message in memory.messages] == [(b"a", b"1"), (b"b", None), (b"a", b"2")]
    assert len(batch) == 4


def test_explain_without_an_exporter():
    explained = stskafka.explain(filled(), {"key": 'resource.attributes["tenant"]'}, partitions=12)
    assert [each.key for each in explained] == [b"blue"] * 4
    assert explained[2].name == "STS_ERR_BODY_TYPE"
    assert stskafka.explain(filled(), partitions=12)[0].key == b"a"


def test_first_record_and_metadata(in_memory):
    exporter, memory = in_memory(key='metadata("x")')
    assert exporter.export_logs(LogBatch().add_record(b"1").add_record(b"2"), metadata={"x": "y"}, first_record=1).accepted == 1
    exporter.flush()
    assert [(message.key, message.value) for message in memory.messages] == [(b"y", b"2")]


def test_reuse(in_memory):
    exporter, memory = in_memory()
    batch = LogBatch()
    for number in range(3):
        with batch:
            batch.add_record(str(number).encode(), key="k")
            exporter.export_logs(batch)
        assert len(batch) == 0 and bytes(batch) == b"" and batch
    exporter.flush()
    assert [message.value for message in memory.messages] == [b"0", b"1", b"2"]


def test_from_several_threads():
    batch = LogBatch()

    def fill(number):
        for _ in range(200):
            batch.add_record(b"", attributes={"thread": number, "again": [number, {"a": number}]})

    threads = [threading.Thread(target=fill, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    records = read(batch).resource_logs[0].scope_logs[0].log_records
    for record in records:
        attributes = mapping_of(record.attributes)
        assert attributes["again"] == [attributes["thread"], {"a": attributes["thread"]}]
    assert len(records) == len(batch) == 800


def test_a_callback_of_its_own_export(in_memory):
    batch, letters = filled(), []

    def keep(letter):
        letters.append((len(batch), letter.index))

    exporter, _ = in_memory(set_up=lambda options: options.set_dead_letter_callback(keep))
    with pytest.raises(stskafka.RejectedError):
        exporter.export_logs(batch)
    assert letters == [(4, 2)]


def test_bytes_and_requests_are_still_taken(in_memory):
    exporter, _ = in_memory()
    assert exporter.export_logs(make_request((b"a", b"1"))).accepted == 1
    with pytest.raises(TypeError):
        exporter.export_logs(["not", "a", "batch"])


def test_a_value_that_holds_itself():
    batch, each, mapping = LogBatch(), [], {}
    each += [each, each]
    mapping["a"] = [mapping]
    for value in (each, mapping):
        with pytest.raises(stskafka.RequestError) as caught:
            batch.add_record(b"", attributes={"a": value})
        assert caught.value.code == Status.ERR_TOO_DEEP
    assert len(batch) == 0
