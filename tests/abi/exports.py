"""Headers, version script, shared library and static library name the same functions, and nothing else."""
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(os.environ["STSKAFKA_ROOT"])
BUILD = Path(os.environ["STSKAFKA_BUILD"])


def declared():
    headers = "".join(path.read_text() for path in (ROOT / "include/stskafka").glob("*.h"))
    return re.findall(r"^STS_API [^;(]*?\b(\w+)\(", headers, re.M)


def mapped():
    text = re.sub(r"/\*.*?\*/", "", (ROOT / "lib/libstskafka.map").read_text(), flags=re.S)
    if not re.search(r"local:\s*\*;", text):
        sys.exit("the version script does not end in local: *")
    return re.findall(r"^\s+(\w+);", text, re.M)


def defined(*nm_arguments):
    """Names with a global definition, without the version nodes."""
    lines = subprocess.run(["nm", *nm_arguments], check=True, capture_output=True, text=True).stdout.splitlines()
    symbols = [line.split() for line in lines if len(line.split()) == 3]
    return [name.split("@")[0] for _, kind, name in symbols if kind.isupper() and kind != "A"]


def main():
    lists = {
        "the headers": declared(),
        "the version script": mapped(),
        "the shared library": defined("-D", "--defined-only", BUILD / "lib/libstskafka.so"),
        "the static library": defined("--defined-only", BUILD / "lib/libstskafka.a"),
    }
    faults = []
    wanted = set(lists["the headers"])
    for name, found in lists.items():
        for symbol in sorted(wanted ^ set(found)):
            faults.append(f"{name}: {symbol} is {'missing' if symbol in wanted else 'too much'}")
        if len(found) != len(set(found)):
            faults.append(f"{name}: a name stands there twice")
    print("\n".join(faults) or f"{len(wanted)} functions, the same everywhere")
    sys.exit(bool(faults))


main()
