# SPDX-License-Identifier: Apache-2.0
"""What somebody tries who has not read the manual: records of one's own, keys as text, sizes with units, slips in specs."""
import os
import pty
import subprocess
import unittest

from tool import GOOD, TOOL, Case


class KeyValue(Case):
    def explain(self, *args, data=b"", **more):
        return self.run_tool("explain", "--json", "--values", *args, data=data, **more).json

    def pairs(self, *args, **more):
        return [(line["key"] and bytes.fromhex(line["key"]), line["value"] and bytes.fromhex(line["value"])) for line in self.explain(*args, **more)]

    def test_lines(self):
        data = b"a\t1\nb\ttwo\twords\n-\tnull key\nc\t-\n\tempty key\nd\t\n\xff\x00\t\xfe\n"
        self.assertEqual(self.pairs("--format", "key-value", data=data),
                         [(b"a", b"1"), (b"b", b"two\twords"), (None, b"null key"), (b"c", None), ("", b"empty key"), (b"d", None), (b"\xff\x00", b"\xfe")])

    def test_one_key(self):
        self.assertEqual(self.pairs("--key", "k", "--value", "v"), [(b"k", b"v")])
        self.assertEqual(self.pairs("--key", "k", "--value", "-", data=b"all\nof it\n"), [(b"k", b"all\nof it\n")])
        self.assertEqual(self.pairs("--key", "k", data=b"x"), [(b"k", b"x")])
        self.assertEqual(self.pairs("--key", "-", "--value", "v"), [(None, b"v")])
        self.assertEqual(self.pairs("--key", "k", self.file("a", "1"), self.file("b", "2")), [(b"k", b"1"), (b"k", b"2")])

    def test_whatever_the_options_say(self):
        args = ["-o", "key=resource_hash", "-o", "encoding=otlp_json", "-o", "logs.key=none", "-o", "gather=key", "-o", "topic=t"]
        line, = self.explain("--key", "k", "--value", "v", *args)
        self.assertEqual((line["key_text"], line["value"], line["topic"]), ("k", b"v".hex(), "t"))

    def test_sent(self):
        lines = self.run_tool("send", "--embedded", "--json", "--outcomes", "--format", "key-value", data=b"a\t1\nb\t2\n").json
        self.assertEqual([line.get("status") for line in lines[:-1]], ["delivered"] * 2)
        self.assertEqual(lines[-1]["delivered"], 2)
        total, = self.run_tool("send", "--embedded", "--json", "--key", "k", "--value", "v").json
        self.assertEqual(total["delivered"], 1)

    def test_what_is_wrong(self):
        for verb in ("send", "explain"):
            self.refuse(verb, "--value", "v", says="--key")
            self.refuse(verb, "--key", "k", "--value", "v", self.file("f", "x"), says="--value")
            self.refuse(verb, "--key", "k", "--signal", "logs", says="--signal")
            self.refuse(verb, "--format", "key-value", "--framing", "lines", says="--framing")
        result = self.run_tool("explain", "--json", "--format", "key-value", data=b"a\t1\nno tab\nb\t2\n", code=3)
        self.assertIn("line 2", result.err)
        self.assertIn("no tab between a key and a value", result.err)
        self.assertEqual(len(result.lines), 3)


class Nothing(Case):
    """What would look as if the tool did nothing."""

    def test_no_records(self):
        for args, data in (([], b""), (["--framing", "lines", "--format", "otlp-json"], b"{}\n"), (["--skew"], b"")):
            self.assertIn("there are no records in the input", self.run_tool("explain", *args, data=data).err)
        self.assertEqual(self.run_tool("explain", "--json", data=b"").err, "")
        self.assertEqual(self.run_tool("explain", data=GOOD).err, "")

    def test_input_from_a_terminal(self):
        leader, follower = pty.openpty()
        self.addCleanup(os.close, leader)
        os.write(leader, b"\x04" * 2)
        for args in (["explain"], ["config"]):
            done = subprocess.run([TOOL, *args], stdin=follower, capture_output=True, timeout=60, check=False)
            self.assertIn(b"reading from the terminal: Ctrl-D", done.stderr)
        os.close(follower)

    def test_a_folder(self):
        folder = os.path.dirname(self.file("f", ""))
        for args in (["explain", folder], ["explain", "--config", folder], ["config", folder]):
            self.refuse(*args, says=f"{folder}: Is a directory; name a")


