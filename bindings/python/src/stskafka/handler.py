# SPDX-License-Identifier: Apache-2.0
"""Python's logging on Kafka, each record under the key that you choose.

    handler = stskafka.handler.KafkaHandler({"brokers": "localhost:9092", "topic": "logs"},
                                            key=lambda record: record.name)
    logging.getLogger().addHandler(handler)"""
import logging
import os
import threading
from typing import Any, Callable, Mapping, Optional, Union

from ._attributes import attributes_of, name_of, text_of
from ._error import ClosedError, ForkedError
from ._exporter import Exporter, options_of
from ._log_batch import LogBatch
from ._options import Options, Value

Key = Union[str, bytes]

#: What every LogRecord has; the rest is what the program gave as `extra`.
_STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}

#: OpenTelemetry's severity numbers (logs data model, "Field: SeverityNumber").
_SEVERITIES = ((logging.CRITICAL, 21), (logging.ERROR, 17), (logging.WARNING, 13), (logging.INFO, 9), (logging.DEBUG, 5))


def _severity(level: int) -> int:
    return next((severity for least, severity in _SEVERITIES if level >= least), 1)


def _nanoseconds(created: Any) -> int:
    """0, which is no time, for what is none."""
    try:
        time_ns = int(created * 1e9)
    except (TypeError, ValueError, OverflowError):
        return 0
    return time_ns if 0 <= time_ns < 2**64 else 0


class KafkaHandler(logging.Handler):
    """Sends log records: the formatted text is the message's value.

    `exporter` is an Exporter of yours, or what one is made from (Options or a mapping): then the handler closes it, and
    makes another one in a child process after fork().

    `key` is the key of all records, or a function of the LogRecord that gives it (None: none). Without it the exporter's
    option `key` decides. It sees, as an OpenTelemetry record's attributes, what the program gave as `extra`, and
    code.file.path, code.function.name, code.line.number, exception.type and exception.message; the logger's name as the
    scope's; `resource` as the resource's attributes. What cannot be an attribute is one as its text.

    A full queue holds logging up for the option produce_timeout; set it, or sending_queue.block_on_overflow, to your taste.
    A record that cannot be accepted goes to handleError, as logging has it. A record whose text is empty is refused
    (STS_ERR_BODY_TYPE): as a message it would be a tombstone, which deletes its key in a compacted topic."""

    def __init__(self, exporter: Union[Exporter, Options, Mapping[str, Value]], *,
                 key: Union[Key, Callable[[logging.LogRecord], Optional[Key]], None] = None,
                 resource: Optional[Mapping[str, Any]] = None, level: int = logging.NOTSET) -> None:
        super().__init__(level)
        self._key, self._resource = key, attributes_of(resource or {})
        self._options = None if isinstance(exporter, Exporter) else options_of(exporter)
        self._exporter = exporter if isinstance(exporter, Exporter) else Exporter(self._options)
        self._made_by = os.getpid()

    @property
    def exporter(self) -> Exporter:
        """The exporter in use; its counts tell what became of the records."""
        if self._options is not None and self._made_by != os.getpid():
            with _making:
                if self._made_by != os.getpid():
                    self._exporter = Exporter(self._options, close_timeout=self._exporter.close_timeout)
                    self._made_by = os.getpid()
        return self._exporter

    # No lock of logging's is held while a record is sent: exporters need none, and a callback of the exporter that logs would
    # wait for it while this thread waits for the exporter.

    def createLock(self) -> None:
        self.lock = None

    def handle(self, record: logging.LogRecord) -> Any:
        passed: Any = self.filter(record)
        if passed:
            self.emit(passed if isinstance(passed, logging.LogRecord) else record)
        return passed

    def emit(self, record: logging.LogRecord) -> None:
        """Exports one record."""
        try:
            self.exporter.export_logs(self._batch(record))
        except Exception:
            self.handleError(record)

    def _batch(self, record: logging.LogRecord) -> LogBatch:
        text, time_ns = self.format(record), _nanoseconds(record.created)
        return LogBatch().add_resource(self._resource).add_scope(name_of(record.name)).add_record(
            text.encode(errors="backslashreplace") or "", attributes=attributes_of(self._extra(record)), time_ns=time_ns,
            observed_time_ns=time_ns, severity_number=_severity(record.levelno),
            severity_text=name_of(record.levelname))

    def _extra(self, record: logging.LogRecord) -> Mapping[str, Any]:
        attributes = {name: value for name, value in record.__dict__.items() if name not in _STANDARD}
        attributes["code.file.path"] = record.pathname
        attributes["code.function.name"] = record.funcName
        attributes["code.line.number"] = record.lineno
        exc_info: Any = record.exc_info
        if isinstance(exc_info, tuple) and len(exc_info) > 1 and isinstance(exc_info[0], type):
            attributes["exception.type"] = exc_info[0].__name__
            attributes["exception.message"] = text_of(exc_info[1])
        key = self._key(record) if callable(self._key) else self._key
        if key is not None:
            attributes["stskafka.key"] = key
        return attributes

    def flush(self) -> None:
        """Waits, up to the exporter's close_timeout, until all records have their outcome; raises TimedOutError."""
        try:
            self._exporter.flush(self._exporter.close_timeout)
        except (ClosedError, ForkedError):
            pass  # at exit the exporter may be closed before logging is; in a child nothing was logged yet

    def close(self) -> None:
        """Takes the handler out of logging, and closes the exporter if it is the handler's own."""
        super().close()
        if self._options is not None and self._made_by == os.getpid():
            self._exporter.close()


_making = threading.Lock()


def _renew_lock() -> None:
    global _making
    _making = threading.Lock()


os.register_at_fork(after_in_child=_renew_lock)
