"""Measures what a working broker adds to the memory of a process that exports at full speed: its growth, less sending_queue.max_bytes."""
import json
import subprocess

from figures import spread

SHAPES = [(100, 2_000_000), (1000, 500_000), (10000, 100_000)]
BOUNDS = [8 << 20, 64 << 20]


def report_memory(program, rounds, brokers, topic):
    for bound in BOUNDS:
        for size, records in SHAPES:
            runs = [json.loads(subprocess.run([program, brokers, topic, str(bound), str(size), str(records)], check=True,
                                              stdout=subprocess.PIPE, text=True).stdout) for _ in range(rounds)]
            assert all(run["delivered"] == records for run in runs), runs
            beyond = [(run["peak"] - bound) / 1e6 for run in runs]
            print(f"librdkafka {runs[0]['librdkafka']}   max_bytes {bound >> 20:3} MiB   records of {size:5} bytes   "
                  f"grown by {spread([run['peak'] / 1e6 for run in runs], 1)} MB, beyond max_bytes {spread(beyond, 1)} MB")
