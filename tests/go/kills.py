"""kill -9 of the broker and of a collector under load, with the library's queue in memory and on disk. What the counters say and what is in the
topic agree; and of what the collector has taken, exactly that is lost which bindings/go/README.md says: nothing from a queue on disk, from one
in memory what had no outcome when the collector was killed."""
import http.client
import os
import re
import subprocess
import tempfile
import threading
import unittest
from pathlib import Path

from bootstrap import kafka_bootstrap
from collectors import Collector, build, values
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from topics import create_topic, read_topic

ROOT = Path(os.environ["STSKAFKA_ROOT"])
CLUSTER = ROOT / "tests/support/kafka/kafka-cluster"
KEYS = 7
RECORDS = 21  # of a request, three for each key

EXPORTERS = """
  sts_kafka_exporter:
    brokers: ["{brokers}"]
    topic: {topic}
    topic_check: warn # the collector starts while the broker is away, too
    required_acks: all
    key: 'attributes["key"]'
    encoding: raw_text
    linger: 5ms
    sending_queue: {{{queue}}}
"""
PIPELINES = """
    logs: {receivers: [otlp], exporters: [sts_kafka_exporter]}
"""


def make_request(number):
    request = ExportLogsServiceRequest()
    scope = request.resource_logs.add().scope_logs.add()
    for at in range(number * RECORDS, (number + 1) * RECORDS):
        record = scope.log_records.add()
        record.body.string_value = str(at)
        record.attributes.add(key="key").value.string_value = f"key {at % KEYS}"
    return request


class Load(threading.Thread):
    """Sends one request after another, until it is told to end. The numbers of the taken ones, and of those whose answer was lost."""

    def __init__(self, collector):
        super().__init__()
        self.collector, self.taken, self.unknown, self.ending = collector, [], [], threading.Event()
        self.may_go, self.turn = threading.Event(), threading.Lock()
        self.changed = threading.Condition()  # what was taken, or whether it may go on
        self.may_go.set()

    def run(self):
        number = 0
        while not self.ending.is_set():
            self.may_go.wait()
            with self.turn:
                if self.may_go.is_set():
                    self.send(number)
                    number += 1

    def send(self, number):
        try:
            self.collector.post(make_request(number))
            self.taken.append(number)
        except (OSError, http.client.HTTPException):
            self.unknown.append(number)
            self.may_go.clear()  # until the collector is there again
        with self.changed:
            self.changed.notify_all()

    def pause(self):
        self.may_go.clear()
        with self.turn:
            pass

    def more(self, count=40):
        """Waits until so many requests more were taken."""
        goal = len(self.taken) + count
        self.wait("the collector takes nothing", lambda: len(self.taken) >= goal)

    def wait(self, what, condition):
        with self.changed:
            if not self.changed.wait_for(condition, 120):
                raise TimeoutError(what)

    def end(self):
        self.ending.set()
        self.may_go.set()
        self.join()


