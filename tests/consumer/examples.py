"""The examples that send what they read from standard input: each is built by its own documented command against an installed
library, sends 2,000 records, and is held against what is in Kafka (or its file) then. unit.custom_transport and
threads.own_producer look at two of them from inside."""
import functools
import re
import resource
import socket
import subprocess
import sys
import unittest
from collections import defaultdict

from bootstrap import kafka_bootstrap
from installation import Installation
from otlp.framing import unframe
from topics import ROOT, create_topic, read_topic

RECORDS = 2000
REQUESTS = 5  # of examples/async-outcomes
TERMINATED = 42  # of tests/consumer/cpp_raii.cpp: std::terminate was called
C = "-std=c99 -pedantic -Wall -Wextra -Werror"
CPP = "-std=c++11 -pedantic -Wall -Wextra -Werror"


def by_key(pairs):
    order = defaultdict(list)
    for key, value in pairs:
        order[key].append(value)
    return order


def netstrings(line):
    """The fields of a line, in hex, and what comes after it."""
    fields = []
    while not line.startswith(b"\n"):
        if line.startswith(b"-"):
            fields.append(None)
            line = line[1:]
            continue
        length, _, rest = line.partition(b":")
        size = int(length)
        assert rest[size:size + 1] == b","
        fields.append(rest[:size].hex())
        line = rest[size + 1:]
    return fields, line[1:]


class Examples(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.installation = Installation()
        cls.addClassCleanup(cls.installation.remove)
        load = cls.installation.folder / "load.bin"
        subprocess.run([sys.executable, ROOT / "tests/support/otlp/make_load.py", load, "--records", str(RECORDS)], check=True)
        cls.request = b"".join(unframe(load.read_bytes()))  # protobuf: requests behind each other are one
        lines = [line.split("\t") for line in (cls.installation.folder / "load.bin.expected").read_text().splitlines()]
        cls.sent = [(key, None if value == "-" else value) for _, key, value in lines]

    def build(self, source, warnings=C):
        return self.installation.build_example(ROOT / "examples" / source, warnings)

    def run_example(self, *command, status=0, **how):
        done = subprocess.run(command, input=self.request, env=self.installation.environment, capture_output=True, timeout=60, **how)
        self.assertEqual(done.returncode, status, done.stderr)
        return done.stdout.decode()

    def assert_is_in(self, records, times=1):
        self.assertEqual(by_key((record["key"], record["value"]) for record in records),
                         {key: values * times for key, values in by_key(self.sent).items()})
        for record in records:
            self.assertEqual(record["partition"], record["java_partition"])

    def write_file(self, program, file, limit, status=0):
        """Runs examples/custom-transport where no file may be larger than `limit`; returns how many records it delivered."""
        limits = (resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        told = self.run_example(program, file, status=status, preexec_fn=functools.partial(resource.setrlimit, *limits),
                                restore_signals=False)  # SIGXFSZ stays ignored
        counts = re.search(r"^(\d+) delivered, (\d+) failed, 0 uncertain, 0 rejected$", told, re.MULTILINE)
        self.assertIsNotNone(counts, told)
        delivered, failed = map(int, counts.groups())
        self.assertEqual(delivered + failed, RECORDS)
        return delivered

    def test_custom_transport(self):
        """Records go to a file; then the disk is full in the midst of a line; then there is room again."""
        folder = self.build("custom-transport/custom_transport.c")
        program, file = folder / "custom_transport", folder / "records"
        self.run_example(program, "/dev/full", status=1)
        self.assertEqual(self.write_file(program, file, resource.RLIM_INFINITY), RECORDS)
        more = self.write_file(program, file, file.stat().st_size + 3000, status=1)
        self.assertEqual(self.write_file(program, file, resource.RLIM_INFINITY), RECORDS)
        rest = file.read_bytes()
        found = []
        while rest:
            (topic, *record), rest = netstrings(rest)
            self.assertEqual(bytes.fromhex(topic), b"sts-otel-topology")
            found.append(tuple(record))
        self.assertEqual(found, self.sent + self.sent[:more] + self.sent)

    def test_async_outcomes(self):
        topic = "consumer-async-outcomes"
        create_topic(topic, 3)
        folder = self.build("async-outcomes/async_outcomes.c")
        told = self.run_example(folder / "async_outcomes", kafka_bootstrap(), topic, str(REQUESTS))
        self.assertEqual(told, f"{REQUESTS} requests answered, {REQUESTS * RECORDS} records: {REQUESTS * RECORDS} delivered, "
                               "0 rejected; no room at times; sums hold\n")
        self.assert_is_in(read_topic(topic), REQUESTS)

    def test_own_producer(self):
        topic, events = "consumer-own-producer", "consumer-own-producer-events"
        create_topic(topic, 3)
        create_topic(events, 1)
        folder = self.build("own-producer/own_producer.c", C + " -fsanitize=address")  # a leak fails it
        told = self.run_example(folder / "own_producer", kafka_bootstrap(), topic, events)
        self.assertEqual(told, f"{RECORDS} of {RECORDS} records and 20 of 20 events delivered\n")
        records = read_topic(topic)
        self.assert_is_in(records)
        for record in records:
            self.assertEqual(record["headers"], [["sent-by", b"own_producer".hex()]])
        read = subprocess.run(["kcat", "-C", "-e", "-q", "-b", kafka_bootstrap(), "-t", events], check=True, capture_output=True)
        self.assertEqual(read.stdout.decode().splitlines(), [f"event {number}" for number in range(10)] * 2)
        with socket.socket() as nobody:  # bound, and never made to listen
            nobody.bind(("127.0.0.1", 0))
            told = self.run_example(folder / "own_producer", f"127.0.0.1:{nobody.getsockname()[1]}", topic, events, status=1)
        self.assertEqual(told, f"0 of {RECORDS} records and 0 of 20 events delivered\n")

    def test_cpp_raii(self):
        topic = "consumer-cpp-raii"
        create_topic(topic, 3)
        folder = self.build("cpp-raii/send.cpp", CPP)
        self.assertEqual(self.run_example(folder / "send", kafka_bootstrap(), topic), f"{RECORDS} delivered, 0 rejected\n")
        self.assert_is_in(read_topic(topic))
        self.run_example(folder / "send", kafka_bootstrap(), "consumer-no-such-topic", status=1)

    def test_cpp_raii_wrapper(self):
        program = self.installation.compile(ROOT / "tests/consumer/cpp_raii.cpp", "cpp_raii", "-g", "-Wextra", "-std=c++11",
                                            "-fsanitize=address,undefined",
                                            *self.installation.pkg_config("--cflags", "--libs"))
        for case, status in (("move_assignment", 0), ("partial_counts", 0), ("fault_twice", 0), ("batch_and_records", 0),
                             ("throwing_function", TERMINATED), ("end_inside_function", TERMINATED)):
            with self.subTest(case):
                self.run_example(program, case, status=status)


if __name__ == "__main__":
    unittest.main()
