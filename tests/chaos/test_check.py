# SPDX-License-Identifier: Apache-2.0
"""The fault bench's checker on made-up runs: a good one, and one for each way in which it must fail."""
import tempfile
import unittest
from pathlib import Path

from check import FAULTS, Record, Rules, check, read_topic
from schedule import make_schedule

KEYS = ("k000", "k001")


def good_run():
    """Six records of two keys, all delivered: ledger, topic (partition, offset, key, sequence), summary."""
    records, topic = [], []
    for offset in range(3):
        for partition, key in enumerate(KEYS):
            records.append(Record(len(records), key, offset, True, 1, "delivered", 0, partition, offset, False))
            topic.append((partition, offset, key, offset))
    counts = dict.fromkeys(("rejected", "failed", "uncertain", "purged", "pending", "possible_duplicates", "producer_rebuilds"), 0)
    summary = {"counts": counts | {"records": 6, "accepted": 6, "delivered": 6}, "flushes": 3, "flushes_missed": 0,
               "flush_latest_ms": 5, "flushes_untrue": 0, "close_missed": 0, "close_late_ms": -100, "queue_full": 0,
               "longest_export_ms": 3, "ended": "STS_OK"}
    return records, topic, summary


def shifted(topic, partition, offset):
    """Makes room in the topic for one more at that place."""
    return [(p, o + (p == partition and o >= offset), key, sequence) for p, o, key, sequence in topic]


