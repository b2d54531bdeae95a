# SPDX-License-Identifier: Apache-2.0
import importlib
import json
import logging
import math
import subprocess
import sys

import pytest
from opentelemetry._logs import LogRecord
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import (BatchLogRecordProcessor, LogRecordExporter, LogRecordExportResult,
                                            SimpleLogRecordProcessor)
from opentelemetry.sdk.resources import Resource

import stskafka
from conftest import make_request
from stskafka.otel import KafkaLogExporter


@pytest.fixture
def sdk():
    """Makes a logger of the SDK's over an exporter, with the provider."""
    made = []

    def make(exporter, **resource):
        provider = LoggerProvider(resource=Resource(resource), shutdown_on_exit=False)
        provider.add_log_record_processor(BatchLogRecordProcessor(exporter))
        made.append(provider)
        return provider, provider.get_logger("app")

    yield make
    for provider in made:
        provider.shutdown()


def test_records_under_their_key(in_memory, sdk):
    exporter, memory = in_memory(key='Concat([resource.attributes["tenant"], attributes["user"]], "/")')
    provider, logger = sdk(KafkaLogExporter(exporter), tenant="blue")
    for number, body in enumerate(["täxt", b"\0\xff", {"a": [1, 0.5, None, True, b"\x01"], "ü": {}}, 7]):
        logger.emit(LogRecord(timestamp=1, body=body, attributes={"user": f"u{number}"}))
    assert provider.force_flush()
    exporter.flush()
    assert [(message.key.decode(), message.value) for message in memory.messages] == [
        ("blue/u0", "täxt".encode()), ("blue/u1", b"\0\xff"),
        ("blue/u2", '{"a":[1,0.5,null,true,"01"],"ü":{}}'.encode()), ("blue/u3", b"7")]


def test_bodies_stay_what_they_are_for_an_encoding(in_memory, sdk):
    exporter, memory = in_memory(key="none", encoding="json_record")
    provider, logger = sdk(KafkaLogExporter(exporter), tenant="blue")
    bodies = ["täxt", "", {"a": [1, 0.5, None, True]}, 7]
    for body in bodies:
        logger.emit(LogRecord(timestamp=1, body=body, attributes={"user": "u"}))
    assert provider.force_flush()
    exporter.flush()
    records = [json.loads(message.value) for message in memory.messages]
    assert [record["body"] for record in records] == bodies
    assert {(record["attributes"]["user"], record["resource_attributes"]["tenant"], record["scope_name"]) for record in records} == {
        ("u", "blue", "app")}


class Catching(LogRecordExporter):
    def __init__(self, batch):
        self.batch = batch

    def export(self, batch):
        self.batch.extend(batch)

    def force_flush(self, timeout_millis=30000):
        return True

    def shutdown(self):
        pass


def batch_of(*bodies, loggers=("app",), attributes=None):
    """The SDK's records of these bodies, from the loggers in turn."""
    batch = []
    provider = LoggerProvider(shutdown_on_exit=False)
    provider.add_log_record_processor(SimpleLogRecordProcessor(Catching(batch)))
    for number, body in enumerate(bodies):
        logger = provider.get_logger(loggers[number % len(loggers)])
        logger.emit(LogRecord(timestamp=1, body=body, attributes=attributes))
    provider.shutdown()
    return batch


def values(exporter, memory):
    exporter.flush()
    return [message.value for message in memory.messages]


def test_an_empty_body_is_no_tombstone(in_memory):
    exporter, memory = in_memory(key="none")
    with pytest.raises(stskafka.RejectedError) as caught:
        KafkaLogExporter(exporter).export(batch_of("", None, "text"))
    assert (caught.value.counts.accepted, caught.value.counts.rejected) == (1, 2)
    assert exporter.rejected(stskafka.Status.ERR_BODY_TYPE) == 2
    assert values(exporter, memory) == [b"text"]


