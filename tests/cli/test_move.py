# SPDX-License-Identifier: Apache-2.0
"""The verb config: every field of the collector's kafkaexporter, and of StackVista's exporter, becomes an option or is named with the
reason."""
import re
import unittest

from tool import GOOD, ROOT, Case, any_value, field, record, request

# A value for each field, and what it becomes: options, or None where it has no equivalent.
FIELDS = {
    "brokers": ("[one:9092, two:9092]", {"brokers": "one:9092,two:9092"}),
    "protocol_version": ("2.1.0", None),
    "client_id": ("mine", {"client_id": "mine"}),
    "rack_id": ("r1", {"kafka.client.rack": "r1"}),
    "conn_idle_timeout": ("9m", {"kafka.connections.max.idle.ms": "540000"}),
    "dial_timeout": ("10s", {"kafka.socket.connection.setup.timeout.ms": "10000"}),
    "resolve_canonical_bootstrap_servers_only": ("false", {}),
    "use_leader_epoch": ("true", None),
    "metadata.refresh_interval": ("5m", {"kafka.topic.metadata.refresh.interval.ms": "300000"}),
    "metadata.full": ("true", None),
    "metadata.retry.max": ("3", None),
    "metadata.retry.backoff": ("250ms", None),
    "tls.ca_file": ("/ca.pem", {"tls.ca_file": "/ca.pem"}),
    "tls.ca_pem": ("PEM", {"tls.ca_pem": "PEM"}),
    "tls.cert_file": ("/cert.pem", {"tls.cert_file": "/cert.pem"}),
    "tls.cert_pem": ("PEM", {"tls.cert_pem": "PEM"}),
    "tls.key_file": ("/key.pem", {"tls.key_file": "/key.pem"}),
    "tls.key_pem": ("PEM", {"tls.key_pem": "PEM"}),
    "tls.insecure": ("true", {"tls.insecure": "true"}),
    "tls.insecure_skip_verify": ("true", {"tls.insecure_skip_verify": "true"}),
    "tls.min_version": ('"1.2"', None),
    "tls.max_version": ('"1.3"', None),
    "tls.cipher_suites": ("[TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256]",
                          {"kafka.ssl.cipher.suites": "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305"}),
    "tls.curve_preferences": ("[X25519, P256]", {"kafka.ssl.curves.list": "X25519:P-256"}),
    "tls.include_insecure_cipher_suites": ("true", None),
    "tls.include_system_ca_certs_pool": ("true", None),
    "tls.server_name_override": ("other", None),
    "tls.reload_interval": ("1h", None),
    "tls.tpm.auth": ("x", None),
    "tls.tpm.enabled": ("true", None),
    "tls.tpm.owner_auth": ("x", None),
    "tls.tpm.path": ("/dev/tpm0", None),
    "auth.sasl.mechanism": ("SCRAM-SHA-512", {"auth.sasl.mechanism": "SCRAM-SHA-512"}),
    "auth.sasl.username": ("me", {"auth.sasl.username": "me"}),
    "auth.sasl.password": ("p$$1", {"auth.sasl.password": "p$1"}),
    "auth.sasl.aws_msk.region": ("us-east-1", {"auth.sasl.aws_msk.region": "us-east-1"}),
    "auth.sasl.oauthbearer_token_source": ("oauth2client", None),
    "auth.sasl.oidc_file.client_secret_file_path": ("/x", None),
    "auth.sasl.version": ("1", None),
    "auth.plain_text.username": ("me", {"auth.sasl.username": "me", "auth.sasl.mechanism": "PLAIN"}),
    "auth.plain_text.password": ("pw", {"auth.sasl.password": "pw", "auth.sasl.mechanism": "PLAIN"}),
    "auth.tls.ca_file": ("/ca.pem", {"tls.ca_file": "/ca.pem"}),
    "auth.kerberos.service_name": ("kafka", {"auth.kerberos.service_name": "kafka"}),
    "auth.kerberos.username": ("me", {"auth.kerberos.username": "me"}),
    "auth.kerberos.keytab_file": ("/k", {"auth.kerberos.keytab_file": "/k"}),
    "auth.kerberos.use_keytab": ("true", {"auth.kerberos.use_keytab": "true"}),
    "auth.kerberos.realm": ("R", {"auth.kerberos.realm": "R"}),
    "auth.kerberos.password": ("pw", None),
    "auth.kerberos.config_file": ("/etc/krb5.conf", None),
    "auth.kerberos.disable_fast_negotiation": ("true", None),
    "logs.topic": ("a", {"logs.topic": "a", "topic": "a"}),
    "traces.topic": ("a", {"traces.topic": "a", "topic": "a"}),
    "metrics.topic": ("a", {"metrics.topic": "a", "topic": "a"}),
    "profiles.topic": ("a", {"profiles.topic": "a", "topic": "a"}),
    "topic": ("a", {"topic": "a"}),
    "encoding": ("otlp_json", {"encoding": "otlp_json"}),
    "logs.encoding": ("raw", {"logs.encoding": "raw", "gather": "none"}),
    "traces.encoding": ("otlp_json", {"traces.encoding": "otlp_json"}),
    "metrics.encoding": ("otlp_json", {"metrics.encoding": "otlp_json"}),
    "profiles.encoding": ("otlp_json", {"profiles.encoding": "otlp_json"}),
    "topic_from_attribute": ("tenant", {"topic_from_attribute": "tenant", "gather": "resource"}),
    "include_metadata_keys": ("[a, b]", {"include_metadata_keys": "a,b"}),
    "record_headers": ("[{name: a, value: b}, {name: c, value: d}]", {"record_headers": "a=b,c=d"}),
    "signal_header": ("true", {"signal_header": "true"}),
    "partition_traces_by_id": ("true", {"traces.key": "trace_id", "missing_key": "null"}),
    "partition_logs_by_trace_id": ("true", {"logs.key": "trace_id", "missing_key": "null"}),
    "partition_logs_by_resource_attributes": ("true", {"logs.key": "resource_hash_v0163", "gather": "resource"}),
    "partition_metrics_by_resource_attributes": ("true", {"metrics.key": "resource_hash_v0163", "gather": "resource"}),
    "record_partitioner.sticky_key.hasher": ("murmur2", {"partitioner": "java"}),
    "record_partitioner.round_robin": ("{}", {"partitioner": "round_robin"}),
    "record_partitioner.least_backup": ("{}", None),
    "record_partitioner.extension": ("mine", None),
    "timeout": ("10s", {"timeout": "10s"}),
    "producer.max_message_bytes": ("2000000", {"max_message_bytes": "2000000"}),
    "producer.max_broker_write_bytes": ("104857600", None),
    "producer.flush_max_messages": ("5000", {"kafka.batch.num.messages": "5000"}),
    "producer.max_inflight_requests_per_broker": ("5", None),
    "producer.required_acks": ("1", {"required_acks": "leader"}),
    "producer.compression": ("zstd", {"compression": "zstd"}),
    "producer.compression_params.level": ("3", {"kafka.compression.level": "3"}),
    "producer.linger": ("20ms", {"linger": "20ms"}),
    "producer.allow_auto_topic_creation": ("true", None),
    "retry_on_failure.enabled": ("false", {"retry_on_failure.enabled": "false"}),
    "retry_on_failure.initial_interval": ("5s", {"retry_on_failure.initial_interval": "5s"}),
    "retry_on_failure.max_interval": ("30s", {"retry_on_failure.max_interval": "30s"}),
    "retry_on_failure.max_elapsed_time": ("300s", {"retry_on_failure.max_elapsed_time": "300s"}),
    "retry_on_failure.multiplier": ("1.5", None),
    "retry_on_failure.randomization_factor": ("0.5", None),
    "sending_queue.enabled": ("false", {"sending_queue.wait_for_result": "true"}),
    "sending_queue.queue_size": ("5000", {"sending_queue.queue_size": "5000"}),
    "sending_queue.block_on_overflow": ("true", {"sending_queue.block_on_overflow": "true"}),
    "sending_queue.wait_for_result": ("true", {"sending_queue.wait_for_result": "true"}),
    "sending_queue.num_consumers": ("10", None),
    "sending_queue.sizer": ("items", {}),
    "sending_queue.storage": ("file_storage", {"sending_queue.storage": "/var/lib/otelcol/file_storage"}),
    "sending_queue.batch.flush_timeout": ("200ms", None),
    "sending_queue.batch.min_size": ("8192", None),
    "sending_queue.batch.max_size": ("0", None),
    "sending_queue.batch.sizer": ("items", None),
    "sending_queue.batch.partition.metadata_keys": ("[a]", None),
    "sending_queue.batch.partition.cache_size": ("10", None),
    "sending_queue.batch.partition.idle_timeout": ("90s", None),
}
for SIGNAL in ("logs", "traces", "metrics", "profiles"):
    FIELDS[f"{SIGNAL}.topic_from_metadata_key"] = ("m", {f"{SIGNAL}.topic_from_metadata_key": "m"})
    FIELDS[f"{SIGNAL}.message_key_from_metadata_key"] = ("m", {f"{SIGNAL}.key": 'metadata("m")', "missing_key": "null", "empty_key": "null"})

