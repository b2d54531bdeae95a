"""Random messages made through Google's protobuf, over its own descriptors."""
import random
from itertools import groupby

# NaN and infinities have no JSON inside a Struct.
DOUBLES = [0.0, -0.0, 1.0, -1.5, 0.1, 1e21, 1e-7, 5e-324, 1.7976931348623157e308, 9007199254740993.0, -1e-300, 1 / 3]
INTEGERS = [0, 1, -1, 127, 128, 16384, 2**31 - 1, -2**31, 2**53 + 1, 2**63 - 1, -2**63]
CODE_POINTS = [0, 10, 34, 92, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x1f600, 0x10ffff, 0x2028]


class Maker:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def text(self):
        code_points = (self.random.choice(CODE_POINTS) if self.random.random() < 0.2 else self.random.randint(32, 126)
                       for _ in range(self.random.choice([0, 1, 3, 8, 8, 20, 130])))
        return "".join(map(chr, code_points))

    def scalar(self, field):
        if field.cpp_type == field.CPPTYPE_STRING:
            return self.text()
        if field.cpp_type == field.CPPTYPE_BOOL:
            return self.random.random() < 0.5
        if field.cpp_type == field.CPPTYPE_DOUBLE:
            return self.random.choice(DOUBLES)
        if field.cpp_type == field.CPPTYPE_ENUM:
            if field.enum_type.full_name == "google.protobuf.NullValue":
                return 0
            return self.random.choice([0, 1, 2, 3, 4, 5, -1, 2**31 - 1, -2**31])
        bits = 32 if field.cpp_type == field.CPPTYPE_INT32 else 64
        return self.random.choice([n for n in INTEGERS if -2**(bits - 1) <= n < 2**(bits - 1)])

    def set(self, message, field, depth):
        place = getattr(message, field.name)
        if field.message_type and field.message_type.GetOptions().map_entry:
            for _ in range(self.random.randint(0, 3)):
                self.fill(place[self.text()], depth + 2)
        elif field.is_repeated:
            for _ in range(self.random.randint(0, 3)):
                if field.message_type:
                    self.fill(place.add(), depth + 1)
                else:
                    place.append(self.scalar(field))
        elif field.message_type:
            place.SetInParent()
            self.fill(place, depth + 1)
        else:
            setattr(message, field.name, self.scalar(field))

    def fill(self, message, depth=1):
        """Sets most fields, of a oneof mostly one; a Value always gets its kind, and deep ones hold no others."""
        def one_of(field):
            return field.containing_oneof.name if field.containing_oneof else field.name

        for _, alike in groupby(message.DESCRIPTOR.fields, one_of):
            alike = [field for field in alike if depth < 30 or field.name not in ("struct_value", "list_value")]
            if message.DESCRIPTOR.name == "Value" or self.random.random() < 0.8:
                self.set(message, self.random.choice(alike), depth)
        return message
