# SPDX-License-Identifier: Apache-2.0
"""What tests ask of Kafka, in Kafka's own protocol: a tool of Kafka's starts a JVM, which takes seconds."""
import socket
import struct
import time

TIMEOUT_S = 5
API_LIST_OFFSETS, API_METADATA, API_CREATE_TOPICS, API_DELETE_TOPICS = 2, 3, 19, 20
API_CREATE_ACLS, API_DELETE_ACLS = 30, 31
API_ELECT_LEADERS, API_INCREMENTAL_ALTER_CONFIGS, API_ALTER_PARTITION_REASSIGNMENTS = 43, 44, 45
RESOURCE_TOPIC, RESOURCE_GROUP, RESOURCE_TRANSACTIONAL_ID = 2, 3, 5
CONFIG_SET, CONFIG_DELETE = 0, 1
LITERAL, OPERATION_ANY, OPERATION_ALL, OPERATION_READ, OPERATION_WRITE = 3, 1, 2, 3, 4
PERMISSION_ANY, DENY, ALLOW = 1, 2, 3
NO_ERROR, TOPIC_ALREADY_EXISTS, ELECTION_NOT_NEEDED = 0, 36, 84
LATEST = -1


class KafkaError(Exception):
    """Kafka answered with an error code, or not at all."""


