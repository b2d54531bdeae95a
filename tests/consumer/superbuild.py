"""The library as a part of somebody else's build that installs: a parent's library that is linked with it, shared or static, is
installed and exported with it (STSKAFKA_INSTALL); a third project finds the parent's package, in the prefix, after that was moved, and
in the parent's build tree."""
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(os.environ["STSKAFKA_ROOT"])
PARENT = """\
cmake_minimum_required(VERSION 3.20)
project(parent VERSION 1.0 LANGUAGES C)
include(GNUInstallDirs)
{install}
include(FetchContent)
FetchContent_Declare(stskafka SOURCE_DIR {root})
FetchContent_MakeAvailable(stskafka)
add_library(parent_shared STATIC parent.c)
target_link_libraries(parent_shared PUBLIC stskafka::stskafka)
add_library(parent_static STATIC parent.c)
target_link_libraries(parent_static PUBLIC stskafka::stskafka_static)
install(TARGETS parent_shared parent_static EXPORT parent-targets)
install(EXPORT parent-targets NAMESPACE parent:: DESTINATION ${{CMAKE_INSTALL_LIBDIR}}/cmake/parent)
export(EXPORT parent-targets NAMESPACE parent:: FILE ${{PROJECT_BINARY_DIR}}/parent-targets.cmake)
file(WRITE ${{PROJECT_BINARY_DIR}}/parent-config.cmake
  "include(CMakeFindDependencyMacro)\\nfind_dependency(stskafka 1.0)\\n"
  "include(\\${{CMAKE_CURRENT_LIST_DIR}}/parent-targets.cmake)\\n")
install(FILES ${{PROJECT_BINARY_DIR}}/parent-config.cmake DESTINATION ${{CMAKE_INSTALL_LIBDIR}}/cmake/parent)
"""
PARENT_SOURCE = """\
#include <stskafka/stskafka.h>
const char *parent(void) { return sts_version(); }
"""
PROGRAM = """\
cmake_minimum_required(VERSION 3.20)
project(program LANGUAGES C)
find_package(parent REQUIRED CONFIG)
add_executable(shared program.c)
target_link_libraries(shared parent::parent_shared)
add_executable(static program.c)
target_link_libraries(static parent::parent_static)
"""
PROGRAM_SOURCE = """\
#include <stdio.h>
#include <stskafka/stskafka.h>
const char *parent(void);
int main(void) { sts_options *o = sts_options_new(); sts_options_free(o); return puts(parent()) < 0; }
"""
def cmake(*arguments):
    return subprocess.run(["cmake", *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)


class Superbuild(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def cmake(self, *arguments):
        done = cmake(*arguments)
        self.assertEqual(done.returncode, 0, done.stdout[-3000:])

    def parent(self, install):
        source = self.folder / "parent"
        source.mkdir()
        (source / "CMakeLists.txt").write_text(PARENT.format(root=ROOT, install=install))
        (source / "parent.c").write_text(PARENT_SOURCE)
        return ["-G", "Ninja", "-S", source, "-B", self.folder / "build", "-DCMAKE_BUILD_TYPE=Debug"]

    def check_programs(self, name, place, *where):
        """Programs of a third project, one with the library in `place`, the other with all of it inside."""
        source = self.folder / name
        source.mkdir()
        (source / "CMakeLists.txt").write_text(PROGRAM)
        (source / "program.c").write_text(PROGRAM_SOURCE)
        self.cmake("-G", "Ninja", "-S", source, "-B", source / "build", *where)
        self.cmake("--build", source / "build")
        for linkage in ("shared", "static"):
            program = source / "build" / linkage
            done = subprocess.run([program], capture_output=True, text=True, check=False)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertRegex(done.stdout, r"^\d+\.\d+\.\d+$")
            needed = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
            self.assertEqual(f"{place}/" in needed, linkage == "shared", needed)
            self.assertEqual("libstskafka" in needed, linkage == "shared", needed)

    def test_install_and_export(self):
        build, prefix = self.folder / "build", self.folder / "moved"
        self.cmake(*self.parent("set(STSKAFKA_INSTALL ON)"))
        self.cmake("--build", build)
        self.cmake("--install", build, "--prefix", self.folder / "installed")
        (self.folder / "installed").rename(prefix)
        self.check_programs("after_install", prefix, f"-DCMAKE_PREFIX_PATH={prefix}")
        self.assertTrue((prefix / "include/stskafka/stskafka.h").exists())
        self.assertFalse((prefix / "bin").exists(), "the tool is not for who embeds the library")
        package, = build.rglob("cmake/stskafka-targets.cmake")
        self.check_programs("in_the_build_tree", build, f"-Dparent_DIR={build}", f"-Dstskafka_DIR={package.parent}")

    def test_nothing_is_installed_unless_it_is_asked_for(self):
        """Then CMake says what is missing, and examples/README.md the option."""
        done = cmake(*self.parent(""))
        self.assertIn('requires target "stskafka" that is not in any export set', done.stdout)
        self.assertIn("set(STSKAFKA_INSTALL ON)", (ROOT / "examples/README.md").read_text())


if __name__ == "__main__":
    unittest.main()
