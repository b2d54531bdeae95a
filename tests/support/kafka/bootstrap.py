"""The addresses ("host:port,...") of the broker that CTest's fixture started; see fixture.cmake."""
import os
import sys
from pathlib import Path


def kafka_bootstrap():
    """Ends the test when there is no broker: such a test must fail, not be skipped."""
    try:
        return Path(os.environ["STSKAFKA_KAFKA_BOOTSTRAP"]).read_text().strip()
    except (KeyError, OSError):
        sys.exit("no Kafka broker: run this test through ctest, whose fixture kafka.start starts one")
