"""Makes what is sent: requests of log records, written by Google's protobuf, in a file that is kept for the next run. A record has a
body of so many bytes, of text that compresses as log lines do, and a key of 24 bytes as the attribute stskafka.key; a request has one
resource with ten attributes. All else (times, severity) is what it is in ordinary records."""
import random
import sys
from dataclasses import dataclass
from pathlib import Path

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

from places import OUT, ROOT

sys.path.insert(0, str(ROOT / "tests/support/otlp"))
from framing import frame  # noqa: E402

FORM = 1  # changes when other files are made of the same arguments
START = 1_767_225_600_000_000_000  # 2026-01-01T00:00:00Z in ns
MOST_BYTES = 32 << 20  # of bodies in a file: beyond, requests come again
WORDS = 300


def make_text(rng):
    """A long text of words, some of them numbers that do not come again: snappy makes half of it."""
    words = ["".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=rng.randint(2, 10))) for _ in range(WORDS)]
    return " ".join(rng.choice(words) if rng.random() < 0.9 else f"{rng.getrandbits(48):x}" for _ in range(200_000)).encode()


def set_text(attributes, name, text):
    attribute = attributes.add()
    attribute.key, attribute.value.string_value = name, text


def add_resource(request, number):
    logs = request.resource_logs.add()
    for name in ("service.name", "service.namespace", "service.version", "host.name", "os.type", "k8s.cluster.name", "k8s.namespace.name",
                 "k8s.deployment.name", "container.image.name"):
        set_text(logs.resource.attributes, name, f"{name.partition('.')[2]}-of-production")
    set_text(logs.resource.attributes, "service.instance.id", f"instance-{number:06}")
    return logs


@dataclass(frozen=True)
class Load:
    """What records there are: so many a request, with bodies of so many bytes; so many keys, and where it is not 0 so many topics, which
    they name themselves. They come again after `most` records."""
    records: int
    body: int
    keys: int = 1000
    topics: int = 0
    most: int = 100_000

    def path(self, requests):
        others = "" if (self.keys, self.topics) == (Load.keys, Load.topics) else f"-{self.keys}-{self.topics}"
        return OUT / f"load-{FORM}-{requests}x{self.records}x{self.body}{others}.bin"


def make_request(rng, text, keys, number, load):
    request = ExportLogsServiceRequest()
    scope = add_resource(request, number).scope_logs.add()
    scope.scope.name = "shop.checkout"
    for i in range(load.records):
        at = rng.randrange(len(text) - load.body)
        record = scope.log_records.add(time_unix_nano=START + number * load.records + i, severity_number=9)
        record.body.bytes_value = text[at:at + load.body]
        attribute = record.attributes.add()
        attribute.key, attribute.value.bytes_value = "stskafka.key", rng.choice(keys)
        if load.topics:
            set_text(record.attributes, "stskafka.topic", f"bench-{rng.randrange(load.topics):04}")
    return request


def make_load(total, load):
    """A file of requests, for programs that send `total` records of it."""
    requests = max(1, min(total, load.most, MOST_BYTES // load.body) // load.records)
    path = load.path(requests)
    if not path.exists():
        rng = random.Random(1)
        text = make_text(rng)
        keys = [f"key-{number:06}-{rng.getrandbits(52):013x}".encode() for number in range(load.keys)]
        path.parent.mkdir(parents=True, exist_ok=True)
        part = Path(f"{path}.part")
        with open(part, "wb") as file:
            for number in range(requests):
                file.write(frame(make_request(rng, text, keys, number, load).SerializeToString()))
        part.rename(path)
    return path
