# SPDX-License-Identifier: Apache-2.0
"""What happens in one run of the fault bench: made from a seed, so that the same seed makes the same run.

A schedule is a list of actions at times, and the settings of the load. Faults come one after another or at once; at most two of three
brokers are down together, and for a few seconds at most, since records can only wait for so long."""
import random
from dataclasses import dataclass, field

BROKERS = 3
DOWN_TOGETHER_S = 3.0  # how long two brokers may be down, beside the time that they take to start
START_S = 4.0  # a broker's, about


@dataclass(order=True)
class Action:
    at: float  # seconds from the start of the load
    verb: str
    broker: int = -1
    value: object = None

    def __str__(self):
        broker = f" {self.broker}" if self.broker >= 0 else ""
        return f"{self.at:.2f} {self.verb}{broker}{f' {self.value}' if self.value is not None else ''}"


@dataclass
class Schedule:
    seed: int
    profile: str
    duration: float
    rate: int
    value_bytes: int
    close_ms: int
    close_early: bool = False
    keyless: int = 0  # one in so many records has no key,
    large: int = 0  # or is large; 0: none
    options: dict = field(default_factory=dict)
    actions: list = field(default_factory=list)
    faults: list = field(default_factory=list)  # their names, for the table

    def is_patient(self):
        """Whether every record has time enough to be delivered."""
        return self.profile not in ("impatient", "hasty-close")

    def takes_rights(self):
        return any(action.verb == "forbid" for action in self.actions)

    def lines(self):
        yield f"seed {self.seed}, {self.profile}: {self.rate} records/s for {self.duration} s, close {self.close_ms} ms" + (
            " while exporting" if self.close_early else "")
        yield from (f"  {name}={value}" for name, value in self.options.items())
        yield from (f"  {action}" for action in self.actions)


class Outages:
    """When which broker is down, so that not too many are at once."""

    def __init__(self):
        self.spans = []

    def allow(self, broker, begin, end):
        for other, other_begin, other_end in self.spans:
            together = min(end, other_end) - max(begin, other_begin)
            if together > 0 and (other == broker or together > DOWN_TOGETHER_S):
                return False
        times = [begin] + [span[1] for span in self.spans if begin <= span[1] < end]
        if any(sum(span[1] <= time < span[2] for span in self.spans) > 1 for time in times):
            return False  # it would be the third
        self.spans.append((broker, begin, end))
        return True


def kill(schedule, outages, rng, broker, at):
    down = rng.uniform(0.2, 3.0)
    if not outages.allow(broker, at, at + down + START_S):
        return False
    schedule.actions += [Action(at, "kill", broker), Action(at + down, "start", broker)]
    return True


def restart(schedule, outages, rng, broker, at):
    if not outages.allow(broker, at, at + 2 + START_S):
        return False
    schedule.actions.append(Action(at, "restart", broker))
    return True


def pause(schedule, outages, rng, broker, at):
    down = rng.choice([0.3, 1.0, 2.0, 4.0]) * rng.uniform(0.8, 1.2)  # above 3 s the broker is fenced
    if not outages.allow(broker, at, at + down):
        return False
    schedule.actions += [Action(at, "pause", broker), Action(at + down, "resume", broker)]
    return True


def leaders(schedule, outages, rng, broker, at):
    schedule.actions.append(Action(at, "leaders", value=rng.randrange(1 << 30)))
    return True


def delay(schedule, outages, rng, broker, at):
    seconds = round(rng.choice([0.02, 0.1, 0.4, 1.0]) * rng.uniform(0.5, 1.5), 3)
    schedule.actions += [Action(at, "delay", broker, seconds), Action(at + rng.uniform(0.5, 3), "delay", broker, 0.0)]
    return True


def cut(schedule, outages, rng, broker, at):
    for i in range(rng.choice([1, 1, 3, 10])):
        schedule.actions.append(Action(at + i * rng.uniform(0.01, 0.3), "cut", broker, rng.choice(["reset", "close"])))
    return True


def half_close(schedule, outages, rng, broker, at):
    schedule.actions.append(Action(at, "half-close", broker, rng.choice(["client", "broker"])))
    return True


def mute(schedule, outages, rng, broker, at):
    """Answers are kept back; then they come, or the connections are cut and what was done is never told."""
    end = at + rng.uniform(0.05, 2.5)
    schedule.actions.append(Action(at, "mute", broker))
    if rng.random() < 0.7:
        schedule.actions.append(Action(end, "cut-all", broker))
    schedule.actions.append(Action(end + 0.001, "unmute", broker))
    return True


