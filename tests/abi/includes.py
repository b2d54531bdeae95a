"""The rules of lib/README.md: which module may include which, where librdkafka may be seen, that public headers stand on their
own, and that errors get to the host in one place."""
import os
import re
import sys
from pathlib import Path

from layers import BELOW

ROOT = Path(os.environ["STSKAFKA_ROOT"])
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]', re.M)
# What a public header may need of others: C99's types, and its sisters.
PUBLIC = re.compile(r"^(stddef|stdint)\.h$|^stskafka/\w+\.h$")


# They keep hashes of the host's own names, or take a seed for random numbers.
HASHERS = {"options.c", "kafka.c"}


def faults_of_module_file(path, module):
    for quote, name in INCLUDE.findall(path.read_text()):
        if name == "base/hash.h" and module != "base" and path.name not in HASHERS:
            yield f"{name}: a table is base/table.h's, which has a seed"
        if "rdkafka" in name and path.parent.name != "kafka":
            yield f"{name}: only transport/kafka/ knows librdkafka"
        if quote == '"':
            other = "proto" if name.endswith(".pb.h") else name.split("/")[0]
            if other != module and other not in BELOW[module]:
                yield f"{name}: {module} may not include {other}"
            if not name.endswith(".pb.h") and not (ROOT / "lib" / name).exists():
                yield f"{name}: include by the path from lib/"
        elif name.startswith("pb") and module != "proto":
            yield f"{name}: only proto sees nanopb"
        elif name.startswith("pthread") and module in ("wire", "json", "schema", "intake", "otlp", "signal", "ottl", "key", "encode", "proto", "topology", "gather"):
            yield f"{name}: {module} knows no threads"


def faults_of_errors(path):
    """That the first error is kept is decided in one place."""
    text = path.read_text()
    if path.name != "error.c" and "sts_error **" in text and re.search(r"^\s*\*\w*error = ", text, re.M):
        yield "an error object is put into *error: sts__error_report does that"


def faults_of_public_header(path):
    for _, name in INCLUDE.findall(path.read_text()):
        if not PUBLIC.match(name):
            yield f"{name}: not in a public header"


def main():
    faults = []
    modules = {path.name for path in (ROOT / "lib").iterdir() if path.is_dir()}
    if modules != set(BELOW):
        faults.append(f"lib/: modules are {sorted(modules)}, the rules know {sorted(BELOW)}")
    for module in sorted(modules & set(BELOW)):
        for path in sorted((ROOT / "lib" / module).rglob("*.[ch]")):
            faults += [f"{path.relative_to(ROOT)}: {fault}" for fault in faults_of_module_file(path, module)]
            faults += [f"{path.relative_to(ROOT)}: {fault}" for fault in faults_of_errors(path)]
    for path in sorted((ROOT / "include").rglob("*.h")):
        faults += [f"{path.relative_to(ROOT)}: {fault}" for fault in faults_of_public_header(path)]
    print("\n".join(faults) or "all includes follow the rules")
    sys.exit(bool(faults))


main()
