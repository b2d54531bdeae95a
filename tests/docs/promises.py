"""The tests that the documents name exist, and no promise of tests/PROMISES.md goes without one.

A name is `area.name` or `area.*`, of an area that CTest has; in the tables of promises the last column names tests, or a preset, and
says where a test is run with --full alone."""
import fnmatch
import json
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(os.environ["STSKAFKA_ROOT"])
BUILD = Path(os.environ["STSKAFKA_BUILD"])
DOCUMENTS = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "examples/README.md", "bindings/go/README.md", "bindings/python/README.md",
             "lib/README.md", "lib/ABI.md", "lib/encode/README.md", "lib/key/README.md", "lib/queue/README.md", "lib/transport/README.md",
             "examples/kafkaexporter.md",
             "tests/PROMISES.md"]
LEDGER = "tests/PROMISES.md"
PROMISES = "| the test that holds it |"


def tests():
    """The names of all, each with whether it is for --full."""
    listed = subprocess.run(["ctest", "--test-dir", BUILD, "--show-only=json-v1"], capture_output=True, text=True, check=True)
    return {test["name"]: any(entry["name"] == "LABELS" and "full" in entry["value"] for entry in test["properties"])
            for test in json.loads(listed.stdout)["tests"]}


def named(text, areas):
    return re.findall(rf"`((?:{'|'.join(areas)})\.(?:\*|\w+))`", text)


def promises(text):
    """The rows of the tables of promises: promise and what holds it."""
    for table in text.split("\n\n"):
        if PROMISES in table:
            for row in table.splitlines()[2:]:
                yield [cell.strip() for cell in row.strip("|").rsplit("|", 1)]


def main():
    known = tests()
    areas = sorted({name.split(".")[0] for name in known})
    faults = []
    for document in DOCUMENTS:
        text = (ROOT / document).read_text()
        faults += [f"{document}: there is no test {name}" for name in named(text, areas) if not fnmatch.filter(known, name)]
    presets = {preset["name"] for preset in json.loads((ROOT / "CMakePresets.json").read_text())["testPresets"]}
    count = 0
    for promise, holder in promises((ROOT / LEDGER).read_text()):
        count += 1
        if not named(holder, areas) and not presets & set(re.findall(r"`([\w-]+)`", holder)):
            faults.append(f"{LEDGER}: nothing holds the promise: {promise}")
        long = [name for name in named(holder, areas) if known.get(name)]
        if long and "--full" not in holder:
            faults.append(f"{LEDGER}: {', '.join(long)} is run with --full alone, which is not said of: {promise}")
    if not count:
        faults.append(f"{LEDGER}: no promises are found")
    print("\n".join(faults) or f"{count} promises")
    sys.exit(bool(faults))


main()