def refuse(schedule, outages, rng, broker, at):
    end = at + rng.uniform(0.2, 3.0)
    if not outages.allow(broker, at, end):
        return False
    schedule.actions += [Action(at, "refuse", broker), Action(end, "accept", broker)]
    return True


def fatal(schedule, outages, rng, broker, at):
    schedule.actions.append(Action(at, "fatal"))
    return True


def keyless(schedule, outages, rng, broker, at):
    """The topic refuses what has no key, or takes it again; batches of good and bad records are under way meanwhile."""
    schedule.keyless = rng.choice([20, 100, 500])
    end = at + rng.uniform(0.3, 3)
    schedule.actions += [Action(at, "configure", value=("cleanup.policy", "compact")),
                         Action(end, "configure", value=("cleanup.policy", None))]
    return True


def limit(schedule, outages, rng, broker, at):
    """The topic takes smaller records, and larger ones again."""
    schedule.large = rng.choice([20, 100, 500])
    end = at + rng.uniform(0.3, 3)
    schedule.actions += [Action(at, "configure", value=("max.message.bytes", "2500")),
                         Action(end, "configure", value=("max.message.bytes", None))]
    return True


def rights(schedule, outages, rng, broker, at):
    """The right to write into the topic is taken, and given again; a broker that does not hear of it goes on telling of a topic without
    partitions."""
    end = at + rng.uniform(0.1, 1.5)
    schedule.actions += [Action(at, "forbid"), Action(end, "allow")]
    return True


REFUSALS = [keyless, limit]
FAULTS = {kill: 3, restart: 1, pause: 3, leaders: 2, delay: 2, cut: 3, half_close: 1, mute: 3, refuse: 2, fatal: 3}


def choose_load(rng, seed, duration):
    """The load's settings, by profile."""
    profile = rng.choices(["plain", "small-queue", "short-requests", "impatient", "hasty-close"], [8, 3, 4, 4, 3])[0]
    schedule = Schedule(seed, profile, duration, rate=rng.choice([1000, 2000, 4000]), value_bytes=rng.choice([0, 100, 1000]),
                        close_ms=45000, options={"linger": rng.choice(["0ms", "5ms", "10ms", "50ms"]),
                                                 "compression": rng.choice(["none", "snappy", "lz4", "zstd"])})
    if profile == "small-queue":
        schedule.options |= {"sending_queue.queue_size": str(rng.choice([50, 500, 2000])),
                             "produce_timeout": rng.choice(["0ms", "100ms", "1s"])}
    elif profile == "short-requests":
        schedule.options["timeout"] = rng.choice(["500ms", "1s"])
    elif profile == "impatient":
        schedule.options["retry_on_failure.max_elapsed_time"] = rng.choice(["1s", "2s", "3s"])
        schedule.options["timeout"] = rng.choice(["500ms", "5s"])
    elif profile == "hasty-close":
        schedule.close_ms = rng.choice([0, 100, 500, 2000])
        schedule.close_early = rng.random() < 0.5
    return schedule


def make_schedule(seed, duration, with_fatal):
    rng = random.Random(seed)
    schedule = choose_load(rng, seed, duration)
    outages = Outages()
    wanted = rng.randint(2, 6)
    refusals = random.Random(f"refusals {seed}")  # the rest of a seed stays as it was before there were any
    for _ in range(100):
        if len(schedule.faults) == wanted:
            break
        fault = rng.choices(list(FAULTS), list(FAULTS.values()))[0]
        if fault(schedule, outages, rng, rng.randrange(BROKERS), rng.uniform(0.2, duration - 0.5)):
            schedule.faults.append(fault.__name__.replace("_", "-"))
    for _ in range(refusals.choice([0, 0, 1, 2])):
        refusal = refusals.choice(REFUSALS)
        refusal(schedule, outages, refusals, -1, refusals.uniform(0.2, duration - 0.5))
        schedule.faults.append(refusal.__name__)
    takes = random.Random(f"rights {seed}")
    if takes.random() < 0.4:
        rights(schedule, outages, takes, -1, takes.uniform(0.2, duration - 0.5))
        schedule.faults.append("rights")
    if schedule.keyless:
        schedule.options["missing_key"] = "null"
    if not with_fatal:  # the rest is as it was
        schedule.actions = [action for action in schedule.actions if action.verb != "fatal"]
        schedule.faults = [fault for fault in schedule.faults if fault != "fatal"]
    schedule.actions.sort(key=lambda action: action.at)
    return schedule
