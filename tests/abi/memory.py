"""All memory of the library's own comes through lib/base/memory.c: no other object of the library refers to malloc or its kin, nor to
what hands out blocks of its own making. What the objects say is asked, not the sources."""
import os
import subprocess
import sys
from pathlib import Path

BUILD = Path(os.environ["STSKAFKA_BUILD"])
LIB = Path(os.environ["STSKAFKA_ROOT"]) / "lib"
OBJECTS = BUILD / "lib/CMakeFiles/stskafka_objects.dir"

ALLOCATING = {
    "malloc", "calloc", "realloc", "reallocarray", "free", "aligned_alloc", "posix_memalign", "memalign", "valloc",
    "strdup", "strndup", "asprintf", "vasprintf", "getline", "getdelim", "open_memstream", "fmemopen", "mmap", "alloca",
    "fopen", "fdopen", "getaddrinfo", "realpath", "getcwd", "opendir", "regcomp", "tsearch", "hcreate", "setenv",
    "utf8proc_map", "utf8proc_map_custom", "utf8proc_NFD", "utf8proc_NFC", "utf8proc_NFKD", "utf8proc_NFKC",
    "__asprintf_chk", "__vasprintf_chk", "__strdup", "__getdelim",
    "XXH32_createState", "XXH64_createState", "XXH3_createState", "rd_kafka_mem_malloc", "rd_kafka_mem_free",
}

# What may, and why.
EXCEPTIONS = {
    "transport/kafka/cluster.c.o": {"rd_kafka_mem_free"},  # librdkafka hands the cluster's id out as a block of its own
    "transport/kafka/progress.c.o": {"rd_kafka_mem_malloc"},  # an offset's metadata, which librdkafka's list of them frees
    "base/memory.c.o": {"malloc", "realloc", "free"},  # the place itself
    "store/recovery.c.o": {"opendir"},  # there is no other way to read a folder, and the C library brings its buffer
    # librdkafka prints its properties to a FILE only, and the C library brings the buffer of one in memory.
    "transport/kafka/properties.c.o": {"open_memstream", "free"},
}


def undefined(objects):
    """What each object refers to."""
    lines = subprocess.run(["nm", "-A", "--undefined-only", *objects], check=True, capture_output=True, text=True).stdout
    found = {path: set() for path in map(str, objects)}
    for line in lines.splitlines():
        path, _, rest = line.partition(":")
        found[path].add(rest.split()[-1].partition("@")[0])
    return found


def main():
    # Not what an earlier build has left of a source that is gone.
    objects = sorted(path for path in OBJECTS.rglob("*.o")
                     if path.relative_to(OBJECTS).parts[0] == "generated"
                     or (LIB / path.relative_to(OBJECTS).with_suffix("")).exists())
    faults = [] if len(objects) > 100 else [f"{OBJECTS}: only {len(objects)} objects"]
    for path, symbols in undefined(objects).items():
        name = os.path.relpath(path, OBJECTS)
        found, allowed = symbols & ALLOCATING, EXCEPTIONS.get(name, set())
        faults += [f"{name}: uses {symbol}; memory comes through base/memory.h" for symbol in sorted(found - allowed)]
        faults += [f"{name}: does not use {symbol} any more; strike the exception" for symbol in sorted(allowed - found)]
    print("\n".join(faults) or f"{len(objects)} objects take memory through base/memory.c alone")
    sys.exit(bool(faults))


main()
