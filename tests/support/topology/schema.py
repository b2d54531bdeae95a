"""The topology stream's messages in Google's protobuf: its classes are made from lib/proto/topo_stream.proto when this is imported,
so that nothing generated has to fit the runtime's version."""
import os
import subprocess
import tempfile
from pathlib import Path

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from topology.wire import read_fields, write_field


def _pool():
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "descriptors"
        subprocess.run(["protoc", f"--proto_path={Path(os.environ['STSKAFKA_ROOT']) / 'lib/proto'}", "--include_imports",
                        f"--descriptor_set_out={out}", "topo_stream.proto"], check=True)
        files = descriptor_pb2.FileDescriptorSet.FromString(out.read_bytes())
    pool = descriptor_pool.DescriptorPool()
    for file in files.file:
        pool.Add(file)
    return pool


_POOL = _pool()


def message_class(name):
    """The class of a message of topo_stream.v1, by its short name."""
    return message_factory.GetMessageClass(_POOL.FindMessageTypeByName(f"topo_stream.v1.{name}"))


Key = message_class("TopologyStreamMessageKey")
Message = message_class("TopologyStreamMessage")
MetadataKey = message_class("TopologyStreamMetadataMessageKey")
Metadata = message_class("TopologyStreamMetadataMessage")


def _with_sorted_maps(descriptor, data):
    fields = []
    for number, kind, content in read_fields(data):
        inner = descriptor.fields_by_number[number].message_type
        if inner:
            content = _with_sorted_maps(inner, content)
        name = next(read_fields(content))[2] if inner and inner.GetOptions().map_entry else b""
        fields.append((number, name, kind, content))
    fields.sort(key=lambda field: field[:2])
    return b"".join(write_field(number, kind, content) for number, _, kind, content in fields)


def canonical(message):
    """Google's deterministic bytes, but with map entries sorted by their names' bytes, as in Go; in Python "ab" is before "a"."""
    return _with_sorted_maps(message.DESCRIPTOR, message.SerializeToString(deterministic=True))
