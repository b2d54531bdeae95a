#!/usr/bin/env python3
"""Writes a load of OTLP log requests, and beside it (OUT.expected) what must be in Kafka after they were sent.

  build/venv/bin/python tests/support/otlp/make_load.py OUT [--records 100000] [--keys 1000] [--seed 1]

OUT holds requests of 100 records, each after its length (see framing.py), written by Google's protobuf. Keys and bodies
are bytes, bodies of 0 to 1024; one in 50 is empty: a tombstone. Equal arguments give equal files.

OUT.expected has a line a record, in the order they are sent: its number from 0, the key and the value in hex, separated
by tabs; "-" is the null value of a tombstone. Order is promised within a key only.
"""
import argparse
import random

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

from framing import frame

REQUEST = 100  # records in a request
SCOPE = 10  # records in a scope, the last of a request may have fewer
SCOPES = 4  # scopes of a resource
START = 1_767_225_600_000_000_000  # 2026-01-01T00:00:00Z in ns


def set_text(attributes, name, text):
    attribute = attributes.add()
    attribute.key = name
    attribute.value.string_value = text


def add_resource(request, number):
    logs = request.resource_logs.add()
    attributes = logs.resource.attributes
    set_text(attributes, "service.name", f"load-{number % 7}")
    set_text(attributes, "k8s.cluster.name", "prod-eu")
    set_text(attributes, "k8s.pod.name", f"load-{number}")
    return logs


def fill(request, numbers, rng, keys, expected):
    """Adds the records of these numbers, and their lines to expected."""
    resource = scope = None
    for at, number in enumerate(numbers):
        if at % (SCOPE * SCOPES) == 0:
            resource = add_resource(request, number)
        if at % SCOPE == 0:
            scope = resource.scope_logs.add()
            scope.scope.name = f"scope-{at // SCOPE}"
        key = rng.choice(keys)
        body = b"" if rng.random() < 0.02 else rng.randbytes(rng.randint(1, 1024))
        record = scope.log_records.add(time_unix_nano=START + number, severity_number=9)
        record.body.bytes_value = body
        attribute = record.attributes.add()
        attribute.key = "stskafka.key"
        attribute.value.bytes_value = key
        expected.write(f"{number}\t{key.hex()}\t{body.hex() or '-'}\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--keys", type=int, default=1000, help="how many different keys")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()

    rng = random.Random(args.seed)
    # The number in front keeps them apart; the rest makes their lengths differ.
    keys = [number.to_bytes(4, "big") + rng.randbytes(rng.randint(0, 28)) for number in range(args.keys)]
    with open(args.out, "wb") as out, open(args.out + ".expected", "w", encoding="ascii") as expected:
        for first in range(0, args.records, REQUEST):
            request = ExportLogsServiceRequest()
            fill(request, range(first, min(first + REQUEST, args.records)), rng, keys, expected)
            out.write(frame(request.SerializeToString()))


if __name__ == "__main__":
    main()
