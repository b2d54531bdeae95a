# SPDX-License-Identifier: Apache-2.0
"""stskafka options, and how options get to the exporter: -o, --config."""
import unittest

from tool import GOOD, Case, record, request

TYPES = {"text", "boolean", "integer", "duration", "choice", "spec", "list", "secret"}


class Table(Case):
    def test_json(self):
        lines = self.run_tool("options", "--json").json
        names = [line["name"] for line in lines]
        self.assertEqual(len(set(names)), len(names))
        for name in ["brokers", "topic", "topic_check", "partitioner", "required_acks", "read_timeout", "produce_timeout",
                     "timeout", "empty_key", "retry_on_failure.max_elapsed_time", "outcomes", "transport"]:
            self.assertIn(name, names)
        for line in lines:
            self.assertEqual(list(line), ["name", "type", "default", "bounds", "text", "live"])
            self.assertIn(line["type"], TYPES)
            self.assertTrue(line["text"].endswith("."), line)
            if line["type"] == "choice":
                self.assertIn(line["default"], line["bounds"].split("|"))

    def test_defaults_can_be_set(self):
        args = []
        for line in self.run_tool("options", "--json").json:
            args += ["-o", f"{line['name']}={line['default']}"]
        self.run_tool("explain", *args, data=GOOD)

    def test_each_choice_can_be_set(self):
        for line in self.run_tool("options", "--json").json:
            if line["type"] == "choice":
                for choice in line["bounds"].split("|"):
                    needs = ["-o", "sending_queue.storage=store"] if choice == "exactly_once" else []
                    self.run_tool("explain", "-o", f"{line['name']}={choice}", *needs, data=GOOD)
                self.refuse("explain", "-o", f"{line['name']}=no-such-choice", data=GOOD, says=line["name"])

    def test_for_people(self):
        text = self.run_tool("options").text
        for line in self.run_tool("options", "--json").json:
            self.assertIn(f"{line['name']}: {line['type']}", text)
        self.assertLessEqual(max(map(len, text.split("\n"))), 125)

    def test_markdown(self):
        lines = self.run_tool("options", "--markdown").lines
        self.assertEqual(lines[0], "# Options")
        rows = [line for line in lines if line.startswith("| `")]
        self.assertEqual(len(rows), len(self.run_tool("options", "--json").lines))
        for row in rows:
            self.assertEqual(row.replace("\\|", "").count("|"), 7, row)
        self.refuse("options", "--json", "--markdown")


class Setting(Case):
    def topic(self, *args):
        line, = self.run_tool("explain", "--json", *args, data=GOOD).json
        return line["topic"]

    def test_the_last_counts(self):
        self.assertEqual(self.topic("-o", "topic=a", "-o", "topic=b"), "b")

    def test_split_at_the_first_equals(self):
        self.refuse("explain", "-o", "topic=a=b", data=GOOD, says="topic")
        self.run_tool("explain", "-o", "kafka.sasl.password=a=b", data=GOOD)

    def test_an_empty_value_is_a_value(self):
        self.refuse("explain", "-o", "topic=", data=GOOD)

    def test_faults(self):
        self.refuse("explain", "-o", "topik=x", data=GOOD, says=["topik", "topic"])
        self.refuse("explain", "-o", "read_timeout=fast", data=GOOD, says="read_timeout")
        self.refuse("explain", "-o", "kafka.enable.idempotence=false", data=GOOD, says="enable.idempotence")
        self.refuse("explain", "-o", "kafka.no.such.property=1", data=GOOD, says="no.such.property")

    def test_all_faults_are_told(self):
        self.refuse("explain", "-o", "topik=x", "-o", "topics.max=0", data=GOOD, says=["topik", "topics.max"])

    def test_options_come_before_input(self):
        """A fault of an option is told though the input is malformed, and nothing else."""
        result = self.refuse("explain", "--json", "-o", "topics.max=0", data=b"\xff\xff")
        self.assertNotIn("MALFORMED", result.err)


