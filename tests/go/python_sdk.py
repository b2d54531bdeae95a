"""Sends log records, spans and metrics with OpenTelemetry's SDK for Python, as tests/go/programs/send does with Go's:

  python_sdk.py grpc|http HOST:PORT SERVICE COUNT"""
import sys

PROGRAM = [sys.executable, __file__]


def exporters(protocol, address):
    if protocol == "grpc":
        from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter
        from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
        return [make(endpoint=address, insecure=True) for make in (OTLPLogExporter, OTLPSpanExporter, OTLPMetricExporter)]
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    return [make(endpoint=f"http://{address}/v1/{signal}")
            for make, signal in ((OTLPLogExporter, "logs"), (OTLPSpanExporter, "traces"), (OTLPMetricExporter, "metrics"))]


def main(protocol, address, service, count):
    from opentelemetry.sdk._logs import LoggerProvider
    from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    to_logs, to_spans, to_metrics = exporters(protocol, address)
    resource = Resource({"service.name": service})
    logs = LoggerProvider(resource=resource)
    logs.add_log_record_processor(BatchLogRecordProcessor(to_logs))
    spans = TracerProvider(resource=resource)
    spans.add_span_processor(BatchSpanProcessor(to_spans))
    metrics = MeterProvider([PeriodicExportingMetricReader(to_metrics)], resource=resource)
    for i in range(int(count)):
        logs.get_logger("send").emit(body=str(i), attributes={"number": i, "user": service})
        spans.get_tracer("send").start_span(f"span-{i}").end()
        metrics.get_meter("send").create_counter(f"metric-{i}").add(i)
    for provider in (logs, spans, metrics):
        provider.shutdown()


if __name__ == "__main__":
    main(*sys.argv[1:])
