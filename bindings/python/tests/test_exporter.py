# SPDX-License-Identifier: Apache-2.0
import pickle
import select

import pytest

import stskafka
from conftest import make_request
from stskafka import Kind, Status

THREE = make_request((b"a", b"1"), (b"b", b"2"), (b"", b""))


def test_the_main_job(in_memory):
    exporter, memory = in_memory()
    counts = exporter.export_logs(THREE)
    assert (counts.records, counts.accepted, counts.rejected) == (3, 3, 0)
    counts = exporter.flush()
    assert (counts.delivered, counts.empty_keys) == (3, 1)
    assert [(message.key, message.value) for message in memory.messages] == [(b"a", b"1"), (b"b", b"2"), (b"", None)]
    assert {message.topic for message in memory.messages} == {"sts-otel-topology"}


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_any_bytes(in_memory, kind):
    exporter, _ = in_memory()
    assert exporter.export_logs(kind(THREE)).accepted == 3


def test_a_text_is_no_request(in_memory):
    exporter, _ = in_memory()
    with pytest.raises(TypeError):
        exporter.export_logs("text")


def test_an_empty_request(in_memory):
    exporter, _ = in_memory()
    assert exporter.export_logs(b"") == stskafka.Counts(*[0] * len(stskafka.Counts._fields))


def test_the_option_transport_memory():
    with stskafka.Exporter({"transport": "memory"}) as exporter:
        exporter.export_logs(THREE)
    assert exporter.closed and exporter.counts().delivered == 3


def test_rejected_records(in_memory):
    exporter, memory = in_memory()
    with pytest.raises(stskafka.RejectedError) as caught:
        exporter.export_logs(make_request((b"a", b"1"), (None, b"2"), (b"c", "text")))
    assert (caught.value.counts.accepted, caught.value.counts.rejected) == (1, 2)
    assert exporter.rejected(Status.ERR_KEY_MISSING) == exporter.rejected(Status.ERR_BODY_TYPE) == 1
    assert exporter.flush().delivered == 1 and memory.count == 1


def test_a_malformed_request(in_memory):
    exporter, memory = in_memory()
    with pytest.raises(stskafka.RequestError) as caught:
        exporter.export_logs(THREE + b"\x0a\x7f")
    fault = caught.value
    assert (fault.code, fault.counts.records) == (Status.ERR_MALFORMED, 0)
    assert len(THREE) <= fault.offset <= len(THREE) + 2
    assert memory.count == 0


def test_an_error_survives_a_pickle(in_memory):
    exporter, _ = in_memory()
    with pytest.raises(stskafka.RequestError) as caught:
        exporter.export_logs(b"\xff")
    copy = pickle.loads(pickle.dumps(caught.value))
    assert type(copy) is stskafka.RequestError and copy.__dict__ == caught.value.__dict__ and str(copy) == str(caught.value)


def test_a_full_queue_says_where_to_go_on(in_memory):
    exporter, memory = in_memory("deliver,hold*2", sending_queue__queue_size=2, produce_timeout="0ms", outcomes="all")
    request = make_request(*[(b"k", b"%d" % number) for number in range(5)])
    with pytest.raises(stskafka.QueueFullError) as caught:
        exporter.export_logs(request)
    assert caught.value.retriable and caught.value.counts.accepted == 2
    with pytest.raises(stskafka.QueueFullError) as caught:
        exporter.export_logs(request, first_record=4)
    assert caught.value.counts.accepted == 0
    assert memory.count == 2


def test_outcomes_are_taken_in_order(in_memory):
    exporter, _ = in_memory("deliver,fail,uncertain", outcomes="all")
    with pytest.raises(stskafka.RejectedError):
        exporter.export_logs(make_request((b"a", b"1"), (b"b", b"2"), (b"c", b"3"), (None, b"4")), token=2**64 - 1)
    exporter.close(5)
    outcomes = {outcome.index: outcome for outcome in exporter.outcomes()}
    assert [outcomes[index].kind for index in range(4)] == [Kind.DELIVERED, Kind.FAILED, Kind.UNCERTAIN, Kind.REJECTED]
    assert {outcome.token for outcome in outcomes.values()} == {2**64 - 1}
    first, last = outcomes[0], outcomes[3]
    assert first.delivered and (first.code, first.text, first.topic, first.partition, first.offset) == (
        Status.OK, "", "sts-otel-topology", 0, 0)
    assert not last.delivered and last.name == "STS_ERR_KEY_MISSING" and last.text and last.topic is None
    assert exporter.not_delivered(outcomes[1].code) == 1


def test_outcomes_end_when_none_come(in_memory):
    exporter, _ = in_memory("hold", outcomes="all")
    exporter.export_logs(make_request((b"a", b"1")))
    assert list(exporter.outcomes(timeout=0)) == []
    with pytest.raises(stskafka.TimedOutError) as caught:
        exporter.close(0)
    assert caught.value.counts.pending == 0 and exporter.closed
    assert len(exporter.take_outcomes()) == 1


def test_outcomes_that_are_not_kept(in_memory):
    exporter, _ = in_memory()
    with pytest.raises(stskafka.Error) as caught:
        exporter.take_outcomes()
    assert caught.value.code == Status.ERR_UNSUPPORTED
    with pytest.raises(ValueError):
        exporter.take_outcomes(limit=0)


