"""The Python package as somebody else gets it: `pip install ./bindings/python` into an empty environment, with the library in
the wheel, or without it and the system's named instead."""
import json
import os
import subprocess
import sys
import tempfile
import unittest
import venv
import zipfile
from pathlib import Path

ROOT = Path(os.environ["STSKAFKA_ROOT"])
BUILD = Path(os.environ["STSKAFKA_BUILD"])
PROGRAM = """\
import json, struct, sys, stskafka
from pathlib import Path
data = Path(sys.argv[1]).read_bytes()
(size,) = struct.unpack_from("<I", data)
with stskafka.Exporter({"transport": "memory"}) as exporter:
    exporter.export_logs(data[4:4 + size])
    print(exporter.flush().delivered, "delivered")
maps = Path("/proc/self/maps").read_text().splitlines()
print(json.dumps(sorted({line.split()[-1] for line in maps if "libstskafka" in line})))
"""


class Wheel(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name).resolve()
        self.environment = {name: value for name, value in os.environ.items()
                            if name not in ("PYTHONPATH", "STSKAFKA_LIBRARY")}

    def build(self, *settings):
        """The one wheel, built with what the tests' environment has: nothing is fetched."""
        subprocess.run([sys.executable, "-m", "pip", "--disable-pip-version-check", "-q", "wheel", "--no-build-isolation",
                        "--no-deps", "--no-index", "-w", self.folder, *settings, ROOT / "bindings/python"],
                       env={**self.environment, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}, check=True)
        (wheel,) = self.folder.glob("*.whl")
        return wheel

    def run_installed(self, wheel, **environment):
        venv.create(self.folder / "venv", with_pip=False)
        python = self.folder / "venv/bin/python"
        site = next((self.folder / "venv/lib").glob("python3*/site-packages"))
        subprocess.run([sys.executable, "-m", "pip", "--disable-pip-version-check", "-q", "install", "--no-index",
                        "--target", site, wheel], env=self.environment, check=True)
        done = subprocess.run([python, "-W", "error", "-c", PROGRAM, ROOT / "examples/data/otlp-logs.bin"],
                              env={**self.environment, **environment}, cwd=self.folder, capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        delivered, loaded = done.stdout.splitlines()
        self.assertEqual(delivered, "5 delivered")
        return site, json.loads(loaded)

    def names_in(self, wheel):
        return {name for name in zipfile.ZipFile(wheel).namelist() if not name.endswith("/")}

    def test_with_the_library(self):
        wheel = self.build()
        self.assertTrue(wheel.name.startswith("stskafka-0.1.0-py3-none-linux_"), wheel.name)
        beside = {name for name in self.names_in(wheel) if ".dist-info/" not in name and not name.endswith(".py")}
        self.assertEqual(beside, {"stskafka/py.typed", "stskafka/libstskafka.so.0"})
        site, loaded = self.run_installed(wheel)
        self.assertEqual(loaded, [str(site / "stskafka/libstskafka.so.0")])

    def test_without_it(self):
        wheel = self.build("-C", "cmake.define.STSKAFKA_PYTHON_BUNDLED=OFF")
        self.assertFalse([name for name in self.names_in(wheel) if "libstskafka" in name])
        library = (BUILD / "lib/libstskafka.so.0").resolve()
        _, loaded = self.run_installed(wheel, STSKAFKA_LIBRARY=str(library))
        self.assertEqual(loaded, [str(library)])


if __name__ == "__main__":
    unittest.main()
