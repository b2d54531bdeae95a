// SPDX-License-Identifier: Apache-2.0

// Sends log records, spans and metrics with OpenTelemetry's SDK for Go:
//
//	send grpc|http HOST:PORT SERVICE COUNT
//
// Item i of each signal tells its number: the log record's attribute "number" and its body, the span's and the metric's name.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"strconv"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploggrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploghttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetricgrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	otellog "go.opentelemetry.io/otel/log"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

type exporters struct {
	logs    sdklog.Exporter
	spans   sdktrace.SpanExporter
	metrics sdkmetric.Exporter
}

func connect(ctx context.Context, protocol, address string) exporters {
	if protocol == "grpc" {
		return exporters{
			must(otlploggrpc.New(ctx, otlploggrpc.WithInsecure(), otlploggrpc.WithEndpoint(address))),
			must(otlptrace.New(ctx, otlptracegrpc.NewClient(otlptracegrpc.WithInsecure(), otlptracegrpc.WithEndpoint(address)))),
			must(otlpmetricgrpc.New(ctx, otlpmetricgrpc.WithInsecure(), otlpmetricgrpc.WithEndpoint(address))),
		}
	}
	return exporters{
		must(otlploghttp.New(ctx, otlploghttp.WithInsecure(), otlploghttp.WithEndpoint(address))),
		must(otlptrace.New(ctx, otlptracehttp.NewClient(otlptracehttp.WithInsecure(), otlptracehttp.WithEndpoint(address)))),
		must(otlpmetrichttp.New(ctx, otlpmetrichttp.WithInsecure(), otlpmetrichttp.WithEndpoint(address))),
	}
}

func main() {
	ctx := context.Background()
	to := connect(ctx, os.Args[1], os.Args[2])
	from := resource.NewSchemaless(attribute.String("service.name", os.Args[3]))
	count := must(strconv.Atoi(os.Args[4]))

	logs := sdklog.NewLoggerProvider(sdklog.WithResource(from), sdklog.WithProcessor(sdklog.NewBatchProcessor(to.logs)))
	spans := sdktrace.NewTracerProvider(sdktrace.WithResource(from), sdktrace.WithBatcher(to.spans))
	metrics := sdkmetric.NewMeterProvider(sdkmetric.WithResource(from), sdkmetric.WithReader(sdkmetric.NewPeriodicReader(to.metrics)))
	for i := range count {
		var record otellog.Record
		record.SetBody(attribute.StringValue(strconv.Itoa(i)))
		record.AddAttributes(attribute.Int("number", i), attribute.String("user", os.Args[3]))
		logs.Logger("send").Emit(ctx, record)
		_, span := spans.Tracer("send").Start(ctx, fmt.Sprint("span-", i))
		span.End()
		must(metrics.Meter("send").Int64Counter(fmt.Sprint("metric-", i))).Add(ctx, int64(i))
	}
	for _, shutdown := range []func(context.Context) error{logs.Shutdown, spans.Shutdown, metrics.Shutdown} {
		must(0, shutdown(ctx))
	}
}
