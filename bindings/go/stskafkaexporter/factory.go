// SPDX-License-Identifier: Apache-2.0

package stskafkaexporter

import (
	"context"
	"fmt"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/config/configretry"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exporterhelper"

	"libstskafka/stskafka"
)

// Type is the component's, as StackVista's exporter has it.
var Type = component.MustNewType("sts_kafka_exporter")

// ScopeName is whose metrics and spans are this component's.
const ScopeName = "libstskafka/stskafkaexporter"

// How mature the component is, by signal.
const stability = component.StabilityLevelAlpha

// Factory makes exporters. For tests the one of logs may be another one.
type Factory struct {
	exporter.Factory
	NewExporterFn func(Config, exporter.Settings) (InternalExporterComponent, error)
}

// NewFactory makes the factory of the type sts_kafka_exporter.
func NewFactory() *Factory { return newFactory(Type, CreateDefaultConfig) }

// NewKafkaFactory makes one of the type kafka, with the defaults and the meaning of the collector's kafkaexporter: a request is a message, a
// key is what its configuration says.
func NewKafkaFactory() *Factory {
	return newFactory(component.MustNewType("kafka"), createKafkaConfig)
}

func newFactory(name component.Type, config component.CreateDefaultConfigFunc) *Factory {
	f := &Factory{NewExporterFn: KafkaExporterConstructor}
	f.Factory = exporter.NewFactory(name, config,
		exporter.WithLogs(f.CreateLogsExporter, stability),
		exporter.WithTraces(f.CreateTracesExporter, stability),
		exporter.WithMetrics(f.CreateMetricsExporter, stability))
	return f
}

// CreateDefaultConfig is the configuration where nothing is said.
func CreateDefaultConfig() component.Config {
	queue := exporterhelper.NewDefaultQueueConfig()
	queue.NumConsumers = 1 // the order of records hangs on that, where the collector's queue is used
	return &Config{
		TimeoutSettings: exporterhelper.NewDefaultTimeoutConfig(),
		QueueSettings:   queue,
		BackOffConfig:   configretry.NewDefaultBackOffConfig(),
		Brokers:         []string{"localhost:9092"},
		Topic:           "sts-otel-topology",
		ReadTimeout:     2 * time.Second,
		ProduceTimeout:  5 * time.Second,
		RequiredAcks:    AcksLeader,
	}
}

func createKafkaConfig() component.Config {
	cfg := CreateDefaultConfig().(*Config)
	cfg.Topic = ""
	cfg.asKafka = true
	return cfg
}

// CreateLogsExporter makes the exporter of a pipeline of logs.
func (f *Factory) CreateLogsExporter(ctx context.Context, set exporter.Settings, cfg component.Config) (exporter.Logs, error) {
	typed, ok := cfg.(*Config)
	if !ok {
		return nil, fmt.Errorf("invalid config type: %T", cfg)
	}
	made, err := f.NewExporterFn(*typed, set)
	if err != nil {
		return nil, fmt.Errorf("cannot configure kafka logs exp: %w", err)
	}
	helped, err := exporterhelper.NewLogs(ctx, set, cfg, made.ExportData, typed.helperOptions(made)...)
	if err != nil {
		return nil, err
	}
	return logsWithin{helped, within{helped, made}}, nil
}

// CreateTracesExporter makes the exporter of a pipeline of traces.
func (f *Factory) CreateTracesExporter(ctx context.Context, set exporter.Settings, cfg component.Config) (exporter.Traces, error) {
	made, typed, err := newKafkaExporter(cfg, set, stskafka.Traces)
	if err != nil {
		return nil, err
	}
	helped, err := exporterhelper.NewTraces(ctx, set, cfg, made.ExportTraces, typed.helperOptions(made)...)
	if err != nil {
		return nil, err
	}
	return tracesWithin{helped, within{helped, made}}, nil
}

// CreateMetricsExporter makes the exporter of a pipeline of metrics.
func (f *Factory) CreateMetricsExporter(ctx context.Context, set exporter.Settings, cfg component.Config) (exporter.Metrics, error) {
	made, typed, err := newKafkaExporter(cfg, set, stskafka.Metrics)
	if err != nil {
		return nil, err
	}
	helped, err := exporterhelper.NewMetrics(ctx, set, cfg, made.ExportMetrics, typed.helperOptions(made)...)
	if err != nil {
		return nil, err
	}
	return metricsWithin{helped, within{helped, made}}, nil
}

// helperOptions are what exporterhelper does here: it tries again what is left of a request, counts, and makes spans. Times are the
// library's, and so is the queue, but for what only the collector's has.
func (cfg *Config) helperOptions(made component.Component) []exporterhelper.Option {
	options := []exporterhelper.Option{
		exporterhelper.WithStart(made.Start),
		exporterhelper.WithShutdown(made.Shutdown),
		exporterhelper.WithTimeout(exporterhelper.TimeoutConfig{Timeout: 0}),
		exporterhelper.WithRetry(cfg.BackOffConfig),
	}
	if cfg.usesHelperQueue() {
		options = append(options, exporterhelper.WithQueue(configoptional.Some(cfg.QueueSettings)))
	}
	return options
}

// within ends an exporter by the deadline: exporterhelper waits for exports without one, so that these are ended at it.
type within struct {
	helped, made component.Component
}

func (w within) Shutdown(ctx context.Context) error {
	ctx, cancel := withDeadline(ctx)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { _ = w.made.Shutdown(ctx) })
	defer stop()
	return w.helped.Shutdown(ctx)
}

type logsWithin struct {
	exporter.Logs
	within
}

func (l logsWithin) Shutdown(ctx context.Context) error { return l.within.Shutdown(ctx) }

type tracesWithin struct {
	exporter.Traces
	within
}

func (t tracesWithin) Shutdown(ctx context.Context) error { return t.within.Shutdown(ctx) }

type metricsWithin struct {
	exporter.Metrics
	within
}

func (m metricsWithin) Shutdown(ctx context.Context) error { return m.within.Shutdown(ctx) }
