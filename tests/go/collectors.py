"""Collectors that ./dev collector builds, run with a configuration of the test's."""
import os
import re
import signal
import socket
import subprocess
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


def until(what, condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(what)
        time.sleep(0.1)


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
        with self.log.open("a") as log:
            before = log.tell()
            self.process = subprocess.Popen([self.program, "--config", self.config], stderr=log)
        until("the collector is not ready", lambda: "Everything is ready" in self.log.read_text()[before:] or self.process.poll() is not None)
        if self.process.poll() is not None:
            raise AssertionError(self.log.read_text()[before:])
        return self

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=60)

    def kill(self):
        self.process.kill()
        self.process.wait(timeout=60)

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
