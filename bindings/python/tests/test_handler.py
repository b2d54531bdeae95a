# SPDX-License-Identifier: Apache-2.0
import json
import logging
import subprocess
import sys
import weakref
from types import SimpleNamespace

import pytest
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

import stskafka
from conftest import mapping_of
from stskafka import _sink
from stskafka.handler import KafkaHandler


def test_the_request_is_what_googles_protobuf_reads(in_memory):
    extra = {"text": "ü", "empty": "", "yes": True, "no": False, "small": -1, "zero": 0, "large": 2**63 - 1,
             "least": -2**63, "beyond": 2**63, "half": 0.5, "bytes": b"\0\xff", "none": None, "list": [1, "a", [None]],
             "map": {"a": {"b": 1}, 2: 3}, "long": "x" * 300, "object": ValueError("x"), "surrogate": "\ud800", "n\0l": "\0"}
    handler = KafkaHandler(in_memory()[0], key=b"k", resource={"host": "h"})
    record = logging.makeLogRecord({"name": "a.b", "levelno": logging.ERROR, "levelname": "ERROR", "msg": "body",
                                    "created": 1_700_000_000.5, "pathname": "p", "funcName": "f", "lineno": 3, **extra})
    request = ExportLogsServiceRequest.FromString(bytes(handler._batch(record)))
    (of_resource,) = request.resource_logs
    (of_scope,) = of_resource.scope_logs
    (record,) = of_scope.log_records
    assert mapping_of(of_resource.resource.attributes) == {"host": "h"} and of_scope.scope.name == "a.b"
    assert (record.time_unix_nano, record.observed_time_unix_nano) == (1_700_000_000_500_000_000,) * 2
    assert (record.severity_number, record.severity_text, record.body.bytes_value) == (17, "ERROR", b"body")
    del extra["n\0l"]
    assert mapping_of(record.attributes) == {
        **extra, "beyond": str(2**63), "object": "x", "surrogate": "\\ud800", "n\\x00l": "\0", "map": {"a": {"b": 1}, "2": 3},
        "code.file.path": "p", "code.function.name": "f", "code.line.number": 3, "stskafka.key": b"k"}


@pytest.mark.parametrize("options", [{"encoding": "json_record"}, {"encoding": "raw", "logs.encoding": "json_record"}])
def test_a_text_stays_one_for_an_encoding(in_memory, logger, options):
    exporter, memory = in_memory(key="none", **{name.replace(".", "__"): value for name, value in options.items()})
    logger.addHandler(KafkaHandler(exporter))
    for text in ("täxt", ""):
        logger.warning(text, extra={"user": "u"})
    exporter.flush()
    records = [json.loads(message.value) for message in memory.messages]
    assert [record["body"] for record in records] == ["täxt", ""]
    assert [record["attributes"]["user"] for record in records] == ["u", "u"]


class Silent(Exception):
    def __str__(self):
        raise RuntimeError("no text")


class Odd(dict):
    def items(self):
        raise RuntimeError("no items")


def test_whatever_extra_is(in_memory, logger, capsys):
    exporter, memory = in_memory()
    handler = KafkaHandler(exporter, key=b"k")
    logger.addHandler(handler)
    loop, ring, deep = [], {}, "x"
    loop.append(loop)
    ring["ring"] = [ring]
    for _ in range(40):
        deep = {"a": deep}
    shared = [1]
    extra = {"silent": Silent(), "in": ["a", Silent()], "odd": Odd(a=1), "loop": loop, "ring": ring, "deep": deep,
             "huge": 10**6000, "view": memoryview(b"ab"), "twice": [shared, shared]}
    logger.warning("sent", extra=extra)
    exporter.flush()
    assert (memory.count, capsys.readouterr().err) == (1, "")
    found = mapping_of(record_of(handler, logger.makeRecord("n", logging.INFO, "p", 1, "m", (), None, extra=extra)).attributes)
    silent = "<Silent: str() raised RuntimeError>"
    assert (found["silent"], found["in"], found["odd"], found["view"]) == (silent, ["a", silent], "{'a': 1}", b"ab")
    assert (found["loop"], found["ring"]) == (["[[...]]"], {"ring": ["{'ring': [{...}]}"]})
    assert found["twice"] == [[1], [1]]
    deepest = found["deep"]
    while isinstance(deepest, dict):
        deepest = deepest["a"]
    assert deepest.startswith("{'a': {'a'")
    assert found["huge"] in ("<int: str() raised ValueError>", "1" + 6000 * "0")  # as Python's limit of digits is


def record_of(handler, record):
    """The OTLP record that a handler makes of a LogRecord."""
    return ExportLogsServiceRequest.FromString(bytes(handler._batch(record))).resource_logs[0].scope_logs[0].log_records[0]


@pytest.mark.parametrize("created", [float("nan"), float("inf"), -1.0, 1e300, None])
def test_a_time_that_is_none(in_memory, created):
    record = logging.makeLogRecord({"msg": "m", "levelno": logging.INFO, "created": created})
    assert record_of(KafkaHandler(in_memory()[0], key="k"), record).time_unix_nano == 0


