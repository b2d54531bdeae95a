# SPDX-License-Identifier: Apache-2.0
"""Holds the outcomes that the exporter told against what is in the topic.

Each way in which they can disagree has a name, and each case is kept, so that a report can show some. What is *lost*, a *phantom*,
*reordered* and so on is written beside each in FAULTS."""
import csv
import json
from collections import defaultdict
from dataclasses import dataclass, field

KINDS = {0: "none", 1: "delivered", 2: "failed", 3: "uncertain", 4: "purged", 5: "rejected"}

FAULTS = {
    "lost": "delivered, and not in the topic",
    "phantom": "failed, purged, rejected or never taken, and in the topic",
    "reordered": "in the topic for the first time after a later record of its key",
    "belated": "the same, but given up before as uncertain, in a run with another producer",
    "unflagged": "twice in the topic, and not told as a possible duplicate",
    "missing": "taken, and without an outcome",
    "double": "with more than one outcome, or with one though it was not taken",
    "misplaced": "not where its outcome says, or in another partition than its key",
    "needless": "not delivered though neither its time nor the exporter's ran out",
    "alien": "in the topic, and never sent",
    "unread": "offsets that were not read back",
    "sums": "counters that do not add up, or not to the outcomes",
    "late": "calls that came back more than a second after their deadline",
    "untrue": "flushes that said all was done when it was not",
    "ended": "exports that ended before the load was over",
}

# What is promised for required_acks=all alone.
FOR_ALL_ACKS = {"lost", "unflagged", "needless"}

# STS_ERR_DELIVERY and STS_ERR_RECORD_SIZE: what a record is refused with for what it is.
REFUSED = {-406, -330}
NOT_AUTHORIZED = -403  # STS_ERR_NOT_AUTHORIZED

# What no client can prevent: a broker that was stopped may get to a request of a producer that is gone after those of the next one,
# and tells late requests by their producer's epoch alone. Nobody was told that the record is in the topic, or where.
PARDONED = {"belated"}


NO_KEY = "without a key: "
HEAD = 200  # more characters than stand before a value


@dataclass
class Record:
    """A record of the load, from its ledger."""
    id: int
    key: str
    sequence: int
    taken: bool
    outcomes: int
    kind: str
    code: int
    partition: int
    offset: int
    may_be_duplicate: bool
    bad: str = "-"  # what a topic may not take: "k" it has no key, "l" it is large
    places: list = field(default_factory=list)  # (partition, offset) in the topic, by offset

    def __str__(self):
        return (f"record {self.id}, {self.key} {self.sequence}: {self.kind} ({self.code}) at {self.partition}/{self.offset}"
                f"{', may be duplicate' if self.may_be_duplicate else ''}, {self.outcomes} outcomes; in the topic at "
                f"{', '.join(f'{p}/{o}' for p, o in self.places) or 'no place'}")


@dataclass
class Rules:
    acks: str = "all"
    patient: bool = True  # neither a record's time nor the exporter's is to run out
    rights: bool = False  # the right to write was taken for a while
    export_ms: int = 5000  # how long an export may wait for room


class Report:
    """What was found: counts, and for each fault its cases as text."""

    def __init__(self, rules):
        self.rules = rules
        self.counts = {}
        self.cases = defaultdict(list)

    def add(self, fault, case):
        assert fault in FAULTS
        self.cases[fault].append(str(case))

    def count(self, fault):
        return len(self.cases[fault])

    def failed(self):
        """The faults that break a promise."""
        pardoned = PARDONED | (set() if self.rules.acks == "all" else FOR_ALL_ACKS)
        return [fault for fault in FAULTS if self.cases[fault] and fault not in pardoned]

    def lines(self, examples=20):
        yield " ".join(f"{name}={count}" for name, count in self.counts.items())
        for fault in FAULTS:
            if cases := self.cases[fault]:
                yield f"{fault}: {len(cases)} ({FAULTS[fault]})"
                yield from (f"  {case}" for case in cases[:examples])


def read_ledger(path):
    with open(path, encoding="ascii") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            yield Record(int(row["id"]), row["key"], int(row["sequence"]), row["taken"] == "1", int(row["outcomes"]),
                         KINDS[int(row["kind"])], int(row["code"]), int(row["partition"]), int(row["offset"]),
                         row["may_be_duplicate"] != "0", row["bad"])


def read_messages(path):
    """Partition, offset, key and value of each message; its value's size stands before it, as there may be line ends in it."""
    with open(path, encoding="ascii", newline="") as file:
        text = file.read()
    at = 0
    while at < len(text):
        partition, offset, key, size, _ = text[at:at + HEAD].split("\t", 4)
        at += len(partition) + len(offset) + len(key) + len(size) + 4
        yield int(partition), int(offset), key, text[at:at + int(size)]
        at += int(size) + 1


def read_topic(path):
    """Partition, offset, key and sequence of each record, in any order of partitions, those of a message in theirs; the key of one
    without is its name after NO_KEY. A message of several (gather) has a line of JSON for each."""
    for partition, offset, key, value in read_messages(path):
        for body in [json.loads(line)["body"] for line in value.splitlines()] if value[0] == "{" else [value]:
            name, sequence, *_ = body.split()
            yield partition, offset, key or NO_KEY + name, int(sequence) if key in (name, "") else None


