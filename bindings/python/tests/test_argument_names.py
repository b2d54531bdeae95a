# SPDX-License-Identifier: Apache-2.0
"""A fault says of which argument it is, by its name."""
import pytest

import stskafka
from stskafka import Format
from stskafka.handler import KafkaHandler
from stskafka.otel import KafkaLogExporter

MEMORY = {"transport": "memory"}


def handler(**more):
    return KafkaHandler(MEMORY, **{"key": "k", **more})


def options(**more):
    return stskafka.Options({name.replace("__", "."): value for name, value in more.items()})


#: What is called with each batch, the exporter, or nothing; and what the text begins with.
OPTIONS = {
    "option linger is a str such as \"250ms\" or a datetime.timedelta (0ms..900000ms), not float": lambda: options(linger=0.01),
    "option topic is a str, not NoneType": lambda: options(topic=None),
    "option topic is a str, not bytes": lambda: options(topic=b"t"),
    "option topic has a surrogate at 1": lambda: options(topic="a\ud800"),
    "option topic cannot hold a NUL": lambda: options(topic="\0"),
    "option topics.max is an int (": lambda: options(topics__max=1.5),
    "option service_thread is a bool": lambda: options(service_thread=None),
    "option required_acks is a str (all|leader|none)": lambda: options(required_acks=1.0),
    "option brokers is a list of str, which has no int": lambda: options(brokers=["a", 1]),
    "option brokers is a list of str, which has no NoneType": lambda: options(brokers=["a", None]),
    "option kafka.socket.keepalive.enable is a str, not float": lambda: options(kafka__socket__keepalive__enable=1.0),
    "option sending_queue is not a mapping: what is below it is an option of its own, sending_queue.queue_size":
        lambda: options(sending_queue={"queue_size": 5}),
    "STS_ERR_OPTION_UNKNOWN: lingr: no such option; did you mean linger?": lambda: options(lingr=0.01),
    "options are a mapping of names to values, not str": lambda: stskafka.Exporter("localhost:9092"),
    "options are a mapping of names to values, not int": lambda: stskafka.Exporter(0),
    "the name of an option is a str, not int": lambda: stskafka.Options({1: "x"}),
    "transport is a MemoryTransport, not str": lambda: options().set_transport("memory"),
}
FUNCTIONS = {
    'STS_ERR_INVALID_ARGUMENT: profile "murmur2" is none of java, sarama, librdkafka':
        lambda: stskafka.partition(b"k", 12, "murmur2"),
    "profile is a str, not NoneType": lambda: stskafka.partition(b"k", 12, None),
    "partitions is an int, not str": lambda: stskafka.partition(b"k", "12"),
    "partitions is from 1 to 2147483647": lambda: stskafka.partition(b"k", 0),
    "key is bytes, not str": lambda: stskafka.partition("k", 12),
    "key is bytes, not int": lambda: stskafka.Skew().add(1),
    "heaviest is from 1 to 1000": lambda: stskafka.Skew(0),
    "shards is from 1 to 4294967295": lambda: stskafka.topology_shard("a", 0),
    "external_id is bytes, not NoneType": lambda: stskafka.topology_shard(None),
    "code is an int, not str": lambda: stskafka.status_name("STS_OK"),
    "script is a str, not int": lambda: stskafka.MemoryTransport(1),
    "capacity is from 0": lambda: stskafka.MemoryTransport(capacity=-1),
    "logs (a request, or else a LogBatch) is bytes, not str": lambda: stskafka.explain("x"),
}
HANDLERS = {
    "close_timeout is a number of seconds, not str": lambda: handler(close_timeout="5s"),
    "close_timeout is 0 or more seconds, not -1": lambda: handler(close_timeout=-1),
    "key is a str, bytes or a function, not int": lambda: handler(key=7),
    "resource is a mapping, not int": lambda: handler(resource=7),
    "STS_ERR_CONFIG: key: no record would have one. Give KafkaHandler key=": lambda: handler(key=None),
    "key is a str, bytes or a function, not list": lambda: KafkaLogExporter(MEMORY, key=[]),
    "export_timeout is 0 or more seconds, not nan": lambda: KafkaLogExporter(MEMORY, export_timeout=float("nan")),
}


