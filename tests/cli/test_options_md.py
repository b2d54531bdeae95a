"""OPTIONS.md is what the library's table of options says now."""
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(os.environ["STSKAFKA_ROOT"])
TOOL = Path(os.environ["STSKAFKA_BUILD"]) / "bin/stskafka"

generated = subprocess.run([TOOL, "options", "--markdown"], check=True, capture_output=True, text=True).stdout
if generated != (ROOT / "OPTIONS.md").read_text():
    sys.exit("OPTIONS.md is out of date: build/release/bin/stskafka options --markdown > OPTIONS.md")
