"""One page of speed: what a log record costs the client in CPU, and how many go through in a second, by a bare librdkafka loop, by
this library in several ways, and by the collector's kafkaexporter, all on the same records and one real broker, by turns in one run;
and two curves, over the size of bodies and over the records of a request. Prints a table, and writes speed.json and speed.svg into
build/bench. README.md beside this file says how to read it.

By default 1,000,000 records of 256 bytes with keys of 24, 100 a request, snappy, acks all; each figure is the median over the rounds,
with the smallest and the largest. CPU is that of the client's whole process."""
import fnmatch
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import broker
import go_programs
import machine
import show
from arguments import add_rounds, at_least
from load import Load, make_load
from places import OUT, program
from ways import CURVES, all_ways, command

BODIES = [64, 256, 1024, 4096, 16384]  # bytes
REQUESTS = [1, 10, 100, 1000]  # records
BODY, REQUEST = 256, 100
SMALLEST_RUN = 1000  # records


def add_arguments(parser):
    parser.add_argument("--records", type=at_least(1), default=1_000_000, help="of a run (1,000,000); the curves take a quarter, or less")
    add_rounds(parser, 3)
    parser.add_argument("--window", type=at_least(1), default=6400, help="records without an acknowledgement, where a row has a window (6,400)")
    parser.add_argument("--rows", default="*", metavar="NAMES", help="only these rows, with commas between; * stands for any: window,bare*")
    parser.add_argument("--no-peers", action="store_true", help="without the collector's exporter: nothing is fetched and built for Go")
    parser.add_argument("--no-curves", action="store_true", help="the table alone")
    parser.add_argument("--no-kafka", action="store_true", help="only what needs no broker")
    parser.add_argument("--no-plot", action="store_true", help="without the SVG")
    parser.add_argument("--beside", type=Path, metavar="PROGRAM", help="a bench_produce of another build: ours by that one too, by turns")
    parser.add_argument("--markdown", action="store_true", help="print the table in Markdown")
    parser.add_argument("--from", dest="source", type=Path, metavar="JSON", help="measure nothing: show what an earlier run has written")
    parser.add_argument("--out", type=Path, default=OUT, metavar="FOLDER", help="where JSON and SVG go (build/bench)")
    broker.add_arguments(parser)


def say(text):
    print(text, file=sys.stderr, flush=True)


def wanted_ways(args):
    names = args.rows.split(",")
    for way in all_ways(args.window):
        is_left_out = (args.no_peers and way.who == "contrib") or (args.no_kafka and way.needs_kafka)
        if is_left_out or not any(fnmatch.fnmatchcase(way.name, name) for name in names):
            continue
        yield way
        if args.beside and way.who == "ours":
            yield replace(way, name=f"{way.name}@beside", text=f"{way.text}, the other build", program=str(args.beside))


class Runs:
    """Runs programs, and keeps what they and their libraries are."""

    def __init__(self, programs, brokers, topic):
        self.programs, self.brokers, self.topic = programs, brokers, topic
        self.messages = broker.Messages(brokers, topic) if brokers else None
        self.versions = {}

    def measure(self, way, total, records, body):
        requests = max(1, total // records)
        words = command(way, self.programs, self.brokers or "localhost:1", self.topic, requests,
                        make_load(total, Load(records, body)))
        done = subprocess.run(words, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"{way.name}: {done.stderr}\n{' '.join(words)}")
        run = json.loads(done.stdout)
        if run["records"] != requests * records:
            sys.exit(f"{way.name}: {run['records']:,} of {requests * records:,} records were delivered")
        self.versions |= run["versions"] if not way.program else {}
        figures = {"us": run["cpu_seconds"] / run["records"] * 1e6, "records_s": run["records"] / run["seconds"]}
        if way.needs_kafka:
            figures["records_a_message"] = run["records"] / self.messages.more()
        return figures


def measure_rows(runs, ways, args):
    """The figures of each row, round by round, after a round that warms up."""
    rows = {way.name: {"text": way.text, "who": way.who, "rounds": []} for way in ways}
    for number in range(args.rounds + 1):
        for way in ways:
            total = max(SMALLEST_RUN, int(args.records * way.share * (1 if number else 0.1)))
            figures = runs.measure(way, total, REQUEST, BODY)
            say(f"round {number} of {args.rounds}: {way.name:22} {figures['us']:7.2f} us/record {figures['records_s']:12,.0f} records/s")
            if number:
                rows[way.name]["rounds"].append(figures)
    return rows


def points(args):
    """(Which curve, where on it, records in all, records a request, bytes of a body); fewer where they take long."""
    quarter = max(SMALLEST_RUN, args.records // 4)
    for body in BODIES:
        yield "body", body, max(SMALLEST_RUN, min(quarter, args.records * BODY // body)), REQUEST, body
    for records in REQUESTS:
        yield "request", records, max(SMALLEST_RUN, quarter * min(records, REQUEST) // REQUEST, quarter // 4), records, BODY


def measure_curves(runs, ways, args):
    """{curve: {row: {place: figures, round by round}}}."""
    curves = {"body": {}, "request": {}}
    for number in range(args.rounds):
        for curve, place, total, records, body in points(args):
            for way in ways:
                figures = runs.measure(way, total, records, body)
                say(f"round {number + 1} of {args.rounds}: {curve} {place:6,} {way.name:14} {figures['us']:7.2f} us/record")
                curves[curve].setdefault(way.name, {"text": way.text, "places": {}})["places"].setdefault(str(place), []).append(figures)
    return curves


def measure_page(args):
    ways = list(wanted_ways(args))
    if not ways:
        sys.exit(f"--rows {args.rows}: no such row; there are {', '.join(way.name for way in all_ways(args.window))}")
    programs = {"produce": program("produce")}
    if any(way.who == "contrib" for way in ways):
        programs["peers"] = go_programs.build("peers")
    page = {"machine": machine.machine(), "load": {"records": args.records, "body": BODY, "request": REQUEST, "window": args.window,
                                                   "rounds": args.rounds}}
    of_curves = [] if args.no_curves else [way for way in ways if way.name in CURVES]

    def run(brokers, topic):
        runs = Runs(programs, brokers, topic)
        page["rows"] = measure_rows(runs, ways, args)
        page["curves"] = measure_curves(runs, of_curves, args) if of_curves else {}
        page["versions"] = runs.versions | {"commit": machine.commit()}
        if brokers and not args.brokers:
            page["versions"]["Kafka"] = broker.version()

    if args.no_kafka:
        run(None, broker.TOPIC)
    else:
        with broker.kafka(args) as (brokers, topic):
            run(brokers, topic)
    return page


def report(args):
    page = json.loads(args.source.read_text()) if args.source else measure_page(args)
    args.out.mkdir(parents=True, exist_ok=True)
    if not args.source:
        (args.out / "speed.json").write_text(json.dumps(page, indent=1) + "\n")
    print(show.markdown(page) if args.markdown else show.text(page))
    if not args.no_plot:
        import plot  # takes matplotlib, which is not there for tests
        plot.draw(page, args.out / "speed.svg")
    say(f"{args.out / 'speed.json'}{'' if args.no_plot else ' and speed.svg'}")
