// SPDX-License-Identifier: Apache-2.0

package stskafkaexporter

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.uber.org/goleak"
)

// What mdatagen's generated_component_test.go and generated_package_test.go hold every component to, for both types and without its
// package inside the module (see documentation_test.go).

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A component, and how it is given a request.
type created struct {
	component.Component
	consume func(context.Context) error
}

func create(t *testing.T, factory exporter.Factory, signal string, cfg component.Config) created {
	t.Helper()
	set := settings()
	set.ID = component.NewID(factory.Type())
	switch signal {
	case "logs":
		made, err := factory.CreateLogs(t.Context(), set, cfg)
		require.NoError(t, err)
		return created{made, func(ctx context.Context) error { return made.ConsumeLogs(ctx, logsWith("a")) }}
	case "traces":
		made, err := factory.CreateTraces(t.Context(), set, cfg)
		require.NoError(t, err)
		return created{made, func(ctx context.Context) error { return made.ConsumeTraces(ctx, oneSpan()) }}
	default:
		made, err := factory.CreateMetrics(t.Context(), set, cfg)
		require.NoError(t, err)
		return created{made, func(ctx context.Context) error { return made.ConsumeMetrics(ctx, oneMetric()) }}
	}
}

func TestComponentLifecycle(t *testing.T) {
	for _, factory := range []*Factory{NewFactory(), NewKafkaFactory()} {
		require.NoError(t, componenttest.CheckConfigStruct(factory.CreateDefaultConfig()))
		for _, signal := range []string{"logs", "traces", "metrics"} {
			name := factory.Type().String() + "/" + signal
			t.Run(name+"/shutdown", func(t *testing.T) {
				require.NoError(t, create(t, factory, signal, factory.CreateDefaultConfig()).Shutdown(t.Context()))
			})
			t.Run(name+"/lifecycle", func(t *testing.T) {
				cfg := mustRead(t, factory.CreateDefaultConfig(), `{brokers: ["127.0.0.1:1"], topic_check: "off"}`)
				made := create(t, factory, signal, cfg)
				require.NoError(t, made.Start(t.Context(), listening()))
				assert.NotPanics(t, func() { _ = made.consume(t.Context()) })
				ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond) // no broker answers
				defer cancel()
				_ = made.Shutdown(ctx)
			})
		}
	}
}

func oneMetric() pmetric.Metrics {
	md := pmetric.NewMetrics()
	metric := md.ResourceMetrics().AppendEmpty().ScopeMetrics().AppendEmpty().Metrics().AppendEmpty()
	metric.SetName("metric-0")
	metric.SetEmptyGauge().DataPoints().AppendEmpty().SetIntValue(1)
	return md
}

func oneSpan() ptrace.Traces {
	td := ptrace.NewTraces()
	td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans().AppendEmpty().SetName("span-0")
	return td
}
