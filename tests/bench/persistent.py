"""Measures the library's queue on disk beside the collector's persistent queue; it is a part of store.py."""
import itertools
import json
import random
import re
import subprocess
import tempfile
import threading
from pathlib import Path

import broker
import collector
import machine
from arguments import at_least
from collector import BODY, METHOD, OURS, RECORDS, THEIRS, Row
from figures import spread
from load import Load, make_load, make_request, make_text
from order import Order
from places import BENCH, program

MANIFEST = BENCH / "builder-storage.yaml"
QUEUED = 200  # requests
QUIET_S = 15  # retries of the collector's exporters come after five seconds
LANES = 16  # that send one request after another
PLACE = b"<000000000000>"  # of a request's number, at the head of each of its bodies
NUMBER = re.compile(rb"<(\d{12})>")


def ours(sync, more=""):
    return Row("sts_kafka_exporter", OURS + f"    sending_queue: {{{{storage: '{{folder}}/queue', storage.sync: {sync}}}}}\n" + more, MANIFEST)


def theirs(consumers, fsync):
    """A full queue has requests wait, as ours does; and it has room for what comes while the broker hangs, as ours has."""
    block = THEIRS + (f"    sending_queue: {{{{storage: file_storage, num_consumers: {consumers}, queue_size: 100000, block_on_overflow: true}}}}\n"
                      f"extensions:\n  file_storage: {{{{directory: '{{folder}}/queue', create_directory: true, fsync: {fsync}}}}}\n")
    return Row("kafka", block, MANIFEST, service="  extensions: [file_storage]\n")


ROWS = {
    "ours, sync=commit": ours("commit"),
    "ours, sync=none": ours("none"),
    "contrib as shipped": theirs(10, "false"),
    "contrib, one consumer": theirs(1, "false"),
    "contrib, fsync": theirs(10, "true"),
}
KILLED = ROWS | {"ours, exactly_once": ours("commit", "    delivery: exactly_once\n")}
ALONE = {"the library alone, sync=commit": "commit", "the library alone, sync=none": "none"}
RATIOS = [("ours, sync=none", "contrib as shipped"), ("ours, sync=none", "contrib, one consumer"), ("ours, sync=commit", "contrib, fsync"),
          ("ours, sync=commit", "contrib as shipped"), ("the library alone, sync=commit", "contrib, fsync"), ("the library alone, sync=none", "contrib as shipped")]


def add_arguments(parser):
    parser.add_argument("--collector", action="store_true", help="instead: beside the collector's persistent queue, and what each loses by kill -9")
    parser.add_argument("--requests", type=at_least(1), default=3000, metavar="N", help="with --collector: of 100 records, of a run (3,000)")
    parser.add_argument("--kills", type=at_least(1), default=3, metavar="N", help="with --collector: of each collector (3)")


# --- what it costs ---

def run_alone(brokers, topic, load, requests, sync, disk):
    with tempfile.TemporaryDirectory(dir=disk) as folder:
        options = [f"brokers={brokers}", f"topic={topic}", "key=resource_hash_v0163", "encoding=otlp_proto", "gather=resource", "partitioner=sarama",
                   f"sending_queue.storage={folder}/queue", f"sending_queue.storage.sync={sync}", "produce_timeout=60s"]
        done = subprocess.run([program("produce"), "ours", "--threads", str(LANES), *(word for each in options for word in ("-o", each)),
                               "--requests", str(requests), load], check=True, capture_output=True, text=True)
    told = json.loads(done.stdout)
    return {"cpu": told["cpu_seconds"] / told["records"] * 1e6, "rate": told["records"] / told["seconds"] / 1e3}


def measure(args, distribution, brokers, topic):
    load = make_load(args.requests * RECORDS, Load(RECORDS, BODY))
    requests = collector.requests_of(load)
    figures = {name: [] for name in [*ROWS, *ALONE]}
    for number in range(args.rounds + 1):  # the first warms up
        found = {name: collector.run_row(distribution, row, brokers, topic, requests, args.requests, args.folder) for name, row in ROWS.items()}
        found |= {name: run_alone(brokers, topic, load, args.requests, sync, args.folder) for name, sync in ALONE.items()}
        for name in found if number else ():
            figures[name].append(found[name])
    return figures


