// SPDX-License-Identifier: Apache-2.0

package stskafkaexporter

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/collector/client"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.uber.org/zap"

	"libstskafka/stskafka"
)

// KafkaMessageKey is the attribute of a log record that is the key of its message, where the option key says nothing else.
const KafkaMessageKey = "stskafka.key"

// KafkaMessageTopic is the attribute of a log record that names the topic of its message, in place of the configured one.
const KafkaMessageTopic = "stskafka.topic"

// InternalExporterComponent is what the factory wants of an exporter of logs.
type InternalExporterComponent interface {
	ExportData(ctx context.Context, ld plog.Logs) error
	Start(ctx context.Context, host component.Host) error
	Shutdown(ctx context.Context) error
}

// KafkaExporterConstructor makes the real one.
func KafkaExporterConstructor(c Config, set exporter.Settings) (InternalExporterComponent, error) {
	return NewKafkaExporter(c, set)
}

// KafkaExporter exports to Kafka, between Start and Shutdown.
type KafkaExporter struct {
	signal  stskafka.Signal
	set     exporter.Settings
	options stskafka.Options
	logger  *zap.Logger

	marshaler    *marshaler
	usesMetadata bool

	library  atomic.Pointer[stskafka.Exporter]
	health   *health            // of Start, before the library
	settings []stskafka.Setting // further ones, for tests
	stop     []func()           // what Shutdown ends, last first
	ending   sync.Once
	ended    error
}

// NewKafkaExporter makes an exporter of logs.
func NewKafkaExporter(cfg Config, set exporter.Settings) (*KafkaExporter, error) {
	made, _, err := newKafkaExporter(&cfg, set, stskafka.Logs)
	return made, err
}

func newKafkaExporter(cfg component.Config, set exporter.Settings, signal stskafka.Signal) (*KafkaExporter, *Config, error) {
	typed, ok := cfg.(*Config)
	if !ok {
		return nil, nil, fmt.Errorf("invalid config type: %T", cfg)
	}
	options, err := typed.libraryOptions(signal)
	if err != nil {
		return nil, nil, err
	}
	options = inEffect(options, signal)
	marshaler, err := newMarshaler()
	if err != nil {
		return nil, nil, err
	}
	return &KafkaExporter{signal: signal, set: set, options: options, logger: set.Logger, marshaler: marshaler,
		usesMetadata: usesMetadata(options)}, typed, nil
}

// Start makes the library's exporter: it looks for the topic within read_timeout.
func (e *KafkaExporter) Start(_ context.Context, host component.Host) error {
	library, err := stskafka.New(e.options, append(e.settings, stskafka.WithLog(e.log))...)
	if err != nil {
		return fmt.Errorf("failed to start STS Kafka exporter: %w", err)
	}
	e.health = newHealth(host, e.options["required_acks"])
	e.library.Store(library)
	e.logger.Info("Started STS Kafka exporter", zap.String("exporter", library.Describe()), zap.String("fingerprint", library.Fingerprint()))
	if stop, err := observe(e.set, e.signal, library); err != nil {
		e.logger.Warn("There will be no metrics of this exporter", zap.Error(err))
	} else {
		e.stop = append(e.stop, stop)
	}
	e.stop = append(e.stop, e.watch(library))
	return nil
}

// How long a shutdown takes at most, where its context has no deadline.
const shutdownTimeout = 10 * time.Second

func withDeadline(ctx context.Context) (context.Context, context.CancelFunc) {
	if _, has := ctx.Deadline(); has {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, shutdownTimeout)
}

// Shutdown gives what is under way its time until the deadline, and ends exports that wait for their results.
func (e *KafkaExporter) Shutdown(ctx context.Context) error {
	e.ending.Do(func() { e.ended = e.end(ctx) })
	return e.ended
}

func (e *KafkaExporter) end(ctx context.Context) error {
	library := e.library.Load()
	if library == nil {
		return nil
	}
	e.health.end()
	ctx, cancel := withDeadline(ctx)
	defer cancel()
	err := library.Close(ctx)
	for i := len(e.stop) - 1; i >= 0; i-- {
		e.stop[i]()
	}
	if counts := library.Counts(); counts.Failed+counts.Uncertain+counts.Purged > 0 {
		e.logger.Warn("Not all records were delivered", zap.Uint64("delivered", counts.Delivered), zap.Uint64("failed", counts.Failed),
			zap.Uint64("uncertain", counts.Uncertain), zap.Uint64("purged", counts.Purged))
	}
	return err
}

// ExportData exports logs. The error says what of them is to come again: see told.
func (e *KafkaExporter) ExportData(ctx context.Context, ld plog.Logs) error {
	request, err := e.marshaler.marshalLogs(ld)
	return e.export(ctx, request, err, logs(ld))
}

// ExportTraces exports traces, as ExportData does logs.
func (e *KafkaExporter) ExportTraces(ctx context.Context, td ptrace.Traces) error {
	request, err := e.marshaler.marshalTraces(td)
	return e.export(ctx, request, err, traces(td))
}

// ExportMetrics exports metrics, as ExportData does logs.
func (e *KafkaExporter) ExportMetrics(ctx context.Context, md pmetric.Metrics) error {
	request, err := e.marshaler.marshalMetrics(md)
	return e.export(ctx, request, err, metrics(md))
}

func (e *KafkaExporter) export(ctx context.Context, request *buffer, err error, data data) error {
	if err != nil {
		return permanent(err)
	}
	defer request.release()
	library := e.library.Load()
	if library == nil {
		return errors.New("the exporter was not started")
	}
	// Whoever has cancelled cannot take back what is on its way: a result that nobody waits for would be sent again.
	result, err := library.Export(context.WithoutCancel(ctx), e.signal, stskafka.OTLPProto, request.bytes, e.metadataOf(ctx)...)
	return e.told(result, err, data)
}

// usesMetadata tells whether some option may read what comes with a request: all that do say so in their name or in their value.
func usesMetadata(options stskafka.Options) bool {
	for name, value := range options {
		if strings.Contains(name, "metadata") || strings.Contains(value, "metadata") {
			return true
		}
	}
	return false
}

// metadataOf is what came with the request, where the receiver hands that on, and somebody wants it.
func (e *KafkaExporter) metadataOf(ctx context.Context) []stskafka.ExportOption {
	if !e.usesMetadata {
		return nil
	}
	var options []stskafka.ExportOption
	metadata := client.FromContext(ctx).Metadata
	for name := range metadata.Keys() {
		for _, value := range metadata.Get(name) {
			options = append(options, stskafka.WithMetadata(name, value))
		}
	}
	return options
}

func (e *KafkaExporter) log(level stskafka.LogLevel, text string) {
	switch level {
	case stskafka.LogError:
		e.logger.Error(text)
	case stskafka.LogWarning:
		e.logger.Warn(text)
	case stskafka.LogInfo:
		e.logger.Info(text)
	default:
		e.logger.Debug(text)
	}
}
