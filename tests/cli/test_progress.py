# SPDX-License-Identifier: Apache-2.0
"""What send and explain show of their progress on a terminal: also within one large request, and why nothing moves."""
import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
import unittest

from tool import TOOL, Case, record, request

DEADLINE_S = 60
HALF = re.compile(r"(?:[1-9]|[1-9]\d) %, \d+\.\d of \d+\.\d MB, \d+\.\d MB/s")


class Progress(Case):
    def until(self, pattern, *args, columns=120, env=None):
        """Runs the tool with standard error on a terminal until that shows the pattern; returns all that it showed."""
        leader, follower = pty.openpty()
        fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        process = subprocess.Popen([TOOL, *map(str, args)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=follower,
                                   env={**os.environ, "LC_ALL": "C", "TERM": "xterm", **(env or {})})
        os.close(follower)
        shown, deadline = "", time.monotonic() + DEADLINE_S
        try:
            while not re.search(pattern, shown) and time.monotonic() < deadline:
                if select.select([leader], [], [], 1)[0]:
                    shown += os.read(leader, 65536).decode()
        except OSError:  # it has ended
            pass
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()
            os.close(leader)
        self.assertRegex(shown, pattern)
        return shown

    def one_large_request(self, records):
        return self.file("large.bin", request(*(record(key=b"key-%d" % i, body=b"x" * 200) for i in range(records))))

    def test_within_one_request(self):
        """Seen half-way, though all records are of one request, whose keys take their time."""
        large = self.one_large_request(200_000)
        slow = "SHA512(" * 30 + "String(body)" + ")" * 30
        self.until(HALF, "send", "-o", "transport=memory", "-o", f"key={slow}", large)
        self.until(HALF, "explain", "--json", "--values", large)

    def test_within_one_request_in_json(self):
        record = {"attributes": [{"key": "stskafka.key", "value": {"stringValue": 'a "key" [{'}}], "body": {"stringValue": "x" * 200}}
        request = {"resourceLogs": [{"resource": {"attributes": [{"key": "a", "value": {"arrayValue": {"values": [{"intValue": "1"}]}}}]},
                                     "scopeLogs": [{"scope": {"attributes": [{"key": "b", "value": {"kvlistValue": {"values": []}}}]},
                                                    "logRecords": [record] * 100_000}]}]}
        self.until(HALF, "explain", "--json", "--values", "-o", "encoding=raw_text", "--format", "otlp-json", self.file("large.json", json.dumps(request)))

    def test_why_nothing_moves(self):
        """No broker is there, and the start did not look for one."""
        shown = self.until("1 record under way, none acknowledged for [2-9] s: .*127.0.0.1:1", "send", "-o", "brokers=127.0.0.1:1", "-o", "topic_check=off",
                           self.file("one.bin", request(record(key=b"k", body=b"v"))), columns=80)
        self.assertIn("1 record, 1 under way", shown)

    def test_a_line_never_wraps(self):
        large = self.one_large_request(200_000)
        shown = self.until(r"\d %", "explain", "--json", "--values", large, columns=30)
        for line in re.split("\r|\x1b\\[K|\n", shown):
            self.assertLess(len(line), 30)

    def test_nothing_where_there_is_no_terminal(self):
        result = self.run_tool("explain", "--json", self.one_large_request(50_000))
        self.assertEqual(result.err, "")


if __name__ == "__main__":
    unittest.main()
