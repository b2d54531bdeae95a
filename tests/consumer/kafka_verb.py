"""How a newcomer comes to a Kafka: ./dev kafka starts one with a topic, and stops it."""
import subprocess
import unittest

from bootstrap import free_port
from topics import ROOT


def dev(*args):
    done = subprocess.run(["./dev", "kafka", *args], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


class Verb(unittest.TestCase):
    def tearDown(self):
        dev("stop")

    def topics(self, port):
        done = subprocess.run(["kcat", "-L", "-b", f"127.0.0.1:{port}", "-m", "5"], capture_output=True, text=True, check=False)
        return done.returncode, done.stdout

    def test_starts_and_stops(self):
        port = free_port()
        code, said = dev("--port", str(port), "orders", "logs")
        self.assertEqual(code, 0, said)
        self.assertIn(f"serves on 127.0.0.1:{port}, topics: orders logs", said)
        code, told = self.topics(port)
        self.assertEqual(code, 0, told)
        for topic in ("orders", "logs"):
            self.assertIn(f'topic "{topic}" with 3 partitions', told)
        self.assertEqual(dev("stop")[0], 0)
        self.assertNotEqual(self.topics(port)[0], 0)

    def test_what_it_does_not_know(self):
        for args, said in ((("--prot", "1"), "kafka does not know '--prot'"), (("--port",), "--port needs PORT")):
            self.assertEqual(dev(*args), (2, f"dev: {said}\n"))


if __name__ == "__main__":
    unittest.main()
