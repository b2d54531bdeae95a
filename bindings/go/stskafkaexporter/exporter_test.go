// SPDX-License-Identifier: Apache-2.0

package stskafkaexporter

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/client"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"libstskafka/stskafka"
)

// Log records with these keys, "" for none, in two resources; the body is the record's number.
func logsWith(keys ...string) plog.Logs {
	ld := plog.NewLogs()
	for i, key := range keys {
		if i%2 == 0 {
			resource := ld.ResourceLogs().AppendEmpty()
			resource.Resource().Attributes().PutStr("host.name", fmt.Sprint("host-", i))
			resource.ScopeLogs().AppendEmpty()
		}
		record := ld.ResourceLogs().At(i / 2).ScopeLogs().At(0).LogRecords().AppendEmpty()
		record.Body().SetEmptyBytes().FromRaw([]byte{byte('0' + i)})
		if key != "" {
			record.Attributes().PutEmptyBytes(KafkaMessageKey).FromRaw([]byte(key))
		}
	}
	return ld
}

func bodies(ld plog.Logs) string {
	found := ""
	for _, resource := range ld.ResourceLogs().All() {
		for _, scope := range resource.ScopeLogs().All() {
			for _, record := range scope.LogRecords().All() {
				found += string(record.Body().Bytes().AsRaw())
			}
		}
	}
	return found
}

func values(transport *stskafka.MemoryTransport) string {
	found := ""
	for _, message := range transport.Messages() {
		found += string(message.Value)
	}
	return found
}

func settings() exporter.Settings { return exportertest.NewNopSettings(Type) }

// Over memory, started, without the collector's parts around it.
func started(t *testing.T, script, yaml string) (*KafkaExporter, *stskafka.MemoryTransport) {
	t.Helper()
	made, err := NewKafkaExporter(*mustRead(t, CreateDefaultConfig(), yaml), settings())
	require.NoError(t, err)
	transport := inMemory(made, script)
	require.NoError(t, made.Start(t.Context(), componenttest.NewNopHost()))
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
		defer cancel()
		_ = made.Shutdown(ctx)
	})
	return made, transport
}

func inMemory(made *KafkaExporter, script string) *stskafka.MemoryTransport {
	transport := stskafka.NewMemoryTransport(script, 1000, 3)
	made.settings = []stskafka.Setting{stskafka.WithMemoryTransport(transport)}
	return transport
}

const waiting = `{sending_queue: {wait_for_result: true}}`

func TestRecordsGoUnderTheirKeys(t *testing.T) {
	made, transport := started(t, "", `{}`)
	ld := logsWith("a", "b", "c")
	ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(1).Attributes().PutStr(KafkaMessageTopic, "other")
	ld.ResourceLogs().At(1).ScopeLogs().At(0).LogRecords().At(0).Body().SetEmptyBytes()
	require.NoError(t, made.ExportData(t.Context(), ld))
	require.NoError(t, made.Shutdown(t.Context()))
	messages := transport.Messages()
	require.Len(t, messages, 3)
	assert.Equal(t, "sts-otel-topology a 0", fmt.Sprintf("%s %s %s", messages[0].Topic, messages[0].Key, messages[0].Value))
	assert.Equal(t, "other b 1", fmt.Sprintf("%s %s %s", messages[1].Topic, messages[1].Key, messages[1].Value))
	assert.Equal(t, "c", string(messages[2].Key))
	assert.Nil(t, messages[2].Value) // a tombstone
}

func TestAsTheKafkaexporterAMessageIsARequestOrOfAResource(t *testing.T) {
	for yaml, messages := range map[string]int{`{}`: 1, `{partition_logs_by_resource_attributes: true}`: 2, `{logs: {encoding: raw}}`: 3} {
		made, _, err := newKafkaExporter(mustRead(t, createKafkaConfig(), yaml), settings(), stskafka.Logs)
		require.NoError(t, err)
		transport := inMemory(made, "")
		require.NoError(t, made.Start(t.Context(), componenttest.NewNopHost()))
		require.NoError(t, made.ExportData(t.Context(), logsWith("a", "b", "c")))
		require.NoError(t, made.Shutdown(t.Context()))
		require.Len(t, transport.Messages(), messages, yaml)
		for _, message := range transport.Messages() {
			assert.Equal(t, "otlp_logs", message.Topic)
			assert.Equal(t, messages == 2, len(message.Key) == 16, yaml)
		}
	}
}

func TestMetadataOfTheClientIsHandedOn(t *testing.T) {
	made, transport := started(t, "", `{key: 'metadata("x-tenant")', include_metadata_keys: [x-tenant]}`)
	ctx := client.NewContext(t.Context(), client.Info{Metadata: client.NewMetadata(map[string][]string{"X-Tenant": {"blue", "red"}})})
	require.NoError(t, made.ExportData(ctx, logsWith("a")))
	require.NoError(t, made.Shutdown(t.Context()))
	assert.Equal(t, "blue", string(transport.Messages()[0].Key))
	assert.Len(t, transport.Messages()[0].Headers, 2)
}

