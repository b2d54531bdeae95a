# SPDX-License-Identifier: Apache-2.0
import pytest

import stskafka
from conftest import ONE


def options_over(transport):
    options = stskafka.Options()
    options.set_transport(transport)
    return options


def test_one_exporter_at_a_time():
    transport = stskafka.MemoryTransport()
    options = options_over(transport)
    for number in range(3):
        with stskafka.Exporter(options) as exporter:
            with pytest.raises(ValueError, match="not closed"):
                stskafka.Exporter(options)
            exporter.export_logs(ONE)
            assert exporter.flush().delivered == 1
    assert transport.count == 3


def test_an_exporter_that_was_not_made_does_not_have_it():
    transport = stskafka.MemoryTransport()
    options = options_over(transport)
    options["topic"] = ""
    with pytest.raises(stskafka.ConfigError):
        stskafka.Exporter(options)
    with stskafka.Exporter(options_over(transport)):
        pass


def test_the_transport_outlives_its_exporter_and_the_other_way_round():
    transport = stskafka.MemoryTransport()
    exporter = stskafka.Exporter(options_over(transport))
    del transport
    exporter.export_logs(ONE)
    assert exporter.close().delivered == 1
    transport = stskafka.MemoryTransport()
    with stskafka.Exporter(options_over(transport)) as exporter:
        exporter.export_logs(ONE)
    del exporter
    assert [message.value for message in transport.messages] == [b"1"]


@pytest.mark.parametrize("arguments", [{"capacity": -1}, {"capacity": 2**64}, {"partitions": 0}, {"partitions": 2**32 + 1}])
def test_numbers_that_are_none(arguments):
    with pytest.raises(ValueError):
        stskafka.MemoryTransport(**arguments)


def test_a_script_that_is_none():
    with pytest.raises(stskafka.Error, match="lose"):
        stskafka.MemoryTransport("lose")
