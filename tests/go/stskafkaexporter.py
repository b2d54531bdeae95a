"""The collector component stskafkaexporter, over an installed library: its own tests, and the collector's checker of what every exporter owes
(exportertest.CheckConsumeContract), under the race detector."""
import unittest

from modules import PROGRAMS, GoModules

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

    def test_the_contract_of_exporters(self):
        self.modules.go(PROGRAMS, "vet", "./...")
        self.modules.go(PROGRAMS, "test", "-race", "-count=1", "./contract")


if __name__ == "__main__":
    unittest.main()
