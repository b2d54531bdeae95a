# SPDX-License-Identifier: Apache-2.0
"""Tables on a terminal: as wide as it is, red where a row tells what is wrong and colour is wanted. Elsewhere nothing is cut."""
import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
import unittest

from tool import TOOL, Case, frames, record, request

LONG = b"k" * 50
DATA = frames(request(record(key=LONG, body=b"v", topic="a-topic-with-a-long-name-of-its-own"), record(body=b"v")))


class Tables(Case):
    def on_terminal(self, *args, columns=80, data=DATA, env=None):
        """What a run prints on a terminal of that width."""
        leader, follower = pty.openpty()
        fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        with open(self.file("input", data), "rb") as source:
            process = subprocess.Popen([TOOL, *args], stdin=source, stdout=follower, stderr=subprocess.PIPE,
                                       env={**os.environ, "LC_ALL": "C", "TERM": "xterm", "NO_COLOR": "", **(env or {})})
        os.close(follower)
        shown = b""
        try:
            while piece := os.read(leader, 65536):
                shown += piece
        except OSError:  # the other end is closed
            pass
        os.close(leader)
        process.communicate()
        return shown.decode().replace("\r\n", "\n")

    def test_width(self):
        args = ["explain", "--framing", "length-prefixed", "-n", "3"]
        head, good, bad, *reason = shown = self.on_terminal(*args, env={"NO_COLOR": "1"}).splitlines()
        self.assertLessEqual(max(map(len, shown)), 80)
        self.assertIn("-", bad)
        self.assertIn("...", good)
        self.assertEqual(head.index("VALUE"), good.index("1 byte"))
        self.assertIn('rejected: STS_ERR_KEY_MISSING: there is no key: attributes["stskafka.key"] has no value', " ".join(map(str.strip, reason)))
        self.assertIn(LONG.decode(), self.on_terminal(*args, columns=200))
        plain = self.run_tool(*args, data=DATA, code=1)
        self.assertIn(LONG.decode(), plain.text)
        self.assertIn("a-topic-with-a-long-name-of-its-own", plain.text)

    def test_colour(self):
        args = ["explain", "--framing", "length-prefixed"]
        for env, is_red in (({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)):
            shown = self.on_terminal(*args, env=env)
            red = re.findall("\x1b\\[31m(.*?)\x1b\\[0m$", shown, re.M | re.S)
            self.assertEqual(["STS_ERR_KEY_MISSING" in row and "k" * 20 not in row for row in red], [True] if is_red else [], shown)
        self.assertNotIn("\x1b", self.run_tool(*args, data=DATA, code=1).text)

    def test_bars_fit(self):
        shown = self.on_terminal("explain", "--skew", "-n", "3", "--framing", "length-prefixed", columns=60)
        self.assertIn("#" * 20, shown)
        self.assertNotIn("#" * 21, shown)
        for line in shown.splitlines()[1:]:
            self.assertLessEqual(len(line), 60 + 20)


if __name__ == "__main__":
    unittest.main()
