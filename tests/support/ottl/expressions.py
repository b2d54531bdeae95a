# SPDX-License-Identifier: Apache-2.0
"""Prints the expressions of tests/golden/ottl_v0163.jsonl, one a line: what pkg/ottl v0.163.0 has and v0.160.0 had not, and
Format over a grid of directives and values. The order is always the same; main.go tells how it is used.
"""

import itertools
import random

LISTS = [
    'Split("a,b", ",")', 'Split("", ",")', 'Split("abc", "")', 'attributes["list"]', 'attributes["emptylist"]',
    'attributes["bytes"]', 'attributes["x"]', 'attributes["i"]', 'attributes["d"]', 'attributes["t"]', 'attributes["m"]',
    'attributes["absent"]', 'attributes["none"]', 'attributes["list"][3]', 'attributes["list"][1]', 'attributes["m"]["n"]',
    'trace_id', 'span_id', 'time', 'body', 'nil', '"a"', '1', '1.5', '1+1', 'true', '0x0102', '{}', '{"a": "b"}',
    'SEVERITY_NUMBER_INFO', 'Values(attributes["m"])', 'Keys(attributes["m"])', 'Values(attributes["emptymap"])',
    'ParseJSON("[1,null,\\"<\\",[1,{\\"a\\":\\"<\\"}],1e-7,1e300,-0.0]")', 'ParseJSON("[]")', 'ParseJSON("{}")',
    'Coalesce([nil, [1, nil, "<", [1, "<"], 1.5, 1e-7]])', 'Coalesce([[true, 0xff, trace_id]])', 'Coalesce([[]])',
    'Coalesce([[attributes["bytes"], attributes["list"], attributes["m"], attributes["none"]]])',
    'ParseJSON("{\\"a\\":[[1],[2,[3]]]}")["a"]', 'Sort(attributes["list"])', 'Sort(["b", "a", nil])', 'Sort([2, 1.5])',
    'Sort([])', 'Sort([[1]])', 'resource.attributes["service.name"]', 'resource.attributes["m"]',
    'Values(resource.attributes)', 'Split(resource.attributes["service.name"], "e")', 'Values(scope.attributes)',
    'Sort(Keys(resource.attributes), "desc")',
]  # fmt: skip


def concat():
    for values, delimiter in itertools.product(LISTS, ['"|"', '""', 'attributes["x"]']):
        yield f"Concat({values}, {delimiter})"
    for index in range(3):
        yield f"Concat(Concat(Split(\"a,b\", \",\"), \"-\"), {index})"
        yield f"Len(Concat(attributes[\"list\"], \"{'=' * index}\"))"
    yield 'Concat(vals=Split("a,b", ","), delimiter="|")'
    yield 'Concat([Split("a,b", ","), attributes["list"]], "|")'
    yield 'Concat(Split(attributes["csv"], ","), attributes["x"])'
    for stored in ['Values(attributes["m"])', 'ParseJSON("[1]")', 'attributes["list"]', "[1]"]:
        yield f'AsString({{"a": {stored}}})'.replace("AsString(", "String(")


def parse_json():
    texts = [
        r"\ud800", r"\ud800\ud800", r"\ud800\u0061", r"\udc00x", r"a\ud83d\ude00b\ud83dc", r"\ud800x\"", r"\ud800\n", r"\ud8",
        r"\\ud800", r"\udfff\udbff\udfff", r"\uD800\uDC00\uD800", r"\uDBFF", r"\ud800\\", r"\ud800\ud8", r"\\\ud800", r"\\\\ud800",
        r"\uDay9", r"\ud8zz", r"\ud800\udczz", r"\ud8\u0000", r"\udg00",
    ]  # fmt: skip
    for text in texts:
        for shape in ['["%s"]', '{"%s":1}', '{"a":["%s","%s"]}', '["%s']:
            yield 'ParseJSON("%s")' % shape.replace("%s", text).replace("\\", "\\\\").replace('"', '\\"')


def decode():
    names = [
        "utf-16", "UTF16", "utf-16be", "UTF-16LE", "csUTF16BE", "UTF_16BE", "us-ascii", "ASCII", "utf-8", "Utf8", "", "nop",
        "utf-8-raw", "UTF8-raw", "ANSI_X3.4-1968", "csASCII", "us", "latin1", "L1", "ISO-8859-1", "iso8859-1", "IBM819",
        "base64", "base64-raw", "base64-url", "base64-raw-url", "Base64", "nonsense", "utf-7", "utf", " ",
    ]  # fmt: skip
    values = [
        "0x", "0x61", "0x6162", "0xfffe6100", "0xfeff0061", "0x00d8", "0x00d86100", "0x00d800dc", "0x00dc", "0x00dc00dc00dc",
        "0x610062", "0xd83dde00", "0x3dd800de", "0x3dd800de00", "0x61ff62c3a4", "0xefbbbf61", "0xf09f9880f09f98", "0xeda080",
        "0xf0808080", "0xf48fbfbff4908080", "0xe0a0e09f80", "0xc0afc3", "0xe2826100", "0xf09f98f09f41", "0x7f80ff",
        '"YWJj"', '"w6Q="', '"w6Q"', '"_-8"', "attributes[\"uni\"]", "attributes[\"bytes\"]", "body", "nil", "attributes[\"list\"]",
        "attributes[\"i\"]", "attributes[\"none\"]", "attributes[\"absent\"]", "trace_id",
    ]  # fmt: skip
    for value, name in itertools.product(values, names):
        yield f'Decode({value}, "{name}")'
    for name in names[:3] + names[-4:]:
        yield f'Decode("ab", Concat(["{name}"], ""))'
    yield 'Decode("ab", attributes["i"])'


