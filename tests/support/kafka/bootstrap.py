"""Addresses: of the broker that CTest's fixture started ("host:port,...", see fixture.cmake), and a port for one that a test starts."""
import os
import socket
import sys
from pathlib import Path


def kafka_bootstrap():
    """Ends the test when there is no broker: such a test must fail, not be skipped."""
    try:
        return Path(os.environ["STSKAFKA_KAFKA_BOOTSTRAP"]).read_text().strip()
    except (KeyError, OSError):
        sys.exit("no Kafka broker: run this test through ctest, whose fixture kafka.start starts one")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