class Words(Case):
    def test_a_verb_with_a_slip(self):
        self.refuse("sned", says="did you mean stskafka send?")
        self.refuse("verfy", says="did you mean stskafka verify?")
        self.refuse("topology", "shrad", says="did you mean stskafka topology shard?")
        self.assertNotIn("did you mean", self.refuse("qqqqqq").err)

    def test_keys_as_text(self):
        by_hex = self.run_tool("partition", "-n", "7,12", data=b"616263\n\n-\n").text
        self.assertEqual(self.run_tool("partition", "--text", "-n", "7,12", data=b"abc\n\n-\n").text, by_hex)
        self.assertIn("--text", self.run_tool("partition", "-n", "7", data=b"abc\n", code=3).err)

    def test_sizes(self):
        for text in ("1MB", "1000kB", "1000KB", "1000000B", "977KiB", "1000000"):
            self.run_tool("explain", "-o", f"max_message_bytes={text}", data=GOOD)
        big = self.run_tool("explain", "--json", "-o", "max_message_bytes=1KiB", "--key", "k", data=b"v" * 2000, code=1).json
        self.assertEqual(big[0]["rejected"]["code"], "STS_ERR_RECORD_SIZE")
        for text in ("1M", "1.5MB", "MB", "-1MB", "1 MB", "9999999999GB", "1mb"):
            self.refuse("explain", "-o", f"max_message_bytes={text}", data=GOOD, says=["max_message_bytes", "64KiB" if text != "-1MB" else ""])
        self.refuse("explain", "-o", "topics.max=1kB", data=GOOD, says="whole number")
        self.run_tool("send", "--embedded", "-o", "sending_queue.max_bytes=64MiB", "-o", "max_message_bytes=2MB", data=GOOD)

    def test_slips_in_specs(self):
        own_or_resource = "a record's own attribute is written attributes[\"{0}\"], its resource's resource.attributes[\"{0}\"]"
        for spec, says in {"attributes.user": ': attributes["user"]', "resource.attributes.service.name": ': resource.attributes["service.name"]',
                           "host.name": own_or_resource.format("host.name"), "tenant | body": own_or_resource.format("tenant"),
                           'Concat([host.name, "x"], "")': own_or_resource.format("host.name"),
                           "resource.host.name": ': resource.attributes["host.name"]',
                           'resource["host.name"]': ': resource.attributes["host.name"]', 'scope["x"]': ": scope.attributes[",
                           "resource_hash(host.name)": ': resource_hash("host.name")', "attribute(user)": ': attribute("user")',
                           "attributes['user']": "double quotes", "attributes[user]": "single quotes", "attributes[\"a\"] | null": "| none",
                           "${tenant}-${user}": "Concat("}.items():
            for option in ("key", "topic_from", "header_from.x", "traces.key"):
                err = self.refuse("explain", "-o", f"{option}={spec}", data=GOOD, says=says).err
                self.assertRegex(err, r"\n +\^\n[^ ^][^^]+$")  # the hint has a line of its own below the caret
        for spec in ("bodi", "attribut(user)"):  # the library says what was meant
            self.assertNotIn("attributes", self.refuse("explain", "-o", f"key={spec}", data=GOOD, says="did you mean").err)
        self.assertRegex(self.refuse("explain", "-o", 'key=Concat(["a"], "/"', data=GOOD).err, r"\^\n$")
        self.assertNotIn("; ", self.refuse("explain", "-o", 'key=Concat(["a"], "/"', data=GOOD).err.split("column")[-1])

    def test_short_version(self):
        self.assertEqual(self.run_tool("-V").text, self.run_tool("version").text)


if __name__ == "__main__":
    unittest.main()
