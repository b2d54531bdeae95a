# SPDX-License-Identifier: Apache-2.0
"""OpenTelemetry's SDK for Python on Kafka, each log record under the key that you choose. Needs the extra:
`pip install stskafka[otel]`.

    provider = LoggerProvider()
    provider.add_log_record_processor(BatchLogRecordProcessor(
        stskafka.otel.KafkaLogExporter({"brokers": "localhost:9092", "key": 'attributes["user"]'})))"""
import json
from typing import Any, Mapping, Sequence, Union

from opentelemetry.exporter.otlp.proto.common._log_encoder import encode_logs
from opentelemetry.sdk._logs import ReadableLogRecord
from opentelemetry.sdk._logs.export import LogRecordExporter, LogRecordExportResult

from ._error import TimedOutError
from ._exporter import Exporter, options_of
from ._options import Options, Value


class KafkaLogExporter(LogRecordExporter):
    """Exports the SDK's log records; keys are what the exporter's option `key` says.

    `exporter` is an Exporter of yours, or what one is made from, and then shutdown closes it.

    The message's value is the record's body: bytes as they are, a text as UTF-8, anything else as JSON. A record without a
    body, or with an empty text, is refused (STS_ERR_BODY_TYPE): as a message it would be a tombstone, which deletes its
    key in a compacted topic.

    What cannot be exported raises, as the SDK allows: its processors log that, and go on."""

    def __init__(self, exporter: Union[Exporter, Options, Mapping[str, Value]]) -> None:
        self._own = not isinstance(exporter, Exporter)
        #: the exporter in use; its counts tell what became of the records
        self.exporter = exporter if isinstance(exporter, Exporter) else Exporter(options_of(exporter))

    def export(self, batch: Sequence[ReadableLogRecord]) -> LogRecordExportResult:
        """Exports a batch; RejectedError where some of its records were refused, and all others accepted."""
        request = encode_logs(batch)
        for of_resource in request.resource_logs:
            for of_scope in of_resource.scope_logs:
                for record in of_scope.log_records:
                    _as_bytes(record.body)
        self.exporter.export_logs(request.SerializeToString())
        return LogRecordExportResult.SUCCESS

    def force_flush(self, timeout_millis: int = 30000) -> bool:
        """Waits until all records have their outcome; False where there was not time enough."""
        try:
            self.exporter.flush(timeout_millis / 1000)
        except TimedOutError:
            return False
        return True

    def shutdown(self) -> None:
        """Flushes, and closes the exporter if it was made here; TimedOutError where records were given up."""
        if self._own:
            self.exporter.close()


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
