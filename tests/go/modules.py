"""The Go modules of bindings/go over an installed library, with the Go that ./dev has put into build/go."""
import hashlib
import os
import subprocess
from pathlib import Path

from installation import Installation

ROOT = Path(os.environ["STSKAFKA_ROOT"])
MODULES = ROOT / "bindings/go"
PROGRAMS = ROOT / "tests/go/programs"


class GoModules:
    """What `go` gets is an installation of the build; the caller removes it."""

    def __init__(self):
        self.installation = Installation()
        # Go's cache does not see where a C library lies, nor what its headers say (`go help cache`). A flag of the package's own does: this one
        # is for relative imports, of which there are none.
        headers = sorted(self.installation.prefix.glob("include/stskafka/*.h"))
        seen = hashlib.sha256(b"".join([str(self.installation.prefix).encode(), *(header.read_bytes() for header in headers)])).hexdigest()
        self.environment = dict(self.installation.environment, PATH=f"{ROOT}/build/go/bin:{os.environ['PATH']}", CGO_ENABLED="1",
                                GOTOOLCHAIN="local", GOFLAGS=f"-mod=readonly -buildvcs=false -gcflags=libstskafka/stskafka=-D=/{seen}",
                                PKG_CONFIG_PATH=f"{self.installation.lib}/pkgconfig")

    def remove(self):
        self.installation.remove()

    def go(self, module, *arguments, **environment):
        """In a module of bindings/go, or in another folder."""
        done = subprocess.run([ROOT / "build/go/bin/go", *arguments], cwd=MODULES / module, env=dict(self.environment, **environment),
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode:
            raise AssertionError(f"go {' '.join(arguments)}:\n{done.stdout}")
        return done.stdout

    def program(self, name):
        """One of tests/go/programs."""
        program = self.installation.folder / name
        self.go(PROGRAMS, "build", "-o", program, f"./{name}")
        return program
