# SPDX-License-Identifier: Apache-2.0
"""The three brokers of the fault bench with their proxies: started, broken as a schedule says, healed, read back."""
import importlib.machinery
import importlib.util
import random
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from proxy import Proxies
from schedule import BROKERS

SUPPORT = Path(__file__).resolve().parents[1] / "support/kafka"
sys.path.append(str(SUPPORT))
import admin  # noqa: E402

SCRIPT = SUPPORT / "kafka-cluster"
PARTITIONS = 6
USER, PASSWORD = "load", "load-secret"  # whose right to write may be taken; the brokers do not sign in, and may do all
HEAL_S = 90
SETTLE_S = 20
CUT_SHARE = 0.6


def load_script():
    loader = importlib.machinery.SourceFileLoader("kafka_cluster", str(SCRIPT))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("kafka_cluster", loader))
    loader.exec_module(module)
    return module


kafka = load_script()


class Cluster:
    def __init__(self, work):
        self.work = work
        self.proxies = None

    def script(self, *words):
        subprocess.run([SCRIPT, "--work", self.work, *words], check=True, stdout=subprocess.DEVNULL)

    def start(self):
        self.script("start", str(BROKERS), "--replace", "--proxied", "--set", "min.insync.replicas=2",
                    "--sasl", "--user", f"{USER}:{PASSWORD}",
                    "--set", "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                    "--set", "allow.everyone.if.no.acl.found=true", "--set", "super.users=User:ANONYMOUS")
        self.brokers = kafka.brokers(self.work)
        self.addresses = {broker.id: broker.listeners()["PLAINTEXT"] for broker in self.brokers}
        pairs = [line.split() for line in (self.work / "proxies").read_text().splitlines()]
        self.proxies = Proxies(pairs)
        self.bootstrap = ",".join(listen for listen, _ in pairs)

    def stop(self):
        if self.proxies:
            self.proxies.stop()
            self.proxies = None
        self.script("stop")

    def ask(self, function, *args, **config):
        """Asks one broker after the other until one answers."""
        fault = None
        for address in self.addresses.values():
            try:
                return function(address, *args, **config)
            except admin.KafkaError as error:
                fault = error
        raise fault

    def create_topic(self, topic):
        self.ask(admin.create_topic, topic, PARTITIONS, BROKERS, min_insync_replicas=2)
        self.wait_in_sync(topic)

    def wait_in_sync(self, topic):
        """Until every broker knows the topic's partitions, each with all its replicas in sync."""
        def in_sync():
            return all(
                len(partitions) == PARTITIONS and all(len(p.in_sync) == BROKERS and p.leader >= 0 for p in partitions.values())
                for partitions in (admin.describe(address, topic) for address in self.addresses.values()))
        admin.wait_until(f"{topic} in sync", HEAL_S, in_sync)

    def delete_topic(self, topic):
        self.ask(admin.delete_topic, topic)

    def move_leaders(self, topic, seed):
        """Other leaders for about half of the partitions. Where Kafka cannot just now, there is no move."""
        rng = random.Random(seed)
        try:
            orders = {}
            for partition in self.ask(admin.describe, topic).values():
                others = [replica for replica in partition.in_sync if replica != partition.leader]
                if others and rng.random() < 0.5:
                    first = rng.choice(others)
                    orders[partition.index] = [first] + [r for r in partition.replicas if r != first]
            if orders:
                self.ask(admin.prefer_leaders, topic, orders)
        except admin.KafkaError:
            pass

    def configure(self, topic, name, value):
        """Where no broker answers just now, the topic stays as it is."""
        try:
            self.ask(admin.set_topic_config, topic, **{name: value})
        except admin.KafkaError:
            pass

    def forbid_writing(self, topic):
        """Where no broker answers just now, the right stays as it is."""
        try:
            self.ask(admin.forbid_writing, topic, USER)
        except admin.KafkaError:
            pass

    def allow_writing(self, topic):
        """As soon as a broker can; a request that was given up may be done yet, and healing takes it back at the end."""
        def allowed():
            try:
                self.ask(admin.allow_writing, topic)
                return True
            except admin.KafkaError:
                return False
        admin.wait_until(f"writing into {topic} allowed", HEAL_S, allowed)

    def act(self, action, topic, rng):
        """Does what one action says; returns when it is done."""
        proxies = self.proxies
        broker = self.brokers[action.broker] if action.broker >= 0 else None
        match action.verb:
            case "kill":
                broker.kill()
            case "start":
                broker.launch()
            case "restart":
                broker.stop(20)
                broker.launch()
            case "pause":
                broker.signal(signal.SIGSTOP)
            case "resume":
                broker.signal(signal.SIGCONT)
            case "configure":
                self.configure(topic, *action.value)
            case "forbid":
                self.forbid_writing(topic)
            case "allow":
                self.allow_writing(topic)
            case "leaders":
                self.move_leaders(topic, action.value)
            case "delay":
                proxies.delay(action.broker, action.value)
            case "cut":
                proxies.cut(action.broker, CUT_SHARE, rng, action.value == "reset")
            case "cut-all":
                proxies.cut(action.broker, 1, rng, True)
            case "half-close":
                proxies.half_close(action.broker, CUT_SHARE, rng, action.value == "client")
            case "mute":
                proxies.mute(action.broker)
            case "unmute":
                proxies.unmute(action.broker)
            case "refuse":
                proxies.refuse(action.broker)
            case "accept":
                proxies.accept(action.broker)

    def heal(self, topic):
        """Everything as it was at the start; then the topic is in sync again."""
        self.proxies.heal()
        for broker in self.brokers:
            if broker.pid() is None:
                broker.launch()
            else:
                broker.signal(signal.SIGCONT)
        failed = kafka.wait_ready(self.brokers, HEAL_S)
        if failed:
            raise TimeoutError(f"broker {failed.id} did not come back; its log is {failed.log}")
        self.ask(admin.allow_writing, topic)
        self.wait_in_sync(topic)

    def ends(self, topic, at_least):
        """Where the partitions end, when they have come to rest and reach as far as is known (`at_least`, by partition)."""
        last = {}

        def settled():
            before, now = last.get("ends"), admin.end_offsets(self.addresses, topic)
            last["ends"] = now
            return now if now == before and len(now) == PARTITIONS and all(
                now[index] >= offset for index, offset in at_least.items()) else None
        try:
            return admin.wait_until(f"{topic} at rest", SETTLE_S, settled)
        except TimeoutError:
            if len(last.get("ends", {})) < PARTITIONS:
                raise
            return last["ends"]  # the records that are not there will be missed by name

    def read(self, topic, path):
        with path.open("wb") as file:
            subprocess.run(["kcat", "-C", "-q", "-e", "-b", ",".join(self.addresses.values()), "-t", topic, "-o", "beginning",
                            "-f", r"%p\t%o\t%k\t%S\t%s\n"], check=True, stdout=file, timeout=120)

    def log_sizes(self):
        return {broker: broker.log.stat().st_size for broker in self.brokers}

    def copy_logs(self, sizes, folder):
        """What the brokers logged since those sizes."""
        for broker, size in sizes.items():
            with broker.log.open("rb") as log:
                log.seek(size)
                (folder / f"broker-{broker.id}.log").write_bytes(log.read())


class Hands:
    """Does actions beside each other, those of one broker in their order."""

    def __init__(self):
        self.hands = [ThreadPoolExecutor(1) for _ in range(BROKERS + 1)]
        self.done = []

    def give(self, broker, function, *args):
        self.done.append(self.hands[broker].submit(function, *args))

    def wait(self):
        for hand in self.hands:
            hand.shutdown()
        for future in self.done:
            future.result()
