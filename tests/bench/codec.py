"""Measures what the option `compression` costs, by codec: CPU of the client and records a second, and the bytes that a record takes in the
topic. The records are those of the page of speed, 1,000,000 of 256 bytes by default, through the exporter as shipped and one real broker
by turns; each figure is the median over the rounds, with the smallest and the largest."""
import arguments
import broker
import machine
from figures import spread
from load import Load
from produce import ours, produce

CODECS = ("none", "snappy", "lz4", "zstd", "gzip")
REQUEST, BODY = 100, 256
WARM_UP = 10  # such a part of a run warms up


def add_arguments(parser):
    arguments.add_records(parser, WARM_UP * REQUEST)
    arguments.add_rounds(parser)
    parser.set_defaults(brokers=None, topic=broker.TOPIC)


def topic_of(codec):
    return f"codec-{codec}"


def export(brokers, codec, records):
    """What the run took, as its program tells it."""
    options = [f"brokers={brokers}", f"topic={topic_of(codec)}", f"compression={codec}", "read_timeout=30s"]
    return produce(ours(*options), records, Load(REQUEST, BODY))


def measure(brokers, records, rounds):
    """{codec: [(µs of CPU a record, thousand records/s, bytes a record)]}, after a round that warms up."""
    figures = {codec: [] for codec in CODECS}
    for codec in CODECS:
        broker.create(brokers, topic_of(codec), broker.PARTITIONS)
        export(brokers, codec, records // WARM_UP)
    for _ in range(rounds):
        for codec in CODECS:
            before = broker.bytes_of(topic_of(codec))
            run = export(brokers, codec, records)
            figures[codec].append((run["cpu_seconds"] / run["records"] * 1e6, run["records"] / run["seconds"] / 1000,
                                   (broker.bytes_of(topic_of(codec)) - before) / run["records"]))
    return figures


def report_compression(args):
    with broker.kafka(args) as (brokers, _):
        figures = measure(brokers, args.records, args.rounds)
    print(f"{'compression':12} {'us/record':>24} {'k records/s':>24} {'bytes a record':>24}")
    for codec in CODECS:
        us, rate, size = zip(*figures[codec])
        print(f"{codec:12} {spread(us, 2):>24} {spread(rate, 0):>24} {spread(size, 0):>24}")
    print(f"{args.records:,} records of {BODY} bytes with keys of 24, {REQUEST} a request; {args.rounds} rounds by turns: median (smallest .. "
          "largest), CPU of the client")
    print(machine.in_words(machine.machine()))
