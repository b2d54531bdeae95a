"""examples/syslog-ng, built by its documented commands against an installed library, in Debian's syslog-ng: messages of several hosts
go in through a socket, and are held against what a real Kafka has under each key. The daemon is the one that ./dev unpacked, run
from the test's own folder with the example's configuration; nothing of it is installed or started by the system."""
import contextlib
import os
import re
import signal
import socket
import subprocess
import time
import unittest
from collections import defaultdict
from pathlib import Path

from bootstrap import kafka_bootstrap
from installation import Installation
from topics import ROOT, create_topic, kafka_tool, read_topic

EXAMPLE = ROOT / "examples/syslog-ng"
TREE = ROOT / "build/syslog-ng/root"
MODULES = TREE / "usr/lib/syslog-ng/3.38"
HOSTS = 6
DEADLINE = 60
WARNINGS = "-Wall -Wextra -Werror"


def closed_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Daemon:
    """A syslog-ng in the foreground, with the example's configuration but for addresses, topics and a small record limit."""

    def __init__(self, folder, module, installation, brokers, topic):
        self.folder = folder
        text = (EXAMPLE / "syslog-ng.conf").read_text()
        for place, ours in (('network(ip("127.0.0.1") port(5514))', f'unix-stream("{folder}/socket" flags(expect-hostname))'),
                            ("localhost:9092", brokers), ('"syslog"', f'"{topic}"'), ("syslog-dead-letters", f"{topic}-dead"),
                            ("disk-buffer(", f'option("max_message_bytes" "2000") disk-buffer(dir("{folder}") '),
                            ("time-reopen(5)", "time-reopen(1)")):
            assert place in text, place
            text = text.replace(place, ours)
        (folder / "conf").write_text(text)
        self.environment = dict(installation.environment, LD_LIBRARY_PATH=f"{installation.lib}:{TREE}/usr/lib/syslog-ng")
        self.command = [TREE / "usr/sbin/syslog-ng", "--foreground", "--stderr", "--no-caps", "--cfgfile", folder / "conf",
                        "--persist-file", folder / "persist", "--pidfile", folder / "pid", "--control", folder / "control",
                        "--module-path", f"{MODULES}:{module}"]

    def edit(self, place, ours):
        """The configuration, before a start."""
        text = (self.folder / "conf").read_text()
        assert place in text, place
        (self.folder / "conf").write_text(text.replace(place, ours))

    def __enter__(self):
        self.log = (self.folder / "log").open("a")
        self.process = subprocess.Popen(self.command, env=self.environment, stdout=self.log, stderr=self.log)
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.log.close()

    def said(self):
        return (self.folder / "log").read_text()

    def wait(self, what, condition):
        """It tells of nothing but its own end, which is waited for between looks."""
        deadline = time.monotonic() + DEADLINE
        while not condition():
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(0.05)
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"{what}: not to be had; syslog-ng said:\n{self.said()}")

    def connect(self):
        sender = socket.socket(socket.AF_UNIX)
        self.wait("a connection", lambda: sender.connect_ex(f"{self.folder}/socket") == 0)
        return sender

    def control(self, command):
        """What it answers: nothing, while it starts."""
        return subprocess.run([TREE / "usr/sbin/syslog-ng-ctl", command, "--control", self.folder / "control"],
                              env=self.environment, capture_output=True, text=True).stdout

    def counter(self, name):
        """Of the destination, since the start; -1 while it starts."""
        found = re.search(rf"^dst\.stskafka;.*;{name};(\d+)$", self.control("stats"), re.MULTILINE)
        return int(found.group(1)) if found else -1

    def wait_for_counter(self, name, number):
        self.wait(f"{number} {name}", lambda: self.counter(name) == number)

    def reload(self):
        before = self.said().count("Configuration reload finished")
        self.control("reload")
        self.wait("a reload", lambda: self.said().count("Configuration reload finished") > before)

    def end(self):
        self.wait("its main loop", lambda: self.control("stats"))  # before that it minds no signals, and is killed by them
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(DEADLINE)


def sasl_bootstrap():
    return Path(f"{os.environ['STSKAFKA_KAFKA_BOOTSTRAP']}.SASL_PLAINTEXT").read_text().strip()


def allow(user, operation, topic):
    kafka_tool("AclCommand", "--add", "--allow-principal", f"User:{user}", "--operation", operation, "--topic", topic)


def line(number, text=None):
    return f"<13>Nov 25 12:00:00 host-{number % HOSTS} app: {text or number}\n".encode()


def numbers_by_key(records):
    order = defaultdict(list)
    for record in records:
        order[bytes.fromhex(record["key"]).decode()].append(int(bytes.fromhex(record["value"]).decode().rsplit(" ", 1)[1]))
    return order