SORTED = [
    "attributes[\"list\"]", "attributes[\"emptylist\"]", "attributes[\"bytes\"]", "attributes[\"x\"]", "attributes[\"m\"]",
    "attributes[\"absent\"]", "attributes[\"none\"]", "nil", "1", '"b"', "trace_id", 'Split("c,a,b,a", ",")', 'Split("", ",")',
    "Keys(attributes[\"m\"])", "Values(attributes[\"m\"])", "[]", "[3, 1, 2]", "[1, 2.5, 1.0, -1]", "[2.5, 1]", '["b", "a", ""]',
    '["b", 1, true, nil, 1.5, "1", "true"]', "[true, false, true]", "[nil, nil]", "[0xff, 0x01]", "[1, [2]]", '[{"a": 1}]',
    "[1, attributes[\"list\"]]", "[attributes[\"m\"]]", "[trace_id]", "[time]", "[attributes[\"none\"], 1]", "[attributes[\"absent\"]]",
    "[9007199254740993, 9007199254740992.0, 9007199254740992]", "[9007199254740993, 9007199254740992]", "[0.0, -0.0, 0]",
    "[-1, 1, -9223372036854775808, 9223372036854775807]", 'ParseJSON("[3,1,2]")', 'ParseJSON("[\\"b\\",null,\\"a\\"]")',
    'ParseJSON("[[2],[1]]")', 'ParseJSON("[-1.5,1e300,-1e300,0]")', '["aaaaaaaab", "aaaaaaaaa", "aaaaaaaa", "aaaaaaa"]',
    '["ä", "z", "Z", "a"]', "[1, 0xff, 2]", "[Split(\"b,a\", \",\")[0], \"a\"]",
]  # fmt: skip


def sort():
    for values, order in itertools.product(SORTED, ["", ', "asc"', ', "desc"', ', order="desc"']):
        yield f"Sort({values}{order})"
    for order in ["1", '"ASC"', '""', "nil", "attributes[\"x\"]"]:
        yield f"Sort([2, 1], {order})"
    chance = random.Random(163)
    for count in (11, 12, 13, 24, 49, 50, 51, 120):  # Go's sort changes its ways at these lengths
        for kind in range(6):
            numbers = [chance.randrange(max(2, count // (1 + kind % 3 * 3))) for _ in range(count)]
            numbers = sorted(numbers, reverse=kind == 5) if kind >= 4 else numbers
            items = [chance.choice([f'"{n}"', f"{n}"]) if kind % 2 else chance.choice([f"{n}.0", f"{n}"]) for n in numbers]
            for order in ("asc", "desc"):
                yield f'Sort([{", ".join(items)}], "{order}")'


VALUES = [
    '"hé"', '""', "attributes[\"x\"]", "42", "-42", "0", "1.5", "-0.0", "1e21", "123456789.0", "true", "nil", "attributes[\"none\"]",
    "attributes[\"bytes\"]", "0x", "trace_id", "span_id", '[1, "a", nil, 1.5]', 'Split("a,b", ",")', "[[true], 0xff]", "[]",
    "attributes[\"i\"]", "attributes[\"d\"]", "9223372036854775807", "1e-7", "8364", "0xff00", "128512",
]  # fmt: skip
FLAGS = ["", "0", "-", "+", "#", " ", "-0", "+0", "#0", " 0", "+#", "-#", "+ ", "+-0# "]
SIZES = ["", "8", "24", ".0", ".3", ".12", "8.3", "24.6", "2.1", "."]
VERBS = "v d s t T q x X o O b c e E f F g G U w y D % z ä".split()


def format():
    chance = random.Random(15)
    grid = list(itertools.product(VALUES, VERBS, FLAGS, SIZES))
    for value, verb, flags, size in chance.sample(grid, 2500):
        if "#" in flags and verb in "vw":  # Go's own syntax: refused here
            continue
        yield f'Format("%{flags}{size}{verb}", [{value}])'
    for value, verb in itertools.product(VALUES, VERBS):
        yield f'Format("<%{verb}>", [{value}])'
        yield f'Format("<%08{verb}>", [{value}])'
        yield f'Format("<%-8.2{verb}|%{verb}>", [{value}, "x", {value}])'


if __name__ == "__main__":
    for part in (concat, parse_json, decode, sort, format):
        for expression in part():
            print(expression)
