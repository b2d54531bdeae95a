# SPDX-License-Identifier: Apache-2.0
"""Exporters at the end of the interpreter, after fork(), in threads, and as garbage."""
import gc
import multiprocessing
import signal
import subprocess
import sys
import threading
import weakref

import pytest

import stskafka
from conftest import make_request

ONE = make_request((b"a", b"1"))
PROGRAM = f"""\
import atexit, os, sys, threading
import stskafka
ONE = {ONE!r}
KAFKA = {{"brokers": "127.0.0.1:1", "topic_check": "off"}}
"""


def run(program, *arguments):
    """What another interpreter writes, which must end well and in time."""
    done = subprocess.run([sys.executable, "-X", "dev", *arguments, "-c", PROGRAM + program], timeout=60,
                          capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_exit_with_records_queued():
    assert run("""
options = stskafka.Options(KAFKA)
options.set_outcome_callback(lambda outcome: print(outcome.kind.__index__(), outcome.index))
exporter = stskafka.Exporter(options, close_timeout=0.2)
exporter.export_logs(ONE)
""") in ("3 0\n", "4 0\n")


def test_exit_delivers_what_it_can():
    assert run("""
options = stskafka.Options(transport="memory")
options.set_outcome_callback(lambda outcome: sys.stdout.write(f"{outcome.delivered}\\n"))
exporters = [stskafka.Exporter(options) for _ in range(3)]
for exporter in exporters:
    exporter.export_logs(ONE)
""") == "True\n" * 3


def test_exit_by_an_exception():
    program = PROGRAM + 'exporter = stskafka.Exporter({"transport": "memory"})\nexporter.export_logs(ONE)\n1 / 0\n'
    done = subprocess.run([sys.executable, "-c", program], timeout=60, capture_output=True, text=True)
    assert done.returncode == 1 and done.stderr.splitlines()[-1].startswith("ZeroDivisionError")


def test_exit_while_daemon_threads_export():
    assert run("""
options = stskafka.Options(transport="memory")
options.set_outcome_callback(lambda outcome: None)
exporter = stskafka.Exporter(options)
busy = threading.Barrier(5)
def work():
    busy.wait()
    try:
        while True:
            exporter.export_logs(ONE)
    except stskafka.ClosedError:
        pass
for _ in range(4):
    threading.Thread(target=work, daemon=True).start()
busy.wait()
""") == ""


def test_exit_while_a_daemon_thread_waits_for_outcomes():
    assert run("""
exporter = stskafka.Exporter({"transport": "memory", "outcomes": "all"})
exporter.export_logs(ONE)
first = threading.Event()
def work():
    for outcome in exporter.outcomes():
        first.set()
threading.Thread(target=work, daemon=True).start()
first.wait(30)
""") == ""


def test_no_exporter_is_made_too_late():
    assert run("""
import importlib
def late():
    try:
        stskafka.Exporter({"transport": "memory"})
    except RuntimeError as fault:
        print(fault)
atexit.unregister(stskafka._handle._close_all)
atexit.register(late)
atexit.register(stskafka._handle._close_all)
""") == "no exporter can be made while the interpreter exits\n"


def test_garbage_is_told_and_freed():
    kept = []
    options = stskafka.Options(transport="memory")
    options.set_outcome_callback(kept.append)
    exporter = stskafka.Exporter(options)
    exporter.export_logs(ONE)
    with pytest.warns(ResourceWarning, match="not closed"):
        del exporter
        gc.collect()
    stskafka._handle._wait_for_garbage(30)
    assert len(kept) == 1 and not stskafka._handle._life.leaving


def test_an_exporter_whose_callback_refers_to_it_can_be_garbage():
    class Host:
        def __init__(self):
            memory = stskafka.MemoryTransport()
            options = stskafka.Options()
            options.set_transport(memory)
            options.set_outcome_callback(self.on_outcome)
            self.exporter = stskafka.Exporter(options)

        def on_outcome(self, outcome):
            pass

    host = Host()
    host.exporter.export_logs(ONE)
    alive = weakref.ref(host)
    with pytest.warns(ResourceWarning, match="not closed"):
        del host
        gc.collect()
    assert alive() is None
    stskafka._handle._wait_for_garbage(30)


def test_garbage_in_its_own_callback():
    done = threading.Event()
    holder = []

    def on_outcome(outcome):
        holder.clear()
        gc.collect()
        done.set()

    options = stskafka.Options(transport="memory")
    options.set_outcome_callback(on_outcome)
    holder.append(stskafka.Exporter(options))
    with pytest.warns(ResourceWarning, match="not closed"):
        holder[0].export_logs(ONE)
        assert done.wait(30)
    stskafka._handle._wait_for_garbage(30)


def in_child(pipe, exporter):
    try:
        calls = [lambda: exporter.export_logs(ONE), exporter.flush, exporter.close, exporter.counts, exporter.take_outcomes]
        names = []
        for call in calls:
            try:
                call()
                names.append("no fault")
            except stskafka.Error as fault:
                names.append((type(fault).__name__, fault.fatal))
        with stskafka.Exporter({"transport": "memory"}) as own:
            own.export_logs(ONE)
            names.append(own.flush().delivered)
        pipe.send(names)
    except BaseException as fault:
        pipe.send(repr(fault))


def test_multiprocessing():
    context = multiprocessing.get_context("fork")
    with stskafka.Exporter({"transport": "memory", "outcomes": "all"}) as exporter:
        exporter.export_logs(ONE)
        ours, theirs = context.Pipe()
        child = context.Process(target=in_child, args=(theirs, exporter))
        child.start()
        assert ours.poll(30)
        assert ours.recv() == [("ForkedError", True)] * 5 + [1]
        child.join(30)
        assert child.exitcode == 0
        assert exporter.flush().delivered == 1


def test_fork_and_a_whole_exit_of_the_child():
    assert run("""
options = stskafka.Options(transport="memory")
options.set_outcome_callback(lambda outcome: print("outcome in", "parent" if os.getpid() == parent else "child"))
parent = os.getpid()
exporter = stskafka.Exporter(options)
child = os.fork()
if child == 0:
    own = stskafka.Exporter(options)
    own.export_logs(ONE)
    sys.exit(0)
assert os.waitpid(child, 0)[1] == 0
exporter.export_logs(ONE)
""", "-W", "ignore::DeprecationWarning") == "outcome in child\noutcome in parent\n"


def test_many_threads():
    outcomes = []
    options = stskafka.Options(transport="memory")
    options.set_outcome_callback(lambda outcome: outcomes.append(outcome.token))
    with stskafka.Exporter(options) as exporter:
        def work(number):
            for _ in range(200):
                exporter.export_logs(ONE, token=number)
                exporter.counts()

        threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert exporter.close().delivered == 1600
    assert sorted(outcomes) == sorted(list(range(8)) * 200)


def test_a_signal_ends_the_wait_for_outcomes():
    class Interrupted(Exception):
        pass

    def interrupt(number, frame):
        raise Interrupted

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        with stskafka.Exporter({"transport": "memory", "outcomes": "all"}) as exporter:
            signal.setitimer(signal.ITIMER_REAL, 0.05)
            with pytest.raises(Interrupted):
                exporter.take_outcomes(timeout=3600)
    finally:
        signal.signal(signal.SIGALRM, before)
