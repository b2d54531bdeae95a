// SPDX-License-Identifier: Apache-2.0
// Spans and metrics of OpenTelemetry's SDK for JavaScript, as its OTLP exporters write them:
//   node make.mjs FOLDER    writes FOLDER/SIGNAL.json and FOLDER/SIGNAL.bin, for traces and metrics
import { writeFileSync } from "node:fs";
import { SpanKind, SpanStatusCode, context, trace } from "@opentelemetry/api";
import { JsonMetricsSerializer, JsonTraceSerializer, ProtobufMetricsSerializer, ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { AggregationTemporality, InMemoryMetricExporter, MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import * as sdk from "@opentelemetry/sdk-trace-base";

const folder = process.argv[2];
const resource = resourceFromAttributes({ "service.name": "shop", "process.pid": 4242 });

function write(signal, json, protobuf, data) {
  writeFileSync(`${folder}/${signal}.json`, json.serializeRequest(data));
  writeFileSync(`${folder}/${signal}.bin`, protobuf.serializeRequest(data));
}

function spans() {
  const kept = new sdk.InMemorySpanExporter();
  const provider = new sdk.BasicTracerProvider({ resource, spanProcessors: [new sdk.SimpleSpanProcessor(kept)] });
  for (const tenant of ["blue", "grün"]) {
    const outer = provider.getTracer("app", "1.2").startSpan("order", { kind: SpanKind.SERVER, attributes: { tenant, ratio: 0.1, big: 2 ** 53 - 1 } });
    outer.addEvent("cache.miss", { tries: [1, 2, 3], hit: false });
    const inner = provider.getTracer("db").startSpan("SELECT", { links: [{ context: outer.spanContext() }] }, trace.setSpan(context.active(), outer));
    inner.setStatus({ code: SpanStatusCode.ERROR, message: "gone" });
    inner.end();
    outer.end();
  }
  return kept.getFinishedSpans();
}

async function metrics() {
  const kept = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter: kept, exportIntervalMillis: 3600000 });
  const meter = new MeterProvider({ resource, readers: [reader] }).getMeter("app", "1.2");
  meter.createCounter("orders", { unit: "1" }).add(3, { tenant: "blue" });
  meter.createHistogram("took", { unit: "s" }).record(0.25, { tenant: "grün" });
  meter.createUpDownCounter("queued").add(-2.5);
  meter.createObservableGauge("load").addCallback((result) => result.observe(0.75, { cpu: 1 }));
  await reader.forceFlush();
  return kept.getMetrics()[0];
}

write("traces", JsonTraceSerializer, ProtobufTraceSerializer, spans());
write("metrics", JsonMetricsSerializer, ProtobufMetricsSerializer, await metrics());
