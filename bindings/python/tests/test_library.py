# SPDX-License-Identifier: Apache-2.0
"""Which library is loaded, and what is said where that cannot be."""
import os
import subprocess
import sys
from pathlib import Path

import stskafka
from stskafka import _declarations as declared

NAMES = [name for name in declared.FUNCTIONS if name != "sts_abi_version"]


def import_with(library):
    return subprocess.run([sys.executable, "-c", "import stskafka; print(stskafka.version())"], capture_output=True, text=True,
                          env={**os.environ, "STSKAFKA_LIBRARY": str(library)}, timeout=60)


def compiled(folder, source):
    library = folder / "other.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, "-x", "c", "-"], input=source, text=True, check=True)
    return library


def test_the_named_one():
    done = import_with(os.environ["STSKAFKA_LIBRARY"])
    assert (done.stdout, done.stderr) == (stskafka.version() + "\n", "")


def test_one_that_is_not_there():
    done = import_with("/nowhere/libstskafka.so.1")
    assert done.returncode == 1 and "ImportError: cannot load the library of stskafka, /nowhere/" in done.stderr


def test_one_that_is_too_old(tmp_path):
    done = import_with(compiled(tmp_path, "int sts_abi_version(void) { return 0; }\n"))
    assert done.returncode == 1 and "other.so is too old for this package" in done.stderr and NAMES[0] in done.stderr


def test_one_with_another_binary_interface(tmp_path):
    functions = "".join(f"void {name}(void) {{}}\n" for name in NAMES)
    done = import_with(compiled(tmp_path, functions + "int sts_abi_version(void) { return 2; }\n"))
    assert done.returncode == 1 and "has the binary interface 2; this package needs 1" in done.stderr


def test_versions():
    assert stskafka.__version__ == stskafka.version()
    header = (Path(__file__).resolve().parents[3] / "include/stskafka/version.h").read_text()
    assert f'#define STS_VERSION_TEXT "{stskafka.version()}"' in header
    project = (Path(__file__).resolve().parents[1] / "pyproject.toml").read_text()
    assert f'\nversion = "{stskafka.version()}"\n' in project
    assert stskafka.librdkafka_version().count(".") >= 2
