"""stskafka verify on a real Kafka: topics whose records sit right and wrong, without keys, out of order, of several rules; and topics
that lose records while they are read. By the system's librdkafka; with an argument, the program that runs another by the newest (and its
arguments)."""
import itertools
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

import admin
from bootstrap import kafka_bootstrap
from topics import ROOT, create_topic, kafka_tool

sys.path.insert(0, str(ROOT / "tests/cli"))
from tool import any_value, field, frames  # noqa: E402

TOOL = Path(os.environ["STSKAFKA_BUILD"]) / "bin/stskafka"
RUNNER = sys.argv[1:]
sys.argv[1:] = []
NEWEST = "-newest" if RUNNER else ""


def produce(topic, lines, *args):
    """Lines of "key:value", by librdkafka's own tool; args may name a partition, a partitioner or a header."""
    subprocess.run(["kcat", "-P", "-b", kafka_bootstrap(), "-t", topic, "-K:", "-X", "topic.partitioner=murmur2_random", *args],
                   input="".join(f"{line}\n" for line in lines).encode(), check=True)


def after(millisecond):
    """The clock's next millisecond behind that one, when it has come: what is written from now on is not older."""
    while (now := int(time.time() * 1000)) <= millisecond:
        pass
    return now


def pair(name, value):
    return field(1, name) + field(2, any_value(value))


def log_request(service, seq=0):
    resource = field(1, field(1, pair(b"service.name", service)))
    return field(1, resource + field(2, field(2, field(5, any_value("text")) + field(6, pair(b"seq", seq)))))


