"""Measures what a queue on disk costs (sending_queue.storage), beside the queue in memory: CPU a record, records a second, and what
callers share of a sync. The rows take turns; ratios are of rows of one round.

With --outage the only broker is killed, records are taken while it is down, and then it comes back. What is looked at: whether the memory grows
with what is stored; how fast the store is drained, beside what the queue in memory delivers a second, in a run just before; and whether all
of it is in the topic, once, each key's records in order.

With --collector a collector has this library's exporter with its queue on disk, or its own kafkaexporter with the persistent queue over the
file_storage extension. Each is killed in the middle of a load and started again: of the requests that it had answered, how many are not in the
topic, how many are there again, and how many behind a later one of their key. Then what each takes without a kill, from OTLP/gRPC to the topic,
and the library alone. A collector's fsync is off as shipped (the library's sync=none); its queue has ten consumers, and keeps order with one."""
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import broker
import outage
import persistent
from arguments import add_rounds
from figures import spread

# name: sync, callers, records at once, records
ROWS = {
    "memory": ("memory", 1, 100, 300_000),
    "commit": ("commit", 1, 100, 300_000),
    "interval": ("interval", 1, 100, 300_000),
    "none": ("none", 1, 100, 300_000),
    "exactly once": ("exactly_once", 1, 100, 300_000),
    "commit, one at a time": ("commit", 1, 1, 2_000),
    "commit, one at a time, 16 callers": ("commit", 16, 1, 16_000),
}
RATIOS = [("delivered/s", "exactly once", "commit"), ("CPU", "exactly once", "commit"), ("CPU", "commit", "memory"), ("CPU", "interval", "memory"), ("CPU", "none", "memory"),
          ("records/s", "commit, one at a time, 16 callers", "commit, one at a time")]


def add_arguments(parser):
    add_rounds(parser)
    broker.add_arguments(parser)
    parser.add_argument("--folder", default="/var/tmp", help="where the stores go: on the disk that is meant, and no tmpfs (/var/tmp)")
    parser.add_argument("--no-kafka", action="store_true", help="to the transport into memory: what is ours alone")
    outage.add_arguments(parser)
    persistent.add_arguments(parser)


def run_row(program, brokers, topic, row, folder):
    sync, callers, at_once, records = row
    work = tempfile.mkdtemp(dir=folder)
    try:
        done = subprocess.run([program, brokers, topic, Path(work) / "store", sync, str(callers), str(records), str(at_once)], check=True,
                              stdout=subprocess.PIPE, text=True)
    finally:
        shutil.rmtree(work)
    told = json.loads(done.stdout)
    assert told["delivered"] == told["records"], told
    return {"CPU": told["cpu_s"] / told["records"] * 1e6, "records/s": told["records"] / told["exported_s"],
            "delivered/s": told["records"] / told["delivered_s"], "syncs": told["syncs"]}


def report_store(program, rounds, brokers, topic, folder):
    figures = {name: [] for name in ROWS}
    for number in range(rounds + 1):  # the first warms up
        for name, row in ROWS.items():
            figure = run_row(program, brokers, topic, row, folder)
            if number:
                figures[name].append(figure)
    for name, found in figures.items():
        print(f"{name:36} CPU {spread([one['CPU'] for one in found], 2)} us a record   "
              f"{spread([one['records/s'] for one in found], 0)} records/s taken, "
              f"{spread([one['delivered/s'] for one in found], 0)} delivered   {found[0]['syncs']} syncs")
    for what, one, other in RATIOS:
        print(f"{what}: {one} / {other}: {spread([a[what] / b[what] for a, b in zip(figures[one], figures[other])], 2)}")
    print(f"load of the machine: {os.getloadavg()[0]:.1f}")
