"""Clang has warnings that gcc has not: library and tool compile with it, and without one. It looks at each source as the build compiles
it, and makes nothing of it; what it makes is tried by the preset clang (./dev test --full)."""
import json
import os
import shlex
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(os.environ["STSKAFKA_ROOT"])
BUILD = Path(os.environ["STSKAFKA_BUILD"])
# These are gcc's and not clang's, or of an instrumented build; -o and what follows it is what would be made.
LEFT_OUT = ("-fsanitize", "-fno-sanitize")


def sources():
    """Of the library and the tool, but no generated ones: those are others' code."""
    for entry in json.loads((BUILD / "compile_commands.json").read_text()):
        path = Path(entry["file"])
        if path.is_relative_to(ROOT / "lib") or path.is_relative_to(ROOT / "examples/stskafka"):
            yield path, entry


def arguments(command):
    words = shlex.split(command)
    flags = words[next(i for i, word in enumerate(words) if word.startswith("-")):]
    del flags[flags.index("-o"):flags.index("-o") + 2]
    return [flag for flag in flags if not flag.startswith(LEFT_OUT)]


def complaints(source):
    path, entry = source
    done = subprocess.run(["clang", "-fsyntax-only", *arguments(entry["command"])], cwd=entry["directory"], capture_output=True,
                          text=True)
    return done.stderr or (f"{path}: clang fails" if done.returncode else "")


def main():
    looked_at = list(sources())
    if not looked_at:
        sys.exit("the build compiles no source of lib/")
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        found = [text for text in pool.map(complaints, looked_at) if text]
    print("".join(found) or f"{len(looked_at)} files, nothing found")
    sys.exit(bool(found))


main()
