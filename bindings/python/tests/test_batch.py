# SPDX-License-Identifier: Apache-2.0
"""Batches while they are exported or explained: nobody changes them, and nobody waits for them."""
import threading

import pytest

import stskafka
from conftest import run
from stskafka import LogBatch, Owner, TopologyBatch


def logs():
    return LogBatch().add_record(b"1", key="a").add_record(b"2")


def topology():
    return TopologyBatch().set_stream(Owner.OTEL, "urn:x").add_component("large", "x" * 3000, "t").add_component("b", "b", "t")


@pytest.mark.parametrize("make, export, changes", [
    (logs, "export_logs", [LogBatch.reset, LogBatch.add_record, LogBatch.add_scope, bytes]),
    (topology, "export_topology", [TopologyBatch.reset, lambda batch: batch.add_component("c", "c", "t"),
                                   TopologyBatch.snapshot_stop, lambda batch: batch.set_times(1, 2)])])
def test_a_callback_of_its_own_export(in_memory, make, export, changes):
    batch, seen = make(), []

    def keep(letter):
        for change in [*changes, getattr(exporter, export), getattr(exporter, export.replace("export", "explain"))]:
            with pytest.raises(stskafka.ReentrantError):
                change(batch)
        seen.append(len(batch))

    exporter, _ = in_memory(set_up=lambda options: options.set_dead_letter_callback(keep), max_message_bytes=2000)
    for again in range(2):
        with pytest.raises(stskafka.RejectedError):
            getattr(exporter, export)(batch)
    assert seen == [len(batch)] * 2 and len(batch) == 2
    batch.reset()
    assert len(batch) == 0


def test_a_callback_while_the_export_waits_for_its_result():
    assert run("""
def on_outcome(outcome):
    try:
        print(len(batch), batch.size > 0)
        batch.reset()
    except stskafka.ReentrantError as fault:
        print(fault.name)
batch = stskafka.LogBatch().add_record(b"x", key="k")
with stskafka.Exporter(memory(callback=on_outcome, **{"sending_queue.wait_for_result": True})) as exporter:
    print(exporter.export_logs(batch).delivered)
""") == "1 True\nSTS_ERR_REENTRANT\n1\n"


def test_another_thread_meanwhile(in_memory):
    batch, faults = logs(), []

    def add():
        with pytest.raises(stskafka.ReentrantError) as caught:
            batch.add_record(b"3")
        faults.append(caught.value)

    def keep(letter):
        thread = threading.Thread(target=add)
        thread.start()
        thread.join(30)

    exporter, _ = in_memory(set_up=lambda options: options.set_dead_letter_callback(keep))
    with pytest.raises(stskafka.RejectedError):
        exporter.export_logs(batch)
    assert len(faults) == 1 and len(batch.add_record(b"3")) == 3


def test_a_component_and_its_tags_are_added_as_one():
    batch = TopologyBatch().set_stream(Owner.OTEL, "urn:x")

    def fill(number):
        for each in range(100):
            batch.add_component(f"{number}-{each}", "n", "t", tags=[f"of:{number}-{each}"] * 5)

    threads = [threading.Thread(target=fill, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with stskafka.Exporter({"transport": "none"}) as exporter:
        explained = exporter.explain_topology(batch)
    text = b"".join(message.value for message in explained)
    for number in range(4):
        for each in range(100):
            component = text[text.index(b"\n%c%d-%d" % (len(f"{number}-{each}"), number, each)):]
            assert component.index(b"of:%d-%d" % (number, each)) < 40
