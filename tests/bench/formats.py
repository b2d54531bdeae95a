"""Measures what the encodings of a record cost; and how fast OTLP JSON is read, beside the collector's own readers in the same run:
megabytes and records a second, by turns.
The JSON is what the collector's marshaler, or Google's for Python, makes of the same requests."""
import json
import random
import struct
import subprocess
import tempfile
from pathlib import Path

from figures import spread
from go_programs import build
from google.protobuf import json_format
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

RESOURCE = {"service.name": "checkout", "service.namespace": "shop", "service.version": "2.14.1", "host.name": "node-17.eu-west-1",
            "k8s.cluster.name": "production-1", "k8s.namespace.name": "shop", "k8s.pod.name": "checkout-7d4b9c6f5-x2x9k",
            "k8s.deployment.name": "checkout", "container.id": "4f1c2c5e9a0d4f1c2c5e9a0d4f1c2c5e", "os.type": "linux"}
START = 1_764_000_000_000_000_000
ITEMS = 50  # of a request
REQUESTS = 40


def put(attributes, values):
    for name, value in values.items():
        pair = attributes.add()
        pair.key = name
        kind = {str: "string_value", int: "int_value", float: "double_value", bool: "bool_value"}[type(value)]
        setattr(pair.value, kind, value)


def request_values(rnd):
    return {"http.request.method": rnd.choice(["GET", "POST"]), "url.path": f"/api/v1/orders/{rnd.randrange(10**6)}",
            "http.response.status_code": rnd.choice([200, 204, 404, 500]), "http.route": "/api/v1/orders/{id}",
            "user_agent.original": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0)", "duration_ms": rnd.random() * 100, "retry": False}


def logs(rnd):
    request = ExportLogsServiceRequest()
    group = request.resource_logs.add()
    put(group.resource.attributes, RESOURCE)
    scope = group.scope_logs.add()
    scope.scope.name = "shop.checkout.http"
    for i in range(ITEMS):
        record = scope.log_records.add(time_unix_nano=START + i, observed_time_unix_nano=START + i + 1000, severity_number=9,
                                       severity_text="INFO", trace_id=rnd.randbytes(16), span_id=rnd.randbytes(8))
        record.body.string_value = f'{{"msg": "order {rnd.randrange(10**9)} was placed", "took": {rnd.random():.3f}}}'
        put(record.attributes, request_values(rnd))
    return request


def traces(rnd):
    request = ExportTraceServiceRequest()
    group = request.resource_spans.add()
    put(group.resource.attributes, RESOURCE)
    scope = group.scope_spans.add()
    scope.scope.name = "shop.checkout.http"
    for i in range(ITEMS):
        span = scope.spans.add(trace_id=rnd.randbytes(16), span_id=rnd.randbytes(8), parent_span_id=rnd.randbytes(8), kind=2,
                               name="GET /api/v1/orders/{id}", start_time_unix_nano=START + i, end_time_unix_nano=START + i + 10**7)
        put(span.attributes, request_values(rnd))
        event = span.events.add(time_unix_nano=START + i, name="cache.miss")
        put(event.attributes, {"cache.key": f"order:{rnd.randrange(10**6)}"})
        span.status.code = 1
    return request


def metrics(rnd):
    request = ExportMetricsServiceRequest()
    group = request.resource_metrics.add()
    put(group.resource.attributes, RESOURCE)
    scope = group.scope_metrics.add()
    scope.scope.name = "shop.checkout.http"
    for i in range(ITEMS // 10):
        gauge = scope.metrics.add(name=f"shop.queue.depth.{i}", unit="1").gauge
        histogram = scope.metrics.add(name=f"http.server.request.duration.{i}", unit="s").histogram
        histogram.aggregation_temporality = 2
        for _ in range(5):
            point = gauge.data_points.add(time_unix_nano=START + i, as_double=rnd.random() * 1000)
            put(point.attributes, {"queue": f"q-{rnd.randrange(100)}"})
            counts = [rnd.randrange(1000) for _ in range(15)]
            point = histogram.data_points.add(start_time_unix_nano=START, time_unix_nano=START + i, count=sum(counts),
                                              sum=rnd.random() * 1000, bucket_counts=counts,
                                              explicit_bounds=[0.005 * 2**n for n in range(14)])
            put(point.attributes, {"http.route": "/api/v1/orders/{id}"})
    return request


def write(path, texts):
    path.write_bytes(b"".join(struct.pack("<I", len(text)) + text for text in texts))


def run(*command):
    return json.loads(subprocess.run([str(part) for part in command], check=True, stdout=subprocess.PIPE, text=True).stdout)


def report_file(program, peers, path, signal, name, rounds_wanted):
    ours, theirs = [], []
    for _ in range(rounds_wanted + 1):  # the first one warms up
        ours.append(run(program, path, signal, 0.5))
        theirs.append(run(peers, "read", signal, path, 1))
    ours, theirs = ours[1:], theirs[1:]
    speeds = [[one["bytes"] / one["cpu"] / 1e6 for one in side] for side in (ours, theirs)]
    checked = [one["check"] / one["cpu"] for one in ours]
    ratios = [a / b for a, b in zip(*speeds)]
    items = [one["passes"] * REQUESTS * ITEMS / one["cpu"] / 1e6 for one in ours]
    print(f"{name:26} MB/s {spread(speeds[0], 0):20} the collector's {spread(speeds[1], 0):17} ratio {spread(ratios, 1):18}"
          f" million items/s {spread(items, 2):20} the check adds {spread(checked, 2)}")


def report_encodings(program, path, rounds_wanted):
    """What a record's value costs, without walking to it; otlp_proto beside two ways of copying as many bytes (encode.c says which)."""
    rounds = [run(program, path, 0.2) for _ in range(rounds_wanted + 1)][1:]
    for name in rounds[0]:
        times = [one[name]["ns"] for one in rounds]
        speeds = [one[name]["bytes"] * 1e3 / one[name]["ns"] for one in rounds]
        print(f"{name:26} ns/record {spread(times, 1):24} MB/s {spread(speeds, 0):24} {rounds[0][name]['bytes']:5} bytes a record")
    for way in ("copying the parts", "copying the value"):
        print(f"otlp_proto / {way}: {spread([one['otlp_proto']['ns'] / one[way]['ns'] for one in rounds], 2)}")


def report_formats(program, rounds_wanted):
    rnd = random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "logs"
        write(path, [logs(rnd).SerializeToString() for _ in range(REQUESTS)])
        report_encodings(program.with_name("bench_encode"), path, rounds_wanted)
    peers = build("peers")
    rnd = random.Random(1)
    print(f"{REQUESTS} requests of {ITEMS} records, spans or data points; by CPU time, the garbage collector's included")
    with tempfile.TemporaryDirectory() as folder:
        for signal, make in {"logs": logs, "traces": traces, "metrics": metrics}.items():
            requests = [make(rnd) for _ in range(REQUESTS)]
            protobuf, collector, google = (Path(folder) / f"{signal}-{name}" for name in ("protobuf", "collector", "google"))
            write(protobuf, [request.SerializeToString() for request in requests])
            subprocess.run([peers, "write", signal, protobuf, collector], check=True)
            report_file(program, peers, collector, signal, f"{signal}, the collector's", rounds_wanted)
            if signal == "metrics":  # the collector takes no ids in base64
                write(google, [json_format.MessageToJson(request).encode() for request in requests])
                report_file(program, peers, google, signal, f"{signal}, indented", rounds_wanted)
