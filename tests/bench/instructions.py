"""Counts the instructions that a record costs in each main stage of an export (instructions.c), under callgrind, and holds them
against instructions.txt. Unlike time, that is the same on a busy machine: the test bench.instructions fails where a stage costs over
5 % more than what is stored there. Another compiler, other flags or another libc give other numbers: with those nothing is compared,
and the test says so and counts as skipped."""
import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

STORED = Path(__file__).with_suffix(".txt")
HEAD = """\
# Instructions of a record (of a component, for topology) in each main stage; instructions.c has the stages.
# The test bench.instructions fails where one is over 5 % more: mend that, or, where it is the price of something that is worth
# it, store the new numbers by `./dev bench instructions --update`, and say in the commit what was bought. Do the same after
# making something cheaper: the test tells.
# They hold for what the library was built by and runs on, the release flags on Debian 12 as in CI; elsewhere nothing is compared.
"""
ALLOWED = 1.05
NOT_COMPARED = 77  # what CTest takes for skipped (tests/CMakeLists.txt)
# libc picks its functions for copying and comparing by what the processor can do: of all processors the plain ones.
WITHOUT = ("AVX512F", "AVX512VL", "AVX512BW", "AVX2", "AVX", "AVX_Fast_Unaligned_Load", "BMI2", "ERMS", "FSRM", "RTM", "MOVBE", "SSSE3",
           "SSE4_1", "SSE4_2")
PLAIN_LIBC = {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=" + ",".join(f"-{name}" for name in WITHOUT), "LD_BIND_NOW": "1"}


def ask(program, what):
    return subprocess.run([program, what], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def count(program, stage):
    """Instructions a record."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "counted"
        done = subprocess.run(["valgrind", "-q", "--tool=callgrind", "--collect-atstart=no", "--toggle-collect=measured",
                               f"--callgrind-out-file={out}", program, stage], capture_output=True, text=True, env=os.environ | PLAIN_LIBC)
        if done.returncode:
            sys.exit(f"{stage}: {done.stdout}{done.stderr}")
        total = int(re.search(r"^summary: (\d+)$", out.read_text(), re.M).group(1))
    if not total:
        sys.exit(f"{stage}: callgrind has not seen the function `measured`")
    return round(total / int(done.stdout), 1)


def count_all(program):
    return {stage: count(program, stage) for stage in ask(program, "--list").splitlines()}


def stored():
    """(What it was built by, the numbers)."""
    built, numbers = None, {}
    for line in STORED.read_text().splitlines() if STORED.exists() else []:
        name, _, rest = line.partition(" ")
        if name == "built":
            built = rest.strip()
        elif name and name != "#":
            numbers[name] = float(rest)
    return built, numbers


def store(built, counted):
    STORED.write_text(HEAD + f"built {built}\n\n" + "".join(f"{stage:20}{number:10.1f}\n" for stage, number in counted.items()))


def table(counted, before):
    yield f"{'instructions a record':22}{'stored':>10}{'now':>10}"
    for stage, number in counted.items():
        was = before.get(stage)
        change = f"{(number / was - 1) * 100:+8.1f} %" if was else ""
        yield f"{stage:22}{was if was else '-':>10}{number:10.1f}{change}"


def faults(counted, before):
    for stage in sorted(set(counted) ^ set(before)):
        yield f"{stage}: has {'no number in' if stage in counted else 'a number, and is no stage any more, in'} {STORED.name}"
    for stage in counted.keys() & before.keys():
        if counted[stage] > before[stage] * ALLOWED:
            yield f"{stage}: {counted[stage]:.1f} instructions a record, {counted[stage] / before[stage]:.2f} times what is stored"


def is_cheaper(counted, before):
    return any(counted[stage] * ALLOWED < before[stage] for stage in counted.keys() & before.keys())


def hold(counted, before):
    """The exit status, after saying what is wrong."""
    found = list(faults(counted, before))
    if found:
        print("\n".join(found))
        print("mend it, or store the numbers and say in the commit why: ./dev bench instructions --update")
    elif is_cheaper(counted, before):
        print("some stages have become cheaper: store that, so that it stays so: ./dev bench instructions --update")
    return bool(found)


def why_not_comparable(built, was):
    if was is None:
        return f"nothing is stored in {STORED.name}"
    if built != was:
        return f"not compared: this is {built}; the numbers in {STORED.name} are of {was}"
    return None


def test(program):
    built, (was, before) = ask(program, "--built"), stored()
    if why := why_not_comparable(built, was):
        print(f"{why}\nCI compares them, on Debian 12. If CI's compiler has changed: ./dev bench instructions --update there")
        return NOT_COMPARED if was else 1
    counted = count_all(program)
    print("\n".join(table(counted, before)))
    return hold(counted, before)


def report_instructions(program, update):
    built, (was, before) = ask(program, "--built"), stored()
    why = why_not_comparable(built, was)
    counted = count_all(program)
    print("\n".join(table(counted, before)))
    if update:
        store(built, counted)
        print(f"stored, as of {built}")
        return 0
    if why:
        print(why)
        return 0
    return hold(counted, before)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", type=Path)
    sys.exit(test(parser.parse_args().program))
