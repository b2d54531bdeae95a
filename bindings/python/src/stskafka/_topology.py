# SPDX-License-Identifier: Apache-2.0
"""Topology: components and relations for the StackVista topology stream."""
import json
from ctypes import create_string_buffer
from typing import Any, Iterable, List, Mapping, Optional, Tuple, Union

from ._batch import Batch
from ._codes import Dependency
from ._error import ErrorOut, check
from ._library import lib
from ._values import BytesLike, bytes_in, number_in, text_in, text_out, texts_in, utf8, whole

#: What a component is made of: a JSON object, as its text or as a mapping.
JsonObject = Union[str, bytes, Mapping[str, Any]]

#: A C function and its arguments.
Call = Tuple[Any, ...]


def _json(value: JsonObject, what: str) -> bytes:
    if isinstance(value, bytes):
        return value
    if isinstance(value, str):
        return utf8(value, what)
    if not isinstance(value, Mapping):
        raise TypeError(f"{what} is a mapping, or JSON as a str or bytes, not {type(value).__name__}")
    try:
        return utf8(json.dumps(value, allow_nan=False, ensure_ascii=False), what)
    except (TypeError, ValueError) as fault:
        raise type(fault)(f"{what}: {fault}") from None


def _int32(number: int, what: str) -> int:
    return whole(number, 0, 2**31, what)


def _int64(number: int, what: str) -> int:
    return whole(number, 0, 2**63, what)


def _tags(tags: Iterable[str]) -> List[Call]:
    return [(lib.sts_topology_add_tag, tag) for tag in texts_in(tags, "tags")]


