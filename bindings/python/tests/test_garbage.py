# SPDX-License-Identifier: Apache-2.0
"""Objects that are garbage: each C object is freed once, and nothing uses it after that."""
import copy
import gc
import pickle
import sys
import threading
import warnings
import weakref

import pytest

import stskafka
from conftest import ONE, run
from stskafka._error import ErrorOut
from stskafka._library import lib


def test_garbage_is_told_and_freed():
    kept = []
    options = stskafka.Options(transport="memory")
    options.set_outcome_callback(kept.append)
    exporter = stskafka.Exporter(options)
    exporter.export_logs(ONE)
    with pytest.warns(ResourceWarning, match="not closed"):
        del exporter
        gc.collect()
    stskafka._life.wait_for_leaving(30)
    assert len(kept) == 1 and not stskafka._life.here().leaving


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
    stskafka._life.wait_for_leaving(30)


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
    stskafka._life.wait_for_leaving(30)


def test_the_warning_names_the_exporter_and_does_not_keep_it():
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        stskafka.Exporter({"transport": "memory", "topic": "of-mine"})
        gc.collect()
    stskafka._life.wait_for_leaving(30)
    (warning,) = told
    assert "topic of-mine" in str(warning.message) and warning.source is None


def test_garbage_is_freed_also_where_warnings_are_errors(monkeypatch):
    kept, raised = [], []
    monkeypatch.setattr(sys, "unraisablehook", lambda it: raised.append(it.exc_type))
    options = stskafka.Options()
    options.set_transport(stskafka.MemoryTransport("hold"))
    options.set_outcome_callback(kept.append)
    exporter = stskafka.Exporter(options, close_timeout=0)
    exporter.export_logs(ONE)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        del exporter
        gc.collect()
    stskafka._life.wait_for_leaving(30)
    assert len(kept) == 1 and raised == [ResourceWarning] and not stskafka._life.here().leaving


def test_an_exporter_that_a_signal_took_away(monkeypatch):
    """The signal comes when C has made the exporter, and Python does not have it yet."""
    class Interrupted(Exception):
        pass

    def interrupted(*arguments, new=lib.sts_exporter_new):
        assert new(*arguments) == 0
        raise Interrupted

    monkeypatch.setattr(lib, "sts_exporter_new", interrupted)
    with pytest.warns(ResourceWarning, match="not closed"):
        with pytest.raises(Interrupted):
            stskafka.Exporter({"transport": "memory"})
        gc.collect()
    stskafka._life.wait_for_leaving(30)
    assert not stskafka._life.here().leaving


@pytest.mark.parametrize("make, use", [
    ("stskafka.LogBatch()", "len(it)"), ("stskafka.LogBatch()", "it.add_record(bytes(1000))"),
    ("stskafka.TopologyBatch()", "it.set_times(1, 2)"), ("stskafka.Skew()", "it.add(b'a')"), ("stskafka.Options()", "it['topic']"),
    ("stskafka.MemoryTransport()", "it.count"), ("closed(stskafka.Exporter({'transport': 'memory'}))", "it.counts()")])
def test_a_finalizer_that_uses_what_is_freed(make, use):
    """Of objects that are garbage together, the older one is finalized first."""
    assert run(f"""
class Host:
    def __del__(self):
        it = self.it
        try:
            {use}
        except stskafka.ClosedError as fault:
            print(fault.name)
def closed(exporter):
    exporter.close()
    return exporter
gc.disable()
host = [{make}, Host()]
host[1].it, host[0].host = host
del host
gc.collect()
""") == "STS_ERR_CLOSED\n"


def test_a_finalizer_that_closes():
    assert run("""
class Host:
    def __init__(self, exporter):
        self.exporter, exporter.host = exporter, self
    def __del__(self):
        print(self.exporter.close().accepted)
gc.disable()
warnings.simplefilter("ignore")
for closed in (True, False):
    exporter = stskafka.Exporter(memory())
    exporter.export_logs(ONE)
    if closed:
        exporter.close()
    Host(exporter)
    del exporter
    gc.collect()
""") == "1\n1\n"


def test_a_finalizer_that_goes_on_in_another_thread():
    """The exporter is not freed while that thread is in C."""
    assert run("""
inside, go_on, threads = threading.Event(), threading.Event(), []
def explanation_of(pointer, partitions, explanation_of=stskafka._explain.explanation_of):
    inside.set()
    go_on.wait(30)
    print(explanation_of(pointer, partitions).key)
    raise SystemExit
stskafka._explain.explanation_of = explanation_of
class Host:
    def __del__(self):
        exporter = self.exporter
        threads.append(threading.Thread(target=exporter.explain_logs, args=(ONE,)))
        threads[0].start()
        inside.wait(30)
gc.disable()
warnings.simplefilter("ignore")
host = Host()
host.exporter = stskafka.Exporter(memory("hold"), close_timeout=0)
host.me = host
del host
gc.collect()
stskafka._life.wait_for_leaving(0.2)
print(len(stskafka._life.here().leaving))
go_on.set()
threads[0].join(30)
stskafka._life.wait_for_leaving(30)
print(len(stskafka._life.here().leaving))
""") == "1\nb'a'\n0\n"


@pytest.mark.parametrize("make", [stskafka.Options, stskafka.LogBatch, stskafka.TopologyBatch, stskafka.Skew,
                                  stskafka.MemoryTransport, lambda: stskafka.Exporter({"transport": "none"})])
@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, pickle.dumps])
def test_what_cannot_be_copied(make, copied):
    thing = make()
    with pytest.raises(TypeError, match="cannot be copied"):
        copied(thing)
    if isinstance(thing, stskafka.Exporter):
        thing.close()


def test_an_error_object_that_nobody_looked_at(monkeypatch):
    freed, free = [], lib.sts_error_free
    monkeypatch.setattr(lib, "sts_error_free", lambda pointer: (freed.append(1), free(pointer)))
    error, options = ErrorOut(), lib.sts_options_new()
    assert lib.sts_options_set(options, b"no such option", b"", error.out) != 0
    del error
    gc.collect()
    lib.sts_options_free(options)
    assert freed == [1]
