"""Each public header compiles alone, pedantic and without a warning, as C99, C11 and C++, with gcc and clang."""
import os
import subprocess
import sys
from pathlib import Path

INCLUDE = Path(os.environ["STSKAFKA_ROOT"]) / "include"
WAYS = [("gcc", "c", "c99"), ("gcc", "c", "c11"), ("g++", "c++", "c++17"),
        ("clang", "c", "c99"), ("clang", "c", "c11"), ("clang++", "c++", "c++17")]


def main():
    failed = 0
    for header in sorted(INCLUDE.rglob("*.h")):
        name = header.relative_to(INCLUDE)
        # A declaration of its own, because ISO C knows no empty file.
        source = f"#include <{name}>\nextern int not_empty;\n"
        for compiler, language, standard in WAYS:
            command = [compiler, f"-std={standard}", "-pedantic", "-Wall", "-Wextra", "-Wundef", "-Werror",
                       f"-I{INCLUDE}", "-fsyntax-only", "-x", language, "-"]
            failed += subprocess.run(command, input=source, text=True).returncode != 0
    sys.exit(bool(failed))


main()
