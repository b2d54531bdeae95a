"""Builds the Go programs of tests/interop, with the Go that ./dev setup test has put into build/go."""
import os
import subprocess
from pathlib import Path

ROOT = Path(os.environ["STSKAFKA_ROOT"])
INTEROP = ROOT / "tests/interop"


def build(name):
    """The program of that folder."""
    program = Path(os.environ["STSKAFKA_BUILD"]) / "interop" / name
    subprocess.run([ROOT / "build/go/bin/go", "build", "-o", program, f"./{name}"], cwd=INTEROP, check=True,
                   env={**os.environ, "GOFLAGS": "-mod=readonly -buildvcs=false"})
    return program
