"""clang-tidy, with the static analyser's checks, finds nothing in the library and the examples (.clang-tidy says what it looks for).
Usage: tidy.py [FILE...]; without any, all sources of lib/ that the build compiles, but no generated ones, and of examples/, but the
module of syslog-ng, whose headers are not installed."""
import functools
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(os.environ["STSKAFKA_ROOT"])
BUILD = Path(os.environ["STSKAFKA_BUILD"])
# Of the generated ones, the header that the sources include is in the build; gcc's options that clang does not know are left alone.
COMPILED = [f"-p={BUILD}", "--extra-arg=-Wno-unknown-warning-option", "--extra-arg=-Wno-ignored-optimization-argument"]
# Examples are compiled as their readers do it.
ALONE = {".c": ["--", "-std=c99", f"-I{ROOT}/include"], ".cpp": ["--", "-std=c++17", f"-I{ROOT}/include"]}


@functools.cache
def compiled():
    return {Path(entry["file"]) for entry in json.loads((BUILD / "compile_commands.json").read_text())}


def sources():
    examples = {path for path in (ROOT / "examples").glob("*/*.c*") if path.suffix in ALONE and path.parent.name != "syslog-ng"}
    return sorted({path for path in compiled() if path.is_relative_to(ROOT / "lib")} | examples)


def findings(path):
    """What clang-tidy says of one file; a run of its own for each, because clang 14 mixes up several."""
    options = [*COMPILED, path] if path in compiled() else [path, *ALONE[path.suffix]]
    done = subprocess.run(["clang-tidy", "--quiet", *options], capture_output=True, text=True)
    return (done.stdout + done.stderr).replace(f"{ROOT}/", "") if done.returncode else ""


def main():
    paths = [Path(name).resolve() for name in sys.argv[1:]] or sources()
    if not paths:
        sys.exit("the build compiles no source of lib/")
    for path in paths:
        if path.suffix not in ALONE or not path.is_file():
            sys.exit(f"{path}: no source of C or C++")
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        found = [text for text in pool.map(findings, paths) if text]
    print("\n".join(found) or f"{len(paths)} files, nothing found")
    sys.exit(bool(found))


main()