def test_flush_tells_how_far_it_came(in_memory):
    exporter, _ = in_memory("hold")
    exporter.export_logs(THREE)
    with pytest.raises(stskafka.TimedOutError) as caught:
        exporter.flush(0)
    assert isinstance(caught.value, TimeoutError) and caught.value.counts.accepted == 3


def test_a_closed_exporter(in_memory):
    exporter, _ = in_memory()
    exporter.export_logs(THREE)
    counts = exporter.close(5)
    assert counts.delivered == 3 and exporter.close() == counts
    with pytest.raises(stskafka.ClosedError) as caught:
        exporter.export_logs(THREE)
    assert caught.value.fatal
    assert "closed" in repr(exporter)


def test_the_first_fault_of_a_with_is_seen(in_memory):
    exporter, _ = in_memory("hold")
    with pytest.raises(ZeroDivisionError), exporter:
        exporter.export_logs(THREE)
        1 / 0
    assert exporter.closed


def test_metadata_makes_keys(in_memory):
    exporter, memory = in_memory(key='metadata("tenant")', include_metadata_keys="tenant")
    request = make_request((None, b"1"))
    exporter.export_logs(request, metadata={"Tenant": ["blue", b"red"]})
    exporter.export_logs(request, metadata=[("tenant", "green")])
    exporter.export_logs(request, metadata={"tenant": "black"})
    exporter.flush()
    assert [(message.key, message.headers) for message in memory.messages] == [
        (b"blue", [("tenant", b"blue"), ("tenant", b"red")]), (b"green", [("tenant", b"green")]),
        (b"black", [("tenant", b"black")])]


def test_served_by_the_host(in_memory):
    exporter, _ = in_memory(service_thread=False)
    exporter.export_logs(THREE)
    if exporter.fileno() >= 0:
        assert select.select([exporter], [], [], 10)[0]
    while exporter.counts().pending:
        exporter.poll(1)
    assert exporter.counts().delivered == 3


def test_poll_is_not_for_who_has_a_thread(in_memory):
    exporter, _ = in_memory()
    assert exporter.fileno() == -1
    with pytest.raises(stskafka.Error) as caught:
        exporter.poll()
    assert caught.value.code == Status.ERR_UNSUPPORTED


def test_numbers(in_memory):
    exporter, _ = in_memory()
    exporter.export_logs(THREE)
    counts = exporter.flush()
    statistics = exporter.statistics()
    assert statistics["counts"]["delivered"] == counts.delivered == 3
    assert 'stskafka_' in exporter.prometheus() and 'exporter="ünique"' in exporter.prometheus("ünique")
    assert "sts-otel-topology" in exporter.describe()
    assert exporter.fingerprint().startswith("1-java-")


def test_reconfigure_is_for_kafka(in_memory):
    exporter, _ = in_memory()
    with pytest.raises(stskafka.Error) as caught:
        exporter.reconfigure({"transport": "memory"})
    assert caught.value.code == Status.ERR_UNSUPPORTED


@pytest.mark.parametrize("timeout", [-1, float("nan")])
def test_times_that_are_none(in_memory, timeout):
    exporter, _ = in_memory()
    with pytest.raises(ValueError):
        exporter.flush(timeout)


def test_no_broker():
    with pytest.raises(stskafka.Error) as caught:
        stskafka.Exporter({"brokers": "127.0.0.1:1", "read_timeout": "100ms"})
    assert caught.value.code == Status.ERR_NO_BROKER and caught.value.retriable


@pytest.mark.parametrize("value", [b"ab", bytearray(b"ab"), memoryview(b"ab"), "ab"])
def test_metadata_of_any_bytes(in_memory, value):
    exporter, memory = in_memory(key='metadata("x")', include_metadata_keys="x")
    for metadata in ({"x": value}, {"x": [value]}, [("x", value)]):
        exporter.export_logs(make_request((None, b"1")), metadata=metadata)
    exporter.flush()
    assert [(message.key, message.headers) for message in memory.messages] == [(b"ab", [("x", b"ab")])] * 3


@pytest.mark.parametrize("metadata", [{"x": [3]}, [("x", 3)], [("x", True)], {"x": 3}, {"x": None}, {3: "x"}])
def test_metadata_that_is_none(in_memory, metadata):
    exporter, memory = in_memory()
    with pytest.raises(TypeError):
        exporter.export_logs(THREE, metadata=metadata)
    assert memory.count == 0


@pytest.mark.parametrize("arguments", [{"token": 1.5}, {"first_record": 1.0}, {"token": "1"}])
def test_numbers_that_are_none(in_memory, arguments):
    exporter, _ = in_memory()
    with pytest.raises(TypeError):
        exporter.export_logs(THREE, **arguments)


@pytest.mark.parametrize("code", [2**32 + Status.ERR_KEY_MISSING, -2**31 - 1])
def test_codes_that_are_none(in_memory, code):
    exporter, _ = in_memory()
    for count in (exporter.rejected, exporter.not_delivered):
        with pytest.raises(ValueError):
            count(code)


def test_the_text_of_an_error(in_memory):
    exporter, _ = in_memory()
    with pytest.raises(stskafka.RequestError) as caught:
        exporter.export_logs(b"\xff")
    assert str(caught.value) == f"{caught.value.name}: {caught.value.text}"
