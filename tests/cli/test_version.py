# SPDX-License-Identifier: Apache-2.0
"""stskafka version: the library's, its ABI number, librdkafka's."""
import re
import unittest

from tool import Case


class Version(Case):
    def test_json(self):
        line, = self.run_tool("version", "--json").json
        self.assertEqual(list(line), ["version", "abi", "librdkafka_built", "librdkafka"])
        for name in ["version", "librdkafka_built", "librdkafka"]:
            self.assertRegex(line[name], r"^\d+\.\d+\.\d+")
        self.assertIsInstance(line["abi"], int)

    def test_text(self):
        line, = self.run_tool("version", "--json").json
        text = self.run_tool("version").text
        self.assertIn(f"stskafka {line['version']}\n", text)
        self.assertIn(f"ABI {line['abi']}\n", text)
        self.assertTrue(re.search(f"librdkafka {line['librdkafka']}.*{line['librdkafka_built']}", text), text)
        self.assertEqual(self.run_tool("--version").text, text)


if __name__ == "__main__":
    unittest.main()
