"""What asks for memory ahead is in the machine code: compilers take functions that do nothing else for ones without any effect, and
leave them out (base/prefetch.h)."""
import os
import re
import subprocess
import unittest
from pathlib import Path

OBJECTS = Path(os.environ["STSKAFKA_BUILD"]) / "lib/CMakeFiles/stskafka_objects.dir"
# Places in each source, of which optimisation makes more, never fewer.
PLACES = {"exporter/batching": 2, "gather/open_messages": 1, "queue/ledger_accept": 2, "queue/ledger_messages": 2,
          "queue/ledger_outcomes": 3, "schema/check": 1, "transport/kafka/events": 2}


class Prefetch(unittest.TestCase):
    def test_each_place_is_there(self):
        for source, places in PLACES.items():
            code = subprocess.run(["objdump", "-d", OBJECTS / f"{source}.c.o"], capture_output=True, text=True, check=True).stdout
            self.assertGreaterEqual(len(re.findall(r"\t(?:prefetch|prfm)", code)), places, source)


if __name__ == "__main__":
    unittest.main()
