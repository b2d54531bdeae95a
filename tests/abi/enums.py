"""The numbers of the public enums are those of enums.txt, never changed and never given to another name. abi.diff does not see
them, since no function has an enum in its signature. `./dev abi --update` adds new ones."""
import os
import re
import sys
from pathlib import Path

ROOT = Path(os.environ["STSKAFKA_ROOT"])
LEDGER = ROOT / "tests/abi/enums.txt"
HOW_MANY = re.compile(r"STS_COUNTS|STS_\w+_VALUES")  # how many numbers a header knows: these grow


def enums():
    """The public enums, each as the list of its (name, number); None for a number that does not stand there."""
    for path in sorted((ROOT / "include/stskafka").glob("*.h")):
        text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S)
        for members in re.findall(r"\benum\s*\w*\s*\{(.*?)\}", text, re.S):
            parts = [re.fullmatch(r"(\w+)(?:\s*=\s*(-?\d+))?", part.strip()) for part in members.split(",") if part.strip()]
            yield [part.groups() for part in parts if not HOW_MANY.fullmatch(part[1])]


def ledger():
    return dict(line.split() for line in LEDGER.read_text().splitlines() if not line.startswith("#"))


def faults(found, stored):
    for members in found:
        numbers = [number for _, number in members]
        for name, number in members:
            if number is None:
                yield f"{name}: give it an explicit number"
            elif name not in stored:
                yield f"{name}: not in the ledger; `./dev abi --update` adds it"
            elif number != stored[name]:
                yield f"{name} is {number} and was {stored[name]}"
            if numbers.count(number) > 1:
                yield f"{name}: {number} is another one's number"
    for name in sorted(stored.keys() - {name for members in found for name, _ in members}):
        yield f"{name} is gone; it and its number stay"


def main():
    found, stored = list(enums()), ledger()
    if sys.argv[1:] == ["--update"]:
        new = {name: number for members in found for name, number in members if number and name not in stored}
        with LEDGER.open("a") as file:
            file.writelines(f"{name} {number}\n" for name, number in new.items())
        stored.update(new)
        print(f"{LEDGER.relative_to(ROOT)}: {len(new)} numbers added")
    wrong = list(faults(found, stored))
    print("\n".join(wrong) or f"{len(stored)} numbers, as they were")
    sys.exit(bool(wrong))


main()
