// SPDX-License-Identifier: Apache-2.0

package stskafkaexporter_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configretry"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"go.opentelemetry.io/collector/pdata/plog"

	"libstskafka/stskafkaexporter"
)

// The public names of StackVista's exporter (sts-opentelemetry-collector 087c8cd), with their types: whatever is built against them is built
// against these.
var (
	_ component.Type                                                                                               = stskafkaexporter.Type
	_ func() *stskafkaexporter.Factory                                                                             = stskafkaexporter.NewFactory
	_ func() component.Config                                                                                      = stskafkaexporter.CreateDefaultConfig
	_ exporter.Factory                                                                                             = (*stskafkaexporter.Factory)(nil)
	_ stskafkaexporter.InternalExporterComponent                                                                   = (*stskafkaexporter.KafkaExporter)(nil)
	_ func(*stskafkaexporter.Config) error                                                                         = (*stskafkaexporter.Config).Validate
	_ func(*stskafkaexporter.Factory, context.Context, exporter.Settings, component.Config) (exporter.Logs, error) = (*stskafkaexporter.Factory).CreateLogsExporter
	_ func(stskafkaexporter.Config, exporter.Settings) (stskafkaexporter.InternalExporterComponent, error)         = stskafkaexporter.KafkaExporterConstructor
	_ func(stskafkaexporter.Config, exporter.Settings) (*stskafkaexporter.KafkaExporter, error)                    = stskafkaexporter.NewKafkaExporter

	_ = stskafkaexporter.Factory{NewExporterFn: stskafkaexporter.KafkaExporterConstructor, Factory: nil}
	_ = stskafkaexporter.Config{
		TimeoutSettings: exporterhelper.TimeoutConfig{}, QueueSettings: exporterhelper.QueueBatchConfig{}, BackOffConfig: configretry.BackOffConfig{},
		Brokers: []string{}, Topic: "", ReadTimeout: time.Duration(0), ProduceTimeout: time.Duration(0), RequiredAcks: "",
	}
)

// An interface may not have grown either, or their stand-ins no longer fit.
type standIn struct{}

func (standIn) ExportData(context.Context, plog.Logs) error { return nil }
func (standIn) Start(context.Context, component.Host) error { return nil }
func (standIn) Shutdown(context.Context) error              { return nil }

var _ stskafkaexporter.InternalExporterComponent = standIn{}

func TestTheConstantsAreStackVistas(t *testing.T) {
	assert.Equal(t, "sts_kafka_exporter", stskafkaexporter.Type.String())
	assert.Equal(t, [...]string{"stskafka.key", "stskafka.topic", "none", "leader", "all"}, [...]string{stskafkaexporter.KafkaMessageKey,
		stskafkaexporter.KafkaMessageTopic, stskafkaexporter.AcksNone, stskafkaexporter.AcksLeader, stskafkaexporter.AcksAll})
}
