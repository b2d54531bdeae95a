"""The topology stream between the library and Google's own protobuf: what the one writes, the other reads as the same, and writes
again in the same bytes."""
import json
import os
import subprocess
import unittest
from pathlib import Path

from google.protobuf import json_format
from topology.random_google import Maker
from topology.schema import Key, Message, Metadata, MetadataKey, canonical, message_class
from topology.scramble import Scrambler

BUILD = Path(os.environ["STSKAFKA_BUILD"])
VECTORS = Path(os.environ["STSKAFKA_ROOT"]) / "tests/golden/topology_message.jsonl"
RANDOM = 5000
PARTS = {Message: ("key", "message"), Metadata: ("metadata_key", "metadata")}


def peer(verb, *arguments, lines=()):
    """The answers of the library (support/topology/peer.c)."""
    done = subprocess.run([BUILD / "bin/topology_peer", verb, *arguments], input="".join(f"{line}\n" for line in lines),
                          stdout=subprocess.PIPE, check=True, encoding="utf-8")
    return done.stdout.splitlines()


def member_text(row, name):
    """A member's own text, which Python's JSON could not write again as it was."""
    start = row.index(f',"{name}":') + len(name) + 4
    return row[start:json.JSONDecoder().raw_decode(row, start)[1]]


def read_json(text):
    """All numbers are doubles: as integers, minus zero would lose its sign, and large ones would differ by what a double rounds."""
    return json.loads(text, parse_int=float)


def meaning(message):
    return json_format.MessageToDict(message)


def decode(pairs):
    """What the library makes of keys and messages, given as bytes with the message's class."""
    answers = peer("decode", lines=(f"{int(kind is Metadata)}\t{key.hex()}\t{value.hex()}" for kind, key, value in pairs))
    assert len(answers) == len(pairs)
    return answers


def random_pairs(count):
    for seed in range(count):
        maker = Maker(seed)
        kind, key_kind = (Metadata, MetadataKey) if seed % 10 == 0 else (Message, Key)
        yield kind, maker.fill(key_kind()), maker.fill(kind()), maker.random


class OurBytes(unittest.TestCase):
    def test_random_messages(self):
        for line in peer("random", "1000000", str(RANDOM)):
            name, text, our_json = line.split("\t", 2)
            with self.subTest(line=line[:2000]):
                message = message_class(name).FromString(bytes.fromhex(text))
                self.assertEqual(canonical(message).hex(), text)
                if our_json != "null":
                    self.assertEqual(meaning(json_format.ParseDict(read_json(our_json), message_class(name)())), meaning(message))

    def test_vectors(self):
        rows = [(row, json.loads(row)) for row in VECTORS.read_text(encoding="utf-8").splitlines()]
        rows = [(member_text(text, "json"), row) for text, row in rows if row["error"] is None and row["json"] is not None]
        parts = [PARTS[message_class(row["type"])] for _, row in rows]
        answers = peer("encode", lines=(f'{{"{key}":{{"owner":"OTEL","dataSource":"s"}},"{value}":{text}}}'
                                        for (key, value), (text, _) in zip(parts, rows)))
        self.assertEqual(len(answers), len(rows))
        self.assertGreater(len(rows), 300)
        for (text, row), answer in zip(rows, answers):
            with self.subTest(row=row["name"]):
                key, value = answer.split("\t")
                self.assertEqual(canonical(Key(owner="TOPOLOGY_STREAM_OWNER_OTEL", data_source="s")).hex(), key)
                message = message_class(row["type"]).FromString(bytes.fromhex(value))
                self.assertEqual(canonical(message).hex(), value)
                self.assertEqual(meaning(message), read_json(text))


class GooglesBytes(unittest.TestCase):
    def check(self, written):
        """`written` gives the class, key and message, and the bytes of both as somebody may have written them."""
        answers = decode([(kind, key_bytes, value_bytes) for kind, _, _, key_bytes, value_bytes in written])
        self.assertEqual([answer for answer in answers if answer[0] == "!"], [])
        for (kind, key, message, _, value_bytes), answer in zip(written, answers):
            with self.subTest(bytes=value_bytes.hex()[:2000]):
                parts = read_json(answer)
                self.assertEqual([parts[name] for name in PARTS[kind]], [meaning(key), meaning(message)])
        # What was decoded is encoded in Google's canonical bytes.
        for (_, key, message, _, _), again in zip(written, peer("encode", lines=answers)):
            self.assertEqual(again, f"{canonical(key).hex()}\t{canonical(message).hex()}")

    def test_as_google_writes_them(self):
        self.check([(kind, key, message, key.SerializeToString(), message.SerializeToString())
                    for kind, key, message, _ in random_pairs(RANDOM)])

    def test_as_anybody_may_write_them(self):
        written = []
        for kind, key, message, seeded in random_pairs(RANDOM):
            scrambler = Scrambler(seeded)
            data = [scrambler.scramble(part.DESCRIPTOR, canonical(part)) for part in (key, message)]
            for part, scrambled in zip((key, message), data):
                same = type(part).FromString(scrambled)
                same.DiscardUnknownFields()
                self.assertEqual(canonical(same), canonical(part), "the scrambler changed the meaning")
            written.append((kind, key, message, *data))
        self.check(written)


class Refusals(unittest.TestCase):
    def test_text_that_is_not_utf8(self):
        key = canonical(Key(data_source="s"))
        bad = Message()
        bad.topology_stream_remove.removal_cause = "@@@"
        for wrong in (b"\xff\xfe\xfd", b"\xed\xa0\x80", b"\xc0\x80a", b"ab\xc3"):
            data = canonical(bad).replace(b"@@@", wrong)
            with self.subTest(text=wrong):
                self.assertRaises(Exception, Message.FromString, data)
                self.assertTrue(decode([(Message, key, data)])[0].startswith("!STS_ERR_MALFORMED"))


if __name__ == "__main__":
    unittest.main()