def test_the_order_is_kept(in_memory):
    exporter, memory = in_memory(key="instrumentation_scope.name")
    KafkaLogExporter(exporter).export(batch_of(*"012345", loggers="ab"))
    exporter.flush()
    assert [(message.key, message.value) for message in memory.messages] == [
        (b"a", b"0"), (b"b", b"1"), (b"a", b"2"), (b"b", b"3"), (b"a", b"4"), (b"b", b"5")]


def test_numbers_that_json_has_not(in_memory):
    exporter, memory = in_memory(key="none")
    KafkaLogExporter(exporter).export(batch_of(math.nan, {"a": math.inf, "b": [-math.inf, 1.5]}))
    assert values(exporter, memory) == [b'"NaN"', b'{"a":"Infinity","b":["-Infinity",1.5]}']


LOOP = []
LOOP.append(LOOP)


@pytest.mark.parametrize("bad", ["\ud800", object(), 2**70, {"a": {1, 2}}, LOOP], ids=lambda bad: type(bad).__name__)
def test_one_bad_body_is_left_out_alone(in_memory, bad):
    exporter, memory = in_memory(key="none")
    kafka = KafkaLogExporter(exporter)
    with pytest.raises(stskafka.RejectedError, match="2 of 4 log records could not be exported") as caught:
        kafka.export(batch_of("first", bad, "", "last"))
    assert caught.value.counts[:3] == (4, 2, 2)  # records, accepted, rejected
    with pytest.raises(stskafka.RequestError, match="cannot be encoded"):
        kafka.export(batch_of(bad))
    assert values(exporter, memory) == [b"first", b"last"]


def test_attributes_beyond_a_requests_depth_are_left_out_alone(in_memory):
    exporter, memory = in_memory(key="none")
    deep = "x"
    for _ in range(32):
        deep = {"a": deep}
    batch = batch_of("first") + batch_of("deep", attributes={"a": deep}) + batch_of("last")
    with pytest.raises(stskafka.RejectedError, match="TOO_DEEP"):
        KafkaLogExporter(exporter).export(batch)
    assert values(exporter, memory) == [b"first", b"last"]


def test_keys_of_the_programs(in_memory):
    exporter, memory = in_memory()
    batch = batch_of("0", "1", "2", "3", attributes={"stskafka.key": "old"})
    keys = {"0": "text", "1": b"\xff", "2": None, "3": 5}
    with pytest.raises(stskafka.RejectedError, match="TypeError"):
        KafkaLogExporter(exporter, key=lambda record: keys[record.log_record.body]).export(batch)
    KafkaLogExporter(exporter, key="all").export(batch_of("4"))
    exporter.flush()
    assert [message.key for message in memory.messages] == [b"text", b"\xff", b"old", b"all"]


FULL = {"key": "none", "sending_queue__queue_size": 2, "sending_queue__block_on_overflow": False}


def test_a_full_queue_takes_a_batch_in_parts(in_memory):
    exporter, memory = in_memory(**FULL)
    bodies = [str(number) for number in range(9)]
    assert KafkaLogExporter(exporter).export(batch_of(*bodies)) is LogRecordExportResult.SUCCESS
    with pytest.raises(stskafka.RejectedError) as caught:
        KafkaLogExporter(exporter).export(batch_of("", *bodies))
    assert caught.value.counts[:3] == (10, 9, 1)
    assert values(exporter, memory) == [body.encode() for body in 2 * bodies]


def test_a_queue_that_stays_full(in_memory):
    exporter, _ = in_memory("hold*2", **FULL)
    with pytest.raises(stskafka.QueueFullError, match="2 log records were accepted") as caught:
        KafkaLogExporter(exporter, export_timeout=0.01).export(batch_of(*"01234"))
    assert caught.value.counts.accepted == 2


def test_a_callback_does_not_wait_for_room(in_memory):
    batch, caught = batch_of(*"01234"), []

    def callback(_):
        if not caught:
            caught.append(None)
            try:
                KafkaLogExporter(exporter, export_timeout=3600).export(batch)
            except stskafka.Error as fault:
                caught[0] = fault

    exporter, _ = in_memory(set_up=lambda options: options.set_outcome_callback(callback), **FULL)
    exporter.export_logs(make_request((b"k", b"first")))
    exporter.flush(30)
    assert isinstance(caught[0], stskafka.QueueFullError)


