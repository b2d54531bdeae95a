# SPDX-License-Identifier: Apache-2.0
"""stskafka send: against the broker inside the process, against none, and with the transport that keeps nothing."""
import json
import unittest

from tool import GOOD, MALFORMED, REJECTED, Case, frames, record, request, run

OUTCOME = ["request", "index", "status", "topic", "partition", "offset", "code", "text"]
SUM = ["requests", "accepted", "delivered", "rejected", "failed", "uncertain", "purged", "bytes", "seconds"]
NOWHERE = ["-o", "brokers=127.0.0.1:1", "-o", "read_timeout=200ms"]


class Sending(Case):
    def send(self, data, *args, code=0):
        """The outcome lines and the sum, with what must hold for all."""
        result = self.run_tool("send", "--json", "--framing", "length-prefixed", *args, data=data, code=code)
        *outcomes, total = result.json
        self.assertEqual(list(total)[:9], SUM)
        self.assertEqual(total["accepted"], total["delivered"] + total["failed"] + total["uncertain"] + total["purged"])
        self.assertIsInstance(total["seconds"], float)
        if outcomes:
            self.assertEqual(len(outcomes), total["accepted"] + total["rejected"])
            if "read_back" in outcomes[0]:  # else they come as they are known
                self.assertEqual(outcomes, sorted(outcomes, key=lambda line: (line["request"], line["index"])))
            for line in outcomes:
                self.assertEqual(list(line)[:8], OUTCOME)
            for status in ["delivered", "rejected", "failed", "uncertain", "purged"]:
                self.assertEqual(total[status], sum(line["status"] == status for line in outcomes))
        return outcomes, total, result