func TestSomeRejectedRecordsAreNoError(t *testing.T) {
	for _, yaml := range []string{`{}`, waiting} {
		made, transport := started(t, "", yaml)
		require.NoError(t, made.ExportData(t.Context(), logsWith("a", "", "c")))
		err := made.ExportData(t.Context(), logsWith("", ""))
		assert.True(t, consumererror.IsPermanent(err), err)
		assert.ErrorContains(t, err, "of 2 records 2 were rejected")
		assert.ErrorIs(t, err, stskafka.ErrRejected)
		require.NoError(t, made.Shutdown(t.Context()))
		assert.Equal(t, "02", values(transport))
	}
}

func TestOnlyWhatWasNotDeliveredComesAgain(t *testing.T) {
	made, _ := started(t, "deliver,uncertain,deliver,uncertain", waiting)
	err := made.ExportData(t.Context(), logsWith("a", "", "b", "c", "d"))
	var again consumererror.Logs
	require.ErrorAs(t, err, &again)
	assert.Equal(t, "24", bodies(again.Data()))
	assert.False(t, consumererror.IsPermanent(err))
	assert.ErrorContains(t, err, "of 5 records 1 were rejected, 0 failed, 2 are uncertain")
}

func TestWhatWasRefusedForGoodDoesNotComeAgain(t *testing.T) {
	made, _ := started(t, "deliver,refuse,refuse", waiting)
	require.NoError(t, made.ExportData(t.Context(), logsWith("a", "b")))
	assert.True(t, consumererror.IsPermanent(made.ExportData(t.Context(), logsWith("a"))))
}

func TestWithoutAcknowledgementsUncertainIsWhatIsHadBest(t *testing.T) {
	made, _ := started(t, "uncertain", `{required_acks: none, sending_queue: {wait_for_result: true}}`)
	require.NoError(t, made.ExportData(t.Context(), logsWith("a")))
}

func TestTheRestOfARequestThatFoundNoRoomComesAgain(t *testing.T) {
	made, transport := started(t, "hold*3", `{sending_queue: {queue_size: 3, block_on_overflow: false}}`)
	err := made.ExportData(t.Context(), logsWith("a", "b", "c", "d", "e"))
	var again consumererror.Logs
	require.ErrorAs(t, err, &again)
	assert.Equal(t, "34", bodies(again.Data()))
	assert.ErrorIs(t, err, stskafka.ErrQueueFull)
	assert.Equal(t, "012", values(transport))
}

func TestAMalformedRequestIsPermanent(t *testing.T) {
	made, _ := started(t, "", `{}`)
	_, fault := made.library.Load().Export(t.Context(), stskafka.Logs, stskafka.OTLPProto, []byte{0xff})
	require.Error(t, fault)
	assert.True(t, consumererror.IsPermanent(made.told(stskafka.Result{}, fault, logs(logsWith("a")))))
	assert.True(t, consumererror.IsPermanent(made.export(t.Context(), nil, errors.New("cannot be marshalled"), nil)))
}

func TestTracesAndMetrics(t *testing.T) {
	td := ptrace.NewTraces()
	spans := td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans()
	md := pmetric.NewMetrics()
	series := md.ResourceMetrics().AppendEmpty().ScopeMetrics().AppendEmpty().Metrics()
	for i := range 4 {
		spans.AppendEmpty().SetName(fmt.Sprint("span-", i))
		metric := series.AppendEmpty()
		metric.SetName(fmt.Sprint("metric-", i))
		metric.SetEmptyGauge().DataPoints().AppendEmpty().SetIntValue(1)
	}
	cfg := mustRead(t, CreateDefaultConfig(), `{traces: {key: span.name}, metrics: {key: metric.name}, sending_queue: {wait_for_result: true}}`)

	tracer, _, err := newKafkaExporter(cfg, settings(), stskafka.Traces)
	require.NoError(t, err)
	transport := inMemory(tracer, "deliver,uncertain,deliver,uncertain")
	require.NoError(t, tracer.Start(t.Context(), componenttest.NewNopHost()))
	var traces consumererror.Traces
	require.ErrorAs(t, tracer.ExportTraces(t.Context(), td), &traces)
	require.Equal(t, 2, traces.Data().SpanCount())
	assert.Equal(t, "span-1", traces.Data().ResourceSpans().At(0).ScopeSpans().At(0).Spans().At(0).Name())
	require.NoError(t, tracer.Shutdown(t.Context()))
	assert.Equal(t, "span-0", string(transport.Messages()[0].Key))

	meter, _, err := newKafkaExporter(cfg, settings(), stskafka.Metrics)
	require.NoError(t, err)
	transport = inMemory(meter, "uncertain")
	require.NoError(t, meter.Start(t.Context(), componenttest.NewNopHost()))
	var metrics consumererror.Metrics
	require.ErrorAs(t, meter.ExportMetrics(t.Context(), md), &metrics)
	require.Equal(t, 1, metrics.Data().MetricCount())
	assert.Equal(t, "metric-0", metrics.Data().ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().At(0).Name())
	require.NoError(t, meter.Shutdown(t.Context()))
	assert.Equal(t, "metric-0", string(transport.Messages()[0].Key))
}

