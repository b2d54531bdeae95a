# SPDX-License-Identifier: Apache-2.0
"""Exporters after fork(), in threads, and closed by several at once."""
import multiprocessing
import signal
import threading

import pytest

import stskafka
from conftest import ONE, run
from stskafka._library import lib


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


def closed_in_c(exporter):
    while True:
        try:
            exporter.export_logs(b"")
        except stskafka.ClosedError:
            return


def test_two_threads_close(in_memory):
    exporter, _ = in_memory("hold", outcomes="all")
    exporter.export_logs(ONE)
    counts, outcomes = [], []

    def close():
        with pytest.raises(stskafka.TimedOutError) as caught:
            exporter.close(0.5)
        counts.append(caught.value.counts)

    threads = [threading.Thread(target=close), threading.Thread(target=lambda: outcomes.extend(exporter.outcomes()))]
    threads[0].start()
    closed_in_c(exporter)
    threads[1].start()
    counts.append(exporter.close(30))
    for thread in threads:
        thread.join(30)
    assert counts[0] == counts[1] and counts[0].purged == 1 and counts[0].pending == 0
    assert len(outcomes) == 1


def test_a_second_close_waits_no_longer_than_its_time(in_memory):
    exporter, _ = in_memory("hold")
    exporter.export_logs(ONE)
    exporter._handle._closers.append(-1)  # another thread that does not come back
    with pytest.raises(stskafka.TimedOutError):
        exporter.close(0)
    exporter._handle.final = exporter._handle.closed = None
    with pytest.raises(stskafka.TimedOutError, match="another thread"):
        exporter.close(0)
    exporter._handle._closers.remove(-1)
    assert exporter.close().purged == 1 and exporter.closed


def test_a_signal_closes_what_is_being_closed(in_memory, monkeypatch):
    """Its handler runs in the thread that closes, which does not go on meanwhile."""
    closed = []

    def interrupted(*arguments, close=lib.sts_exporter_close):
        code = close(*arguments)
        if not closed:
            closed.append(code)
            closed.append(exporter.close(3600))
        return code

    exporter, _ = in_memory("hold")
    exporter.export_logs(ONE)
    monkeypatch.setattr(lib, "sts_exporter_close", interrupted)
    with pytest.raises(stskafka.TimedOutError) as caught:
        exporter.close(0)
    assert closed == [stskafka.Status.ERR_TIMED_OUT, caught.value.counts]


def test_closing_again_does_nothing_in_a_child_too():
    assert run("""
exporter = stskafka.Exporter(memory())
exporter.export_logs(ONE)
counts = exporter.close()
child = os.fork()
if child == 0:
    os._exit(0 if exporter.close() == counts else 1)
print(os.waitpid(child, 0)[1])
""", "-W", "ignore::DeprecationWarning") == "0\n"


def test_a_fork_while_a_thread_uses_a_batch():
    assert run("""
batch, options = stskafka.LogBatch(), stskafka.Options()
held, go_on = threading.Event(), threading.Event()
def hold():
    with batch._lock, options._lock:
        held.set()
        go_on.wait(30)
threading.Thread(target=hold).start()
held.wait(30)
child = os.fork()
if child == 0:
    signal.alarm(30)
    batch.add_record(b"1")
    options["topic"] = "t"
    os._exit(len(batch))
print(os.waitpid(child, 0)[1] >> 8)
go_on.set()
""", "-W", "ignore::DeprecationWarning") == "1\n"
