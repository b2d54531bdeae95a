"""The shared library's functions, their parameters and the public structs are those that were stored in libstskafka.abi, as
abidiff sees them in the debug information. `./dev abi --update` stores what is there now."""
import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path

ROOT = Path(os.environ["STSKAFKA_ROOT"])
LIBRARY = Path(os.environ["STSKAFKA_BUILD"]) / "lib/libstskafka.so"
BASELINE = ROOT / "tests/abi/libstskafka.abi"
HEADERS = ROOT / "include/stskafka"
UPDATE = "`./dev abi --update` stores what is there now"
# The structs that begin with their size, and may be appended to (lib/ABI.md).
APPENDABLE = ("sts_message", "sts_completion", "sts_transport")
IGNORE_APPENDED = f"""[suppress_type]
  name_regexp = ^({"|".join(APPENDABLE)})$
  has_data_member_inserted_at = end
"""


def abi_number():
    return int(re.search(r"set\(STSKAFKA_ABI (\d+)\)", (ROOT / "CMakeLists.txt").read_text()).group(1))


def check_debug_information():
    """Without it all types are equal."""
    sections = subprocess.run(["readelf", "--sections", "--wide", LIBRARY], check=True, capture_output=True, text=True).stdout
    if ".debug_info" not in sections:
        sys.exit(f"{LIBRARY} has no debug information, so there is nothing to compare: build it with -g")


def write_interface(path):
    """Structs that are not defined in a public header are written as opaque ones. The headers go one by one: with --headers-dir
    abidw looks at base names alone, and takes what lib/exporter/options.h defines for public."""
    headers = [argument for header in sorted(HEADERS.glob("*.h")) for argument in ("--header-file", header)]
    subprocess.run(["abidw", *headers, "--drop-private-types", "--exported-interfaces-only", "--no-architecture",
                    "--no-corpus-path", "--no-comp-dir-path", "--no-show-locs", "--no-elf-needed", "--no-parameter-names",
                    "--type-id-style", "hash", "--out-file", path, LIBRARY], check=True)
    text = path.read_text()
    for wanted in ("name='sts_message' size-in-bits", "name='sts_exporter' is-struct='yes' [^>]*is-declaration-only"):
        if not re.search(wanted, text):
            sys.exit(f"abidw does not tell public structs from private ones: no {wanted}")
    path.write_text(text.replace(f"{ROOT}/", ""))  # the same from each clone


def compare(path, *arguments):
    done = subprocess.run(["abidiff", *arguments, BASELINE, path], capture_output=True, text=True)
    if done.returncode & 3:
        sys.exit(f"abidiff failed: {done.stdout}{done.stderr}")
    return done.returncode, done.stdout


def same_number(path):
    numbers = [re.search(r"soname='libstskafka\.so\.(\d+)'", text.read_text()).group(1) for text in (BASELINE, path)]
    return numbers[0] == numbers[1]


def members(path, struct):
    """Offset, name and type of each member, in order."""
    [decl] = [decl for decl in ET.parse(path).iter("class-decl") if decl.get("name") == struct and decl.get("size-in-bits")]
    return [(member.get("layout-offset-in-bits"), member.find("var-decl").get("name"), member.find("var-decl").get("type-id"))
            for member in decl.iter("data-member")]


def appended_at_most(path):
    """Nothing but functions, and members at the end of the structs that may have more: what abidiff is told to ignore here is any
    change of such a struct, so the members that were there are compared one by one."""
    for struct in APPENDABLE:
        before = members(BASELINE, struct)
        if members(path, struct)[:len(before)] != before:
            return False
    with tempfile.NamedTemporaryFile("w", suffix=".suppr") as file:
        file.write(IGNORE_APPENDED)
        file.flush()
        return compare(path, "--no-added-syms", "--suppressions", file.name)[0] == 0


def verdict(path):
    """None, or what is to be done about a difference, and whether that may be the update."""
    status, _ = compare(path)
    if status == 0:
        return None
    if not same_number(path):
        return f"The ABI number is another one than the stored interface's: {UPDATE}.", True
    if appended_at_most(path):
        return f"Functions, or members at the end of {', '.join(APPENDABLE)}, were added, nothing else changed: {UPDATE}.", True
    return (f"The binary interface changed, and ABI {abi_number()} promises that it does not: undo it (functions may be added).\n"
            "A break raises STSKAFKA_ABI in CMakeLists.txt, with a line in lib/ABI.md."), False


def main():
    check_debug_information()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "now.abi"
        write_interface(path)
        update = sys.argv[1:] == ["--update"]
        if update and not BASELINE.exists():
            BASELINE.write_text(path.read_text())
        found = verdict(path)
        if not found:
            print("the binary interface is the stored one")
            return
        advice, may_update = found
        print(compare(path)[1])
        if update and may_update:
            BASELINE.write_text(path.read_text())
            print(f"stored in {BASELINE.relative_to(ROOT)}")
            return
        sys.exit(advice)


main()
