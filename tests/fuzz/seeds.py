# SPDX-License-Identifier: Apache-2.0
"""First inputs of the fuzz targets, from the golden files: what the corpora began with, and what records.bin is.

  seeds.py FOLDER    writes FOLDER/TARGET/NAME for each target, and FOLDER/records.bin"""
import json
import struct
import sys
from pathlib import Path

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
MOST_BYTES = 4096
OTLP_EXPORTERS = 4  # otlp.c's


def rows(name):
    with (GOLDEN / f"{name}.jsonl").open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def otlp():
    requests = [row[order] for name in ("logs", "otlp_values") for row in rows(name)
                for order in ("logs_pb_asc_hex", "logs_pb_desc_hex")]
    for number, text in enumerate(requests):
        yield bytes([number % OTLP_EXPORTERS]) + bytes.fromhex(text)
    of_signals = [(row["signal"], row["pb_hex"]) for row in rows("ottl_signals") if row["row"] == "input"]
    of_signals += [(row["signal"], one["request_hex"]) for row in rows("encodings_signals") for one in row["requests"]]
    for number, (signal, text) in enumerate(of_signals):
        pick = ("logs", "traces", "metrics").index(signal) * OTLP_EXPORTERS + number % OTLP_EXPORTERS
        yield bytes([pick]) + bytes.fromhex(text)


def otlp_json():
    for row in rows("otlp_json"):
        yield bytes([("logs", "traces", "metrics").index(row["signal"])]) + bytes.fromhex(row["json_hex"])


def encode():
    for row in rows("otlp_json"):
        if row["accept"]:
            yield bytes([("logs", "traces", "metrics").index(row["signal"])]) + bytes.fromhex(row["pb_hex"])


def json_texts():
    for row in rows("topology_message"):
        if row["json"] is not None:
            yield json.dumps(row["json"], ensure_ascii=False).encode()
    yield from (b"[1e3,-0,0.1e-7,123456789012345678]", b'{"a":{"b":[null,true,false,"\\ud83d\\ude00\\n"]}}\n', b'["', b"[[[[]]]]")


def topology_json():
    key = {"owner": "OTEL", "dataSource": "urn:x", "shardId": "1"}
    for row in rows("topology_message"):
        message = row["json"]
        if message is None:
            continue
        if row["type"] == "TopologyStreamMetadataMessage":
            yield json.dumps({"metadata_key": {"owner": "OTEL"}, "metadata": message}).encode()
            yield json.dumps({"owner": "AGENT", "data_source": "s", "metadata": message}).encode()
            continue
        whole = json.dumps({"key": key, "message": message})
        yield f"{whole}\n{whole}\n".encode()
        elements = message.get("topologyStreamRepeatElementsData", {})
        for kind in ("component", "relation"):
            for element in elements.get(kind + "s", [])[:2]:
                yield json.dumps({"owner": "OTEL", "data_source": "s", kind: element}).encode()
    stream = '{"owner":"AGENT","data_source":"s",'
    yield (stream + '"snapshot_start":{"repeat_interval_ms":5}}\n' + stream + '"component":{"externalId":"a","name":"a"}}\n'
           + stream + '"snapshot_stop":{}}\n' + stream + '"delete_component":"a"}\n' + stream + '"delete_relation":"a"}\n'
           + stream + '"errors":[{"message":"m"}],"expiry_interval_ms":1}\n' + stream + '"remove":"r","specificity":1.5}\n'
           + stream + '"metadata":null,"collection_timestamp":"12"}').encode()


def topology_bytes():
    for row in rows("topology_message"):
        if row["pb_hex"] is not None:
            yield bytes([row["type"] == "TopologyStreamMetadataMessage"]) + bytes.fromhex(row["pb_hex"])
    for row in rows("topology_key"):
        if row["key_hex"] is not None:
            yield bytes([3 if row["shard_id"] is None else 2]) + bytes.fromhex(row["key_hex"])


def spec():
    for name in ("ottl", "ottl_more"):
        yield from (row["expr"].encode() for row in rows(name) if row["row"] == "case")
    yield from (b'attribute("user") | trace_id | "nobody"', b"resource_hash", b'resource_hash_except("k8s.pod.*")',
                b'resource_hash_v0163("k8s.*")', b'resource_hash_v0163_except("k8s.pod.*")',
                b'metadata("x-tenant")', b"none", b'constant("a")')


def options():
    table = (GOLDEN.parents[1] / "OPTIONS.md").read_text(encoding="utf-8")
    cells = [[cell.strip(" `") for cell in line.replace("\\|", "\0").split("|")] for line in table.splitlines() if line.startswith("| `")]
    lines = [f"{row[1]}={row[3]}" for row in cells]
    for row in cells:
        values = [row[3], *row[4].replace("\0", "..").split("..")]
        yield "".join(f"{row[1]}={value}\n" for value in values).encode()
    yield "\n".join(lines).encode()[:MOST_BYTES]
    yield b"linger=1m30s\nread_timeout=0.5s\ntls.enabled=true\nauth.sasl.mechanism=PLAIN\nauth.sasl.username=u\nauth.sasl.password=p\n"
    yield b"kafka.socket.nagle.disable=true\nkafka.acks=0\nrecord_headers.a=b\nheader_from.h=attributes[\"a\"]\nsignal_header=true\n"
    yield b"topic=a b\ndead_letter.topic=d\ntopics.allow=a,b*\nkey=Concat([\"a\"], body)\n"


def partition():
    for number, row in enumerate(rows("partition")):
        if row["key_hex"] is not None:
            yield struct.pack(">i", [12, 3, 1024, 2147483647, 0][number % 5]) + bytes.fromhex(row["key_hex"])


def script():
    yield b"\n\2\0\1"
    yield b"deliver*3,fail,uncertain,hold,refuse,full\n\2\2\0\1\2"
    yield b"deliver*10,fatal\n\2\2\0\2"
    yield b"full*5,hold*40\n\2\2\2\2\2\2\0\0\2\2"
    yield b"refuse*100\n\2\0\2"
    for step in (b"fail", b"uncertain", b"hold", b"refuse"):
        yield step + b"*30,deliver*5,full," + step + b"\n\2\2\0\2\2\1"
    yield b"deliver*0"
    yield b"fail*1000000000,\n\2"


TARGETS = {"otlp": otlp, "otlp_json": otlp_json, "encode": encode, "json": json_texts, "topology_json": topology_json, "topology_bytes": topology_bytes, "spec": spec,
           "options": options, "partition": partition, "script": script}


def records():
    inputs = [row for row in rows("ottl") if row["row"] == "input"]
    return b"".join(bytes.fromhex(row[order]) for row in inputs for order in ("logs_pb_asc_hex", "logs_pb_desc_hex"))


def write_seeds(target, folder):
    folder.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(TARGETS[target]()):
        if len(seed) <= MOST_BYTES:
            (folder / f"seed-{number}").write_bytes(seed)


def main():
    folder = Path(sys.argv[1])
    for target in TARGETS:
        write_seeds(target, folder / target)
    (folder / "records.bin").write_bytes(records())


if __name__ == "__main__":
    main()