# What there is something for here, but nothing that a tool could choose: the page names it, and `config` says so in a note.
CHOSEN_BY_HAND = {"tls.reload_interval", "auth.sasl.oauthbearer_token_source", "auth.sasl.oidc_file.client_secret_file_path",
                  *(f"sending_queue.batch.{name}" for name in ("flush_timeout", "min_size", "max_size", "sizer"))}

# What follows from kafkaexporter's defaults alone.
DEFAULTS = {"logs.topic": "otlp_logs", "traces.topic": "otlp_spans", "metrics.topic": "otlp_metrics", "profiles.topic": "otlp_profiles",
            "topic": "otlp_logs", "encoding": "otlp_proto", "gather": "request", "key": "none", "partitioner": "sarama",
            "client_id": "otel-collector", "topic_check": "warn"}


def page_names():
    """What stands in the first column of examples/kafkaexporter.md, and is a field and no value."""
    text = (ROOT / "examples/kafkaexporter.md").read_text(encoding="utf-8").split("## How a key")[0]
    cells = [re.split(r"(?<!\\)\|", line)[1] for line in text.splitlines() if line.startswith("| `")]
    return {name for cell in cells for name in re.findall(r"`([a-z_.<>*]+)`", cell)}


def page_rows():
    """Of each of its rows, the whole names of the fields, and the cell "here"."""
    text = (ROOT / "examples/kafkaexporter.md").read_text(encoding="utf-8").split("## How a key")[0]
    for line in text.splitlines():
        if line.startswith("| `"):
            _, fields, here, *_ = re.split(r"(?<!\\)\|", line)
            names = [name.replace("<signal>", "logs") for name in re.findall(r"`([a-z_.<>*]+)`", fields)]
            group = names[0].rpartition(".")[0]
            whole = {f"{group}.{name}" if group and "." not in name else name for name in names}
            yield {path for path in FIELDS if path in whole or any(name.endswith("*") and path.startswith(name[:-1]) for name in whole)}, here.strip()


