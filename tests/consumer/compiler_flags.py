"""What the compiler is told reaches every command that makes the libraries: under link-time optimisation, by gcc and by clang, the
static library's names are hidden all the same, and a program links with it; a flag that chooses the machine (-m32) is there too
where objects are joined. And there are no warnings at CMake's own flags for a release."""
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(os.environ["STSKAFKA_ROOT"])
PROGRAM = """\
#include <stdio.h>
#include <stskafka/stskafka.h>
int main(void) { sts_options *o = sts_options_new(); sts_options_free(o); return puts(sts_version()) < 0; }
"""


def run(*command, **how):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **how)
    if done.returncode:
        raise AssertionError(done.stdout[-3000:])
    return done.stdout


class CompilerFlags(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def configure(self, *arguments, kind="Debug", tool="OFF"):
        build = self.folder / "build"
        run("cmake", "-G", "Ninja", "-S", ROOT, "-B", build, f"-DCMAKE_BUILD_TYPE={kind}", f"-DSTSKAFKA_BUILD_TOOL={tool}", *arguments)
        return build

    def check_link_time_optimisation(self, compiler):
        build = self.configure(f"-DCMAKE_C_COMPILER={compiler}", "-DCMAKE_C_FLAGS=-flto",
                               "-DCMAKE_INTERPROCEDURAL_OPTIMIZATION=ON")
        run("cmake", "--build", build)
        run(sys.executable, ROOT / "tests/abi/exports.py", env=dict(os.environ, STSKAFKA_BUILD=str(build)))
        run("cmake", "--install", build, "--prefix", self.folder / "prefix")
        source, program = self.folder / "program.c", self.folder / "program"
        source.write_text(PROGRAM)
        packages = next((self.folder / "prefix").rglob("pkgconfig"))
        flags = run("pkg-config", "--cflags", "--libs", "stskafka-static",
                    env=dict(os.environ, PKG_CONFIG_LIBDIR=str(packages))).split()
        run(compiler, source, "-o", program, *flags)
        self.assertRegex(run(program), r"^\d+\.\d+\.\d+$")

    def test_release(self):
        """As whoever builds without a preset has it, with more optimisation, which sees more to warn of."""
        run("cmake", "--build", self.configure("-DSTSKAFKA_WARNINGS_AS_ERRORS=ON", kind="Release", tool="ON"))

    def test_gcc(self):
        self.check_link_time_optimisation("gcc")

    def test_clang(self):
        self.check_link_time_optimisation("clang")

    def test_flags_where_objects_are_joined(self):
        build = self.configure("-DCMAKE_C_FLAGS=-mtune=generic -DHOST=1")
        join, = re.findall(r"^.* -r .*$", run("ninja", "-C", build, "-t", "commands", "stskafka_static"), re.M)
        self.assertRegex(join, r"cc -mtune=generic -DHOST=1 .* -r ")


if __name__ == "__main__":
    unittest.main()
