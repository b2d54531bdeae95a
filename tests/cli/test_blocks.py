# SPDX-License-Identifier: Apache-2.0
"""Whole blocks of the collector's exporters: what config makes of them can be sent with, and --config takes them as they are."""
import unittest

from tool import GOOD, Case, record, request

# As they are found in public repositories, retyped with other names and values.
BLOCKS = {
    "jaeger's topic": """
receivers: {otlp: {protocols: {grpc: , http: }}}
processors: {batch: {}}
exporters:
  kafka:
    protocol_version: 2.0.0
    brokers: ["${KAFKA_BROKER:-}broker:9092"]
    topic: "${KAFKA_TOPIC}"
    encoding: jaeger_proto
    producer: {compression: gzip}
service: {pipelines: {traces: {receivers: [otlp], processors: [batch], exporters: [kafka]}}}
""".replace("${KAFKA_BROKER:-}", ""),
    "an operator's": """
exporters:
  kafka/traces:
    brokers: ["my-cluster-kafka-brokers.my-namespace.svc:9092"]
    protocol_version: 3.5.0
    topic: otlp-spans
""",
    "a cloud's, over TLS": """
exporters:
  kafka/exporter:
    protocol_version: "2.8.1"
    auth: {tls: {insecure: false}}
    topic: mine
    brokers:
      - b-1.example.net:9094
      - b-2.example.net:9094
""",
    "an event hub": """
exporters:
  kafka:
    brokers: [mine.servicebus.example.net:9093]
    protocol_version: 2.0.0
    auth:
      sasl: {mechanism: PLAIN, username: "$$ConnectionString", password: "${env:CONNECTION}"}
    tls: {insecure: false}
    logs: {topic: logs, encoding: otlp_json}
    producer: {max_message_bytes: 1000000, required_acks: 1}
""",
    "keys by resource": """
kafka/logs:
  brokers: ["b-1.example.com:9092", "b-2.example.com:9092"]
  logs: {topic: otel-logs, encoding: otlp_proto}
  partition_logs_by_resource_attributes: true
  producer: {compression: lz4, max_message_bytes: 10485760, flush_max_messages: 500}
  sending_queue: {enabled: true, num_consumers: 20, queue_size: 10000}
  retry_on_failure: {enabled: true, initial_interval: 1s, max_interval: 30s, max_elapsed_time: 0}
""",
    "round robin": """
kafka:
  brokers: [kafka.example.com:9092]
  traces: {topic: otel-traces}
  record_partitioner: {round_robin: {}}
""",
    "keys from metadata": """
kafka:
  brokers: [kafka.example.com:9092]
  traces: {topic: otel-traces, message_key_from_metadata_key: cluster.name}
  include_metadata_keys: [cluster.name]
  sending_queue: {batch: {flush_timeout: 1s, partition: {metadata_keys: [cluster.name]}}}
""",
    "scram, with a file queue": """
extensions: {file_storage/kafka: {directory: /var/lib/otel}}
exporters:
  kafka:
    brokers: ${env:BROKERS}
    client_id: edge-${env:ZONE:-a}
    auth: {sasl: {username: edge, password: "${env:PASSWORD}", mechanism: SCRAM-SHA-512}}
    tls: {ca_file: /etc/ssl/certs/ca-certificates.crt, insecure_skip_verify: false, min_version: "1.2"}
    metadata: {full: false, retry: {max: 10, backoff: 5s}}
    sending_queue: {storage: file_storage/kafka, queue_size: 5000}
""",
    "shared by an anchor": """
exporters:
  kafka: &shared
    brokers: [one:9092, two:9092, three:9092]
    producer: {compression: zstd, required_acks: -1}
    partition_traces_by_id: true
  kafka/audit:
    <<: *shared
    logs: {topic: audit}
    record_headers: {source: edge}
""",
    "the incumbent's": """
exporters:
  sts_kafka_exporter:
    brokers: ["localhost:9092"]
    topic: sts-otel-topology
    read_timeout: 2s
    produce_timeout: 5s
    required_acks: none
    sending_queue: {enabled: true, num_consumers: 1, queue_size: 5000}
    retry_on_failure: {enabled: true, initial_interval: 5s, max_interval: 30s, max_elapsed_time: 300s}
    timeout: 30s
""",
}