def assert_named(call, text):
    with pytest.raises((TypeError, ValueError, stskafka.Error)) as caught:
        call()
    assert str(caught.value).startswith(text)


@pytest.mark.parametrize("text", [*OPTIONS, *FUNCTIONS, *HANDLERS])
def test_functions_and_constructors(text):
    assert_named({**OPTIONS, **FUNCTIONS, **HANDLERS}[text], text)


EXPORTER = {
    "logs (a request, or else a LogBatch) is bytes, not NoneType": lambda exporter: exporter.export_logs(None),
    "logs (a request, or else a LogBatch) is bytes, not str": lambda exporter: exporter.explain_logs("{}"),
    "logs has a surrogate at 0": lambda exporter: exporter.export_logs("\ud800", format=Format.OTLP_JSON),
    "format is an int, not str": lambda exporter: exporter.export_logs(b"", format="otlp_json"),
    "format is how a request in bytes is written, and this is a LogBatch": lambda exporter: exporter.explain_logs(
        stskafka.LogBatch(), format=Format.OTLP_JSON),
    "batch is a TopologyBatch, not bytes": lambda exporter: exporter.export_topology(b""),
    "batch is a TopologyBatch, not LogBatch": lambda exporter: exporter.explain_topology(stskafka.LogBatch()),
    "token is from 0": lambda exporter: exporter.export_logs(b"", token=-1),
    "first_record is an int, not NoneType": lambda exporter: exporter.export_logs(b"", first_record=None),
    "first_record is an int, not str": lambda exporter: exporter.explain_logs(b"", first_record="1"),
    "partitions is from 0": lambda exporter: exporter.explain_logs(b"", partitions=-1),
    "metadata is a mapping or pairs": lambda exporter: exporter.export_logs(b"", metadata="x"),
    "metadata has pairs of a name and a value": lambda exporter: exporter.export_logs(b"", metadata=[("a",)]),
    "a name in metadata is a str, not int": lambda exporter: exporter.export_logs(b"", metadata={1: "a"}),
    "the value of 'a' in metadata is a str or bytes, not int": lambda exporter: exporter.export_logs(b"", metadata={"a": 1}),
    "the value of 'b' in metadata is a str or bytes, not int": lambda exporter: exporter.export_logs(b"", metadata={"b": [1]}),
    "timeout is a number of seconds, not str": lambda exporter: exporter.flush("5s"),
    "timeout is a number of seconds, not NoneType": lambda exporter: exporter.flush(None),
    "timeout is 0 or more seconds, not -1": lambda exporter: exporter.close(-1),
    "limit is from 1": lambda exporter: exporter.take_outcomes(0, 0),
    "code is an int, not str": lambda exporter: exporter.rejected("STS_OK"),
    "code is from": lambda exporter: exporter.not_delivered(2**40),
    "name is a str, not int": lambda exporter: exporter.prometheus(1),
    "close_timeout is a number of seconds, not NoneType": lambda exporter: setattr(exporter, "close_timeout", None),
    "STS_ERR_UNSUPPORTED: poll needs the option service_thread": lambda exporter: exporter.poll(),
    "STS_ERR_UNSUPPORTED: outcomes are taken where the option outcomes is": lambda exporter: exporter.take_outcomes(),
}


@pytest.mark.parametrize("text", EXPORTER)
def test_exporter(text, in_memory):
    assert_named(lambda: EXPORTER[text](in_memory()[0]), text)


LOGS = {
    "attributes is a mapping, not list": lambda batch: batch.add_resource([]),
    "the name of an attribute is a str, not int": lambda batch: batch.add_resource({1: 2}),
    "attribute 'a': a value is None, str,": lambda batch: batch.add_resource({"a": object()}),
    "attribute 'a': attribute 'b': [1]: an integer is from": lambda batch: batch.add_record(attributes={"a": {"b": [1, 2**70]}}),
    "attribute 'a': a text has a surrogate at 0": lambda batch: batch.add_record(attributes={"a": "\ud800"}),
    "schema_url is a str": lambda batch: batch.add_resource({}, schema_url=1),
    "name is a str": lambda batch: batch.add_scope(1),
    "version is a str": lambda batch: batch.add_scope("a", 1),
    "body: a value is None, str,": lambda batch: batch.add_record(object()),
    "key: a value is None, str,": lambda batch: batch.add_record(b"", key=object()),
    "time_ns is an int": lambda batch: batch.add_record(b"", time_ns=0.5),
    "observed_time_ns is from 0": lambda batch: batch.add_record(b"", observed_time_ns=-1),
    "severity_number is from 0 to 24": lambda batch: batch.add_record(b"", severity_number=25),
    "severity_text is a str": lambda batch: batch.add_record(b"", severity_text=1),
    "event_name is a str": lambda batch: batch.add_record(b"", event_name=1),
    "trace_id is bytes, not str": lambda batch: batch.add_record(b"", trace_id="00"),
    "span_id is bytes, not str": lambda batch: batch.add_record(b"", span_id="00"),
    "flags is from 0": lambda batch: batch.add_record(b"", flags=-1),
}


