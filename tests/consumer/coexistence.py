"""A process with two librdkafkas: both work, each call goes where it should, and nothing else of one is taken for the other's.
Libstskafka's is the system's or built in; the other one is that of Python's confluent-kafka, or the system's, loaded in every order
and scope, or a static one, linked with our static library into one program."""
import importlib.util
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from installation import Installation

ROOT = Path(os.environ["STSKAFKA_ROOT"])
LIB = Path(os.environ["STSKAFKA_BUILD"]) / "lib"
BUNDLED = Path(os.environ["STSKAFKA_BUNDLED_BUILD"])
IS_BUNDLED = os.environ["STSKAFKA_RDKAFKA"] == "bundled"  # so is what stands in LIB
OURS = LIB / "libstskafka.so"
OTHER = next(Path(importlib.util.find_spec("confluent_kafka").origin).parents[1].glob("confluent_kafka.libs/librdkafka-*.so.1"))
PROGRAM = sys.argv.pop(1)
SYSTEM_NEEDS = ["-lssl", "-lcrypto", "-lsasl2", "-lzstd", "-llz4", "-lz", "-lm", "-ldl"]  # of a static librdkafka
# What both are made of, and what must not be shared: nanopb, OpenTelemetry's messages.
INNER_NAMES = re.compile("pb_|opentelemetry|topo_stream|google_protobuf")


def symbols(library, *arguments):
    lines = subprocess.run(["nm", *arguments, library], check=True, capture_output=True, text=True).stdout.splitlines()
    return {line.split()[-1].split("@")[0] for line in lines if len(line.split()) > 1}


def system_version():
    return subprocess.run(["pkg-config", "--modversion", "rdkafka"], check=True, capture_output=True, text=True).stdout.strip()


def bundled_version():
    return bundled_folder().name.rpartition("-")[0]


def bundled_folder():
    """Where the librdkafka is that was built for the bundled build."""
    return Path(re.search(r"^STSKAFKA_RDKAFKA_FOLDER:\w+=(.*)$", (BUNDLED / "CMakeCache.txt").read_text(), re.M).group(1))


class Host(unittest.TestCase):
    def run_host(self, *command, **how):
        """Runs a host to its end, and returns the versions of ours and of the other."""
        done = subprocess.run(command, input=(ROOT / "examples/data/request.bin").read_bytes(), capture_output=True, **how)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        ours, our_count, other, other_count = re.fullmatch(r"ours (\S+) (\d+), other (\S+) (\d+)\n", done.stdout.decode()).groups()
        self.assertEqual((our_count, other_count), ("10", "10"))
        return ours, other

    def load_both(self, ours, our_mode, other, other_mode, first):
        """Versions of ours and the other, and what the loader bound: file, to file, name."""
        with tempfile.TemporaryDirectory() as folder:
            environment = dict(os.environ, LD_DEBUG="bindings", LD_DEBUG_OUTPUT=f"{folder}/loader")
            versions = self.run_host(PROGRAM, ours, our_mode, other, other_mode, first, env=environment)
            (log,) = Path(folder).iterdir()
            bindings = re.findall(r"binding file (\S+) \[\d+\] to (\S+) \[\d+\]: \w+ symbol `([^']+)'", log.read_text())
        return *versions, {(Path(source).name, Path(target).name, name) for source, target, name in bindings}


@unittest.skipIf(IS_BUNDLED, "ours has no librdkafka of the system's")
class Coexistence(Host):

    def assert_nothing_is_mixed(self, bindings, librdkafka):
        """All our calls of librdkafka go to one and the same; no inner name crosses from file to file; nobody is bound to us."""
        targets = {target for source, target, name in bindings if source == OURS.name and name.startswith("rd_kafka_")}
        self.assertEqual(targets, {librdkafka})
        self.assertEqual({b for b in bindings if INNER_NAMES.match(b[2])}, set())
        self.assertEqual({b for b in bindings if OURS.name == b[1] != b[0] and b[2].startswith(("rd_", "sts_"))}, set())
        self.assertEqual({b for b in bindings if b[0] == OTHER.name and b[2].startswith("rd_") and b[1] != OTHER.name}, set())

    def check(self, librdkafka, *how):
        with self.subTest(how=how):
            our_mode, other_mode, first = how
            ours, other, bindings = self.load_both(OURS, our_mode, OTHER, other_mode, first)
            self.assertGreater(tuple(map(int, other.split("."))), tuple(map(int, system_version().split("."))))
            self.assertEqual(ours, other if librdkafka == OTHER.name else system_version())
            self.assert_nothing_is_mixed(bindings, librdkafka)

    def test_each_has_its_own(self):
        for mode in ("local,now", "local,lazy"):
            self.check("librdkafka.so.1", mode, "local,now", "ours")
            self.check("librdkafka.so.1", mode, "local,now", "other")
            self.check("librdkafka.so.1", mode, "global,now", "ours")
        self.check("librdkafka.so.1", "global,now", "local,now", "other")

    def test_a_global_one_that_was_there_before_serves_both(self):
        """That is what global means to the loader. It must not serve us by half, so it must have all that we call."""
        needed = {name for name in symbols(OURS, "-D", "--undefined-only") if name.startswith("rd_kafka_")}
        self.assertGreater(len(needed), 50)
        self.assertLessEqual(needed, symbols(OTHER, "-D", "--defined-only"))
        for mode in ("local,now", "local,lazy"):
            self.check(OTHER.name, mode, "global,now", "other")

    def test_unless_the_host_binds_us_deep(self):
        self.check("librdkafka.so.1", "local,now,deepbind", "global,now", "other")

    def test_where_ours_is_global_the_host_binds_the_other_deep(self):
        """Ours brings the system's librdkafka with it, which is then global too; without deepbind the other one's calls of itself
        would end up there, and it aborts."""
        self.check("librdkafka.so.1", "global,now", "local,now,deepbind", "ours")

    def test_no_inner_name_is_visible(self):
        for library, *arguments in ((OURS, "-D"), (LIB / "libstskafka.a", "--extern-only")):
            names = symbols(library, *arguments)
            self.assertIn("sts_version", names)
            self.assertEqual({name for name in names if INNER_NAMES.match(name)}, set(), library)


