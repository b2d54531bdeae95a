"""Somebody else's program against the library: examples/minimal in C, and the same in C++. Built through pkg-config (shared and
static) and find_package from an install prefix that was moved after the installation, and with the sources as a part of the program's own
build (add_subdirectory); run against a real Kafka."""
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from bootstrap import kafka_bootstrap
from installation import Installation
from topics import ROOT, create_topic

SOURCE = ROOT / "examples/minimal/minimal.c"
CPP_SOURCE = ROOT / "tests/consumer/minimal.cpp"
TOPIC = "consumer-installed"
PROGRAMS = ("c_shared", "c_static", "cpp_shared", "cpp_static")
CMAKE_PROJECT = f"""\
cmake_minimum_required(VERSION 3.20)
project(consumer C CXX)
%s
set(CMAKE_CXX_STANDARD 17)
add_executable(c_shared {SOURCE})
target_link_libraries(c_shared stskafka::stskafka)
add_executable(c_static {SOURCE})
target_link_libraries(c_static stskafka::stskafka_static)
add_executable(cpp_shared {CPP_SOURCE})
target_link_libraries(cpp_shared stskafka::stskafka)
add_executable(cpp_static {CPP_SOURCE})
target_link_libraries(cpp_static stskafka::stskafka_static)
"""


def setUpModule():
    create_topic(TOPIC, 3)


REQUEST = (ROOT / "examples/data/request.bin").read_bytes()


def run(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        raise AssertionError(done.stdout)
    return done.stdout


def build_project(folder, find, *arguments):
    """A CMake project that gets the library by the statement `find`; returns its build folder."""
    folder.mkdir()
    (folder / "CMakeLists.txt").write_text(CMAKE_PROJECT % find)
    run("cmake", "-G", "Ninja", "-S", folder, "-B", folder / "build", *arguments)
    run("cmake", "--build", folder / "build")
    return folder / "build"


class Consumer(unittest.TestCase):
    def assert_does_the_main_job(self, program, environment=None):
        done = subprocess.run([program, kafka_bootstrap(), TOPIC], input=REQUEST, env=environment, capture_output=True)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, b"5 delivered, 0 rejected\n", b""))

    def assert_tells_why(self, program, environment=None):
        done = subprocess.run([program, "localhost:1", TOPIC], input=REQUEST, env=environment, capture_output=True)
        self.assertEqual((done.returncode, done.stdout), (1, b""))
        self.assertRegex(done.stderr, b'^STS_ERR_NO_BROKER: .*"localhost:1"')

    def assert_projects_programs_work(self, build):
        for name in PROGRAMS:
            with self.subTest(program=name):
                self.assertEqual("libstskafka" in run("ldd", build / name), name.endswith("shared"))
                self.assert_does_the_main_job(build / name)


