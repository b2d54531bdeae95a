# SPDX-License-Identifier: Apache-2.0
"""--config: what YAML means here is what it means in the collector, or it is refused. The values were made by the collector's own
confmap 1.71 with its env provider, and go.yaml.in/yaml 3.0.6."""
import unittest

from tool import GOOD, Case, frames, record, request

# What the environment holds. NOPE is not in it.
ENV = {"P": "pw$1", "N": "0123", "B": "true", "E": "", "Q": "a: b", "L": "[x, y]", "T": "${env:N}", "D": "a$$b", "S": " lead ",
       "NL": "a\nb", "Z": "null", "C": "x # y", "QQ": '"quoted"', "LOOP": "x${env:LOOP}", "DOUBLE": "${env:DOUBLE}${env:DOUBLE}",
       "ROUND": "${env:ROUND}", "HOSTS": "[one:9092, two:9092]", "TWO": "one:9092,two:9092", "SECRET": "${env:5ecret}"}

# A value as it is written, and the text it is; None: as if it were not there.
VALUES = {
    "${env:P}": "pw$1", "${P}": "pw$1", "$P": "$P", "$$P": "$P", "a$$b": "a$b", "a$b": "a$b", "a$": "a$", "$$": "$", "$$$": "$$",
    "$$$$": "$$", "$${env:P}": "${env:P}", "$$${env:P}": "$pw$1", "$$$${env:P}": "$${env:P}", "${env:N}": "0123",
    "x${env:N}": "x0123", "${env:B}": "true", "${env:E}": None, "x${env:E}": "x", "${env:NOPE}": None, "${NOPE}": None,
    "x${env:NOPE}y": "xy", "${env:NOPE:-def}": "def", "${env:NOPE:-}": "", "${env:E:-def}": None, "${env:NOPE:-a:-b}": "a:-b",
    "${env:NOPE:- x }": " x ", "${env:NOPE:-null}": "null", "${env:P": "${env:P", "${env:T}": "0123", "x${env:T}": "x0123",
    "${env:D}": "a$b", "x${env:D}": "xa$b", "${env:Q}": "a: b", "${env:L}": "[x, y]", "x${env:L}": "x[x, y]", "${env:S}": " lead ",
    "${env:NL}": "a\nb", "${env:Z}": "null", "x${env:Z}": "xnull", "${env:C}": "x # y", '"${env:N}"': "0123", "'${env:QQ}'": '"quoted"',
    "${env:NOPE:-${env:N}}": "0123", "${env:NOPE:-${N}x}": "0123x", "${env:N}${env:N}${env:B}": "01230123true",
    "${env:N} and $${env:N}": "0123 and $0123", '"a}${env:N}"': "a}0123", '"}${"': "}${", "|-\n    ${env:N}\n": "0123",
    "nULL": "nULL", "~": None, "Null": None, '""': "", "yes": "yes", "!!str 12": "12", "!mine bar": "bar",
}

# A value that is refused, and words of the reason.
REFUSED = {
    "${NOPE:-def}": ["${NOPE:-def}", "only environment variables", "${env:NAME:-default}"],
    "${file:/etc/passwd}": ["${file:/etc/passwd}", "only environment variables"], "${ENV:N}": ["${ENV:N}"], "${a:b}": ["${a:b}"],
    "${env:1X}": ["${env:1X}", "no environment variable has such a name"], "${env:}": ["${env:}"], "${}": ["${}"],
    "${env:A-B}": ["${env:A-B}"], "${env:${T}}": ["no environment variable"], "${env:NOPE:-a$b}": ["no dollar sign"],
    "${env:NOPE:-$$}": ["no dollar sign"], "${env:LOOP}": ["without end"], "${env:ROUND}": ["without end"],
    "${env:DOUBLE}": ["expand to more than"], "!!binary aGVsbG8=": ["!!binary"], "!!timestamp 2020-01-01": ["!!timestamp"],
}


class ConfigCase(Case):
    def config(self, text):
        return ["--config", self.file("config.yaml", text)]

    def explain(self, text, **more):
        line, = self.run_tool("explain", "--json", *self.config(text), data=GOOD, env=ENV, **more).json
        return line

    def topic(self, text):
        return self.explain(text)["topic"]

    def refuse_config(self, text, says, line=None):
        result = self.refuse("explain", *self.config(text), data=GOOD, env=ENV, says=says)
        self.assertIn(f"config.yaml:{line}:" if line else "config.yaml:", result.err)
        return result


