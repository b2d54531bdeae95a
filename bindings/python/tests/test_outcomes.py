# SPDX-License-Identifier: Apache-2.0
"""Outcomes that are taken: none is lost on the way to the program, and none comes twice."""
import threading

import pytest

import stskafka
from conftest import ONE, make_request
from stskafka import _outcomes

TEN = make_request(*[(b"k", b"%d" % number) for number in range(10)])


class Interrupted(Exception):
    """As from a signal's handler."""


@pytest.fixture
def taking(in_memory):
    exporter, _ = in_memory(outcomes="all")
    exporter.export_logs(TEN)
    exporter.flush()
    return exporter


@pytest.mark.parametrize("take", [stskafka.Exporter.take_outcomes, lambda exporter: list(exporter.outcomes(timeout=0))])
def test_interrupted_while_they_are_read(taking, monkeypatch, take):
    calls = []

    def interrupted(pointer, outcome_of=_outcomes.outcome_of):
        calls.append(pointer)
        if len(calls) == 5:
            raise Interrupted
        return outcome_of(pointer)

    monkeypatch.setattr(_outcomes, "outcome_of", interrupted)
    with pytest.raises(Interrupted):
        take(taking)
    assert [outcome.index for outcome in take(taking)] == list(range(10))
    assert taking.take_outcomes() == []


def test_interrupted_after_they_are_taken(taking, monkeypatch):
    def interrupted(*arguments, take=_outcomes.lib.sts_exporter_take_outcomes):
        assert take(*arguments) == 0
        raise Interrupted

    monkeypatch.setattr(_outcomes.lib, "sts_exporter_take_outcomes", interrupted)
    with pytest.raises(Interrupted):
        taking.take_outcomes()
    monkeypatch.undo()
    assert [outcome.index for outcome in taking.take_outcomes(limit=3)] == [0, 1, 2]
    assert [outcome.index for outcome in taking.take_outcomes()] == list(range(3, 10))


def test_a_loop_that_is_left(taking):
    for outcome in taking.outcomes():
        if outcome.index == 3:
            break
    assert [outcome.index for outcome in taking.take_outcomes(limit=2)] == [4, 5]
    assert [outcome.index for outcome in taking.outcomes(timeout=0)] == [6, 7, 8, 9]


def test_several_threads_take(in_memory):
    exporter, _ = in_memory(outcomes="all")
    taken = [[] for _ in range(4)]

    def take(found):
        for outcome in exporter.outcomes():
            found.append(outcome.token)

    threads = [threading.Thread(target=take, args=(found,)) for found in taken]
    for thread in threads:
        thread.start()
    for token in range(500):
        exporter.export_logs(ONE, token=token)
    exporter.close(30)
    for thread in threads:
        thread.join(30)
    assert sorted(sum(taken, [])) == list(range(500))


@pytest.mark.parametrize("fault, arguments", [
    (ValueError, {"limit": 0}), (ValueError, {"limit": 2**64}), (TypeError, {"limit": 1.5}), (ValueError, {"timeout": -1}),
    (MemoryError, {"limit": 2**60})])
def test_what_is_refused(taking, fault, arguments):
    with pytest.raises(fault):
        taking.take_outcomes(**arguments)
    assert len(taking.take_outcomes()) == 10