class Bundled(Host):
    """Ours has its own built in: whatever else is there, and whichever way, it stays with that."""

    def test_it_stays_with_its_own(self):
        for other, version in (("librdkafka.so.1", system_version()), (str(OTHER), None)):
            for our_mode, other_mode, first in (("local,now", "global,now", "other"), ("local,lazy", "local,now", "other"),
                                                ("global,now", "global,now", "ours"), ("global,now", "local,now", "other")):
                with self.subTest(other=other, ours=our_mode, others=other_mode, first=first):
                    ours, found, bindings = self.load_both(BUNDLED / "lib/libstskafka.so", our_mode, other, other_mode, first)
                    self.assertEqual(ours, bundled_version())
                    self.assertEqual(found, version or found)
                    self.assertFalse([b for b in bindings if b[0] == OURS.name and b[2].startswith("rd_") or INNER_NAMES.match(b[2])])
                    self.assertFalse([b for b in bindings if OURS.name == b[1] != b[0] and b[2].startswith(("rd_", "sts_"))])


class Static(Host):
    """One program, linked statically with ours and with a librdkafka, whichever comes first."""

    def check_linked(self, build, librdkafka, our_version, other_version):
        installation = Installation(build)
        self.addCleanup(installation.remove)
        ours = str(installation.lib / "libstskafka.a")
        rest = [flag for flag in installation.pkg_config("--static", "--libs") if flag not in ("-lstskafka", "-lrdkafka")]
        for order in ((ours, librdkafka), (librdkafka, ours)):
            with self.subTest(order=order):
                program = installation.compile(ROOT / "tests/consumer/coexistence.c", "linked", "-D_GNU_SOURCE", "-DLINKED",
                                               f"-I{installation.prefix}/include", f"-I{bundled_folder()}/include",
                                               *order, librdkafka, *rest, *SYSTEM_NEEDS)
                self.assertEqual(self.run_host(program), (our_version, other_version))
                self.assertNotIn("librdkafka", subprocess.run(["ldd", program], check=True, capture_output=True, text=True).stdout)
                self.assert_inner_names_are_apart(program, order)

    def assert_inner_names_are_apart(self, program, order):
        """Each nanopb is there once for each that has it, and only librdkafka's own is global."""
        lines = subprocess.run(["nm", program], check=True, capture_output=True, text=True).stdout
        found = sorted(re.findall(r" ([tT]) pb_encode$", lines, re.M))
        wanted = sorted(kind for archive in order for kind in re.findall(r" ([tT]) pb_encode$", subprocess.run(
            ["nm", archive], check=True, capture_output=True, text=True).stdout, re.M))
        self.assertIn("t", found)
        self.assertEqual(found, wanted)

    def test_the_bundled_one_beside_the_same_version(self):
        self.check_linked(BUNDLED, str(bundled_folder() / "lib/librdkafka.a"), bundled_version(), bundled_version())

    def test_the_bundled_one_beside_the_systems(self):
        directory = subprocess.run(["pkg-config", "--variable=libdir", "rdkafka"], check=True, capture_output=True, text=True).stdout
        self.check_linked(BUNDLED, f"{directory.strip()}/librdkafka.a", bundled_version(), system_version())

    @unittest.skipIf(IS_BUNDLED, "the library has its own")
    def test_ours_and_the_host_with_one_static_librdkafka(self):
        self.check_linked(LIB.parent, str(bundled_folder() / "lib/librdkafka.a"), bundled_version(), bundled_version())


if __name__ == "__main__":
    unittest.main()