def show(figures):
    for name, found in figures.items():
        print(f"{name:32} CPU {spread([one['cpu'] for one in found], 2)} us a record   {spread([one['rate'] for one in found], 1)} k records/s")
    for one, other in RATIOS:
        print(f"{one} / {other}: records/s {collector.ratios(figures, 'rate', one, other)}, CPU {collector.ratios(figures, 'cpu', one, other)}")


# --- what it loses ---

class Lane(threading.Thread):
    """Sends requests of a resource of its own, one after another, until it is told to end. What was answered is taken; what is not is left alone,
    for it may have been."""

    def __init__(self, lane, template, export, ending):
        super().__init__(daemon=True)
        self.lane, self.template, self.export, self.ending = lane, template, export, ending
        self.taken = []

    def run(self):
        import grpc
        for number in itertools.count(self.lane, LANES):
            if self.ending.is_set():
                return
            try:
                self.export(self.template.replace(PLACE, b"<%012d>" % number), wait_for_ready=True)
                self.taken.append(number)
            except grpc.RpcError:
                pass


def templates():
    """A lane's request, which has the place for a number in all of its records."""
    rng = random.Random(1)
    text = make_text(rng)
    for lane in range(LANES):
        request = make_request(rng, text, [b"key"], lane, Load(RECORDS, BODY))
        for record in request.resource_logs[0].scope_logs[0].log_records:
            record.body.bytes_value = PLACE + record.body.bytes_value[len(PLACE):]
        yield request.SerializeToString()


def send_and_kill(process, requests, kills):
    """Kills the collector so often, at even distances, and has it start again; the numbers of what was taken. Before each kill the broker hangs
    for as long as some requests are taken, so that the queue has something."""
    import grpc
    ending = threading.Event()
    with grpc.insecure_channel(f"127.0.0.1:{process.ports['grpc']}", options=[("grpc.max_reconnect_backoff_ms", 200)]) as channel:
        lanes = [Lane(lane, template, channel.unary_unary(METHOD), ending) for lane, template in enumerate(templates())]
        for lane in lanes:
            lane.start()
        for _ in range(kills):
            until_more_is_taken(process, lanes, requests // (kills + 1))
            broker.do("pause")
            until_more_is_taken(process, lanes, QUEUED)
            process.kill()
            process.start()
            broker.do("resume")
        until_more_is_taken(process, lanes, requests // (kills + 1))
        ending.set()
        for lane in lanes:
            lane.join()
    return [number for lane in lanes for number in lane.taken]


def until_more_is_taken(process, lanes, count):
    goal = taken(lanes) + count
    process.until("the collector takes too little", lambda: taken(lanes) >= goal, 600)


def taken(lanes):
    return sum(len(lane.taken) for lane in lanes)


def read_back(brokers, topic, numbers):
    order = Order(LANES)
    for value in broker.values(brokers, topic):
        of_message = NUMBER.findall(value)
        assert len(of_message) == RECORDS and len(set(of_message)) == 1, value
        order.see(int(of_message[0]))
    return order.verdict(numbers)


def kill_row(args, distribution, row, brokers):
    with broker.own_topic(brokers, "kills") as topic, tempfile.TemporaryDirectory(dir=args.folder) as folder:
        messages = broker.Messages(brokers, topic)
        process = collector.collector_of(distribution, row, brokers, topic, folder).start()
        try:
            numbers = send_and_kill(process, args.requests, args.kills)
            messages.settle(QUIET_S)
        finally:
            process.stop()
        return len(numbers), read_back(brokers, topic, numbers)


def report_kills(args, distribution, brokers):
    print(f"kill -9 of the collector, {args.kills} times among about {args.requests:,} requests of {RECORDS} records, with the broker hanging: requests")
    for name, row in KILLED.items():
        numbers, found = kill_row(args, distribution, row, brokers)
        print(f"{name:24} answered {numbers:6,}   lost {found['lost']:4,}   again {found['again']:4,}   "
              f"behind a later one of their key {found['out of order']:4,}", flush=True)


def report_collector(args):
    distribution = collector.collectors.build(MANIFEST)
    with broker.kafka(args) as (brokers, topic):
        report_kills(args, distribution, brokers)
        show(measure(args, distribution, brokers, topic))
    print(machine.in_words(machine.machine()))
