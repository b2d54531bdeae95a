"""Each public header compiles alone, and a second time after itself, pedantic and without a warning, as C99, C11 and C++17, with
gcc and clang; stskafka.h includes all the others of the user's tier. The C++ classes compile as C++11, 14, 17 and 20."""
import os
import subprocess
import sys
from pathlib import Path

INCLUDE = Path(os.environ["STSKAFKA_ROOT"]) / "include"
WAYS = [("gcc", "c", "c99"), ("gcc", "c", "c11"), ("g++", "c++", "c++17"),
        ("clang", "c", "c99"), ("clang", "c", "c11"), ("clang++", "c++", "c++17")]
# Itself, what the others include, and the backend tier.
NOT_IN_UMBRELLA = {"stskafka.h", "export.h", "transport.h"}
# Prototypes that are none, and names that C++ has other plans for.
C_WARNINGS = ["-Wstrict-prototypes", "-Wc++-compat"]


def missing_in_umbrella():
    umbrella = (INCLUDE / "stskafka/stskafka.h").read_text()
    return {path.name for path in INCLUDE.rglob("*.h") if f"#include <stskafka/{path.name}>" not in umbrella}


def main():
    failed = 0
    for header in sorted(INCLUDE.rglob("*.h")):
        name = header.relative_to(INCLUDE)
        # A declaration of its own, because ISO C knows no empty file.
        source = f"#include <{name}>\n#include <{name}>\nextern int not_empty;\n"
        for compiler, language, standard in WAYS:
            command = [compiler, f"-std={standard}", "-pedantic", "-Wall", "-Wextra", "-Wundef", "-Werror",
                       *(C_WARNINGS if language == "c" else []), f"-I{INCLUDE}", "-fsyntax-only", "-x", language, "-"]
            failed += subprocess.run(command, input=source, text=True).returncode != 0
    for header in sorted(INCLUDE.rglob("*.hpp")):
        for compiler in ("g++", "clang++"):
            for standard in ("c++11", "c++14", "c++17", "c++20"):
                command = [compiler, f"-std={standard}", "-Wpedantic", "-Wall", "-Wextra", "-Werror", f"-I{INCLUDE}", "-fsyntax-only", "-x",
                           "c++", "-"]
                source = f"#include <{header.relative_to(INCLUDE)}>\n" * 2
                failed += subprocess.run(command, input=source, text=True).returncode != 0
    if missing := missing_in_umbrella() - NOT_IN_UMBRELLA:
        print(f"stskafka.h lacks {sorted(missing)}")
        failed += 1
    sys.exit(bool(failed))


main()
