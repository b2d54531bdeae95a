"""The Python package as python_wheel.py has it, in a wheel whose library takes the system's librdkafka; for --full, because all is
compiled once more."""
import unittest

from python_wheel import Case


class SystemsLibrdkafka(Case):
    def test_is_taken(self):
        wheel = self.build(STSKAFKA_RDKAFKA="system")
        self.assertFalse([name for name in self.names_in(wheel) if "licenses/librdkafka" in name])
        site, loaded, librdkafka = self.run_installed(wheel)
        self.assertEqual((loaded, len(librdkafka)), ([str(site / "stskafka/libstskafka.so.1")], 1))


if __name__ == "__main__":
    unittest.main()
