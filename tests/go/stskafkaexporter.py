"""The collector component stskafkaexporter, over an installed library: its own tests, under the race detector."""
import unittest

from modules import GoModules

MODULE = "stskafkaexporter"


class Stskafkaexporter(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.modules = GoModules()
        cls.addClassCleanup(cls.modules.remove)

    def test_vet(self):
        self.modules.go(MODULE, "vet", "./...")

    def test_its_own_tests_under_the_race_detector(self):
        self.modules.go(MODULE, "test", "-race", "-count=1", "./...")


if __name__ == "__main__":
    unittest.main()
