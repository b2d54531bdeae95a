"""encodings_signals.jsonl: what the kafkaexporter, by two of its versions, gave a broker of spans and metrics. Each of them is in a message
of ours under the same key, in the same topic and partition, with the same headers and in the same resource and scope; theirs
hold several, whichever encoding they have."""
import collections
import json
import os
import subprocess
import unittest
from pathlib import Path

from intake.meaning import meaning_of_request

BUILD = Path(os.environ["STSKAFKA_BUILD"])
VECTORS = Path(os.environ["STSKAFKA_ROOT"]) / "tests/golden/encodings_signals.jsonl"
VERSIONS = {"v0.155.0": "resource_hash", "v0.165.1": "resource_hash_v0163"}


def explain(row, data, options, metadata=(), form="otlp"):
    args = ["--json", "--values", "--signal", row["signal"], "--format", form, "--partitions", str(row["partitions"])]
    args += [part for option in options for part in ("-o", option)]
    args += [part for name, values in dict(metadata).items() for value in values for part in ("--metadata", f"{name}={value}")]
    done = subprocess.run([BUILD / "bin/stskafka", "explain", *args], input=data, stdout=subprocess.PIPE, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def options_of(row, resource_hash):
    """The exporter's configuration in our options."""
    config, signal = row["config"], row["signal"]
    own = config.get(signal, {})
    key = "none"
    if config.get("partition_traces_by_id"):
        key = "trace_id"
    if config.get("partition_metrics_by_resource_attributes"):
        key = resource_hash
    if own.get("message_key_from_metadata_key"):
        key = f'metadata("{own["message_key_from_metadata_key"]}")'
    options = [f"{signal}.key={key}", "missing_key=null", f"{signal}.topic={own.get('topic', 'otlp_' + signal)}",
               # Its partitions are murmur2's where that is asked for, and FNV-1a's else.
               f"partitioner={'java' if 'record_partitioner' in config else 'sarama'}"]
    options += [f"{signal}.{name}={own[name]}" for name in ("topic_from_metadata_key", "encoding") if name in own]
    options += [f"{name}={config[name]}" for name in ("topic_from_attribute",) if name in config]
    options += ["signal_header=true"] if config.get("signal_header") else []
    options += [f"include_metadata_keys={','.join(config['include_metadata_keys'])}"] if "include_metadata_keys" in config else []
    return options


def ordered(meaning):
    """The same whatever the order of fields."""
    if isinstance(meaning, dict):
        return tuple((number, ordered(value)) for number, value in sorted(meaning.items()))
    return tuple(map(ordered, meaning)) if isinstance(meaning, list) else meaning


def counted(row, key, topic, partition, headers, value):
    """What a message of one item is, so that two can be compared."""
    meaning = meaning_of_request(row["signal"], bytes.fromhex(value))
    # The exporter gives no key where ours is the null key, and "" for a trace without id.
    return key or None, topic, partition if key else None, tuple(map(tuple, headers)), ordered(meaning)


def form_of(row):
    """How the messages' values are written."""
    return "otlp-json" if row["config"].get(row["signal"], {}).get("encoding") == "otlp_json" else "otlp"


class KafkaExporter(unittest.TestCase):
    def value(self, line, row):
        """In protobuf, whatever the encoding."""
        if form_of(row) == "otlp":
            return line["value"]
        [again] = explain(row, bytes.fromhex(line["value"]), ["key=none"], form=form_of(row))
        return again["value"]

    def ours(self, row, resource_hash):
        [request] = row["requests"]
        lines = explain(row, bytes.fromhex(request["request_hex"]), options_of(row, resource_hash), request["metadata"])
        self.assertEqual([line["rejected"] for line in lines], [None] * len(lines))
        return collections.Counter(counted(row, line["key"], line["topic"], line["partition"], line["headers"],
                                           self.value(line, row))
                                   for line in lines)

    def theirs(self, row, messages):
        """Message by message taken apart into items; an encoding is read as a request."""
        found = collections.Counter()
        for message in messages:
            partition = message.get("partition", 0)
            for line in explain(row, bytes.fromhex(message["value"]), ["key=none"], form=form_of(row)):
                found[counted(row, message["key"], message["topic"], partition, message["headers"], line["value"])] += 1
        return found

    def test_all_of_them(self):
        rows = [json.loads(line) for line in VECTORS.read_text().splitlines()]
        items = collections.Counter()
        for row in rows:
            for version, resource_hash in VERSIONS.items():
                result = row["v0.155.0"] if row[version] == "same" else row[version]
                if "config_error" in result:
                    continue
                with self.subTest(row["id"], note=row["note"], version=version):
                    ours = self.ours(row, resource_hash)
                    self.assertEqual(ours, self.theirs(row, result["messages"]))
                    items[row["signal"]] += sum(ours.values())
        self.assertEqual(items, {'traces': 128, 'metrics': 67})


unittest.main()
