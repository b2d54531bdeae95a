# SPDX-License-Identifier: Apache-2.0
import datetime
import json
import threading
from collections.abc import Mapping

import pytest

import stskafka
from conftest import ONE


def test_set_and_get():
    options = stskafka.Options({"brokers": ["a:1", "b:2"]}, topic="t")
    options["retry_on_failure.enabled"] = False
    options["linger"] = datetime.timedelta(milliseconds=30)
    options["sending_queue.queue_size"] = 12
    assert dict(options) == {**{info.name: info.default for info in stskafka.option_table()},
                             "brokers": "a:1,b:2", "topic": "t", "retry_on_failure.enabled": "false", "linger": options["linger"],
                             "sending_queue.queue_size": "12"}
    assert options["linger"] in ("30ms", "30000us")


def test_names_beyond_the_table():
    options = stskafka.Options({"kafka.socket.keepalive.enable": True})
    options["record_headers.team"] = "blue"
    assert list(options)[-2:] == ["kafka.socket.keepalive.enable", "record_headers.team"]
    assert len(options) == len(stskafka.option_table()) + 2
    assert options["kafka.socket.keepalive.enable"] == "true"
    assert "kafka.linger.ms" not in options and options.get("kafka.linger.ms", "-") == "-"
    with pytest.raises(KeyError):
        options["kafka.linger.ms"]


def test_a_value_that_is_refused_keeps_the_old_one():
    options = stskafka.Options(required_acks="leader")
    with pytest.raises(stskafka.ConfigError) as caught:
        options["required_acks"] = "some"
    assert caught.value.code == stskafka.Status.ERR_OPTION_VALUE
    assert options["required_acks"] == "leader"


def test_an_unknown_name_tells_the_nearest():
    with pytest.raises(stskafka.ConfigError, match="required_acks") as caught:
        stskafka.Options(required_ack="all")
    assert (caught.value.name, caught.value.retriable, caught.value.fatal) == ("STS_ERR_OPTION_UNKNOWN", False, False)


def test_a_property_that_breaks_a_promise_is_refused():
    with pytest.raises(stskafka.ConfigError) as caught:
        stskafka.Options({"kafka.enable.idempotence": "false"})
    assert caught.value.code == stskafka.Status.ERR_OPTION_REFUSED


def test_what_is_no_option_text():
    options = stskafka.Options()
    with pytest.raises(ValueError, match="NUL"):
        options["topic"] = "a\0b"
    with pytest.raises(TypeError):
        options["topic"] = b"bytes"
    with pytest.raises(TypeError):
        options[3] = "x"
    with pytest.raises(ValueError, match="surrogate"):
        options["topic"] = "\ud800"


def test_a_secret_is_not_shown():
    options = stskafka.Options({"auth.sasl.password": "hunter2"})
    assert options["auth.sasl.password"] == "[REDACTED]"
    assert "hunter2" not in json.dumps(dict(options)) + repr(options)


def test_the_table():
    table = {info.name: info for info in stskafka.option_table()}
    assert table["required_acks"].bounds == "all|leader|none"
    assert (table["linger"].type, table["linger"].default, table["linger"].is_live) == ("duration", "10ms", True)
    assert not table["key"].is_live


def test_all_faults_of_a_configuration_come_together():
    options = stskafka.Options(topic="")
    for name, value in (("linger", "soon"), ("key", "attributes[")):
        with pytest.raises(stskafka.ConfigError):
            options[name] = value
    with pytest.raises(stskafka.ConfigError) as caught:
        stskafka.Exporter(options)
    assert "linger" in caught.value.text and "key" in caught.value.text


def test_a_mapping():
    options = stskafka.Options(topic="t")
    assert isinstance(options, Mapping)
    assert dict(options.items()) == dict(zip(options.keys(), options.values())) == dict(options)
    assert options != stskafka.Options(topic="t") and options == options and len({options, stskafka.Options()}) == 2


def test_a_copy_has_the_secrets():
    options = stskafka.Options({"brokers": "127.0.0.1:1", "topic_check": "off", "read_timeout": "100ms", "auth.sasl.mechanism": "PLAIN",
                                "auth.sasl.username": "u", "auth.sasl.password": "hunter2"})
    for copy in (options.copy(), stskafka.Options(options), stskafka.Options(options, client_id="c")):
        assert {**copy, "client_id": ""} == {**options, "client_id": ""}
        stskafka.Exporter(copy, close_timeout=0).close()  # without the password this is ERR_NOT_AUTHENTICATED
    updated = stskafka.Options(topic="t")
    updated.update(options)
    assert (updated["topic"], updated["auth.sasl.password"]) == ("t", "[REDACTED]")
    assert stskafka.Options(options, topic="u")["topic"] == "u" and options["topic"] == "sts-otel-topology"


def test_a_copy_has_the_callbacks_and_the_transport():
    outcomes, transport = [], stskafka.MemoryTransport()
    options = stskafka.Options()
    options.set_outcome_callback(outcomes.append)
    options.set_transport(transport)
    copy = options.copy()
    options.set_outcome_callback(None)
    with stskafka.Exporter(copy) as exporter:
        exporter.export_logs(ONE)
    assert len(outcomes) == transport.count == 1


def test_a_copy_has_the_faults():
    options = stskafka.Options(topic="t", linger="20ms")
    for name in ("linger", "no_such_option"):
        with pytest.raises(stskafka.ConfigError):
            options[name] = "soon"
    copy = options.copy()
    assert copy["linger"] == "20ms"
    with pytest.raises(stskafka.ConfigError, match="(?s)linger.*no_such_option"):
        stskafka.Exporter(copy)


def test_a_callback_reads_the_options_while_an_exporter_is_made():
    read = []
    options = stskafka.Options({"brokers": "127.0.0.1:1", "topic_check": "warn", "read_timeout": "100ms"})

    def log(level, text):
        thread = threading.Thread(target=lambda: read.append(options["topic"]))
        thread.start()
        thread.join(30)
        read.append(thread.is_alive())

    options.set_log_callback(log)
    stskafka.Exporter(options, close_timeout=0).close()
    assert read[:2] == ["sts-otel-topology", False]
