# SPDX-License-Identifier: Apache-2.0
"""The exporter: made from options, fed, flushed, asked, closed."""
import ctypes
import json
import time
from types import TracebackType
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Mapping, Optional, Tuple, Type, Union, cast

from . import _declarations as c
from ._callbacks import DeadLetterCallback, LogCallback, OAuthTokenCallback, OutcomeCallback, PasswordCallback
from ._codes import Counts, Format, Signal, Status, new_counters
from ._error import Error, ErrorOut, check, error_of
from ._explain import explained
from ._export_context import ExportContext, Metadata
from ._handle import Handle
from ._library import lib
from ._log_batch import LogBatch
from ._memory import MemoryTransport
from ._option_values import OptionKeywords, OptionValues
from ._options import Options, Value
from ._outcomes import Outcomes
from ._owned import Unique
from ._record import RecordHeaders, record_in
from ._records import Explanation, Outcome
from ._topology import TopologyBatch
from ._values import BytesLike, bytes_in, milliseconds, text_in, text_out, utf8, whole

if TYPE_CHECKING:
    from typing_extensions import Unpack  # the standard library has it from Python 3.11 on; type checkers have it always

#: How long C waits at a time, in seconds: a signal (Ctrl-C) is served between such waits.
_PATIENCE = 0.2

#: What an exporter can be made from.
Configuration = Union[Options, OptionValues, Mapping[str, Value], None]

#: Log records: an OTLP request, which may be a str where it is JSON, or a batch of records.
Logs = Union[BytesLike, str, LogBatch]


def options_of(configuration: Configuration) -> Options:
    return configuration if isinstance(configuration, Options) else Options(configuration)


def _request(request: Union[BytesLike, str], signal: int, format: int, what: str = "request") -> Tuple[int, int, bytes, int]:
    """A request as the C functions take it: signal, format, bytes and their number."""
    if format == Format.OTLP_JSON and isinstance(request, str):
        data = utf8(request, what)
    else:
        data = bytes_in(cast(BytesLike, request), f"{what} (a request, or else a LogBatch)" if what == "logs" else what)
    return whole(signal, -2**31, 2**31, "signal"), whole(format, -2**31, 2**31, "format"), data, len(data)


def _batch(batch: LogBatch, format: int) -> LogBatch:
    _check_no_format(batch, format)
    return batch


def _check_no_format(batch: Union[LogBatch, TopologyBatch], format: int) -> None:
    if format != Format.OTLP_PROTO:
        raise ValueError(f"format is how a request in bytes is written, and this is a {type(batch).__name__}")


def _topology(batch: TopologyBatch) -> TopologyBatch:
    if not isinstance(batch, TopologyBatch):
        raise TypeError(f"batch is a TopologyBatch, not {type(batch).__name__}")
    return batch


def names_key(options: Options) -> bool:
    """Whether they say what keys are made of, or what becomes of records without."""
    return "key" in options._set or "missing_key" in options._set


def sends_bodies(options: Options) -> bool:
    """Whether messages are nothing but bodies, which must be bytes then."""
    own = options["logs.encoding"]
    return (options["encoding"] if own == "auto" else own) in ("auto", "body")