class Check(unittest.TestCase):
    def setUp(self):
        self.records, self.topic, self.summary = good_run()

    def report(self, ends=None, **rules):
        if ends is None:
            ends = {p: sum(place[0] == p for place in self.topic) for p in range(2)}
        return check(self.records, self.topic, ends, self.summary, Rules(**rules))

    def assert_fails(self, *faults, **rules):
        report = self.report(**rules)
        self.assertEqual(report.failed(), sorted(faults, key=list(FAULTS).index), list(report.lines()))

    def tell(self, record, kind, code=-405):
        """The outcome of a record, with the counters to it."""
        self.summary["counts"][record.kind] -= 1
        self.summary["counts"][kind] += 1
        record.kind, record.code, record.partition, record.offset = kind, code, -1, -1

    def double(self, record):
        """Puts a record into the topic a second time, at the end of its partition."""
        partition = KEYS.index(record.key)
        self.topic.append((partition, sum(place[0] == partition for place in self.topic), record.key, record.sequence))

    def test_a_good_run_is_good(self):
        self.assert_fails()
        self.assertEqual(self.report().counts["delivered"], 6)

    def test_records_of_one_message(self):
        """They have one place, and their order in it counts."""
        self.topic = [(0, 0, "k000", 0), (0, 0, "k000", 1), (0, 0, "k000", 2)] + [one for one in self.topic if one[0] == 1]
        for record in self.records:
            record.offset = record.offset if record.partition else 0
        ends = {0: 1, 1: 3}
        self.assertEqual(self.report(ends).failed(), [])
        self.topic[1], self.topic[2] = self.topic[2], self.topic[1]
        self.assertEqual(self.report(ends).failed(), ["reordered"])

    def test_a_topic_is_read(self):
        """Values with and without line ends, and messages of several records."""
        gathered = '{"body":"k000 1 xx","n":1}\n{"body":"k000 2 "}'
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "topic.tsv"
            values = [(0, 0, "k000", "k000 0 yy"), (0, 1, "k000", gathered), (1, 0, "", "k001 7 "), (1, 1, "k001", "k000 8 ")]
            path.write_text("".join(f"{p}\t{o}\t{key}\t{len(value)}\t{value}\n" for p, o, key, value in values))
            self.assertEqual(list(read_topic(path)), [(0, 0, "k000", 0), (0, 1, "k000", 1), (0, 1, "k000", 2),
                                                      (1, 0, "without a key: k001", 7), (1, 1, "k001", None)])

    def test_a_record_may_be_refused_while_the_right_to_write_is_taken(self):
        self.topic.pop()
        for kind in ("failed", "rejected"):
            self.tell(self.records[5], kind, code=-403)
            if kind == "rejected":
                self.summary["counts"]["accepted"] -= 1
            self.assert_fails(rights=True)
            self.assert_fails("needless")
        self.topic.append((1, 2, "k001", 2))
        self.assert_fails("phantom", rights=True)

    def test_a_bad_record_may_be_refused(self):
        self.records[5].bad = "l"
        self.topic.remove((1, 2, "k001", 2))
        self.tell(self.records[5], "failed", -330)
        self.assert_fails()

    def test_a_bad_record_may_be_refused_after_it_was_written(self):
        self.records[5].bad = "l"
        self.tell(self.records[5], "uncertain", -330)
        self.assert_fails()
        self.topic.remove((1, 2, "k001", 2))
        self.assert_fails("needless")

    def test_a_good_record_that_is_refused_is_needless(self):
        self.topic.remove((1, 2, "k001", 2))
        self.tell(self.records[5], "failed", -330)
        self.assert_fails("needless")

    def test_a_bad_record_that_is_given_up_is_needless(self):
        self.records[5].bad = "l"
        self.topic.remove((1, 2, "k001", 2))
        self.tell(self.records[5], "failed", -405)
        self.assert_fails("needless")

    def test_a_record_without_a_key_has_no_order(self):
        for record in self.records[1::2]:
            record.bad = "k"
        self.topic = [(p, 2 - o if p else o, "without a key: " + key if p else key, s) for p, o, key, s in self.topic]
        for record in self.records[1::2]:
            record.offset = 2 - record.offset
        self.assert_fails()

    def test_a_record_that_was_acknowledged_and_is_absent_is_lost(self):
        self.topic = [place for place in self.topic if place != (0, 2, "k000", 2)]
        self.assert_fails("lost")
        self.assertEqual(self.report(acks="leader").failed(), [])

    def test_what_was_not_read_is_told_apart_from_what_is_lost(self):
        self.topic = [place for place in self.topic if place[:2] != (1, 1)]
        self.assert_fails("lost", "unread", ends={0: 3, 1: 3})

    def test_what_was_given_up_or_purged_must_not_be_there(self):
        for kind in ("failed", "purged"):
            with self.subTest(kind):
                self.records, self.topic, self.summary = good_run()
                self.tell(self.records[3], kind)
                self.assert_fails("phantom", patient=False)

    def test_what_was_never_taken_must_not_be_there(self):
        self.records[5].taken, self.records[5].outcomes, self.records[5].kind = False, 0, "none"
        self.summary["counts"] |= {"records": 5, "accepted": 5, "delivered": 5}
        self.assert_fails("phantom")

    def test_what_is_uncertain_may_be_there_or_not(self):
        self.tell(self.records[3], "uncertain")
        self.assert_fails(patient=False)
        self.topic = [place for place in self.topic if place[:2] != (1, 1)]
        self.topic = [(p, o - (p == 1 and o > 1), key, sequence) for p, o, key, sequence in self.topic]
        self.records[5].offset = 1
        self.assert_fails(patient=False)

    def test_nothing_is_given_up_where_there_is_time(self):
        self.tell(self.records[3], "uncertain")
        self.assert_fails("needless")

    def test_two_records_of_a_key_that_changed_places(self):
        self.records[2].offset, self.records[4].offset = 2, 1
        self.topic = [(p, {1: 2, 2: 1}.get(o, o) if p == 0 else o, key, sequence) for p, o, key, sequence in self.topic]
        self.assert_fails("reordered")

    def test_a_record_that_was_given_up_may_come_late_from_a_producer_that_is_gone(self):
        self.topic = [(p, {1: 2, 2: 1}.get(o, o) if p == 0 else o, key, sequence) for p, o, key, sequence in self.topic]
        self.records[4].offset = 1
        self.tell(self.records[2], "uncertain")
        self.assert_fails("reordered", patient=False)
        self.summary["counts"]["producer_rebuilds"] = 1
        self.assert_fails(patient=False)
        self.assertEqual(self.report().count("belated"), 1)

    def test_a_gap_in_a_key_is_no_disorder(self):
        self.tell(self.records[2], "failed")
        self.topic = [(p, o - (p == 0 and o > 1), key, sequence) for p, o, key, sequence in self.topic if (p, o) != (0, 1)]
        self.records[4].offset = 1
        self.assert_fails(patient=False)

    def test_twice_there_and_not_flagged(self):
        self.double(self.records[0])
        self.assert_fails("unflagged")

    def test_twice_there_and_flagged(self):
        self.double(self.records[0])
        self.records[0].may_be_duplicate = True
        self.summary["counts"]["possible_duplicates"] = 1
        self.assert_fails()
        self.assertEqual(self.report().counts["twice"], 1)

    def test_a_second_copy_does_not_change_the_order(self):
        self.double(self.records[0])  # after the later ones of its key
        self.assertEqual(self.report().count("reordered"), 0)

    def test_a_second_copy_of_one_does_not_hide_that_another_came_late(self):
        self.topic = shifted(self.topic, 0, 0)
        self.topic.append((0, 0, "k000", 1))  # a copy of the second before the first
        for record in self.records[::2]:
            record.offset += 1
        self.records[2].may_be_duplicate = True
        self.summary["counts"]["possible_duplicates"] = 1
        self.assert_fails("reordered")

    def test_outcomes_that_are_missing_or_double(self):
        self.records[1].outcomes = 0
        self.records[1].kind = "none"
        self.records[2].outcomes = 2
        self.assert_fails("missing", "double")

    def test_an_outcome_without_a_record(self):
        self.records[0].taken = False
        self.summary["counts"]["records"] = self.summary["counts"]["accepted"] = 5
        report = self.report()
        self.assertEqual((report.count("double"), report.count("phantom")), (1, 1))

    def test_another_place_than_was_told(self):
        self.records[0].offset = 1
        self.assert_fails("misplaced")

    def test_a_key_in_two_partitions(self):
        self.topic = [(1 if place == (0, 2, "k000", 2) else place[0], 3 if place == (0, 2, "k000", 2) else place[1], *place[2:])
                      for place in self.topic]
        self.records[4].partition, self.records[4].offset = 1, 3
        self.assert_fails("misplaced")

    def test_what_nobody_sent(self):
        self.topic.append((0, 3, "k000", 77))
        self.assert_fails("alien")

    def test_sums(self):
        for name in ("records", "accepted", "delivered", "rejected", "pending", "possible_duplicates"):
            with self.subTest(name):
                self.summary = good_run()[2]
                self.summary["counts"][name] += 1
                self.assert_fails("sums")

    def test_calls(self):
        for name, value, fault in (("flushes_missed", 1, "late"), ("close_missed", 1, "late"), ("longest_export_ms", 6001, "late"),
                                   ("flushes_untrue", 1, "untrue"), ("ended", "STS_ERR_PRODUCER_FATAL", "ended")):
            with self.subTest(name):
                self.summary = good_run()[2] | {name: value}
                self.assert_fails(fault)


