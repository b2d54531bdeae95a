"""What the library writes as otlp_proto and otlp_json, of every signal, the collector's own unmarshalers read as the same value: the
requests are those of otlp_json.jsonl, from hand-written cases and the writers of five languages."""
import json
import os
import subprocess
import sys
import unittest
from pathlib import Path

from encode.peer import answers, case
from intake.meaning import meaning_of_request
from interop_programs import build

BUILD = Path(os.environ["STSKAFKA_BUILD"])
VECTORS = Path(os.environ["STSKAFKA_ROOT"]) / "tests/golden/otlp_json.jsonl"


def lines(program, given):
    done = subprocess.run([program], input="".join(line + "\n" for line in given), stdout=subprocess.PIPE, check=True, encoding="utf-8")
    found = [line.split(" ", 1) for line in done.stdout.splitlines()]
    assert len(found) == len(given)
    return found


class Unmarshalers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        sys.setrecursionlimit(100000)
        cls.program = build("unmarshal")
        rows = [json.loads(line) for line in VECTORS.read_text().splitlines()]
        cls.rows = [row for row in rows if row["accept"] and row["pb_hex"]]

    def test_otlp_json_of_every_signal(self):
        written = lines(BUILD / "bin/encode_peer", [f"json {row['signal']} {row['pb_hex']}" for row in self.rows])
        self.assertEqual({code for code, _ in written}, {"ok"})
        read = lines(self.program, [f"{row['signal']} otlp_json {value}" for row, (_, value) in zip(self.rows, written)])
        for row, (_, value), (code, found) in zip(self.rows, written, read):
            with self.subTest(row["id"], note=row["note"]):
                self.assertEqual(code, "ok", found)
                if "\ufffd" not in bytes.fromhex(value).decode():  # text that was not UTF-8
                    self.assertEqual(meaning_of_request(row["signal"], bytes.fromhex(found)),
                                     meaning_of_request(row["signal"], bytes.fromhex(row["pb_hex"])))

    def test_records_of_logs(self):
        """Record by record, as they are sent, and a request's together: both encodings hold the same."""
        logs = [row for row in self.rows if row["signal"] == "logs"]
        for gather in ("none", "request"):
            sent = {}
            for encoding in ("otlp_proto", "otlp_json"):
                options = {"key": "none", "encoding": encoding, "gather": gather, "missing_key": "null"}
                found = answers([case(bytes.fromhex(row["pb_hex"]), options) for row in logs])
                values = [message["value"] for answer in found if "error" not in answer for message in answer["messages"]]
                sent[encoding] = lines(self.program, [f"logs {encoding} {value}" for value in values])
            self.assertGreater(len(sent["otlp_json"]), 100)
            self.assertEqual(len(sent["otlp_proto"]), len(sent["otlp_json"]))
            for (code, proto), (json_code, from_json) in zip(*sent.values()):
                with self.subTest(gather=gather):
                    self.assertEqual((code, json_code), ("ok", "ok"))
                    if b"\xef\xbf\xbd" not in bytes.fromhex(from_json):  # text that was not UTF-8
                        self.assertEqual(meaning_of_request("logs", bytes.fromhex(proto)),
                                         meaning_of_request("logs", bytes.fromhex(from_json)))


if __name__ == "__main__":
    unittest.main()
