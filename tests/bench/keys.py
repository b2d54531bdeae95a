"""Measures what keys cost, spec by spec: nanoseconds of CPU a record, less what no key takes, round by round; and beside them, by
turns, what the collector's own OTTL and its hash of a resource cost over requests that are decoded already."""
import json
import os
import struct
import subprocess
import tempfile
from pathlib import Path

from figures import spread
from go_programs import build
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

SPECS = [
    "none",
    'attributes["stskafka.key"]',
    'attributes["fourth"]',
    'resource.attributes["name-07"]',
    'attribute("name-07")',
    "trace_id",
    "trace_id.string",
    'Concat([resource.attributes["name-00"], resource.attributes["name-01"], attributes["second"]], "/")',
    'Concat([attributes["second"], attributes["third"], attributes["fourth"]], "/")',
    'Concat([resource.attributes["name-00"], trace_id.string, "x"], "/")',
    'SHA256(attributes["second"])',
    'XXH3(attributes["second"])',
    "resource_hash",
    "resource_hash_v0163",
    'resource_hash("name-0*")',
    'AsString(attributes["map"])',
]


# Those that the collector has too, and what hashes a resource there.
PEER_SPECS = [spec for spec in SPECS if spec.startswith(("attributes", "trace_id.", "resource.", "Concat", "SHA256", "XXH3"))]

# What depends on the resource alone is computed once for it, so that these cost the same, however large it is.
MIXED_SPECS = [
    "none",
    'attributes["second"]',
    'attribute("zz") | "x"',
    'Concat([resource.attributes["zz"], attributes["second"]], "")',
    'Concat([Hex(resource_hash), attributes["second"]], "")',
    'Concat([SHA256(String(resource.attributes)), attributes["second"]], "")',
    'resource.attributes["map"][attributes["second"]] | "x"',
]
GROWTH = (500, 1000, 2000, 4000)


def set_text(pairs, name, value):
    pair = pairs.add()
    pair.key, pair.value.string_value = name, value


def make_requests(path, records_in_resource, attributes):
    """100 requests of 40 records; each resource has so many attributes."""
    with open(path, "wb") as file:
        for number in range(100):
            request = ExportLogsServiceRequest()
            for first in range(0, 40, records_in_resource):
                resource_logs = request.resource_logs.add()
                for i in range(attributes):
                    set_text(resource_logs.resource.attributes, f"name-{i:02}", f"value {i} of request {number}")
                scope = resource_logs.scope_logs.add()
                for i in range(first, first + records_in_resource):
                    record = scope.log_records.add(trace_id=bytes(range(16)))
                    set_text(record.attributes, "stskafka.key", f"key-{i}-of-{number}")
                    set_text(record.attributes, "second", f"the second value {i}")
                    set_text(record.attributes, "third", f"the third value {i}")
                    set_text(record.attributes, "fourth", f"the fourth value {i}")
                    pair = record.attributes.add()
                    pair.key = "map"
                    set_text(pair.value.kvlist_value.values, "b", "text")
                    pair.value.kvlist_value.values.add(key="a").value.int_value = i
                    record.body.bytes_value = b"x" * 200
            data = request.SerializeToString()
            file.write(struct.pack("<I", len(data)) + data)


def make_large_request(path, size):
    """One resource of so many attributes with as many records."""
    request = ExportLogsServiceRequest()
    resource_logs = request.resource_logs.add()
    for i in range(size):
        set_text(resource_logs.resource.attributes, f"name-{i:05}", f"value {i}")
    pair = resource_logs.resource.attributes.add()
    pair.key = "map"
    set_text(pair.value.kvlist_value.values, "b", "text")
    scope = resource_logs.scope_logs.add()
    for i in range(size):
        record = scope.log_records.add()
        set_text(record.attributes, "second", f"the second value {i}")
        record.body.bytes_value = b"x" * 200
    data = request.SerializeToString()
    path.write_bytes(struct.pack("<I", len(data)) + data)


