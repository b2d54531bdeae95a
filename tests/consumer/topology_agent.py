"""The example agent, built against an installed library, publishes this machine to a real Kafka: a process that exists in the first
round only is deleted in the second."""
import os
import signal
import subprocess
import unittest

from bootstrap import kafka_bootstrap
from google.protobuf import json_format
from installation import Installation
from topics import ROOT, create_topic, read_topic
from topology.schema import Message

TOPIC = "consumer-topology-agent"
IDLE_TOPIC = "consumer-topology-agent-idle"
LATER = ("--interval", "3600")  # rounds come by SIGHUP


def payloads():
    """By kind: all payloads' elements, the lists of a kind joined."""
    found = {"topologyStreamSnapshotData": {}, "topologyStreamRepeatElementsData": {}}
    for record in read_topic(TOPIC):
        message = json_format.MessageToDict(Message.FromString(bytes.fromhex(record["value"])))
        for kind, lists in found.items():
            for name, items in message.get(kind, {}).items():
                if isinstance(items, list):
                    lists.setdefault(name, []).extend(items)
    return found["topologyStreamSnapshotData"], found["topologyStreamRepeatElementsData"]


def ids(elements):
    return {element["externalId"] for element in elements}


def component_of(pid, components):
    return next(c for c in components if c.get("resourceDefinition", {}).get("pid") == pid)


class Agent(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.installation = Installation()
        cls.addClassCleanup(cls.installation.remove)
        cls.program = cls.installation.compile(ROOT / "examples/topology-agent/agent.c", "agent",
                                               *cls.installation.pkg_config("--cflags", "--libs"))

    def start(self, *arguments):
        agent = subprocess.Popen([self.program, *arguments], env=self.installation.environment, stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE, text=True)
        self.addCleanup(agent.communicate)
        self.addCleanup(agent.kill)
        return agent

    def assert_ends_well(self, agent):
        _, complaints = agent.communicate()
        self.assertEqual((agent.returncode, complaints), (0, ""))

    def test_what_is_gone_is_deleted(self):
        create_topic(TOPIC, 3)
        child = subprocess.Popen(["cat"], stdin=subprocess.PIPE)
        agent = self.start("--rounds", "2", *LATER, kafka_bootstrap(), TOPIC)
        self.assertRegex(agent.stdout.readline(), "^round 1: snapshot of [0-9]+ elements, 0 deleted, ")
        child.communicate()
        agent.send_signal(signal.SIGHUP)
        self.assertRegex(agent.stdout.readline(), "^round 2: repetition of [0-9]+ elements, [1-9][0-9]* deleted, ")
        self.assert_ends_well(agent)
        self.check_rounds(child.pid, *payloads())

    def check_rounds(self, pid, snapshot, repetition):
        here = component_of(os.getpid(), snapshot["components"])["externalId"]
        there = component_of(pid, snapshot["components"])
        relation = f"{here}->{there['externalId']}"
        self.assertEqual((there["name"], there["typeName"]), ("cat", "process"))
        self.assertIn(relation, ids(snapshot["relations"]))
        self.assertIn(there["externalId"], repetition["deleteComponentExternalIds"])
        self.assertIn(relation, repetition["deleteRelationExternalIds"])
        self.assertNotIn(there["externalId"], ids(repetition["components"]))
        self.assertNotIn(relation, ids(repetition["relations"]))
        # What is still there is named again.
        host = f"urn:host:/{os.uname().nodename}"
        loopback = f"urn:interface:/{os.uname().nodename}:lo"
        for components, relations in ((snapshot["components"], snapshot["relations"]),
                                      (repetition["components"], repetition["relations"])):
            self.assertLessEqual({host, here, loopback}, ids(components))
            self.assertIn(f"{host}->{loopback}", ids(relations))
            addresses = next(c for c in components if c["externalId"] == loopback)["resourceDefinition"]["addresses"]
            self.assertIn("127.0.0.1", addresses)

    def test_ctrl_c_ends_it_well(self):
        create_topic(IDLE_TOPIC, 1)
        agent = self.start(*LATER, kafka_bootstrap(), IDLE_TOPIC)
        agent.stdout.readline()
        agent.send_signal(signal.SIGINT)
        self.assert_ends_well(agent)


if __name__ == "__main__":
    unittest.main()
