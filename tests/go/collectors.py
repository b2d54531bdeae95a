"""Collectors that ./dev collector builds, run with a configuration of the test's."""
import contextlib
import os
import queue
import re
import signal
import socket
import subprocess
import threading
import time
import urllib.request
from pathlib import Path

ROOT = Path(os.environ["STSKAFKA_ROOT"])
BOTH = ROOT / "examples/collector/builder.yaml"  # ours and the collector's own exporter, side by side
IN_PLACE = ROOT / "examples/collector/builder-kafka.yaml"  # ours as the type kafka

# OTLP by both ways, and the collector's own numbers; what a test adds has exporters and pipelines.
COMMON = """
receivers:
  otlp:
    protocols:
      grpc: {{endpoint: "127.0.0.1:{grpc}", include_metadata: true}}
      http: {{endpoint: "127.0.0.1:{http}", include_metadata: true}}
"""
SERVICE = """
service:
  telemetry:
    metrics:
      level: normal
      readers: [{{pull: {{exporter: {{prometheus: {{host: 127.0.0.1, port: {metrics}}}}}}}}}]
"""


def build(manifest=BOTH):
    """The program that a manifest describes."""
    subprocess.run([ROOT / "dev", "collector", "--manifest", os.path.relpath(manifest, ROOT)], check=True, cwd=ROOT)
    dist = dict(re.findall(r"^  (name|output_path): *(\S+)", manifest.read_text(), re.M))
    return (manifest.parent / dist["output_path"] / dist["name"]).resolve()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def get(url, data=None, headers=None):
    headers = {"content-type": "application/x-protobuf", **(headers or {})}
    with urllib.request.urlopen(urllib.request.Request(url, data, headers), timeout=30) as answer:
        return answer.read()


class Collector:
    """One that runs, from the folder's config.yaml on: `exporters` and `pipelines` are blocks of YAML. Its log is appended to `log`."""

    def __init__(self, program, folder, exporters, pipelines):
        self.program, self.log = program, Path(folder) / "log"
        self.ports = {name: free_port() for name in ("grpc", "http", "metrics")}
        self.config = Path(folder) / "config.yaml"
        self.config.write_text(COMMON.format(**self.ports) + f"exporters:\n{exporters}" + SERVICE.format(**self.ports) + f"  pipelines:\n{pipelines}")
        self.process = None

    def start(self):
        is_ready = queue.SimpleQueue()
        self.process = subprocess.Popen([self.program, "--config", self.config], stderr=subprocess.PIPE)
        self.reader = threading.Thread(target=self.read_log, args=(is_ready,))
        self.reader.start()
        try:
            told = is_ready.get(timeout=60)
        except queue.Empty:
            told = False
        if not told:
            self.kill()
            raise AssertionError(f"the collector is not ready: {self.log.read_text()}")
        return self

    def read_log(self, is_ready):
        with self.process.stderr as lines, self.log.open("ab") as log:
            for line in lines:
                log.write(line)
                log.flush()
                if b"Everything is ready" in line:
                    is_ready.put(True)
        is_ready.put(False)

    def until(self, what, condition, seconds=60):
        """For what nobody is told of, as numbers on its page: between looks its end is waited for, which there must not be."""
        deadline = time.monotonic() + seconds
        while not condition():
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(0.1)
                raise AssertionError(f"{what}: the collector has ended: {self.log.read_text()}")
            if time.monotonic() > deadline:
                raise TimeoutError(what)

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.end()

    def kill(self):
        self.process.kill()
        self.end()

    def end(self):
        status = self.process.wait(timeout=60)
        self.reader.join()
        return status

    def post(self, request, signal_name="logs", **headers):
        """A request of OTLP/HTTP."""
        get(f"http://127.0.0.1:{self.ports['http']}/v1/{signal_name}", request.SerializeToString(), headers)

    def scrape(self):
        return get(f"http://127.0.0.1:{self.ports['metrics']}/metrics").decode()

    def records(self, outcome):
        return sum(values(self.scrape(), "otelcol_exporter_stskafka_records", outcome=outcome))


def values(page, metric, **labels):
    """Of a metric, with or without the suffix that Prometheus gives counters, those with all these labels."""
    lines = [line for line in page.splitlines() if line.split("{")[0] in (metric, f"{metric}_total")]
    return [int(float(line.rsplit(" ", 1)[1])) for line in lines if all(f'{name}="{value}"' in line for name, value in labels.items())]
