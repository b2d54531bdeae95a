# SPDX-License-Identifier: Apache-2.0
"""The tool as a whole: verbs, help, usage errors, a standard output that goes away."""
import os
import subprocess
import unittest

from tool import GOOD, TOOL, Case, frames, run

VERBS = ["send", "explain", "partition", "config", "functions", "options", "topology", "verify", "version"]


class Verbs(Case):
    def test_alone_lists_verbs(self):
        for args in ([], ["--help"], ["help"]):
            text = self.run_tool(*args).text
            for verb in VERBS:
                self.assertIn(f"\n  {verb} ", text)

    def test_help_explains_each_verb(self):
        for verb in ["send", "explain", "partition", "config", "functions", "options", "verify", "version"]:
            result = self.run_tool(verb, "--help")
            self.assertIn(f"Usage: stskafka {verb}", result.text)
            self.assertIn("--json", result.text)
            self.assertEqual(result.err, "")

    def test_help_names_options(self):
        for verb, options in {
            "send": ["--outcomes", "--embedded", "--read-back", "--timeout", "--statistics", "--config", "--metadata",
                     "--framing", "--format", "--signal", "--option"],
            "explain": ["--partitions", "--values", "--config", "--metadata", "--framing", "--format", "--signal"],
            "partition": ["--profile", "-n"],
        }.items():
            text = self.run_tool(verb, "--help").text
            for option in options:
                self.assertIn(option, text)

    def test_unknown_verb(self):
        self.refuse("sned", says=["sned", "send"])


class Usage(Case):
    def test_of_verbs_that_read_requests(self):
        for verb in ["send", "explain"]:
            for args in (["--no-such-option"], ["--framing", "bogus"], ["--format", "bogus"], ["--signal", "bogus"],
                         ["-o", "topic"], ["-o", "=x"], ["-o"], ["--metadata", "novalue"], ["--config"],
                         ["--config", "/no/such/file"], [self.folder / "none"], [self.folder], ["-", "-"]):
                self.refuse(verb, *args, data=GOOD)

    def test_topology_is_no_signal(self):
        for verb in ["send", "explain"]:
            self.refuse(verb, "--format", "topology", "--signal", "traces", data=GOOD, says="--signal")

    def test_lines_are_json(self):
        for verb in ["send", "explain"]:
            for args in (["--framing", "lines"], ["--format", "otlp", "--framing", "lines"]):
                self.refuse(verb, *args, data=GOOD, says="--format otlp-json")
            self.refuse(verb, "--format", "topology", "--framing", "lines", data=GOOD, says="--framing")

    def test_of_explain(self):
        for number in ["0", "-1", "x", "", "2147483648", "1.5", "99999999999999999999"]:
            self.refuse("explain", "--partitions", number, data=GOOD, says="--partitions")

    def test_of_send(self):
        for number in ["-1", "x", ""]:
            self.refuse("send", "--timeout", number, data=GOOD, says="--timeout")
        self.refuse("send", "--statistics", "xml", data=GOOD, says=["--statistics", "prometheus"])

    def test_of_verbs_without_input(self):
        for verb in ["functions", "options", "version"]:
            self.refuse(verb, "file")
            self.refuse(verb, "--no-such-option")

    def test_a_missing_file_is_seen_before_anything_is_done(self):
        good = self.file("good", GOOD)
        self.refuse("explain", "--json", good, self.folder / "none", says="none")
        self.refuse("send", "--embedded", "--json", good, self.folder / "none", says="none")


class Output(Case):
    def test_reader_went_away(self):
        for args in (["explain", "--json"], ["explain"], ["send", "--embedded", "--json"]):
            read, write = os.pipe()
            os.close(read)
            done = subprocess.run([TOOL, *args], input=GOOD, stdout=write, stderr=subprocess.PIPE, timeout=60,
                                  check=False)
            os.close(write)
            self.assertEqual(done.returncode, 1, done)
            self.assertEqual(done.stderr, b"")

    def test_full_disk(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([TOOL, "explain", "--json"], input=GOOD, stdout=full, stderr=subprocess.PIPE,
                                  timeout=60, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"No space left", done.stderr)

    def test_closed_streams(self):
        """A file that is opened must not become standard output."""
        path = self.file("good", GOOD)
        for closing in ("<&-", ">&-", "<&- >&- 2>&-"):
            done = subprocess.run(["sh", "-c", f'"$1" explain --json "$2" {closing}', "-", TOOL, path],
                                  capture_output=True, timeout=60, check=False)
            self.assertEqual(done.returncode, 0 if closing == "<&-" else 1, closing)
            self.assertEqual(path.read_bytes(), GOOD)

    def test_table_is_aligned_and_shows_what_can_be_printed(self):
        from tool import record, request
        data = request(record(key=b"plain", body=b"v"), record(key=b"\x00\xff", body=b""), record(body=b"v"),
                       record(key="schl\u00fcssel", body=b"v" * 100), record(key=b"k" * 100, body=b"v"))
        result = run("explain", "--partitions", "3", data=data)
        head, *rows = result.lines
        self.assertEqual(len(rows), 5, result)
        for row, words in zip(rows, (['"plain"', "1 byte"], ["0x00ff", "tombstone"], ["STS_ERR_KEY_MISSING"],
                                     ["0x7363686cc3bc7373656c", "100 bytes"], ['"' + "k" * 56 + '"...'])):
            for word in words:
                self.assertIn(word, row)
            self.assertEqual(row[head.index("TOPIC"):][:1].isspace(), False, row)
        wide = run("explain", data=data, env={"LC_ALL": "C.UTF-8"})
        self.assertIn('"schl\u00fcssel"', wide.out.decode())

    def test_table_of_many_rows(self):
        from tool import record, request
        data = frames(*[request(record(key=b"k%d" % i, body=b"v")) for i in range(1200)])
        self.assertEqual(len(self.run_tool("explain", "--framing", "length-prefixed", data=data).lines), 1201)


if __name__ == "__main__":
    unittest.main()
