"""The packages on a new Debian 12: apt installs them with what they depend on, they work, and they go without a trace.
Needs root."""
import subprocess
import tempfile
import unittest
from pathlib import Path

from bootstrap import kafka_bootstrap
from made import FOLDER, ROOT
from topics import create_topic

TOPIC = "packages-clean-root"
NAMES = ("libstskafka1", "libstskafka-dev", "stskafka", "python3-stskafka")
EXAMPLES = "/usr/share/doc/libstskafka-dev/examples"
DATA = f"{EXAMPLES}/data"
PYTHON = """\
import stskafka, sys
with stskafka.Exporter({"transport": "memory"}) as exporter:
    exporter.export_logs(sys.stdin.buffer.read())
    print(exporter.flush().delivered, "delivered")
"""
CMAKE = f"""\
cmake_minimum_required(VERSION 3.20)
project(consumer C)
find_package(stskafka 1.0 REQUIRED)
add_executable(by_cmake {EXAMPLES}/minimal/minimal.c)
target_link_libraries(by_cmake stskafka::stskafka)
"""


class Machine:
    """A new Debian 12, with the packages in its folder /packages."""

    def __init__(self, test):
        folder = tempfile.mkdtemp()
        test.addClassCleanup(subprocess.run, ["rm", "-rf", "--one-file-system", folder], check=True)
        self.root = Path(folder)
        self._command("make", self.root)
        (self.root / "packages").mkdir()
        for name in NAMES:
            (path,) = FOLDER.glob(f"{name}_*.deb")
            (self.root / "packages" / path.name).write_bytes(path.read_bytes())
        self.run("apt-get -q update")

    def _command(self, *arguments):
        done = subprocess.run([ROOT / "tests/support/debian-root", *arguments], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)
        if done.returncode:
            raise AssertionError(f"{arguments}: {done.stdout[-5000:]}")
        return done.stdout

    def run(self, script):
        return self._command("run", self.root, "bash", "-euo", "pipefail", "-c", script)

    def apt_install(self, *what):
        self.run(f"DEBIAN_FRONTEND=noninteractive apt-get -qy --no-install-recommends install {' '.join(what)}")


class Works(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.machine = Machine(cls)
        cls.machine.apt_install("/packages/*.deb")
        create_topic(TOPIC, 3)

    def assert_does_the_main_job(self, program):
        output = self.machine.run(f"{program} {kafka_bootstrap()} {TOPIC} <{DATA}/request.bin")
        self.assertEqual(output, "5 delivered, 0 rejected\n")

    def test_tool(self):
        output = self.machine.run(f"stskafka send --embedded --framing length-prefixed {DATA}/otlp-logs.bin || [[ $? == 1 ]]")
        self.assertIn(" 36 delivered, 4 rejected, 36 read back", output)

    def test_python(self):
        output = self.machine.run(f"python3 -W error -c '{PYTHON}' <{DATA}/request.bin")
        self.assertEqual(output, "5 delivered\n")

    def test_programs_are_built_against_it(self):
        self.machine.apt_install("gcc", "pkg-config", "cmake", "make")
        source = f"{EXAMPLES}/minimal/minimal.c"
        flags = self.machine.run("pkg-config --cflags --libs stskafka")
        self.assertNotIn("/usr/lib", flags, "where the compiler looks by itself")
        self.machine.run(f"cc {source} -o /shared $(pkg-config --cflags --libs stskafka);"
                         " ldd /shared | grep libstskafka.so.1")
        self.assert_does_the_main_job("/shared")
        self.machine.run(f"cc {source} -o /static $(pkg-config --cflags --libs stskafka-static); ! ldd /static | grep libstskafka")
        self.assert_does_the_main_job("/static")
        (self.machine.root / "CMakeLists.txt").write_text(CMAKE)
        self.machine.run("cmake -S / -B /build && cmake --build /build")
        self.assert_does_the_main_job("/build/by_cmake")


class Goes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.machine = Machine(cls)

    def versions(self):
        output = self.machine.run("dpkg-query -W -f '${Version} ${db:Status-Status}\\n' " + " ".join(NAMES))
        return set(output.splitlines())

    def traces(self):
        """What there is of the library, apart from what the test has brought."""
        return self.machine.run("""
            find / -xdev -path /packages -prune -o -path /proc -prune -o -name '*stskafka*' -print
            ldconfig -p | grep stskafka || true""").splitlines()

    def make_upgrades(self):
        """The same packages as the next revision."""
        self.machine.run("""
            mkdir /packages/next
            for package in /packages/*.deb; do
                dpkg-deb --raw-extract "$package" /packages/tree
                sed -i '/^\\(Version\\|Depends\\): /s/-1\\b/-2/' /packages/tree/DEBIAN/control
                dpkg-deb --build /packages/tree /packages/next
                rm -r /packages/tree
            done""")

    def test_upgraded_reinstalled_purged(self):
        self.assertEqual(self.traces(), [])
        self.machine.apt_install("/packages/*.deb")
        (version,) = self.versions()
        self.assertRegex(version, "-1 installed$")
        self.make_upgrades()
        self.machine.apt_install("/packages/next/*.deb")
        self.assertEqual(self.versions(), {version.replace("-1 ", "-2 ")})
        self.machine.apt_install("--reinstall", "/packages/next/*.deb")
        self.assertIn("ABI 1", self.machine.run("stskafka version"))
        self.machine.run("python3 -c 'import stskafka.handler'")
        self.machine.run(f"apt-get -qy purge {' '.join(NAMES)}")
        self.assertEqual(self.traces(), [])


if __name__ == "__main__":
    unittest.main()