class MoveCase(Case):
    def move(self, text, *args, code=0, env=None):
        result = self.run_tool("config", "--json", *args, self.file("collector.yaml", text), code=code, env=env)
        line, = result.json
        self.assertEqual(set(line) >= {"options", "notes"}, True)
        return line, result

    def refuse_block(self, text, says, *args, line=None):
        path = self.file("collector.yaml", text)
        result = self.refuse("config", "--json", *args, path, says=says)
        if line:
            self.assertIn(f"collector.yaml:{line}:", result.err)


class Fields(MoveCase):
    def test_each_field_alone(self):
        for path, (value, options) in FIELDS.items():
            with self.subTest(path):
                line, result = self.move(f"# a comment\n{path}: {value}\n", "--from", "kafkaexporter", "--collector", "0.165.1",
                                         code=1 if options is None else 0)
                if options is None:
                    note, = line["notes"]
                    self.assertEqual((note["path"], note["line"]), (path, 2))
                    self.assertGreater(len(note["text"]), 10)
                    self.assertIn(f"collector.yaml:2: {path} has no equivalent: {note['text']}", result.err)
                    self.assertEqual(line["options"], DEFAULTS)
                else:
                    self.assertEqual(line["notes"], [])
                    self.assertEqual(result.err, "")
                    if path in ("topic",):
                        expected = {**{name: text for name, text in DEFAULTS.items() if not name.endswith(".topic")}, **options}
                    else:
                        expected = {**DEFAULTS, **options}
                    self.assertEqual(line["options"], expected)

    def test_nested_and_with_the_collectors_delimiter(self):
        for text in ("producer: {linger: 5ms}\n", "producer::linger: 5ms\n", "kafka/x:\n  producer:\n    linger: 5ms\n",
                     "exporters:\n  kafka: {producer: {linger: 5ms}}\n"):
            self.assertEqual(self.move(text)[0]["options"]["linger"], "5ms", text)

    def test_the_page_names_the_fields(self):
        """All of them, and no others; values stand there too (`otlp_proto`)."""
        values = {"otlp_proto", "otlp_json", "raw", "sarama_compat", "murmur2", "jaeger_proto", "jaeger_json", "zipkin_proto", "zipkin_json"}
        names = page_names() - values
        lasts = {path.rsplit(".", 1)[-1] for path in FIELDS}
        groups = {name[:-1] for name in names if name.endswith(".*")}
        for path in FIELDS:
            known = path.rsplit(".", 1)[-1] in {name.rsplit(".", 1)[-1] for name in names} or any(path.startswith(group) for group in groups)
            self.assertTrue(known, f"{path} is not on the page")
        for name in names:
            known = name.rsplit(".", 1)[-1] in lasts or (name.endswith(".*") and any(path.startswith(name[:-1]) for path in FIELDS))
            self.assertTrue(known, f"{name} is on the page alone")

    def test_the_page_and_the_tool_agree_on_what_has_an_equivalent(self):
        for names, here in page_rows():
            for path in names & set(FIELDS):
                with self.subTest(path):
                    self.assertEqual(FIELDS[path][1] is None, here == "-" or path in CHOSEN_BY_HAND, here)

    def test_what_is_in_nobodys_way(self):
        """Values that ask for what is done here anyway."""
        for text in ("sending_queue: {num_consumers: 1, enabled: true}\n", "producer: {allow_auto_topic_creation: false}\n",
                     "producer: {max_inflight_requests_per_broker: 1}\n", "sending_queue:\n", "retry_on_failure: {}\n", "auth:\n", "logs: {}\n"):
            line, _ = self.move(text, "--from", "kafkaexporter")
            self.assertEqual((line["options"], line["notes"]), (DEFAULTS, []), text)

    def test_what_the_collector_refuses(self):
        for text, says in {
            "no_such_field: 1\n": ["no_such_field", "kafkaexporter has no field"],
            "producer: {lingr: 5ms}\n": ["did you mean producer.linger?"],
            "message_key_from_metadata_key: k\n": ["did you mean logs.message_key_from_metadata_key?"],
            "producer: {compression: brotli}\n": ["producer.compression", "zstd"],
            "producer: {required_acks: 2}\n": ["producer.required_acks"],
            "producer: {linger: 5}\n": ["producer.linger", "nanoseconds"],
            "producer: {linger: soon}\n": ["producer.linger", "duration"],
            "producer: {linger: -1s}\n": ["producer.linger"],
            "producer: {max_message_bytes: 010}\n": ["octal"],
            "producer: {max_message_bytes: 1e6}\n": ["whole number"],
            "retry_on_failure: {enabled: yes}\n": ["true or false"],
            "auth: {sasl: {mechanism: GSSAPI}}\n": ["auth.sasl.mechanism"],
            "sending_queue: {sizer: grams}\n": ["sending_queue.sizer"],
            "partition_logs_by_resource_attributes: true\npartition_logs_by_trace_id: true\n": ["exclude each other"],
            "partition_traces_by_id: true\ntraces: {message_key_from_metadata_key: k}\n": ["exclude each other"],
            "record_partitioner: {round_robin: {}, least_backup: {}}\n": ["exclude each other"],
            "record_partitioner: {sticky_key: {hasher: md5}}\n": ["hasher"],
            "tls: {ca_file: a}\nauth: {tls: {ca_file: b}}\n": ["tls.ca_file", "line 1"],
            "topic: [a]\n": ["one value"],
            "record_headers: [{name: a, values: b}]\n": ["name and a value"],
            "brokers: a\nbrokers: b\n": ["second time", "line 1"],
            "brokers: [\n": ["collector.yaml"],
            "[]\n": ["a map"],
        }.items():
            with self.subTest(text):
                self.refuse_block(text, says, "--from", "kafkaexporter")

    def test_values_beyond_what_is_taken_here(self):
        line, _ = self.move("timeout: 10m\nproducer: {max_message_bytes: 10}\n", "--from", "kafkaexporter", code=1)
        self.assertEqual([note["path"] for note in line["notes"]], ["timeout", "producer.max_message_bytes"])
        self.assertNotIn("timeout", line["options"])

    def test_headers(self):
        for text, expected in {"{a: b, c: d}": {"record_headers": "a=b,c=d"}, "{a: 'x,y'}": {"record_headers.a": "x,y"}, "{}": {}, "[]": {},
                               "[{name: a, value: b}, {value: c, name: a}]": {"record_headers": "a=b,a=c"}}.items():
            line, _ = self.move(f"record_headers: {text}\n", "--from", "kafkaexporter")
            self.assertEqual({name: value for name, value in line["options"].items() if name.startswith("record_headers")}, expected, text)

    def test_queue_sizes(self):
        for sizer, option in {"items": "sending_queue.queue_size", "requests": "sending_queue.queue_size", "bytes": "sending_queue.max_bytes"}.items():
            line, _ = self.move(f"sending_queue: {{queue_size: 1000000, sizer: {sizer}}}\n", "--from", "kafkaexporter")
            self.assertEqual(line["options"][option], "1000000")
            self.assertEqual(any("requests in the collector" in remark["text"] for remark in line["remarks"]), sizer == "requests")

    def test_kerberos(self):
        line, _ = self.move("auth:\n  kerberos: {username: me, realm: EXAMPLE.ORG, use_keytab: true, keytab_file: /k, service_name: kafka}\n")
        self.assertEqual({name: value for name, value in line["options"].items() if name.startswith("auth.")},
                         {"auth.kerberos.username": "me", "auth.kerberos.realm": "EXAMPLE.ORG", "auth.kerberos.use_keytab": "true",
                          "auth.kerberos.keytab_file": "/k", "auth.kerberos.service_name": "kafka"})

    def test_tls_by_being_there(self):
        for text in ("tls:\n", "tls: {}\n"):
            self.assertEqual(self.move(text, "--from", "kafkaexporter")[0]["options"]["tls.enabled"], "true")

    def test_storage_names_the_extensions_folder(self):
        line, _ = self.move("extensions: {file_storage/q: {directory: /var/q}}\nexporters: {kafka: {sending_queue: {storage: file_storage/q}}}\n")
        self.assertEqual(line["options"]["sending_queue.storage"], "/var/q")
        self.assertIn("choose another", " ".join(remark["text"] for remark in line["remarks"]))


