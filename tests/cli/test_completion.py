# SPDX-License-Identifier: Apache-2.0
"""The verb completion: what bash makes of its script, and that the others name the same."""
import re
import subprocess
import unittest

from tool import Case

VERBS = {"send", "explain", "partition", "config", "functions", "options", "store", "topology", "verify", "completion", "version"}


class Completion(Case):
    def script(self, shell):
        return self.run_tool("completion", shell).text

    def complete(self, *words):
        path = self.file("script", self.script("bash"))
        quoted = " ".join(f"'{word}'" for word in words)
        done = subprocess.run(["bash", "--norc", "-c", f'source "{path}"; COMP_WORDS=(stskafka {quoted}); COMP_CWORD={len(words)}; '
                               '_stskafka; printf "%s\\n" "${COMPREPLY[@]}"'], capture_output=True, check=True, text=True)
        self.assertEqual(done.stderr, "")
        return set(done.stdout.split())

    def test_bash(self):
        self.assertLessEqual(VERBS, self.complete(""))
        self.assertEqual(self.complete("ver"), {"verify", "version"})
        self.assertEqual(self.complete("topology", ""), {"encode", "decode", "shard"})
        self.assertEqual(self.complete("send", "--form"), {"--format"})
        self.assertEqual(self.complete("send", "--format", "otlp-"), {"otlp-json"})
        self.assertEqual(self.complete("verify", "--profile", ""), {"java", "sarama", "librdkafka"})
        self.assertEqual(self.complete("send", "-o", "sending_queue.max"), {"sending_queue.max_bytes=", "sending_queue.max_in_flight="})
        self.assertEqual(self.complete("topology", "encode", "--mess"), {"--message"})
        self.assertIn("--config", self.complete("explain", "--"))

    def test_every_option_of_every_verb(self):
        for verb in VERBS - {"topology"}:
            named = set(re.findall(r"--[a-z-]+(?==|\s|,|$)", self.run_tool(verb, "--help").text)) - {"--usage"}
            self.assertLessEqual({name for name in named if re.search(rf"^\s+(-\w, )?{name}\b", self.run_tool(verb, "--help").text, re.M)},
                                 self.complete(verb, "--") | {"--help"}, verb)

    def test_zsh_and_fish(self):
        self.assertTrue(self.script("zsh").startswith("#compdef stskafka\n"))
        fish = self.script("fish")
        for verb in VERBS:
            self.assertIn(f"-a {verb} -d ", fish)
        self.assertIn("'__fish_seen_subcommand_from topology; and __fish_seen_subcommand_from encode' -l message", fish)
        for line in fish.splitlines()[1:]:
            self.assertRegex(line, r"^complete -c stskafka ")
            self.assertEqual(len(re.sub(r"\\.", "", line).split("'")) % 2, 1, line)

    def test_others(self):
        self.refuse("completion", says="bash, zsh or fish")
        self.refuse("completion", "tcsh", says="tcsh")
        self.refuse("completion", "bash", "zsh", says="zsh")


if __name__ == "__main__":
    unittest.main()
