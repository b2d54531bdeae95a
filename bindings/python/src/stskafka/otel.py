# SPDX-License-Identifier: Apache-2.0
"""OpenTelemetry's SDK for Python on Kafka: log records, spans and metrics, each under the key that you choose. Needs the
extra: `pip install stskafka[otel]`.

    provider = LoggerProvider()
    provider.add_log_record_processor(BatchLogRecordProcessor(
        stskafka.otel.KafkaLogExporter({"brokers": "localhost:9092", "key": 'attributes["user"]'})))"""
import logging
from typing import Any, Optional, Sequence

try:
    from opentelemetry.sdk._logs import ReadableLogRecord
    from opentelemetry.sdk._logs.export import LogRecordExporter, LogRecordExportResult
    from opentelemetry.sdk.metrics.export import MetricExporter, MetricExportResult, MetricsData
    from opentelemetry.sdk.trace import ReadableSpan
    from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

    from ._otel_request import KeyOf, SpanKeyOf, metrics_request, request_of, spans_request
except ImportError as _fault:
    raise ImportError("stskafka.otel needs opentelemetry-sdk and opentelemetry-exporter-otlp-proto-common, 1.39 or newer and "
                      f"below 2, as the extra `otel` installs them: {_fault}", name=_fault.name, path=_fault.path) from _fault

from ._codes import Signal
from ._exporter import Exporter
from ._otel_sender import Sender
from ._sink import Target, key_in
from ._values import number_in

_logger = logging.getLogger(__name__)


class KafkaLogExporter(LogRecordExporter):
    """Exports the SDK's log records, in their order.

    `exporter` is an Exporter of yours, or what one is made from (Options or a mapping): then shutdown closes it, and another
    one is made in a child process after fork(), at the first export there. Where that fails, exports raise, and it is tried
    again after a pause of 1 second, then 2, up to 60.

    `key` is the key of all records, or a function of the SDK's ReadableLogRecord that gives it (None: none). It becomes the
    attribute stskafka.key, of which the exporter's option `key` makes the message's key unless it says otherwise. Without
    `key`, that option alone decides.

    `close_timeout` is for how many seconds shutdown waits for outcomes; None: 5, or what your Exporter has. Where the queue
    is full, an export tries for `export_timeout` seconds to get room for the rest of its batch, besides the option
    produce_timeout of the last try.

    The message's value is what the exporter's option `encoding` says, for instance `json_record` or `otlp_proto`. Without it,
    it is the record's body: bytes as they are, a text as UTF-8, anything else as JSON; a record without a body, or with an
    empty text, is refused then (STS_ERR_BODY_TYPE): as a message it would be a tombstone, which deletes its key in a
    compacted topic.

    What cannot be exported raises, as the SDK allows: its processors log that, and go on.

    At exit, a LoggerProvider that was made before stskafka was imported is shut down after exporters are closed, and its last
    batch is lost: import it earlier, or shut the provider down yourself."""

    def __init__(self, exporter: Target, *, key: KeyOf = None, close_timeout: Optional[float] = None,
                 export_timeout: float = 10.0) -> None:
        self._key = key_in(key)
        self._sender = Sender(exporter, Signal.LOGS, "log records", _logger, close_timeout, export_timeout)

    @property
    def exporter(self) -> Exporter:
        """The exporter in use; its counts tell what became of the records."""
        return self._sender.exporter

    def export(self, batch: Sequence[ReadableLogRecord]) -> LogRecordExportResult:
        """Exports a batch; RejectedError where some of its records were refused, and all others accepted. Where the batch
        is no request as a whole, each record goes by itself, so that only what is wrong is left out."""
        if self._sender.is_shut_down(len(batch)):
            return LogRecordExportResult.FAILURE
        self._sender.send_batch(batch, self._request_of)
        return LogRecordExportResult.SUCCESS

    def _request_of(self, batch: Sequence[ReadableLogRecord]) -> bytes:
        return request_of(batch, self._key, bodies_as_bytes=self._sender.sends_bodies)

    def force_flush(self, timeout_millis: int = 30000) -> bool:
        """Waits until all records have their outcome; False where there was not time enough. The SDK's processors do not
        call it: their force_flush ends when all is exported."""
        return self._sender.flush(number_in(timeout_millis, "timeout_millis") / 1000)

    def shutdown(self) -> None:
        """Waits for outcomes, and closes the exporter if it was made here. What goes wrong, and that records were given up,
        is logged as a warning: raised, it would keep the provider from shutting down other processors."""
        self._sender.shutdown()


