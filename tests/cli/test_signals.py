# SPDX-License-Identifier: Apache-2.0
"""stskafka send when it is told to end, and its outcomes as they come. (With a real Kafka: kafka.tool_signals.)"""
import json
import os
import signal
import subprocess
import threading
import unittest

from tool import TOOL, Case, frames, record, request

NOWHERE = ["-o", "brokers=127.0.0.1:1", "-o", "topic_check=off", "-o", "sending_queue.queue_size=200000"]
GOOD = request(*[record(key=b"k", body=b"v")] * 1000)
BAD = request(record(body=b"no key"))
WAIT_S = 60


class Sending:
    """A run that goes on while the test looks at it. Whatever is waited for has a deadline."""

    def __init__(self, test, *args, prepare=None):
        self.test = test
        self.process = subprocess.Popen([TOOL, "send", "--framing", "length-prefixed", *args], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=prepare,
                                        env={**os.environ, "LC_ALL": "C"})
        self.lines = {"out": [], "err": []}
        self.news = threading.Condition()
        self.readers = [threading.Thread(target=self._read, args=(name, stream))
                        for name, stream in (("out", self.process.stdout), ("err", self.process.stderr))]
        for reader in self.readers:
            reader.start()
        test.addCleanup(self._end)

    def _read(self, name, stream):
        for line in stream:
            with self.news:
                self.lines[name].append(line.decode())
                self.news.notify_all()

    def _end(self):
        self.process.kill()
        self.process.wait()
        for reader in self.readers:
            reader.join()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            stream.close()

    def write(self, data):
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def wait_for(self, name, text):
        """Until there is a line with the text. Each line is looked at once."""
        lines = self.lines[name]
        looked = 0

        def is_there():
            nonlocal looked
            found = any(text in line for line in lines[looked:])
            looked = len(lines)
            return found

        with self.news:
            there = self.news.wait_for(is_there, WAIT_S)
        self.test.assertTrue(there, (text, self.lines[name][-5:]))

    def signal(self, number):
        self.process.send_signal(number)

    def finish(self):
        """The exit status, the lines of standard output, and standard error."""
        code = self.process.wait(WAIT_S)
        for reader in self.readers:
            reader.join(WAIT_S)
        return code, self.lines["out"], "".join(self.lines["err"])