class Hash(MoveCase):
    TEXT = "partition_logs_by_resource_attributes: true\n"

    def test_versions(self):
        for version, spec in {"0.162": "resource_hash", "v0.162.3": "resource_hash", "0.155.0": "resource_hash", "1.68.0": "resource_hash",
                              "0.163": "resource_hash_v0163", "0.165.1": "resource_hash_v0163", "v1.71.0": "resource_hash_v0163"}.items():
            line, result = self.move(self.TEXT, "--collector", version)
            self.assertEqual((line["options"]["logs.key"], line["resource_hash"]), (spec, spec), version)
            self.assertEqual(result.err, "")
            self.assertIn("the hash of a collector v0.", " ".join(remark["text"] for remark in line["remarks"]))

    def test_without_a_version_it_is_told(self):
        line, result = self.move(self.TEXT)
        self.assertEqual(line["options"]["logs.key"], "resource_hash_v0163")
        self.assertIn("--collector VERSION", result.err)

    def test_no_version(self):
        for version in ("", "x", "2.0", "0.", "0.162-rc"):
            self.refuse_block(self.TEXT, "--collector", "--collector", version)

    def test_keys(self):
        """The keys are the collectors' own."""
        resource = field(1, field(1, field(1, b"service.name") + field(2, any_value("checkout"))))
        data = field(1, resource + field(2, field(2, field(5, any_value("text")))))
        for version, key in {"0.162": "831d0817d731c2054ac194e9ddcf7e5c", "0.163": "a80793a84690b939e58584caf2e3452b"}.items():
            made = self.run_tool("config", "--collector", version, self.file("c.yaml", self.TEXT)).out
            line, = self.run_tool("explain", "--json", "-n", "12", "--config", self.file("options.yaml", made), data=data).json
            self.assertEqual((line["key"], line["topic"]), (key, "otlp_logs"))
            hasher = self.run_tool("partition", "--profile", "sarama", "-n", "12", data=key.encode() + b"\n").text
            self.assertEqual(str(line["partition"]), hasher.strip())


