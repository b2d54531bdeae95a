# SPDX-License-Identifier: Apache-2.0
import logging
import subprocess
import sys

import pytest
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

import stskafka
from stskafka._otlp import log_request
from stskafka.handler import KafkaHandler


def python_value(value):
    """What an AnyValue of Google's holds."""
    kind = value.WhichOneof("value")
    if kind is None:
        return None
    held = getattr(value, kind)
    if kind == "array_value":
        return [python_value(each) for each in held.values]
    if kind == "kvlist_value":
        return {each.key: python_value(each.value) for each in held.values}
    return held


def mapping_of(attributes):
    return {each.key: python_value(each.value) for each in attributes}


def test_the_request_is_what_googles_protobuf_reads():
    attributes = {"text": "ü", "empty": "", "yes": True, "no": False, "small": -1, "zero": 0, "large": 2**63 - 1,
                  "least": -2**63, "beyond": 2**63, "half": 0.5, "bytes": b"\0\xff", "none": None, "list": [1, "a", [None]],
                  "map": {"a": {"b": 1}}, "long": "x" * 300, "object": ValueError("x"), "surrogate": "\ud800"}
    request = ExportLogsServiceRequest.FromString(log_request(
        resource={"host": "h"}, scope="a.b", time_ns=1_700_000_000_123_456_789, severity=17, severity_text="ERROR",
        body=b"body", attributes=attributes))
    (of_resource,) = request.resource_logs
    (of_scope,) = of_resource.scope_logs
    (record,) = of_scope.log_records
    assert mapping_of(of_resource.resource.attributes) == {"host": "h"} and of_scope.scope.name == "a.b"
    assert (record.time_unix_nano, record.observed_time_unix_nano) == (1_700_000_000_123_456_789,) * 2
    assert (record.severity_number, record.severity_text, record.body.bytes_value) == (17, "ERROR", b"body")
    assert mapping_of(record.attributes) == {**attributes, "beyond": str(2**63), "object": "x", "surrogate": "\\ud800"}
    assert request.SerializeToString() == ExportLogsServiceRequest.FromString(request.SerializeToString()).SerializeToString()


@pytest.fixture
def logger():
    logger = logging.Logger("app.part")
    yield logger
    for handler in logger.handlers:
        handler.close()


def test_records_under_their_key(in_memory, logger):
    exporter, memory = in_memory()
    logger.addHandler(KafkaHandler(exporter, key=lambda record: record.name))
    logger.warning("hello %s", "wörld")
    exporter.flush()
    assert [(message.key, message.value.decode()) for message in memory.messages] == [(b"app.part", "hello wörld")]


def test_the_exporters_spec_sees_extra_and_resource(in_memory, logger):
    exporter, memory = in_memory(key='Concat([resource.attributes["tenant"], attributes["user"], instrumentation_scope.name, '
                                     'severity_text, attributes["exception.type"]], "/")')
    logger.addHandler(KafkaHandler(exporter, resource={"tenant": "blue"}))
    try:
        1 / 0
    except ZeroDivisionError:
        logger.exception("failed", extra={"user": "alice"})
    exporter.flush()
    assert memory.messages[0].key == b"blue/alice/app.part/ERROR/ZeroDivisionError"
    assert memory.messages[0].value.startswith(b"failed\nTraceback")


def test_what_cannot_be_accepted_is_told(in_memory, logger, capsys):
    exporter, memory = in_memory()
    logger.addHandler(KafkaHandler(exporter))
    logger.warning("no key")
    logger.addHandler(KafkaHandler(exporter, key="k"))
    logger.removeHandler(logger.handlers[0])
    logger.warning("")
    told = capsys.readouterr().err
    assert "STS_ERR_KEY_MISSING" in told and "STS_ERR_BODY_TYPE" in told
    assert memory.count == 0


def test_levels_and_filters(in_memory, logger):
    exporter, memory = in_memory()
    handler = KafkaHandler(exporter, key=b"k", level=logging.ERROR)
    handler.addFilter(lambda record: "secret" not in record.getMessage())
    logger.addHandler(handler)
    logger.warning("too low")
    logger.error("a secret")
    logger.error("sent")
    exporter.flush()
    assert [message.value for message in memory.messages] == [b"sent"]


def test_a_callback_that_logs_is_not_held_up(in_memory, logger):
    exporter, memory = in_memory(set_up=lambda options: options.set_outcome_callback(
        lambda outcome: outcome.offset == 0 and logger.warning("delivered")))
    logger.addHandler(KafkaHandler(exporter, key="k"))
    logger.warning("first")
    while exporter.flush().delivered < 2:
        pass
    assert memory.count == 2


def run(program):
    done = subprocess.run([sys.executable, "-X", "dev", "-W", "ignore::DeprecationWarning", "-c", program], timeout=60,
                          capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.parametrize("first", ["logging", "stskafka"])
def test_exit(first):
    assert run(f"""
import {first}
import logging, sys, stskafka, stskafka.handler
options = stskafka.Options(transport="memory")
options.set_outcome_callback(lambda outcome: sys.stdout.write(f"{{outcome.delivered}}\\n"))
logging.getLogger().addHandler(stskafka.handler.KafkaHandler(options, key="k"))
logging.warning("last words")
""") == "True\n"


def test_fork():
    assert run("""
import logging, os, sys, stskafka, stskafka.handler
handler = stskafka.handler.KafkaHandler({"transport": "memory"}, key="k")
logging.getLogger().addHandler(handler)
logging.warning("parent")
child = os.fork()
logging.warning("both")
handler.flush()
sys.stdout.write(f"{'child' if child == 0 else 'parent'} {handler.exporter.counts().delivered}\\n")
sys.stdout.flush()
if child:
    assert os.waitpid(child, 0)[1] == 0
""") in ("parent 2\nchild 1\n", "child 1\nparent 2\n")