class Embedded(Sending):
    def test_end_to_end(self):
        data = frames(
            request(record(key=b"one", body=b"v1"), record(body=b"v"), record(key=b"two", body=b"")),
            request(),
            request(record(key="three", body=b"v" * 300), record(key=b"four", body=b"v", topic="other"),
                    record(key=b"", body=b"v"), record(key=b"\xff\x00", body=b"v")))
        outcomes, total, _ = self.send(data, "--embedded", "--outcomes", code=1)
        self.assertEqual({**total, "seconds": 0}, {
            "requests": 3, "accepted": 6, "delivered": 6, "rejected": 1, "failed": 0, "uncertain": 0, "purged": 0,
            "bytes": 5 + 3 + 305 + 5 + 1 + 3, "seconds": 0, "read_back": 6})
        self.assertEqual([(line["request"], line["index"]) for line in outcomes],
                         [(0, 0), (0, 1), (0, 2), (2, 0), (2, 1), (2, 2), (2, 3)])
        bad = outcomes.pop(1)
        self.assertEqual((bad["status"], bad["partition"], bad["offset"], bad["code"], bad["read_back"]),
                         ("rejected", None, None, "STS_ERR_KEY_MISSING", False))
        self.assertNotEqual(bad["text"], "")
        explained = [line for line in run("explain", "--json", "--partitions", "4", "--framing", "length-prefixed",
                                          data=data).json if not line["rejected"]]
        for line, wanted in zip(outcomes, explained):
            self.assertEqual((line["status"], line["code"], line["text"]), ("delivered", None, None))
            self.assertTrue(line["read_back"])
            for name in ["topic", "partition", "key", "value_size", "tombstone"]:
                self.assertEqual(line[name], wanted[name], name)
            self.assertGreaterEqual(line["offset"], 0)

    def test_order_and_offsets(self):
        """Within a partition the offsets follow the order of the records, without a gap."""
        data = frames(*[request(*[record(key=b"k%d" % (i * j % 7), body=b"v") for i in range(50)]) for j in range(20)])
        outcomes, total, _ = self.send(data, "--embedded", "--outcomes")
        self.assertEqual(total["delivered"], 1000)
        for partition in range(4):
            offsets = [line["offset"] for line in outcomes if line["partition"] == partition]
            self.assertEqual(offsets, list(range(len(offsets))))

    def test_without_outcomes_only_the_sum(self):
        outcomes, total, result = self.send(frames(GOOD, REJECTED), "--embedded", code=1)
        self.assertEqual(outcomes, [])
        self.assertEqual((total["delivered"], total["rejected"]), (1, 1))
        self.assertIn("standard input: request 1, record 0: rejected: STS_ERR_KEY_MISSING", result.err)

    def test_more_than_the_broker_keeps(self):
        """The mock keeps 5 MiB a partition: all is read back all the same, because it is read while it is sent."""
        body = bytes(range(256)) * 40
        records = [record(key=b"same", body=body)] * 1200
        for data in (frames(*[request(*records[i:i + 100]) for i in range(0, 1200, 100)]), frames(request(*records))):
            outcomes, total, _ = self.send(data, "--embedded", "--outcomes", "-o", "compression=none")
            self.assertEqual(total["read_back"], 1200)
            self.assertEqual([line["offset"] for line in outcomes], list(range(1200)))

    def test_more_than_the_broker_keeps_in_fewer_messages(self):
        """What is read is messages, of many records each."""
        data = frames(*[request(*[record(key=b"same", body=b"v" * 1000)] * 100)] * 120)
        outcomes, total, _ = self.send(data, "--embedded", "--outcomes", "-o", "gather=key", "-o", "encoding=json_record",
                                       "-o", "compression=none")
        self.assertEqual(total["read_back"], 12000)
        self.assertLess(max(line["offset"] for line in outcomes), 1000)

    def test_large_records(self):
        data = frames(request(*[record(key=b"k", body=b"v" * 3_000_000)] * 3))
        _, total, _ = self.send(data, "--embedded", "-o", "max_message_bytes=4000000")
        self.assertEqual((total["delivered"], total["read_back"]), (3, 3))

    def test_small_queue(self):
        """Where the queue is full the tool goes on with the record that was not taken, and none is sent twice."""
        data = frames(*[request(*[record(key=b"k", body=b"v")] * 300, record(body=b"v")) for _ in range(3)])
        for more in ([], ["-o", "service_thread=false"]):
            outcomes, total, _ = self.send(data, "--embedded", "--outcomes", "-o", "sending_queue.queue_size=50", "-o",
                                           "produce_timeout=1ms", *more, code=1)
            self.assertEqual((total["delivered"], total["rejected"]), (900, 3))
            self.assertEqual([line["offset"] for line in outcomes if line["status"] == "delivered"], list(range(900)))
            self.assertEqual([line["index"] for line in outcomes], list(range(301)) * 3)

    def test_nothing_acknowledged_is_uncertain(self):
        outcomes, total, _ = self.send(frames(GOOD), "--embedded", "--outcomes", "-o", "required_acks=none", code=0)
        self.assertEqual((total["uncertain"], outcomes[0]["status"]), (1, "uncertain"))

    def test_compressions_and_acks(self):
        for option in ["compression=none", "compression=gzip", "compression=lz4", "compression=zstd",
                       "required_acks=leader", "partitioner=sarama"]:
            _, total, _ = self.send(frames(GOOD), "--embedded", "-o", option)
            self.assertEqual(total["read_back"], 1, option)

    def test_the_users_brokers_and_transport_are_not_asked(self):
        _, total, _ = self.send(frames(GOOD), "--embedded", "-o", "brokers=127.0.0.1:1", "-o", "transport=memory")
        self.assertEqual(total["read_back"], 1)

    def test_malformed(self):
        outcomes, total, result = self.send(frames(REJECTED, MALFORMED, GOOD), "--embedded", "--outcomes", code=3)
        self.assertEqual([line["request"] for line in outcomes], [0, 2])
        self.assertEqual((total["requests"], total["delivered"]), (3, 1))
        self.assertIn("standard input: request 1, byte ", result.err)
        _, total, _ = self.send(frames(GOOD)[:-1], "--embedded", code=3)
        self.assertEqual((total["requests"], total["accepted"]), (1, 0))

    def test_files(self):
        one, two = self.file("one", GOOD), self.file("two", REJECTED)
        result = self.run_tool("send", "--embedded", "--outcomes", "--json", one, two, "-", data=GOOD, code=1)
        self.assertEqual([line["status"] for line in result.json[:-1]], ["delivered", "rejected", "delivered"])

    def test_statistics(self):
        data = frames(request(*[record(key=b"one", body=b"v")] * 5, record(body=b"v")))
        _, total, result = self.send(data, "--embedded", "--statistics", "json", code=1)
        *_, line = result.err.splitlines()
        numbers = json.loads(line)
        for name in ["accepted", "delivered", "rejected", "failed", "uncertain", "purged", "bytes"]:
            self.assertEqual(numbers["counts"][name], total[name], name)
        self.assertEqual(numbers["rejected_by_code"], {"STS_ERR_KEY_MISSING": 1})
        self.assertEqual(sum(bucket["count"] for bucket in numbers["delivery_latency"]["buckets"]), 5)
        _, _, result = self.send(data, "--embedded", "--statistics", "prometheus", code=1)
        self.assertIn("\nstskafka_records_delivered_total 5\n", result.err)

    def test_no_records(self):
        for data in (b"", frames(request())):
            outcomes, total, _ = self.send(data, "--embedded", "--outcomes")
            self.assertEqual((outcomes, total["accepted"], total["requests"]), ([], 0, 1 if data else 0))

    def test_for_people(self):
        data = request(record(key=b"one", body=b"v1"), record(key=b"\x00", body=b""), record(body=b"v"))
        result = self.run_tool("send", "--embedded", "--outcomes", data=data, code=1)
        head, one, two, three, total = result.lines
        for words, line in ((["KEY", "OFFSET"], head), (["delivered", '"one"', "2 bytes"], one),
                            (["delivered", "0x00", "tombstone"], two), (["rejected", "STS_ERR_KEY_MISSING"], three),
                            (["1 request,", "2 delivered", "1 rejected", "2 read back"], total)):
            for word in words:
                self.assertIn(word, line)
        self.assertEqual(run("send", "--embedded", data=data).lines[:4], result.lines[:4])

    def test_counts_for_people(self):
        """None, one and two of each."""
        for count, said in enumerate([r"0 requests, 0 accepted, 0 delivered, 0 read back; 0 bytes in", r"1 request, 1 accepted, 1 delivered, 1 read back; 1 byte in",
                                      r"2 requests, 2 accepted, 2 delivered, 2 read back; 2 bytes in"]):
            data = frames(*[request(record(key=b"", body=b"v"))] * count)
            result = self.run_tool("send", "--embedded", "--framing", "length-prefixed", data=data)
            self.assertRegex(result.lines[-1], f"^{said} ")
            self.assertEqual(sum(" 1 byte  " in line for line in result.lines[1:-1]), count)
        for count, said in ((11, "1 more record was not delivered;"), (12, "2 more records were not delivered;")):
            result = self.run_tool("send", "-o", "transport=memory", data=request(*[record(body=b"v")] * count), code=1)
            self.assertIn(f": {said} --outcomes shows them all\n", result.err)


