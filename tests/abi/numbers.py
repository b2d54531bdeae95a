"""The version and the number of the binary interface are the same wherever they stand. CMakeLists.txt has both."""
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(os.environ["STSKAFKA_ROOT"])
LIBRARY = Path(os.environ["STSKAFKA_BUILD"]) / "lib/libstskafka.so"


def found(pattern, text, place):
    """The groups of the pattern's last match, as one text with dots between them."""
    matches = re.findall(pattern, text, re.M)
    if not matches:
        sys.exit(f"{place}: no {pattern}")
    return matches[-1] if isinstance(matches[-1], str) else ".".join(matches[-1])


def in_file(name, pattern):
    return found(pattern, (ROOT / name).read_text(), name)


def versions():
    header, debian = "include/stskafka/version.h", "pkgconfig/debian/libstskafka{}.symbols"
    yield header, in_file(header, r'^#define STS_VERSION_TEXT "(\S+)"')
    text = (ROOT / header).read_text()
    yield f"{header}, by its parts", ".".join(found(rf"^#define STS_VERSION_{part} (\d+)", text, header) for part in ("MAJOR", "MINOR", "PATCH"))
    yield "bindings/python/pyproject.toml", in_file("bindings/python/pyproject.toml", r'^version = "(\S+)"')
    yield "CHANGELOG.md, its first section", re.search(r"^## (\S+),", (ROOT / "CHANGELOG.md").read_text(), re.M)[1]
    latest = (ROOT / debian.format(abi_number())).read_text()
    yield debian.format(abi_number()), found(r"^ \(symver\)STSKAFKA_\d+\.\d+ (\S+)", latest, debian)


def abi_numbers():
    soname = subprocess.run(["readelf", "--dynamic", "--wide", LIBRARY], check=True, capture_output=True, text=True).stdout
    yield "the shared library", found(r"SONAME.*\[libstskafka\.so\.(\d+)\]", soname, "the shared library")
    yield "lib/ABI.md, its last row", in_file("lib/ABI.md", r"^\| (\d+) \|")
    declarations = "bindings/python/src/stskafka/_declarations.py"
    yield declarations, in_file(declarations, r"^ABI = (\d+)$")
    for name in ("control", f"libstskafka{abi_number()}.symbols"):
        yield f"pkgconfig/debian/{name}", in_file(f"pkgconfig/debian/{name}", r"libstskafka(\d+)\b")


def version():
    return in_file("CMakeLists.txt", r"^project\(stskafka VERSION (\S+)")


def abi_number():
    return in_file("CMakeLists.txt", r"^set\(STSKAFKA_ABI (\d+)\)")


def main():
    node = in_file("lib/libstskafka.map", r"^STSKAFKA_(\d+\.\d+) \{")
    faults = [f"{place}: the version is {other}, not {version()}" for place, other in versions() if other != version()]
    faults += [f"{place}: the ABI number is {other}, not {abi_number()}" for place, other in abi_numbers() if other != abi_number()]
    if [*map(int, node.split("."))] > [*map(int, version().split("."))]:
        faults.append(f"lib/libstskafka.map: the node {node} is of a version after {version()}")
    print("\n".join(faults) or f"version {version()}, ABI {abi_number()}, everywhere")
    sys.exit(bool(faults))


main()