class Output(MoveCase):
    TEXT = ("brokers: ['${env:HOST:-one:9092}']\nlogs: {topic: 'a b', message_key_from_metadata_key: x}\nclient_id: 'a$$b\"#'\n"
            "auth: {sasl: {mechanism: PLAIN, username: '${env:NAME}', password: '${env:SECRET}'}}\n"
            "record_headers: {n: 'null', l: 'x, y'}\nproducer: {required_acks: all}\n")

    def flat(self, text):
        """The options that --config reads, by the tool itself: names and values as they stand."""
        return dict(re.match(r'(\S+): ("(?:[^"\\]|\\.)*"|\S+)', line).groups() for line in text.splitlines() if not line.startswith("#"))

    def test_yaml_is_read_again(self):
        env = {"NAME": "me", "SECRET": "pa$$word"}
        made = self.run_tool("config", self.file("c.yaml", self.TEXT), env=env)
        self.assertEqual(made.err, "")
        self.assertNotIn("pa$", made.text)
        self.assertEqual(self.flat(made.text)["auth.sasl.password"], '"${env:SECRET}"')
        line, = self.run_tool("config", "--json", self.file("c.yaml", self.TEXT), env=env).json
        self.assertEqual(line["options"]["auth.sasl.username"], "me")
        self.assertEqual(line["options"]["client_id"], 'a$b"#')
        self.assertEqual(line["options"]["required_acks"], "all")
        data = request(record(key=b"k", body=b"v"))
        from_yaml = self.run_tool("explain", "--json", "-o", "topic=t", "-o", "logs.topic=t", "--metadata", "x=key", "--config",
                                  self.file("options.yaml", made.out), data=data, env=env).json
        options = [part for name, value in line["options"].items() for part in ("-o", f"{name}={value}")]
        from_json = self.run_tool("explain", "--json", *options, "-o", "topic=t", "-o", "logs.topic=t", "--metadata", "x=key", data=data).json
        self.assertEqual(from_yaml, from_json)
        self.assertEqual(from_yaml[0]["key_text"], "key")

    def test_a_variable_that_is_not_set_stays_a_reference(self):
        made = self.run_tool("config", self.file("c.yaml", "kafka:\n  brokers: ['${env:NOPE}']\n  client_id: x${env:NOPE}\n"))
        self.assertEqual(self.flat(made.text)["brokers"], '"${env:NOPE}"')
        self.assertEqual(self.flat(made.text)["client_id"], '"x${env:NOPE}"')
        line, result = self.move("kafka:\n  producer: {required_acks: '${env:NOPE}'}\n")
        self.assertNotIn("required_acks", line["options"])
        self.assertRegex(result.err, r"warning: .*:2: producer\.required_acks: .*not set")

    def test_notes_go_to_standard_error(self):
        result = self.run_tool("config", self.file("c.yaml", "kafka:\n  protocol_version: 2.0.0\n  use_leader_epoch: false\n"), code=1)
        self.assertEqual(len(result.err.splitlines()), 2)
        self.assertNotIn("protocol_version", result.text)

    def test_standard_input(self):
        for args in ([], ["-"]):
            self.assertIn("linger: 5ms", self.run_tool("config", *args, data=b"producer: {linger: 5ms}\n").text)
            self.refuse("config", *args, data=b"producer: {lingr: 5ms}\n", says="standard input:1: ")
            self.refuse("config", *args, data=b"# nothing\n", says=["standard input: it is empty"])

    def test_no_secret_in_a_message(self):
        for text in ("auth: {sasl: {password: '${env:S}x', mechanism: NOPE}}\n", "auth: {sasl: {password: [a]}}\n"):
            result = self.run_tool("config", self.file("c.yaml", text), code=2, env={"S": "5ecret"})
            self.assertNotIn("5ecret", result.err)


