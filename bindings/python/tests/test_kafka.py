# SPDX-License-Identifier: Apache-2.0
"""Python's logs, spans and metrics on a real Apache Kafka, read back by its Java client: in batches, by the handler, by OpenTelemetry's SDK."""
import asyncio
import logging
import subprocess
import sys

import pytest
from bootstrap import kafka_bootstrap
from conftest import make_request, run
from opentelemetry._logs import LogRecord
from opentelemetry.exporter.otlp.proto.common.metrics_encoder import encode_metrics
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sdk_signals import by_text, make_spans, metrics_of, record_metrics, spans_of
from topics import create_topic, read_topic

import stskafka
from stskafka.aio import AsyncExporter
from stskafka.handler import KafkaHandler
from stskafka.otel import KafkaLogExporter, KafkaMetricExporter, KafkaSpanExporter

RECORDS = 500
KEYS = [f"user-{number}" for number in range(20)]


def sent():
    """Pairs of key and text, in order."""
    return [(KEYS[number % len(KEYS)], f"record {number}") for number in range(RECORDS)]


def assert_arrived(topic, expected):
    read = read_topic(topic)
    pairs = [(bytes.fromhex(record["key"]).decode(), bytes.fromhex(record["value"]).decode()) for record in read]
    for key in KEYS:
        assert [text for of, text in pairs if of == key] == [text for of, text in expected if of == key]
    assert len(pairs) == len(expected)
    for record in read:
        assert record["partition"] == record["java_partition"] == stskafka.partition(bytes.fromhex(record["key"]), 3)


def test_batches():
    create_topic("python-batches", 3)
    options = {"brokers": kafka_bootstrap(), "topic": "python-batches", "key": 'attributes["user"]'}
    batch = stskafka.LogBatch()
    with stskafka.Exporter(options) as exporter:
        for begin in range(0, RECORDS, 100):
            batch.reset()
            batch.add_resource({"service.name": "test"})
            for key, text in sent()[begin:begin + 100]:
                batch.add_record(text.encode(), attributes={"level": 9, "user": key})
            exporter.export_logs(batch)
        assert exporter.flush(30).delivered == RECORDS
    assert_arrived("python-batches", sent())


def test_the_handler():
    create_topic("python-handler", 3)
    logger = logging.Logger("app")
    handler = KafkaHandler({"brokers": kafka_bootstrap(), "topic": "python-handler", "key": 'attributes["user"]'})
    logger.addHandler(handler)
    for key, text in sent():
        logger.info(text, extra={"user": key})
    handler.flush()
    assert handler.exporter.counts().delivered == RECORDS
    handler.close()
    assert_arrived("python-handler", sent())


