# SPDX-License-Identifier: Apache-2.0
"""Requests in JSON: the same records, keys and values as in protobuf."""
import base64
import json

import pytest
from conftest import make_request

import stskafka
from stskafka import Format, Status

RECORDS = [(b"a", b"1"), (b"b", b""), (None, b"3"), (b"d", "text")]


def as_json(*records):
    def value(content):
        if isinstance(content, str):
            return {"stringValue": content}
        return {"bytesValue": base64.b64encode(content).decode()}

    return json.dumps({"resourceLogs": [{"scopeLogs": [{"logRecords": [
        {"body": value(body), "attributes": [] if key is None else [{"key": "stskafka.key", "value": value(key)}]}
        for key, body in records]}]}]})


def test_json_says_the_same_as_protobuf():
    expected = stskafka.explain(make_request(*RECORDS), {}, partitions=12)
    assert [each.name for each in expected] == ["STS_OK", "STS_OK", "STS_ERR_KEY_MISSING", "STS_ERR_BODY_TYPE"]
    text = as_json(*RECORDS)
    for request in (text, text.encode(), bytearray(text.encode()), memoryview(text.encode())):
        assert stskafka.explain(request, {}, format=Format.OTLP_JSON, partitions=12) == expected


def test_export(in_memory):
    exporter, memory = in_memory()
    with pytest.raises(stskafka.RejectedError) as caught:
        exporter.export_logs(as_json(*RECORDS), format=Format.OTLP_JSON)
    assert (caught.value.counts.accepted, caught.value.counts.rejected) == (2, 2)
    exporter.flush()
    assert [(message.key, message.value) for message in memory.messages] == [(b"a", b"1"), (b"b", None)]


def test_what_is_wrong_is_told_by_its_place(in_memory):
    exporter, memory = in_memory()
    with pytest.raises(stskafka.RequestError, match=r"line 1, column 31, resourceLogs\[0\].scopeLogs: an array") as caught:
        exporter.export_logs('{"resourceLogs":[{"scopeLogs":5}]}', format=Format.OTLP_JSON)
    assert (caught.value.code, caught.value.offset, caught.value.counts.records) == (Status.ERR_JSON, 30, 0)
    with pytest.raises(stskafka.RequestError):
        exporter.explain_logs(make_request((b"a", b"1")), format=Format.OTLP_JSON)
    with pytest.raises(TypeError):
        exporter.export_logs("{}")
    with pytest.raises(stskafka.Error) as caught:
        exporter.export_logs(b"{}", format=1)
    assert caught.value.code == Status.ERR_UNSUPPORTED
    assert memory.count == 0