// With all that the collector puts around it.
func whole(t *testing.T, script, yaml string) (exporter.Logs, *stskafka.MemoryTransport) {
	t.Helper()
	var transport *stskafka.MemoryTransport
	factory := NewFactory()
	factory.NewExporterFn = func(cfg Config, set exporter.Settings) (InternalExporterComponent, error) {
		made, err := NewKafkaExporter(cfg, set)
		transport = inMemory(made, script)
		return made, err
	}
	made, err := factory.CreateLogs(t.Context(), settings(), mustRead(t, factory.CreateDefaultConfig(), yaml))
	require.NoError(t, err)
	require.NoError(t, made.Start(t.Context(), componenttest.NewNopHost()))
	return made, transport
}

const soon = `retry_on_failure: {enabled: true, initial_interval: 1ms, max_interval: 10ms, max_elapsed_time: 1m}`

func TestThePipelineSendsOnlyTheRestAgain(t *testing.T) {
	made, transport := whole(t, "deliver,uncertain,deliver,deliver,uncertain", `{sending_queue: {enabled: false}, `+soon+`}`)
	require.NoError(t, made.ConsumeLogs(t.Context(), logsWith("a", "b", "c", "", "d")))
	require.NoError(t, made.Shutdown(t.Context()))
	// Record 3 is rejected; 1 is uncertain, and is so again at the second try.
	assert.Equal(t, "012411", values(transport))
}

func TestThePipelineSendsWhatFoundNoRoom(t *testing.T) {
	made, transport := whole(t, "", `{sending_queue: {queue_size: 1, block_on_overflow: false}, `+soon+`}`)
	require.NoError(t, made.ConsumeLogs(t.Context(), logsWith("a", "b", "c", "d")))
	require.NoError(t, made.Shutdown(t.Context()))
	assert.Equal(t, "0123", values(transport))
}

func TestTheCollectorsOwnQueueInFront(t *testing.T) {
	made, transport := whole(t, "", `{sending_queue: {batch: {flush_timeout: 1ms, min_size: 1}}}`)
	require.NoError(t, made.ConsumeLogs(t.Context(), logsWith("a", "b")))
	require.Eventually(t, func() bool { return values(transport) == "01" }, 30*time.Second, time.Millisecond)
	require.NoError(t, made.Shutdown(t.Context()))
}

func TestAShutdownKeepsItsDeadline(t *testing.T) {
	for _, yaml := range []string{`{}`, waiting, `{sending_queue: {batch: {flush_timeout: 1ms, min_size: 1}}}`} {
		t.Run(yaml, func(t *testing.T) {
			made, transport := whole(t, "hold*9", yaml)
			var group sync.WaitGroup
			group.Go(func() { _ = made.ConsumeLogs(context.Background(), logsWith("a")) })
			require.Eventually(t, func() bool { return values(transport) == "0" }, 30*time.Second, time.Millisecond)
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			defer cancel()
			_ = made.Shutdown(ctx)
			group.Wait() // would hang if the export did
		})
	}
}

func TestTheStartTellsTopicAndKeyOfItsSignal(t *testing.T) {
	for signal, expected := range map[stskafka.Signal]string{
		stskafka.Logs: "topic my_logs, key resource_hash_v0163,", stskafka.Traces: "topic otlp_spans, key none,",
	} {
		core, seen := observer.New(zap.InfoLevel)
		set := settings()
		set.Logger = zap.New(core)
		cfg := mustRead(t, createKafkaConfig(), `{logs: {topic: my_logs}, partition_logs_by_resource_attributes: true}`)
		made, _, err := newKafkaExporter(cfg, set, signal)
		require.NoError(t, err)
		inMemory(made, "")
		require.NoError(t, made.Start(t.Context(), componenttest.NewNopHost()))
		require.NoError(t, made.Shutdown(t.Context()))
		lines := seen.FilterMessage("Started STS Kafka exporter").All()
		require.Len(t, lines, 1)
		assert.Contains(t, lines[0].ContextMap()["exporter"], expected)
	}
}

func TestAStartThatFails(t *testing.T) {
	cfg := mustRead(t, CreateDefaultConfig(), `{brokers: ["localhost:1"], read_timeout: 10ms}`)
	made, err := NewKafkaExporter(*cfg, settings())
	require.NoError(t, err)
	err = made.Start(t.Context(), componenttest.NewNopHost())
	assert.ErrorContains(t, err, "failed to start STS Kafka exporter: ")
	assert.Error(t, made.ExportData(t.Context(), logsWith("a")))
	assert.NoError(t, made.Shutdown(t.Context()))
}
