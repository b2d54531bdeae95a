# SPDX-License-Identifier: Apache-2.0
"""Records of one's own, and what is told of each."""
import asyncio
import gc
import sys
import threading
import weakref

import pytest

import stskafka
from conftest import ONE, make_request, run
from stskafka import Kind, Status
from stskafka.aio import AsyncExporter


def test_what_is_sent(in_memory):
    exporter, memory = in_memory(topic="t", key='attributes["no record has it"]')
    exporter.send(key=b"k", value=b"v", headers={"a": b"1", "b": ["2", None]})
    exporter.send(topic="other", key="schlüssel", value="wert", headers=[("a", ""), ("a", bytearray(b"3"))])
    exporter.send(key="k")
    exporter.send(value=memoryview(b"v"))
    exporter.send(key=b"", value=b"")
    exporter.flush()
    assert [message[:4] for message in memory.messages] == [
        ("t", b"k", b"v", [("a", b"1"), ("b", b"2"), ("b", None)]),
        ("other", "schlüssel".encode(), b"wert", [("a", b""), ("a", b"3")]),
        ("t", b"k", None, []), ("t", None, b"v", []), ("t", b"", b"", [])]


def test_each_record_has_its_own_callback(in_memory):
    exporter, _ = in_memory("deliver,fail,uncertain", topic="t")
    told = {}
    for name in "abc":
        exporter.send(key=name, value=name, token=7, on_outcome=lambda outcome, name=name: told.setdefault(name, []).append(outcome))
    exporter.send(key="d", on_outcome=None)
    exporter.export_logs(ONE, token=3)
    assert exporter.flush().records == 5
    assert {name: [(outcome.kind, outcome.token, outcome.topic) for outcome in outcomes] for name, outcomes in told.items()} == {
        "a": [(Kind.DELIVERED, 7, "t")], "b": [(Kind.FAILED, 7, "t")], "c": [(Kind.UNCERTAIN, 7, "t")]}
    assert exporter._sent.awaited == 0


def test_everyones_callback_is_told_too(in_memory):
    order = []
    exporter, _ = in_memory(set_up=lambda options: options.set_outcome_callback(lambda outcome: order.append(("all", outcome.token))))
    exporter.send(key="a", token=5, on_outcome=lambda outcome: order.append(("own", outcome.token)))
    exporter.send(key="b")
    exporter.flush()
    assert order == [("own", 5), ("all", 5), ("all", 0)]


def test_what_a_callback_raises_is_not_lost_and_stops_nobody(in_memory, monkeypatch):
    raised, told = [], []
    monkeypatch.setattr(sys, "unraisablehook", lambda it: raised.append(it.exc_type))
    exporter, _ = in_memory(set_up=lambda options: options.set_outcome_callback(told.append))

    def fails(outcome):
        raise LookupError

    exporter.send(key="a", on_outcome=fails)
    exporter.send(key="b", on_outcome=told.append)
    assert exporter.flush().delivered == 2
    assert raised == [LookupError] and len(told) == 3


def test_a_record_that_is_not_accepted_raises_and_calls_nobody(in_memory):
    told = []
    exporter, _ = in_memory("full", topic="t", produce_timeout="0s", max_message_bytes=2000)
    with pytest.raises(stskafka.RejectedError, match="the topic of"):
        exporter.send(topic="no topic!", on_outcome=told.append)
    with pytest.raises(stskafka.RejectedError):
        exporter.send(value=b"x" * 3000, on_outcome=told.append)
    with pytest.raises(stskafka.QueueFullError):
        exporter.send(value=b"x", on_outcome=told.append)
    exporter.flush()
    exporter.close()
    with pytest.raises(stskafka.ClosedError):
        exporter.send(value=b"x", on_outcome=told.append)
    assert told == [] and exporter._sent.awaited == 0


@pytest.mark.parametrize("arguments, what", [
    ({"key": 1}, "key is a str or bytes, not int"), ({"value": ["a"]}, "value is a str or bytes, not list"),
    ({"topic": b"t"}, "topic is a str, not bytes"), ({"headers": "a"}, "headers is a mapping or pairs"),
    ({"headers": {"a": 1}}, "the value of the header 'a' is a str or bytes, not int"),
    ({"headers": {b"a": "1"}}, "the name of a header is a str, not bytes"), ({"on_outcome": 1}, "on_outcome is a function or None, not int")])