def test_exceptions_without_a_text(in_memory, logger):
    exporter, memory = in_memory(key='Concat([attributes["exception.type"], attributes["exception.message"]], "/")')
    logger.addHandler(KafkaHandler(exporter))
    try:
        raise Silent()
    except Silent:
        logger.exception("failed")
    exporter.flush()
    assert memory.messages[0].key == b"Silent/<Silent: str() raised RuntimeError>"


@pytest.mark.parametrize("exc_info", [ValueError("x"), (None, None, None), ("x",), True])
def test_exc_info_that_is_none(in_memory, exc_info):
    handler = KafkaHandler(in_memory()[0], key="k")
    handler.format = lambda record: "text"
    record = record_of(handler, logging.makeLogRecord({"levelno": logging.INFO, "exc_info": exc_info}))
    assert "exception.type" not in mapping_of(record.attributes)


@pytest.fixture
def logger():
    logger = logging.Logger("app.part")
    yield logger
    for handler in logger.handlers:
        handler.close()


def test_records_under_their_key(in_memory, logger):
    exporter, memory = in_memory()
    logger.addHandler(KafkaHandler(exporter, key=lambda record: record.name))
    logger.warning("hello %s", "wörld")
    exporter.flush()
    assert [(message.key, message.value.decode()) for message in memory.messages] == [(b"app.part", "hello wörld")]


def test_the_exporters_spec_sees_extra_and_resource(in_memory, logger):
    exporter, memory = in_memory(key='Concat([resource.attributes["tenant"], attributes["user"], instrumentation_scope.name, '
                                     'severity_text, attributes["exception.type"]], "/")')
    logger.addHandler(KafkaHandler(exporter, resource={"tenant": "blue"}))
    try:
        1 / 0
    except ZeroDivisionError:
        logger.exception("failed", extra={"user": "alice"})
    exporter.flush()
    assert memory.messages[0].key == b"blue/alice/app.part/ERROR/ZeroDivisionError"
    assert memory.messages[0].value.startswith(b"failed\nTraceback")


def test_what_cannot_be_accepted_is_told(in_memory, logger, capsys):
    exporter, memory = in_memory()
    logger.addHandler(KafkaHandler(exporter, key=lambda record: None))
    logger.warning("no key")
    logger.addHandler(KafkaHandler(exporter, key="k"))
    logger.removeHandler(logger.handlers[0])
    logger.warning("")
    told = capsys.readouterr().err
    assert "STS_ERR_KEY_MISSING" in told and "STS_ERR_BODY_TYPE" in told
    assert memory.count == 0


def test_levels_and_filters(in_memory, logger):
    exporter, memory = in_memory()
    handler = KafkaHandler(exporter, key=b"k", level=logging.ERROR)
    handler.addFilter(lambda record: "secret" not in record.getMessage())
    logger.addHandler(handler)
    logger.warning("too low")
    logger.error("a secret")
    logger.error("sent")
    exporter.flush()
    assert [message.value for message in memory.messages] == [b"sent"]


def test_a_callback_that_logs_is_not_held_up(in_memory, logger):
    exporter, memory = in_memory(set_up=lambda options: options.set_outcome_callback(
        lambda outcome: outcome.offset == 0 and logger.warning("delivered")))
    logger.addHandler(KafkaHandler(exporter, key="k"))
    logger.warning("first")
    while exporter.flush().delivered < 2:
        pass
    assert memory.count == 2


def test_dead_letters_that_are_logged_end(in_memory, logger, capsys):
    letters = []

    def dead(letter):
        letters.append(letter)
        if len(letters) < 50:
            logger.warning("dead letter")

    exporter, _ = in_memory(set_up=lambda options: options.set_dead_letter_callback(dead))
    logger.addHandler(KafkaHandler(exporter, key=lambda record: None))
    logger.warning("no key")
    assert len(letters) == 3
    assert "logged without end" in capsys.readouterr().err
    logger.warning("no key")
    assert len(letters) == 6


def test_what_is_logged_inside_is_sent_too(in_memory, logger):
    class Chatty:
        def __str__(self):
            logger.warning("inner")
            return "outer"

    exporter, memory = in_memory()
    logger.addHandler(KafkaHandler(exporter, key="k"))
    logger.warning("%s", Chatty())
    exporter.flush()
    assert [message.value for message in memory.messages] == [b"inner", b"outer"]


def test_handle_error_that_logs_ends(in_memory, logger):
    told = []

    class Telling(KafkaHandler):
        def handleError(self, record):
            told.append(record)
            if len(told) < 50:
                logger.error("a record was lost")

    logger.addHandler(Telling(in_memory()[0], key=lambda record: None))
    logger.warning("no key")
    assert len(told) == 4


def test_too_deep_a_recursion_is_the_programs(in_memory, logger):
    def key(record):
        return key(record)

    logger.addHandler(KafkaHandler(in_memory()[0], key=key))
    with pytest.raises(RecursionError):
        logger.warning("x")


