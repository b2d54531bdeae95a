"""Somebody else's program against the installed library: examples/minimal, built through pkg-config (shared and static) and
find_package, from an install prefix that was moved after the installation, and run against a real Kafka."""
import struct
import subprocess
import unittest

from bootstrap import kafka_bootstrap
from installation import Installation
from topics import ROOT, create_topic

SOURCE = ROOT / "examples/minimal/minimal.c"
TOPIC = "consumer-installed"
CMAKE_PROJECT = """\
cmake_minimum_required(VERSION 3.20)
project(consumer C)
find_package(stskafka 0.1 REQUIRED)
add_executable(with_shared {source})
target_link_libraries(with_shared stskafka::stskafka)
add_executable(with_static {source})
target_link_libraries(with_static stskafka::stskafka_static)
"""


def first_request():
    data = (ROOT / "examples/data/otlp-logs.bin").read_bytes()
    (size,) = struct.unpack_from("<I", data)
    return data[4:4 + size]


class Installed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.installation = Installation()
        cls.addClassCleanup(cls.installation.remove)
        create_topic(TOPIC, 3)

    def compile(self, name, *flags):
        return self.installation.compile(SOURCE, name, *flags)

    def assert_does_the_main_job(self, program):
        done = subprocess.run([program, kafka_bootstrap(), TOPIC], input=first_request(), env=self.installation.environment,
                              capture_output=True)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, b"5 delivered, 0 rejected\n", b""))

    def test_pkg_config_shared(self):
        flags = self.installation.pkg_config("--cflags", "--libs")
        self.assertNotIn("-lrdkafka", flags, "users of the shared library need not have librdkafka's development files")
        self.assert_does_the_main_job(self.compile("shared", *flags))

    def test_pkg_config_static(self):
        libs = self.installation.pkg_config("--static", "--cflags", "--libs")
        libs[libs.index("-lstskafka")] = str(self.installation.lib / "libstskafka.a")
        program = self.compile("static", *libs)
        needed = subprocess.run(["ldd", program], check=True, capture_output=True, text=True).stdout
        self.assertNotIn("libstskafka", needed)
        self.assert_does_the_main_job(program)

    def test_find_package(self):
        project = self.installation.folder / "project"
        project.mkdir()
        (project / "CMakeLists.txt").write_text(CMAKE_PROJECT.format(source=SOURCE))
        run = dict(check=True, stdout=subprocess.DEVNULL)
        subprocess.run(["cmake", "-G", "Ninja", "-S", project, "-B", project / "build",
                        f"-DCMAKE_PREFIX_PATH={self.installation.prefix}"], **run)
        subprocess.run(["cmake", "--build", project / "build"], **run)
        self.assert_does_the_main_job(project / "build/with_shared")
        self.assert_does_the_main_job(project / "build/with_static")

    def test_the_example_is_short(self):
        code = [line for line in SOURCE.read_text().splitlines()]
        self.assertLess(len(code), 40)


if __name__ == "__main__":
    unittest.main()
