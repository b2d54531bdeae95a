# SPDX-License-Identifier: Apache-2.0
"""The verb store, and send --storage: what is sent nowhere stays stored, and is shown (tests/kafka/storage_tool.py drains it)."""
import shutil
import tempfile
import unittest
from pathlib import Path

from tool import Case, record, request


class Store(Case):
    def setUp(self):
        self.work = Path(tempfile.mkdtemp())
        self.folder = self.work / "store"
        self.addCleanup(shutil.rmtree, self.work)

    def send(self, *bodies, code=1):
        data = request(*[record(key=b"key", body=body) for body in bodies])
        return self.run_tool("send", "--json", "--storage", self.folder, "--timeout", "0", "-o", "brokers=127.0.0.1:1", "-o",
                             "topic_check=off", data=data, code=code)

    def look(self, code=0):
        result = self.run_tool("store", "--json", self.folder, code=code)
        return result.json[0]

    def test_what_is_not_delivered_stays_stored(self):
        for number in range(1, 4):
            result = self.send(b"one", b"another")
            self.assertEqual(result.json[-1]["stored"], 2 * number)
            self.assertEqual((result.json[-1]["purged"], result.json[-1]["uncertain"]), (0, 0))
            self.assertIn("stays stored", result.err)
            found = self.look()
            self.assertEqual((found["records"], found["damage"], found["in_use"]), (2 * number, 0, False))
            self.assertGreater(found["oldest_ms"], 1600000000000)
            self.assertGreater(found["file_bytes"], found["record_bytes"])
        text = self.run_tool("store", self.folder).text
        self.assertTrue(text.startswith("6 records, "), text)
        self.assertIn("the oldest was stored at 20", text)

    def test_counts_for_people(self):
        """None, one and two of each; and two files, the second of which a second run begins."""
        self.send(code=0)
        self.assertRegex(self.run_tool("store", self.folder).text, r"^0 records, 0 bytes; \d+ files?, \d+ bytes\n")
        self.send(b"1")
        self.assertRegex(self.run_tool("store", self.folder).text, r"^1 record, \d+ bytes; 1 file, \d+ bytes\nthe oldest")
        result = self.run_tool("store", "--drain", "--timeout", "0", "--brokers", "127.0.0.1:1", "-o", "read_timeout=100ms", self.folder, code=1)
        self.assertRegex(result.text, "^1 record, 0 delivered, 0 failed, 0 uncertain, 1 left; ")
        self.assertIn(": 1 record has no outcome, and none came for 0 s: giving up; ", result.err)
        result = self.send(b"2")
        self.assertIn(": 2 records have no outcome, and none came for 0 s: giving up; ", result.err)
        self.assertRegex(self.run_tool("store", self.folder).text, r"^2 records, \d+ bytes; \d+ files?, \d+ bytes\n")

    def test_drain_without_a_broker_loses_nothing(self):
        self.send(b"one")
        result = self.run_tool("store", "--drain", "--json", "--timeout", "0", "--brokers", "127.0.0.1:1", "-o", "read_timeout=100ms",
                               self.folder, code=1)
        self.assertEqual({name: result.json[0][name] for name in ("records", "delivered", "left")},
                         {"records": 1, "delivered": 0, "left": 1})
        self.assertEqual(self.look()["records"], 1)

    def test_damage_is_told(self):
        self.send(b"one", b"two")
        [path] = self.folder.glob("*.queue")
        content = bytearray(path.read_bytes())
        content[-20] ^= 1
        path.write_bytes(content)
        found = self.look(code=1)
        self.assertEqual((found["records"], found["damage"]), (1, 1))
        self.assertIn("\n1 piece is torn or damaged; an exporter sets it aside (.damaged)\n", self.run_tool("store", self.folder, code=1).text)
        self.assertEqual(list(self.folder.glob("*.damaged")), [], "looking changes nothing")

    def test_usage(self):
        self.refuse("store", says="name the DIR")
        self.refuse("store", "a", "b", says="one DIR")
        self.refuse("store", self.folder, says="STS_ERR_STORAGE")
        self.refuse("store", "--timeout", "x", "a", says="--timeout")
        self.folder.mkdir()
        self.assertEqual(self.look()["records"], 0)
        self.assertIsNone(self.look()["oldest_ms"])


if __name__ == "__main__":
    unittest.main()
