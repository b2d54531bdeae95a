"""Headers, version script, shared library and static library name the same functions, and nothing else; so does the ledger
exports.txt, which has each function's first version and from which no name is ever taken. `./dev abi --update` adds new ones."""
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(os.environ["STSKAFKA_ROOT"])
BUILD = Path(os.environ["STSKAFKA_BUILD"])
SHARED = BUILD / "lib/libstskafka.so"
LEDGER = ROOT / "tests/abi/exports.txt"


def declared():
    """Names in the order of the headers, with the version that the nearest comment before gives ("Since 1.0.0")."""
    found = []
    for path in sorted((ROOT / "include/stskafka").glob("*.h")):
        since = None
        for comment, name in re.findall(r"(/\*.*?\*/)|^STS_API [^;(]*?\b(\w+)\(", path.read_text(), re.M | re.S):
            if name and not since:
                sys.exit(f"{path.name}: {name} does not say since which version it is there")
            if name:
                found.append((name, since))
            elif version := re.search(r"^ \* Since +([\d.]+)", comment, re.M):
                since = version.group(1)
    return found


def mapped():
    """Names by version node."""
    text = re.sub(r"/\*.*?\*/", "", (ROOT / "lib/libstskafka.map").read_text(), flags=re.S)
    if not re.search(r"local:\s*\*;", text):
        sys.exit("the version script does not end in local: *")
    nodes = re.findall(r"^(\w+\.\d+) \{(.*?)^\}", text, re.M | re.S)
    return [(name, node) for node, names in nodes for name in re.findall(r"^\s+(\w+);", names, re.M)]


def defined(*nm_arguments):
    """Names with a global definition, and their version nodes (none in the static library)."""
    lines = subprocess.run(["nm", *nm_arguments], check=True, capture_output=True, text=True).stdout.splitlines()
    symbols = [line.split() for line in lines if len(line.split()) == 3]
    names = [re.split("@+", name) for _, kind, name in symbols if kind.isupper() and kind != "A"]
    return [(name, *node) for name, *node in names]


def ledger():
    return [tuple(line.split()) for line in LEDGER.read_text().splitlines() if not line.startswith("#")]


def faults_of_names(lists):
    wanted = {name for name, *_ in lists["the headers"]}
    for place, entries in lists.items():
        found = [name for name, *_ in entries]
        for symbol in sorted(wanted ^ set(found)):
            yield f"{place}: {symbol} is {'missing' if symbol in wanted else 'too much'}"
        if len(found) != len(set(found)):
            yield f"{place}: a name stands there twice"


def faults_of_versions(lists):
    """A function's node is that of its first version, in the version script and in the library."""
    since = dict(lists["the ledger"])
    for name, version in lists["the headers"]:
        if version != since.get(name, version):
            yield f"the headers: {name} is since {version}; the ledger says {since[name]}"
    for place in ("the version script", "the shared library"):
        for name, node in lists[place]:
            if name in since and node != "STSKAFKA_" + since[name].rpartition(".")[0]:
                yield f"{place}: {name} is in {node}; the ledger says since {since[name]}"


def update():
    known = dict(ledger())
    new = {name: version for name, version in declared() if name not in known}
    comments = [line for line in LEDGER.read_text().splitlines() if line.startswith("#")]
    lines = [f"{name} {version}" for name, version in sorted({**known, **new}.items())]
    LEDGER.write_text("\n".join(comments + lines) + "\n")
    print(f"{LEDGER.relative_to(ROOT)}: {len(new)} functions added")


def main():
    if sys.argv[1:] == ["--update"]:
        update()
    lists = {
        "the headers": declared(),
        "the ledger": ledger(),
        "the version script": mapped(),
        "the shared library": defined("-D", "--defined-only", "--with-symbol-versions", SHARED),
        "the static library": defined("--defined-only", BUILD / "lib/libstskafka.a"),
    }
    faults = [*faults_of_names(lists), *faults_of_versions(lists)]
    if any(fault.startswith("the ledger") for fault in faults):
        faults.append("`./dev abi --update` adds new functions to the ledger; a name that is there stays, in the library too")
    print("\n".join(faults) or f"{len(lists['the headers'])} functions, the same everywhere")
    sys.exit(bool(faults))


main()
