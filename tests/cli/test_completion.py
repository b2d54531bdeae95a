# SPDX-License-Identifier: Apache-2.0
"""The verb completion: what bash, zsh and fish make of their scripts."""
import os
import pty
import re
import select
import subprocess
import time
import unittest

from tool import Case

VERBS = {"send", "explain", "partition", "config", "functions", "options", "store", "topology", "verify", "completion", "version"}

# Writes what is offered into a file, and ends the shell after the first completion.
ZSH_SHOWS = """
compadd() {
    if [[ ${@[1,(i)(-|--)]} != *-(O|A|D)\\ * ]]; then
        local -a hits
        builtin compadd -A hits "$@"
        print -rl -- $hits >>'OUT'
    fi
    builtin compadd "$@"
}
stop() { exit }
comppostfuncs=(stop)
bindkey '^I' complete-word
"""


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
        # Bash takes --format=otlp- for three words.
        self.assertEqual(self.complete("verify", "--profile", "="), {"java", "sarama", "librdkafka"})
        self.assertEqual(self.complete("send", "--format", "=", "otlp-"), {"otlp-json"})
        self.assertEqual(self.complete("send", "--option", "=", "sending_queue.max_b"), {"sending_queue.max_bytes="})
        self.assertIn("--config", self.complete("explain", "--"))

    def test_every_option_of_every_verb(self):
        for verb in VERBS - {"topology"}:
            named = set(re.findall(r"--[a-z-]+(?==|\s|,|$)", self.run_tool(verb, "--help").text)) - {"--usage"}
            self.assertLessEqual({name for name in named if re.search(rf"^\s+(-\w, )?{name}\b", self.run_tool(verb, "--help").text, re.M)},
                                 self.complete(verb, "--") | {"--help"}, verb)

    def complete_in_zsh(self, line):
        """What zsh adds to its list at the end of that line, typed on a terminal."""
        script, out = self.file("_stskafka", self.script("zsh")), self.file("out", "")
        setup = self.file("setup", f"autoload -Uz compinit && compinit -u -D\nsource '{script}'\n{ZSH_SHOWS.replace('OUT', str(out))}")
        leader, follower = pty.openpty()
        process = subprocess.Popen(["zsh", "-f", "-i"], stdin=follower, stdout=follower, stderr=follower, start_new_session=True,
                                   env={**os.environ, "TERM": "xterm", "LC_ALL": "C"})
        os.close(follower)
        try:
            os.write(leader, f"source '{setup}'\n{line}\t".encode())
            shown, deadline = b"", time.monotonic() + 300
            while process.poll() is None and time.monotonic() < deadline:
                if select.select([leader], [], [], 0.2)[0]:
                    shown += os.read(leader, 65536)
        except OSError:  # it has ended
            pass
        finally:
            process.kill()
            process.wait()
            os.close(leader)
        self.assertNotIn(b"command not found", shown)
        return set(out.read_text().split())

    def test_zsh(self):
        self.assertLessEqual(VERBS, self.complete_in_zsh("stskafka "))
        self.assertEqual(self.complete_in_zsh("stskafka ver"), {"verify", "version"})
        self.assertEqual(self.complete_in_zsh("stskafka topology "), {"encode", "decode", "shard"})
        self.assertIn("--format", self.complete_in_zsh("stskafka send --form"))
        self.assertEqual(self.complete_in_zsh("stskafka send --format otlp-"), {"otlp-json"})
        self.assertEqual(self.complete_in_zsh("stskafka verify --profile "), {"java", "sarama", "librdkafka"})
        self.assertEqual(self.complete_in_zsh("stskafka send -o sending_queue.max"), {"sending_queue.max_bytes=", "sending_queue.max_in_flight="})
        self.assertIn("--message", self.complete_in_zsh("stskafka topology encode --mess"))
        self.assertEqual(self.complete_in_zsh("stskafka verify --profile="), {"java", "sarama", "librdkafka"})
        self.assertEqual(self.complete_in_zsh("stskafka send --format=otlp-"), {"otlp-json"})
        self.assertEqual(self.complete_in_zsh("stskafka send --option=sending_queue.max_b"), {"sending_queue.max_bytes="})
        self.assertEqual(self.complete_in_zsh("stskafka completion "), {"bash", "zsh", "fish"})

    def complete_in_fish(self, line):
        script = self.file("stskafka.fish", self.script("fish"))
        done = subprocess.run(["fish", "--no-config", "-c", f"source '{script}'; complete -C '{line}'"], capture_output=True, check=True, text=True)
        self.assertEqual(done.stderr, "")
        return {line.split("\t")[0] for line in done.stdout.splitlines()}

    def test_fish(self):
        self.assertLessEqual(VERBS, self.complete_in_fish("stskafka "))
        self.assertEqual(self.complete_in_fish("stskafka ver"), {"verify", "version"})
        self.assertEqual(self.complete_in_fish("stskafka topology "), {"encode", "decode", "shard"})
        self.assertEqual(self.complete_in_fish("stskafka send --form"), {"--format"})
        self.assertEqual(self.complete_in_fish("stskafka send --format otlp-"), {"otlp-json"})
        self.assertEqual(self.complete_in_fish("stskafka verify --profile "), {"java", "sarama", "librdkafka"})
        self.assertEqual(self.complete_in_fish("stskafka send -o sending_queue.max"), {"sending_queue.max_bytes=", "sending_queue.max_in_flight="})
        self.assertEqual(self.complete_in_fish("stskafka topology encode --mess"), {"--message"})
        self.assertEqual(self.complete_in_fish("stskafka verify --profile="), {f"--profile={name}" for name in ("java", "sarama", "librdkafka")})
        self.assertEqual(self.complete_in_fish("stskafka completion "), {"bash", "zsh", "fish"})

    def test_each_shell_has_every_option(self):
        for verb in ("send", "verify", "topology encode"):
            expected = self.complete(*verb.split(), "--") - {"--help"}
            self.assertLessEqual(expected, self.complete_in_fish(f"stskafka {verb} --"), verb)
            self.assertLessEqual(expected, self.complete_in_zsh(f"stskafka {verb} --"), verb)

    def test_others(self):
        self.refuse("completion", says="bash, zsh or fish")
        self.refuse("completion", "tcsh", says="tcsh")
        self.refuse("completion", "bash", "zsh", says="zsh")


if __name__ == "__main__":
    unittest.main()
