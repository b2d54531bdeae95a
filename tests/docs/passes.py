"""No test falls between the two passes of ./dev test: each that is not for --full is run by the preset asan, by the preset plain, or by
both; which are few. A broker's start and stop come with the tests that need it."""
import json
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(os.environ["STSKAFKA_ROOT"])
BUILD = Path(os.environ["STSKAFKA_BUILD"])
IN_BOTH = {"kafka.main_path"}


def tests():
    """The names of those that are not for --full."""
    listed = subprocess.run(["ctest", "--test-dir", BUILD, "--show-only=json-v1"], capture_output=True, text=True, check=True)
    for test in json.loads(listed.stdout)["tests"]:
        properties = {entry["name"]: entry["value"] for entry in test["properties"]}
        if "full" not in properties.get("LABELS", []) and not {"FIXTURES_CLEANUP"} & set(properties):
            yield test["name"], "FIXTURES_SETUP" in properties


def runs(preset, name):
    """Whether a preset's filter takes a test of that name, as CTest would."""
    filters = preset["filter"]
    include, exclude = (filters.get(kind, {}).get("name", default) for kind, default in (("include", ""), ("exclude", "$^")))
    return bool(re.search(include, name)) and not re.search(exclude, name)


def main():
    presets = {preset["name"]: preset for preset in json.loads((ROOT / "CMakePresets.json").read_text())["testPresets"]}
    count, faults = 0, []
    for name, is_setup in tests():
        count += 1
        passes = [each for each in ("asan", "plain") if runs(presets[each], name)]
        if not passes and not is_setup:
            faults.append(f"{name} is run by neither pass")
        if len(passes) == 2 and name not in IN_BOTH:
            faults.append(f"{name} is run by both passes")
    if not count:
        faults.append("there are no tests")
    print("\n".join(faults) or f"{count} tests")
    sys.exit(bool(faults))


main()
