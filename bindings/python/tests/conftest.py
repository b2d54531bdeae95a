# SPDX-License-Identifier: Apache-2.0
import subprocess
import sys

import pytest
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

import stskafka


def make_request(*records, resource=()):
    """An OTLP request; a record is a key (None: none) and a body in bytes (a str: a body that is a text)."""
    request = ExportLogsServiceRequest()
    of_resource = request.resource_logs.add()
    for name, value in dict(resource).items():
        of_resource.resource.attributes.add(key=name).value.string_value = value
    logs = of_resource.scope_logs.add().log_records
    for key, body in records:
        record = logs.add()
        if isinstance(body, str):
            record.body.string_value = body
        else:
            record.body.bytes_value = body
        if key is not None:
            record.attributes.add(key="stskafka.key").value.bytes_value = key
    return request.SerializeToString()


ONE = make_request((b"a", b"1"))
PROGRAM = f"""\
import atexit, gc, os, signal, sys, threading, time, warnings
import stskafka
ONE = {ONE!r}
KAFKA = {{"brokers": "127.0.0.1:1", "topic_check": "off"}}
def memory(script="", *, callback=None, **options):
    options = stskafka.Options(**options)
    options.set_transport(stskafka.MemoryTransport(script))
    options.set_outcome_callback(callback)
    return options
"""


def run(program, *arguments):
    """What another interpreter writes, which must end well and in time."""
    done = subprocess.run([sys.executable, "-X", "dev", *arguments, "-c", PROGRAM + program], timeout=60,
                          capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


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


@pytest.fixture
def in_memory():
    """Makes an exporter over a transport in memory, whose messages it gives too; closes it after the test."""
    made = []

    def make(script="", *, set_up=lambda options: None, **options):
        transport = stskafka.MemoryTransport(script)
        settings = stskafka.Options({name.replace("__", "."): value for name, value in options.items()})
        settings.set_transport(transport)
        set_up(settings)
        made.append(stskafka.Exporter(settings, close_timeout=0))
        return made[-1], transport

    yield make
    for exporter in made:
        try:
            exporter.close()
        except stskafka.TimedOutError:
            pass  # the script held records
