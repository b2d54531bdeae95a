"""The same message in other bytes: everything that protobuf's readers must take, though its writers do not write it.

Fields stand in any order; a value stands there that a later one of its field or oneof replaces; a message comes in two parts, which
are merged; varints have more bytes than they need; there are fields that nobody knows."""
from topology.wire import BYTES, FIXED32, FIXED64, VARINT, read_fields, write_field

UNKNOWN = [7, 15, 16, 2047, 2048, 536870911]  # 7 was reserved by a component


class Scrambler:
    def __init__(self, random):
        self.random = random

    def write(self, number, kind, content):
        """A length may have five bytes, another varint ten."""
        return write_field(number, kind, content, self.random.choice([0, 0, 5 if kind == BYTES else 10]))

    def unknown(self):
        kind, content = self.random.choice([(VARINT, 2**64 - 1), (FIXED64, b"12345678"), (FIXED32, b"1234"), (BYTES, b"\xff\0")])
        return kind, content

    def decoy(self, field):
        """A value that a later one replaces."""
        if field.message_type:
            return BYTES, b""
        if field.cpp_type == field.CPPTYPE_STRING:
            return BYTES, b"replaced"
        return (FIXED64, b"\x01" * 8) if field.cpp_type == field.CPPTYPE_DOUBLE else (VARINT, 1)

    def occurrences(self, field, kind, content):
        """What stands there for one value of a field, in order."""
        if field.message_type:
            content = self.scramble(field.message_type, content)
        if field.is_repeated:
            return [(field.number, kind, content)]
        if field.message_type:
            parts = [self.write(*part) for part in read_fields(content)]
            cut = self.random.choice([0, self.random.randint(0, len(parts))])
            return [(field.number, BYTES, b"".join(part)) for part in (parts[:cut], parts[cut:])]
        found = [(field.number, kind, content)]
        if self.random.random() < 0.2:
            other = self.random.choice(field.containing_oneof.fields if field.containing_oneof else [field])
            found.insert(0, (other.number, *self.decoy(other)))
        return found

    def scramble(self, descriptor, data):
        queues = {}  # what must keep its order: a field's values, and those of a oneof
        for number, kind, content in read_fields(data):
            field = descriptor.fields_by_number[number]
            name = field.containing_oneof.name if field.containing_oneof else field.name
            queues.setdefault(name, []).extend(self.occurrences(field, kind, content))
        # Google's Python takes a map's entry for unknown when something unknown is in it.
        if self.random.random() < 0.2 and not descriptor.GetOptions().map_entry:
            number = self.random.choice([number for number in UNKNOWN if number not in descriptor.fields_by_number])
            queues["unknown"] = [(number, *self.unknown())]
        order = [name for name, queue in queues.items() for _ in queue]
        self.random.shuffle(order)
        return b"".join(self.write(*queues[name].pop(0)) for name in order)