@pytest.mark.parametrize("topic, fork", [("python-child", "os.fork"), ("python-unseen-child", "ctypes.PyDLL(None).fork")])
def test_the_handler_in_a_child(topic, fork):
    """Of a fork that Python sees, and of one that it does not, as a C library's."""
    create_topic(topic, 3)
    program = f"""
import ctypes, logging, os, sys, stskafka.handler
handler = stskafka.handler.KafkaHandler({{"brokers": {kafka_bootstrap()!r}, "topic": {topic!r}}},
                                        key=lambda record: record.key, close_timeout=30)
logger = logging.Logger("app")
logger.addHandler(handler)
records = {sent()!r}
half = len(records) // 2
for key, text in records[:half]:
    logger.warning(text, extra={{"key": key}})
handler.flush()
child = {fork}()
if child:
    sys.exit(os.waitpid(child, 0)[1])
for key, text in records[half:]:
    logger.warning(text, extra={{"key": key}})
"""
    done = subprocess.run([sys.executable, "-X", "dev", "-W", "ignore::DeprecationWarning", "-c", program], timeout=60,
                          capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert_arrived(topic, sent())


def test_a_handler_that_a_set_up_closes_while_its_callback_logs():
    """It stays attached, and goes on behind what it had."""
    create_topic("python-set-up", 3)
    told = run(f"""
import logging.config, stskafka.handler
told = []
def outcome(outcome):
    logging.getLogger(f"new{{len(told)}}").debug("needs logging's lock")
    told.append(outcome.delivered)
options = stskafka.Options({{"brokers": {kafka_bootstrap()!r}, "topic": "python-set-up", "linger": "60s"}})
options.set_outcome_callback(outcome)
logger = logging.getLogger("app")
logger.addHandler(stskafka.handler.KafkaHandler(options, key=lambda record: record.key, close_timeout=30))
records = {sent()!r}
half = len(records) // 2
for key, text in records[:half]:
    logger.warning(text, extra={{"key": key}})
logging.config.dictConfig({{"version": 1, "disable_existing_loggers": False}})
for key, text in records[half:]:
    logger.warning(text, extra={{"key": key}})
logger.handlers[0].close()
print(told.count(True), len(told))
""")
    assert told == f"{RECORDS} {RECORDS}\n"
    assert_arrived("python-set-up", sent())


def test_the_sdk():
    create_topic("python-sdk", 3)
    exporter = KafkaLogExporter({"brokers": kafka_bootstrap(), "topic": "python-sdk", "key": 'attributes["user"]'})
    provider = LoggerProvider(shutdown_on_exit=False)
    provider.add_log_record_processor(BatchLogRecordProcessor(exporter))
    for number, (key, text) in enumerate(sent()):  # the records of a key come from several loggers
        provider.get_logger(f"app{number % 3}").emit(LogRecord(timestamp=1, body=text, attributes={"user": key}))
    provider.shutdown()
    assert exporter.exporter.counts().delivered == RECORDS
    assert_arrived("python-sdk", sent())


def test_spans_and_metrics_of_the_sdk():
    """What is in the topics is what the SDK's own OTLP exporter would send, and the spans of a trace are in one partition."""
    create_topic("python-spans", 3)
    create_topic("python-metrics", 3)
    options = {"brokers": kafka_bootstrap(), "topic": "python-spans", "metrics.topic": "python-metrics", "traces.key": "trace_id",
               "metrics.key": "name"}
    seen, reader = InMemorySpanExporter(), InMemoryMetricReader()
    with stskafka.Exporter(options) as exporter:
        make_spans(BatchSpanProcessor(KafkaSpanExporter(exporter)), SimpleSpanProcessor(seen)).shutdown()
        meters = MeterProvider([reader], shutdown_on_exit=False)
        record_metrics(meters.get_meter("app"))
        data = reader.get_metrics_data()
        KafkaMetricExporter(exporter).export(data)
        assert exporter.flush(30).delivered == 7
    spans, metrics = read_topic("python-spans"), read_topic("python-metrics")
    assert by_text(each for record in spans for each in spans_of(ExportTraceServiceRequest.FromString(bytes.fromhex(record["value"])))) == by_text(
        spans_of(encode_spans(seen.get_finished_spans())))
    assert by_text(each for record in metrics for each in metrics_of(ExportMetricsServiceRequest.FromString(bytes.fromhex(record["value"])))) == by_text(
        metrics_of(encode_metrics(data)))
    for record in spans + metrics:
        assert record["partition"] == record["java_partition"]
    assert len({record["key"] for record in spans}) == 2
    assert sorted(bytes.fromhex(record["key"]) for record in metrics) == [b"orders", b"queued", b"took"]


def test_a_program_that_just_ends():
    create_topic("python-exit", 3)
    program = f"""
import logging, sys, stskafka.handler
handler = stskafka.handler.KafkaHandler({{"brokers": {kafka_bootstrap()!r}, "topic": "python-exit", "linger": "30s"}},
                                        key=lambda record: record.key)
logger = logging.getLogger()
logger.addHandler(handler)
for key, text in {sent()!r}:
    logger.warning(text, extra={{"key": key}})
"""
    done = subprocess.run([sys.executable, "-X", "dev", "-c", program], timeout=60, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert_arrived("python-exit", sent())


def test_outcomes_and_new_options_while_it_runs():
    create_topic("python-outcomes", 3)
    options = stskafka.Options({"brokers": kafka_bootstrap(), "topic": "python-outcomes", "outcomes": "all"})
    with stskafka.Exporter(options) as exporter:
        exporter.export_logs(make_request((b"a", b"1")), token=1)
        exporter.reconfigure({**options, "linger": "1ms", "client_id": "other"})
        exporter.export_logs(make_request((b"a", b"2")), token=2)
        with pytest.raises(stskafka.ConfigError, match="required_acks"):
            exporter.reconfigure({**options, "required_acks": "leader"})
        with pytest.raises(stskafka.Error) as caught:
            exporter.reconfigure({**options, "brokers": "127.0.0.1:1", "read_timeout": "100ms"})
        assert caught.value.code == stskafka.Status.ERR_NO_BROKER
        assert exporter.flush(30).delivered == 2
        outcomes = list(exporter.outcomes(timeout=0))
    assert [(each.token, each.delivered, each.topic, each.partition, each.offset) for each in outcomes] == [
        (1, True, "python-outcomes", stskafka.partition(b"a", 3), 0),
        (2, True, "python-outcomes", stskafka.partition(b"a", 3), 1)]


def test_exit_does_not_give_the_time_of_one_exporter_to_another():
    """Three without a broker, and two with one, whose records would linger."""
    create_topic("python-closed-in-turn", 1)
    lines = run(f"""
kept = []
def make(name, **more):
    options = stskafka.Options({{**KAFKA, "linger": "60s", "topic": "python-closed-in-turn", **more}})
    options.set_outcome_callback(lambda outcome: print(name, outcome.delivered))
    kept.append(stskafka.Exporter(options, close_timeout=6))
    kept[-1].export_logs(ONE)
make("here", brokers={kafka_bootstrap()!r})
for _ in range(3):
    make("nowhere")
make("here", brokers={kafka_bootstrap()!r})
""").splitlines()
    assert sorted(lines) == ["here True"] * 2 + ["nowhere False"] * 3
    assert len(read_topic("python-closed-in-turn")) == 2


def test_records_of_ones_own():
    """Each is told of with the place where Kafka's Java client finds it, and the records of a key are in order."""
    create_topic("python-own", 3)
    told = []
    with stskafka.Exporter(brokers=kafka_bootstrap(), topic="python-own") as exporter:
        exporter.export_logs(make_request((b"user-0", b"bulk")), token=1)
        for number, (key, text) in enumerate(sent()):
            exporter.send(key=key, value=text, headers={"number": str(number)}, token=number, on_outcome=told.append)
        exporter.send(topic="python-own", key="gone", value=None, token=RECORDS, on_outcome=told.append)
        with pytest.raises(stskafka.RejectedError):
            exporter.send(topic="no topic!", on_outcome=told.append)
        exporter.flush(30)
    assert len(told) == RECORDS + 1 and all(outcome.delivered for outcome in told)
    read = read_topic("python-own")
    places = {(record["partition"], record["offset"]): (bytes.fromhex(record["key"]).decode(), record["value"]) for record in read}
    expected = [(key, text.encode().hex()) for key, text in sent()] + [("gone", None)]
    for outcome in told:
        assert places[outcome.partition, outcome.offset] == expected[outcome.token]
    values = [record for record in read if record["value"] not in (None, b"bulk".hex())]
    for key in KEYS:
        assert [bytes.fromhex(record["value"]).decode() for record in values if bytes.fromhex(record["key"]).decode() == key] == [
            text for of, text in sent() if of == key]


def test_records_that_are_awaited():
    create_topic("python-awaited", 3)

    async def main():
        async with AsyncExporter(brokers=kafka_bootstrap(), topic="python-awaited") as exporter:
            return await asyncio.gather(*[exporter.send(key=key, value=text) for key, text in sent()])

    outcomes = asyncio.run(main())
    assert all(outcome.delivered for outcome in outcomes)
    assert_arrived("python-awaited", sent())
    read = {(record["partition"], record["offset"]): record for record in read_topic("python-awaited")}
    assert [bytes.fromhex(read[outcome.partition, outcome.offset]["value"]).decode() for outcome in outcomes] == [text for _, text in sent()]
