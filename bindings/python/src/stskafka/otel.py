# SPDX-License-Identifier: Apache-2.0
"""OpenTelemetry's SDK for Python on Kafka, each log record under the key that you choose. Needs the extra:
`pip install stskafka[otel]`.

    provider = LoggerProvider()
    provider.add_log_record_processor(BatchLogRecordProcessor(
        stskafka.otel.KafkaLogExporter({"brokers": "localhost:9092", "key": 'attributes["user"]'})))"""
import json
import logging
from typing import Any, Optional, Sequence

from opentelemetry.exporter.otlp.proto.common._log_encoder import encode_logs
from opentelemetry.sdk._logs import ReadableLogRecord
from opentelemetry.sdk._logs.export import LogRecordExporter, LogRecordExportResult

from ._error import Error
from ._exporter import Exporter
from ._sink import Sink, Target

_logger = logging.getLogger(__name__)


class KafkaLogExporter(LogRecordExporter):
    """Exports the SDK's log records; keys are what the exporter's option `key` says.

    `exporter` is an Exporter of yours, or what one is made from (Options or a mapping): then shutdown closes it, and another
    one is made in a child process after fork(), at the first export there. Where that fails, exports raise, and it is tried
    again after a pause of 1 second, then 2, up to 60.

    `close_timeout` is for how many seconds shutdown waits for outcomes; None: 5, or what your Exporter has.

    The message's value is the record's body: bytes as they are, a text as UTF-8, anything else as JSON. A record without a
    body, or with an empty text, is refused (STS_ERR_BODY_TYPE): as a message it would be a tombstone, which deletes its
    key in a compacted topic.

    What cannot be exported raises, as the SDK allows: its processors log that, and go on."""

    def __init__(self, exporter: Target, *, close_timeout: Optional[float] = None) -> None:
        self._is_shut_down = False
        self._sink = Sink(exporter, close_timeout)

    @property
    def exporter(self) -> Exporter:
        """The exporter in use; its counts tell what became of the records."""
        return self._sink.exporter

    def export(self, batch: Sequence[ReadableLogRecord]) -> LogRecordExportResult:
        """Exports a batch; RejectedError where some of its records were refused, and all others accepted."""
        if self._is_shut_down:
            _logger.warning("the exporter is shut down: %d log records are not exported", len(batch))
            return LogRecordExportResult.FAILURE
        request = encode_logs(batch)
        for of_resource in request.resource_logs:
            for of_scope in of_resource.scope_logs:
                for record in of_scope.log_records:
                    _as_bytes(record.body)
        self.exporter.export_logs(request.SerializeToString())
        return LogRecordExportResult.SUCCESS

    def force_flush(self, timeout_millis: int = 30000) -> bool:
        """Waits until all records have their outcome; False where there was not time enough. The SDK's processors do not
        call it: their force_flush ends when all is exported."""
        return self._sink.flush(timeout_millis / 1000)

    def shutdown(self) -> None:
        """Waits for outcomes, and closes the exporter if it was made here. What goes wrong, and that records were given up,
        is logged as a warning: raised, it would keep the provider from shutting down other processors."""
        self._is_shut_down = True
        try:
            if not self._sink.is_own and not self._sink.flush():
                _logger.warning("log records have no outcome yet at shutdown")
            self._sink.close()
        except Error as fault:
            _logger.warning("shutdown: %s", fault)


def _as_bytes(body: Any) -> None:
    kind = body.WhichOneof("value")
    if kind == "string_value" and body.string_value:
        body.bytes_value = body.string_value.encode()
    elif kind not in (None, "string_value", "bytes_value"):
        body.bytes_value = json.dumps(_plain(body), ensure_ascii=False, separators=(",", ":")).encode()


def _plain(value: Any) -> Any:
    """An AnyValue as JSON has it; bytes as hex digits, as OTLP's JSON writes ids."""
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [_plain(each) for each in value.array_value.values]
    if kind == "kvlist_value":
        return {each.key: _plain(each.value) for each in value.kvlist_value.values}
    if kind == "bytes_value":
        return value.bytes_value.hex()
    return getattr(value, kind) if kind else None
