# SPDX-License-Identifier: Apache-2.0
"""The verb functions: all that lib/key/README.md names, and examples that run."""
import re
import unittest

from tool import GOOD, ROOT, Case


class Functions(Case):
    def functions(self):
        return self.run_tool("functions", "--json").json

    def test_they_are_those_of_the_page(self):
        page = (ROOT / "lib/key/README.md").read_text(encoding="utf-8")
        paragraph = re.search(r"\*\*Functions\*\*:(.*?)Their parameters", page, re.S).group(1)
        named = {name for group in re.findall(r"`([^`]+)`", paragraph) for name in group.split()}
        ours = {one["name"] for one in self.functions()}
        specs = {"attribute", "metadata", "constant", "none", "resource_hash", "resource_hash_except", "resource_hash_v0163", "resource_hash_v0163_except"}
        self.assertEqual(ours, named | specs)

    def test_examples_run(self):
        for one in self.functions():
            with self.subTest(one["example"]):
                line, = self.run_tool("explain", "--json", "-o", f"key={one['example']}", data=GOOD).json
                self.assertIsNone(line["rejected"])
                self.assertEqual(line["key"] is None, one["name"] == "none")
                self.assertIn(one["name"], one["example"])

    def test_a_line_each(self):
        lines = self.run_tool("functions").lines
        self.assertEqual(len(lines), len(self.functions()) + 1)
        self.assertLessEqual(max(map(len, lines)), 140)


if __name__ == "__main__":
    unittest.main()
