"""Runs bench_produce: exports once, and is told what that took."""
import json
import subprocess
import sys

from load import make_load
from places import program


def ours(*options):
    """Its words for the library with these options."""
    return ["ours", *(word for each in options for word in ("-o", each))]


def produce(words, records, load):
    """Sends so many records of the load; ends with what went wrong where not all are delivered."""
    requests = records // load.records
    command = [str(word) for word in [program("produce"), *words, "--requests", requests, make_load(records, load)]]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command)}: {done.stderr}")
    run = json.loads(done.stdout)
    if run["records"] != requests * load.records:
        sys.exit(f"{' '.join(command)}: {run['records']:,} of {requests * load.records:,} records were delivered")
    return run
