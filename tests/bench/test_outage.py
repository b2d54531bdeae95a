"""The bench of an outage goes on working: its program delivers what it was told to, and says how it gets on; and what is read back is told to be
missing, there again, or behind later records of its key, where it is."""
import tempfile
import unittest
from pathlib import Path

import outage
from order import Order


def verdict(keys, numbers, taken):
    order = Order(keys)
    for number in numbers:
        order.see(number)
    return order.verdict(taken)


class Program(unittest.TestCase):
    RECORDS = 100_000

    def test_it_takes_all_and_then_delivers_all(self):
        with tempfile.TemporaryDirectory() as folder:
            called = []
            taken, delivered = outage.run({"transport": "memory", "topic": "bench", "sending_queue.storage": Path(folder) / "store"}, self.RECORDS,
                                          lambda: called.append("begin"), lambda: called.append("end"))
            self.assertGreater(outage.bytes_in(Path(folder) / "store"), 0)
        self.assertEqual(["begin", "end"], called)
        self.assertEqual([self.RECORDS * percent // outage.LINES for percent in range(1, outage.LINES + 1)], [line["taken"] for line in taken])
        self.assertEqual(self.RECORDS, delivered[-1]["delivered"])
        for line in taken + delivered:
            self.assertLess(0, line["anonymous"])
            self.assertLess(line["anonymous"], line["resident"])
            self.assertLessEqual(line["resident"], line["peak"])


class OrderOfNumbers(unittest.TestCase):
    def hold(self, keys, numbers, taken, **faults):
        self.assertEqual({"read": len(numbers), "lost": 0, "again": 0, "out of order": 0} | faults, verdict(keys, numbers, taken))

    def test_keys_are_independent_of_each_other(self):
        self.hold(2, [1, 3, 0, 5, 2, 4], range(6))

    def test_what_is_missing_is_lost(self):
        self.hold(2, [0, 1, 4, 3], range(8), lost=4)

    def test_what_was_not_taken_is_not_lost(self):
        self.hold(2, [0, 4], [0, 4])

    def test_what_comes_behind_a_later_one_is_out_of_order_and_not_lost(self):
        self.hold(2, [0, 4, 2], range(0, 6, 2), **{"out of order": 1})

    def test_what_comes_again_is_counted_each_time(self):
        self.hold(2, [0, 2, 0, 0, 2], [0, 2], again=3)

    def test_what_was_out_of_order_may_come_again_too(self):
        self.hold(2, [0, 4, 2, 2], [0, 2, 4], again=1, **{"out of order": 1})


if __name__ == "__main__":
    unittest.main()