class Real(Case):
    ENV = {"KAFKA_TOPIC": "jaeger-spans", "CONNECTION": "Endpoint=sb://mine/;Key=a$b", "BROKERS": "[one:9092, two:9092]", "PASSWORD": "p$w"}

    def test_through_config_and_then_sent(self):
        for name, text in BLOCKS.items():
            with self.subTest(name):
                args = ["--exporter", "kafka/audit"] if "audit" in text else []
                made = self.run_tool("config", "--collector", "0.165", *args, self.file("collector.yaml", text), env=self.ENV,
                                     code=0 if name in ("round robin", "shared by an anchor", "the incumbent's") else 1)
                self.assertNotIn("p$w", made.text)
                self.assertNotIn("a$b", made.text)
                data = GOOD if "incumbent" in name else request(record(body="text"))
                total, = self.run_tool("send", "--embedded", "--json", "--metadata", "cluster.name=c", "-o", "required_acks=all", "-o", "timeout=5s",
                                       "--config", self.file("options.yaml", made.out), data=data, env=self.ENV).json
                self.assertEqual(total["delivered"], 1)


class Understood(Case):
    """--config takes the collector's block as it is, and tells what has no equivalent."""

    def explain(self, text, **more):
        return self.run_tool("explain", "--json", "--config", self.file("c.yaml", text), data=GOOD, **more)

    def test_kafkaexporters_block(self):
        block = "brokers: [a:9092]\nprotocol_version: 2.1.0\nproducer: {required_acks: 1}\nlogs: {topic: mine}\n"
        inside = "".join(f"  {line}\n" for line in block.splitlines())
        for text in (block, f"kafka:\n{inside}", f"kafka/logs:\n{inside}", "exporters:\n" + "".join(f"  {line}\n" for line in f"kafka:\n{inside}".splitlines())):
            result = self.explain(text)
            line, = result.json
            self.assertEqual((line["topic"], line["key"]), ("mine", None))
            self.assertRegex(result.err, r"warning: .*c\.yaml:\d+: protocol_version: it is negotiated")
            self.assertEqual(len(result.err.splitlines()), 1)

    def test_stackvistas_block(self):
        for acks in ("-1", "0", "1", "local", "all"):
            result = self.explain(f"topic: mine\nrequired_acks: {acks}\nsending_queue: {{enabled: true, num_consumers: 1}}\n")
            self.assertEqual((result.json[0]["topic"], result.err), ("mine", ""))
        self.assertIn("num_consumers", self.explain("topic: mine\nsending_queue: {num_consumers: 3}\n").err)

    def test_options_of_ours_among_them(self):
        line, = self.explain("producer: {linger: 5ms}\nkey: attributes[\"stskafka.key\"]\ntopic: mine\n").json
        self.assertEqual((line["key_text"], line["topic"]), ("k1", "mine"))

    def test_two_keys_of_one_signal_are_refused(self):
        for key, fields in (("constant(\"a\")", "partition_logs_by_resource_attributes: true"), ("none", "partition_traces_by_id: true"),
                            ("none", "metrics: {message_key_from_metadata_key: x}")):
            path = self.file("c.yaml", f"topic: mine\nkey: '{key}'\n{fields}\n")
            name = "metrics.message_key_from_metadata_key" if "{" in fields else fields.split(":")[0]
            self.refuse("explain", "--config", path, data=GOOD, says=[f"c.yaml:3: {name} and key (line 2)", "leave one out"])
        line, = self.explain("topic: mine\nkey: trace_id\npartition_logs_by_trace_id: true\nmissing_key: 'null'\n").json
        self.assertIsNone(line["key"])

    def test_bad_values_are_refused(self):
        self.refuse("explain", "--config", self.file("c.yaml", "producer: {linger: 5ms}\ntimeout: 10m\n"), data=GOOD, says="c.yaml:2")
        self.refuse("explain", "--config", self.file("c.yaml", "producer: {linger: 5ms}\nno.such: 1\n"), data=GOOD, says="no.such")


if __name__ == "__main__":
    unittest.main()
