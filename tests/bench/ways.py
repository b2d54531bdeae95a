"""The rows of the page of speed: what sends the records, and how. A row is run by a program that sends requests of a file to Kafka and
prints what that took."""
import json
from dataclasses import dataclass, field

GOROUTINES = 16
# A key for each resource, and in the load a request has one resource.
# As the collector's exporter, which asks no record for its topic.
BY_RESOURCE = ["encoding=otlp_proto", "gather=resource", "key=resource_hash_v0163", "topic_from="]
BY_KEY = ["encoding=otlp_proto", "gather=key", 'key=resource.attributes["service.instance.id"]', "topic_from="]
# The records' own keys, of which a request of 100 records has nearly as many as it has records.
BY_KEY_ACROSS = ["encoding=otlp_proto", "gather=key", "sending_queue.batch.flush_timeout=200ms"]


@dataclass(frozen=True)
class Way:
    name: str  # for --rows, and in the JSON
    text: str  # for who reads it
    who: str  # bare, ours or contrib
    settings: list = field(default_factory=list)  # bare: arguments; ours: options
    config: dict = field(default_factory=dict)  # contrib: as its users write it
    threads: int = 1
    share: float = 1  # of the records, where it is slow
    needs_kafka: bool = True
    program: str = ""  # of another build


def window_options(window):
    """What bounds ours is the number of records, as it is what bounds the bare loop."""
    return [f"sending_queue.queue_size={window}", f"sending_queue.max_in_flight={window}", "sending_queue.max_bytes=1073741824",
            "produce_timeout=60s"]


def contrib(encoding, compression):
    return {"logs": {"encoding": encoding}, "partition_logs_by_resource_attributes": True,
            "producer": {"compression": compression, "required_acks": "all", "allow_auto_topic_creation": False},
            "sending_queue": {"enabled": False}, "retry_on_failure": {"enabled": False}}


def all_ways(window):
    return [
        Way("bare", f"bare librdkafka loop, {window:,} unacknowledged", "bare", ["--window", str(window), "--copy"]),
        Way("bare_uncopied", "the same loop, values not copied", "bare", ["--window", str(window)]),
        Way("window", "**ours, same window**", "ours", window_options(window)),
        Way("usual", "the loop people write (copying, default queue)", "bare", ["--copy"]),
        Way("shipped", "**ours as shipped**", "ours"),
        Way("threads", "ours as shipped, 4 threads", "ours", threads=4),
        Way("wait", "ours, `wait_for_result`, one caller", "ours", ["sending_queue.wait_for_result=true"], share=0.1),
        Way("memory", "ours, discarded (`transport=memory`)", "ours", ["transport=memory"], needs_kafka=False),
        Way("proto", "ours, `otlp_proto`, a record a message", "ours", ["encoding=otlp_proto"]),
        Way("bare_resource", "a bare loop over messages that are there already, one a resource", "bare", ["--whole"]),
        Way("by_resource", "**ours, `otlp_proto` gathered by resource**", "ours", BY_RESOURCE),
        Way("by_key", "**ours, `otlp_proto` gathered by key** (the resource's)", "ours", BY_KEY),
        Way("by_key_across", "**ours, `otlp_proto` gathered by key across calls** (1,000 keys, 200 ms)", "ours", BY_KEY_ACROSS),
        Way("bare_resource_plain", "a bare loop over messages that are there already, one a resource, uncompressed", "bare",
            ["--whole", "--compression", "none"]),
        Way("by_resource_plain", "ours, gathered by resource, uncompressed", "ours", [*BY_RESOURCE, "compression=none"]),
        Way("contrib_raw", f"contrib kafkaexporter, `raw`, key = resource hash, {GOROUTINES} goroutines", "contrib",
            config=contrib("raw", "snappy")),
        Way("contrib_proto", f"contrib, `otlp_proto` by resource, {GOROUTINES} goroutines", "contrib",
            config=contrib("otlp_proto", "snappy")),
        Way("contrib_proto_plain", "contrib, `otlp_proto` by resource, uncompressed", "contrib", config=contrib("otlp_proto", "none")),
    ]


# What is divided by what, and where that is to arrive (issue 16).
RATIOS = [
    ("window", "bare", 1.08),
    ("window", "bare_uncopied", None),
    ("shipped", "usual", 0.95),
    ("shipped", "contrib_raw", 0.70),
    ("threads", "shipped", 1.05),
    ("bare_resource", "contrib_proto", None),
    ("by_resource", "contrib_proto", 0.35),
    ("by_resource", "bare_resource", None),
    ("by_key", "contrib_proto", 0.35),
    ("by_key_across", "proto", 0.50),
    ("bare_resource_plain", "contrib_proto_plain", None),
    ("by_resource_plain", "contrib_proto_plain", 0.15),
    ("by_resource_plain", "bare_resource_plain", None),
]
# What the curves are drawn of.
CURVES = ("bare", "window", "contrib_raw")


def command(way, programs, brokers, topic, requests, load):
    if way.who == "bare":
        words = [programs["produce"], "bare", "--brokers", brokers, "--topic", topic, *way.settings]
    elif way.who == "ours":
        settings = [f"brokers={brokers}", f"topic={topic}", *way.settings]
        words = [way.program or programs["produce"], "ours", "--threads", way.threads]
        words += [word for each in settings for word in ("-o", each)]
    else:
        config = {"brokers": [brokers], **way.config, "logs": {"topic": topic, **way.config["logs"]}}
        words = [programs["peers"], "export", "--goroutines", GOROUTINES, "--config", json.dumps(config)]
    return [str(word) for word in [*words, "--requests", requests, load]]