class Schedules(unittest.TestCase):
    def test_the_same_seed_makes_the_same_schedule(self):
        for seed in range(50):
            self.assertEqual(make_schedule(seed, 8, True), make_schedule(seed, 8, True))

    def test_what_is_broken_is_mended(self):
        """Who is stopped is started again, and what the proxies do is undone."""
        pairs = {"kill": "start", "pause": "resume", "refuse": "accept", "mute": "unmute"}
        for seed in range(300):
            for action in make_schedule(seed, 8, True).actions:
                if action.verb in pairs:
                    later = [a for a in make_schedule(seed, 8, True).actions
                             if a.verb == pairs[action.verb] and a.broker == action.broker and a.at > action.at]
                    self.assertTrue(later, f"seed {seed}: {action}")

    def test_without_fatal_errors_the_rest_is_the_same(self):
        for seed in range(50):
            every, rest = make_schedule(seed, 8, True), make_schedule(seed, 8, False)
            self.assertEqual([action for action in every.actions if action.verb != "fatal"], rest.actions)

    def test_never_are_three_brokers_down(self):
        """As far as the schedule knows; those that were told to start need some seconds yet."""
        ends = {"start": "kill", "resume": "pause", "accept": "refuse"}
        for seed in range(300):
            down = set()
            for action in make_schedule(seed, 8, True).actions:
                if action.verb in ends.values():
                    down.add(action.broker)
                elif action.verb in ends:
                    down.discard(action.broker)
                self.assertLess(len(down), 3, f"seed {seed}: {action}")


if __name__ == "__main__":
    unittest.main()