@pytest.mark.parametrize("text", LOGS)
def test_log_batch(text):
    batch = stskafka.LogBatch()
    assert_named(lambda: LOGS[text](batch), text)
    assert bytes(batch) == b""


TOPOLOGY = {
    "owner is an int": lambda batch: batch.set_stream("AGENT", "x"),
    "data_source is a str": lambda batch: batch.set_stream(1, None),
    "collected_ms is an int": lambda batch: batch.set_times(0.5, 0),
    "submitted_ms is from 0": lambda batch: batch.set_times(0, -1),
    "expiry_interval_ms is an int": lambda batch: batch.set_expiry("1"),
    "specificity is a number": lambda batch: batch.set_specificity("a"),
    "external_id is a str, not int": lambda batch: batch.add_component(1, "a", "b"),
    "name is a str, not int": lambda batch: batch.add_component("x", 2, "b"),
    "type_name is a str, not NoneType": lambda batch: batch.add_component("x", "a", None),
    "identifiers[1] is a str": lambda batch: batch.add_component("x", "a", "b", identifiers=["1", 2]),
    "identifiers is an iterable of str, not int": lambda batch: batch.add_component("x", "a", "b", identifiers=7),
    "identifiers is an iterable of str, not str": lambda batch: batch.add_component("x", "a", "b", identifiers="urn:x"),
    "tags[0] is a str": lambda batch: batch.add_component("x", "a", "b", tags=[None]),
    "tags is an iterable of str, not str": lambda batch: batch.add_relation("x", "a", "b", "c", tags="env:test"),
    "type_identifier is a str": lambda batch: batch.add_component("x", "a", "b", type_identifier=1),
    "resource_definition is a mapping, or JSON": lambda batch: batch.add_component("x", "a", "b", resource_definition=7),
    "resource_definition: Object of type": lambda batch: batch.add_component("x", "a", "b", resource_definition={"a": object()}),
    "status_data: Out of range float": lambda batch: batch.add_component("x", "a", "b", status_data={"a": float("nan")}),
    "source is a str": lambda batch: batch.add_relation("x", 1, "b", "c"),
    "target is a str": lambda batch: batch.add_relation("x", "a", 1, "c"),
    "dependency is an int": lambda batch: batch.add_relation("x", "a", "b", "c", dependency="x"),
    "external_id is a str, not bytes": lambda batch: batch.delete_component(b"x"),
    "external_id is a str, not NoneType": lambda batch: batch.delete_relation(None),
    "category is a str": lambda batch: batch.add_error(1, "a", "b"),
    "issue_id is a str": lambda batch: batch.add_error("a", 1, "b"),
    "message is a str": lambda batch: batch.add_error("a", "b", 1),
    "cause is a str": lambda batch: batch.remove_stream(1),
    "repeat_interval_ms is an int": lambda batch: batch.snapshot_start("1"),
    "display_name is a str": lambda batch: batch.set_metadata(1),
    "selector is a mapping, or JSON": lambda batch: batch.set_metadata("a", 7),
    "line is a mapping, or JSON": lambda batch: batch.add_json(7),
    "line has a surrogate at 0": lambda batch: batch.add_json("\ud800"),
}


@pytest.mark.parametrize("text", TOPOLOGY)
def test_topology_batch(text):
    batch = stskafka.TopologyBatch().set_stream(3, "x").set_times(0, 0)
    assert_named(lambda: TOPOLOGY[text](batch), text)
    assert len(batch) == 0