class Signals(Case):
    def start(self, *args, **more):
        return Sending(self, *args, **more)

    def assert_sums(self, total):
        self.assertEqual(total["accepted"], sum(total[name] for name in ("delivered", "failed", "uncertain", "purged")))

    def test_a_broker_that_is_gone(self):
        """Records under way get their time, and are told of; the outcome of the last one says that all were taken."""
        for number, args in ((signal.SIGINT, ["--json"]), (signal.SIGTERM, ["--json"])):
            run = self.start("--outcomes", "--interrupt-timeout", "1", *NOWHERE, *args)
            run.write(frames(*[GOOD] * 99, BAD))
            run.wait_for("out", '"rejected"')
            run.signal(number)
            code, out, err = run.finish()
            self.assertEqual(code, -number)
            total = json.loads(out[-1])
            self.assert_sums(total)
            self.assertEqual((total["requests"], total["accepted"], total["purged"], total["rejected"], total["interrupted"]),
                             (100, 99000, 99000, 1, signal.Signals(number).name))
            self.assertEqual(len(out), 99000 + 1 + 1)
            self.assertIn(f"{signal.Signals(number).name}: nothing more is read", err)
            self.assertIn("--interrupt-timeout", err)

    def test_a_second_signal_ends_at_once(self):
        for first, second in ((signal.SIGINT, signal.SIGINT), (signal.SIGINT, signal.SIGTERM)):
            run = self.start("--outcomes", "--json", "--interrupt-timeout", "600", *NOWHERE)
            run.write(frames(GOOD, BAD))
            run.wait_for("out", '"rejected"')
            run.signal(first)
            run.wait_for("err", "nothing more is read")
            run.signal(second)
            code, out, _ = run.finish()
            self.assertEqual((code, len(out)), (-second, 1))

    def test_before_anything_is_sent(self):
        run = self.start("--json", "-o", "brokers=127.0.0.1:1", "-o", "read_timeout=10m")
        run.signal(signal.SIGTERM)
        self.assertEqual(run.finish()[:2], (-signal.SIGTERM, []))

    def test_a_full_queue(self):
        """It waits for room that does not come; what was not taken is told."""
        run = self.start("--json", "--outcomes", "--interrupt-timeout", "0", *NOWHERE, "-o", "sending_queue.queue_size=10")
        good = record(key=b"k", body=b"v")
        run.write(frames(request(record(body=b"no key"), *[good] * 20), GOOD))
        run.wait_for("out", '"rejected"')  # which is put out when the export has come back from the full queue
        run.signal(signal.SIGINT)
        code, out, err = run.finish()
        total = json.loads(out[-1])
        self.assertEqual(code, -signal.SIGINT)
        self.assertEqual((total["requests"], total["rejected"]), (1, 1))
        self.assertIn(total["accepted"], (9, 10))  # the outcome of the rejected one kept a place until it was taken
        self.assertEqual(total["purged"], total["accepted"])
        self.assertIn(f"request 0: nothing was sent from record {total['accepted'] + 1} on: SIGINT came", err)

    def test_embedded(self):
        """What was delivered is read back all the same."""
        run = self.start("--embedded", "--json")
        data = frames(*[request(*[record(key=b"k", body=b"v" * 1000)] * 10)] * 500)
        run.write(data)  # more than the pipe holds: most of it was read
        run.signal(signal.SIGINT)
        code, out, err = run.finish()
        total = json.loads(out[-1])
        self.assertEqual(code, -signal.SIGINT, err)
        self.assert_sums(total)
        self.assertGreater(total["requests"], 0)
        self.assertEqual((total["delivered"], total["read_back"]), (total["accepted"], total["accepted"]))
        self.assertEqual(total["accepted"], total["requests"] * 10)

    def test_a_request_that_is_read_just_then(self):
        """It is not sent, and no fault of the input."""
        for framing in ("length-prefixed", "whole"):
            run = self.start("--embedded", "--framing", framing)
            run.write(frames(GOOD, GOOD)[:-1] if framing == "length-prefixed" else GOOD[:-1])
            run.process.stdin.flush()
            run.signal(signal.SIGINT)
            code, out, err = run.finish()
            self.assertEqual(code, -signal.SIGINT)
            self.assertNotIn("STS_ERR_MALFORMED", err)
            if out:  # the signal may have come before anything was
                self.assertIn("ended by SIGINT", out[-1])

    def test_what_the_caller_ignores_stays_ignored(self):
        run = self.start("--embedded", "--json", prepare=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN))
        run.write(frames(GOOD))
        run.signal(signal.SIGINT)
        run.process.stdin.close()
        code, out, _ = run.finish()
        total = json.loads(out[-1])
        self.assertEqual((code, total["delivered"]), (0, 1000))
        self.assertNotIn("interrupted", total)


class Streaming(Case):
    def test_outcomes_come_while_input_is_read(self):
        """In the table for people too, though its first rows are held back to learn the widths."""
        for args in ([], ["--json"]):
            run = Sending(self, "--outcomes", *NOWHERE, *args)
            for number in range(3):
                run.write(frames(GOOD, BAD))
                with run.news:
                    there = run.news.wait_for(lambda: sum("rejected" in line for line in run.lines["out"]) == number + 1, WAIT_S)
                self.assertTrue(there)
            run.signal(signal.SIGINT)
            run.signal(signal.SIGTERM)
            run.finish()

    def test_memory_is_bounded(self):
        """Four times the outcomes take no more than a little more memory."""
        def peak_kib(requests):
            data = self.file("data", frames(*[request(*[record(body=b"v")] * 1000)] * requests))
            options = f"{os.environ.get('ASAN_OPTIONS', '')}:quarantine_size_mb=1"
            with open(os.devnull, "wb") as nothing:
                process = subprocess.Popen([TOOL, "send", "--outcomes", "--json", "--framing", "length-prefixed", *NOWHERE[:4], data],
                                           stdout=nothing, stderr=nothing, env={**os.environ, "ASAN_OPTIONS": options})
                _, status, usage = os.wait4(process.pid, 0)
                process.returncode = os.waitstatus_to_exitcode(status)
            self.assertEqual(process.returncode, 1)
            return usage.ru_maxrss

        self.assertLess(peak_kib(240), peak_kib(60) + 4096)


if __name__ == "__main__":
    unittest.main()
