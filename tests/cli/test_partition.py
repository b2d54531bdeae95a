# SPDX-License-Identifier: Apache-2.0
"""stskafka partition: keys in hex to partitions under the three profiles."""
import unittest

from tool import Case, golden

PROFILES = ["java", "sarama", "librdkafka"]


class Golden(Case):
    def test_every_row_profile_and_count(self):
        rows = golden("partition.jsonl")
        counts = sorted({int(count) for row in rows for profile in PROFILES for count in row[profile] or {}})
        self.assertGreater(len(counts), 3)
        data = "".join(("-" if row["key_hex"] is None else row["key_hex"]) + "\n" for row in rows).encode()
        for profile in PROFILES:
            result = self.run_tool("partition", "--profile", profile, "-n", ",".join(map(str, counts)), data=data)
            self.assertEqual(len(result.lines), len(rows))
            for line, row in zip(result.lines, rows):
                with self.subTest(profile=profile, row=row["name"], key=row["key_hex"]):
                    got = dict(zip(map(str, counts), line.split("\t")))
                    if row[profile] is None:
                        self.assertEqual(set(got.values()), {"-"})
                    else:
                        wanted = {count: str(place) for count, place in row[profile].items()}
                        self.assertEqual({count: got[count] for count in wanted}, wanted)


class Lines(Case):
    def test_empty_null_and_case(self):
        result = self.run_tool("partition", "--profile", "java", "-n", "12,1", data=b"\n-\nab\nAB\n\n61")
        empty, null, lower, upper, again, last = result.lines
        self.assertEqual((empty, null), ("9\t0", "-\t-"))
        self.assertEqual(lower, upper)
        self.assertEqual(again, empty)
        self.assertEqual(len(last.split("\t")), 2)

    def test_no_lines(self):
        self.assertEqual(self.run_tool("partition", "--profile", "java", "-n", "3").out, b"")

    def test_large_counts_and_keys(self):
        key = b"00ff" * 200000 + b"\n"
        line, = self.run_tool("partition", "--profile", "sarama", "-n", "2147483647", data=key).lines
        self.assertIn(int(line), range(2147483647))

    def test_files_and_standard_input(self):
        one, two = self.file("one", "61\n"), self.file("two", "62\n")
        for args, data in (([one, two], b""), ([one, "-"], b"62\n"), (["-"], b"61\n62\n"), ([], b"61\n62\n")):
            self.assertEqual(len(self.run_tool("partition", "--profile", "java", "-n", "9", *args, data=data).lines), 2)

    def test_json(self):
        data = b"\n-\n6B\n"
        lines = self.run_tool("partition", "--profile", "java", "-n", "12,3", "--json", data=data).json
        self.assertEqual(lines[0], {"key": "", "partitions": {"12": 9, "3": 0}})
        self.assertEqual(lines[1], {"key": None, "partitions": {"12": None, "3": None}})
        self.assertEqual(lines[2]["key"], "6b")

    def test_not_hex(self):
        file = self.file("keys", "61\nxyz\n6\n 61\n--\n62\n")
        result = self.run_tool("partition", "--profile", "java", "-n", "5,6", file, code=3)
        good = self.run_tool("partition", "--profile", "java", "-n", "5,6", data=b"61\n62\n").lines
        self.assertEqual([result.lines[0], result.lines[5]], good)
        self.assertEqual(set(result.lines[1:5]), {"error\terror"})
        for line in (2, 3, 4, 5):
            self.assertIn(f"{file}: line {line}: ", result.err)
        lines = self.run_tool("partition", "--profile", "java", "-n", "5", "--json", file, code=3).json
        self.assertEqual((lines[1]["line"], lines[1]["error"]["code"]), (2, "STS_ERR_MALFORMED"))
        self.assertEqual(len(lines), 6)


class Usage(Case):
    def test_refused(self):
        for args in ([], ["-n"], ["-n", "0"], ["-n", "-1"], ["-n", "x"], ["-n", "1,"], ["-n", ""], ["-n", "1,,2"],
                     ["-n", "2147483648"], ["-n", "1.5"], ["-n", " 1"], ["-n", "3", "--profile", "crc"],
                     ["-n", "3", "--profile", ""], ["-n", "3", self.folder / "none"]):
            self.refuse("partition", "--profile", "java", *args, data=b"61\n")


if __name__ == "__main__":
    unittest.main()
