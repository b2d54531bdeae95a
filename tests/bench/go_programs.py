"""Builds the Go programs that are measured beside the library, with the Go that ./dev setup test has put into build/go."""
import os
import subprocess

from places import BENCH, OUT, ROOT


def build(name):
    """The program of that folder."""
    program = OUT / name
    subprocess.run([ROOT / "build/go/bin/go", "build", "-o", program, "."], cwd=BENCH / name, check=True,
                   env=os.environ | {"GOFLAGS": "-mod=readonly -buildvcs=false"})
    return program