class Values(ConfigCase):
    def header(self, value):
        result = self.run_tool("explain", "--json", *self.config(f"record_headers:\n  x: {value}\n"), data=GOOD, env=ENV)
        line, = result.json
        found = [bytes.fromhex(text).decode() for name, text in line["headers"] if name == "x"]
        return (found[0] if found else None), result.err

    def test_what_they_are(self):
        for value, text in VALUES.items():
            with self.subTest(value):
                self.assertEqual(self.header(value)[0], text)

    def test_what_is_refused(self):
        for value, says in REFUSED.items():
            with self.subTest(value):
                self.refuse_config(f"topic: t\nrecord_headers:\n  x: {value}\n", ["record_headers.x", *says], line=3)

    def test_a_variable_that_is_not_set_is_told(self):
        for value in ("${env:NOPE}", "${NOPE}", "x${env:NOPE}y"):
            _, said = self.header(value)
            self.assertRegex(said, r"warning: .*config\.yaml:2: the environment variable NOPE is not set: .*record_headers\.x")
        for value in ("${env:E}", "${env:NOPE:-}", "$${env:NOPE}"):
            self.assertEqual(self.header(value)[1], "")

    def test_no_value_of_a_variable_is_shown(self):
        result = self.refuse_config("auth: {sasl: {password: '${env:SECRET}'}}\n", "auth.sasl.password")
        self.assertNotIn("5ecret", result.err)

    def test_where_references_may_stand(self):
        self.assertEqual(self.topic("topic: a${env:N}\n"), "a0123")
        self.refuse_config("${env:B}: x\n", "${env...")  # not in a name; what is behind a colon could be a secret
        for brokers in ("${env:HOSTS}", "${env:TWO}", "[one:9092, '${env:NOPE:-two:9092}']"):
            self.assertEqual(self.topic(f"brokers: {brokers}\ntopic: mine\n"), "mine")

    def test_lists(self):
        """Their items are joined by commas: none may be in an item, and one value is no list."""
        self.refuse_config("brokers: [one:9092, '${env:TWO}']\n", ["brokers", "comma"], line=1)
        self.refuse_config("brokers:\n- one\n- 'a,b'\n", ["brokers", "comma"], line=3)
        self.refuse_config("topic: [a, b]\n", ["topic takes one value"], line=1)
        self.refuse_config("topics: {allow: [a, [b]]}\n", ["topics.allow", "plain values"], line=1)

    def test_lists_arrive(self):
        data = frames(*[request(record(key=b"k", body=b"v", topic=topic)) for topic in ("x", "y", "z")])
        for allowed in ("[x, y]", "\n  - x\n  - y", "x,y", "${env:L}", "'${env:NOPE:-[x, y]}'", "[x, '${env:NOPE:-y}']", "${env:NOPE:-x,y}"):
            result = self.run_tool("explain", "--json", "--framing", "length-prefixed",
                                   *self.config(f"topics.allow: {allowed}\n"), data=data, env=ENV, code=1)
            self.assertEqual([line["rejected"] is None for line in result.json], [True, True, False], allowed)

    def test_octal_numbers(self):
        """The collector's reader takes 010 for 8."""
        for number in ("010", "'010'", "${env:N}"):
            self.refuse_config(f"sending_queue:\n  queue_size: {number}\n", ["sending_queue.queue_size", "octal"], line=2)
        for number in ("10", "0", "${env:NOPE:-10}"):
            run = self.run_tool("explain", *self.config(f"topics.max: {number}\n"), data=GOOD, env=ENV,
                                code=2 if number == "0" else 0)
            self.assertNotIn("octal", run.err)


