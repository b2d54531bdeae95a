# SPDX-License-Identifier: Apache-2.0
"""Spans and metrics made by OpenTelemetry's SDK, and how requests with them are compared."""
from google.protobuf.message import Message
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import SpanKind, Status, StatusCode


def items(request: Message, *path):
    """All that lies at the end of a path of repeated fields, with what is around it."""
    if not path:
        yield (request,)
        return
    for each in getattr(request, path[0]):
        for rest in items(each, *path[1:]):
            yield (each, *rest)


def spans_of(request):
    return [(group.resource, scope.scope, span) for group, scope, span, _ in items(request, "resource_spans", "scope_spans", "spans")]


def metrics_of(request):
    return [(group.resource, scope.scope, metric)
            for group, scope, metric, _ in items(request, "resource_metrics", "scope_metrics", "metrics")]


def by_text(found):
    return sorted(" / ".join(map(str, each)) for each in found)


def make_spans(*processors):
    """Spans of two traces, with events, a link and a fault."""
    provider = TracerProvider(resource=Resource({"service.name": "shop"}), shutdown_on_exit=False)
    for processor in processors:
        provider.add_span_processor(processor)
    for tenant in ("blue", "green"):
        with provider.get_tracer("app", "1.2").start_as_current_span("order", kind=SpanKind.SERVER, attributes={"tenant": tenant}) as outer:
            outer.add_event("cache.miss", {"key": 7})
            with provider.get_tracer("db").start_as_current_span("SELECT", attributes={"tenant": tenant}) as inner:
                inner.set_status(Status(StatusCode.ERROR, "gone"))
    return provider


def record_metrics(meter):
    meter.create_counter("orders", unit="1").add(3, {"tenant": "blue"})
    meter.create_histogram("took", unit="s").record(0.25, {"tenant": "blue"})
    meter.create_up_down_counter("queued").add(-2)
