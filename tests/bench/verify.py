"""Measures `stskafka verify` beside `kcat -C`, which checks nothing: records a second and CPU, on the same topics of one real broker, by
turns in one run, both to the end of the topic and with their output thrown away. Both read by the librdkafka that they are linked
with, as it stands below the table. By default 3,000,000 records with keys of 24 bytes in 12 partitions: values that are texts of 256
bytes, and OTLP with such a body, uncompressed and with snappy; each figure is the median over the rounds, with the smallest and
the largest."""
import json
import os
import subprocess
import sys
import time

import arguments
import broker
import machine
from figures import spread
from load import Load
from places import BUILD
from produce import ours, produce

TOOL = BUILD / "bin/stskafka"
BODY, REQUEST, PARTITIONS = 256, 100, 12
VALUES = {"text": ["encoding=body"], "otlp": ["encoding=otlp_proto"]}
COMPRESSIONS = ("none", "snappy")
TOPICS = [f"{values}-{compression}" for values in VALUES for compression in COMPRESSIONS]


def add_arguments(parser):
    arguments.add_records(parser, REQUEST, 3_000_000, of="a topic")
    arguments.add_rounds(parser)
    parser.add_argument("--topics", default=",".join(TOPICS), metavar="NAMES", help=f"only these, with commas between ({','.join(TOPICS)})")
    broker.add_brokers(parser)


def fill(brokers, topic, kind, records):
    """A topic of its own for each kind, which the library writes."""
    values, compression = kind.split("-")
    options = [f"brokers={brokers}", f"topic={topic}", f"compression={compression}", "read_timeout=30s", *VALUES[values]]
    broker.create(brokers, topic, PARTITIONS)
    return produce(ours(*options), records, Load(REQUEST, BODY))["records"]


def kcat(brokers, topic):
    return ["kcat", "-C", "-q", "-e", "-b", brokers, "-t", topic, "-o", "beginning"]


def verify(brokers, topic):
    return [TOOL, "verify", "--json", "--brokers", brokers, "--topic", topic]


READERS = {"kcat": kcat, "verify": verify}


def run(words):
    """Seconds, seconds of CPU, and the most memory that the process had."""
    began = time.monotonic()
    process = subprocess.Popen([str(word) for word in words], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{words[0]}: exit status {process.returncode}")
    return time.monotonic() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def count(words):
    """How many records each reader reads: it would be quicker if it left some out."""
    if words[0] == "kcat":
        return subprocess.run([*words, "-f", "."], check=True, capture_output=True).stdout.count(b".")
    return json.loads(subprocess.run([str(word) for word in words], check=True, capture_output=True).stdout.splitlines()[-1])["records"]


def measure(brokers, topic, records, rounds):
    """{reader: [(records/s, µs of CPU a record, MiB)]}, after a round that warms up and counts."""
    figures = {name: [] for name in READERS}
    for name, reader in READERS.items():
        found = count(reader(brokers, topic))
        if found != records:
            sys.exit(f"{name}: {found:,} of {records:,} records were read")
    for number in range(rounds):
        turns = list(READERS.items())
        for name, reader in turns if number % 2 else reversed(turns):
            seconds, cpu, memory = run(reader(brokers, topic))
            figures[name].append((records / seconds, cpu / records * 1e6, memory))
    return figures


def show(kind, figures):
    for name, runs in figures.items():
        speed, cpu, memory = zip(*runs)
        print(f"{kind:12} {name:7} {spread([each / 1000 for each in speed], 0):24} k records/s   CPU {spread(cpu, 2):20} us a record   "
              f"{spread(memory, 0)} MiB")
    for number, what in enumerate(("records/s", "CPU")):
        ratios = [ours[number] / theirs[number] for ours, theirs in zip(figures["verify"], figures["kcat"])]
        print(f"{kind:12} {what}: verify / kcat: {spread(ratios, 2)}", flush=True)


def measure_all(brokers, args):
    for kind in args.topics.split(","):
        topic = f"bench-verify-{kind}-{os.getpid()}"
        try:
            records = fill(brokers, topic, kind, args.records)
            show(kind, measure(brokers, topic, records, args.rounds))
        finally:
            broker.delete(brokers, topic)


def report_verify(args):
    unknown = set(args.topics.split(",")) - set(TOPICS)
    if unknown:
        sys.exit(f"--topics {args.topics}: no such topic; there are {', '.join(TOPICS)}")
    with broker.kafka(args) as (brokers, _):
        measure_all(brokers, args)
    versions = json.loads(subprocess.run([TOOL, "version", "--json"], check=True, capture_output=True).stdout)
    print(subprocess.run(["kcat", "-V"], check=True, capture_output=True, text=True).stdout.splitlines()[-1])
    print(json.dumps(versions))
    print(machine.in_words(machine.machine()))
