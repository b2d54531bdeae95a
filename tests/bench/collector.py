"""Measures what a record costs the whole collector: OTLP/gRPC in, Kafka out, with this library's exporter and with the kafkaexporter in the same
distribution (./dev collector). The rows take turns; ratios are of rows of one round. Each run is checked: its messages must be in the topic.

What is sent is the page's load, 256 bytes a record, 100 a request. CPU is that of the collector's process, its receiver, its telemetry and its
garbage collector included, from the first request until the last message is in the topic. Both write a message a request, under the hash of its
resource, with snappy and all acknowledgements, which is the kafkaexporter's best mode with a key; without its queue it has less to do.

With --stackvista FOLDER, a checkout of github.com/StackVista/sts-opentelemetry-collector (its exporter is in no registry of Go modules), there
are two rows more: that exporter in a collector of the same version, and this library's, both with the block that it has as shipped, a record a
message. A fifth of the requests goes through it, which takes long enough."""
import argparse
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import arguments
import broker
from figures import spread
from load import Load, make_load
from places import BENCH, OUT, ROOT

os.environ.setdefault("STSKAFKA_ROOT", str(ROOT))
sys.path.insert(0, str(ROOT / "tests/go"))
import collectors  # noqa: E402

RECORDS = 100  # of a request
BODY = 256  # bytes of a record
UNDER_WAY = 16  # requests that are not answered yet
METHOD = "/opentelemetry.proto.collector.logs.v1.LogsService/Export"
STACKVISTA = BENCH / "builder-stackvista.yaml"

OURS = """
  sts_kafka_exporter:
    brokers: ["{brokers}"]
    topic: {topic}
    required_acks: all
    key: resource_hash_v0163
    encoding: otlp_proto
    gather: resource
    partitioner: sarama
    compression: snappy
"""
# A queue that is full has requests wait instead of refusing them, which costs it nothing.
THEIRS = """
  kafka:
    brokers: ["{brokers}"]
    logs: {{topic: {topic}}}
    partition_logs_by_resource_attributes: true
    producer: {{required_acks: -1, compression: snappy}}
"""
SHIPPED = """
  sts_kafka_exporter:
    brokers: ["{brokers}"]
    topic: {topic}
    sending_queue: {{block_on_overflow: true}}
"""


class Row(NamedTuple):
    exporter: str
    block: str
    manifest: object = collectors.BOTH
    messages: int = 1  # of a request
    share: int = 1  # of the requests, this part is sent
    service: str = ""  # what stands under service: besides


ROWS = {
    "ours": Row("sts_kafka_exporter", OURS),
    "ours, wait_for_result": Row("sts_kafka_exporter", OURS + "    sending_queue: {{wait_for_result: true}}\n"),
    "contrib": Row("kafka", THEIRS + "    sending_queue: {{block_on_overflow: true}}\n"),
    "contrib without its queue": Row("kafka", THEIRS + "    sending_queue: {{enabled: false}}\n"),
}
SHIPPED_ROWS = {
    "ours, StackVista's block": Row("sts_kafka_exporter", SHIPPED, messages=RECORDS),
    "StackVista's": Row("sts_kafka_exporter", SHIPPED, STACKVISTA, messages=RECORDS, share=5),
}
SMALLEST_RUN = max(row.share for row in (ROWS | SHIPPED_ROWS).values())  # a request at least goes through each
GATE = 0.85  # of the contrib exporter's best, as is promised
SHIPPED_GATE = 10  # times the records/s of StackVista's


def checkout(folder):
    """A checkout of StackVista's collector; said now, and not after minutes of building ours."""
    exporter = Path(folder) / "exporter/stskafkaexporter"
    if not (exporter / "go.mod").exists():
        raise argparse.ArgumentTypeError(f"{exporter}: there is no such Go module")
    return Path(folder).resolve()


