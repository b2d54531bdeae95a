# SPDX-License-Identifier: Apache-2.0
"""Makes src/stskafka/_declarations.py: what the public headers declare, for ctypes. pycparser reads the headers, after gcc's preprocessor.

Prints it; `--update` writes the file (`./dev abi --update` does that)."""
import re
import subprocess
import sys
import textwrap
from pathlib import Path

from pycparser import c_ast, c_parser

ROOT = Path(__file__).resolve().parents[2]
INCLUDE = ROOT / "include"
WRITTEN = Path(__file__).resolve().parent / "src/stskafka/_declarations.py"

HEAD = '''\
# SPDX-License-Identifier: Apache-2.0
"""The C library's declarations for ctypes: opaque handles, public structs, callbacks, numbers, functions. Written by declarations.py from
include/stskafka/*.h (`./dev abi --update`). Do not edit.

Classes are named as the C types are, without `sts_` and in Python's capitals: `sts_dead_letter` is `DeadLetter`."""
from ctypes import (CFUNCTYPE, POINTER, Structure, c_char_p, c_double, c_int32, c_int64, c_size_t, c_uint8, c_uint32, c_uint64,
                    c_void_p)
from typing import Any, Dict, List, Tuple

#: The number of the binary interface that these declarations are for (sts_abi_version).
ABI = {abi}

'''

SCALARS = {"int32_t": "c_int32", "uint32_t": "c_uint32", "int64_t": "c_int64", "uint64_t": "c_uint64", "uint8_t": "c_uint8",
           "size_t": "c_size_t", "double": "c_double", "void": "None"}


def parsed():
    """What the headers declare; what gcc adds to C means nothing for the binary interface."""
    headers = ["stskafka.h", *sorted(path.name for path in (INCLUDE / "stskafka").glob("*.h"))]
    text = subprocess.run(["gcc", "-E", "-std=c99", "-D__attribute__(x)=", "-D__extension__=", "-I", INCLUDE, "-"], check=True,
                          input="".join(f"#include <stskafka/{name}>\n" for name in headers), capture_output=True, text=True).stdout
    tree = c_parser.CParser().parse(text)
    return [node for node in tree.ext if node.coord.file.startswith(str(INCLUDE))]


def abi():
    return re.search(r"^set\(STSKAFKA_ABI (\d+)\)", (ROOT / "CMakeLists.txt").read_text(), re.MULTILINE)[1]


def python_name(c_name):
    return "".join(word.capitalize() for word in c_name[len("sts_"):].split("_"))


def is_named(node, *names):
    return (isinstance(node, c_ast.TypeDecl) and isinstance(node.type, c_ast.IdentifierType) and node.type.names[-1] in names)


class Declarations:
    """The text, from the parsed nodes."""

    def __init__(self, nodes):
        self.aliases = {}    # typedefs of scalars, sts_status
        self.structs = {}    # by their C name; None: opaque
        self.callbacks = {}  # by their C name
        self.functions = []  # pairs of the header's name and the node
        self.numbers = {}
        for node in nodes:
            self.take(node)

    def take(self, node):
        if isinstance(node, c_ast.Typedef):
            self.take_type(node)
        elif isinstance(node.type, c_ast.Enum):
            self.take_numbers(node.type)
        elif isinstance(node.type, c_ast.Struct):
            self.structs[node.type.name] = node.type.decls
        elif isinstance(node.type, c_ast.FuncDecl):
            self.functions.append((Path(node.coord.file).name, node))
        else:
            raise SystemExit(f"{node.coord}: what is this?")

    def take_type(self, node):
        inner = node.type
        if isinstance(inner, c_ast.PtrDecl) and isinstance(inner.type, c_ast.FuncDecl):
            self.callbacks[node.name] = inner.type
        elif isinstance(inner.type, c_ast.Struct):
            self.structs[node.name] = inner.type.decls or self.structs.get(node.name)
        elif isinstance(inner.type, c_ast.Enum):
            self.take_numbers(inner.type)
        else:
            self.aliases[node.name] = SCALARS[inner.type.names[-1]]

    def take_numbers(self, node):
        value = -1
        for each in node.values.enumerators:
            value = value + 1 if each.value is None else self.value_of(each.value)
            self.numbers[each.name] = value

    def value_of(self, node):
        if isinstance(node, c_ast.Constant):
            return int(node.value, 0)
        if isinstance(node, c_ast.ID):
            return self.numbers[node.name]
        if isinstance(node, c_ast.UnaryOp) and node.op == "-":
            return -self.value_of(node.expr)
        raise SystemExit(f"{node.coord}: no number")

    def type_of(self, node):
        """The ctypes expression for a C type. Bytes are `void *`: a Python bytes object goes there as it is, whatever is in it."""
        if isinstance(node, c_ast.PtrDecl):
            inner = node.type
            if isinstance(inner, c_ast.FuncDecl):
                return self.function_type(inner)
            if is_named(inner, "void"):
                return "c_void_p"
            if is_named(inner, "char"):
                return "c_char_p"
            return f"POINTER({self.type_of(inner)})"
        if isinstance(node, c_ast.ArrayDecl):
            return f"{self.type_of(node.type)} * {self.value_of(node.dim)}"
        if isinstance(node.type, c_ast.Struct):
            return python_name(node.type.name)
        name = node.type.names[-1]
        if name in SCALARS:
            return SCALARS[name]
        return self.aliases.get(name) or python_name(name)

    def parameters(self, node):
        types = [self.type_of(each.type) for each in (node.args.params if node.args else [])]
        return [] if types == ["None"] else types

    def function_type(self, node):
        return f"CFUNCTYPE({', '.join([self.type_of(node.type), *self.parameters(node)])})"

    def struct(self, name):
        fields = "".join(f'    ("{each.name}", {self.type_of(each.type)}),\n' for each in self.structs[name])
        return f"{python_name(name)}._fields_ = [\n{fields}]\n"

    def function(self, node):
        text = f'"{node.name}": ({self.type_of(node.type.type)}, [{", ".join(self.parameters(node.type))}]),'
        return textwrap.fill(text, 132, initial_indent="    ", subsequent_indent="        ", break_long_words=False) + "\n"

    def text(self):
        parts = [HEAD.format(abi=abi())]
        parts += [f"\nclass {python_name(name)}(Structure):\n    pass\n\n" for name in sorted(self.structs)]
        parts.append("\n")
        parts += [f"{python_name(name)} = {self.function_type(node)}\n" for name, node in self.callbacks.items()]
        parts += [f"\n{self.struct(name)}" for name, fields in self.structs.items() if fields]
        parts.append("\n#: The constants of all enums.\nNUMBERS: Dict[str, int] = {\n")
        parts += [f'    "{name}": {value},\n' for name, value in self.numbers.items()]
        parts.append("}\n\n#: Of every function its result and its parameters.\nFUNCTIONS: Dict[str, Tuple[Any, List[Any]]] = {\n")
        before = None
        for header, node in self.functions:
            parts.append(f"    # {header}\n" if header != before else "")
            parts.append(self.function(node))
            before = header
        parts.append("}\n")
        return "".join(parts)


def text() -> str:
    return Declarations(parsed()).text()


if __name__ == "__main__":
    if sys.argv[1:] == ["--update"]:
        WRITTEN.write_text(text())
    else:
        print(text(), end="")
