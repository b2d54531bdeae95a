# SPDX-License-Identifier: Apache-2.0
"""What comes from outside (names, values, files) reaches the terminal without control characters, and no secret is repeated."""
import os
import tempfile
import unittest

from tool import GOOD, Case, record, request, run

ESC = "\x1b[31m"
SECRET = "correct-horse-battery-staple"


class Terminal(Case):
    def clean(self, *args, data=b"", env=None):
        """Runs the tool; what it prints must have no control character but line ends."""
        result = run(*args, data=data, env=env)
        for stream in (result.out.decode("utf-8", "replace"), result.err):
            bad = [c for c in stream if (c < " " and c != "\n") or "\x7f" <= c <= "\x9f"]
            self.assertEqual(bad, [], repr(stream))
        return result

    def test_arguments(self):
        for args in ([f"v{ESC}"], ["explain", f"--x{ESC}"], ["explain", "--format", ESC], ["explain", "--partitions", ESC],
                     ["explain", "-o", f"{ESC}=1"], ["explain", "-o", f"linger={ESC}"], ["explain", "-o", f"topic={ESC}"],
                     ["explain", "-o", f"header_from.{ESC}=nonsense("], ["explain", "-o", f'key=constant("{ESC}") x'],
                     ["explain", "-o", f"kafka.{ESC}=1"], ["explain", "-o", f"kafka.client.rack{ESC}=1"],
                     ["explain", "-o", f"topics.allow=a,{ESC}"], ["explain", "-o", "brokers=a\x9b31m:1"],
                     ["partition", "--profile", ESC, "-n", "1"], ["partition", "-n", ESC]):
            with self.subTest(args=args):
                result = self.clean(*args)
                self.assertEqual(result.code, 2)
                self.assertNotEqual(result.err, "")

    def test_c1_characters_and_other_charsets(self):
        result = self.clean("explain", b"/nowhere/\x9b31m\xc2\x9b\xff\xc3\xa9".decode("utf-8", "surrogateescape"))
        self.assertIn("/nowhere/\\x9b31m\\xc2\\x9b\\xff\u00e9", result.err)

    def test_files(self):
        with tempfile.TemporaryDirectory() as folder:
            good, bad = os.path.join(folder, f"good{ESC}"), os.path.join(folder, f"bad{ESC}\n")
            with open(good, "wb") as file:
                file.write(GOOD)
            with open(bad, "wb") as file:
                file.write(b"\xff")
            self.assertEqual(self.clean("explain", good).code, 0)
            self.assertIn("bad\\x1b[31m", self.clean("explain", bad).err)
            self.assertIn("gone\\x1b[31m", self.clean("explain", os.path.join(folder, f"gone{ESC}")).err)
            self.assertIn("gone\\x1b[31m", self.clean("explain", "--config", os.path.join(folder, f"gone{ESC}"), good).err)

    def test_yaml(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "config.yaml")
            for text in ('"\\e[31m": 1', 'linger: "\\e[31m"', 'exporters: {"stskafka/\\e[31m": {a: 1}}', 'topic: "\\e[31m"',
                         'exporters: {"stskafka/\\e[31m": {}, stskafka/b: {}}', "topic: a\nb\x01"):
                with self.subTest(text=text):
                    with open(path, "w", encoding="utf-8") as file:
                        file.write(text)
                    self.assertEqual(self.clean("explain", "--config", path, data=GOOD).code, 2)

    def test_tables(self):
        data = request(record(key=ESC.encode(), body=b"x"), record(key=b"k", body=b"x", topic=ESC))
        result = self.clean("explain", "--verbose", "-o", f'key=attributes["stskafka.key"] | "{ESC}"', data=data,
                            env={"LC_ALL": "C.UTF-8"})
        self.assertEqual(len(result.lines), 3, result)

    def test_secrets(self):
        for args in (["-o", f"auth.sasl.password:{SECRET}"], ["-o", SECRET], ["-o", f"={SECRET}"], ["--metadata", SECRET],
                     ["-o", f"auth.sasl.password:{SECRET}=x"], ["-o", f"auth.sasl.mechanism={SECRET}"],
                     ["-o", f"tls.enabled={SECRET}"], ["-o", f"brokers=me:{SECRET}@host:9092"],
                     ["-o", f"kafka.sasl.pasword={SECRET}"], ["-o", f"kafka.security.protocol={SECRET}"],
                     ["-o", f"sasl.jaas.config={SECRET}"]):
            with self.subTest(args=args):
                result = self.clean("explain", *args, data=GOOD)
                self.assertEqual(result.code, 2)
                self.assertNotIn(SECRET, result.err)
                self.assertNotIn(SECRET[:13], result.err)
        self.assertIn("-o needs NAME=VALUE, and number 2 of them", run("explain", "-o", "linger=1s", "-o", "x").err)


if __name__ == "__main__":
    unittest.main()
