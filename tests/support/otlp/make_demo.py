#!/usr/bin/env python3
"""Writes examples/data/otlp-logs.bin, OTLP log requests made by two real encoders, and request.bin, the first of them alone; the
same bytes every time.

  build/venv/bin/python tests/support/otlp/make_demo.py examples/data

The first four requests come from the OpenTelemetry Python SDK, the others from the Go program in pdata/ (needs Go).
Both tell one story: the deployment "checkout" is rolled out in the cluster prod-eu. Who reported what when is below and
in pdata/main.go; examples/data/README.md describes the files.
"""
import json
import subprocess
import sys
from pathlib import Path

from google.protobuf.struct_pb2 import Struct
from opentelemetry._logs import LogRecord, SeverityNumber
from opentelemetry.exporter.otlp.proto.common._log_encoder import encode_logs
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import InMemoryLogRecordExporter, SimpleLogRecordProcessor
from opentelemetry.sdk.resources import Resource
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, set_span_in_context

from framing import frame

START = 1_767_225_600_000_000_000  # 2026-01-01T00:00:00Z in ns
SECOND = 1_000_000_000
TRACE = set_span_in_context(NonRecordingSpan(SpanContext(
    trace_id=0x0AF7651916CD43DD8448EB211C80319C, span_id=0xB7AD6B7169203331, is_remote=False,
    trace_flags=TraceFlags(TraceFlags.SAMPLED))))


def urn(name):
    return f"urn:kubernetes:/prod-eu:shop:{name}"


def state(name, seq, text):
    """A component's state. Within one key seq counts up, also on into what Go reports: so order shows."""
    body = json.dumps({"id": urn(name), "seq": seq, "state": text}, separators=(",", ":")).encode()
    return {"stskafka.key": urn(name).encode()}, body


def usage(name, seq, cores, mebibytes):
    """The same with a protobuf message as the body."""
    message = Struct()
    message.update({"id": urn(name), "seq": seq, "cpu": cores, "memory": mebibytes})
    return {"stskafka.key": urn(name).encode()}, message.SerializeToString(deterministic=True)


def removed(name):
    """A tombstone: a body of zero bytes."""
    return {"stskafka.key": urn(name).encode()}, b""


def with_text_key(event):
    attributes, body = event
    return attributes | {"stskafka.key": attributes["stskafka.key"].decode()}, body


def without_key(event):
    return {"event.source": "kubelet"}, event[1]


def with_map_key(event):
    return {"stskafka.key": {"cluster": "prod-eu", "name": "checkout"}}, event[1]


REQUESTS = [
    ("worker-1", [
        state("deployment/checkout", 1, "Progressing"),
        state("replicaset/checkout-7d9f", 1, "Created"),
        state("pod/checkout-1", 1, "Pending"),
        state("pod/checkout-1", 2, "Scheduled"),
        state("pod/checkout-1", 3, "Running"),
    ]),
    ("worker-2", [
        state("pod/checkout-2", 1, "Pending"),
        with_text_key(state("service/checkout", 1, "1 endpoint")),
        state("pod/checkout-2", 2, "Scheduled"),
        without_key(state("pod/checkout-2", 3, "Running")),
        state("pod/checkout-2", 4, "Running"),
        with_text_key(state("service/checkout", 2, "2 endpoints")),
    ]),
    ("worker-1", [
        usage("pod/checkout-1", 4, 0.25, 118),
        usage("pod/checkout-2", 5, 0.5, 124),
        with_map_key(state("deployment/checkout", 2, "Available")),
        state("deployment/checkout", 3, "Available"),
    ]),
    ("worker-1", [
        state("pod/checkout-1", 5, "Terminating"),
        removed("pod/checkout-1"),
        with_text_key(state("service/checkout", 3, "1 endpoint")),
        state("deployment/checkout", 4, "Progressing"),
        usage("pod/checkout-2", 6, 0.75, 131),
    ]),
]


def encode(host, events, first):
    """One request as the SDK of an agent on that host exports it; first is the number of the first record."""
    exporter = InMemoryLogRecordExporter()
    # service.instance.id would be a new random one in every run.
    provider = LoggerProvider(resource=Resource.create({
        "service.name": "topology-agent", "service.version": "3.1.0", "service.instance.id": f"topology-agent-{host}",
        "k8s.cluster.name": "prod-eu", "k8s.node.name": host, "host.name": host}))
    provider.add_log_record_processor(SimpleLogRecordProcessor(exporter))
    logger = provider.get_logger("topology.kubernetes", "2.3.0")
    for number, (attributes, body) in enumerate(events, first):
        logger.emit(LogRecord(
            timestamp=START + number * SECOND, observed_timestamp=START + number * SECOND + 2_000_000, context=TRACE,
            severity_number=SeverityNumber.INFO, severity_text="INFO", body=body, attributes=attributes))
    return encode_logs(exporter.get_finished_logs()).SerializeToString()


def main():
    made, count = b"", 0
    folder = Path(sys.argv[1])
    for host, events in REQUESTS:
        request = encode(host, events, count)
        if not made:
            (folder / "request.bin").write_bytes(request)
        made += frame(request)
        count += len(events)
    here = Path(__file__).resolve().parent
    made += subprocess.run(["go", "run", "."], cwd=here / "pdata", check=True, stdout=subprocess.PIPE).stdout
    (folder / "otlp-logs.bin").write_bytes(made)


if __name__ == "__main__":
    main()
