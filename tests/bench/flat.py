"""Measures whether the cost of a record depends on how many keys and how many topics there are: CPU a record, by turns, over 1 to 1,000,000
keys into a real broker, beside a bare librdkafka loop, and over 1 to 1,000 keys and topics without one (transport=memory), which is
what is ours alone. 1,000,000 records of 32 bytes by default; each figure is the median over the rounds, with the smallest and the largest, and its
ratio to the first one. A single key is a single partition, which costs a client less, whoever it is: hence the bare loop."""
import arguments
import broker
import machine
from figures import spread
from load import Load
from produce import ours, produce

REQUEST, BODY, DIFFERENT = 100, 32, 1_000_000  # records come again after so many
KEYS = (1, 1_000, 1_000_000)
TOPICS = (1, 10, 100, 1_000)
WITHOUT_KAFKA = ["transport=memory", "topic=bench", f"topics.max={TOPICS[-1] + 1}"]


def curves(brokers, topic):
    """What is varied, in which way: (name, words, [(number, load)])."""
    of_keys = [(keys, Load(REQUEST, BODY, keys=keys, most=DIFFERENT)) for keys in KEYS]
    of_topics = [(topics, Load(REQUEST, BODY, topics=topics, most=DIFFERENT)) for topics in TOPICS]
    if brokers:
        yield "keys, bare loop", ["bare", "--brokers", brokers, "--topic", topic, "--copy"], of_keys
        yield "keys, into Kafka", ours(f"brokers={brokers}", f"topic={topic}"), of_keys
    yield "keys, discarded", ours(*WITHOUT_KAFKA), of_keys
    yield "topics, discarded", ours(*WITHOUT_KAFKA), of_topics


def add_arguments(parser):
    arguments.add_records(parser, REQUEST)
    arguments.add_rounds(parser)
    parser.add_argument("--no-kafka", action="store_true", help="only what needs no broker")
    broker.add_arguments(parser)


def export(words, load, records):
    run = produce(words, records, load)
    return run["cpu_seconds"] / run["records"] * 1e6


def measure(name, words, points, args):
    figures = [[export(words, load, args.records) for _, load in points] for _ in range(args.rounds + 1)][1:]  # the first round warms up
    for place, (number, _) in enumerate(points):
        ratios = [of_round[place] / of_round[0] for of_round in figures]
        print(f"{name:20} {number:>10,} {spread([of_round[place] for of_round in figures], 2):>24} {spread(ratios, 2):>24}", flush=True)


def report(args, brokers, topic):
    print(f"{'what':20} {'number':>10} {'us/record':>24} {'to the first':>24}")
    for name, words, points in curves(brokers, topic):
        measure(name, words, points, args)
    print(machine.in_words(machine.machine()))


def report_flat(args):
    if args.no_kafka:
        report(args, None, broker.TOPIC)
        return
    with broker.kafka(args) as (brokers, topic):
        report(args, brokers, topic)
