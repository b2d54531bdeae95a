// SPDX-License-Identifier: Apache-2.0

// Package contract holds the exporter to what exportertest asks of every exporter of the collector: nothing is lost or sent twice that was
// taken, what may pass later is tried again, and what never will is not.
package contract

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pipeline"
	"go.opentelemetry.io/collector/receiver"

	"libstskafka/stskafkaexporter"
	"libstskafka/stskafkaexporter/kafka"
)

// What the broker answers where the checker's consumer wants no record: the first may pass later, the second never does.
const (
	notEnoughReplicas int16 = 19
	invalidRecord     int16 = 87
)

// A broker's produce requests are decided by a consumer. It proves no delivery: what is delivered is tested on a real Kafka.
type broker struct {
	component.StartFunc
	component.ShutdownFunc
	cluster *kfake.Cluster
	lock    sync.Mutex
	consume func(request []byte) error
}

func newBroker(t *testing.T) *broker {
	cluster, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(1, "contract"))
	require.NoError(t, err)
	t.Cleanup(cluster.Close)
	b := &broker{cluster: cluster}
	cluster.ControlKey(int16(kmsg.Produce), func(request kmsg.Request) (kmsg.Response, error, bool) {
		cluster.KeepControl()
		return b.decide(request.(*kmsg.ProduceRequest))
	})
	return b
}

// decide refuses a request by what the consumer says of its record, or leaves it to the broker.
func (b *broker) decide(request *kmsg.ProduceRequest) (kmsg.Response, error, bool) {
	topic := request.Topics[0]
	value, err := onlyValue(topic.Partitions[0].Records)
	if len(request.Topics) != 1 || len(topic.Partitions) != 1 || err != nil {
		return nil, fmt.Errorf("not one record: %w", err), true
	}
	b.lock.Lock()
	defer b.lock.Unlock()
	if err = b.consume(value); err == nil {
		return nil, nil, false
	}
	partition := kmsg.NewProduceResponseTopicPartition()
	partition.Partition, partition.ErrorCode = topic.Partitions[0].Partition, notEnoughReplicas
	if consumererror.IsPermanent(err) {
		partition.ErrorCode = invalidRecord
	}
	response := request.ResponseKind().(*kmsg.ProduceResponse)
	refused := kmsg.NewProduceResponseTopic()
	refused.Topic, refused.TopicID, refused.Partitions = topic.Topic, topic.TopicID, []kmsg.ProduceResponseTopicPartition{partition}
	response.Topics = append(response.Topics, refused)
	return response, nil, true
}

// onlyValue is the value of the one record of a batch that is not compressed.
func onlyValue(bytes []byte) ([]byte, error) {
	var batch kmsg.RecordBatch
	if err := batch.ReadFrom(bytes); err != nil {
		return nil, err
	}
	if batch.NumRecords != 1 {
		return nil, fmt.Errorf("%d records", batch.NumRecords)
	}
	var record kmsg.Record
	err := record.ReadFrom(batch.Records)
	return record.Value, err
}

func (b *broker) decideBy(consume func([]byte) error) {
	b.lock.Lock()
	defer b.lock.Unlock()
	b.consume = consume
}

// receiver makes the checker's "mock receiver" of a broker.
func (b *broker) receiver() receiver.Factory {
	none := func() component.Config { return &struct{}{} }
	return receiver.NewFactory(component.MustNewType("broker"), none,
		receiver.WithLogs(func(_ context.Context, _ receiver.Settings, _ component.Config, next consumer.Logs) (receiver.Logs, error) {
			b.decideBy(func(value []byte) error {
				ld, err := (&plog.ProtoUnmarshaler{}).UnmarshalLogs(value)
				return errors.Join(err, next.ConsumeLogs(context.Background(), ld))
			})
			return b, nil
		}, component.StabilityLevelAlpha),
		receiver.WithTraces(func(_ context.Context, _ receiver.Settings, _ component.Config, next consumer.Traces) (receiver.Traces, error) {
			b.decideBy(func(value []byte) error {
				td, err := (&ptrace.ProtoUnmarshaler{}).UnmarshalTraces(value)
				return errors.Join(err, next.ConsumeTraces(context.Background(), td))
			})
			return b, nil
		}, component.StabilityLevelAlpha),
		receiver.WithMetrics(func(_ context.Context, _ receiver.Settings, _ component.Config, next consumer.Metrics) (receiver.Metrics, error) {
			b.decideBy(func(value []byte) error {
				md, err := (&pmetric.ProtoUnmarshaler{}).UnmarshalMetrics(value)
				return errors.Join(err, next.ConsumeMetrics(context.Background(), md))
			})
			return b, nil
		}, component.StabilityLevelAlpha))
}

