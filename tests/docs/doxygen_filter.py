"""Doxygen's input filter for the public headers: writes their plain comments as Doxygen reads them, function by function.

Usage: doxygen_filter.py HEADER. A block that documents several functions is written before each, with the parameters that this one
has, and with the text of its part where the block has a table of parts."""
import re
import sys

from header_docs import Header

# What is said once, for all functions.
SAID_ONCE = {"error": "NULL, or where to put the error object (error.h)", "counts": "counters (types.h), or NULL",
             "counts_size": "how many elements `counts` has"}


def escaped(text):
    """Text in which nothing is a command or a tag; `code` is code."""
    text = re.sub(r"([\\@<>&#$%\"])", r"\\\1", text)
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", text)


def paragraphs(lines):
    """Prose; indented lines as they are, in a fixed font."""
    fixed = False
    for line in lines:
        indented = line.startswith("  ")
        if indented and not fixed:
            yield "@verbatim"
        elif fixed and not indented:
            yield "@endverbatim"
        fixed = indented
        yield line if indented else escaped(line)
    if fixed:
        yield "@endverbatim"


def parameter_text(block, function, parameter):
    """Its entry; or what else says something of it: the text that all share, the array whose size it is, the description."""
    if (entry := block.entry_of(parameter.name)) is not None and parameter.name != block.part_of(function):
        return entry
    array = next((other.name for other in function.parameters if parameter.name == f"{other.name}_size"), None)
    rest = block.entry_of("the rest")
    if parameter.is_pointer and parameter is function.parameters[0] and not rest:
        return "what the call is about"
    return SAID_ONCE.get(parameter.name) or (f"of `{array}`" if array else rest or "see the description")


def function_comment(block, function):
    part = block.part_of(function)
    if part:
        yield "@brief " + escaped(block.entry_of(part) or part) + "\n"
    yield from paragraphs(block.prose)
    for parameter in function.parameters:
        yield f"@param {parameter.name} {escaped(parameter_text(block, function, parameter))}"
    returns = block.sections.get("Returns")
    if function.type != "void":
        yield "@return " + escaped(returns or block.entry_of(part) or "see the description")
    for name in ("Threads", "Since"):
        if name in block.sections:
            yield f"@par {name}\n{escaped(block.sections[name])}"


def doc_comment(lines):
    return "/**\n" + "\n".join(lines) + "\n*/\n"


def opening_comment(header):
    """The manual's first page, for the header that brings the others."""
    title = ["@file"]
    if header.path.name == "stskafka.h":
        title = ["@mainpage libstskafka"]
    return doc_comment([*title, *paragraphs(header.opening)])


def trailing_comments(code):
    """The comments behind members, values and types, which may go on in the next lines."""
    return re.sub(r"(?<=[;,\d\w)])( +)/\* (.*?)\*/", lambda match: f"{match[1]}/**< {escaped(match[2])}*/", code, flags=re.S)


def method_comments(code):
    """The comments before the methods of a table."""
    return re.sub(r"^    /\* (.*?)\*/\n(?=    \S+ \(\*)", lambda match: f"    /** {escaped(match[1])}*/\n", code,
                  flags=re.M | re.S)


def with_functions_documented(block, code):
    for function in block.functions:
        comment = doc_comment(function_comment(block, function))
        code = re.sub(rf"^(?=STS_API [^;]*?\b{function.name}\()", lambda _: comment, code, count=1, flags=re.M)
    return code


def documented(block, code):
    """A block and the declarations after it, up to the next one."""
    if block.functions:
        return with_functions_documented(block, code)
    if code.startswith("\n\n"):
        return code
    comment = doc_comment(paragraphs(block.lines))
    if code.startswith("\n#define"):
        return re.sub(r"^(?=#define \w+ )", lambda _: comment, code, flags=re.M)
    return comment + trailing_comments(method_comments(code)).lstrip("\n")


def main():
    header = Header(sys.argv[1])
    comments = list(re.finditer(r"^/\*.*?\*/", header.text, re.M | re.S))
    starts = [comment.start() for comment in comments[1:]] + [len(header.text)]
    sys.stdout.write(opening_comment(header) + header.text[comments[0].end():starts[0]])
    for block, comment, end in zip(header.blocks, comments[1:], starts[1:]):
        sys.stdout.write(documented(block, header.text[comment.end():end]))


main()
