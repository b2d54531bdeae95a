"""A leak fails a test: the program that is given leaks, and what runs the tests of a sanitized build says so.

usage: leak.py LAUNCHER PROGRAM"""
import subprocess
import sys

ran = subprocess.run(sys.argv[1:], capture_output=True, text=True)
if ran.returncode == 0 or "LeakSanitizer: detected memory leaks" not in ran.stderr:
    sys.exit(f"exit status {ran.returncode}, and no leak is reported:\n{ran.stdout}{ran.stderr}")