// told makes exporters that take the broker's lock after each export. The checker reads its counters without a lock (exportertest v0.165,
// getRequestCounter) when an export has returned, which happens after the broker's answer; but by a socket and C, where the race detector
// does not see it.
func (b *broker) told(factory exporter.Factory) exporter.Factory {
	return exporter.NewFactory(factory.Type(), factory.CreateDefaultConfig,
		exporter.WithLogs(func(ctx context.Context, set exporter.Settings, cfg component.Config) (exporter.Logs, error) {
			made, err := factory.CreateLogs(ctx, set, cfg)
			return toldLogs{made, b}, err
		}, factory.LogsStability()),
		exporter.WithTraces(func(ctx context.Context, set exporter.Settings, cfg component.Config) (exporter.Traces, error) {
			made, err := factory.CreateTraces(ctx, set, cfg)
			return toldTraces{made, b}, err
		}, factory.TracesStability()),
		exporter.WithMetrics(func(ctx context.Context, set exporter.Settings, cfg component.Config) (exporter.Metrics, error) {
			made, err := factory.CreateMetrics(ctx, set, cfg)
			return toldMetrics{made, b}, err
		}, factory.MetricsStability()))
}

type toldLogs struct {
	exporter.Logs
	broker *broker
}

func (t toldLogs) ConsumeLogs(ctx context.Context, ld plog.Logs) error {
	return t.broker.tell(t.Logs.ConsumeLogs(ctx, ld))
}

type toldTraces struct {
	exporter.Traces
	broker *broker
}

func (t toldTraces) ConsumeTraces(ctx context.Context, td ptrace.Traces) error {
	return t.broker.tell(t.Traces.ConsumeTraces(ctx, td))
}

type toldMetrics struct {
	exporter.Metrics
	broker *broker
}

func (t toldMetrics) ConsumeMetrics(ctx context.Context, md pmetric.Metrics) error {
	return t.broker.tell(t.Metrics.ConsumeMetrics(ctx, md))
}

func (b *broker) tell(err error) error {
	b.lock.Lock()
	defer b.lock.Unlock()
	return err
}

// An exporter's configuration that returns when a record has its outcome, as the checker counts then.
func configured(t *testing.T, factory exporter.Factory, b *broker, acks string) component.Config {
	cfg := factory.CreateDefaultConfig()
	require.NoError(t, confmap.NewFromStringMap(map[string]any{
		"brokers": b.cluster.ListenAddrs(), "topic": "contract", "required_acks": acks, "key": "none", "encoding": "otlp_proto",
		"compression": "none", "linger": "0ms", "sending_queue": map[string]any{"wait_for_result": true},
		"retry_on_failure": map[string]any{"initial_interval": "1ms", "max_interval": "5ms"},
	}).Unmarshal(cfg))
	return cfg
}

func TestContract(t *testing.T) {
	for _, factory := range []exporter.Factory{stskafkaexporter.NewFactory(), kafka.NewFactory()} {
		for _, acks := range []string{"leader", "all"} {
			for _, signal := range []pipeline.Signal{pipeline.SignalLogs, pipeline.SignalTraces, pipeline.SignalMetrics} {
				t.Run(fmt.Sprintf("%s/%s/%s", factory.Type(), acks, signal), func(t *testing.T) {
					b := newBroker(t)
					exportertest.CheckConsumeContract(exportertest.CheckConsumeContractParams{
						T: t, NumberOfTestElements: 100, Signal: signal,
						ExporterFactory: b.told(factory), ExporterConfig: configured(t, factory, b, acks),
						ReceiverFactory: b.receiver(), ReceiverConfig: &struct{}{},
					})
				})
			}
		}
	}
}