class Names(ConfigCase):
    def test_repeated(self):
        """Also where the collector would not find it: two spellings of one option."""
        self.refuse_config("topic: a\nbrokers: b\ntopic: c\n", ["topic", "second time", "line 1"], line=3)
        self.refuse_config("sending_queue:\n  queue_size: 1\n  queue_size: 1\n", ["queue_size", "line 2"], line=3)
        self.refuse_config("exporters:\n  stskafka: {}\n  otlp:\n    a: 1\n    a: 1\n", "line 4", line=5)
        self.refuse_config("stskafka:\n  topic: a\nstskafka:\n  topic: b\n", "line 1", line=3)
        self.refuse_config("sending_queue.queue_size: 1\nsending_queue:\n  queue_size: 2\n",
                           ["sending_queue.queue_size", "line 1"], line=3)

    def test_the_collectors_delimiter(self):
        self.refuse_config("sending_queue::queue_size: none\n", "sending_queue.queue_size", line=1)
        self.refuse_config("sending_queue: {queue_size: 1}\nsending_queue::queue_size: 2\n", "line 1", line=2)

    def test_merges(self):
        for text, topic in (("a: &a {topic: one}\nstskafka: {<<: *a}\n", None), ("<<: {topic: two}\ntopic: one\n", "one"),
                            ("topic: one\n<<: {topic: two}\n", "one"), ("<<: [{topic: one}, {topic: two}]\n", "one"),
                            ("<<: {<<: {topic: two}, topic: one}\n", "one"), ("<<: {<<: {topic: one}}\n", "one"),
                            ("<<: []\ntopic: one\n", "one"),
                            ("exporters:\n  otlp: &o {topic: one}\n  stskafka:\n    <<: *o\n", "one"),
                            ("exporters:\n  <<: {stskafka: {topic: one}}\n", "one")):
            if topic:
                self.assertEqual(self.topic(text), topic, text)
            else:
                self.refuse_config(text, "a stands beside stskafka")

    def test_merges_that_are_none(self):
        self.refuse_config("topic: a\n<<: b\n", "<< merges a map", line=2)
        self.refuse_config("topic: a\n<<: [{}, b]\n", "<< merges a map", line=2)
        self.refuse_config("<<: {topic: a}\n<<: {topic: b}\n", "<<", line=2)
        self.refuse_config('"<<": {topic: a}\n', "<<.topic")  # a name like others, in quotes
        self.refuse_config("topic: a\nx: &a\n  <<: *a\n", "nested too deep")

    def test_several_documents(self):
        """The first is read, as the collector does, which drops the others without a word."""
        for text in ("topic: a\n---\ntopic: b\n", "topic: a\n...\n---\nbrokers: b\n", "topic: a\n---\n[\n", "topic: a\n---\ntopic: b\n---\ntopic: c\n"):
            line, = (result := self.run_tool("explain", "--json", *self.config(text), data=GOOD, env=ENV)).json
            self.assertEqual(line["topic"], "a", text)
            self.assertRegex(result.err, r"warning: .*config\.yaml:\d+: a second document", text)
        for text in ("topic: a\n...\n", "---\ntopic: a\n...\n# end\n", "%YAML 1.1\n---\ntopic: a\n", "topic: a\n---\n"):
            self.assertEqual(self.topic(text), "a")
        self.refuse_config("---\n---\ntopic: b\n", "first document is empty")
        self.refuse_config("~\n---\ntopic: b\n", "first document is empty")


class Blocks(ConfigCase):
    def test_the_go_exporters_name(self):
        for name in ("sts_kafka_exporter", "sts_kafka_exporter/topology"):
            self.assertEqual(self.topic(f"{name}: {{topic: mine}}\n"), "mine")
            self.assertEqual(self.topic(f"exporters:\n  kafka: {{}}\n  {name}: {{topic: mine}}\n"), "mine")

    def test_what_stands_beside_the_block(self):
        self.refuse_config("stskafka:\n  topic: a\nbrokers: b\n", "brokers stands beside stskafka", line=3)
        self.refuse_config("exporters: {stskafka: {}}\ntopic: a\n", "topic is not part of a collector's file", line=2)
        self.assertEqual(self.topic("receivers: {otlp: {}}\nprocessors:\nextensions: {}\nconnectors: {}\nservice: {}\n"
                                    "exporters: {stskafka: {topic: a}, kafka/x: {brokers: b}}\n"), "a")

    def test_two_blocks(self):
        self.refuse_config("exporters:\n  stskafka: {}\n  sts_kafka_exporter: {}\n", "leave only one of them in", line=2)

    def test_librdkafkas_properties(self):
        for text in ("kafka: {socket.nagle.disable: true}\ntopic: a\n", "kafka: {socket: {nagle.disable: true}}\ntopic: a\n",
                     "kafka.socket.nagle.disable: true\ntopic: a\n", "kafka: {metadata: {max.age.ms: 5000}}\ntopic: a\n"):
            self.assertEqual(self.topic(text), "a", text)


if __name__ == "__main__":
    unittest.main()