class NoBroker(Case):
    def test_no_broker(self):
        for args in ([], ["--read-back"], ["--outcomes"]):
            result = self.run_tool("send", "--json", *NOWHERE, *args, data=GOOD, code=4)
            self.assertEqual(result.out, b"")
            self.assertIn("STS_ERR_NO_BROKER", result.err)

    def test_goes_before_malformed_but_not_before_usage(self):
        self.run_tool("send", *NOWHERE, data=MALFORMED, code=4)
        self.refuse("send", *NOWHERE, "-o", "topics.max=0", data=GOOD)
        self.refuse("send", *NOWHERE, self.folder / "none")

    def test_unchecked(self):
        """Without the check the records are tried, given up and told of."""
        for check in ["off", "warn"]:
            result = run("send", "--json", "--outcomes", *NOWHERE, "-o", f"topic_check={check}", "-o",
                         "retry_on_failure.max_elapsed_time=300ms", "-o", "timeout=100ms", data=GOOD)
            self.assertIn(result.code, (1, 4), result)
            outcome, total = result.json
            self.assertEqual((outcome["status"], total["failed"], total["delivered"]), ("failed", 1, 0))
            self.assertIsNone(outcome["offset"])
            self.assertEqual(outcome["code"], "STS_ERR_GAVE_UP")

    def test_patience_ends(self):
        result = run("send", "--json", "--outcomes", *NOWHERE, "-o", "topic_check=off", "--timeout", "1", data=GOOD)
        self.assertEqual(result.code, 1, result)
        self.assertEqual(result.json[0]["status"], "purged")
        self.assertIn("giving up", result.err)

    def test_patience_ends_with_a_full_queue(self):
        data = request(*[record(key=b"k", body=b"v")] * 10)
        result = run("send", "--json", *NOWHERE, "-o", "topic_check=off", "-o", "sending_queue.queue_size=3", "-o",
                     "produce_timeout=10ms", "--timeout", "1", data=data)
        self.assertEqual(result.code, 1, result)
        self.assertEqual(result.json[-1]["accepted"], 3)
        self.assertIn("request 0: nothing was sent from record 3 on", result.err)


class OtherTransports(Sending):
    def test_memory(self):
        outcomes, total, _ = self.send(frames(GOOD, GOOD), "--outcomes", "-o", "transport=memory")
        self.assertEqual(total["delivered"], 2)
        self.assertNotIn("read_back", outcomes[0])
        self.assertEqual(list(outcomes[0]), OUTCOME)
        self.assertEqual(list(total), SUM)

    def test_none(self):
        self.refuse("send", "--json", "-o", "transport=none", data=GOOD, says="transport=none")


if __name__ == "__main__":
    unittest.main()
