# SPDX-License-Identifier: Apache-2.0
"""Requests of spans and of metrics: each item goes as a request of its own, under a key by its signal's paths. Of profiles a request is
one message, as it came."""
import pytest
from google.protobuf.json_format import MessageToJson
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.profiles.v1development.profiles_service_pb2 import ExportProfilesServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

import stskafka
from stskafka import Format, Signal, Status

OPTIONS = {"traces.key": "name", "metrics.key": 'Concat([resource.attributes["host"], name], "/")', "metrics.topic": "metrics"}


def traces(*names):
    request = ExportTraceServiceRequest()
    spans = request.resource_spans.add().scope_spans.add().spans
    for name in names:
        spans.add(name=name, trace_id=bytes(range(16)), span_id=bytes(range(8)))
    return request


def metrics(*names):
    request = ExportMetricsServiceRequest()
    group = request.resource_metrics.add()
    group.resource.attributes.add(key="host").value.string_value = "a"
    for name in names:
        points = group.scope_metrics.add().metrics.add(name=name).sum.data_points
        points.add(as_int=1)
        points.add(as_int=2)
    return request


def profiles(*names):
    request = ExportProfilesServiceRequest()
    request.dictionary.string_table.extend(names)
    request.resource_profiles.add()
    return request


REQUESTS = [(Signal.TRACES, traces, "sts-otel-topology", [b"x", b"y"]), (Signal.METRICS, metrics, "metrics", [b"a/x", b"a/y"])]


@pytest.mark.parametrize("signal, make, topic, keys", REQUESTS)
def test_each_item_is_a_request(in_memory, signal, make, topic, keys):
    exporter, memory = in_memory(**OPTIONS)
    counts = exporter.export(make("x", "y").SerializeToString(), signal=signal)
    assert (counts.accepted, counts.rejected) == (2, 0)
    exporter.flush()
    assert [(message.topic, message.key) for message in memory.messages] == [(topic, key) for key in keys]
    assert [type(make()).FromString(message.value) for message in memory.messages] == [make("x"), make("y")]


@pytest.mark.parametrize("signal, make, topic, keys", REQUESTS)
def test_explained(in_memory, signal, make, topic, keys):
    exporter, memory = in_memory(**OPTIONS)
    explained = exporter.explain(make("x", "y").SerializeToString(), signal=signal, partitions=12)
    assert [(each.topic, each.key) for each in explained] == [(topic, key) for key in keys]
    assert memory.count == 0
    assert stskafka.explain(make("x", "y").SerializeToString(), OPTIONS, signal=signal, partitions=12) == explained
    as_json = MessageToJson(make("x", "y"))
    assert exporter.explain(as_json, signal=signal, format=Format.OTLP_JSON, partitions=12) == explained


def test_profiles_pass_through_whole(in_memory):
    request = profiles("a", "b")
    options = {"profiles.topic": "profiles", "profiles.key": 'metadata("tenant")', "profiles.encoding": "otlp_json"}
    exporter, memory = in_memory(**{**options, "profiles.encoding": "auto"})
    as_bytes = request.SerializeToString()
    counts = exporter.export(as_bytes, signal=Signal.PROFILES, metadata={"tenant": "one"})
    assert (counts.accepted, counts.rejected) == (1, 0)
    exporter.flush()
    assert [(message.topic, message.key, message.value) for message in memory.messages] == [("profiles", b"one", as_bytes)]
    with pytest.raises(stskafka.Error, match="profiles in JSON cannot be exported") as caught:
        exporter.export("{}", signal=Signal.PROFILES, format=Format.OTLP_JSON)
    assert caught.value.code == Status.ERR_CONFIG
    explained, = stskafka.explain(MessageToJson(request), options, signal=Signal.PROFILES, format=Format.OTLP_JSON,
                                  metadata={"tenant": "one"})
    assert (explained.key, explained.value) == (b"one", MessageToJson(request).encode())


def test_logs_by_either_call(in_memory):
    request = '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"bytesValue":"AA=="}}]}]}]}'
    exporter, memory = in_memory(missing_key="null")
    exporter.export(request, signal=Signal.LOGS, format=Format.OTLP_JSON)
    exporter.export_logs(request, format=Format.OTLP_JSON)
    assert [message.value for message in memory.messages] == [b"\0", b"\0"]


def test_what_is_no_signal_or_no_request_of_one(in_memory):
    exporter, memory = in_memory()
    with pytest.raises(stskafka.Error) as caught:
        exporter.export(b"", signal=1)
    assert caught.value.code == Status.ERR_UNSUPPORTED
    with pytest.raises(stskafka.RequestError):
        exporter.export(b"\x0a", signal=Signal.TRACES)
    with pytest.raises(TypeError):
        exporter.export(stskafka.LogBatch(), signal=Signal.TRACES)
    with pytest.raises(TypeError):
        stskafka.explain(stskafka.LogBatch(), signal=Signal.METRICS)
    assert memory.count == 0


def test_a_key_without_meaning_for_a_signal(in_memory):
    exporter, _ = in_memory(key="body")
    with pytest.raises(stskafka.Error, match="traces cannot be exported with the option key") as caught:
        exporter.export(traces("x").SerializeToString(), signal=Signal.TRACES)
    assert caught.value.code == Status.ERR_CONFIG
