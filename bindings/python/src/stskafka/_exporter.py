# SPDX-License-Identifier: Apache-2.0
"""The exporter: made from options, fed, flushed, asked, closed."""
import ctypes
import json
import time
from types import TracebackType
from typing import Any, Callable, Dict, Iterator, List, Mapping, Optional, Type, Union

from . import _declarations as c
from ._codes import Counts, Status, new_counters
from ._error import Error, ErrorOut, check, error_of, no_memory
from ._handle import Handle, require_life
from ._library import lib
from ._log_batch import LogBatch
from ._options import Options, Value, option_table
from ._records import Explanation, Outcome, explanation_of, outcome_of
from ._request import Metadata, Request
from ._topology import TopologyBatch
from ._values import BytesLike, bytes_in, milliseconds, text_in, text_out

#: What an exporter can be made from.
Configuration = Union[Options, Mapping[str, Value], None]

#: Log records: an OTLP request in protobuf, or a batch of records.
Logs = Union[BytesLike, LogBatch]


def options_of(configuration: Configuration) -> Options:
    return configuration if isinstance(configuration, Options) else Options(configuration)


class Exporter:
    """Writes log records and topology to Kafka. Any thread may call any method at any time; two exporters share nothing.

        with stskafka.Exporter({"brokers": "localhost:9092", "topic": "sts-otel-topology"}) as exporter:
            exporter.export_logs(request_bytes)

    Leaving the `with` closes it: what is under way gets up to `close_timeout` seconds, and TimedOutError tells that it
    was not enough. An exporter that is still open when the interpreter exits is closed in the same way, in silence.

    All times are in seconds. A call that waits cannot be interrupted by a signal before its time is up; take_outcomes,
    outcomes and poll can.

    After os.fork() (so in a child of multiprocessing) the parent's exporter raises ForkedError, and new ones can be made.

    Raises ConfigError with all faults of the configuration, or Error where Kafka does not answer as it should."""

    def __init__(self, options: Configuration = None, *, close_timeout: float = 5.0) -> None:
        require_life()
        milliseconds(close_timeout)
        self.close_timeout = close_timeout
        pointer, error = ctypes.POINTER(c.Exporter)(), ErrorOut()
        code, held = options_of(options)._make(
            lambda made: lib.sts_exporter_new(ctypes.byref(pointer), made, error.out))
        error.check(code)
        self._handle = Handle(pointer, held, close_timeout)

    def __enter__(self) -> "Exporter":
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], fault: Optional[BaseException],
                 traceback: Optional[TracebackType]) -> None:
        try:
            self.close()
        except Error:
            if fault is None:  # else it is the one to be seen
                raise

    def __repr__(self) -> str:
        return f"<stskafka.Exporter {self.describe()}{', closed' if self.closed else ''}>"

    @property
    def _pointer(self) -> Any:
        return self._handle.pointer

    def export_logs(self, logs: Logs, *, metadata: Optional[Metadata] = None, token: int = 0,
                    first_record: int = 0) -> Counts:
        """Exports log records, each under its own key: of an OTLP request (ExportLogsServiceRequest or LogsData, protobuf)
        as bytes, or of a LogBatch, which stays as it is.

        `metadata` travels beside the request, as a collector's client metadata; `token` comes back with every outcome;
        the records before `first_record` are left out. Returns the counts of this export: records, accepted, bytes.

        Raises RejectedError when some records were rejected and all others accepted; QueueFullError when there was no
        room within `produce_timeout`; RequestError for what is no request, with `offset`; NotDeliveredError with the
        option sending_queue.wait_for_result. Their `counts` tell how far it came."""
        request = Request(metadata, token, first_record)
        error, counters = ErrorOut(), new_counters()
        rest = request.pointer, counters, len(counters), error.out
        if isinstance(logs, LogBatch):
            code = logs._send(lambda pointer: lib.sts_export_log_batch(self._pointer, pointer, *rest))
        else:
            data = bytes_in(logs, "a request")
            code = lib.sts_export_logs(self._pointer, data, len(data), *rest)
        counts = Counts._make(counters)
        error.check(code, counts)
        return counts

    def export_topology(self, batch: TopologyBatch, *, metadata: Optional[Metadata] = None, token: int = 0,
                        first_record: int = 0) -> Counts:
        """Exports a batch of topology, which stays as it is; as export_logs, where a record is a Kafka message."""
        request = Request(metadata, token, first_record)
        error, counters = ErrorOut(), new_counters()
        code = batch._send(lambda pointer: lib.sts_export_topology(self._pointer, pointer, request.pointer, counters,
                                                                  len(counters), error.out))
        counts = Counts._make(counters)
        error.check(code, counts)
        return counts

    def explain_logs(self, logs: Logs, *, metadata: Optional[Metadata] = None, first_record: int = 0,
                     partitions: int = 0) -> List[Explanation]:
        """What export_logs would send, record by record, on the same path; nothing is sent or counted. With
        `partitions`, also to which of so many partitions."""
        request = Request(metadata, 0, first_record)
        if isinstance(logs, LogBatch):
            batch = logs
            return _explained(partitions, lambda callback, out: batch._send(lambda pointer: lib.sts_explain_log_batch(
                self._pointer, pointer, request.pointer, callback, None, out)))
        data = bytes_in(logs, "a request")
        return _explained(partitions, lambda callback, out: lib.sts_explain_logs(
            self._pointer, data, len(data), request.pointer, callback, None, out))

    def explain_topology(self, batch: TopologyBatch, *, metadata: Optional[Metadata] = None, first_record: int = 0,
                         partitions: int = 0) -> List[Explanation]:
        """What export_topology would send, message by message."""
        request = Request(metadata, 0, first_record)
        return _explained(partitions, lambda callback, out: batch._send(lambda pointer: lib.sts_explain_topology(
            self._pointer, pointer, request.pointer, callback, None, out)))

    def flush(self, timeout: float = 5.0) -> Counts:
        """Waits until everything that was accepted before has its outcome, whichever, and sends at once what lingers.
        Returns the exporter's counts. Raises TimedOutError, and then the rest stays under way."""
        error, counters = ErrorOut(), new_counters()
        code = lib.sts_flush(self._pointer, milliseconds(timeout), counters, len(counters), error.out)
        counts = Counts._make(counters)
        error.check(code, counts)
        return counts

    def close(self, timeout: Optional[float] = None) -> Counts:
        """Ends the exporter: what is under way gets up to `timeout` seconds (`close_timeout` where it is None), the rest
        becomes PURGED or UNCERTAIN, and TimedOutError tells so. It returns by then, plus at most a second.

        Returns the final counts. Outcomes that wait can still be taken. Closing it again does nothing."""
        if self.closed:
            return self.counts()
        try:
            return self._handle.close(self.close_timeout if timeout is None else timeout)
        except Error as fault:
            if fault.code == Status.ERR_CLOSED:
                return self.counts()
            raise

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return self._handle.closed

    def counts(self) -> Counts:
        """The counters since the exporter was made."""
        counters = new_counters()
        check(lib.sts_exporter_counts(self._pointer, counters, len(counters)))
        return Counts._make(counters)

    def rejected(self, code: int) -> int:
        """How many records were rejected with this code."""
        return int(lib.sts_exporter_rejected(self._pointer, code))

    def failed(self, code: int) -> int:
        """How many accepted records were not delivered, for this reason."""
        return int(lib.sts_exporter_failed(self._pointer, code))

    def describe(self) -> str:
        """One line on what the exporter does: transport, brokers, topic, key, partitioner, acknowledgements."""
        return text_out(lib.sts_exporter_describe(self._pointer))

    def fingerprint(self) -> str:
        """The fingerprint of what decides about keys and partitions, for instance "1-java-0b7c1f9e"."""
        return text_out(lib.sts_exporter_fingerprint(self._pointer))

    def reconfigure(self, options: Configuration) -> None:
        """Changes the way to Kafka (addresses, certificates, credentials, pacing) without losing a record. `options` are
        all that the exporter shall have; only live ones may differ. What does not work changes nothing, and raises."""
        error = ErrorOut()
        code, held = options_of(options)._make(
            lambda made: lib.sts_exporter_reconfigure(self._pointer, made, error.out))
        error.check(code)
        self._handle.hold(held)

    def poll(self, timeout: float = 0.0) -> None:
        """Serves the transport in this thread, where the option service_thread is false; waits up to `timeout` for
        something to do, of which 0.1 seconds at most."""
        check(lib.sts_poll(self._pointer, milliseconds(timeout)))

    def fileno(self) -> int:
        """A descriptor that is readable when poll has something to do, for select and its like; -1 where there is none.
        It is the exporter's: neither read it nor close it."""
        return int(lib.sts_exporter_fd(self._pointer))

    def take_outcomes(self, timeout: float = 0.0, limit: int = 1000) -> List[Outcome]:
        """Takes up to `limit` outcomes, in the order in which they became known; waits up to `timeout` for the first.
        Needs the option `outcomes` to be "all" or "failures", and no outcome callback. Outcomes that nobody takes keep
        their place in the queue."""
        outcomes = lib.sts_outcomes_new(limit)
        if not outcomes:
            raise ValueError("limit is 1 or more") if limit < 1 else no_memory()
        end = time.monotonic() + timeout
        try:
            while True:
                left = max(0.0, end - time.monotonic())
                # In short waits, so that a signal (Ctrl-C) is served between them.
                check(lib.sts_exporter_take_outcomes(self._pointer, outcomes, milliseconds(min(left, 0.2))))
                count = lib.sts_outcomes_count(outcomes)
                if count or left <= 0.2 or self.closed:
                    return [outcome_of(lib.sts_outcomes_at(outcomes, index)) for index in range(count)]
        finally:
            lib.sts_outcomes_free(outcomes)

    def outcomes(self, timeout: Optional[float] = None) -> Iterator[Outcome]:
        """Iterates over outcomes as they come. It ends when the exporter is closed and all are taken, or when none came
        for `timeout` seconds."""
        while True:
            closed = self.closed
            taken = self.take_outcomes(1.0 if timeout is None else timeout)
            yield from taken
            if not taken and (closed or timeout is not None):
                return

    def statistics(self) -> Dict[str, Any]:
        """All numbers of the exporter: counts, reasons, latencies, queue, threads, transport (statistics.h)."""
        text, error = ctypes.c_char_p(), ErrorOut()
        error.check(lib.sts_exporter_statistics_json(self._pointer, ctypes.byref(text), error.out))
        try:
            numbers: Dict[str, Any] = json.loads(text.value or b"{}")
            return numbers
        finally:
            lib.sts_text_free(text)

    def prometheus(self, name: Optional[str] = None) -> str:
        """The same numbers in Prometheus's text format 0.0.4; `name` becomes a label `exporter` on every sample."""
        text, error = ctypes.c_char_p(), ErrorOut()
        label = None if name is None else text_in(name, "a name")
        error.check(lib.sts_exporter_statistics_prometheus(self._pointer, label, ctypes.byref(text), error.out))
        try:
            return text_out(text.value)
        finally:
            lib.sts_text_free(text)


def _explained(partitions: int, explain_in_c: Callable[[Any, Any], int]) -> List[Explanation]:
    if not 0 <= partitions < 2**31:
        raise error_of(Status.ERR_INVALID_ARGUMENT, "the number of partitions is from 0 to 2147483647")
    found: List[Explanation] = []
    error = ErrorOut()
    callback = c.ExplanationCallback(lambda pointer, _: found.append(explanation_of(pointer, partitions)))
    error.check(explain_in_c(callback, error.out))
    return found


def explain(logs: Logs, options: Configuration = None, *, metadata: Optional[Metadata] = None,
            partitions: int = 0) -> List[Explanation]:
    """What an exporter with these options would send for the records of a request or a LogBatch. Needs no broker, and
    makes no exporter that would send: callbacks and a transport of the options' own are left out."""
    # Secrets cannot be read back from Options, and nothing needs them here.
    secrets = {info.name for info in option_table() if info.type == "secret"}
    settings = {name: value for name, value in {**(options or {})}.items() if name not in secrets}
    with Exporter({**settings, "transport": "none"}) as exporter:
        return exporter.explain_logs(logs, metadata=metadata, partitions=partitions)
