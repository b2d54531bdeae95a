# SPDX-License-Identifier: Apache-2.0
import sys

import pytest

import stskafka
from conftest import make_request
from stskafka import KeyPart, Status, _explain

SPEC = 'Concat([resource.attributes["tenant"], attributes["stskafka.key"]], "/")'


def test_explain():
    request = make_request((b"a", b"value"), (b"b", b""), (b"c", "text"), resource={"tenant": "blue"})
    sent, tombstone, refused = stskafka.explain(
        request, {"key": 'attributes["stskafka.key"]', "record_headers.team": "x", "topic": "t"}, partitions=12)
    assert (sent.code, sent.topic, sent.key, sent.value, sent.is_tombstone) == (Status.OK, "t", b"a", b"value", False)
    assert sent.key_from == 'attributes["stskafka.key"]'
    assert sent.key_parts == [KeyPart('attributes["stskafka.key"]', b"a")]
    assert sent.headers == [("team", b"x")]
    assert sent.partition == stskafka.partition(b"a", 12)
    assert tombstone.is_tombstone and tombstone.value is None
    assert (refused.index, refused.name, refused.partition) == (2, "STS_ERR_BODY_TYPE", None)


def test_encodings():
    request = make_request((b"a", "a text"), (b"b", ""))
    options = {"key": 'attributes["stskafka.key"]'}
    assert [each.name for each in stskafka.explain(request, options)] == ["STS_ERR_BODY_TYPE"] * 2
    for encoding, values in (("raw", [b'"a text"', b'""']), ("raw_text", [b"a text", b""])):
        assert [each.value for each in stskafka.explain(request, {**options, "encoding": encoding})] == values


def test_records_that_share_a_message():
    request = make_request((b"a", b"1"), (b"b", b"2"), (b"a", b"3"))
    options = {"key": 'attributes["stskafka.key"]', "gather": "key", "encoding": "json_record"}
    assert [(each.index, each.records, each.key) for each in stskafka.explain(request, options)] == [(0, [0, 2], b"a"), (1, [1], b"b")]


def test_explain_is_what_is_sent(in_memory):
    exporter, memory = in_memory(key='resource.attributes["tenant"] | none')
    request = make_request((b"a", b"1"), (b"b", b"2"), resource={"tenant": "blue"})
    explained = exporter.explain_logs(request)
    assert memory.count == 0 and exporter.counts().records == 0
    exporter.export_logs(request)
    exporter.flush()
    assert [(e.topic, e.key, e.value, e.headers) for e in explained] == [
        (m.topic, m.key, m.value, m.headers) for m in memory.messages]
    assert [e.partition for e in explained] == [None, None]


def test_explain_with_metadata_and_first_record():
    with stskafka.Exporter({"transport": "none", "key": 'metadata("x")'}) as exporter:
        (explained,) = exporter.explain_logs(make_request((None, b"1"), (None, b"2")), metadata={"x": "y"}, first_record=1)
    assert (explained.index, explained.key, explained.value) == (1, b"y", b"2")


def test_explain_with_metadata_that_can_be_read_once():
    request, metadata = make_request((None, b"1"), (None, b"2")), iter([("x", "y")])
    assert [each.key for each in stskafka.explain(request, {"key": 'metadata("x")'}, metadata=metadata)] == [b"y", b"y"]


def test_explain_with_the_options_of_an_exporter():
    options = stskafka.Options({"key": "none", "brokers": "nowhere:1", "auth.sasl.mechanism": "PLAIN", "auth.sasl.username": "u",
                                "auth.sasl.password": "secret", "tls.insecure": "false", "record_headers.team": "x"})
    options.set_outcome_callback(lambda outcome: None)
    (explained,) = stskafka.explain(make_request((b"a", b"1")), options, partitions=12)
    assert (explained.key, explained.headers) == (None, [("team", b"x")])


def test_faults():
    with pytest.raises(stskafka.RequestError):
        stskafka.explain(b"\xff", {})
    with pytest.raises(stskafka.ConfigError):
        stskafka.explain(b"", {"key": ""})
    with pytest.raises(ValueError):
        stskafka.explain(b"", {}, partitions=-1)


@pytest.mark.parametrize("name", ["kafka.ssl.key.password", "kafka.ssl.key.pem", "auth.sasl.password"])
@pytest.mark.parametrize("kind", [stskafka.Options, dict])
def test_explain_with_secrets(name, kind):
    (explained,) = stskafka.explain(make_request((b"a", b"1")), kind({name: "secret"}))
    assert explained.key == b"a"


def test_explain_without_an_exporter_from_a_record_on():
    request = make_request((b"a", b"1"), (b"b", b"2"), (b"c", b"3"))
    assert [(each.index, each.key) for each in stskafka.explain(request, first_record=1)] == [(1, b"b"), (2, b"c")]
    assert stskafka.explain(request, first_record=3) == stskafka.explain(request, first_record=2**64 - 1) == []


def test_explain_topology_without_an_exporter():
    batch = stskafka.TopologyBatch().set_stream(stskafka.Owner.OTEL, "urn:x")
    for number in range(20):
        batch.add_component(f"c{number}", "x" * 2000, "t")
    messages = stskafka.explain(batch, {"max_message_bytes": 5000}, partitions=3)
    assert len(messages) > 3 and [message.index for message in messages] == list(range(len(messages)))
    assert stskafka.explain(batch, {"max_message_bytes": 5000}, partitions=3, first_record=2) == messages[2:]


def test_ctrl_c_while_records_are_explained(monkeypatch):
    calls = []

    def interrupted(pointer, partitions, explanation_of=_explain.explanation_of):
        calls.append(pointer)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return explanation_of(pointer, partitions)

    monkeypatch.setattr(_explain, "explanation_of", interrupted)
    with pytest.raises(KeyboardInterrupt):
        stskafka.explain(make_request((b"a", b"1"), (b"b", b"2"), (b"c", b"3")))
    assert len(calls) == 2


@pytest.mark.parametrize("lost", [1, 2, 3])
def test_no_record_is_left_out_where_a_signal_comes_too_early(monkeypatch, lost):
    """It raises before the callback can catch that, and only sys.unraisablehook gets it."""
    calls, raised = [], []

    def interrupted(pointer, index=_explain.lib.sts_explanation_index):
        calls.append(pointer)
        if len(calls) == lost:
            raise KeyboardInterrupt
        return index(pointer)

    monkeypatch.setattr(sys, "unraisablehook", lambda it: raised.append(it.exc_type))
    monkeypatch.setattr(_explain.lib, "sts_explanation_index", interrupted)
    monkeypatch.setattr(_explain, "explanation_of", lambda pointer, partitions: len(calls))
    assert len(stskafka.explain(make_request((b"a", b"1"), (b"b", b"2"), (b"c", b"3")))) == 3
    assert raised == [KeyboardInterrupt]
