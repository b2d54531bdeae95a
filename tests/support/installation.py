"""The library as somebody else has it: installed, moved to another place, found through pkg-config."""
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

BUILD = Path(os.environ["STSKAFKA_BUILD"])


class Installation:
    """`folder` is a temporary one, for programs too; the caller removes it."""

    def __init__(self, build=BUILD):
        self.folder = Path(tempfile.mkdtemp())
        subprocess.run(["cmake", "--install", build, "--prefix", self.folder / "installed"], check=True,
                       stdout=subprocess.DEVNULL)
        self.prefix = (self.folder / "installed").rename(self.folder / "moved")
        self.lib = next(self.prefix.glob("lib/**/libstskafka.so")).parent
        self.environment = dict(os.environ, LD_LIBRARY_PATH=str(self.lib))  # for programs with the shared library

    def remove(self):
        shutil.rmtree(self.folder)

    def pkg_config(self, *arguments, module="stskafka"):
        """Of our modules alone: they need no others."""
        env = dict(os.environ, PKG_CONFIG_LIBDIR=str(self.lib / "pkgconfig"))
        answer = subprocess.run(["pkg-config", *arguments, module], env=env, check=True, capture_output=True, text=True)
        return answer.stdout.split()

    def compile(self, source, name, *flags):
        program = self.folder / name
        compiler = ["c++", "-std=c++17"] if source.suffix == ".cpp" else ["cc", "-std=c99"]
        subprocess.run([*compiler, "-pedantic", "-Wall", "-Werror", source, "-o", program, *flags], check=True)
        return program

    def build_example(self, source, warnings, **environment):
        """Builds an example in a copy of its folder, which is returned, by the commands in its first comment; `warnings` are
        further flags for its compiler."""
        folder = self.folder / source.parent.name
        shutil.copytree(source.parent, folder)
        head = re.match(r"/\*.*?\*/|(//.*\n)+", source.read_text(), re.DOTALL).group()
        commands = re.findall(r"^(?: \*|//)   ((?:cc|c\+\+|bison|\$\(pkg-config) .*)$", head, re.MULTILINE)
        script = re.sub(r"^(cc|c\+\+) ", rf"\1 {warnings} ", "\n".join(commands), flags=re.MULTILINE)
        packages = ":".join([str(self.lib / "pkgconfig"), *filter(None, [environment.pop("PKG_CONFIG_PATH", "")])])
        subprocess.run(["bash", "-ec", script], cwd=folder, check=True,
                       env=dict(os.environ, **environment, PKG_CONFIG_PATH=packages))
        return folder
