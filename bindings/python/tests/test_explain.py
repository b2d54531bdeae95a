# SPDX-License-Identifier: Apache-2.0
import pytest

import stskafka
from conftest import make_request
from stskafka import KeyPart, Status

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
    with pytest.raises(stskafka.Error):
        stskafka.explain(b"", {}, partitions=-1)
