# SPDX-License-Identifier: Apache-2.0
"""OpenTelemetry's SDK for Python on Kafka, each log record under the key that you choose. Needs the extra:
`pip install stskafka[otel]`.

    provider = LoggerProvider()
    provider.add_log_record_processor(BatchLogRecordProcessor(
        stskafka.otel.KafkaLogExporter({"brokers": "localhost:9092", "key": 'attributes["user"]'})))"""
import logging
import time
from typing import Optional, Sequence

try:
    from opentelemetry.sdk._logs import ReadableLogRecord
    from opentelemetry.sdk._logs.export import LogRecordExporter, LogRecordExportResult

    from ._otel_request import KeyOf, request_of
except ImportError as fault:
    raise ImportError("stskafka.otel needs opentelemetry-sdk and opentelemetry-exporter-otlp-proto-common, 1.39 or newer and "
                      f"below 2, as the extra `otel` installs them: {fault}", name=fault.name, path=fault.path) from fault

from ._codes import Counts, Status
from ._error import (Error, NotDeliveredError, QueueFullError, ReentrantError, RejectedError, RequestError, TimedOutError,
                     error_of)
from ._exporter import Exporter
from ._sink import Sink, Target, key_in
from ._values import milliseconds, number_in

_logger = logging.getLogger(__name__)

_NOTHING = Counts(*(0 for _ in Counts._fields))
_ONE_REJECTED = _NOTHING._replace(records=1, rejected=1)


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
        milliseconds(export_timeout, "export_timeout")
        self._key, self._export_timeout, self._is_shut_down = key_in(key), export_timeout, False
        self._sink = Sink(exporter, close_timeout)

    @property
    def exporter(self) -> Exporter:
        """The exporter in use; its counts tell what became of the records."""
        return self._sink.exporter

    def export(self, batch: Sequence[ReadableLogRecord]) -> LogRecordExportResult:
        """Exports a batch; RejectedError where some of its records were refused, and all others accepted. Where the batch
        is no request as a whole, each record goes by itself, so that only what is wrong is left out."""
        if self._is_shut_down:
            _logger.warning("the exporter is shut down: %d log records are not exported", len(batch))
            return LogRecordExportResult.FAILURE
        end = time.monotonic() + self._export_timeout
        try:
            self._send(self._request_of(batch), end)
        except RequestError:
            if len(batch) < 2:
                raise
            self._send_one_by_one(batch, end)
        return LogRecordExportResult.SUCCESS

    def _request_of(self, batch: Sequence[ReadableLogRecord]) -> bytes:
        return request_of(batch, self._key, bodies_as_bytes=self._sink.sends_bodies)

    def _send(self, request: bytes, end: float) -> Counts:
        """Exports a request, in parts where the queue is full; the counts are of all parts."""
        counts = _NOTHING
        while True:
            try:
                first = counts.accepted + counts.rejected
                done = self._sink.export(lambda exporter: exporter.export_logs(request, first_record=first))
                break
            except QueueFullError as fault:
                counts = _sum(counts, fault.counts)
                if not self._await_room(end):
                    text = (f"no room in the queue: {counts.accepted} log records were accepted, {counts.rejected} rejected, "
                            "the rest was not taken")
                    raise QueueFullError(fault.code, text, retriable=fault.retriable, counts=counts) from fault
            except (RejectedError, NotDeliveredError) as fault:
                fault.counts = _sum(counts, fault.counts)
                raise
        counts = _sum(counts, done)
        if counts.rejected:  # in an earlier part
            raise RejectedError(Status.ERR_REJECTED, counts=counts)
        return counts

    def _await_room(self, end: float) -> bool:
        """Waits a little while the exporter sends; False where there is no more time, or nothing to be waited for."""
        left = end - time.monotonic()
        if left <= 0:
            return False
        try:
            self.exporter.flush(min(left, 0.1))
        except TimedOutError:
            pass
        except ReentrantError:
            return False  # in a callback: what makes room is what waits for it
        return True

    def _send_one_by_one(self, batch: Sequence[ReadableLogRecord], end: float) -> None:
        counts, faults = _NOTHING, []
        for record in batch:
            try:
                counts = _sum(counts, self._send(self._request_of([record]), end))
            except (RequestError, RejectedError, NotDeliveredError, QueueFullError) as fault:
                counts = _sum(counts, _ONE_REJECTED if isinstance(fault, RequestError) else fault.counts)
                if isinstance(fault, QueueFullError):
                    fault.counts = counts
                    raise
                faults.append(fault)
        if faults:
            text = f"{len(faults)} of {len(batch)} log records could not be exported; the first: {faults[0]}"
            raise error_of(Status.ERR_REJECTED if counts.rejected else Status.ERR_NOT_DELIVERED, text, counts) from faults[0]

    def force_flush(self, timeout_millis: int = 30000) -> bool:
        """Waits until all records have their outcome; False where there was not time enough. The SDK's processors do not
        call it: their force_flush ends when all is exported."""
        return self._sink.flush(number_in(timeout_millis, "timeout_millis") / 1000)

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


def _sum(some: Counts, more: Optional[Counts]) -> Counts:
    return Counts._make(map(sum, zip(some, more or _NOTHING)))
