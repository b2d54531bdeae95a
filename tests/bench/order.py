"""Numbered records, read back from a topic: what is lost, there again, or out of order. The records of a key are every so many-th number, as
numbered.h has it."""
from collections import Counter, defaultdict


class Order:
    """Takes numbers in the order of the topic. It remembers of each key what comes next, and the numbers that were left out until then."""

    def __init__(self, keys):
        self.keys = keys
        self.next = list(range(keys))
        self.left_out = defaultdict(set)
        self.found = Counter()

    def see(self, number):
        key = number % self.keys
        self.found["read"] += 1
        if number == self.next[key]:
            self.next[key] += self.keys
        elif number > self.next[key]:
            self.left_out[key].update(range(self.next[key], number, self.keys))
            self.next[key] = number + self.keys
        elif number in self.left_out[key]:
            self.left_out[key].discard(number)
            self.found["out of order"] += 1
        else:
            self.found["again"] += 1

    def has(self, number):
        key = number % self.keys
        return number < self.next[key] and number not in self.left_out[key]

    def verdict(self, taken):
        """What became of those numbers."""
        return {"read": self.found["read"], "lost": sum(not self.has(number) for number in taken),
                "again": self.found["again"], "out of order": self.found["out of order"]}
