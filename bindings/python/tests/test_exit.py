# SPDX-License-Identifier: Apache-2.0
"""Exporters that are open at the end of the interpreter."""
import subprocess
import sys

import pytest

from conftest import PROGRAM, run


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
atexit.unregister(stskafka._life.close_all)
atexit.register(late)
atexit.register(stskafka._life.close_all)
""") == "no exporter can be made while the interpreter exits\n"


def test_exit_waits_for_what_is_garbage_already():
    assert run("""
def main():
    exporter = stskafka.Exporter(memory("hold", callback=lambda outcome: print(outcome.name)), close_timeout=1.5)
    exporter.export_logs(ONE)
main()
""", "-W", "ignore::ResourceWarning") == "STS_ERR_PURGED\n"


def test_exit_by_ctrl_c_while_exporters_are_closed():
    program = PROGRAM + """
def interrupt():
    while not stskafka._life.here().over:
        time.sleep(0.001)
    os.kill(os.getpid(), signal.SIGINT)
exporters = [stskafka.Exporter(memory("hold", callback=lambda outcome: print(outcome.name)), close_timeout=2) for _ in range(3)]
for exporter in exporters:
    exporter.export_logs(ONE)
threading.Thread(target=interrupt, daemon=True).start()
"""
    done = subprocess.run([sys.executable, "-c", program], timeout=60, capture_output=True, text=True)
    assert done.stderr.splitlines()[-1].startswith("KeyboardInterrupt") and done.stdout == "STS_ERR_PURGED\n" * 3


def test_exit_while_a_daemon_thread_closes():
    assert run("""
exporter = stskafka.Exporter(memory("hold", callback=lambda outcome: print(outcome.name)), close_timeout=0.5)
exporter.export_logs(ONE)
def close():
    try:
        exporter.close()
    except stskafka.TimedOutError:
        pass
threading.Thread(target=close, daemon=True).start()
while not exporter._handle._closers:
    time.sleep(0.001)
""") == "STS_ERR_PURGED\n"


def test_the_close_timeout_may_be_set_later():
    assert run("""
exporter = stskafka.Exporter(memory("hold"), close_timeout=3600)
exporter.export_logs(ONE)
exporter.close_timeout = 0.01
""") == ""


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_the_end_of_a_child_of_multiprocessing(start, tmp_path):
    """Such a child ends by os._exit, and atexit does not run."""
    program = tmp_path / "program.py"
    program.write_text(PROGRAM + f"""
import multiprocessing
def work():
    global exporter
    exporter = stskafka.Exporter(memory("hold", callback=lambda outcome: os.write(1, outcome.name.encode())), close_timeout=0.01)
    exporter.export_logs(ONE)
if __name__ == "__main__":
    child = multiprocessing.get_context({start!r}).Process(target=work)
    child.start()
    child.join()
    print(child.exitcode)
""")
    done = subprocess.run([sys.executable, program], timeout=60, capture_output=True, text=True)
    assert done.stdout == "STS_ERR_PURGED0\n", done.stderr


def test_what_outlives_the_modules():
    assert run("""
class Host:
    def __del__(self):
        self.exporter.close()
sys.kept = [stskafka.LogBatch(), stskafka.Skew(), stskafka.Options(), stskafka.Exporter(memory()), Host()]
sys.kept[-1].exporter = stskafka.Exporter({"transport": "memory"})
""") == ""


def test_an_exporter_that_becomes_garbage_at_exit():
    """From Python 3.12 on no thread can be started then to close it."""
    assert run("""
kept = [stskafka.Exporter(memory("hold", callback=lambda outcome: print(outcome.name)), close_timeout=0.1)]
kept[0].export_logs(ONE)
atexit.register(kept.clear)
""", "-W", "ignore::ResourceWarning") == "STS_ERR_PURGED\n"