class Exporter(Unique):
    """Writes log records and topology to Kafka. Any thread may call any method at any time; two exporters share nothing.

        with stskafka.Exporter({"brokers": "localhost:9092", "topic": "sts-otel-topology"}) as exporter:
            exporter.export_logs(request_bytes)

    Options are given as a mapping, or by keyword where their names have no full stop; callbacks by keyword too:

        stskafka.Exporter({"sending_queue.queue_size": 5000}, brokers="localhost:9092", on_outcome=print)

    Leaving the `with` closes it: what is under way gets up to `close_timeout` seconds, and TimedOutError tells that it
    was not enough. An exporter that is still open when the interpreter exits, or a child of multiprocessing ends, is closed
    in the same way, in silence.

    All times are in seconds. A signal (Ctrl-C) ends flush, take_outcomes, outcomes and poll soon; other calls that wait
    end when their time is up.

    After os.fork() (so in a child of multiprocessing) the parent's exporter raises ForkedError, and new ones can be made.

    Raises ConfigError with all faults of the configuration, or Error where Kafka does not answer as it should."""

    def __init__(self, options: Configuration = None, *, close_timeout: float = 5.0,
                 on_outcome: Optional[OutcomeCallback] = None, on_log: Optional[LogCallback] = None,
                 on_password: Optional[PasswordCallback] = None, on_oauth_token: Optional[OAuthTokenCallback] = None,
                 on_dead_letter: Optional[DeadLetterCallback] = None, **more: "Unpack[OptionKeywords]") -> None:
        milliseconds(close_timeout, "close_timeout")
        # A copy of its own: another thread may change the options meanwhile, or a callback read them.
        own = options_of(options).copy()
        own._take(on_outcome, on_log, on_password, on_oauth_token, on_dead_letter, more)
        self._names_key, self._sends_bodies = names_key(own), sends_bodies(own)
        self._sent = own._route_outcomes()
        self._handle = Handle(own, close_timeout)
        self._outcome_route = own._held.get("outcome")
        self._outcomes = Outcomes(self._handle)

    @property
    def close_timeout(self) -> float:
        """How long close() waits, and the end of the interpreter, in seconds; may be set at any time."""
        return self._handle.exit_timeout

    @close_timeout.setter
    def close_timeout(self, seconds: float) -> None:
        milliseconds(seconds, "close_timeout")
        self._handle.exit_timeout = seconds

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

    def export_logs(self, logs: Logs, *, format: int = Format.OTLP_PROTO, metadata: Optional[Metadata] = None,
                    token: int = 0, first_record: int = 0) -> Counts:
        """Exports log records, each under its own key: of an OTLP request (ExportLogsServiceRequest or LogsData) as bytes, or
        of a LogBatch, which stays as it is. `format` says how the request is written: protobuf, or, with Format.OTLP_JSON,
        JSON, which may be a str too.

        `metadata` travels beside the request, as a collector's client metadata; `token` comes back with every outcome;
        the records before `first_record` are left out. Returns the counts of this export: records, accepted, bytes.

        Raises RejectedError when some records were rejected and all others accepted; QueueFullError when there was no
        room within `produce_timeout`; RequestError for what is no request, with `offset` (of JSON the text has line, column and path); NotDeliveredError with the
        option sending_queue.wait_for_result. Their `counts` tell how far it came."""
        if not isinstance(logs, LogBatch):
            return self._export(_request(logs, Signal.LOGS, format, "logs"), ExportContext(metadata, token, first_record))
        batch, context = _batch(logs, format), ExportContext(metadata, token, first_record)
        error, counters = ErrorOut(), new_counters()
        code = batch._send(lambda pointer: self._handle.call(
            lib.sts_export_log_batch, pointer, context.pointer, counters, len(counters), error.out))
        counts = Counts._make(counters)
        error.check(code, counts)
        return counts

    def export(self, request: Union[BytesLike, str], *, signal: int, format: int = Format.OTLP_PROTO,
               metadata: Optional[Metadata] = None, token: int = 0, first_record: int = 0) -> Counts:
        """Exports an OTLP request of any signal: log records (Signal.LOGS), spans (Signal.TRACES) or metrics
        (Signal.METRICS), each under its own key. As export_logs, where a record is a span or a metric. A request of profiles
        (Signal.PROFILES) is one record, and goes as it came."""
        return self._export(_request(request, signal, format), ExportContext(metadata, token, first_record))

    def _export(self, request: Tuple[int, int, bytes, int], context: ExportContext) -> Counts:
        error, counters = ErrorOut(), new_counters()
        code = self._handle.call(lib.sts_export, *request, context.pointer, counters, len(counters), error.out)
        counts = Counts._make(counters)
        error.check(code, counts)
        return counts

    def send(self, *, topic: Optional[str] = None, key: Union[str, BytesLike, None] = None,
             value: Union[str, BytesLike, None] = None, headers: RecordHeaders = (), metadata: Optional[Metadata] = None,
             token: int = 0, on_outcome: Optional[OutcomeCallback] = None) -> None:
        """Sends one record of your own, with nothing of OpenTelemetry in between: under this key, which the option `key` has no
        say in, to `topic` (None: the option's). A str is sent as UTF-8, and None is null: a null key goes to any partition,
        a null value is a tombstone. `headers` are a mapping, or pairs where a name comes more than once. It returns when the record
        is in the queue; the order of records that have one key is that of the calls.

        `on_outcome(outcome)` is called once, with this record's Outcome, from the library's own thread, perhaps before `send`
        returns; the rules of callbacks hold (Options.set_outcome_callback). An exporter whose outcomes are collected (the option
        `outcomes`) cannot call it. Where `send` raises because the record was not accepted, it is not called.

        Raises RejectedError when the record cannot be sent as it is, QueueFullError when there was no room within
        `produce_timeout`, NotDeliveredError with the option sending_queue.wait_for_result."""
        record = record_in(topic, key, value, headers)

        def send_as(number: int) -> None:
            context, error = ExportContext(metadata, number, 0), ErrorOut()
            error.check(self._handle.call(lib.sts_export_record, *record, context.pointer, error.out))

        if on_outcome is None:
            send_as(token)
        elif self._sent is None or not self._sent.tells_all:
            raise error_of(Status.ERR_UNSUPPORTED, "on_outcome: this exporter does not tell what becomes of every record, since its "
                           "option `outcomes` was set; leave that out, or make the exporter with on_outcome= and without it")
        else:
            self._sent.expect(on_outcome, whole(token, 0, 2**64, "token"), send_as)

    def export_topology(self, batch: TopologyBatch, *, metadata: Optional[Metadata] = None, token: int = 0,
                        first_record: int = 0) -> Counts:
        """Exports a batch of topology, which stays as it is; as export_logs, where a record is a Kafka message."""
        context = ExportContext(metadata, token, first_record)
        error, counters = ErrorOut(), new_counters()
        code = _topology(batch)._send(lambda pointer: self._handle.call(
            lib.sts_export_topology, pointer, context.pointer, counters, len(counters), error.out))
        counts = Counts._make(counters)
        error.check(code, counts)
        return counts

    def explain_logs(self, logs: Logs, *, format: int = Format.OTLP_PROTO, metadata: Optional[Metadata] = None,
                     first_record: int = 0, partitions: int = 0) -> List[Explanation]:
        """What export_logs would send, record by record, on the same path; nothing is sent or counted. With
        `partitions`, also to which of so many partitions."""
        if isinstance(logs, LogBatch):
            batch = _batch(logs, format)
            return explained(metadata, first_record, partitions, lambda *rest: batch._send(
                lambda pointer: self._handle.call(lib.sts_explain_log_batch, pointer, *rest)))
        return self._explain(_request(logs, Signal.LOGS, format, "logs"), metadata, first_record, partitions)

    def explain(self, request: Union[BytesLike, str], *, signal: int, format: int = Format.OTLP_PROTO,
                metadata: Optional[Metadata] = None, first_record: int = 0, partitions: int = 0) -> List[Explanation]:
        """What export would send, as explain_logs."""
        return self._explain(_request(request, signal, format), metadata, first_record, partitions)

    def _explain(self, request: Tuple[int, int, bytes, int], metadata: Optional[Metadata], first_record: int,
                 partitions: int) -> List[Explanation]:
        return explained(metadata, first_record, partitions, lambda *rest: self._handle.call(lib.sts_explain, *request, *rest))

    def explain_topology(self, batch: TopologyBatch, *, metadata: Optional[Metadata] = None, first_record: int = 0,
                         partitions: int = 0) -> List[Explanation]:
        """What export_topology would send, message by message."""
        _topology(batch)
        return explained(metadata, first_record, partitions, lambda *rest: batch._send(
            lambda pointer: self._handle.call(lib.sts_explain_topology, pointer, *rest)))

    def flush(self, timeout: float = 5.0) -> Counts:
        """Waits until everything that was accepted before has its outcome, whichever, and sends at once what lingers.
        Returns the exporter's counts. Raises TimedOutError, and then the rest stays under way."""
        milliseconds(timeout)
        end = time.monotonic() + timeout
        while True:
            left = max(0.0, end - time.monotonic())
            error, counters = ErrorOut(), new_counters()
            code = self._handle.call(lib.sts_flush, milliseconds(min(left, _PATIENCE)), counters, len(counters), error.out)
            if code != Status.ERR_TIMED_OUT or left <= _PATIENCE:
                break
        counts = Counts._make(counters)
        error.check(code, counts)
        return counts

    def close(self, timeout: Optional[float] = None) -> Counts:
        """Ends the exporter: what is under way gets up to `timeout` seconds (`close_timeout` where it is None), the rest
        becomes PURGED or UNCERTAIN, and TimedOutError tells so. It returns by then, plus at most a second.

        Returns the final counts. Outcomes that wait can still be taken. Closing it again does nothing; where another
        thread is still closing it, it waits for that one."""
        return self._handle.close(self.close_timeout if timeout is None else timeout)

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return self._handle.closed

    def counts(self) -> Counts:
        """The counters since the exporter was made."""
        return self._handle.counts()

    def rejected(self, code: int) -> int:
        """How many records were rejected with this code."""
        return int(self._handle.call(lib.sts_exporter_rejected, whole(code, -2**31, 2**31, "code")))

    def not_delivered(self, code: int) -> int:
        """How many accepted records were not delivered, for this reason."""
        return int(self._handle.call(lib.sts_exporter_not_delivered, whole(code, -2**31, 2**31, "code")))

    def describe(self) -> str:
        """One line on what the exporter does: transport, brokers, topic, key, partitioner, acknowledgements."""
        return self._handle.description

    def fingerprint(self) -> str:
        """The fingerprint of what decides about keys and partitions, for instance "1-java-0b7c1f9e"."""
        return text_out(self._handle.call(lib.sts_exporter_fingerprint))

    def reconfigure(self, options: Configuration) -> None:
        """Changes the way to Kafka (addresses, certificates, credentials, pacing) without losing a record. `options` are
        all that the exporter shall have; only live ones may differ. What does not work changes nothing, and raises."""
        own = options_of(options).copy()
        if self._sent is not None and self._outcome_route is not None:
            own._route_outcomes_as(self._outcome_route, self._sent)
        self._handle.reconfigure(own)

    def poll(self, timeout: float = 0.0) -> None:
        """Serves the transport in this thread, where the option service_thread is false; waits up to `timeout` for
        something to do, of which 0.1 seconds at most."""
        check(self._handle.call(lib.sts_poll, milliseconds(timeout)), "poll needs the option service_thread to be false")

    def fileno(self) -> int:
        """A descriptor that is readable when poll has something to do, for select and its like; -1 where there is none.
        It is the exporter's: neither read it nor close it."""
        return int(self._handle.call(lib.sts_exporter_fd))

    def take_outcomes(self, timeout: float = 0.0, limit: int = 1000) -> List[Outcome]:
        """Takes up to `limit` outcomes, in the order in which they became known; waits up to `timeout` for the first.
        Needs the option `outcomes` to be "all", "failures" or "tokens", and no outcome callback. Outcomes that nobody takes keep
        their place in the queue."""
        return self._outcomes.take(timeout, limit)

    def outcomes(self, timeout: Optional[float] = None) -> Iterator[Outcome]:
        """Iterates over outcomes as they come. It ends when the exporter is closed and all are taken, or when none came
        for `timeout` seconds. Whoever leaves it gets the next ones from the next call."""
        return self._outcomes.iterate(timeout)

    def statistics(self) -> Dict[str, Any]:
        """All numbers of the exporter: counts, reasons, latencies, queue, threads, transport (statistics.h)."""
        text, error = ctypes.c_char_p(), ErrorOut()
        error.check(self._handle.call(lib.sts_exporter_statistics_json, ctypes.byref(text), error.out))
        try:
            numbers: Dict[str, Any] = json.loads(text.value or b"{}")
            return numbers
        finally:
            lib.sts_text_free(text)

    def prometheus(self, name: Optional[str] = None) -> str:
        """The same numbers in Prometheus's text format 0.0.4; `name` becomes a label `exporter` on every sample."""
        text, error = ctypes.c_char_p(), ErrorOut()
        label = None if name is None else text_in(name, "name")
        error.check(self._handle.call(lib.sts_exporter_statistics_prometheus, label, ctypes.byref(text), error.out))
        try:
            return text_out(text.value)
        finally:
            lib.sts_text_free(text)


def explain(records: Union[Logs, TopologyBatch], options: Configuration = None, *, signal: int = Signal.LOGS,
            format: int = Format.OTLP_PROTO, metadata: Optional[Metadata] = None, first_record: int = 0,
            partitions: int = 0) -> List[Explanation]:
    """What an exporter with these options would send for a request (`signal`, `format`: as of Exporter.export), a LogBatch or
    a TopologyBatch. Needs no broker, and makes no exporter that would send: callbacks and a transport of the options' own are
    left out."""
    settings = Options()
    settings.update(options_of(options))  # that is without callbacks and transport
    settings["transport"] = "none"
    with Exporter(settings) as exporter:
        if signal != Signal.LOGS:
            request = cast(BytesLike, records)  # what else it may be is refused there
            return exporter.explain(request, signal=signal, format=format, metadata=metadata, first_record=first_record,
                                    partitions=partitions)
        if isinstance(records, TopologyBatch):
            _check_no_format(records, format)
            return exporter.explain_topology(records, metadata=metadata, first_record=first_record, partitions=partitions)
        return exporter.explain_logs(records, format=format, metadata=metadata, first_record=first_record, partitions=partitions)