class TopologyBatch(Batch):
    """A batch of topology, for Exporter.export_topology; reusable after reset().

    The stream, times, expiry and specificity that are set apply to the elements added after it. A call that fails
    raises and leaves the batch as it was, except that a component stays of which the identifiers, tags or JSON are
    refused: it lacks the part that was refused and those after it.
    All methods that add return the batch, so that they can be chained. Times are in milliseconds since 1970. While the
    batch is exported or explained, only its length may be asked, and all else raises ReentrantError."""

    def __init__(self) -> None:
        super().__init__(lib.sts_topology_new(), lib.sts_topology_free)

    def __repr__(self) -> str:
        return f"<stskafka.TopologyBatch, {len(self)} elements and marks>"

    def __len__(self) -> int:
        """How many elements and marks it holds."""
        return self._look(lambda pointer: int(lib.sts_topology_count(pointer)))

    def _call(self, function: Any, *arguments: Any, parts: Iterable[Call] = ()) -> "TopologyBatch":
        def called(pointer: Any) -> None:
            for call in ((function, *arguments), *parts):
                error = ErrorOut()
                error.check(call[0](pointer, *call[1:], error.out))

        self._change(called)
        return self

    def reset(self) -> None:
        """Empties the batch, stream and times included."""
        self._change(lib.sts_topology_reset)

    def set_stream(self, owner: int, data_source: str) -> "TopologyBatch":
        """The stream that the next elements belong to; needed before the first one. `owner` is one of Owner."""
        return self._call(lib.sts_topology_set_stream, _int32(owner, "owner"), text_in(data_source, "data_source"))

    def set_times(self, collected_ms: int, submitted_ms: int) -> "TopologyBatch":
        """When the next elements were seen, and when they are published."""
        return self._call(lib.sts_topology_set_times, _int64(collected_ms, "collected_ms"),
                          _int64(submitted_ms, "submitted_ms"))

    def set_expiry(self, expiry_interval_ms: int) -> "TopologyBatch":
        """After how long the next elements are gone if they are not repeated."""
        return self._call(lib.sts_topology_set_expiry, _int64(expiry_interval_ms, "expiry_interval_ms"))

    def set_specificity(self, specificity: float) -> "TopologyBatch":
        """Which of two streams' elements wins."""
        return self._call(lib.sts_topology_set_specificity, number_in(specificity, "specificity"))

    def add_component(self, external_id: str, name: str, type_name: str, *, identifiers: Iterable[str] = (),
                      tags: Iterable[str] = (), type_identifier: Optional[str] = None,
                      resource_definition: Optional[JsonObject] = None,
                      status_data: Optional[JsonObject] = None) -> "TopologyBatch":
        """Adds a component. Its shard hangs on `external_id`; tags are sent sorted."""
        # What Python refuses is refused before the component is there.
        parts: List[Call] = [(lib.sts_topology_add_identifier, each) for each in texts_in(identifiers, "identifiers")]
        parts += _tags(tags)
        if type_identifier is not None:
            parts.append((lib.sts_topology_set_type_identifier, text_in(type_identifier, "type_identifier")))
        for value, what, function in (
                (resource_definition, "resource_definition", lib.sts_topology_set_resource_definition),
                (status_data, "status_data", lib.sts_topology_set_status_data)):
            if value is not None:
                data = _json(value, what)
                parts.append((function, data, len(data)))
        return self._call(lib.sts_topology_add_component, text_in(external_id, "external_id"), text_in(name, "name"),
                          text_in(type_name, "type_name"), parts=parts)

    def add_relation(self, external_id: str, source: str, target: str, type_name: str, *, name: str = "",
                     dependency: int = Dependency.UNSPECIFIED, tags: Iterable[str] = ()) -> "TopologyBatch":
        """Adds a relation between two components, each named by any of its identifiers."""
        return self._call(lib.sts_topology_add_relation, text_in(external_id, "external_id"), text_in(source, "source"),
                          text_in(target, "target"), text_in(name, "name"), text_in(type_name, "type_name"),
                          _int32(dependency, "dependency"), parts=_tags(tags))

    def delete_component(self, external_id: str) -> "TopologyBatch":
        """Tells that a component is gone."""
        return self._call(lib.sts_topology_delete_component, text_in(external_id, "external_id"))

    def delete_relation(self, external_id: str) -> "TopologyBatch":
        """Tells that a relation is gone."""
        return self._call(lib.sts_topology_delete_relation, text_in(external_id, "external_id"))

    def add_error(self, category: str, issue_id: str, message: str) -> "TopologyBatch":
        """Tells what went wrong when the topology was made."""
        return self._call(lib.sts_topology_add_error, text_in(category, "category"), text_in(issue_id, "issue_id"),
                          text_in(message, "message"))

    def remove_stream(self, cause: str) -> "TopologyBatch":
        """Tells every shard that the whole stream is gone."""
        return self._call(lib.sts_topology_remove_stream, text_in(cause, "cause"))

    def snapshot_start(self, repeat_interval_ms: int) -> "TopologyBatch":
        """Begins a snapshot: what it does not name is gone."""
        return self._call(lib.sts_topology_snapshot_start, _int32(repeat_interval_ms, "repeat_interval_ms"))

    def snapshot_stop(self) -> "TopologyBatch":
        """Ends a snapshot."""
        return self._call(lib.sts_topology_snapshot_stop)

    def set_metadata(self, display_name: str, selector: Optional[JsonObject] = None) -> "TopologyBatch":
        """Describes the stream on the compacted metadata topic."""
        data = None if selector is None else _json(selector, "selector")
        return self._call(lib.sts_topology_set_metadata, text_in(display_name, "display_name"), data, len(data or b""))

    def remove_metadata(self) -> "TopologyBatch":
        """Takes the description of the stream back."""
        return self._call(lib.sts_topology_remove_metadata)

    def add_json(self, line: JsonObject) -> "TopologyBatch":
        """Adds one element or mark from JSON, stream and times included (format: sts_topology_add_json)."""
        data = _json(line, "line")
        return self._call(lib.sts_topology_add_json, data, len(data))


def topology_shard(external_id: Union[str, BytesLike], shards: int = 4) -> str:
    """The shard of an external id: the decimal of its FNV-1a hash modulo the count."""
    shards = whole(shards, 1, 2**32, "shards")
    data = utf8(external_id, "external_id") if isinstance(external_id, str) else bytes_in(external_id, "external_id")
    text = create_string_buffer(12)
    check(lib.sts_topology_shard(data, len(data), shards, text, len(text)))
    return text_out(text.value)
