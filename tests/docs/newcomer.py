"""README's first commands do what it says of them, on a new Debian 12 with git and bash alone: three times in a row, on a machine whose
cores are all busy with something else. Needs root."""
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(os.environ["STSKAFKA_ROOT"])
ROUNDS = 3
# It ends with the first of the processes, which is the script's.
BUSY = "for core in $(seq $(nproc)); do while :; do :; done & done"


def commands():
    """The first block of commands in the README, without their comments."""
    block = re.search(r"^```sh\n(.*?)^```", (ROOT / "README.md").read_text(), re.M | re.S).group(1)
    return [line.partition("#")[0].strip() for line in block.splitlines()]


def main():
    script = "\n".join(["set -e", BUSY, *commands() * ROUNDS])
    running = subprocess.Popen([ROOT / "tests/support/fresh-clone", "bash", "-c", script], stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True)
    passed = delivered = 0
    for line in running.stdout:
        print(line, end="", flush=True)
        passed += line.startswith("100% tests passed")
        delivered += " delivered, 4 rejected" in line
    status = running.wait()
    # Two passes a time; and what the demo's one sum says.
    if status or (passed, delivered) != (2 * ROUNDS, ROUNDS):
        sys.exit(f"exit status {status}, {delivered} demos, {passed} passes of the tests")


assert {"./dev demo", "./dev test"} == set(commands()), commands()
main()
