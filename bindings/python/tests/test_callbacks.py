# SPDX-License-Identifier: Apache-2.0
import gc
import sys
import threading
import weakref

import pytest

import stskafka
from conftest import make_request
from stskafka import Kind, LogLevel, Signal, Status, _callbacks

ONE = make_request((b"a", b"1"))
KAFKA = {"brokers": "127.0.0.1:1", "topic_check": "off", "read_timeout": "100ms"}


@pytest.fixture
def unraisable(monkeypatch):
    """What callbacks raised."""
    raised = []
    monkeypatch.setattr(sys, "unraisablehook", lambda it: raised.append(it.exc_value))
    return raised


def test_outcomes(in_memory):
    outcomes = []
    exporter, _ = in_memory("deliver,fail", set_up=lambda options: options.set_outcome_callback(outcomes.append))
    with pytest.raises(stskafka.RejectedError):
        exporter.export_logs(make_request((b"a", b"1"), (b"b", b"2"), (None, b"3")), token=7)
    exporter.flush()
    assert {(outcome.index, outcome.kind, outcome.token) for outcome in outcomes} == {
        (0, Kind.DELIVERED, 7), (1, Kind.FAILED, 7), (2, Kind.REJECTED, 7)}


def test_an_outcome_callback_may_export_and_not_wait(in_memory):
    seen = []

    def on_outcome(outcome):
        if outcome.token == 1:
            exporter.export_logs(ONE, token=2)
            for call in (exporter.flush, exporter.close, exporter.take_outcomes):
                with pytest.raises(stskafka.ReentrantError):
                    call()
        seen.append(outcome.token)

    exporter, memory = in_memory(set_up=lambda options: options.set_outcome_callback(on_outcome))
    exporter.export_logs(ONE, token=1)
    while exporter.flush().records < 2:
        pass
    exporter.flush()
    assert seen == [1, 2] and memory.count == 2


def test_what_a_callback_raises(in_memory, unraisable):
    def on_outcome(outcome):
        raise LookupError(outcome.index)

    exporter, _ = in_memory(set_up=lambda options: options.set_outcome_callback(on_outcome))
    exporter.export_logs(make_request((b"a", b"1"), (b"b", b"2")))
    assert exporter.flush().delivered == 2
    assert [(type(fault), fault.args) for fault in unraisable] == [(LookupError, (0,)), (LookupError, (1,))]


def test_callbacks_live_as_long_as_the_exporter():
    class Host:
        def __init__(self):
            self.outcomes = []

        def on_outcome(self, outcome):
            self.outcomes.append(outcome)

    host = Host()
    outcomes, alive = host.outcomes, weakref.ref(host)
    options = stskafka.Options(transport="memory")
    options.set_outcome_callback(host.on_outcome)
    exporter = stskafka.Exporter(options)
    options.set_outcome_callback(None)
    del host, options
    gc.collect()
    exporter.export_logs(ONE)
    exporter.close()
    assert len(outcomes) == 1 and alive() is not None
    del exporter
    gc.collect()
    assert alive() is None


def test_a_callback_that_was_taken_back(in_memory):
    outcomes = []

    def set_up(options):
        options.set_outcome_callback(outcomes.append)
        options.set_outcome_callback(None)

    exporter, _ = in_memory(set_up=set_up)
    exporter.export_logs(ONE)
    exporter.flush()
    assert outcomes == []


def test_dead_letters(in_memory):
    letters = []
    exporter, _ = in_memory(record_headers__team="blue",
                            set_up=lambda options: options.set_dead_letter_callback(letters.append))
    with pytest.raises(stskafka.RejectedError):
        exporter.export_logs(make_request((b"a", b"1"), (None, b"2"), (b"c", "text")), token=3)
    exporter.flush()
    assert [(letter.index, letter.name, letter.token, letter.kind, letter.signal) for letter in letters] == [
        (1, "STS_ERR_KEY_MISSING", 3, Kind.REJECTED, Signal.LOGS), (2, "STS_ERR_BODY_TYPE", 3, Kind.REJECTED, Signal.LOGS)]
    (again,) = stskafka.explain(letters[1].value, {})
    assert again.code == Status.ERR_BODY_TYPE


def test_log_lines():
    lines = []
    options = stskafka.Options({**KAFKA, "topic_check": "warn"})
    options.set_log_callback(lambda level, text: lines.append((level, text)))
    with stskafka.Exporter(options, close_timeout=0):
        pass
    assert any(level == stskafka.LogLevel.WARNING and text for level, text in lines)


def asked(callback):
    """The fault of an exporter that asks `callback` for its password."""
    options = stskafka.Options({**KAFKA, "auth.sasl.mechanism": "PLAIN", "auth.sasl.username": "alice"})
    options.set_password_callback(callback)
    with stskafka.Exporter(options, close_timeout=0):
        pass


def test_passwords():
    names = []

    def password(option):
        names.append(option)
        return "secret"

    asked(password)
    assert names == ["auth.sasl.password"]


def test_no_password():
    with pytest.raises(stskafka.Error) as caught:
        asked(lambda option: None)
    assert caught.value.code == Status.ERR_NOT_AUTHENTICATED


