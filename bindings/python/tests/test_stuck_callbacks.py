# SPDX-License-Identifier: Apache-2.0
"""No close outlasts its deadline, whatever a callback does. Each callback here comes back when the test says so, which is after
the close, or never: a close that waited for it would not end."""
import gc
import logging
import threading
import weakref

import pytest

import stskafka
from conftest import ONE, run
from stskafka._handle import _left_behind
from stskafka.handler import KafkaHandler
from stskafka.otel import KafkaLogExporter
from test_otel import batch_of


class Stuck:
    """A callback for outcomes."""

    def __init__(self):
        self.calls, self.entered, self.go_on, self.done = 0, threading.Event(), threading.Event(), threading.Event()
        self.memory = stskafka.MemoryTransport()
        self.options = stskafka.Options(key="none", topic="t")
        self.options.set_transport(self.memory)
        self.options.set_outcome_callback(self)

    def __call__(self, outcome):
        self.calls += 1
        self.entered.set()
        self.go_on.wait(60)
        self.done.set()


@pytest.fixture
def stuck():
    made = Stuck()
    yield made
    made.go_on.set()
    assert made.done.wait(60) and made.calls == 1  # no other callback begins after the close


def assert_left_behind(fault):
    assert fault.code == stskafka.Status.ERR_CALLBACK and "callback" in fault.text
    assert (fault.counts.records, fault.counts.pending) == (2, 0)


def export_two(exporter, stuck):
    exporter.export_logs(ONE)
    exporter.export_logs(ONE)
    assert stuck.entered.wait(60)


def test_close(stuck):
    exporter = stskafka.Exporter(stuck.options)
    export_two(exporter, stuck)
    with pytest.raises(stskafka.TimedOutError):
        exporter.flush(0)
    with pytest.raises(stskafka.TimedOutError) as caught:
        exporter.close(0)
    assert_left_behind(caught.value)
    assert exporter.closed and exporter.close() == exporter.counts() == caught.value.counts
    with pytest.raises(ValueError, match="not closed"):
        stskafka.Exporter(stuck.options)  # the thread in the callback still has the transport


def test_with(stuck):
    with pytest.raises(stskafka.TimedOutError) as caught:
        with stskafka.Exporter(stuck.options, close_timeout=0) as exporter:
            export_two(exporter, stuck)
    assert_left_behind(caught.value)


def test_what_the_callbacks_thread_uses_is_kept(stuck):
    exporter = stskafka.Exporter(stuck.options, close_timeout=0)
    export_two(exporter, stuck)
    try:
        exporter.close()
    except stskafka.TimedOutError:
        pass
    handle = weakref.ref(exporter._handle)
    del exporter
    gc.collect()
    assert handle() is None and stuck.memory in _left_behind[-1]


def test_the_handler(stuck):
    logger = logging.Logger("app")
    handler = KafkaHandler(stuck.options, key="k", close_timeout=0)
    logger.addHandler(handler)
    logger.warning("1")
    logger.warning("2")
    assert stuck.entered.wait(60)
    handler.flush()
    with pytest.raises(stskafka.TimedOutError) as caught:
        handler.close()
    assert_left_behind(caught.value)


def test_the_sdks_exporter(stuck, caplog):
    exporter = KafkaLogExporter(stuck.options, key="k", close_timeout=0)
    exporter.export(batch_of("1", "2"))
    assert stuck.entered.wait(60)
    assert exporter.force_flush(0) is False
    exporter.shutdown()
    assert "STS_ERR_CALLBACK" in caplog.text and exporter.exporter.counts().pending == 0


STUCK = """
entered = threading.Event()
def stuck(outcome):
    entered.set()
    threading.Event().wait()
def main():
    exporter = stskafka.Exporter(memory(callback=stuck), close_timeout=0.01)
    exporter.export_logs(ONE)
    assert entered.wait(30)
    return exporter
"""


def test_exit():
    assert run(STUCK + "kept = [main(), main()]") == ""


def test_exit_after_a_close():
    assert run(STUCK + """
exporter = main()
try:
    exporter.close()
except stskafka.TimedOutError as fault:
    print(fault.name)
""") == "STS_ERR_CALLBACK\n"


def test_garbage():
    assert run(STUCK + """
main()
gc.collect()
stskafka._life.wait_for_leaving(30)
print(len(stskafka._life.here().leaving))
""", "-W", "ignore::ResourceWarning") == "0\n"


def test_a_call_that_does_not_come_back():
    """A dead letter's callback is called from inside of the export."""
    assert run("""
entered = threading.Event()
def stuck(letter):
    entered.set()
    threading.Event().wait()
options = stskafka.Options(transport="memory")
options.set_dead_letter_callback(stuck)
exporter = stskafka.Exporter(options)
batch = stskafka.LogBatch().add_record(b"no key")
threading.Thread(target=exporter.export_logs, args=(batch,), daemon=True).start()
assert entered.wait(30)
try:
    exporter.close(0)
except stskafka.TimedOutError as fault:
    print(fault.name, fault.counts.pending)
""") == "STS_ERR_CALLBACK 0\n"
