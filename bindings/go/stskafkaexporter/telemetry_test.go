// SPDX-License-Identifier: Apache-2.0

package stskafkaexporter

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

func TestTheMetricsAreThoseOfMetadataYaml(t *testing.T) {
	telemetry := componenttest.NewTelemetry()
	set := exporter.Settings{ID: component.NewID(Type), TelemetrySettings: telemetry.NewTelemetrySettings()}
	made, err := NewKafkaExporter(*mustRead(t, CreateDefaultConfig(), waiting), set)
	require.NoError(t, err)
	inMemory(made, "deliver,deliver,uncertain,hold")
	require.NoError(t, made.Start(t.Context(), componenttest.NewNopHost()))
	require.Error(t, made.ExportData(t.Context(), logsWith("a", "b", "c", "")))

	described := readMetadata(t)
	assert.Len(t, described.Telemetry.Metrics, 11)
	for name, metric := range described.Telemetry.Metrics {
		found, err := telemetry.GetMetric("otelcol_" + name)
		require.NoError(t, err)
		assert.Equal(t, metric.Description, found.Description)
		assert.Equal(t, metric.Unit, found.Unit)
		for _, attributes := range attributesOf(found) {
			assert.ElementsMatch(t, metric.Attributes, attributes, name)
		}
	}
	assert.EqualValues(t, 2, valueOf(t, telemetry, metricRecords, "outcome", "delivered"))
	assert.EqualValues(t, 1, valueOf(t, telemetry, metricRecords, "outcome", "uncertain"))
	assert.EqualValues(t, 1, valueOf(t, telemetry, metricRejected, "code", "STS_ERR_KEY_MISSING"))
	assert.EqualValues(t, 1, valueOf(t, telemetry, metricKeys, "kind", "missing"))
	assert.EqualValues(t, 2, valueOf(t, telemetry, metricLatency, "le", "+Inf"))
	require.NoError(t, made.Shutdown(t.Context()))
	_, err = telemetry.GetMetric(metricRecords)
	assert.Error(t, err, "it was ended, and is still observed")
}

func attributesOf(metric metricdata.Metrics) (all [][]string) {
	var sets []metricdata.DataPoint[int64]
	switch data := metric.Data.(type) {
	case metricdata.Sum[int64]:
		sets = data.DataPoints
	case metricdata.Gauge[int64]:
		sets = data.DataPoints
	}
	for _, point := range sets {
		var names []string
		for _, pair := range point.Attributes.ToSlice() {
			names = append(names, string(pair.Key))
		}
		all = append(all, names)
	}
	return all
}

func valueOf(t *testing.T, telemetry *componenttest.Telemetry, name, attribute, value string) int64 {
	t.Helper()
	found, err := telemetry.GetMetric(name)
	require.NoError(t, err)
	for _, point := range found.Data.(metricdata.Sum[int64]).DataPoints {
		for _, pair := range point.Attributes.ToSlice() {
			if string(pair.Key) == attribute && pair.Value.AsString() == value {
				return point.Value
			}
		}
	}
	t.Errorf("%s has no %s=%s", name, attribute, value)
	return -1
}
