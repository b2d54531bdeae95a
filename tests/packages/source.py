"""Who has the source tarball alone, and no git repository, builds it and tests it with ./dev."""
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

from made import ROOT, tarball

# What ./dev setup has fetched for this tree; fetched once more it would be the same.
FETCHED = ("venv", "locales", "cross", "kafka/libs")


class Source(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        subprocess.run(["tar", "-C", folder.name, "-xf", tarball()], check=True)
        (self.top,) = Path(folder.name).iterdir()
        for name in FETCHED:
            link = self.top / "build" / name
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to((ROOT / "build" / name).resolve())

    def dev(self, *arguments):
        environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        done = subprocess.run([self.top / "dev", *arguments], env=environment, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)
        self.assertEqual(done.returncode, 0, done.stdout[-5000:])
        return done.stdout

    def test_builds_and_tests_itself(self):
        self.dev("build")
        self.assertIn("100% tests passed", self.dev("test", "-R", r"^(unit|golden)\."))


if __name__ == "__main__":
    unittest.main()