def test_flush_and_shutdown(in_memory):
    exporter, _ = in_memory("hold", key="none")
    kafka = KafkaLogExporter(exporter)
    assert kafka.force_flush(10)
    exporter.export_logs(make_request((b"k", b"held")))
    assert not kafka.force_flush(10)
    kafka.shutdown()
    assert not exporter.closed
    own = KafkaLogExporter({"transport": "memory"})
    own.shutdown()
    assert own.exporter.closed
    assert own.force_flush()
    assert own.export(batch_of("late")) is LogRecordExportResult.FAILURE


def test_an_exporter_that_was_closed_is_told(in_memory):
    exporter, _ = in_memory()
    exporter.close()
    with pytest.raises(stskafka.ClosedError):
        KafkaLogExporter(exporter).export(batch_of("late"))


def held():
    options = stskafka.Options(key="none")
    options.set_transport(stskafka.MemoryTransport("hold"))
    return options


def test_shutdown_does_not_keep_others_from_it(in_memory, caplog):
    first, second = KafkaLogExporter(held(), close_timeout=0.01), KafkaLogExporter({"transport": "memory"})
    provider = LoggerProvider(shutdown_on_exit=False)
    for exporter in (first, second):
        provider.add_log_record_processor(BatchLogRecordProcessor(exporter))
    first.export(batch_of("held"))
    with caplog.at_level(logging.WARNING, "stskafka.otel"):
        provider.shutdown()
    assert first.exporter.closed and second.exporter.closed
    assert "TIMED_OUT" in caplog.text


def test_shutdown_waits_for_what_an_exporter_of_the_programs_sends(in_memory, caplog):
    exporter, memory = in_memory(key="none")
    kafka = KafkaLogExporter(exporter, close_timeout=30)
    kafka.export(batch_of("x"))
    kafka.shutdown()
    assert (exporter.counts().delivered, exporter.closed, caplog.text) == (1, False, "")
    exporter, memory = in_memory("hold", key="none")
    kafka = KafkaLogExporter(exporter, close_timeout=0.01)
    kafka.export(batch_of("x"))
    kafka.shutdown()
    assert "no outcome" in caplog.text and not exporter.closed


def run(program):
    done = subprocess.run([sys.executable, "-X", "dev", "-W", "ignore::DeprecationWarning", "-c", program], timeout=60,
                          capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_exit():
    assert run("""
import sys
import stskafka.otel
from opentelemetry._logs import LogRecord
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
options = stskafka.Options(transport="memory", key="none")
options.set_outcome_callback(lambda outcome: sys.stdout.write(f"{outcome.delivered}\\n"))
provider = LoggerProvider()
provider.add_log_record_processor(BatchLogRecordProcessor(stskafka.otel.KafkaLogExporter(options)))
provider.get_logger("app").emit(LogRecord(timestamp=1, body="last words"))
""") == "True\n"


def test_fork():
    assert run("""
import os
from opentelemetry._logs import LogRecord
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from stskafka.otel import KafkaLogExporter
kafka = KafkaLogExporter({"transport": "memory", "key": "none"}, close_timeout=30)
provider = LoggerProvider(shutdown_on_exit=False)
provider.add_log_record_processor(BatchLogRecordProcessor(kafka))
child = os.fork()
provider.get_logger("app").emit(LogRecord(timestamp=1, body="x"))
provider.force_flush()
exporter = kafka.exporter
provider.shutdown()
print(exporter.counts().delivered, exporter.closed, exporter.close_timeout, flush=True)
if child:
    assert os.waitpid(child, 0)[1] == 0
""") == "1 True 30\n" * 2


def test_an_sdk_without_what_is_needed(monkeypatch):
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.common._log_encoder", None)
    for name in ("stskafka.otel", "stskafka._otel_request"):
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(ImportError, match="needs opentelemetry-sdk and opentelemetry-exporter-otlp-proto-common"):
        importlib.import_module("stskafka.otel")
