# SPDX-License-Identifier: Apache-2.0
"""Spans and metrics of OpenTelemetry's SDK: what is sent is what the SDK's own OTLP exporter would send, item by item."""
import logging

import pytest
from opentelemetry.exporter.otlp.proto.common.metrics_encoder import encode_metrics
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader, MetricExportResult, PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor, SpanExportResult
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

import stskafka
from sdk_signals import by_text, make_spans, metrics_of, record_metrics, spans_of
from stskafka.otel import KafkaMetricExporter, KafkaSpanExporter


def test_spans_of_a_trace_have_one_key(in_memory):
    exporter, memory = in_memory(**{"traces.key": "trace_id"})
    seen = InMemorySpanExporter()
    provider = make_spans(BatchSpanProcessor(KafkaSpanExporter(exporter)), SimpleSpanProcessor(seen))
    assert provider.force_flush()
    exporter.flush()
    sent = [ExportTraceServiceRequest.FromString(message.value) for message in memory.messages]
    assert by_text(each for request in sent for each in spans_of(request)) == by_text(spans_of(encode_spans(seen.get_finished_spans())))
    assert all(len(spans_of(request)) == 1 for request in sent)
    assert [message.key.decode() for message in memory.messages] == [spans_of(request)[0][2].trace_id.hex() for request in sent]
    assert len({message.key for message in memory.messages}) == 2
    provider.shutdown()


def test_the_key_of_a_span_by_a_function(in_memory):
    exporter, memory = in_memory()
    provider = make_spans(SimpleSpanProcessor(KafkaSpanExporter(exporter, key=lambda span: span.attributes["tenant"])))
    exporter.flush()
    assert sorted(message.key.decode() for message in memory.messages) == ["blue", "blue", "green", "green"]
    provider.shutdown()


def test_spans_without_a_key_are_rejected_alone(in_memory):
    exporter, memory = in_memory()
    seen = InMemorySpanExporter()
    make_spans(SimpleSpanProcessor(seen))
    spans = seen.get_finished_spans()
    with pytest.raises(stskafka.RejectedError) as caught:
        KafkaSpanExporter(exporter, key=lambda span: "key" if span.name == "order" else None).export(spans)
    assert (caught.value.counts.accepted, caught.value.counts.rejected) == (2, 2)


def test_a_span_exporter_that_is_shut_down(caplog):
    exporter = KafkaSpanExporter({"transport": "memory", "key": "none"})
    exporter.shutdown()
    with caplog.at_level(logging.WARNING):
        assert exporter.export([]) is SpanExportResult.FAILURE
    assert "shut down" in caplog.text and exporter.exporter.closed


def test_metrics_under_their_names(in_memory):
    exporter, memory = in_memory(**{"metrics.key": "name"})
    seen = InMemoryMetricReader()
    provider = MeterProvider([seen], Resource({"service.name": "shop"}), shutdown_on_exit=False)
    record_metrics(provider.get_meter("app"))
    data = seen.get_metrics_data()
    assert KafkaMetricExporter(exporter).export(data) is MetricExportResult.SUCCESS
    exporter.flush()
    sent = [ExportMetricsServiceRequest.FromString(message.value) for message in memory.messages]
    assert by_text(each for request in sent for each in metrics_of(request)) == by_text(metrics_of(encode_metrics(data)))
    assert [message.key.decode() for message in memory.messages] == ["orders", "took", "queued"]
    provider.shutdown()


def test_a_reader_that_exports_by_itself(in_memory):
    exporter, memory = in_memory(key='resource.attributes["service.name"]', encoding="otlp_json")
    reader = PeriodicExportingMetricReader(KafkaMetricExporter(exporter), export_interval_millis=3_600_000)
    provider = MeterProvider([reader], Resource({"service.name": "shop"}), shutdown_on_exit=False)
    record_metrics(provider.get_meter("app"))
    assert provider.force_flush()
    exporter.flush()
    assert [message.key for message in memory.messages] == [b"shop"] * 3
    assert all(message.value.startswith(b'{"resourceMetrics":[') for message in memory.messages)
    provider.shutdown()