class KafkaSpanExporter(SpanExporter):
    """Exports the SDK's spans, each as a message of its own: an OTLP request with that span alone, as the exporter's option
    `traces.encoding` has it (otlp_proto by default).

    The key is made by the option `traces.key`, or `key`: `{"traces.key": "trace_id"}` keeps a trace together. `key` here is
    the key of all spans, or a function of the SDK's ReadableSpan that gives it (None: none); it becomes the span's attribute
    stskafka.key, which those options read unless they say otherwise. The rest is as in KafkaLogExporter."""

    def __init__(self, exporter: Target, *, key: SpanKeyOf = None, close_timeout: Optional[float] = None,
                 export_timeout: float = 10.0) -> None:
        self._key = key_in(key)
        self._sender = Sender(exporter, Signal.TRACES, "spans", _logger, close_timeout, export_timeout)

    @property
    def exporter(self) -> Exporter:
        """The exporter in use; its counts tell what became of the spans."""
        return self._sender.exporter

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Exports a batch, as KafkaLogExporter.export."""
        if self._sender.is_shut_down(len(spans)):
            return SpanExportResult.FAILURE
        self._sender.send_batch(spans, lambda batch: spans_request(batch, self._key))
        return SpanExportResult.SUCCESS

    def force_flush(self, timeout_millis: int = 30000) -> bool:
        """Waits until all spans have their outcome; False where there was not time enough."""
        return self._sender.flush(number_in(timeout_millis, "timeout_millis") / 1000)

    def shutdown(self) -> None:
        """As KafkaLogExporter.shutdown."""
        self._sender.shutdown()


class KafkaMetricExporter(MetricExporter):
    """Exports the SDK's metrics, each with all its data points as a message of its own: an OTLP request with that metric alone,
    as the exporter's option `metrics.encoding` has it (otlp_proto by default).

    The key is made by the option `metrics.key`, or `key`: `{"metrics.key": "name"}` keeps a metric's points in order.
    `preferred_temporality` and `preferred_aggregation` are the SDK's. The rest is as in KafkaLogExporter."""

    def __init__(self, exporter: Target, *, close_timeout: Optional[float] = None, export_timeout: float = 10.0,
                 preferred_temporality: Any = None, preferred_aggregation: Any = None) -> None:
        super().__init__(preferred_temporality, preferred_aggregation)
        self._sender = Sender(exporter, Signal.METRICS, "metrics", _logger, close_timeout, export_timeout)

    @property
    def exporter(self) -> Exporter:
        """The exporter in use; its counts tell what became of the metrics."""
        return self._sender.exporter

    def export(self, metrics_data: MetricsData, timeout_millis: float = 10_000, **kwargs: Any) -> MetricExportResult:
        """Exports what a reader has collected; RejectedError where some of it was refused, and all else accepted."""
        if self._sender.is_shut_down():
            return MetricExportResult.FAILURE
        self._sender.send(metrics_request(metrics_data), number_in(timeout_millis, "timeout_millis") / 1000)
        return MetricExportResult.SUCCESS

    def force_flush(self, timeout_millis: float = 10_000) -> bool:
        """Waits until all metrics have their outcome; False where there was not time enough."""
        return self._sender.flush(number_in(timeout_millis, "timeout_millis") / 1000)

    def shutdown(self, timeout_millis: float = 30_000, **kwargs: Any) -> None:
        """As KafkaLogExporter.shutdown; how long it takes is `close_timeout`'s to say."""
        self._sender.shutdown()