def held(**more):
    """A handler with an exporter of its own, whose records get no outcome."""
    options = stskafka.Options()
    options.set_transport(stskafka.MemoryTransport("hold*100"))
    return KafkaHandler(options, key="k", **more)


@pytest.fixture
def patience(monkeypatch):
    """How long each call of an exporter's close may wait."""
    seconds, close = [], stskafka.Exporter.close
    monkeypatch.setattr(stskafka.Exporter, "close", lambda self, timeout=None: seconds.append(timeout) or close(self, timeout))
    return seconds


def test_logging_closes_what_cannot_be_flushed(logger, patience):
    handler = held(close_timeout=0.01)
    logger.addHandler(handler)
    logger.warning("x")
    logging.shutdown([weakref.ref(handler)])
    assert handler.exporter.closed
    assert patience == [0]  # flush has waited


def test_close_waits_for_what_came_after_flush(logger, patience):
    handler = held(close_timeout=0.01)
    logger.addHandler(handler)
    logger.warning("x")
    handler.flush()
    logger.warning("y")
    with pytest.raises(stskafka.TimedOutError):
        handler.close()
    assert patience == [None]


def test_flush_heeds_a_close_timeout_that_was_set_since(logger):
    handler = held(close_timeout=3600)
    handler.exporter.close_timeout = 0.01
    logger.addHandler(handler)
    logger.warning("x")
    handler.flush()
    assert handler.exporter.counts().pending == 1
    with pytest.raises(stskafka.TimedOutError):
        handler.close()


def test_close_timeout(in_memory):
    for more, expected in (({}, 5.0), ({"close_timeout": 0.25}, 0.25)):
        handler = KafkaHandler({"transport": "memory"}, key="k", **more)
        assert handler.exporter.close_timeout == expected
        handler.close()
    with pytest.raises(ValueError):
        KafkaHandler({"transport": "memory"}, key="k", close_timeout=-1)
    with pytest.raises(ValueError):
        KafkaHandler(in_memory()[0], key="k", close_timeout=-1)


def test_an_exporter_that_cannot_be_made_is_tried_again_after_a_pause(monkeypatch):
    now, tries = [100.0], []

    class Failing:
        def __init__(self, *_, **__):
            tries.append(now[0])
            raise stskafka.Error(stskafka.Status.ERR_NO_BROKER)

    handler = KafkaHandler({"transport": "memory"}, key="k")
    first = handler.exporter
    monkeypatch.setattr(_sink, "time", SimpleNamespace(monotonic=lambda: now[0]))
    handler._sink._processes.clear()  # as in a child
    with monkeypatch.context() as patch:
        patch.setattr(_sink, "Exporter", Failing)
        for seconds in range(200):
            now[0] = 100.0 + seconds
            for _ in range(3):
                with pytest.raises(stskafka.Error, match="NO_BROKER"):
                    handler.exporter
    assert [later - sooner for sooner, later in zip(tries, tries[1:])] == [1, 2, 4, 8, 16, 32, 60, 60]
    now[0] += 100
    assert handler.exporter is handler.exporter is not first
    handler.close()
    first.close()


def run(program):
    done = subprocess.run([sys.executable, "-X", "dev", "-W", "ignore::DeprecationWarning", "-c", program], timeout=60,
                          capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.parametrize("first", ["logging", "stskafka"])
def test_exit(first):
    assert run(f"""
import {first}
import logging, sys, stskafka, stskafka.handler
options = stskafka.Options(transport="memory")
options.set_outcome_callback(lambda outcome: sys.stdout.write(f"{{outcome.delivered}}\\n"))
logging.getLogger().addHandler(stskafka.handler.KafkaHandler(options, key="k"))
logging.warning("last words")
""") == "True\n"


def test_fork():
    assert run("""
import logging, os, sys, stskafka, stskafka.handler
handler = stskafka.handler.KafkaHandler({"transport": "memory"}, key="k")
logging.getLogger().addHandler(handler)
logging.warning("parent")
child = os.fork()
logging.warning("both")
handler.flush()
sys.stdout.write(f"{'child' if child == 0 else 'parent'} {handler.exporter.counts().delivered}\\n")
sys.stdout.flush()
if child:
    assert os.waitpid(child, 0)[1] == 0
""") in ("parent 2\nchild 1\n", "child 1\nparent 2\n")


def test_a_callback_that_logs_while_the_childs_exporter_is_made():
    assert run("""
import logging, os, sys, stskafka, stskafka.handler
options = stskafka.Options(transport="memory")
logger = logging.Logger("app")
logger.addHandler(logging.NullHandler())
options.set_log_callback(lambda level, text: logger.warning("%s", text))
handler = stskafka.handler.KafkaHandler(options, key="k")
logger.addHandler(handler)
child = os.fork()
if child == 0:
    logger.warning("child")
    handler.flush()
    sys.stdout.write(f"{handler.exporter.counts().delivered}\\n")
    handler.close()
else:
    assert os.waitpid(child, 0)[1] == 0
""") == "1\n"
