# SPDX-License-Identifier: Apache-2.0
"""Python's logging on Kafka, each record under the key that you choose.

    handler = stskafka.handler.KafkaHandler({"brokers": "localhost:9092", "topic": "logs"},
                                            key=lambda record: record.name)
    logging.getLogger().addHandler(handler)"""
import logging
import sys
import threading
from typing import Any, Callable, Mapping, Optional, Union

from ._attributes import attributes_of, name_of, text_of
from ._codes import Status
from ._error import ConfigError
from ._exporter import Exporter, names_key, options_of
from ._log_batch import LogBatch
from ._sink import BeingMade, Key, Sink, Target, key_in
from ._values import mapping_in

#: What every LogRecord has; the rest is what the program gave as `extra`.
_STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}

#: OpenTelemetry's severity numbers (logs data model, "Field: SeverityNumber").
_SEVERITIES = ((logging.CRITICAL, 21), (logging.ERROR, 17), (logging.WARNING, 13), (logging.INFO, 9), (logging.DEBUG, 5))

#: How many records may be logged one inside the export of the other, as OpenTelemetry's SDK for Python has it.
_DEEPEST = 3


def _severity(level: int) -> int:
    return next((severity for least, severity in _SEVERITIES if level >= least), 1)


def _nanoseconds(created: Any) -> int:
    """0, which is no time, for what is none."""
    try:
        time_ns = int(created * 1e9)
    except (TypeError, ValueError, OverflowError):
        return 0
    return time_ns if 0 <= time_ns < 2**64 else 0


def _is_being_set_up() -> bool:
    """Whether this thread holds logging's lock, for which there is no question in public."""
    is_owned = getattr(getattr(logging, "_lock", None), "_is_owned", None)
    return bool(is_owned and is_owned())


def _require_spec(exporter: Target) -> None:
    """A record without a key is refused by default, and that would be each one."""
    if not (exporter._names_key if isinstance(exporter, Exporter) else names_key(options_of(exporter))):
        raise ConfigError(Status.ERR_CONFIG, "key: no record would have one. Give KafkaHandler key=, a text, bytes or a "
                          "function of the LogRecord; or set the exporter's option `key`, for instance to "
                          "'attributes[\"user\"]', or to 'none' for records without a key")


class KafkaHandler(logging.Handler):
    """Sends log records: the formatted text is the message's value, or the body of what the exporter's option `encoding` makes
    one, for instance `json_record`.

    `exporter` is an Exporter of yours, or what one is made from (Options or a mapping): then the handler closes it, and
    makes another one at the first record in a child process after fork(), and at the first record after it was closed (as
    logging.config and basicConfig(force=True) close all handlers, also those that stay attached). Where that fails,
    records go to handleError, and it is tried again after a pause of 1 second, then 2, up to 60.

    `key` is the key of all records, or a function of the LogRecord that gives it (None: none). It is the attribute
    stskafka.key, of which the exporter's option `key` makes the message's key unless it says otherwise. Without `key`, that
    option alone decides, and must be set, or missing_key: ConfigError says so. It sees, as an OpenTelemetry record's
    attributes, what the program gave as `extra`, and code.file.path, code.function.name, code.line.number, exception.type
    and exception.message; the logger's name as the scope's; `resource` as the resource's attributes. What cannot be an
    attribute is one as its text.

    `close_timeout` is for how many seconds flush and close wait for outcomes; None: 5, or what your Exporter has.

    A full queue holds logging up for the option produce_timeout; set it, or sending_queue.block_on_overflow, to your taste.
    A record that cannot be accepted goes to handleError, as logging has it; that prints what is wrong, and while no record
    can be accepted, since your Exporter is closed or none can be made, prints that once. Without `encoding`, a record whose text
    is empty is refused (STS_ERR_BODY_TYPE): as a message it would be a tombstone, which deletes its key in a compacted topic.

    The exporter's callbacks may log. What they log while the exporter is made is left out; and of records that are logged
    each because of the one before, the fourth goes to handleError and ends it."""

    def __init__(self, exporter: Target, *, key: Union[Key, Callable[[logging.LogRecord], Optional[Key]], None] = None,
                 resource: Optional[Mapping[str, Any]] = None, level: int = logging.NOTSET,
                 close_timeout: Optional[float] = None) -> None:
        if key is None:
            _require_spec(exporter)
        self._key, self._resource = key_in(key), attributes_of(mapping_in(resource or {}, "resource"))
        self._thread = threading.local()  # its `depth`: how many records it is exporting, one inside the other
        self._sink = Sink(exporter, close_timeout)
        try:
            super().__init__(level)  # last: it puts the handler into logging's list of those to be closed
        except BaseException:
            self._sink.close()
            raise

    @property
    def exporter(self) -> Exporter:
        """The exporter in use; its counts tell what became of the records."""
        return self._sink.exporter

    # No lock of logging's is held while a record is sent: exporters need none, and a callback of the exporter that logs would
    # wait for it while this thread waits for the exporter.

    def createLock(self) -> None:
        self.lock: Any = None

    def handle(self, record: logging.LogRecord) -> Any:
        passed: Any = self.filter(record)
        if passed:
            self.emit(passed if isinstance(passed, logging.LogRecord) else record)
        return passed

    def emit(self, record: logging.LogRecord) -> None:
        """Exports one record."""
        depth = getattr(self._thread, "depth", 0)
        if depth > _DEEPEST:
            return  # handleError logs
        self._thread.depth = depth + 1
        try:
            if depth == _DEEPEST:
                raise RuntimeError("records are logged without end, each while the one before is exported")
            batch = self._batch(record)
            self._sink.export(lambda exporter: exporter.export_logs(batch))
        except BeingMade:
            pass
        except RecursionError:
            raise  # as all handlers of logging: there may be no room left for handleError
        except Exception:
            self.handleError(record)
        finally:
            self._thread.depth = depth

    def _batch(self, record: logging.LogRecord) -> LogBatch:
        text, time_ns = self.format(record), _nanoseconds(record.created)
        encoded = text.encode(errors="backslashreplace")
        body = encoded or "" if self._sink.sends_bodies else encoded.decode()
        return LogBatch().add_resource(self._resource).add_scope(name_of(record.name)).add_record(
            body, attributes=attributes_of(self._extra(record)), time_ns=time_ns,
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

    def handleError(self, record: logging.LogRecord) -> None:
        """Prints what is wrong with the record, where logging.raiseExceptions is set; a fault that stands once."""
        if self._sink.is_news(sys.exc_info()[1]):
            super().handleError(record)

    # While logging's own lock is held, as when another logging set-up closes all handlers, a callback that logs may wait for
    # that lock; and who waits for outcomes waits for the callback.

    def flush(self) -> None:
        """Waits, up to `close_timeout`, until all records have their outcome. It does not tell whether they have (exporter.flush
        does): logging calls this at exit, and would not close a handler that raises here. It does not wait where logging is
        being set up."""
        if not _is_being_set_up():
            self._sink.flush()

    def close(self) -> None:
        """Takes the handler out of logging, and closes the exporter if it is the handler's own; TimedOutError where records
        were given up. After a flush in vain there is no second wait. Where logging is being set up (dictConfig,
        basicConfig), another thread closes it, and the end of the interpreter waits for that.

        A record that comes later opens it again."""
        super().close()
        if _is_being_set_up():
            self._sink.close_beside()
        else:
            self._sink.close()
