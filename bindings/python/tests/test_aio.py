"""The exporter for asyncio: what waits is awaited, and the loop goes on meanwhile."""
import asyncio

import pytest

import stskafka
from stskafka.aio import AsyncExporter


def batch(*bodies):
    made = stskafka.LogBatch()
    for body in bodies:
        made.add_record(body, key=b"k")
    return made


def test_exports_are_awaited():
    memory = stskafka.MemoryTransport()

    async def main():
        async with AsyncExporter(transport=memory, outcomes="all") as exporter:
            counts = await exporter.export_logs(batch(b"a", b"b"), token=7)
            assert counts.accepted == 2
            assert (await exporter.export(bytes(batch(b"c")), signal=stskafka.Signal.LOGS)).accepted == 1
            assert (await exporter.explain_logs(batch(b"d")))[0].value == b"d"
            assert (await exporter.flush()).delivered == 3
            outcomes = [outcome async for outcome in exporter.outcomes(timeout=0)]
            assert [(outcome.token, outcome.index, outcome.delivered) for outcome in outcomes] == [(7, 0, True), (7, 1, True), (0, 0, True)]
            assert (await exporter.statistics())["counts"]["delivered"] == 3
        assert exporter.exporter.closed
        assert [message.value for message in memory.messages] == [b"a", b"b", b"c"]

    asyncio.run(main())


def test_the_loop_goes_on_while_a_flush_waits():
    """For an hour, if it were not cancelled; and asyncio.run ends only when no thread is left waiting."""
    memory = stskafka.MemoryTransport("hold")

    async def main():
        async with AsyncExporter(transport=memory, close_timeout=0) as exporter:
            await exporter.export_logs(batch(b"a"))
            flushing = asyncio.ensure_future(exporter.flush(3600))
            await asyncio.sleep(0.01)
            assert not flushing.done()
            flushing.cancel()
            with pytest.raises(asyncio.CancelledError):
                await flushing
            with pytest.raises(stskafka.TimedOutError):
                await exporter.flush(0.3)
            with pytest.raises(stskafka.TimedOutError):
                await exporter.close()

    asyncio.run(main())


def test_outcomes_as_they_come_end_with_the_exporter():
    async def main():
        async with AsyncExporter(transport="memory", outcomes="all") as exporter:
            async def take():
                return [outcome.index async for outcome in exporter.outcomes()]
            taking = asyncio.ensure_future(take())
            await exporter.export_logs(batch(b"a", b"b"))
            await exporter.flush()
            await exporter.close()
            assert await taking == [0, 1]

    asyncio.run(main())


def test_faults_are_raised_where_it_is_awaited():
    async def main():
        with pytest.raises(stskafka.ConfigError, match="topic"):
            async with AsyncExporter(topic="no topic"):
                pass
        exporter = AsyncExporter(transport="memory")
        with pytest.raises(RuntimeError, match="not open"):
            await exporter.flush()
        assert "not open" in repr(exporter)
        assert await exporter.close() is None
        async with AsyncExporter(transport="memory") as exporter:
            with pytest.raises(stskafka.RequestError):
                await exporter.export_logs(b"\xff")
            assert "memory" in repr(exporter)

    asyncio.run(main())


def test_a_fault_inside_is_the_one_that_is_seen():
    memory = stskafka.MemoryTransport("hold")

    async def main():
        with pytest.raises(KeyError):
            async with AsyncExporter(transport=memory, close_timeout=0) as exporter:
                await exporter.export_logs(batch(b"a"))
                raise KeyError

    asyncio.run(main())