class Config(Case):
    def config(self, text, name="config.yaml"):
        return ["--config", self.file(name, text)]

    def topic(self, text, *args, key=b"k"):
        line, = self.run_tool("explain", "--json", "--partitions", "12", *self.config(text), *args,
                              data=request(record(key=key, body=b"v"))).json
        return line["topic"]

    def test_shapes(self):
        for text in ("topic: mine\n", "stskafka:\n  topic: mine\n", "stskafka/two:\n  topic: mine\n",
                     "exporters:\n  debug: {}\n  stskafka:\n    topic: mine\n  otlp: {topic: other}\n",
                     "receivers: {}\nexporters:\n  stskafka/x:\n    topic: \"mine\"\nservice: {}\n",
                     "# a comment\n---\ntopic: &t mine\n", '{"topic": "mine"}'):
            self.assertEqual(self.topic(text), "mine", text)

    def test_nested_names_lists_and_durations(self):
        self.assertEqual(self.topic("""
brokers: [one:9092, two:9092]
topic: mine
topics: {max: 5}
read_timeout: 5s
required_acks: leader
service_thread: false
sending_queue:
  queue_size: 10
retry_on_failure:
  max_elapsed_time: 1m30s
kafka:
  security.protocol: plaintext
"""), "mine")

    def test_nested_names_arrive(self):
        for text, says in (("sending_queue:\n  queue_size: none\n", ["sending_queue.queue_size", "config.yaml:2"]),
                           ("kafka:\n  enable:\n    idempotence: no\n", ["enable.idempotence", "config.yaml:3"]),
                           ("a: {b: {c: 1}}\n", ["a.b.c"]), ("topic: one\nbrokers:\n- x\n- ''\n", ["brokers"])):
            self.refuse("explain", *self.config(text), data=GOOD, says=says)

    def test_security_as_in_the_collector(self):
        """The connection is told in the error where nobody answers."""
        for text, kind in (("tls:\n", "TLS"), ("tls: {}\n", "TLS"), ("tls: {insecure: false}\n", "TLS"),
                           ("tls: {insecure: true}\n", "plaintext"),
                           ("tls: {insecure_skip_verify: true}\nauth:\n  sasl:\n    mechanism: SCRAM-SHA-512\n"
                            "    username: me\n    password: correct-horse\n", "TLS, SASL SCRAM-SHA-512")):
            result = self.run_tool("send", *self.config("brokers: 127.0.0.1:1\nread_timeout: 200ms\n" + text), data=GOOD,
                                   code=4)
            self.assertIn(f"({kind}): ", result.err)
            self.assertNotIn("correct-horse", result.err)
        self.refuse("send", *self.config("auth:\n  sasl:\n    mechanism: NTLM\n"), data=GOOD,
                    says=["auth.sasl.mechanism", "config.yaml:3"])
        self.refuse("send", *self.config("auth: {sasl: {mechanism: PLAIN}}\n"), data=GOOD,
                    says=["auth.sasl.username", "auth.sasl.password"])

    def test_options_go_over_the_file(self):
        self.assertEqual(self.topic("topic: mine\n", "-o", "topic=yours"), "yours")

    def test_null_leaves_the_default_and_empty_does_not(self):
        for nothing in ("", "~", "null", "Null"):
            self.assertEqual(self.topic(f"topic: {nothing}\n"), "sts-otel-topology")
        self.refuse("explain", *self.config('topic: ""\n'), data=GOOD)

    def test_no_options(self):
        for text in ("", "# nothing\n", "{}\n", "stskafka:\n", "exporters:\n  stskafka:\n"):
            self.assertEqual(self.topic(text), "sts-otel-topology")

    def test_refused(self):
        for text in ("topic: [\n", "- topic\n", "just text\n", "topic: {a: [1, [2]]}\n", "brokers:\n- a: b\n",
                     "exporters:\n  otlp: {}\n", "exporters:\n  stskafka: {}\n  stskafka/2: {}\n", "? [a]\n: b\n",
                     "stskafka: text\n", "a: &a\n  b: *a\n", "topic: \"a\\0b\"\n", "topik: x\n", "\x01\n",
                     "a0: &a0 [x,x]\n" + "".join(f"a{i}: &a{i} {{p: *a{i - 1}, q: *a{i - 1}}}\n" for i in range(1, 40))):
            result = self.refuse("explain", *self.config(text), data=GOOD, says="config.yaml")
            self.assertLess(len(result.err), 4_000_000)

    def test_all_faults_of_file_and_arguments_are_told(self):
        self.refuse("explain", *self.config("topik: x\ntopics: {max: 0}\n"), "-o", "linger=x", data=GOOD,
                    says=["topik", "topics.max", "linger", "config.yaml:1", "config.yaml:2"])


if __name__ == "__main__":
    unittest.main()
