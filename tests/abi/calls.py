"""Calls obey lib/README.md as includes do: what a module's objects refer to lies in modules that it may know. So nothing in the library
calls its public functions but api, which has them all. What the objects say is asked, not the sources."""
import os
import subprocess
import sys
from pathlib import Path

from layers import BELOW

BUILD = Path(os.environ["STSKAFKA_BUILD"])
LIB = Path(os.environ["STSKAFKA_ROOT"]) / "lib"
OBJECTS = BUILD / "lib/CMakeFiles/stskafka_objects.dir"


def symbols(objects, which):
    """Pairs of an object and a name of ours that it defines, or refers to."""
    lines = subprocess.run(["nm", "-A", f"--{which}-only", "--extern-only", *objects], check=True, capture_output=True, text=True).stdout
    for line in lines.splitlines():
        path, _, rest = line.partition(":")
        name = rest.split()[-1]
        if name.startswith("sts_"):
            yield Path(path).relative_to(OBJECTS), name


def main():
    objects = [path for path in sorted(OBJECTS.rglob("*.o")) if (LIB / path.relative_to(OBJECTS).with_suffix("")).exists()]
    faults = [] if len(objects) > 100 else [f"{OBJECTS}: only {len(objects)} objects"]
    home = {}
    for path, name in symbols(objects, "defined"):
        home[name] = path.parts[0]
        if not name.startswith("sts__") and path.parts[0] != "api":
            faults.append(f"{path}: defines {name}; what is exported stands in api")
    calls = 0
    for path, name in symbols(objects, "undefined"):
        module = path.parts[0]
        if name not in home:  # it is generated
            continue
        calls += 1
        if home[name] != module and home[name] not in BELOW[module]:
            faults.append(f"{path}: uses {name} of {home[name]}, which {module} may not know")
    print("\n".join(faults) or f"{calls} references obey the order of the modules")
    sys.exit(bool(faults))


main()
