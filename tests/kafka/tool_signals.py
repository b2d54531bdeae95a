"""stskafka send against a real Kafka, told to end while 99,000 records are under way: they get their outcomes, each is in the topic
once, and the sums add up. By the system's librdkafka; with an argument, the program that runs another by the newest (and its
arguments)."""
import json
import os
import signal
import subprocess
import sys
import threading
import unittest
from pathlib import Path

from bootstrap import kafka_bootstrap
from topics import ROOT, create_topic

sys.path.insert(0, str(ROOT / "tests/cli"))
from tool import frames, record, request  # noqa: E402

TOOL = Path(os.environ["STSKAFKA_BUILD"]) / "bin/stskafka"
RUNNER = sys.argv[1:]
sys.argv[1:] = []
TOPIC = "tool-signals" + ("-newest" if RUNNER else "")
KEYS = [b"key %d" % i for i in range(50)]


class ToolSignals(unittest.TestCase):
    @staticmethod
    def write(stream):
        """99,000 records, and one that is rejected; the stream stays open."""
        for start in range(0, 99000, 1000):
            stream.write(frames(request(*[record(key=KEYS[i % 50], body=b"%d" % i) for i in range(start, start + 1000)])))
        stream.write(frames(request(record(body=b"no key"))))
        stream.flush()

    def test_while_records_are_under_way(self):
        """They linger, until the signal has them flushed."""
        create_topic(TOPIC, 4)
        process = subprocess.Popen(
            [*RUNNER, TOOL, "send", "--json", "--outcomes", "--framing", "length-prefixed", "--interrupt-timeout", "60", "-o",
             f"brokers={kafka_bootstrap()}", "-o", f"topic={TOPIC}", "-o", "linger=15m", "-o",
             "retry_on_failure.max_elapsed_time=30m", "-o", "sending_queue.queue_size=200000"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.addCleanup(process.kill)
        writer = threading.Thread(target=self.write, args=(process.stdin,))  # its outcomes are read meanwhile
        writer.start()
        # Rejected at once, and after all others were taken; what is under way has not been told of yet.
        lines = []
        while not lines or lines[-1]["status"] != "rejected":
            lines.append(json.loads(process.stdout.readline()))
        process.send_signal(signal.SIGTERM)
        rest = [json.loads(line) for line in process.stdout]
        self.assertEqual(process.wait(), -signal.SIGTERM)
        writer.join()
        process.stdin.close()
        process.stdout.close()

        *outcomes, total = lines + rest
        self.assertEqual({name: total[name] for name in ("requests", "accepted", "delivered", "rejected", "failed", "uncertain",
                                                         "purged", "interrupted")},
                         {"requests": 100, "accepted": 99000, "delivered": 99000, "rejected": 1, "failed": 0, "uncertain": 0,
                          "purged": 0, "interrupted": "SIGTERM"})
        self.assertEqual(len(outcomes), 99001)
        self.assertLess(len(lines), 99000, "the signal came while records were under way")
        read = subprocess.run(["kcat", "-C", "-e", "-q", "-b", kafka_bootstrap(), "-t", TOPIC, "-o", "beginning", "-f", "%s\\n"],
                              stdout=subprocess.PIPE, check=True)
        self.assertEqual(sorted(map(int, read.stdout.split())), list(range(99000)))
        places = {(one["partition"], one["offset"]) for one in outcomes if one["status"] == "delivered"}
        self.assertEqual(len(places), 99000)


if __name__ == "__main__":
    unittest.main()