def add_arguments(parser):
    arguments.add_rounds(parser)
    parser.add_argument("--requests", type=arguments.at_least(SMALLEST_RUN), default=5000, metavar="N", help=f"of a run (5,000), at least {SMALLEST_RUN}")
    parser.add_argument("--stackvista", type=checkout, metavar="FOLDER", help="a checkout of StackVista's collector, whose exporter is measured too")
    broker.add_arguments(parser)


def cpu_of(pid):
    fields = open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def requests_of(path):
    """A file's requests, which come again and again."""
    data, all_of_them, at = path.read_bytes(), [], 0
    while at < len(data):
        size = int.from_bytes(data[at:at + 4], "little")
        all_of_them.append(data[at + 4:at + 4 + size])
        at += 4 + size
    return all_of_them


def send(port, requests, count):
    """Sends requests by gRPC, several under way."""
    import grpc
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        export = channel.unary_unary(METHOD)
        under_way = []
        for number in range(count):
            if len(under_way) == UNDER_WAY:
                under_way.pop(0).result()
            under_way.append(export.future(requests[number % len(requests)], wait_for_ready=True))
        for answer in under_way:
            answer.result()


def collector_of(program, row, brokers, topic, folder):
    """What it keeps goes into the folder."""
    return collectors.Collector(program, folder, row.block.format(brokers=brokers, topic=topic, folder=folder),
                                f"    logs: {{receivers: [otlp], exporters: [{row.exporter}]}}\n{row.service}")


def run_row(program, row, brokers, topic, requests, count, disk=None):
    messages = broker.Messages(brokers, topic)
    with tempfile.TemporaryDirectory(dir=disk) as folder:
        collector = collector_of(program, row, brokers, topic, folder).start()
        try:
            send(collector.ports["grpc"], requests, 50)  # connects, and warms up
            collector.until("no messages", lambda: messages.end() - messages.before >= 50 * row.messages)
            goal = messages.end() + count * row.messages
            before, start = cpu_of(collector.process.pid), time.monotonic()
            send(collector.ports["grpc"], requests, count)
            collector.until("not all messages are there", lambda: messages.end() >= goal)
            took = time.monotonic() - start
            cpu = cpu_of(collector.process.pid) - before
        finally:
            collector.stop()
        assert messages.end() == goal, f"{messages.end() - goal} messages too many"
    return {"cpu": cpu / (count * RECORDS) * 1e6, "rate": count * RECORDS / took / 1e3}


def rows_of(args):
    if not args.stackvista:
        return ROWS
    link = OUT / "stackvista"
    link.unlink(missing_ok=True)
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(args.stackvista)
    return ROWS | SHIPPED_ROWS


def measure(args, rows):
    programs = {manifest: collectors.build(manifest) for manifest in {row.manifest for row in rows.values()}}
    figures = {name: [] for name in rows}
    with broker.kafka(args) as (brokers, topic):
        requests = requests_of(make_load(args.requests * RECORDS, Load(RECORDS, BODY)))
        for number in range(args.rounds + 1):  # the first warms up
            for name, row in rows.items():
                figure = run_row(programs[row.manifest], row, brokers, topic, requests, args.requests // row.share)
                if number:
                    figures[name].append(figure)
    return figures


def ratios(figures, what, one, other):
    return spread([a[what] / b[what] for a, b in zip(figures[one], figures[other])], 2)


def report(args):
    rows = rows_of(args)
    figures = measure(args, rows)
    for name, found in figures.items():
        print(f"{name:28} CPU {spread([one['cpu'] for one in found], 2)} us a record   {spread([one['rate'] for one in found], 1)} k records/s")
    best = min((name for name in rows if name.startswith("contrib")), key=lambda name: statistics.median(one["cpu"] for one in figures[name]))
    for name in ("ours", "ours, wait_for_result"):
        print(f"CPU: {name} / {best}: {ratios(figures, 'cpu', name, best)}; {GATE} is promised")
    if args.stackvista:
        ours, theirs = SHIPPED_ROWS
        print(f"records/s: {ours} / {theirs}: {ratios(figures, 'rate', ours, theirs)}; {SHIPPED_GATE} is promised")
    print(f"load of the machine: {os.getloadavg()[0]:.1f}")
