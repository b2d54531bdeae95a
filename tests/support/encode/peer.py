"""Runs the library's encodings (support/encode/peer.c): requests in, messages out."""
import json
import os
import subprocess
from pathlib import Path

PROGRAM = Path(os.environ["STSKAFKA_BUILD"]) / "bin/encode_peer"


def word(value):
    return (value if isinstance(value, bytes) else value.encode()).hex() or "-"


def case(request, options, metadata=(), partitions=1):
    """A line of the program's input; `metadata` are pairs."""
    words = [part for name, value in dict(options).items() for part in ("set", word(name), word(value))]
    words += [part for name, value in metadata for part in ("metadata", word(name), word(value))]
    return " ".join([*words, "partitions", str(partitions), "logs", word(request)])


def answers(cases):
    done = subprocess.run([PROGRAM], input="".join(line + "\n" for line in cases), stdout=subprocess.PIPE, check=True, encoding="utf-8")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(found) == len(cases), done.stdout
    return found


def values(request, encoding, **options):
    """The values of a request's messages; none of its records may be rejected."""
    (answer,) = answers([case(request, {"key": "none", "encoding": encoding, **options})])
    assert not answer.get("rejected") and "error" not in answer, answer
    return [None if message["value"] is None else bytes.fromhex(message["value"]) for message in answer["messages"]]


def rejections(request, encoding, **options):
    (answer,) = answers([case(request, {"key": "none", "encoding": encoding, **options})])
    assert "error" not in answer, answer
    return answer["rejected"]