class Reader:
    """Takes an answer apart, field by field."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, form):
        values = struct.unpack_from(">" + form, self.data, self.at)
        self.at += struct.calcsize(">" + form)
        return values[0] if len(values) == 1 else values

    def text(self):
        size = self.take("h")
        if size < 0:
            return None
        self.at += size
        return self.data[self.at - size:self.at].decode()

    def array(self, element):
        return [element() for _ in range(self.take("i"))]

    def numbers(self):
        return self.array(lambda: self.take("i"))


def text(value):
    return struct.pack(">h", len(value)) + value.encode()


def array(elements):
    elements = list(elements)
    return struct.pack(">i", len(elements)) + b"".join(elements)


def numbers(values):
    return array(struct.pack(">i", value) for value in values)


def compact(elements):
    """An array of the newer messages; so few elements that its length is one byte."""
    elements = list(elements)
    return bytes([len(elements) + 1]) + b"".join(elements)


def call(address, api, version, body, flexible=False):
    """Sends one request to a broker and returns a reader of the answer."""
    host, port = address.split(":")
    header = struct.pack(">hhih", api, version, 0, -1) + b"\0" * flexible
    request = header + body
    try:
        with socket.create_connection((host, int(port)), timeout=TIMEOUT_S) as connection:
            connection.sendall(struct.pack(">i", len(request)) + request)
            with connection.makefile("rb") as stream:
                size, = struct.unpack(">i", stream.read(4))
                reader = Reader(stream.read(size))
        reader.take("i")  # the number of the request
        return reader
    except (OSError, struct.error) as fault:
        raise KafkaError(f"{address}: {fault or 'no answer'}") from fault


class Partition:
    """What a broker knows of a partition."""

    def __init__(self, reader):
        self.error, self.index, self.leader = reader.take("hii")
        self.replicas, self.in_sync = reader.numbers(), reader.numbers()


def describe(address, topic):
    """The partitions of a topic, by index, as this broker knows them; empty where it knows no such topic."""
    reader = call(address, API_METADATA, 1, array([text(topic)]))
    reader.array(lambda: (reader.take("i"), reader.text(), reader.take("i"), reader.text()))
    reader.take("i")
    found = {}
    for _ in range(reader.take("i")):
        reader.take("h"), reader.text(), reader.take("?")
        for partition in reader.array(lambda: Partition(reader)):
            found[partition.index] = partition
    return found


def create_topic(address, topic, partitions, replicas, **config):
    """Makes a topic; config is for instance min_insync_replicas=2 (underscores become dots)."""
    settings = array(text(name.replace("_", ".")) + text(str(value)) for name, value in config.items())
    wanted = text(topic) + struct.pack(">ih", partitions, replicas) + array([]) + settings
    reader = call(address, API_CREATE_TOPICS, 4, array([wanted]) + struct.pack(">i?", TIMEOUT_S * 1000, False))
    reader.take("i")
    for name, error, why in reader.array(lambda: (reader.text(), reader.take("h"), reader.text())):
        if error not in (NO_ERROR, TOPIC_ALREADY_EXISTS):
            raise KafkaError(f"cannot make topic {name}: {why} ({error})")


def create_visible_topic(address, topic, partitions, replicas, **config):
    """As create_topic, and waits: the controller has made it; the broker that is asked knows it a moment later."""
    create_topic(address, topic, partitions, replicas, **config)

    def is_visible():
        found = describe(address, topic)
        return len(found) == partitions and all(partition.leader >= 0 for partition in found.values())

    wait_until(f"topic {topic} is not visible", 20, is_visible)


def delete_topic(address, topic):
    call(address, API_DELETE_TOPICS, 3, array([text(topic)]) + struct.pack(">i", TIMEOUT_S * 1000))


def set_topic_config(address, topic, **config):
    """Sets settings of a topic, or takes them away where the value is None."""
    settings = array(text(name) + (struct.pack(">bh", CONFIG_DELETE, -1) if value is None else
                                   struct.pack(">b", CONFIG_SET) + text(value)) for name, value in config.items())
    wanted = struct.pack(">b", RESOURCE_TOPIC) + text(topic) + settings
    reader = call(address, API_INCREMENTAL_ALTER_CONFIGS, 0, array([wanted]) + b"\0")
    reader.take("i")
    for error, why in reader.array(lambda: (reader.take("h"), reader.text(), reader.take("b"), reader.text())[:2]):
        if error != NO_ERROR:
            raise KafkaError(f"cannot configure topic {topic}: {why} ({error})")


def create_rules(address, user, kind, name, rules):
    """For a user and a resource: (operation, permission)."""
    resource = struct.pack(">b", kind) + text(name) + struct.pack(">b", LITERAL) + text(f"User:{user}") + text("*")
    reader = call(address, API_CREATE_ACLS, 1, array(resource + struct.pack(">bb", *rule) for rule in rules))
    reader.take("i")
    for error, why in reader.array(lambda: (reader.take("h"), reader.text())):
        if error != NO_ERROR:
            raise KafkaError(f"cannot rule what {user} may do with {name}: {why} ({error})")


def allow(address, user, kind, name, operation):
    """Gives a user a right, for instance OPERATION_WRITE on a RESOURCE_TOPIC."""
    create_rules(address, user, kind, name, [(operation, ALLOW)])


def forbid_writing(address, topic, user):
    """Takes the right to write into a topic from a user. All else is allowed by name: of a topic that has rules the authorizer allows
    nothing else."""
    create_rules(address, user, RESOURCE_TOPIC, topic, [(OPERATION_ALL, ALLOW), (OPERATION_WRITE, DENY)])


def allow_writing(address, topic):
    """Takes away all rules of a topic."""
    rules = (struct.pack(">b", RESOURCE_TOPIC) + text(topic) + struct.pack(">b", LITERAL) + struct.pack(">hh", -1, -1) +
             struct.pack(">bb", OPERATION_ANY, PERMISSION_ANY))
    reader = call(address, API_DELETE_ACLS, 1, array([rules]))
    reader.take("i")
    reader.take("i")
    error, why = reader.take("h"), reader.text()
    if error != NO_ERROR:
        raise KafkaError(f"cannot allow writing into {topic}: {why} ({error})")


def prefer_leaders(address, topic, orders):
    """Moves leaders: `orders` maps partitions to their replicas, of which the first is to lead."""
    wanted = compact(struct.pack(">i", index) + compact(struct.pack(">i", replica) for replica in replicas) + b"\0"
                     for index, replicas in orders.items())
    topics = compact([bytes([len(topic) + 1]) + topic.encode() + wanted + b"\0"])
    body = struct.pack(">i", TIMEOUT_S * 1000) + topics + b"\0"
    call(address, API_ALTER_PARTITION_REASSIGNMENTS, 0, body, flexible=True)
    preferred = b"\0" + array([text(topic) + numbers(orders)]) + struct.pack(">i", TIMEOUT_S * 1000)
    reader = call(address, API_ELECT_LEADERS, 1, preferred)
    reader.take("i")
    error = reader.take("h")
    if error not in (NO_ERROR, ELECTION_NOT_NEEDED):
        raise KafkaError(f"cannot move leaders of {topic}: error {error}")


def end_offsets(addresses, topic):
    """Where each partition ends for readers; `addresses` maps broker ids. Only partitions whose leader answered."""
    ends = {}
    for partition in describe(next(iter(addresses.values())), topic).values():
        if partition.leader not in addresses:
            continue
        wanted = array([struct.pack(">iq", partition.index, LATEST)])
        body = struct.pack(">i", -1) + array([text(topic) + wanted])
        reader = call(addresses[partition.leader], API_LIST_OFFSETS, 1, body)
        reader.take("i"), reader.text(), reader.take("i")
        index, error, _, offset = reader.take("ihqq")
        if error == NO_ERROR:
            ends[index] = offset
    return ends


def wait_until(what, seconds, condition):
    """Asks again and again until the condition's value is true, and returns it; Kafka's errors count as not yet."""
    deadline = time.monotonic() + seconds
    last = None
    while time.monotonic() < deadline:
        try:
            value = condition()
            if value:
                return value
        except KafkaError as fault:
            last = fault
        time.sleep(0.1)
    raise TimeoutError(f"{what}: not within {seconds} s" + (f"; {last}" if last else ""))
