"""The public headers as documentation: each comment with what it documents, taken apart.

A block is a comment and the declarations that follow it without an empty line, one or several. Its text is prose; a table, whose
entries are indented by two and have two spaces after the name (parameters, or the parts that a group of functions gives); and
sections, which begin a line with Returns, Threads or Since."""
import re
from dataclasses import dataclass, field
from pathlib import Path

SECTIONS = ("Returns", "Threads", "Since")
NAME = r"[a-z_][a-z0-9_]*"
ENTRY = re.compile(rf"  ((?:{NAME}, )*(?:{NAME}|the rest))(?:  +(\S.*))?$")
FUNCTION = re.compile(r"STS_API\s+([^;()]*?)(\w+)\(([^;]*)\);", re.S)


@dataclass
class Parameter:
    type: str
    name: str

    @property
    def is_pointer(self):
        return self.type.endswith("*") or self.type.endswith("_callback")


@dataclass
class Function:
    name: str
    type: str
    parameters: list[Parameter]


@dataclass
class Block:
    line: int
    lines: list[str]                                   # the comment's, without its marks
    functions: list[Function] = field(default_factory=list)
    prose: list[str] = field(default_factory=list)     # lines
    table: list[tuple[list[str], str]] = field(default_factory=list)
    sections: dict[str, str] = field(default_factory=dict)

    def entry_of(self, name):
        return next((text for names, text in self.table if name in names), None)

    def part_of(self, function):
        """The entry of the part that a function of a group gives: sts_error_text gives `text`."""
        fits = [name for names, _ in self.table for name in names if function.name.endswith("_" + name)]
        return max(fits, key=len, default=None)


def comment_lines(comment):
    """Without the marks; a line keeps its indentation beyond the comment's own."""
    body = comment.strip().removeprefix("/*").removesuffix("*/")
    lines = [re.sub(r"^\s*\* ?", "", line) if number else line.removeprefix(" ")
             for number, line in enumerate(body.splitlines())]
    return [line.rstrip() for line in lines]


def joined(lines):
    return " ".join(line.strip() for line in lines if line.strip())


def take_apart(block):
    """Fills prose, table and sections from the lines."""
    current, texts = block.prose, {}
    for line in block.lines:
        section = re.match(rf"({'|'.join(SECTIONS)})\s+(\S.*)", line)
        entry = ENTRY.match(line)
        if section:
            current = texts.setdefault(section[1], [])
            current.append(section[2])
        elif entry and current is not texts.get("Returns"):
            current = [entry[2] or ""]
            block.table.append((entry[1].split(", "), current))
        elif not line and block.table and current is block.table[-1][1]:
            current = block.prose
            current.append("")
        else:
            current.append(line)
    block.table = [(names, joined(lines)) for names, lines in block.table]
    block.sections = {name: joined(lines) for name, lines in texts.items()}


def parse_parameters(text):
    parts = [" ".join(part.split()) for part in text.split(",")]
    if parts == ["void"]:
        return []
    return [Parameter(part[:match.start()].strip(), match[0]) for part in parts if (match := re.search(r"\w+$", part))]


def parse_functions(code):
    return [Function(name, " ".join(type.split()), parse_parameters(parameters))
            for type, name, parameters in FUNCTION.findall(code)]


class Header:
    def __init__(self, path):
        self.path = Path(path)
        self.text = self.path.read_text()
        comments = list(re.finditer(r"^/\*.*?\*/", self.text, re.M | re.S))
        self.opening = comment_lines(comments[0][0])[2:]  # after the licence
        self.blocks = []
        self.undocumented = []
        for comment, following in zip(comments[1:], [*comments[2:], None]):
            code = self.text[comment.end():following.start() if following else len(self.text)]
            self._add(comment, code)

    def _add(self, comment, code):
        """The declarations up to the next empty line belong to the comment; functions further down have none."""
        line = self.text.count("\n", 0, comment.start()) + 1
        attached = "" if code.startswith("\n\n") else re.split(r"\n\s*\n", code.lstrip("\n"))[0]
        block = Block(line, comment_lines(comment[0]), parse_functions(attached))
        take_apart(block)
        self.blocks.append(block)
        known = {function.name for function in block.functions}
        self.undocumented += [function.name for function in parse_functions(code) if function.name not in known]


def public_headers(root):
    return [Header(path) for path in sorted((Path(root) / "include/stskafka").glob("*.h"))]