def place(records, topic, report):
    """Gives each record its places in the topic; returns the first places of each key, in order."""
    by_name = {(NO_KEY * (record.bad == "k") + record.key, record.sequence): record for record in records}
    for record in records:
        record.places = []
    firsts = defaultdict(list)
    partition_of = {}
    for partition, offset, key, sequence in sorted(topic, key=lambda found: found[:2]):
        record = by_name.get((key, sequence))
        if not record:
            report.add("alien", f"{key} {sequence} at {partition}/{offset}")
            continue
        if record.bad == "k":  # it may be anywhere
            record.places.append((partition, offset))
            continue
        if partition_of.setdefault(key, partition) != partition:
            report.add("misplaced", f"{key} {sequence} in partition {partition}, and others in {partition_of[key]}")
        if not record.places:
            firsts[key].append(record)
        record.places.append((partition, offset))
    return firsts


def check_order(firsts, rebuilds, report):
    for records in firsts.values():
        latest = records[0]
        for record in records[1:]:
            if record.sequence < latest.sequence:
                report.add("belated" if record.kind == "uncertain" and rebuilds else "reordered",
                           f"{record}; after {latest.sequence}")
            else:
                latest = record


def check_outcome(record, rules, report):
    if record.taken and record.outcomes == 0:
        report.add("missing", record)
    if record.outcomes > (1 if record.taken else 0):
        report.add("double", record)
    there = len(record.places)
    if record.kind == "delivered" and not there:
        report.add("lost", record)
    if there and (record.kind in ("failed", "purged", "rejected") or not record.taken):
        report.add("phantom", record)
    if there > 1 and not record.may_be_duplicate:
        report.add("unflagged", record)
    if record.kind == "delivered" and there and record.offset >= 0 and (record.partition, record.offset) not in record.places:
        report.add("misplaced", record)
    # What a topic refused for what it is has failed, or was rejected beforehand; or is uncertain, where an earlier producer's topic may
    # have taken it, or this one's has, and only a second try was refused. A good record that was with it has not.
    kinds = ("failed", "rejected", "uncertain") if record.may_be_duplicate or there else ("failed", "rejected")
    refused = record.bad != "-" and record.kind in kinds and record.code in REFUSED
    forbidden = rules.rights and record.kind in ("failed", "rejected", "uncertain") and record.code == NOT_AUTHORIZED
    if rules.patient and record.kind in ("failed", "uncertain", "purged", "rejected") and not (refused or forbidden):
        report.add("needless", record)


def check_read(topic, ends, report):
    """Offsets have no gaps where there are no transactions: what is not there was not read."""
    read = defaultdict(set)
    for partition, offset, *_ in topic:
        read[partition].add(offset)
    for partition, end in ends.items():
        for offset in sorted(set(range(end)) - read[partition])[:100]:
            report.add("unread", f"{partition}/{offset} of {end}")


def check_sums(records, summary, report):
    counts = summary["counts"]
    told = defaultdict(int)
    for record in records:
        told[record.kind] += record.outcomes
    if counts["records"] != counts["accepted"] + counts["rejected"]:
        report.add("sums", "records is not accepted + rejected")
    if counts["accepted"] != sum(counts[kind] for kind in ("delivered", "failed", "uncertain", "purged", "pending")):
        report.add("sums", "accepted is not delivered + failed + uncertain + purged + pending")
    if counts["pending"]:
        report.add("sums", f"{counts['pending']} are pending after the close")
    if counts["records"] != sum(record.taken for record in records):
        report.add("sums", f"{counts['records']} records, and exports took {sum(record.taken for record in records)}")
    for kind in ("delivered", "failed", "uncertain", "purged", "rejected"):
        if counts[kind] != told[kind]:
            report.add("sums", f"{counts[kind]} {kind}, and {told[kind]} such outcomes")
    flagged = sum(record.may_be_duplicate for record in records)
    if counts["possible_duplicates"] != flagged:
        report.add("sums", f"{counts['possible_duplicates']} possible duplicates, and {flagged} such outcomes")


def check_calls(summary, rules, report):
    for _ in range(summary["flushes_missed"]):
        report.add("late", f"a flush; the latest was {summary['flush_latest_ms']} ms over its deadline")
    if summary["close_missed"]:
        report.add("late", f"the close, {summary['close_late_ms']} ms over its deadline")
    if summary["longest_export_ms"] > rules.export_ms + 1000:
        report.add("late", f"an export of {summary['longest_export_ms']} ms")
    for _ in range(summary["flushes_untrue"]):
        report.add("untrue", "a flush")
    if summary["ended"] != "STS_OK":
        report.add("ended", summary["ended"])


def check(records, topic, ends, summary, rules):
    """`records` from the ledger, `topic` as read, `ends` by partition, `summary` as the load printed it."""
    records, topic = list(records), list(topic)
    report = Report(rules)
    check_read(topic, ends, report)
    check_order(place(records, topic, report), summary["counts"]["producer_rebuilds"], report)
    for record in records:
        check_outcome(record, rules, report)
    check_sums(records, summary, report)
    check_calls(summary, rules, report)
    report.counts = {kind: sum(record.kind == kind for record in records)
                     for kind in ("delivered", "failed", "uncertain", "purged")}
    report.counts["records"] = sum(record.taken for record in records)
    report.counts["flagged"] = sum(record.may_be_duplicate for record in records)
    report.counts["twice"] = sum(len(record.places) > 1 and record.may_be_duplicate for record in records)
    report.counts["rebuilds"] = summary["counts"]["producer_rebuilds"]
    return report
