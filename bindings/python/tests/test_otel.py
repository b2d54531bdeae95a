# SPDX-License-Identifier: Apache-2.0
import pytest
from opentelemetry._logs import LogRecord
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor, LogRecordExporter
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


def test_an_empty_body_is_no_tombstone(in_memory):
    exporter, memory = in_memory(key="none")
    kafka = KafkaLogExporter(exporter)
    batch = []
    provider = LoggerProvider(shutdown_on_exit=False)
    provider.add_log_record_processor(BatchLogRecordProcessor(Catching(batch)))
    for body in ("", None, "text"):
        provider.get_logger("app").emit(LogRecord(timestamp=1, body=body))
    provider.shutdown()
    with pytest.raises(stskafka.RejectedError) as caught:
        kafka.export(batch)
    assert (caught.value.counts.accepted, caught.value.counts.rejected) == (1, 2)
    assert exporter.rejected(stskafka.Status.ERR_BODY_TYPE) == 2
    exporter.flush()
    assert [message.value for message in memory.messages] == [b"text"]


class Catching(LogRecordExporter):
    def __init__(self, batch):
        self.batch = batch

    def export(self, batch):
        self.batch.extend(batch)

    def force_flush(self, timeout_millis=30000):
        return True

    def shutdown(self):
        pass


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