def report_growth(program, path, rounds_wanted):
    """A cost that grows from one column to the next is work done anew for each record."""
    columns = []
    for size in GROWTH:
        make_large_request(path, size)
        rounds = measure(program, path, MIXED_SPECS, rounds_wanted)
        columns.append([spread(over_none(rounds, i, "derive"), 0) for i in range(len(MIXED_SPECS))])
    print(f"one resource of {', '.join(f'{size:,}' for size in GROWTH)} attributes with as many records; ns of CPU a record over none, derive")
    for i, spec in enumerate(MIXED_SPECS[1:], 1):
        print("  " + " ".join(f"{column[i]:20}" for column in columns) + f" {spec}")


def measure(program, path, specs, rounds):
    out = subprocess.run([program, path, str(rounds)], input="".join(f"{spec}\n" for spec in specs), check=True,
                         stdout=subprocess.PIPE, text=True).stdout
    lines = [json.loads(line) for line in out.splitlines()]
    return [lines[i:i + len(specs)] for i in range(0, len(lines), len(specs))][1:]  # the first round warms up


def over_none(rounds, spec, what):
    return [one[spec][what] - one[spec][f"{what} first"] for one in rounds]


def measure_beside(program, peers, path, pairs, rounds):
    """(Nanoseconds over none, the peer's) for each pair of a spec and the peer's name for it, in each round."""
    ours, theirs = zip(*pairs)
    for _ in range(rounds):
        out = subprocess.run([peers, path], input="".join(f"{spec}\n" for spec in theirs), check=True, stdout=subprocess.PIPE, text=True,
                             env=os.environ | {"GOMAXPROCS": "1"}).stdout
        peer = [json.loads(line)["ns"] for line in out.splitlines()]
        mine = measure(program, path, ["none", *ours], 2)
        yield [(over_none(mine, i + 1, "derive")[0], peer[i]) for i in range(len(pairs))]


def report_beside(program, peers, path, pairs, rounds_wanted):
    rounds = list(measure_beside(program, peers, path, pairs, rounds_wanted))
    for i, (spec, theirs) in enumerate(pairs):
        ours, peer = zip(*(one[i] for one in rounds))
        ratio = spread([b / a for a, b in zip(ours, peer)], 2)
        print(f"  {spread(ours, 0):20} Go {spread(peer, 0):22} Go/ours {ratio:20} {spec}" + (f" ({theirs})" if theirs != spec else ""))


def report_peers(program, folder, rounds_wanted):
    peers, path = build("key_peers"), Path(folder) / "requests.bin"
    print("beside the collector, ns of CPU a record over none, derive: OTTL 0.163, 40 records in a resource of 20 attributes")
    make_requests(path, 40, 20)
    report_beside(program, peers, path, [(spec, spec) for spec in PEER_SPECS], rounds_wanted)
    for attributes in (20, 50):
        print(f"beside the collector: xhash.MapHash of {attributes} attributes that are decoded, a resource for each record")
        make_requests(path, 1, attributes)
        report_beside(program, peers, path, [(spec, "MapHash") for spec in ("resource_hash", "resource_hash_v0163")], rounds_wanted)


def report_keys(program, rounds_wanted):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "requests.bin"
        report_peers(program, folder, rounds_wanted)
        make_requests(path, 40, 20)
        rounds = measure(program, path, SPECS, rounds_wanted)
        print(f"4,000 records, 5 attributes each, 40 in a resource of 20 attributes; ns of CPU a record over those of the key none "
              f"(derive {spread([one[0]['derive'] for one in rounds], 0)}, export {spread([one[0]['export'] for one in rounds], 0)})")
        for i, spec in enumerate(SPECS[1:], 1):
            print(f"  derive {spread(over_none(rounds, i, 'derive'), 0):24} export {spread(over_none(rounds, i, 'export'), 0):24} {spec}")
        for spec in ("resource_hash", "resource_hash_v0163"):
            for attributes in (20, 50):
                make_requests(path, 1, attributes)
                rounds = measure(program, path, ["none", spec], rounds_wanted)
                print(f"{spec} of {attributes} attributes, a resource for each record: {spread(over_none(rounds, 1, 'derive'), 0)} ns")
        report_growth(program, path, rounds_wanted)
