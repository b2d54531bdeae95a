"""The same commit gives the same packages and the same tarball, from elsewhere and with another umask, language and
time zone."""
import os
import tempfile
import unittest
from pathlib import Path

from made import FOLDER, make


class Reproducible(unittest.TestCase):
    def test_made_again(self):
        with tempfile.TemporaryDirectory() as folder:
            again, temporary = Path(folder) / "again", Path(folder) / "another-folder-for-temporary-files"
            temporary.mkdir()
            before = os.umask(0o077)
            self.addCleanup(os.umask, before)
            make(again, TMPDIR=str(temporary), LC_ALL="C.UTF-8", TZ="Asia/Tokyo")
            self.assertEqual((again / "SHA256SUMS").read_text(), (FOLDER / "SHA256SUMS").read_text())


if __name__ == "__main__":
    unittest.main()