class VerifyCase(unittest.TestCase):
    def topic(self, name, partitions, **config):
        topic = f"verify-{name}{NEWEST}"
        create_topic(topic, partitions, **config)
        return topic

    def run_verify(self, topic, *args, code=0, brokers=None):
        done = subprocess.run([*RUNNER, TOOL, "verify", "--brokers", brokers or kafka_bootstrap(), "--topic", topic, *args],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
        self.assertEqual(done.returncode, code, (done.stdout[-3000:], done.stderr))
        return done

    def verify(self, topic, *args, code=0):
        """The faults, and the sum."""
        *faults, total = [json.loads(line) for line in self.run_verify(topic, "--json", *args, code=code).stdout.splitlines()]
        return faults, total

    def send(self, topic, requests, *options, key="resource_hash", args=()):
        subprocess.run([TOOL, "send", *args, "--framing", "length-prefixed", "-o", f"brokers={kafka_bootstrap()}", "-o", f"topic={topic}", "-o",
                        "encoding=otlp_proto", "-o", f"key={key}", *[part for option in options for part in ("-o", option)]],
                       input=frames(*requests), check=True, stdout=subprocess.DEVNULL)

    def partition(self, key, count, profile="java"):
        done = subprocess.run([TOOL, "partition", "--profile", profile, "-n", str(count)], input=f"{key.encode().hex()}\n".encode(),
                              check=True, stdout=subprocess.PIPE)
        return int(done.stdout)


class Places(VerifyCase):
    def test_all_right(self):
        topic = self.topic("right", 6)
        produce(topic, [f"key {number % 40 if number % 2 else 0}:value {number}" for number in range(1000)])
        faults, total = self.verify(topic)
        self.assertEqual((faults, total["records"], total["misplaced"], total["null_keys"], total["empty_keys"], total["gaps"]),
                         ([], 1000, 0, 0, 0, 0))
        self.assertEqual(sum(one["records"] for one in total["partitions"]), 1000)
        self.assertEqual(total["bytes"], sum(len(f"key {number % 40 if number % 2 else 0}value {number}") for number in range(1000)))
        self.assertTrue(all(one["complete"] and one["first"] == 0 and one["end"] == one["records"] for one in total["partitions"]))
        self.assertEqual((total["heaviest"][0]["key_text"], total["heaviest"][0]["records"]), ("key 0", 500))
        self.assertEqual(total["distinct_keys"], 21)
        self.assertEqual((total["profile"], total["fitting_profile"], total["former_partitions"]), ("java", None, None))
        text = self.run_verify(topic).stdout.decode()
        self.assertIn("Every record with a key sits where it belongs under java.", text)
        self.assertIn("#" * 40, text)

    def test_misplaced(self):
        topic = self.topic("misplaced", 6)
        wrong = [f"wrong {number}" for number in range(50)]
        produce(topic, [f"right {number}:v" for number in range(500)])
        produce(topic, [f"{key}:v" for key in wrong], "-p", "2")
        faults, total = self.verify(topic, code=1)
        expected = {key: self.partition(key, 6) for key in wrong if self.partition(key, 6) != 2}
        self.assertGreater(len(expected), 20)
        self.assertEqual({fault["key_text"]: fault["belongs"] for fault in faults}, expected)
        self.assertEqual({(fault["fault"], fault["partition"]) for fault in faults}, {("misplaced", 2)})
        self.assertEqual(len({fault["offset"] for fault in faults}), len(expected))
        self.assertEqual((total["misplaced"], total["partitions"][2]["misplaced"]), (len(expected), len(expected)))
        self.assertEqual(len(self.verify(topic, "--list", "3", code=1)[0]), 3)
        text = self.run_verify(topic, code=1).stdout.decode()
        self.assertIn(f"{len(expected)} of 550 records with a key do not sit where they belong under java.", text)
        self.assertEqual(text.count("belongs in partition"), 10)

    def test_another_profile(self):
        topic = self.topic("profile", 6)
        produce(topic, [f"key {number}:v" for number in range(100)], "-X", "topic.partitioner=fnv1a_random")
        _, total = self.verify(topic, code=1)
        self.assertEqual(total["fitting_profile"], "sarama")
        self.assertIn("--profile sarama", self.run_verify(topic, code=1).stdout.decode())
        for args in (["--profile", "sarama"], ["-o", "partitioner=sarama"]):
            self.assertEqual(self.verify(topic, *args)[1]["profile"], "sarama")

    def test_another_profile_of_few_records(self):
        topic = self.topic("profile-few", 6)
        produce(topic, [f"key {number}:v" for number in range(5)], "-X", "topic.partitioner=fnv1a_random")
        self.assertIsNone(self.verify(topic, code=1)[1]["fitting_profile"])
        self.assertIn("\nAll sit where they belong under sarama, though so few records prove little (--profile sarama).\n",
                      self.run_verify(topic, code=1).stdout.decode())

    def test_several_profiles(self):
        topic = self.topic("profiles", 6)
        theirs, ours = ([f"{name} {number}" for number in range(count)] for name, count in (("theirs", 20), ("ours", 8)))
        produce(topic, [f"{key}:v" for key in theirs], "-X", "topic.partitioner=fnv1a_random")
        produce(topic, [f"{key}:v" for key in ours])
        fits = len(theirs) + sum(self.partition(key, 6) == self.partition(key, 6, "sarama") for key in ours)
        self.assertIn(f"\nNo profile fits all of them; sarama fits most, {fits} of 28 that were tried (--profile sarama).\n",
                      self.run_verify(topic, code=1).stdout.decode())
        topic = self.topic("profiles-ours", 6)
        produce(topic, [f"{key}:v" for key in theirs[:3]], "-X", "topic.partitioner=fnv1a_random")
        produce(topic, [f"{key}:v" for key in ours])
        self.assertIn("\nNo other profile fits better (--profile).\n", self.run_verify(topic, code=1).stdout.decode())

    def test_a_topic_that_grew(self):
        topic = self.topic("grew", 4)
        produce(topic, [f"key {number}:v" for number in range(100)])
        kafka_tool("TopicCommand", "--alter", "--topic", topic, "--partitions", "7")
        admin.wait_until("7 partitions", 30, lambda: len(self.verify_any(topic)["partitions"]) == 7)
        _, total = self.verify(topic, code=1)
        self.assertEqual(total["former_partitions"], 4)
        self.assertIn("would sit where they belong with 4 partitions: the topic had that many", self.run_verify(topic, code=1).stdout.decode())

    def verify_any(self, topic):
        done = subprocess.run([*RUNNER, TOOL, "verify", "--json", "--brokers", kafka_bootstrap(), "--topic", topic], stdout=subprocess.PIPE,
                              check=False)
        return json.loads(done.stdout.splitlines()[-1])

    def test_null_and_empty_keys(self):
        topic = self.topic("keyless", 3)
        produce(topic, [f"key {number}:v" for number in range(10)])
        subprocess.run(["kcat", "-P", "-b", kafka_bootstrap(), "-t", topic, "-p", "1"], input=b"a\nb\n", check=True)  # null keys
        empty = self.partition("", 3)
        produce(topic, [":v"], "-p", str(empty))
        faults, total = self.verify(topic)
        self.assertEqual((faults, total["records"], total["null_keys"], total["empty_keys"]), ([], 13, 2, 1))
        self.assertEqual(total["partitions"][1]["null_keys"], 2)
        faults, _ = self.verify(topic, "--keyed", code=1)
        self.assertEqual(sorted(fault["text"] for fault in faults), ["the key is empty", "the key is null", "the key is null"])
        produce(topic, [":v"], "-p", str((empty + 1) % 3))  # an empty key has its partition
        self.assertEqual(self.verify(topic, code=1)[0][0]["key"], "")

    def test_from_a_time(self):
        topic = self.topic("time", 2)
        produce(topic, [f"old {number}:v" for number in range(10)])
        middle = after(int(time.time() * 1000))
        after(middle)
        produce(topic, [f"new {number}:v" for number in range(7)])
        _, total = self.verify(topic, "--from", str(middle))
        self.assertEqual(total["records"], 7)
        self.assertEqual(sum(one["end"] - one["first"] for one in total["partitions"]), 7)
        self.assertEqual(self.verify(topic, "--from", "1h")[1]["records"], 17)
        self.assertEqual(self.verify(topic, "--from", str(middle + 3600000))[1]["records"], 0)

    def test_records_larger_than_what_is_fetched_at_once(self):
        topic = self.topic("large", 1)
        for size in (1, 900_000, 262_144, 1):
            subprocess.run([TOOL, "send", "-o", f"brokers={kafka_bootstrap()}", "-o", f"topic={topic}", "-o", "compression=none", "--key", "k", "--value", "-"],
                           input=b"v" * size, check=True, stdout=subprocess.DEVNULL)
        _, total = self.verify(topic)
        self.assertEqual((total["records"], total["bytes"]), (4, 4 + 1 + 900_000 + 262_144 + 1))

    def test_many_partitions(self):
        """What waits is bounded for all of them together."""
        topic = self.topic("many", 200)
        produce(topic, [f"key {number}:v" for number in range(20_000)])
        _, total = self.verify(topic)
        self.assertEqual((total["records"], total["misplaced"], len(total["partitions"])), (20_000, 0, 200))

    def test_an_empty_topic(self):
        topic = self.topic("empty", 3)
        _, total = self.verify(topic)
        self.assertEqual((total["records"], len(total["partitions"])), (0, 3))


class Words(VerifyCase):
    """None, one and two of each."""

    def test_counts(self):
        topic = self.topic("counts", 1)
        self.assertEqual(self.report(topic), [f"{topic}: 1 partition, 0 records, 0 bytes; keys: about 0 different, 0 null, 0 empty",
                                              "No record has a key, so no partition could be checked."])
        produce(topic, [":1"], "-H", "seq=1")
        self.assertEqual(self.report(topic, "--order-header", "seq"), [
            f"{topic}: 1 partition, 1 record, 1 byte; keys: about 1 different, 0 null, 1 empty",
            "Every record with a key sits where it belongs under java.",
            "1 value is not OTLP, the first at partition 0 offset 0: the value is text, not OTLP; which rule made its key is not known",
            "Order: 0 of 0 records that could be compared with the last one of the same key come too late"])
        produce(topic, [":1"], "-H", "seq=0")
        self.assertEqual(self.report(topic, "--order-header", "seq", code=1)[-1],
                         "Order: 1 of 1 record that could be compared with the last one of the same key comes too late")
        produce(topic, [":1"])
        text = self.report(topic, "--order-header", "seq", code=1)
        self.assertEqual(text[0], f"{topic}: 1 partition, 3 records, 3 bytes; keys: about 1 different, 0 null, 3 empty")
        self.assertTrue(text[-1].endswith(" comes too late; 1 has no such value"), text)

    def test_misplaced(self):
        topic = self.topic("counts-misplaced", 2)
        keys = [key for key in (f"key {number}" for number in range(40)) if self.partition(key, 2) == 1]
        produce(topic, [f"{keys[0]}:v"], "-p", "0")
        self.assertIn("1 of 1 record with a key does not sit where it belongs under java.", self.report(topic, code=1))
        produce(topic, [f"{keys[1]}:v"], "-p", "1")
        self.assertIn("1 of 2 records with a key does not sit where it belongs under java.", self.report(topic, code=1))
        produce(topic, [f"{keys[2]}:v"], "-p", "0")
        self.assertIn("2 of 3 records with a key do not sit where they belong under java.", self.report(topic, code=1))
        for key in keys[3:15]:
            produce(topic, [f"{key}:v"], "-p", "0")
        self.assertIn("All of these would sit where they belong with 1 partition: the topic had that many when they were written.",
                      self.report(topic, code=1))

    def test_one_record_of_another_profile(self):
        topic = self.topic("counts-profile", 6)
        key = next(key for key in map(str, range(40)) if self.partition(key, 6) != self.partition(key, 6, "sarama") != self.partition(key, 6, "librdkafka"))
        produce(topic, [f"{key}:v"], "-p", str(self.partition(key, 6, "sarama")))
        self.assertIn("It sits where it belongs under sarama, though one record proves little (--profile sarama).", self.report(topic, code=1))

    def test_rules(self):
        topic = self.topic("counts-rules", 1)
        self.send(topic, [log_request("x")])
        self.assertIn("The key of the one OTLP value that was looked at is resource_hash (kafkaexporter up to v0.162, by resource), since partition 0 "
                      "offset 0", self.report(topic))
        topic = self.topic("counts-no-rule", 1)
        self.send(topic, [log_request("x")], key='constant("other")')
        self.assertIn("The key of the one OTLP value that was looked at is made by none of the rules that were tried; name another with --key SPEC",
                      self.report(topic))

    def report(self, topic, *args, code=0):
        """Its lines without those of the tables."""
        lines = self.run_verify(topic, *args, code=code).stdout.decode().splitlines()
        return [line for line in lines if not re.match(r"(PARTITION|WRONG|KEY|order|misplaced) |KEY$| +\d+ |\".*\"|0x", line)]


class Order(VerifyCase):
    def test_by_a_header(self):
        topic = self.topic("order-header", 2)
        for number, key in ((1, "a"), (2, "a"), (10, "a"), (5, "b"), (9, "a"), (11, "a"), (6, "b")):
            produce(topic, [f"{key}:v"], "-H", f"seq={number}")
        produce(topic, ["c:v"])
        faults, total = self.verify(topic, "--order-header", "seq", code=1)
        self.assertEqual([(fault["fault"], fault["key_text"]) for fault in faults], [("order", "a")])
        self.assertIn("9 comes behind 10", faults[0]["text"])
        self.assertEqual(total["order"], {"violations": 1, "compared": 5, "missing": 1, "evicted": 0})
        self.verify(topic)

    def test_by_an_attribute(self):
        topic = self.topic("order-attribute", 1)
        self.send(topic, [log_request("x", number) for number in (1, 2, 3, 12, 4, 13)])
        faults, _ = self.verify(topic, "--order-attribute", 'attributes["seq"]', code=1)
        self.assertEqual([fault["offset"] for fault in faults], [4])


class Rules(VerifyCase):
    def test_two_hashes(self):
        topic = self.topic("hashes", 3)
        self.send(topic, [log_request(f"s{number}") for number in range(97)])
        self.assertEqual(self.verify(topic)[1]["key_rules"][0]["rule"], "resource_hash")
        self.send(topic, [log_request(f"s{number}") for number in range(3)], key="resource_hash_v0163")
        _, total = self.verify(topic, code=1)
        rules = {rule["rule"]: rule for rule in total["key_rules"]}
        self.assertEqual({name: rule["records"] for name, rule in rules.items()}, {"resource_hash": 97, "resource_hash_v0163": 3})
        since = rules["resource_hash_v0163"]
        counts = [one["records"] for one in total["partitions"]]
        new = subprocess.run(["kcat", "-C", "-e", "-q", "-b", kafka_bootstrap(), "-t", topic, "-p", str(since["since_partition"]), "-o",
                              str(since["since_offset"]), "-f", "%o\n"], check=True, capture_output=True).stdout.split()
        self.assertLess(len(new), 4)  # it is behind the 97
        self.assertEqual((total["keys_checked"], total["keys_of_no_rule"], sum(counts)), (100, 0, 100))
        text = self.run_verify(topic, code=1).stdout.decode()
        self.assertIn("97.0% of the keys of 100 OTLP values that were looked at are resource_hash (", text)
        self.assertIn("3.0% of the keys of 100 OTLP values that were looked at are resource_hash_v0163 (", text)
        self.assertIn(f"since partition {since['since_partition']} offset {since['since_offset']}", text)

    def test_a_rule_that_is_named(self):
        topic = self.topic("named", 2)
        spec = 'Concat([resource.attributes["service.name"], "x"], "-")'
        self.send(topic, [log_request(f"s{number}") for number in range(20)], key=spec)
        _, total = self.verify(topic)
        self.assertEqual((total["keys_of_no_rule"], total["key_rules"]), (20, []))
        _, total = self.verify(topic, "--key", spec)
        self.assertEqual([(rule["rule"], rule["records"]) for rule in total["key_rules"]], [(spec, 20)])
        self.send(topic, [log_request("other")], key='resource.attributes["service.name"]')
        faults, _ = self.verify(topic, "--key", spec, code=1)
        self.assertEqual([(fault["fault"], fault["key_text"]) for fault in faults], [("key", "other")])

    def test_formats_and_signals(self):
        topic = self.topic("formats", 2)
        self.send(topic, [log_request(f"s{number}") for number in range(5)], "encoding=otlp_json")
        self.assertEqual(self.verify(topic)[1]["key_rules"][0]["records"], 5)
        topic = self.topic("traces", 2)
        span = field(1, bytes(range(16))) + field(2, bytes(range(8))) + field(5, b"name")
        subprocess.run([TOOL, "send", "--signal", "traces", "-o", f"brokers={kafka_bootstrap()}", "-o", f"topic={topic}", "-o", "key=trace_id"],
                       input=field(1, field(2, field(2, span))), check=True, stdout=subprocess.DEVNULL)
        self.assertEqual(self.verify(topic)[1]["key_rules"][0]["rule"], "trace_id")

    def test_values_that_are_no_otlp(self):
        topic = self.topic("no-otlp", 1)
        produce(topic, ["a:text", 'b:{"x": 1}'])
        _, total = self.verify(topic)
        self.assertEqual((total["not_otlp"], total["keys_checked"]), (2, 0))
        self.assertIn("2 values are not OTLP, the first at partition 0 offset 0: the value is text, not OTLP;", self.run_verify(topic).stdout.decode())
        faults, _ = self.verify(topic, "--otlp", code=3)
        self.assertEqual([fault["offset"] for fault in faults], [0, 1])
        self.assertIn("JSON", faults[1]["text"])

    def test_each_value_is_judged_by_itself(self):
        """Whatever came before it: JSON of a collector's, a signal of another name, and JSON that is no request at all. A key spec makes the
        same keys of all, so that none of them can be wrong."""
        spec, span = 'resource.attributes["service.name"]', field(2, field(2, field(1, bytes(range(16))) + field(2, bytes(range(8)))))
        resource = field(1, field(1, pair(b"service.name", "web-1")))
        kinds = {"logs": ("logs", "otlp_json", log_request("web-1"), 5), "traces": ("traces", "otlp_json", field(1, resource + span), 2),
                 "record": ("logs", "json_record", log_request("web-1"), 1)}
        for number, order in enumerate(itertools.permutations(kinds)):
            topic = self.topic(f"each-{number}", 1)
            for kind in order:
                signal, encoding, request, count = kinds[kind]
                self.send(topic, [request] * count, f"{signal}.encoding={encoding}", key=spec, args=["--signal", signal])
            for args in ([], ["--key", spec]):
                with self.subTest(order=order, args=args):
                    faults, total = self.verify(topic, *args)
                    self.assertEqual((faults, total["not_otlp"], total["keys_checked"], total["keys_of_no_rule"]), ([], 1, 7, 0))
            with self.subTest(order=order, args="--otlp"):
                faults, _ = self.verify(topic, "--otlp", code=3)
                self.assertEqual([fault["fault"] for fault in faults], ["value"])
            text = self.run_verify(topic, "--key", spec).stdout.decode()
            self.assertIn("100.0% of the keys of 7 OTLP values", text)
            self.assertIn("\n1 value is not OTLP, the first at partition 0 offset", text)

    def test_values_without_keys(self):
        """They too are judged one by one."""
        for name, lines in (("first", ["text", "{}"]), ("last", [])):
            topic = self.topic(f"keyless-{name}", 1)
            subprocess.run(["kcat", "-P", "-b", kafka_bootstrap(), "-t", topic], input="".join(f"{line}\n" for line in lines).encode(), check=True)
            self.send(topic, [log_request("web-1")] * 3, "encoding=otlp_json", key="none")
            if not lines:
                subprocess.run(["kcat", "-P", "-b", kafka_bootstrap(), "-t", topic], input=b"text\n{}\n", check=True)
            faults, total = self.verify(topic, "--otlp", code=3)
            self.assertEqual((len(faults), total["not_otlp"], total["null_keys"]), (2, 2, 5))


class Losses(VerifyCase):
    def delete_records(self, topic, offset):
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump({"version": 1, "partitions": [{"topic": topic, "partition": 1, "offset": offset}]}, file)
            file.flush()
            kafka_tool("DeleteRecordsCommand", "--offset-json-file", file.name)

    def begin(self, name, **config):
        """A topic of 4000 records that sit there all the same, and a verify that has begun to read it, and waits for its output to be taken:
        4000 lines of faults are more than a pipe holds, and little is fetched ahead."""
        topic = self.topic(name, 2, **config)
        produce(topic, [f"{self.keys[number % len(self.keys)]}:{'v' * 2000}" for number in range(4000)], "-p", "1")
        process = subprocess.Popen(
            [*RUNNER, TOOL, "verify", "--json", "--brokers", kafka_bootstrap(), "--topic", topic, "-o", "kafka.queued.min.messages=1", "-o",
             "kafka.queued.max.messages.kbytes=1", "-o", "kafka.fetch.message.max.bytes=20000"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(process.kill)
        process.stdout.readline()
        return topic, process

    def end(self, process, code):
        """The sum, and what it said."""
        out, err = process.communicate(timeout=120)
        self.assertEqual(process.returncode, code, err)
        return json.loads(out.splitlines()[-1]), err.decode()

    @classmethod
    def setUpClass(cls):
        """Keys that do not belong into partition 1 of 2."""
        keys = [f"key {number}" for number in range(200)]
        places = subprocess.run([TOOL, "partition", "--profile", "java", "--text", "-n", "2"], input="".join(f"{key}\n" for key in keys),
                                check=True, capture_output=True, text=True).stdout.split()
        cls.keys = [key for key, place in zip(keys, places) if place != "1"]

    def test_records_that_go_while_it_reads(self):
        topic, process = self.begin("shrinks")
        self.delete_records(topic, 3900)
        total, err = self.end(process, 1)
        one = total["partitions"][1]
        self.assertGreater(one["deleted"], 100)
        self.assertEqual(one["records"] + one["deleted"], 4000)
        self.assertFalse(one["complete"])
        self.assertRegex(err, r"partition 1: \d+ offsets were deleted while it was read .*; run it again")

    def test_a_topic_that_is_deleted_while_it_reads(self):
        topic, process = self.begin("deleted")
        admin.delete_topic(kafka_bootstrap().split(",")[0], topic)
        total, err = self.end(process, 4)
        self.assertLess(total["records"], 4000)
        self.assertFalse(total["partitions"][1]["complete"])
        self.assertRegex(err, rf"{topic}: the topic was deleted while it was read, with {total['records']} records read; ")

    def test_a_topic_that_is_made_again_while_it_reads(self):
        topic, process = self.begin("again")
        admin.delete_topic(kafka_bootstrap().split(",")[0], topic)
        create_topic(topic, 2)
        total, err = self.end(process, 1)
        self.assertLess(total["records"], 4000)
        self.assertFalse(total["partitions"][1]["complete"])
        self.assertRegex(err, r"partition 1: it ends at offset \d+ now, and ended at 4000 when this began: the topic was truncated or made again; run it again")

    def test_compacted_while_it_reads(self):
        """Also the last record that there was when it began."""
        topic, process = self.begin("compacts", cleanup_policy="compact", segment_ms="100", min_cleanable_dirty_ratio="0.01",
                                    max_compaction_lag_ms="100")

        def is_compacted():
            produce(topic, [f"{key}:v" for key in self.keys], "-p", "1")  # a later record for each, and another segment
            last = subprocess.run(["kcat", "-C", "-e", "-q", "-b", kafka_bootstrap(), "-t", topic, "-p", "1", "-o", "3999", "-c", "1", "-f", "%o"],
                                  check=True, capture_output=True).stdout
            return int(last) > 3999

        admin.wait_until(f"{topic} is not compacted", 90, is_compacted)
        total, err = self.end(process, 1)
        one = total["partitions"][1]
        self.assertGreater(one["gaps"], 100)
        self.assertEqual((one["end"], one["records"] + one["gaps"], one["complete"]), (4000, 4000, True))
        self.assertEqual(err, "")

    def test_compacted(self):
        topic = self.topic("compacted", 1, cleanup_policy="compact", segment_ms="100", min_cleanable_dirty_ratio="0.01",
                           max_compaction_lag_ms="100")
        deadline, total = time.monotonic() + 90, {"gaps": 0}
        while total["gaps"] == 0 and time.monotonic() < deadline:
            produce(topic, [f"key {number % 3}:v" for number in range(20)], "-p", "0")
            _, total = self.verify(topic)
        self.assertGreater(total["gaps"], 0)
        (one,) = total["partitions"]
        self.assertEqual(one["end"] - one["first"], one["records"] + one["gaps"])
        self.assertIn("offsets hold no record: compacted", self.run_verify(topic).stdout.decode())


class Brokers(VerifyCase):
    def test_no_such_topic(self):
        done = self.run_verify("no-such-topic", code=4)
        self.assertIn(b"no-such-topic", done.stderr)
        self.assertEqual(done.stdout, b"")


if __name__ == "__main__":
    unittest.main()
