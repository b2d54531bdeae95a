"""Measures an outage; it is a part of store.py."""
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import broker
import machine
from arguments import at_least
from figures import spread
from order import Order
from places import program

BODY, KEYS, DIGITS, REQUEST, LINES = 256, 1000, 12, 500, 100  # as in numbered.h and outage.c
LEAST = LINES * REQUEST
STORED = BODY + 192  # a record takes less than that in the store
SHOWN = (1, 10, 25, 50, 75, 100)  # percent
AIM = 0.5  # of the records/s from memory
MIB = 2**20


def add_arguments(parser):
    parser.add_argument("--outage", type=at_least(LEAST), nargs="?", const=2_000_000, metavar="RECORDS",
                        help=f"instead: so many (2,000,000), at least {LEAST:,}, are taken while the broker is away, and delivered when it is back")


def nothing():
    pass


def run(options, records, begin=nothing, end=nothing):
    """The program's lines: those while records were taken, after `begin`, and those while they were delivered, after `end`."""
    words = [program("outage"), *(word for name, value in options.items() for word in ("-o", f"{name}={value}")), str(records)]
    taken, delivered = [], []
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        if process.stdout.readline() != "ready\n":
            sys.exit("what takes the records did not begin")
        begin()
        process.stdin.write("\n")
        process.stdin.flush()
        for line in map(json.loads, process.stdout):
            (delivered if taken and taken[-1]["taken"] == records else taken).append(line)
            if line is taken[-1] and line["taken"] == records:
                end()
    if process.returncode:
        sys.exit(f"what takes the records ended with status {process.returncode}")
    return taken, delivered


def from_memory(brokers, records):
    """Records a second, and µs of CPU a record, with the queue in memory and a broker that is there."""
    with broker.own_topic(brokers, "memory") as topic:
        last = run({"brokers": brokers, "topic": topic, "produce_timeout": "60s"}, records)[1][-1]
    return {"rate": records / last["seconds"], "cpu": last["cpu"] / records * 1e6}


def check(brokers, topic, records):
    order = Order(KEYS)
    for value in broker.values(brokers, topic):
        order.see(int(value[:DIGITS]))
    found = order.verdict(range(records))
    if found != {"read": records, "lost": 0, "again": 0, "out of order": 0}:
        sys.exit(f"of {records:,} records: {found}")


def bytes_in(folder):
    return sum(path.stat().st_size for path in folder.iterdir())


def through_outage(brokers, records, folder):
    with broker.own_topic(brokers, "outage") as topic, tempfile.TemporaryDirectory(dir=folder) as work:
        store = Path(work) / "store"
        stored = []

        def end():
            stored.append(bytes_in(store))
            broker.do("restart")

        options = {"brokers": brokers, "topic": topic, "sending_queue.storage": store, "sending_queue.storage.max_bytes": STORED * records + (64 << 20)}
        taken, delivered = run(options, records, lambda: broker.do("kill"), end)
        if taken[-1]["delivered"]:
            sys.exit(f"{taken[-1]['delivered']:,} records were delivered, with no broker there")
        check(brokers, topic, records)
    first, last = delivered[0], delivered[-1]
    drained = last["delivered"] - first["delivered"]
    return {"taken": taken, "delivered": delivered, "stored": stored[0],
            "taken/s": records / taken[-1]["seconds"], "taken cpu": taken[-1]["cpu"] / records * 1e6,
            "rate": drained / (last["seconds"] - first["seconds"]), "cpu": (last["cpu"] - first["cpu"]) / drained * 1e6}


def at_percent(lines, records, what, percent):
    return next(line for line in lines if line[what] * 100 >= percent * records)


def show_memory(figure, records):
    for what, text in (("taken", "stored"), ("delivered", "delivered")):
        lines = figure[what]
        for percent in SHOWN:
            line = at_percent(lines, records, what, percent)
            print(f"  {percent:3} % {text:9} {line['anonymous'] / MIB:7.1f} MiB anonymous, {line['resident'] / MIB:7.1f} resident")
        print(f"  at most        {max(line['anonymous'] for line in lines) / MIB:7.1f} MiB anonymous, {lines[-1]['peak'] / MIB:7.1f} resident")


def show(figures, memory, records):
    def column(name, of=figures):
        return [figure[name] for figure in of]

    grown = [(at_percent(figure["taken"], records, "taken", 100)["anonymous"] - at_percent(figure["taken"], records, "taken", 10)["anonymous"]) / MIB
             for figure in figures]
    print(f"{records:,} records of {BODY} bytes, {figures[-1]['stored'] / records:.0f} bytes each in the store; all came once, each key's in order")
    show_memory(figures[-1], records)
    print(f"anonymous memory grown from 10 % stored to 100 %: {spread(grown, 1)} MiB")
    print(f"taken, broker away   {spread(column('taken/s'), 0)} records/s   CPU {spread(column('taken cpu'), 2)} us a record")
    print(f"drained              {spread(column('rate'), 0)} records/s   CPU {spread(column('cpu'), 2)} us a record")
    print(f"from memory          {spread(column('rate', memory), 0)} records/s   CPU {spread(column('cpu', memory), 2)} us a record")
    ratios = [one["rate"] / other["rate"] for one, other in zip(figures, memory)]
    print(f"records/s: drained / from memory: {spread(ratios, 2)}; {AIM} is promised")
    print(machine.in_words(machine.machine()))


def report_outage(args):
    records = args.outage - args.outage % REQUEST
    need = records * (STORED + 2 * BODY)
    if shutil.disk_usage(args.folder).free < need:
        sys.exit(f"{need / 2**30:.0f} GiB are needed in {args.folder} and for the broker")
    memory, figures = [], []
    with broker.kafka(args) as (brokers, _):
        for _ in range(args.rounds):
            memory.append(from_memory(brokers, records))
            figures.append(through_outage(brokers, records, args.folder))
    show(figures, memory, records)
