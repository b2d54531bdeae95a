"""What is in the packages and in the source tarball. What a package holds is derived from the tarball: a new header or
example must arrive by itself."""
import gzip
import hashlib
import re
import subprocess
import tarfile
import tempfile
import unittest
from pathlib import Path

from made import FOLDER, ROOT, Package, tarball

LIBRARY, DEV, TOOL, PYTHON = NAMES = ("libstskafka1", "libstskafka-dev", "stskafka", "python3-stskafka")
DEBUG = ("libstskafka1-dbgsym", "stskafka-dbgsym")


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


TRIPLET = run("dpkg-architecture", "-qDEB_HOST_MULTIARCH").strip()
LIB = f"/usr/lib/{TRIPLET}"


class Packages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.root = Path(folder.name)
        cls.packages = {name: Package(name) for name in (*NAMES, *DEBUG)}
        for package in cls.packages.values():
            package.unpack(cls.root)
        with tarfile.open(tarball()) as tar:
            cls.top = tarball().name.removesuffix(".tar.xz")
            cls.sources = {member.name.removeprefix(f"{cls.top}/"): tar.extractfile(member).read()
                           for member in tar if member.isfile()}
        cls.version = cls.top.removeprefix("stskafka-")

    def sources_under(self, folder):
        return {name.removeprefix(folder) for name in self.sources if name.startswith(folder)}

    def assert_holds(self, name, files, documents=()):
        documents = {f"/usr/share/doc/{name}/{file}" for file in
                     ("changelog.gz", "changelog.Debian.gz", "copyright", *documents)}
        self.assertEqual(set(self.packages[name].files), set(files) | documents)

    def installed(self, path):
        return self.root / path[1:]

    def binaries(self):
        return {LIBRARY: self.installed(f"{LIB}/libstskafka.so.1").resolve(), TOOL: self.installed("/usr/bin/stskafka")}

    def test_folder(self):
        sums = dict(reversed(line.split()) for line in (FOLDER / "SHA256SUMS").read_text().splitlines())
        self.assertEqual({re.sub("_.*", "", name) for name in sums}, {*NAMES, *DEBUG, f"{self.top}.tar.xz"})
        self.assertEqual({path.name for path in FOLDER.iterdir()}, {*sums, "SHA256SUMS", "build.log"})
        for name, digest in sums.items():
            self.assertEqual(hashlib.sha256((FOLDER / name).read_bytes()).hexdigest(), digest, name)

    def test_sources(self):
        committed = run("git", "-C", ROOT, "ls-tree", "-r", "--name-only", "-z", "HEAD")
        self.assertEqual(set(self.sources), set(committed.split("\0")) - {""})
        self.assertIn(f"project(stskafka VERSION {self.version} ", self.sources["CMakeLists.txt"].decode())

    def test_control(self):
        fields = {name: (package.version, package.multi_arch, package.section, package.architecture == "all")
                  for name, package in self.packages.items() if name in NAMES}
        version = f"{self.version}-1"
        self.assertEqual(fields, {LIBRARY: (version, "same", "libs", False), DEV: (version, "same", "libdevel", False),
                                  TOOL: (version, "foreign", "net", False), PYTHON: (version, "no", "python", True)})

    def test_library(self):
        real = self.binaries()[LIBRARY].name
        self.assertRegex(real, r"^libstskafka\.so\.1\.[0-9]+\.[0-9]+$")
        self.assert_holds(LIBRARY, {f"{LIB}/{real}", f"{LIB}/libstskafka.so.1"})
        self.assertEqual(set(self.packages[LIBRARY].depends), {
            "libc6", "libmurmurhash2", "libnettle8", "librdkafka1", "libutf8proc2", "libxxhash0", "libyajl2", "zlib1g"})
        self.assertIn("activate-noawait ldconfig", self.packages[LIBRARY].control["triggers"])
        self.assertEqual(self.packages[LIBRARY].control["shlibs"], f"libstskafka 1 {LIBRARY} (>= {self.version})\n")

    def test_symbols_are_those_of_the_ledger(self):
        lines = self.sources["tests/abi/exports.txt"].decode().splitlines()
        ledger = dict(line.split() for line in lines if line[0] != "#")
        symbols = dict(re.findall(r"^ (sts_\w+)@\S+ (\S+)$", self.packages[LIBRARY].control["symbols"], re.M))
        self.assertEqual(symbols, ledger)

    def test_dev(self):
        headers = {f"/usr/include/stskafka/{name}" for name in self.sources_under("include/stskafka/")}
        self.assertGreater(len(headers), 10)
        cmake = {f"{LIB}/cmake/stskafka/stskafka-{part}.cmake"
                 for part in ("config", "config-version", "targets", "targets-none")}
        examples = {f"examples/{name}" for name in self.sources_under("examples/") if not name.startswith("stskafka/")}
        self.assertIn("examples/minimal/minimal.c", examples)
        libraries = {f"{LIB}/libstskafka.a", f"{LIB}/libstskafka.so"}
        self.assert_holds(DEV, {*headers, *cmake, *libraries, f"{LIB}/pkgconfig/stskafka.pc",
                                 f"{LIB}/pkgconfig/stskafka-static.pc"},
                          {"README.md", "OPTIONS.md", "SECURITY.md", "CONTRIBUTING.md", "bindings/python/README.md", "lib/ABI.md",
                           "lib/README.md", "lib/encode/README.md", "lib/key/README.md", "lib/queue/README.md", "tests/PROMISES.md", *examples})

    def test_dev_depends_on_what_static_linking_needs(self):
        folder = self.installed(f"{LIB}/pkgconfig")
        environment = ("env", f"PKG_CONFIG_PATH={folder}", "pkg-config", "--libs-only-l")
        flags = set(run(*environment, "stskafka-static").split())
        self.assertEqual(set(run(*environment, "--static", "stskafka").split()) - {"-lstskafka"}, flags)
        files = set()
        for flag in flags:
            library = Path(f"{LIB}/lib{flag[2:]}.so")
            files.add(library if library.exists() else library.with_suffix(".a"))
        owners = {line.split(":")[0] for line in run("dpkg", "-S", *files).splitlines()} - {"libc6-dev"}
        depends = dict(self.packages[DEV].depends)
        self.assertEqual(depends.pop(LIBRARY), f"= {self.version}-1")
        self.assertEqual(set(depends), owners)

    def test_tool(self):
        tool = self.binaries()[TOOL]
        verbs = {"-".join(("stskafka", *above, verb)) for above in ((), ("topology",)) for verb in re.findall(
            r"^  (\w+) ", run("env", f"LD_LIBRARY_PATH={self.installed(LIB)}", tool, *above, "--help"), re.M)}
        self.assertLessEqual({"stskafka-send", "stskafka-topology-encode"}, verbs)
        pages = {f"/usr/share/man/man1/{page}.1.gz" for page in ("stskafka", *verbs)}
        completions = {"/usr/share/bash-completion/completions/stskafka", "/usr/share/zsh/vendor-completions/_stskafka",
                       "/usr/share/fish/vendor_completions.d/stskafka.fish"}
        self.assert_holds(TOOL, {"/usr/bin/stskafka", *pages, *completions}, {"OPTIONS.md", "lib/key/README.md"})
        self.assertEqual(self.packages[TOOL].depends[LIBRARY], f">= {self.version}")

    def test_python(self):
        folder = "/usr/lib/python3/dist-packages/stskafka"
        files = {f"{folder}/{name}" for name in self.sources_under("bindings/python/src/stskafka/")}
        self.assert_holds(PYTHON, files, {"README.md"})
        self.assertEqual(self.packages[PYTHON].depends, {LIBRARY: f">= {self.version}-1", "python3:any": ""})

    def test_debug_symbols_are_apart(self):
        for name, binary in self.binaries().items():
            with self.subTest(package=name):
                self.assertNotRegex(run("readelf", "--sections", binary), r"\.debug_info|\.symtab")
                self.assertNotRegex(run("readelf", "--dynamic", binary), "R(UN)?PATH")
                build_id = re.search("Build ID: (..)(.*)", run("readelf", "--notes", binary))
                self.assertIn(f"/usr/lib/debug/.build-id/{build_id[1]}/{build_id[2]}.debug",
                              self.packages[f"{name}-dbgsym"].files)

    def test_documents(self):
        for name in NAMES:
            with self.subTest(package=name):
                folder = self.installed(f"/usr/share/doc/{name}")
                self.assertEqual(gzip.decompress((folder / "changelog.gz").read_bytes()), self.sources["CHANGELOG.md"])
                self.assertIn("License: Apache-2.0", (folder / "copyright").read_text())

    def test_lintian(self):
        # The one tag left out asks for the number of Debian's own bug about a new package: these are not Debian's.
        done = subprocess.run(["lintian", "--allow-root", "--fail-on", "error,warning",
                               "--suppress-tags", "initial-upload-closes-no-bugs", *FOLDER.glob("*.deb")],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.assertEqual((done.returncode, done.stdout), (0, ""))


if __name__ == "__main__":
    unittest.main()
