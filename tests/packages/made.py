"""What the test packages.made made: the folder with the packages and the source tarball, and how to look into them."""
import io
import os
import subprocess
import tarfile
from pathlib import Path

ROOT = Path(os.environ["STSKAFKA_ROOT"])
FOLDER = Path(os.environ["STSKAFKA_BUILD"]) / "packages"


def make(folder, **environment):
    subprocess.run([ROOT / "pkgconfig/make-packages", folder], env={**os.environ, **environment}, check=True,
                   stdout=subprocess.DEVNULL)


def tarball():
    (path,) = FOLDER.glob("stskafka-*.tar.xz")
    return path


class Package:
    """A .deb: its control fields and control files, and the paths of what it installs, without the folders."""

    def __init__(self, name):
        (self.path,) = FOLDER.glob(f"{name}_*.deb")
        fields = self._ask("--show", "--showformat=${Version}\n${Architecture}\n${Depends}\n${Multi-Arch}\n${Section}")
        self.version, self.architecture, depends, self.multi_arch, self.section = fields.decode().split("\n")
        self.depends = dict(self._dependency(text) for text in depends.split(", "))
        with tarfile.open(fileobj=io.BytesIO(self._ask("--ctrl-tarfile"))) as tar:
            self.control = {member.name[2:]: tar.extractfile(member).read().decode()
                            for member in tar if member.isfile()}
        with tarfile.open(fileobj=io.BytesIO(self._ask("--fsys-tarfile"))) as tar:
            self.files = {member.name[1:] for member in tar if not member.isdir()}

    def unpack(self, root):
        subprocess.run(["dpkg-deb", "--extract", self.path, root], check=True)

    def _ask(self, what, *more):
        return subprocess.run(["dpkg-deb", what, *more, self.path], check=True, capture_output=True).stdout

    @staticmethod
    def _dependency(text):
        name, _, version = text.partition(" ")
        return name, version.strip("()")
