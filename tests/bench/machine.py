"""What was measured on."""
import os
import platform
import re
import subprocess
from pathlib import Path

from places import ROOT


def processor():
    found = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.M)
    return found.group(1) if found else platform.machine()


def commit():
    """Of the tree; "" where it is no repository."""
    done = subprocess.run(["git", "-C", ROOT, "describe", "--always", "--dirty"], capture_output=True, text=True)
    return done.stdout.strip() if done.returncode == 0 else ""


def machine():
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {"processor": processor(), "processors": len(os.sched_getaffinity(0)), "memory GiB": round(memory / 2**30),
            "system": f"{platform.system()} {platform.release()}", "libc": " ".join(platform.libc_ver()),
            "load before": round(os.getloadavg()[0], 2)}


def in_words(of):
    return f"{of['processors']} processors ({of['processor']}), {of['memory GiB']} GiB, {of['system']}; load before: {of['load before']}"