def test_what_is_no_record(in_memory, arguments, what):
    exporter, _ = in_memory()
    with pytest.raises(TypeError, match=what):
        exporter.send(**arguments)
    with pytest.raises(ValueError, match="token"):
        exporter.send(token=2**64, on_outcome=print)
    assert exporter.counts().records == 0 and exporter._sent.awaited == 0


@pytest.mark.parametrize("outcomes", ["all", "failures", "tokens"])
def test_outcomes_that_are_collected(in_memory, outcomes):
    exporter, _ = in_memory(outcomes=outcomes)
    with pytest.raises(stskafka.Error, match="`outcomes` was set") as caught:
        exporter.send(key="k", on_outcome=print)
    assert caught.value.code == Status.ERR_UNSUPPORTED
    exporter.send(key="k", token=4)
    exporter.flush()
    assert [outcome.token for outcome in exporter.outcomes(timeout=0)] == ([] if outcomes == "failures" else [4])


def test_outcomes_of_failures_alone(in_memory):
    told = []
    exporter, _ = in_memory("fail", outcomes="failures", set_up=lambda options: options.set_outcome_callback(told.append))
    with pytest.raises(stskafka.Error, match="`outcomes` was set"):
        exporter.send(key="k", on_outcome=print)
    exporter.send(key="k")
    exporter.send(key="k")
    exporter.flush()
    assert [outcome.kind for outcome in told] == [Kind.FAILED]


def test_only_counted_though_there_is_a_callback(in_memory):
    told, own = [], []
    exporter, _ = in_memory(outcomes="counts", set_up=lambda options: options.set_outcome_callback(told.append))
    exporter.export_logs(ONE, token=1)
    exporter.send(key="k", on_outcome=own.append)
    exporter.flush()
    assert told == [] and len(own) == 1


def test_nothing_else_is_told_where_nobody_asks(in_memory, monkeypatch):
    """The records of a bulk export cost no call of Python's each, also while some have a callback."""
    exporter, _ = in_memory()
    calls = []
    monkeypatch.setattr(stskafka._callbacks.lib, "sts_outcome_token",
                        lambda pointer, token=stskafka._callbacks.lib.sts_outcome_token: calls.append(pointer) or token(pointer))
    exporter.send(key="k", on_outcome=lambda outcome: None)
    exporter.export_logs(make_request(*[(b"k", b"v")] * 100))
    assert exporter.flush().delivered == 101
    assert len(calls) == 2  # whether it is wanted, and in the Outcome


def test_a_callback_may_send(in_memory):
    exporter, memory = in_memory()
    left = list(range(5))

    def again(outcome):
        if left:
            exporter.send(key="k", value=str(left.pop()), on_outcome=again)

    exporter.send(key="k", value="first", on_outcome=again)
    while memory.count < 6:
        exporter.flush()
    exporter.flush()
    assert [message.value for message in memory.messages] == [b"first", b"4", b"3", b"2", b"1", b"0"]


def test_close_tells_of_what_is_under_way(in_memory):
    told = []
    exporter, _ = in_memory("hold*2")
    exporter.send(key="a", on_outcome=told.append)
    exporter.send(key="b", on_outcome=told.append)
    with pytest.raises(stskafka.TimedOutError):
        exporter.close(0)
    assert [outcome.kind for outcome in told] == [Kind.PURGED] * 2 and exporter._sent.awaited == 0


def test_callbacks_live_until_they_are_called(in_memory):
    class Waiting:
        outcome = None

        def told(self, outcome):
            Waiting.outcome = outcome

    exporter, _ = in_memory("hold")
    waiting = Waiting()
    alive = weakref.ref(waiting)
    exporter.send(key="k", on_outcome=waiting.told)
    del waiting
    gc.collect()
    assert alive() is not None
    with pytest.raises(stskafka.TimedOutError):
        exporter.close(0)
    gc.collect()
    assert Waiting.outcome.kind == Kind.PURGED and alive() is None


def test_an_exporter_whose_records_refer_to_it_is_freed():
    options = stskafka.Options(transport="memory")
    exporter = stskafka.Exporter(options)
    exporter.send(key="k", on_outcome=lambda outcome: exporter.counts())
    exporter.close()
    alive = weakref.ref(exporter)
    del exporter
    gc.collect()
    assert alive() is None


