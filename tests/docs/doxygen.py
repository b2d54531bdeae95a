"""Doxygen reads the public headers without a warning. Usage: doxygen.py [FOLDER]; the manual is left there, in html/."""
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(os.environ["STSKAFKA_ROOT"])


def main():
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else Path(os.environ["STSKAFKA_BUILD"]) / "docs")
    folder.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "STSKAFKA_DOCS": str(folder), "STSKAFKA_PYTHON": sys.executable,
                   "PYTHONPATH": str(ROOT / "tests/support")}
    done = subprocess.run(["doxygen", ROOT / "tests/docs/Doxyfile"], env=environment, stderr=subprocess.PIPE, text=True)
    print(done.stderr, end="")
    if not (folder / "html/index.html").exists():
        sys.exit("doxygen wrote no manual")
    sys.exit(bool(done.returncode or done.stderr))  # doxygen goes on where its filter fails


main()
