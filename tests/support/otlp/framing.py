"""The framing of the files of requests: a uint32, little-endian, with the length before each request."""
import struct


def frame(request: bytes) -> bytes:
    return struct.pack("<I", len(request)) + request
