"""Where things are."""
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BENCH = ROOT / "tests/bench"
OUT = ROOT / "build/bench"
BUILD = Path(os.environ.get("STSKAFKA_BUILD", OUT))  # a test names the tree that was built for it


def program(name):
    return BUILD / "bin" / f"bench_{name}"
