# SPDX-License-Identifier: Apache-2.0
"""Handlers that another logging set-up closes, that a fork duplicates, and that cannot be made."""
import ctypes
import gc
import logging
import logging.config
import os
import subprocess
import sys
import threading

import pytest

import stskafka
from conftest import PROGRAM, run
from stskafka._library import lib
from stskafka.handler import KafkaHandler
from stskafka.otel import KafkaLogExporter

HANDLER = """
import ctypes, logging, logging.config, stskafka.handler
transport = stskafka.MemoryTransport()
options = stskafka.Options()
options.set_transport(transport)
def handler(**more):
    return stskafka.handler.KafkaHandler(options, key="k", **{"close_timeout": 30, **more})
logger = logging.getLogger("app")
def values():
    return [message.value.decode() for message in transport.messages]
"""

#: What closes all handlers while it holds logging's lock.
SET_UPS = {"dictConfig": 'logging.config.dictConfig({"version": 1, "disable_existing_loggers": False})',
           "basicConfig": 'logging.basicConfig(force=True, handlers=[logging.NullHandler()])'}


@pytest.mark.parametrize("set_up", SET_UPS)
def test_a_set_up_while_a_callback_logs(set_up):
    """The lock is held before the record is logged, so that the callback waits for it; and every outcome is told all the
    same."""
    assert run(HANDLER + f"""
told = []
def outcome(outcome):
    logging.getLogger(f"new{{len(told)}}").debug("x")
    told.append(outcome.delivered)
options.set_outcome_callback(outcome)
root = logging.getLogger()
root.addHandler(handler())
kept = root.handlers[0]
with logging._lock:
    for number in range(3):
        logging.warning("%d", number)
    {SET_UPS[set_up]}
    print(told)
stskafka._life.wait_for_leaving(60)
print(told, kept.exporter.closed, values())
""") == "[]\n[True, True, True] True ['0', '1', '2']\n"


def test_the_interpreter_waits_for_what_a_set_up_closed():
    assert run(HANDLER + f"""
options.set_outcome_callback(lambda outcome: print(outcome.delivered))
transport = stskafka.MemoryTransport("hold")
options.set_transport(transport)
logging.getLogger().addHandler(handler(close_timeout=0.5))
logging.warning("x")
{SET_UPS["basicConfig"]}
""") == "False\n"


def test_a_closed_handler_opens_again():
    """What is still in the first exporter's queue goes before."""
    assert run(HANDLER + f"""
logger.addHandler(handler())
first = logger.handlers[0].exporter
logger.warning("before")
{SET_UPS["dictConfig"]}
logger.warning("after")
logger.warning("more")
logger.handlers[0].flush()
print(values(), logger.handlers[0].exporter is first, first.counts().delivered)
logger.handlers[0].close()
logger.handlers[0].close()
logger.warning("again")
""" + """
def last():
    print(values())
atexit.unregister(stskafka._life.close_all)
atexit.register(last)
atexit.register(stskafka._life.close_all)
""") == "['before', 'after', 'more'] False 1\n['before', 'after', 'more', 'again']\n"