def test_many_threads(in_memory):
    exporter, _ = in_memory()
    told = [[] for _ in range(4)]

    def work(mine):
        for number in range(200):
            exporter.send(key="k", token=number, on_outcome=mine.append)

    threads = [threading.Thread(target=work, args=(mine,)) for mine in told]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert exporter.flush(60).delivered == 800
    assert [[outcome.token for outcome in mine] for mine in told] == [list(range(200))] * 4


def test_wait_for_result(in_memory):
    told = []
    exporter, _ = in_memory("deliver,fail", sending_queue__wait_for_result=True)
    exporter.send(key="k", on_outcome=told.append)
    with pytest.raises(stskafka.NotDeliveredError):
        exporter.send(key="k", on_outcome=told.append)
    assert [outcome.kind for outcome in told] == [Kind.DELIVERED, Kind.FAILED]


def test_in_a_child():
    assert run("""
told = []
exporter = stskafka.Exporter(memory())
exporter.send(key="k", on_outcome=told.append)
child = os.fork()
if not child:
    try:
        exporter.send(key="k", on_outcome=told.append)
    except stskafka.ForkedError:
        with stskafka.Exporter(memory()) as other:
            other.send(key="k", on_outcome=told.append)
        os._exit(told[-1].delivered is not True)
    os._exit(2)
assert os.waitpid(child, 0)[1] == 0
exporter.close()
print(len(told))
""", "-W", "ignore::DeprecationWarning") == "1\n"


def test_at_exit():
    assert run("""
exporter = stskafka.Exporter(memory())
exporter.send(key="k", on_outcome=lambda outcome: print(outcome.delivered))
""") == "True\n"


def test_awaited():
    memory = stskafka.MemoryTransport("deliver,fail")

    async def main():
        async with AsyncExporter(transport=memory, topic="t") as exporter:
            delivered = await exporter.send(key="k", value="v", headers={"a": "b"}, token=9)
            failed = await exporter.send(key="k", value="w")
            assert (delivered.delivered, delivered.token, failed.kind) == (True, 9, Kind.FAILED)
            with pytest.raises(stskafka.RejectedError):
                await exporter.send(topic="no topic!")
            with pytest.raises(TypeError, match="key"):
                await exporter.send(key=1)
            outcomes = await asyncio.gather(*[exporter.send(key="k", value=str(number), token=number) for number in range(200)])
            assert [outcome.token for outcome in outcomes] == list(range(200))
        with pytest.raises(stskafka.ClosedError):
            await exporter.send(key="k")

    asyncio.run(main())
    assert [message.value for message in memory.messages] == [b"v", b"w", *[str(number).encode() for number in range(200)]]


def test_awaited_until_the_exporter_is_closed():
    async def main():
        async with AsyncExporter(transport=stskafka.MemoryTransport("hold*2"), close_timeout=0) as exporter:
            sending = asyncio.ensure_future(exporter.send(key="k"))
            given_up = asyncio.ensure_future(exporter.send(key="k"))
            while exporter.exporter.counts().accepted < 2:
                await asyncio.sleep(0)
            given_up.cancel()
            with pytest.raises(stskafka.TimedOutError):
                await exporter.close()
            assert (await sending).kind == Kind.PURGED
            with pytest.raises(asyncio.CancelledError):
                await given_up

    asyncio.run(main())


def test_awaited_though_a_callback_does_not_return():
    """No outcome comes then, and whoever waits for one is told so."""
    entered, go_on, done = threading.Event(), threading.Event(), threading.Event()

    def stuck(outcome):
        entered.set()
        go_on.wait(60)
        done.set()

    async def main():
        exporter = await AsyncExporter(transport="memory", close_timeout=0).open()
        exporter.exporter.send(key="k", on_outcome=stuck)
        sending = asyncio.ensure_future(exporter.send(key="k"))
        while exporter.exporter.counts().accepted < 2 or not entered.is_set():
            await asyncio.sleep(0)
        with pytest.raises(stskafka.TimedOutError):
            await exporter.close()
        with pytest.raises(stskafka.ClosedError, match="what became"):
            await sending

    asyncio.run(main())
    go_on.set()
    assert done.wait(60)
