# SPDX-License-Identifier: Apache-2.0
"""The examples of lib/key/README.md do what it says."""
import re
import unittest

from tool import ROOT, Case, any_value, field, frames, key_value, run

ROW = re.compile(r"^\| `(.+)` \| (.+) \|$")


def attributes(number, pairs):
    return b"".join(field(number, key_value(name, value)) for name, value in pairs.items())


def record():
    """The record that the page describes."""
    return attributes(6, {
        "stskafka.key": b"k-1", "user": "Alice", "order": 42, "ratio": 0.1, "paid": True, "none": None, "empty": "",
        "path": "/a/b", "items": [1, "x"], "map": {"b": "<", "a": 1}}) + field(5, any_value(b"hi")) + field(
            9, bytes.fromhex("5b8efff798038103d269b633813fc60c"))


def request():
    resource = attributes(1, {"service.name": "checkout", "k8s.pod.name": "checkout-5d9f", "tenant": "acme"})
    scope = field(1, b"lib") + attributes(3, {"level": 3})
    return field(1, field(1, resource) + field(2, field(1, scope) + field(2, record())))


def examples():
    page = (ROOT / "lib/key/README.md").read_text()
    for line in page[:page.index("## Grammar")].splitlines():
        row = ROW.match(line)
        if row:
            yield row[1].replace("\\|", "|"), row[2]


class Examples(Case):
    def explain(self, spec):
        return run("explain", "--json", "--framing", "length-prefixed", "--metadata", "X-Tenant=meta", "-o", f"key={spec}",
                   data=frames(request()))

    def check(self, spec, wanted):
        result = self.explain(spec)
        if wanted.startswith("refused: "):
            self.assertEqual(result.code, 2)
            self.assertIn(wanted.removeprefix("refused: "), result.err)
            return
        line, = result.json
        if wanted.startswith("rejected: "):
            self.assertEqual(f"`{line['rejected']['code']}`", wanted.removeprefix("rejected: "))
            return
        self.assertIsNone(line["rejected"])
        words = {None: "the null key", "": "the empty key"}
        self.assertEqual(words.get(line["key_text"], f"`{line['key_text']}`"), wanted)

    def test_all(self):
        rows = list(examples())
        self.assertGreater(len(rows), 40)
        for spec, wanted in rows:
            with self.subTest(spec=spec):
                self.check(spec, wanted)


if __name__ == "__main__":
    unittest.main()
