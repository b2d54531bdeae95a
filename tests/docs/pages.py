"""README.md stays one screen or two, and what documents link to is there: files, and headings of other pages."""
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(os.environ["STSKAFKA_ROOT"])
README_LINES = 120
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]*))?\)")


def anchors(text):
    """Those that hosting services make of headings."""
    titles = re.findall(r"^#+ (.*)$", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S), re.M)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


def faults(page):
    text = page.read_text(encoding="utf-8")
    prose = re.sub(r"^```.*?^```|`[^`\n]*`", "", text, flags=re.M | re.S)
    for target, anchor in LINK.findall(prose):
        file = (page.parent / target) if target else page
        name = page.relative_to(ROOT)
        if not file.exists():
            yield f"{name}: links to {target}, which is not there"
        elif anchor and (file.suffix != ".md" or anchor not in anchors(file.read_text(encoding="utf-8"))):
            yield f"{name}: links to {target}#{anchor}, and there is no such heading"


def pages():
    """Of the sources alone: build trees and the tests' tools hold pages of others."""
    if (ROOT / ".git").exists():
        listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"], cwd=ROOT, check=True,
                                capture_output=True, text=True).stdout.splitlines()
        return [ROOT / name for name in listed if (ROOT / name).exists()]
    return [page for page in ROOT.rglob("*.md") if not {"build", "node_modules"} & set(page.relative_to(ROOT).parts)]


def main():
    found = [fault for page in pages() for fault in faults(page)]
    lines = len((ROOT / "README.md").read_text(encoding="utf-8").splitlines())
    if lines > README_LINES:
        found.append(f"README.md has {lines} lines; {README_LINES} are the most")
    print("\n".join(found) or "all links lead somewhere")
    sys.exit(bool(found))


main()
