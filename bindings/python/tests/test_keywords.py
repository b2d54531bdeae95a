"""Options and callbacks by keyword, the names that an editor knows, and Ctrl-C while a flush waits."""
import os
import pickle
import re
import signal
import subprocess
import sys
import threading
import traceback
from pathlib import Path

import pytest

import stskafka
from stskafka._error import error_of

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
    taken = {"options", "values", "close_timeout", "on_outcome", "on_log", "on_password", "on_oauth_token", "on_dead_letter"}
    assert not taken & {info.name for info in stskafka.option_table()}


def test_the_names_that_editors_know_are_the_tables():
    """Write them anew with option_values.py."""
    written = (Path(stskafka.__file__).parent / "_option_values.py").read_text()
    assert written == option_values.text()
    assert list(stskafka.OptionValues.__annotations__) == [info.name for info in stskafka.option_table()]


def test_mypy_knows_the_options(tmp_path):
    source = tmp_path / "use.py"
    source.write_text('import stskafka; from stskafka.aio import AsyncExporter\n'
                      'good: stskafka.OptionValues = {"required_acks": "all", "sending_queue.queue_size": 1, "linger": "5ms"}\n'
                      'stskafka.Exporter(good)\n'
                      'stskafka.Exporter({"kafka.client.rack": "a"}, topic="b", on_outcome=lambda outcome: print(outcome.kind))\n'
                      'bad: stskafka.OptionValues = {"required_acks": "most"}\n'
                      'worse: stskafka.OptionValues = {"required_ack": "all"}\n'
                      'stskafka.Exporter(required_acks="all", linger="5ms", transport=stskafka.MemoryTransport())\n'
                      'stskafka.Exporter(required_acks="most")\n'
                      'stskafka.Options(required_ack="all")\n'
                      'AsyncExporter(required_ack="all")\n'
                      'kind: stskafka.Kind = stskafka.Exporter().take_outcomes()[0].kind\n')
    result = subprocess.run([sys.executable, "-m", "mypy", "--strict", "--cache-dir", tmp_path / "cache", source], capture_output=True,
                            text=True, env={**os.environ, "MYPYPATH": str(Path(stskafka.__file__).parents[1])})
    faults = [line for line in result.stdout.splitlines() if "error:" in line]
    assert [line.split(":")[1] for line in faults] == ["5", "6", "8", "9", "10"], result.stdout


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


@pytest.mark.parametrize("made, text", [
    (lambda: stskafka.Options(brokers="b:1", topic="t"), "<stskafka.Options brokers='b:1' topic='t'>"),
    (lambda: batch(b"a", b"b"), r"<stskafka.LogBatch, 2 records, \d+ bytes>"),
    (lambda: stskafka.TopologyBatch().set_stream(stskafka.Owner.OTEL, "urn:x").add_component("c", "n", "t"),
     "<stskafka.TopologyBatch, 1 elements and marks>"),
    (lambda: stskafka.MemoryTransport(), "<stskafka.MemoryTransport, 0 messages>"),
    (lambda: stskafka.Skew(), "<stskafka.Skew, 0 keys, about 0 different ones>")])
def test_what_objects_say_of_themselves(made, text):
    assert re.fullmatch(text, repr(made()))


def test_names_in_tracebacks():
    """They are where a program finds them."""
    with stskafka.Exporter(transport="memory") as exporter:
        with pytest.raises(stskafka.RejectedError) as caught:
            exporter.send(topic="no topic!")
    assert traceback.format_exception_only(caught.type, caught.value)[0].startswith("stskafka.RejectedError: STS_ERR_REJECTED: ")
    assert {getattr(stskafka, name).__module__ for name in stskafka.__all__} == {"stskafka"}


def test_a_number_of_a_newer_library():
    for numbers in (stskafka.Kind, stskafka.Status, stskafka.Signal):
        unknown = numbers(12345)
        assert (unknown, unknown.name, pickle.loads(pickle.dumps(unknown))) == (12345, "UNKNOWN_12345", 12345)
        with pytest.raises(ValueError):
            numbers("DELIVERED")


@pytest.mark.parametrize("name, kind, base", [
    ("ERR_NO_BROKER", stskafka.NoBrokerError, ConnectionError), ("ERR_TOPIC_MISSING", stskafka.TopicMissingError, stskafka.Error),
    ("ERR_NOT_AUTHORIZED", stskafka.NotAuthorizedError, stskafka.Error), ("ERR_TIMED_OUT", stskafka.TimedOutError, TimeoutError),
    ("ERR_NOT_AUTHENTICATED", stskafka.NotAuthenticatedError, stskafka.Error),
    ("ERR_STORAGE_BUSY", stskafka.StorageError, stskafka.Error), ("ERR_OPTION_VALUE", stskafka.ConfigError, stskafka.Error)])
def test_exceptions_by_cause(name, kind, base):
    fault = error_of(stskafka.Status[name])
    assert type(fault) is kind and isinstance(fault, base) and fault.code is stskafka.Status[name]
    assert pickle.loads(pickle.dumps(fault)).code == fault.code