class Kills(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.program = build()
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.cluster("start", "1", work=folder.name)
        cls.addClassCleanup(cls.cluster, "stop")
        os.environ["STSKAFKA_KAFKA_BOOTSTRAP"] = f"{folder.name}/bootstrap"

    @classmethod
    def cluster(cls, *words, work=None):
        cls.work = work or cls.work
        subprocess.run([CLUSTER, "--work", cls.work, *words], check=True, stdout=subprocess.DEVNULL)

    def begin(self, topic, queue=""):
        create_topic(topic, 3)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        queue = queue.format(folder=folder.name)
        collector = Collector(self.program, folder.name, EXPORTERS.format(brokers=kafka_bootstrap(), topic=topic, queue=queue), PIPELINES).start()
        self.addCleanup(collector.stop)
        load = Load(collector)
        load.start()
        self.addCleanup(load.end)
        load.more()
        return collector, load

    def finish(self, collector, load):
        """The last page of numbers, when nothing waits any more."""
        load.end()
        collector.until("records wait", lambda: values(collector.scrape(), "otelcol_exporter_stskafka_queue_size") == [0], 120)
        page = collector.scrape()
        self.assertEqual(collector.stop(), 0, collector.log.read_text())
        return page

    def restart(self, collector, load):
        collector.start()
        load.may_go.set()

    def counted(self, page):
        names = ("delivered", "failed", "uncertain", "purged", "rejected")
        return {name: sum(values(page, "otelcol_exporter_stskafka_records", outcome=name)) for name in names}

    def read(self, topic):
        """The numbers of the records, first occurrences by key in their order; and how many more there are."""
        firsts, seen, again = {}, set(), 0
        for record in read_topic(topic):
            number = int(bytes.fromhex(record["value"]))
            self.assertEqual(bytes.fromhex(record["key"]).decode(), f"key {number % KEYS}")
            if number in seen:
                again += 1
            else:
                seen.add(number)
                firsts.setdefault(number % KEYS, []).append(number)
        return firsts, seen, again

    def assert_in_order(self, firsts):
        for numbers in firsts.values():
            self.assertEqual(numbers, sorted(numbers))

    def assert_none(self, numbers):
        self.assertEqual(sorted(numbers)[:20], [])

    def records_of(self, requests):
        return {at for number in requests for at in range(number * RECORDS, (number + 1) * RECORDS)}

    def check_the_broker_is_killed(self, topic, queue):
        """Nothing is lost, and the counters are the topic's."""
        collector, load = self.begin(topic, queue)
        for _ in range(2):
            self.cluster("kill", "0")
            load.more()
            self.cluster("restart", "0")
            load.more()
        page = self.finish(collector, load)
        firsts, seen, again = self.read(topic)
        self.assertEqual(load.unknown, [])
        self.assert_none(self.records_of(load.taken) ^ seen)
        self.assertEqual(self.counted(page), {"delivered": len(seen), "failed": 0, "uncertain": 0, "purged": 0, "rejected": 0})
        self.assertLessEqual(again, sum(values(page, "otelcol_exporter_stskafka_possible_duplicates")))
        self.assert_in_order(firsts)

    def test_the_broker_with_the_queue_in_memory(self):
        self.check_the_broker_is_killed("kills-broker-memory", "")

    def test_the_broker_with_the_queue_on_disk(self):
        self.check_the_broker_is_killed("kills-broker-disk", "storage: {folder}/store")

    def test_the_collector_with_the_queue_on_disk(self):
        collector, load = self.begin("kills-collector-disk", "storage: {folder}/store")
        for broker_too in (False, True, False):
            if broker_too:  # what comes now has no chance to be delivered by this collector
                self.cluster("kill", "0")
                load.more()
            self.kill(collector, load)
            if broker_too:
                self.cluster("restart", "0")
            self.restart(collector, load)
            load.more()
        page = self.finish(collector, load)
        firsts, seen, again = self.read("kills-collector-disk")
        self.assert_none(self.records_of(load.taken) - seen)
        self.assert_none(seen - self.records_of(load.taken + load.unknown))
        self.assert_in_order(firsts)
        counted = self.counted(page)
        self.assertEqual((counted["failed"], counted["uncertain"], counted["purged"]), (0, 0, 0))
        self.assertLessEqual(again, self.recovered(collector))

    def recovered(self, collector):
        """How many records the collectors have found in the store at their starts: those are all that may be there twice."""
        found = re.findall(r"the store holds (\d+) records of an earlier run", collector.log.read_text())
        self.assertTrue(found)
        return sum(map(int, found))

    def test_the_collector_with_the_queue_in_memory(self):
        collector, load = self.begin("kills-collector-memory")
        delivered = collector.records("delivered")
        self.kill(collector, load)
        first = len(load.taken)
        self.restart(collector, load)
        load.more()
        load.pause()
        sure = load.taken[first:]
        collector.until("records wait", lambda: collector.records("delivered") == len(self.records_of(sure)))
        self.cluster("kill", "0")
        load.may_go.set()
        load.more()
        self.kill(collector, load)
        doomed = load.taken[first + len(sure):]
        self.cluster("restart", "0")
        self.restart(collector, load)
        load.more()
        page = self.finish(collector, load)
        last = load.taken[first + len(sure) + len(doomed):]
        firsts, seen, again = self.read("kills-collector-memory")
        self.assertGreaterEqual(len(seen & self.records_of(load.taken[:first] + load.unknown[:1])), delivered)
        self.assert_none(self.records_of(sure + last) - seen)
        self.assert_none(seen & self.records_of(doomed))  # the broker was away, and nothing was stored
        self.assertEqual(again, 0)
        self.assert_in_order(firsts)
        self.assertEqual(self.counted(page)["delivered"], len(self.records_of(last)))

    def test_the_collector_that_waits_for_kafka(self):
        collector, load = self.begin("kills-collector-waits", "wait_for_result: true")
        for _ in range(2):
            self.kill(collector, load)
            self.restart(collector, load)
            load.more()
        self.finish(collector, load)
        firsts, seen, again = self.read("kills-collector-waits")
        self.assert_none(self.records_of(load.taken) - seen)
        self.assertEqual(again, 0)
        self.assert_in_order(firsts)

    def kill(self, collector, load):
        collector.kill()
        load.wait("the load has not noticed", lambda: not load.may_go.is_set())


if __name__ == "__main__":
    unittest.main()