class Installed(Consumer):
    @classmethod
    def setUpClass(cls):
        cls.installation = Installation()
        cls.addClassCleanup(cls.installation.remove)

    def check_pkg_config(self, linkage, flags):
        for source in (SOURCE, CPP_SOURCE):
            with self.subTest(source=source.name):
                program = self.installation.compile(source, f"{source.suffix[1:]}_{linkage}", *flags)
                self.assertEqual("libstskafka" in run("ldd", program), linkage == "shared")
                self.assert_does_the_main_job(program, self.installation.environment)
                self.assert_tells_why(program, self.installation.environment)

    def test_pkg_config_shared(self):
        flags = self.installation.pkg_config("--cflags", "--libs")
        self.assertEqual({flag[:2] for flag in flags}, {"-I", "-L", "-l"}, "nothing but where the library is")
        self.assertNotIn("-lrdkafka", flags)
        self.check_pkg_config("shared", flags)

    def test_pkg_config_static(self):
        flags = self.installation.pkg_config("--cflags", "--libs", module="stskafka-static")
        self.check_pkg_config("static", flags)
        private = self.installation.pkg_config("--static", "--cflags", "--libs")
        libraries, named = ({flag for flag in some if flag.startswith("-l")} for some in (flags, private))
        self.assertEqual(libraries | {"-lstskafka"}, named)

    def test_find_package(self):
        self.assert_projects_programs_work(build_project(
            self.installation.folder / "project", "find_package(stskafka 1.0 REQUIRED)",
            f"-DCMAKE_PREFIX_PATH={self.installation.prefix}"))

    def test_the_shared_library_needs_no_development_files(self):
        folder = self.installation.folder / "shared_alone"
        folder.mkdir()
        (folder / "CMakeLists.txt").write_text("".join(CMAKE_PROJECT.partition("add_executable(c_static")[:1]) %
                                               "find_package(stskafka 1.0 REQUIRED)")
        found = run("env", "PKG_CONFIG_LIBDIR=/nowhere", "cmake", "-G", "Ninja", "-S", folder, "-B", folder / "build",
                    f"-DCMAKE_PREFIX_PATH={self.installation.prefix}")
        self.assertIn("only the shared library can be linked with", found)
        run("cmake", "--build", folder / "build")
        self.assert_does_the_main_job(folder / "build/c_shared")

    def test_nothing_points_to_where_it_was(self):
        files = [path for path in self.installation.prefix.rglob("*") if path.suffix in (".pc", ".cmake")]
        self.assertGreater(len(files), 3)
        for path in files:
            for place in (str(self.installation.folder), str(ROOT)):
                self.assertNotIn(place, path.read_text(), path.name)
        self.assertNotRegex(run("readelf", "--dynamic", self.installation.lib / "libstskafka.so"), "R(UN)?PATH")
        tool = self.installation.prefix / "bin/stskafka"
        self.assertIn(str(self.installation.prefix.resolve()), run("ldd", tool))
        self.assertIn("librdkafka", run(tool, "version"))

    def test_what_the_tool_says_of_itself(self):
        """Completions where the shells look for them, and a manual page for each verb."""
        tool, share = self.installation.prefix / "bin/stskafka", self.installation.prefix / "share"
        for shell, place in {"bash": "bash-completion/completions/stskafka", "zsh": "zsh/site-functions/_stskafka",
                             "fish": "fish/vendor_completions.d/stskafka.fish"}.items():
            self.assertEqual((share / place).read_text(), run(tool, "completion", shell), place)
        verbs = {"-".join(("stskafka", *above, verb)) for above in ((), ("topology",))
                 for verb in re.findall(r"^  ([a-z]+) ", run(tool, *above, "--help"), re.M)}
        self.assertLessEqual({"stskafka-send", "stskafka-topology-encode"}, verbs)
        pages = {page.stem: page.read_text() for page in (share / "man/man1").iterdir()}
        self.assertEqual(set(pages), verbs | {"stskafka"})
        for name, page in pages.items():
            self.assertIn(f'\n.TH {name.upper()} "1" ', page)
            self.assertIn(f"\n{name} \\- ", page)
            self.assertIn("\n.SH SYNOPSIS\n", page)
        for verb in re.findall(r"^  ([a-z]+) ", run(tool, "--help"), re.M):
            self.assertIn(f"\n.TP\n{verb}\n", pages["stskafka"], "a verb has a paragraph of its own")

    def test_the_example_is_short(self):
        self.assertLess(len(SOURCE.read_text().splitlines()), 40)


class Embedded(Consumer):
    def test_add_subdirectory(self):
        folder = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, folder)
        build = build_project(folder / "project", f"add_subdirectory({ROOT} stskafka)")
        self.assert_projects_programs_work(build)
        self.assertFalse([path for path in build.rglob("stskafka") if path.is_file()], "the tool is not for who embeds the library")
        run("cmake", "--install", build, "--prefix", folder / "installed")
        self.assertFalse((folder / "installed").exists(), "what is installed is the embedding project's affair")


if __name__ == "__main__":
    unittest.main()
