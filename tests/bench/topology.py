"""Measures the topology side, without Kafka: the encoder beside nanopb's on the same messages, JSON to bytes beside the parser alone,
and batches through the public API. See topology.c for what each figure is."""
import json
import subprocess

from figures import spread

DEPTHS = [1, 2, 4, 8, 16, 30]
BATCHES = [1, 100, 10000]


def report_topology(program, rounds):
    """Runs the program once to warm up, then as often as asked."""
    measured = [json.loads(subprocess.run([program], check=True, stdout=subprocess.PIPE, text=True).stdout)
                for _ in range(rounds + 1)][1:]

    def show(name, digits):
        return spread([figures[name] for figures in measured], digits)

    def ratio(name, other):
        return spread([figures[name] / figures[other] for figures in measured], 2)

    print(f"topology: {rounds} rounds, median (smallest .. largest), CPU time of the process")
    for depth in DEPTHS:
        print(f"{measured[0][f'bytes {depth}']:,} bytes, definitions {depth} deep   encoder MB/s {show(f'encode {depth}', 0)}   "
              f"nanopb MB/s {show(f'nanopb {depth}', 1)}   encoder / nanopb {ratio(f'encode {depth}', f'nanopb {depth}')}")
    for name, text in (("json", "JSON to bytes"), ("parse", "our parser alone"), ("yajl", "yajl alone, no callbacks")):
        print(f"{text:24} MB/s of text {show(name, 1)}")
    print(f"JSON to bytes / yajl, round by round: {ratio('json', 'yajl')}; / our parser: {ratio('json', 'parse')}")
    for count in BATCHES:
        print(f"batches of {count:6,} components: us for each {show(f'batch {count}', 3)}")
