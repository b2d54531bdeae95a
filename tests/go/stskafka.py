"""The Go package stskafka, over an installed library: its own tests, under the race detector and with the library linked statically; and on
a real Kafka, read back by the Java client."""
import unittest

from bootstrap import kafka_bootstrap
from modules import MODULES, GoModules
from topics import create_topic, read_topic

MODULE = "stskafka"
TOPIC = "go-stskafka"


class Stskafka(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.modules = GoModules()
        cls.addClassCleanup(cls.modules.remove)

    def test_vet_and_format(self):
        self.modules.go(MODULE, "vet", "./...")
        self.assertEqual(self.modules.go(MODULE, "run", "cmd/gofmt", "-l", str(MODULES)).split(), [])

    def test_its_own_tests_under_the_race_detector(self):
        self.modules.go(MODULE, "test", "-race", "-count=1", "./...")

    def test_with_the_library_in_it(self):
        self.modules.go(MODULE, "test", "-count=1", "-run", "^Example", "-tags", "stskafka_static", "./...", LD_LIBRARY_PATH="")

    def test_kafka(self):
        create_topic(TOPIC, 3)
        self.modules.go(MODULE, "test", "-count=1", "-race", "-run", "^TestKafka$", "-tags", "kafka", ".", KAFKA=kafka_bootstrap(), TOPIC=TOPIC)
        read = read_topic(TOPIC)
        self.assertEqual(len(read), 500)
        by_key = {}
        for record in read:
            self.assertEqual(record["partition"], record["java_partition"])
            by_key.setdefault(bytes.fromhex(record["key"]).decode(), []).append(int(bytes.fromhex(record["value"])))
        # kafka_test.go sends record N under the key user-(N mod 20).
        self.assertEqual(by_key, {f"user-{user}": list(range(user, 500, 20)) for user in range(20)})


if __name__ == "__main__":
    unittest.main()
