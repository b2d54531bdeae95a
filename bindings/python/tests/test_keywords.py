"""Options and callbacks by keyword, the names that an editor knows, and Ctrl-C while a flush waits."""
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import stskafka

sys.path.insert(0, str(Path(__file__).parents[1]))
import option_values  # noqa: E402


def batch(*bodies):
    made = stskafka.LogBatch()
    for body in bodies:
        made.add_record(body, key=b"k")
    return made


def test_options_by_keyword():
    options = stskafka.Options({"sending_queue.queue_size": 5000}, brokers="example:9092", linger="5ms")
    assert (options["brokers"], options["linger"], options["sending_queue.queue_size"]) == ("example:9092", "5ms", "5000")
    with stskafka.Exporter({"topic": "a"}, topic="b", transport="memory") as exporter:
        assert '"b"' in exporter.describe() or " b" in exporter.describe()
    with pytest.raises(stskafka.ConfigError, match="topic_check"):
        stskafka.Exporter(topic_chek="off")


def test_options_given_stay_as_they_are():
    options = stskafka.Options(transport="memory", topic="a")
    stskafka.Exporter(options, topic="b").close()
    assert options["topic"] == "a"


def test_callbacks_by_keyword():
    outcomes, lines, letters = [], [], []
    memory = stskafka.MemoryTransport("fail")
    with stskafka.Exporter(transport=memory, on_outcome=outcomes.append, on_log=lambda level, text: lines.append(text),
                           on_dead_letter=letters.append) as exporter:
        exporter.export_logs(batch(b"a"))
        exporter.flush()
    assert [outcome.kind for outcome in outcomes] == [stskafka.Kind.FAILED]
    assert len(letters) == 1


def test_secrets_by_keyword():
    asked = []
    options = stskafka.Options({"auth.sasl.mechanism": "PLAIN", "auth.sasl.username": "me"}, brokers="localhost:1", topic_check="off",
                               on_password=lambda option: asked.append(option) or "secret")
    stskafka.Exporter(options).close(0)
    assert asked == ["auth.sasl.password"]


def test_no_option_is_named_as_a_keyword_of_ours():
    taken = {"options", "values", "close_timeout", "on_outcome", "on_log", "on_password", "on_token", "on_dead_letter"}
    assert not taken & {info.name for info in stskafka.option_table()}


def test_the_names_that_editors_know_are_the_tables():
    """Write them anew with option_values.py."""
    written = (Path(stskafka.__file__).parent / "_option_values.py").read_text()
    assert written == option_values.text()
    assert list(stskafka.OptionValues.__annotations__) == [info.name for info in stskafka.option_table()]


def test_mypy_knows_the_options(tmp_path):
    source = tmp_path / "use.py"
    source.write_text('import stskafka\n'
                      'good: stskafka.OptionValues = {"required_acks": "all", "sending_queue.queue_size": 1, "linger": "5ms"}\n'
                      'stskafka.Exporter(good)\n'
                      'stskafka.Exporter({"kafka.client.rack": "a"}, topic="b", on_outcome=lambda outcome: print(outcome.kind))\n'
                      'bad: stskafka.OptionValues = {"required_acks": "most"}\n'
                      'worse: stskafka.OptionValues = {"required_ack": "all"}\n')
    result = subprocess.run([sys.executable, "-m", "mypy", "--strict", "--cache-dir", tmp_path / "cache", source], capture_output=True,
                            text=True, env={**os.environ, "MYPYPATH": str(Path(stskafka.__file__).parents[1])})
    faults = [line for line in result.stdout.splitlines() if "error:" in line]
    assert [line.split(":")[1] for line in faults] == ["5", "6"], result.stdout


def test_an_interrupt_ends_a_flush():
    """It would wait for an hour else, and the test with it."""
    memory = stskafka.MemoryTransport("hold")
    exporter = stskafka.Exporter(transport=memory, close_timeout=0)
    exporter.export_logs(batch(b"a"))
    timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        exporter.flush(3600)
    timer.join()
    with pytest.raises(stskafka.TimedOutError) as fault:
        exporter.flush(0.5)
    assert fault.value.counts.accepted == 1
    with pytest.raises(stskafka.TimedOutError):
        exporter.close(0)
