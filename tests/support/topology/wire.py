"""Protobuf's wire format, as little of it as the tests need."""
VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5


def varint(number, longest=0):
    """`longest` bytes at least."""
    out = bytearray()
    while number >= 0x80 or len(out) + 1 < longest:
        out.append(number & 0x7f | 0x80)
        number >>= 7
    return bytes([*out, number])


def read_varint(data, at):
    number = shift = 0
    while True:
        number |= (data[at] & 0x7f) << shift
        shift += 7
        at += 1
        if data[at - 1] < 0x80:
            return number, at


def read_fields(data):
    """Number, wire type and content of each field: a number, or bytes."""
    at = 0
    while at < len(data):
        tag, at = read_varint(data, at)
        kind = tag & 7
        if kind == VARINT:
            content, at = read_varint(data, at)
        else:
            size, at = read_varint(data, at) if kind == BYTES else (8 if kind == FIXED64 else 4, at)
            content, at = data[at:at + size], at + size
        yield tag >> 3, kind, content


def write_field(number, kind, content, longest=0):
    """`longest` is of the varint, or of the length."""
    tag = varint(number << 3 | kind)
    if kind == VARINT:
        return tag + varint(content, longest)
    return tag + (varint(len(content), longest) if kind == BYTES else b"") + content