def test_none_is_lost_where_it_is_closed_again_and_again():
    delivered = []
    options = stskafka.Options(transport="memory")
    options.set_outcome_callback(lambda outcome: delivered.append(outcome.delivered))
    handler = KafkaHandler(options, key="k", close_timeout=30)
    logger = logging.Logger("app")
    logger.addHandler(handler)
    threads = [threading.Thread(target=lambda: [logger.warning("x") for _ in range(200)]) for _ in range(3)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        handler.close()
    handler.close()
    assert delivered == [True] * 600


class Lost(KafkaHandler):
    """Keeps what is lost, too."""

    def __init__(self, *arguments, **more):
        super().__init__(*arguments, **more)
        self.lost = []

    def handleError(self, record):
        self.lost.append(record.getMessage())
        super().handleError(record)


def test_an_exporter_of_the_programs_that_is_closed_is_told_of_once(in_memory, capsys):
    exporter, _ = in_memory()
    handler = Lost(exporter, key="k")
    logger = logging.Logger("app")
    logger.addHandler(handler)
    exporter.close()
    for text in "123":
        logger.warning(text)
    told = capsys.readouterr().err
    assert handler.lost == ["1", "2", "3"]
    assert told.count("STS_ERR_CLOSED") == told.count("Traceback") == 1


def test_a_callback_that_logs_while_its_exporter_is_closed_opens_no_other_one(capsys):
    memory, options = stskafka.MemoryTransport("hold*3"), stskafka.Options()
    logger = logging.Logger("app")
    options.set_transport(memory)
    options.set_outcome_callback(lambda outcome: logger.error("lost: %s", outcome.name))
    handler = Lost(options, key="k", close_timeout=0)
    logger.addHandler(handler)
    exporter = handler.exporter
    for text in "123":
        logger.warning(text)
    with pytest.raises(stskafka.TimedOutError):
        handler.close()
    assert handler.lost == ["lost: STS_ERR_PURGED"] * 3 and handler.exporter is exporter
    assert capsys.readouterr().err.count("Traceback") == 1
    logger.removeHandler(handler)


def test_records_after_the_end_are_told_of_once():
    done = subprocess.run([sys.executable, "-c", PROGRAM + HANDLER + """
def late():
    for text in "123":
        logger.warning(text)
atexit.unregister(stskafka._life.close_all)
atexit.register(late)
atexit.register(stskafka._life.close_all)
logger.addHandler(handler())
logger.warning("in time")
"""], timeout=60, capture_output=True, text=True)
    assert done.returncode == 0 and done.stderr.count("Traceback") == 1, done.stderr
    assert "no exporter can be made while the interpreter exits" in done.stderr


def test_logging_config_makes_one():
    assert run(HANDLER + """
logging.config.dictConfig({
    "version": 1, "loggers": {"app": {"handlers": ["kafka"]}},
    "handlers": {"kafka": {"class": "stskafka.handler.KafkaHandler", "exporter": {"transport": "memory"}, "key": "k"}}})
logger.warning("x")
logger.handlers[0].close()
print(logger.handlers[0].exporter.counts().delivered)
""") == "1\n"


#: A fork that os.register_at_fork does not see.
UNSEEN = """
options = stskafka.Options(transport="memory")  # an exporter's own: nobody in a child can use what a parent's thread uses
def fork():
    child = ctypes.PyDLL(None).fork()
    if child == 0:
        signal.alarm(30)
    return child
def end(child):
    if child:
        assert os.waitpid(child, 0)[1] == 0
    else:
        os._exit(0)
"""


def test_a_fork_that_python_does_not_see():
    assert run(HANDLER + UNSEEN + """
logger.addHandler(handler())
logger.warning("parent")
child = fork()
logger.warning("child" if child == 0 else "parent")
logger.handlers[0].flush()
if child == 0:
    print("child", logger.handlers[0].exporter.counts().delivered, flush=True)
    logger.handlers[0].close()
end(child)
print("parent", logger.handlers[0].exporter.counts().delivered)
""") == "child 1\nparent 2\n"


def test_the_end_of_a_child_that_python_does_not_see():
    assert run(HANDLER + UNSEEN + """
options.set_outcome_callback(lambda outcome: print("child" if child == 0 else "parent", outcome.delivered, flush=True))
logger.addHandler(handler())
child = fork()
if child == 0:
    logger.warning("last words")
    sys.exit()
assert os.waitpid(child, 0)[1] == 0
logger.warning("last words")
""") == "child True\nparent True\n"


def test_an_exporter_of_the_programs_in_a_child_is_told_of_once():
    done = subprocess.run([sys.executable, "-c", PROGRAM + HANDLER + UNSEEN + """
exporter = stskafka.Exporter(options)
logger.addHandler(stskafka.handler.KafkaHandler(exporter, key="k"))
child = fork()
if child == 0:
    for text in "123":
        logger.warning(text)
end(child)
logger.warning("parent")
print(exporter.flush().delivered)
"""], timeout=60, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "1\n"), done.stderr
    assert done.stderr.count("STS_ERR_FORKED") == done.stderr.count("Traceback") == 1


def test_the_sdks_exporter_and_a_fork_that_python_does_not_see():
    assert run(HANDLER + UNSEEN + """
from opentelemetry._logs import LogRecord
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import SimpleLogRecordProcessor
from stskafka.otel import KafkaLogExporter
provider = LoggerProvider(shutdown_on_exit=False)
exporter = KafkaLogExporter(options, key="k")
provider.add_log_record_processor(SimpleLogRecordProcessor(exporter))
child = fork()
provider.get_logger("app").emit(LogRecord(timestamp=1, body="x"))
exporter.force_flush()
if child == 0:
    print(exporter.exporter.counts().delivered, flush=True)
end(child)
print(exporter.exporter.counts().delivered)
""", "-W", "ignore::DeprecationWarning") == "1\n1\n"


def test_a_handler_that_was_closed_before_a_fork_opens_in_the_child():
    assert run(HANDLER + """
logger.addHandler(handler())
logger.handlers[0].close()
child = os.fork()
if child == 0:
    logger.warning("child")
    logger.handlers[0].close()
    print(values(), flush=True)
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
""", "-W", "ignore::DeprecationWarning") == "['child']\n"


# --- constructors that raise

NO_BROKER = {"brokers": "127.0.0.1:1", "read_timeout": "100ms"}
FAILING = {
    "Exporter: an option": lambda memory: stskafka.Exporter({"topics": "t"}),
    "Exporter: a value": lambda memory: stskafka.Exporter({"topic": 0.5}),
    "Exporter: no broker": lambda memory: stskafka.Exporter(NO_BROKER),
    "Exporter: a time": lambda memory: stskafka.Exporter({"transport": "memory"}, close_timeout=-1),
    "Exporter: a transport in use": lambda memory: stskafka.Exporter(memory()),
    "KafkaHandler: an option": lambda memory: KafkaHandler({"topics": "t"}, key="k"),
    "KafkaHandler: no key": lambda memory: KafkaHandler({"transport": "memory"}),
    "KafkaHandler: no broker": lambda memory: KafkaHandler(NO_BROKER, key="k"),
    "KafkaHandler: a time": lambda memory: KafkaHandler({"transport": "memory"}, key="k", close_timeout=-1),
    "KafkaHandler: a level": lambda memory: KafkaHandler({"transport": "memory"}, key="k", level="LOUD"),
    "KafkaHandler: a resource": lambda memory: KafkaHandler({"transport": "memory"}, key="k", resource=7),
    "KafkaHandler: a transport in use": lambda memory: KafkaHandler(memory(), key="k"),
    "KafkaLogExporter: an option": lambda memory: KafkaLogExporter({"topics": "t"}),
    "KafkaLogExporter: no broker": lambda memory: KafkaLogExporter(NO_BROKER),
    "KafkaLogExporter: a time": lambda memory: KafkaLogExporter({"transport": "memory"}, close_timeout=-1),
    "KafkaLogExporter: another time": lambda memory: KafkaLogExporter({"transport": "memory"}, export_timeout="1s"),
    "Options: an option": lambda memory: stskafka.Options(topics="t"),
    "Options: a value": lambda memory: stskafka.Options(topic=None),
    "MemoryTransport: a script": lambda memory: stskafka.MemoryTransport("dance"),
    "MemoryTransport: a number": lambda memory: stskafka.MemoryTransport(partitions=0),
    "Skew: a number": lambda memory: stskafka.Skew(0),
}


def threads():
    return len(os.listdir("/proc/self/task"))


@pytest.mark.parametrize("failing", FAILING)
def test_a_constructor_that_raises_leaves_nothing_behind(failing, in_memory):
    _, transport = in_memory()

    def in_use():
        options = stskafka.Options()
        options.set_transport(transport)
        return options

    gc.collect()  # of the handlers of other tests, which leave logging's list as they go
    before, handlers = threads(), list(logging._handlerList)
    with pytest.raises((ValueError, TypeError, AttributeError, stskafka.Error)) as caught:
        FAILING[failing](in_use)
    assert logging._handlerList == handlers  # while the traceback still holds what was not made
    del caught
    gc.collect()  # a __del__ that raises fails the test
    stskafka._life.wait_for_leaving(30)
    assert threads() == before and not stskafka._life.here().leaving


def test_a_handler_that_could_not_be_made_gives_the_transport_back():
    options = stskafka.Options()
    options.set_transport(stskafka.MemoryTransport())
    with pytest.raises(ValueError, match="LOUD"):
        KafkaHandler(options, key="k", level="LOUD")
    stskafka.Exporter(options).close()


@pytest.mark.parametrize("make, function", [(stskafka.LogBatch, "sts_logs_new"), (stskafka.TopologyBatch, "sts_topology_new"),
                                            (stskafka.Options, "sts_options_new"), (stskafka.Skew, "sts_skew_new")])
def test_a_constructor_without_memory_leaves_nothing_behind(make, function, monkeypatch):
    monkeypatch.setattr(lib, function, lambda *_: None)
    with pytest.raises(MemoryError) as caught:
        make()
    del caught
    gc.collect()


def test_logging_ends_as_ever_after_a_handler_that_could_not_be_made(tmp_path):
    path = tmp_path / "log"
    done = subprocess.run([sys.executable, "-c", f"""
import logging, logging.handlers, stskafka.handler
file = logging.FileHandler({str(path)!r})
behind = logging.handlers.MemoryHandler(1000, target=file)
logging.getLogger().addHandler(behind)
try:
    stskafka.handler.KafkaHandler({NO_BROKER!r}, key="k")
except Exception as fault:
    kept = fault  # and with it all that its frames refer to
logging.warning("kept in the file")
"""], timeout=60, capture_output=True, text=True)
    assert (done.returncode, done.stderr, path.read_text()) == (0, "", "kept in the file\n")
