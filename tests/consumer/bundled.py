"""The library with a librdkafka built in (STSKAFKA_RDKAFKA=bundled): nothing of it can be seen from outside, in the shared library
or in the static one, which works without any other; its licences are installed with it; and its source is only taken if it is the one."""
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from installation import Installation

ROOT = Path(os.environ["STSKAFKA_ROOT"])
BUILD = Path(os.environ["STSKAFKA_BUNDLED_BUILD"])
EXAMPLE = """\
#include <stdio.h>
#include <stskafka/stskafka.h>
int main(void) { return printf("%s %s\\n", sts_librdkafka_version(), sts_librdkafka_version_built()) < 0; }
"""
# What is linked with dynamically: what librdkafka and the library's core take from the system.
NEEDED = {"libssl", "libcrypto", "liblz4", "libzstd", "libz", "libyajl", "libxxhash", "libnettle", "libmurmurhash", "libutf8proc",
          "libm", "libc", "ld-linux-x86-64"}


def run(*command, **how):
    return subprocess.run(command, check=True, capture_output=True, text=True, **how).stdout


def cached(name):
    """The value of a variable of the build's CMake."""
    return re.search(rf"^{name}:\w+=(.*)$", (BUILD / "CMakeCache.txt").read_text(), re.M).group(1)


class Bundled(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.installation = Installation(BUILD)
        cls.addClassCleanup(cls.installation.remove)
        cls.version = Path(cached("STSKAFKA_RDKAFKA_FOLDER")).name.rpartition("-")[0]

    def test_only_our_names_are_visible(self):
        done = subprocess.run([sys.executable, ROOT / "tests/abi/exports.py"], env=dict(os.environ, STSKAFKA_BUILD=str(BUILD)),
                              stdout=subprocess.PIPE, text=True)
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_no_librdkafka_is_needed(self):
        dynamic = run("readelf", "--dynamic", self.installation.lib / "libstskafka.so")
        found = re.findall(r"\(NEEDED\).*\[(.*?)\.so", dynamic)
        self.assertLessEqual(set(found), NEEDED)
        self.assertIn("libssl", found)
        undefined = run("nm", "--undefined-only", self.installation.lib / "libstskafka.a")
        self.assertFalse(re.findall(r"\b(?:rd|sts|pb)_\w+", undefined))

    def test_each_nanopb_serves_its_own(self):
        """Librdkafka's and ours both, and hidden from each other: two definitions of the name, none of them global."""
        kinds = re.findall(r" (\w) pb_encode$", run("nm", self.installation.lib / "libstskafka.a"), re.M)
        self.assertEqual(kinds, ["t", "t"])

    def test_programs_link_through_pkg_config(self):
        source = self.installation.folder / "versions.c"
        source.write_text(EXAMPLE)
        for linkage, module in (("shared", "stskafka"), ("static", "stskafka-static")):
            flags = self.installation.pkg_config("--cflags", "--libs", module=module)
            self.assertNotIn("-lrdkafka", flags)
            program = self.installation.compile(source, linkage, *flags)
            self.assertEqual(run(program, env=self.installation.environment), f"{self.version} {self.version}\n")
            self.assertNotIn("librdkafka", run("ldd", program, env=self.installation.environment))

    def test_the_tool_tells_the_version(self):
        self.assertIn(f"librdkafka {self.version}, built against {self.version}",
                      run(self.installation.prefix / "bin/stskafka", "version"))

    def test_licences_are_installed(self):
        (text,) = self.installation.prefix.glob("share/doc/*/librdkafka/LICENSES.txt")
        for part in ("librdkafka - Apache Kafka C driver library", "LICENSE.snappy", "LICENSE.nanopb", "LICENSE.opentelemetry"):
            self.assertIn(part, text.read_text())


class Source(unittest.TestCase):
    """Where librdkafka's source comes from: a script that the build runs, here with a cache of its own and no npm."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def build(self, **variables):
        variables = {"CACHE": self.folder, "FOLDER": self.folder / "result", "SOURCE": "", "PACKAGE": "@some/package@1.0", "SHA256": "0",
                     **variables}
        return subprocess.run(["cmake", *(f"-D{name}={value}" for name, value in variables.items()),
                               "-P", ROOT / "lib/build_librdkafka.cmake"], capture_output=True, text=True,
                              env=dict(os.environ, PATH=f"{self.folder}/bin:/usr/bin:/bin"))

    def stand_in_for_npm(self, content):
        program = self.folder / "bin/npm"
        program.parent.mkdir()
        program.write_text(f"#!/bin/sh\necho {content} >some-package-1.0.tgz\n")
        program.chmod(0o755)

    def test_another_checksum_is_refused(self):
        self.stand_in_for_npm("something else")
        done = self.build()
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("it is not used", done.stderr)
        self.assertFalse([*self.folder.glob("*.tgz"), *self.folder.glob("result/lib/*")])

    def test_a_folder_without_librdkafka_is_named(self):
        done = subprocess.run(["cmake", "-S", ROOT, "-B", self.folder / "build", "-DSTSKAFKA_RDKAFKA=bundled",
                               f"-DSTSKAFKA_RDKAFKA_SOURCE={self.folder}"], capture_output=True, text=True)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("STSKAFKA_RDKAFKA_SOURCE has no librdkafka", done.stderr)


if __name__ == "__main__":
    unittest.main()