def test_a_password_callback_that_raises(unraisable):
    def password(option):
        raise OSError("do not show this")

    with pytest.raises(stskafka.Error) as caught:
        asked(password)
    assert caught.value.code == Status.ERR_NOT_AUTHENTICATED
    assert "OSError" in caught.value.text and "do not show" not in caught.value.text
    assert [type(fault) for fault in unraisable] == [OSError]


def token_options(callback):
    options = stskafka.Options({**KAFKA, "auth.sasl.mechanism": "OAUTHBEARER", "topic_check": "fail"})
    options.set_oauth_token_callback(callback)
    return options


def test_tokens():
    called = threading.Event()

    def token():
        called.set()
        return stskafka.OAuthToken("abc", "alice", 2**42)

    with pytest.raises(stskafka.Error) as caught:
        stskafka.Exporter(token_options(token))
    assert caught.value.code == Status.ERR_NO_BROKER and called.is_set()


@pytest.mark.parametrize("token", [stskafka.OAuthToken("", "alice", 2**42), stskafka.OAuthToken("abc", "alice", 0)])
def test_tokens_that_are_none(token):
    with pytest.raises(stskafka.Error) as caught:
        stskafka.Exporter(token_options(lambda: token))
    assert caught.value.code == Status.ERR_NOT_AUTHENTICATED and "no valid token" in caught.value.text


@pytest.mark.parametrize("fault", [KeyboardInterrupt, SystemExit])
def test_ctrl_c_in_a_callback_gets_to_the_caller(in_memory, unraisable, fault):
    """Where the callback is called from inside of the caller's own call."""
    seen = []

    def on_outcome(outcome):
        seen.append(outcome.index)
        if outcome.index == 0:
            raise fault

    exporter, _ = in_memory(service_thread=False, set_up=lambda options: options.set_outcome_callback(on_outcome))
    exporter.export_logs(make_request((b"a", b"1"), (b"b", b"2")))
    with pytest.raises(fault):
        exporter.flush()
    assert exporter.flush().delivered == 2 and seen == [0, 1] and unraisable == []
    exporter.export_logs(ONE)
    with pytest.raises(fault):
        exporter.close()
    assert exporter.closed and exporter.close().delivered == 3


def test_ctrl_c_in_a_dead_letter_callback_of_an_outcome_callback(in_memory, unraisable):
    def on_outcome(outcome):
        if outcome.kind == Kind.DELIVERED:
            exporter.export_logs(make_request((None, b"no key")))

    def on_dead_letter(letter):
        raise KeyboardInterrupt

    def set_up(options):
        options.set_outcome_callback(on_outcome)
        options.set_dead_letter_callback(on_dead_letter)

    exporter, _ = in_memory(service_thread=False, set_up=set_up)
    exporter.export_logs(ONE)
    with pytest.raises(KeyboardInterrupt):
        exporter.flush()
    assert unraisable == []


def test_what_ends_a_callback_in_the_librarys_own_thread(in_memory, unraisable):
    def on_outcome(outcome):
        raise SystemExit

    exporter, _ = in_memory(set_up=lambda options: options.set_outcome_callback(on_outcome))
    exporter.export_logs(ONE)
    assert exporter.flush().delivered == 1
    assert [type(fault) for fault in unraisable] == [SystemExit]


def test_ctrl_c_while_a_password_is_asked_for(unraisable):
    def password(option):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        asked(password)
    assert unraisable == []


@pytest.mark.parametrize("expires_ms", [2**64 + 2**42, 1.5e12])
def test_a_token_with_a_number_that_is_none(unraisable, expires_ms):
    with pytest.raises(stskafka.Error) as caught:
        stskafka.Exporter(token_options(lambda: stskafka.OAuthToken("abc", "alice", expires_ms)))
    assert caught.value.code == Status.ERR_NOT_AUTHENTICATED
    assert [type(fault) for fault in unraisable] == [ValueError if isinstance(expires_ms, int) else TypeError]


@pytest.mark.parametrize("kind", ["outcome", "log", "password", "oauth_token", "dead_letter"])
def test_what_is_no_callback(kind):
    with pytest.raises(TypeError, match="a callback is"):
        getattr(stskafka.Options(), f"set_{kind}_callback")(5)


def test_a_log_level_of_a_newer_library():
    lines = []
    target = _callbacks.Target(lambda level, text: lines.append((level, text)))
    for level in (0, 2, 9):
        _callbacks.log(level, b"text", target.number)
    assert lines == [(LogLevel.ERROR, "text"), (LogLevel.WARNING, "text"), (LogLevel.DEBUG, "text")]


def test_reconfigure_that_fails_lets_its_callbacks_go():
    class Host:
        def on_line(self, level, text):
            pass

    host = Host()
    alive = weakref.ref(host)
    options = stskafka.Options({**KAFKA, "required_acks": "leader"})
    options.set_log_callback(host.on_line)
    with stskafka.Exporter(KAFKA, close_timeout=0) as exporter:
        with pytest.raises(stskafka.ConfigError, match="required_acks"):
            exporter.reconfigure(options)
        del host, options
        gc.collect()
        assert alive() is None