class Choice(MoveCase):
    FILE = ("receivers: {otlp: {}}\nexporters:\n  otlp: {endpoint: x}\n  kafka/logs: {logs: {topic: one}}\n  kafka/traces: {traces: {topic: two}}\n"
            "service: {pipelines: {}}\n")

    def test_by_name(self):
        self.assertEqual(self.move(self.FILE, "--exporter", "kafka/traces")[0]["options"]["traces.topic"], "two")
        self.refuse_block(self.FILE, ["2 exporters", "kafka/logs, kafka/traces", "--exporter NAME"])
        self.refuse_block(self.FILE, ["no exporter kafka/metrics", "kafka/logs"], "--exporter", "kafka/metrics")
        self.refuse_block("exporters: {otlp: {}}\n", ["no exporter here", "otlp"])

    def test_an_empty_block(self):
        """It has the exporter's defaults, as in the collector; bare and in a whole file."""
        defaults = self.move("kafka/a: {producer: {}}\n")[0]["options"]
        self.assertEqual((defaults["logs.topic"], defaults["encoding"], defaults["partitioner"]), ("otlp_logs", "otlp_proto", "sarama"))
        word = "the block is empty: kafkaexporter's defaults are taken"
        for block in ("kafka: {}", "kafka:", "kafka: ~", "kafka: {<<: {}}", "kafka/logs: {}", "kafka/logs:"):
            for text in (f"{block}\n", f"exporters:\n  {block}\n", f"receivers:\nexporters:\n  otlp:\n  {block}\nservice:\n"):
                line, result = self.move(text)
                self.assertEqual((line["from"], line["options"], line["notes"]), ("kafkaexporter", defaults, []), text)
                self.assertRegex(result.err, rf"^stskafka config: .*yaml: {word}\n$", text)
                explained = self.run_tool("explain", "--config", self.file("c.yaml", text), "--json", data=GOOD)
                self.assertEqual(explained.json[0]["topic"], "otlp_logs", text)
                self.assertIn(f"c.yaml: {word}\n", explained.err, text)
        for text in ("{}\n", "~\n", "null\n"):
            line, result = self.move(text)
            self.assertEqual(line["options"], defaults, text)
            self.assertIn(f"{word} (with --from sts, sts_kafka_exporter's)\n", result.err, text)
            line, result = self.move(text, "--from", "sts")
            self.assertEqual((line["from"], line["options"]), ("sts", {"required_acks": "leader"}), text)
            self.assertIn("collector.yaml: the block is empty: sts_kafka_exporter's defaults are taken\n", result.err, text)
        for text in ("sts_kafka_exporter:\n", "exporters: {sts_kafka_exporter/a: {}}\n"):
            line, result = self.move(text)
            self.assertEqual((line["from"], line["options"]), ("sts", {"required_acks": "leader"}), text)
            self.assertIn("collector.yaml: the block is empty: sts_kafka_exporter's defaults are taken\n", result.err, text)
        line, result = self.move("stskafka:\n")
        self.assertEqual((line["from"], line["options"]), ("own", {}))
        self.assertIn("collector.yaml: the block is empty: libstskafka's defaults are taken\n", result.err)

    def test_an_empty_block_of_another_name(self):
        text = "exporters:\n  kafka:\n  mine:\n"
        self.refuse_block(text, ["the block mine is empty", "--from"], "--exporter", "mine")
        self.assertEqual(self.move(text, "--exporter", "mine", "--from", "sts")[0]["options"], {"required_acks": "leader"})

    def test_an_empty_map_of_properties(self):
        """Beside other options `kafka` is librdkafka's properties, and none of them is set."""
        for text in ("topic: one\nkafka: {}\n", "kafka:\ntopic: one\n"):
            line, = self.run_tool("explain", "--config", self.file("c.yaml", text), "--json", data=GOOD).json
            self.assertEqual(line["topic"], "one", text)

    def test_anchors_and_merges(self):
        text = "exporters:\n  kafka: &base {producer: {linger: 5ms}}\n  kafka/2:\n    <<: *base\n    logs: {topic: two}\n"
        options = self.move(text, "--exporter", "kafka/2")[0]["options"]
        self.assertEqual((options["linger"], options["logs.topic"]), ("5ms", "two"))

    def test_the_first_document(self):
        line, result = self.move("kafka: {logs: {topic: one}}\n---\nkafka: {logs: {topic: two}}\n")
        self.assertEqual(line["options"]["logs.topic"], "one")
        self.assertIn("second document", result.err)

    def test_stackvistas(self):
        text = ("sts_kafka_exporter:\n  brokers: [ 'localhost:9092' ]\n  topic: sts-otel-topology\n  read_timeout: 2s\n  produce_timeout: 5s\n"
                "  required_acks: none\n  sending_queue: {enabled: true, num_consumers: 1, queue_size: 5000}\n"
                "  retry_on_failure: {enabled: true, initial_interval: 5s, max_interval: 30s, max_elapsed_time: 300s}\n  timeout: 30s\n")
        line, result = self.move(text)
        self.assertEqual((line["notes"], line["from"], result.err), ([], "sts", ""))
        self.assertEqual(line["options"], {
            "brokers": "localhost:9092", "topic": "sts-otel-topology", "read_timeout": "2s", "produce_timeout": "5s", "required_acks": "none",
            "sending_queue.queue_size": "5000", "retry_on_failure.enabled": "true", "retry_on_failure.initial_interval": "5s",
            "retry_on_failure.max_interval": "30s", "retry_on_failure.max_elapsed_time": "300s", "timeout": "30s"})
        self.assertIn("the block of sts_kafka_exporter", self.run_tool("config", self.file("c.yaml", text)).text)
        self.assertEqual(self.move(text.replace("  num_consumers: 1,", " num_consumers: 4,").replace("num_consumers: 1", "num_consumers: 4"),
                                   code=1)[0]["notes"][0]["path"], "sending_queue.num_consumers")
        self.refuse_block("producer: {}\nlogs: {topic: a}\n", "sts_kafka_exporter has no field", "--from", "sts")

    def test_what_stackvistas_default_promises_less_is_written(self):
        for text, args in (("sts_kafka_exporter: {topic: a}\n", []), ("topic: a\nread_timeout: 2s\n", []), ("topic: a\n", ["--from", "sts"]),
                           ("sts_kafka_exporter: {topic: a, key: trace_id}\n", [])):
            line, _ = self.move(text, *args)
            self.assertEqual((line["options"]["required_acks"], line["options"].get("topic_check")), ("leader", None), text)
            self.assertIn("sts_kafka_exporter's default", line["remarks"][-1]["text"])

    def test_a_block_of_ones_own(self):
        """It has no defaults but the library's, and is nobody else's."""
        for text in ("stskafka: {topic: a}\n", "topic: a\nkey: trace_id\n"):
            line, _ = self.move(text)
            self.assertEqual((line["from"], set(line["options"]) - {"topic", "key"}), ("own", set()), text)
            made = self.run_tool("config", self.file("c.yaml", text)).text
            self.assertIn(", options of libstskafka\n", made)
            self.assertNotIn("StackVista", made)

    def test_kafkaexporter_starts_without_a_broker(self):
        made = self.run_tool("config", self.file("c.yaml", "kafka: {client_id: x}\n")).text
        self.assertRegex(made, r"(?m)^topic_check: warn +# kafkaexporter starts without a broker")

    def test_arguments(self):
        for args in (["--from", "x"], ["a", "b"], ["/no/such/file"], ["--no-such-option"]):
            self.refuse("config", *args)


if __name__ == "__main__":
    unittest.main()
