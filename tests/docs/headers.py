"""Every function of the public headers is documented by one rule: what it does; each parameter, and of a pointer whether NULL is
allowed; what it returns, with the codes; which threads may call it; since which version. And what the comments name is there.

What holds for all is said once, and looked up there: handles, `counts` and `error` (types.h, error.h), threads (in the opening of a
header, a paragraph "Threads."), texts (likewise, "Texts are ..."). The pointer `user` or `context` is handed on unread."""
import os
import re
import sys

from header_docs import SECTIONS, public_headers

HEADERS = public_headers(os.environ["STSKAFKA_ROOT"])
TEXT = "\n".join(header.text for header in HEADERS)
CODE = re.sub(r"/\*.*?\*/", "", TEXT, flags=re.S)
OPAQUE = {name for name in re.findall(r"^typedef struct (\w+) \1;", CODE, re.M)}
FUNCTIONS = {function.name: (block, function) for header in HEADERS for block in header.blocks for function in block.functions}
HANDED_ON = {"void *user", "void *context"}


def said_once(name, word):
    """Whether the header's comments have a sentence on the parameter, or the thing, that says what NULL means."""
    header = next(header for header in HEADERS if header.path.name == name)
    comments = " ".join(" ".join(block.lines) for block in header.blocks) + " ".join(header.opening)
    return any(word in sentence and "NULL" in sentence for sentence in re.split(r"(?<=\.) ", comments))


SAID_ONCE = {"error": said_once("error.h", "`error`"), "counts": said_once("types.h", "`counts`"),
             "counts_size": said_once("types.h", "`counts_size`")}
HANDLES_SAID = said_once("types.h", "handle")


def mentions(block, name):
    """What the block says of a parameter: its entry, and the sentences that have its name in backticks."""
    entry = block.entry_of(name)
    sentences = [sentence for text in [" ".join(block.prose), *(text for _, text in block.table)]
                 for sentence in re.split(r"(?<=\.) ", text)]
    return ([entry] if entry is not None else []) + [sentence for sentence in sentences if f"`{name}`" in sentence]


def mentions_elsewhere(block, name):
    """`the rest  as sts_export_logs`: what that function's block says."""
    referred = re.match(r"as (\w+)", block.entry_of("the rest") or "")
    return mentions(FUNCTIONS[referred[1]][0], name) if referred and referred[1] in FUNCTIONS else []


def faults_of_parameter(header, block, function, parameter):
    handle = parameter.type.replace("const ", "").removesuffix(" *") in OPAQUE and parameter.type.count("*") == 1
    if handle and HANDLES_SAID or SAID_ONCE.get(parameter.name) and not mentions(block, parameter.name):
        return
    said = mentions(block, parameter.name) + mentions_elsewhere(block, parameter.name)
    array = next((other for other in function.parameters if parameter.name == f"{other.name}_size"), None)
    of_another = any(re.search(rf"\b{parameter.name}\b", text) for _, text in block.table)  # "may be NULL if size is 0"
    if not said and not array and not (of_another and not parameter.is_pointer):
        yield f"{function.name}: nothing on {parameter.name}"
    elif parameter.is_pointer and f"{parameter.type}{parameter.name}" not in HANDED_ON:
        texts = parameter.type == "const char *" and any("Texts are" in line for line in header.opening)
        if not texts and not any("NULL" in text for text in said):
            yield f"{function.name}: may {parameter.name} be NULL?"


def faults_of_returns(block, function):
    returns = block.sections.get("Returns", "")
    value_of_part = block.part_of(function) or "the code" in returns
    if function.type == "sts_status" and not value_of_part and not re.search(r"\bSTS_OK\b|\bas sts_\w+", returns):
        yield f"{function.name}: which codes does it return?"
    elif function.type.endswith("*") and not returns:
        yield f"{function.name}: who owns what it returns, and how long does it live?"
    elif function.type != "void" and not returns and not block.part_of(function):
        yield f"{function.name}: what does it return?"


def faults_of_block(header, block):
    first = block.functions[0].name
    if not "".join(block.prose).strip():
        yield f"{first}: what does it do?"
    if "Threads" not in block.sections and not any(line.startswith("Threads.") for line in header.opening):
        yield f"{first}: which threads may call it?"
    if not re.fullmatch(r"\d+\.\d+\.\d+", block.sections.get("Since", "")):
        yield f"{first}: since which version?"
    if list(block.sections) != [name for name in SECTIONS if name in block.sections]:
        yield f"{first}: the order is {', '.join(SECTIONS)}"
    parameters = {parameter.name for function in block.functions for parameter in function.parameters}
    parts = {block.part_of(function) for function in block.functions}
    for names, _ in block.table:
        for name in set(names) - parameters - parts - {"the rest"}:
            yield f"{first}: {name} is neither a parameter nor a part"
    for function in block.functions:
        yield from faults_of_returns(block, function)
        for parameter in function.parameters:
            yield from faults_of_parameter(header, block, function, parameter)


def faults_of_names(header):
    """Names in comments that no header declares; a name that ends in _ or is followed by * stands for several."""
    for comment in re.finditer(r"/\*.*?\*/", header.text, re.S):
        for name in re.findall(r"(?<!\")\b(?:sts|STS)_\w*[A-Za-z0-9]\b(?!_|\*)", comment[0]):
            if not re.search(rf"\b{name}\b", CODE):
                yield header.text.count("\n", 0, comment.start()) + 1, f"{name}: no such name"


def faults_of_header(header):
    yield from ((1, f"{name}: no comment before it") for name in header.undocumented)
    yield from faults_of_names(header)
    for block in header.blocks:
        if block.functions:
            yield from ((block.line, fault) for fault in faults_of_block(header, block))


def main():
    faults = [f"{header.path.name}:{line}: {fault}" for header in HEADERS for line, fault in faults_of_header(header)]
    for name, said in {**SAID_ONCE, "handles": HANDLES_SAID}.items():
        faults += [] if said else [f"error.h, types.h: what does NULL mean for {name}?"]
    if len(FUNCTIONS) != len(re.findall(r"^STS_API ", CODE, re.M)):
        faults.append("not every function was read; the parser (support/header_docs.py) does not know how it is written")
    print("\n".join(faults) or f"{len(FUNCTIONS)} functions, all documented")
    sys.exit(bool(faults))


main()
