"""The framing of the files of requests: a uint32, little-endian, with the length before each request."""
import struct


def frame(request: bytes) -> bytes:
    return struct.pack("<I", len(request)) + request


def unframe(data: bytes) -> list[bytes]:
    """The requests in such a file."""
    requests = []
    while data:
        (size,) = struct.unpack_from("<I", data)
        requests.append(data[4:4 + size])
        data = data[4 + size:]
    return requests
