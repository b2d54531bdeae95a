"""clang-tidy, with the static analyser's checks, finds nothing in the library and the tool (.clang-tidy says what it looks for).
Usage: tidy.py [FILE...]; without any, all sources of lib/ and examples/ that the build compiles, but no generated ones."""
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(os.environ["STSKAFKA_ROOT"])
BUILD = Path(os.environ["STSKAFKA_BUILD"])
# Of the generated ones, the header that the sources include is in the build; gcc's options that clang does not know are left alone.
OPTIONS = ["--quiet", f"-p={BUILD}", "--extra-arg=-Wno-unknown-warning-option", "--extra-arg=-Wno-ignored-optimization-argument"]


def sources():
    compiled = {Path(entry["file"]) for entry in json.loads((BUILD / "compile_commands.json").read_text())}
    return sorted(path for path in compiled if path.is_relative_to(ROOT / "lib") or path.is_relative_to(ROOT / "examples"))


def findings(path):
    """What clang-tidy says of one file; a run of its own for each, because clang 14 mixes up several."""
    done = subprocess.run(["clang-tidy", *OPTIONS, path], capture_output=True, text=True)
    return (done.stdout + done.stderr).replace(f"{ROOT}/", "") if done.returncode else ""


def main():
    paths = [Path(name).resolve() for name in sys.argv[1:]] or sources()
    if not paths:
        sys.exit("the build compiles no source of lib/ or examples/")
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        found = [text for text in pool.map(findings, paths) if text]
    print("\n".join(found) or f"{len(paths)} files, nothing found")
    sys.exit(bool(found))


main()