class SyslogNg(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.installation = Installation()
        cls.addClassCleanup(cls.installation.remove)
        packages = next(TREE.glob("usr/lib/*/pkgconfig"))
        # By C_INCLUDE_PATH syslog-ng's headers are the system's, of whose warnings compilers are silent.
        cls.module = cls.installation.build_example(EXAMPLE / "destination.c", WARNINGS, PKG_CONFIG_PATH=str(packages),
                                                    C_INCLUDE_PATH=f"{TREE}/usr/include/syslog-ng")

    def daemon(self, name, brokers=None):
        folder = self.installation.folder / name
        folder.mkdir(exist_ok=True)
        return Daemon(folder, self.module, self.installation, brokers or kafka_bootstrap(), f"consumer-{name}")

    def create_topics(self, name):
        create_topic(f"consumer-{name}", 3)
        create_topic(f"consumer-{name}-dead", 1)

    def assert_each_is_there(self, records, count):
        """At least once; the last time that each is there, they are in order."""
        last = {key: list(dict.fromkeys(reversed(numbers)))[::-1] for key, numbers in numbers_by_key(records).items()}
        self.assertEqual(last, {f"host-{host}/app": list(range(host, count, HOSTS)) for host in range(HOSTS)})

    def assert_all_are_there(self, topic, count):
        records = read_topic(topic)
        self.assertEqual(numbers_by_key(records), {f"host-{host}/app": list(range(host, count, HOSTS)) for host in range(HOSTS)})
        for record in records:
            self.assertEqual(record["partition"], record["java_partition"])

    def test_each_host_stays_in_order_through_a_reload_and_to_the_end(self):
        self.create_topics("syslog-ng")
        with self.daemon("syslog-ng") as daemon, daemon.connect() as sender:
            for number in range(3000):
                sender.sendall(line(number))
                if number == 999:
                    daemon.wait_for_counter("written", 1000)
                elif number == 1999:  # many of these are under way
                    daemon.reload()
            sender.sendall(line(0, "x" * 3000))
            daemon.wait_for_counter("processed", 3001)
            self.assertEqual(daemon.end(), 0)
        with self.daemon("syslog-ng") as daemon:  # what it had no time for waits on the disk
            daemon.wait("the last message's end", lambda: "passed over" in daemon.said())
            self.assertEqual(daemon.end(), 0)
        self.assertEqual(daemon.said().count("passed over"), 1)
        self.assert_all_are_there("consumer-syslog-ng", 3000)
        (letter,) = read_topic("consumer-syslog-ng-dead")
        self.assertEqual(bytes.fromhex(letter["key"]), b"host-0/app")
        self.assertIn(["stskafka.dead_letter.code", b"STS_ERR_RECORD_SIZE".hex()], letter["headers"])

    def test_what_comes_while_kafka_is_away_goes_when_it_is_there(self):
        name, count = "syslog-ng-away", 600
        with self.daemon(name, f"127.0.0.1:{closed_port()}") as daemon, daemon.connect() as sender:
            for number in range(count):
                sender.sendall(line(number))
            daemon.wait_for_counter("processed", count)
            daemon.wait("a complaint", lambda: "stskafka: cannot start" in daemon.said())
            self.assertEqual(daemon.end(), 0)
        self.create_topics(name)
        with self.daemon(name) as daemon:
            daemon.wait_for_counter("written", count)
            self.assertEqual(daemon.end(), 0)
        self.assert_all_are_there(f"consumer-{name}", count)

    def test_what_kafka_refuses_goes_to_the_dead_letters_or_waits(self):
        name, topic, count = "syslog-ng-refused", "consumer-syslog-ng-refused", 200
        self.create_topics(name)
        allow("bob", "Describe", topic)
        allow("bob", "Write", f"{topic}-dead")
        daemon = self.daemon(name, sasl_bootstrap())
        daemon.edit("max_message_bytes", f'auth.sasl.mechanism" "PLAIN") option("auth.sasl.username" "bob") '
                                         f'option("auth.sasl.password" "bob-secret") option("max_message_bytes')
        with daemon, daemon.connect() as sender:
            sender.sendall(line(1000))
            daemon.wait_for_counter("written", 1)
            self.assertEqual(daemon.end(), 0)
        (letter,) = read_topic(f"{topic}-dead")
        self.assertIn(["stskafka.dead_letter.code", b"STS_ERR_NOT_AUTHORIZED".hex()], letter["headers"])
        daemon.edit(f'option("dead_letter.topic" "{topic}-dead")', 'time-zone("+05:00")')
        with daemon, daemon.connect() as sender:
            for number in range(count):
                sender.sendall(line(number))
            daemon.wait_for_counter("processed", count)
            daemon.wait("a second try", lambda: daemon.said().count("sent again after time-reopen()") > 1)
            self.assertEqual(daemon.counter("written"), 0)
            allow("bob", "Write", topic)
            daemon.wait_for_counter("written", count)
            self.assertEqual(daemon.end(), 0)
        records = read_topic(topic)
        self.assert_each_is_there(records, count)  # perhaps twice: the first half of a batch may have come too early
        self.assertIn(b"+05:00 host-", bytes.fromhex(records[0]["value"]))

    def test_a_wrong_configuration_is_refused_at_the_start(self):
        for options, why in (('option("topic" "a/b")', 'the name "a/b" has a character other than'),
                             ('option("required_acks" "none")', "required_acks=none")):
            with self.subTest(options):
                daemon = self.daemon("syslog-ng-config")
                daemon.edit("time-reopen(1)", options)
                done = subprocess.run(daemon.command, env=daemon.environment, capture_output=True, text=True, timeout=DEADLINE)
                self.assertNotEqual(done.returncode, 0)
                self.assertIn(why, done.stderr)

    def test_a_wrong_option_is_told_with_its_place(self):
        daemon = self.daemon("syslog-ng-wrong")
        daemon.edit('"brokers"', '"broker"')
        done = subprocess.run([*daemon.command, "--syntax-only"], env=daemon.environment, capture_output=True, text=True)
        self.assertEqual(done.returncode, 1)
        self.assertIn("broker: no such option; did you mean brokers?", done.stderr)


if __name__ == "__main__":
    unittest.main()
