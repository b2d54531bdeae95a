// SPDX-License-Identifier: Apache-2.0

package stskafkaexporter

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/provider/envprovider"
	"go.opentelemetry.io/collector/confmap/provider/yamlprovider"

	"libstskafka/stskafka"
)

// A configuration as the collector reads it, environment included.
func read(t *testing.T, into component.Config, yaml string) (*Config, error) {
	t.Helper()
	resolver, err := confmap.NewResolver(confmap.ResolverSettings{
		URIs:              []string{"yaml:" + yaml},
		ProviderFactories: []confmap.ProviderFactory{yamlprovider.NewFactory(), envprovider.NewFactory()},
	})
	require.NoError(t, err)
	conf, err := resolver.Resolve(t.Context())
	require.NoError(t, err)
	return into.(*Config), conf.Unmarshal(into)
}

func mustRead(t *testing.T, into component.Config, yaml string) *Config {
	t.Helper()
	cfg, err := read(t, into, yaml)
	require.NoError(t, err)
	return cfg
}

func optionsOf(t *testing.T, cfg *Config, signal stskafka.Signal) stskafka.Options {
	t.Helper()
	options, err := cfg.libraryOptions(signal)
	require.NoError(t, err)
	require.NoError(t, options.Check())
	options = inEffect(options, signal)
	require.NoError(t, options.Check())
	return options
}

func assertOptions(t *testing.T, options, expected stskafka.Options) {
	t.Helper()
	for name, value := range expected {
		assert.Equal(t, value, options[name], name)
	}
}

func TestTheDefaultsAreAConfiguration(t *testing.T) {
	for _, factory := range []*Factory{NewFactory(), NewKafkaFactory()} {
		cfg := factory.CreateDefaultConfig()
		require.NoError(t, componenttest.CheckConfigStruct(cfg))
		require.NoError(t, confmap.Validate(cfg))
	}
	cfg := CreateDefaultConfig().(*Config)
	assert.Equal(t, []string{"localhost:9092"}, cfg.Brokers)
	assert.Equal(t, 1, cfg.QueueSettings.NumConsumers)
	options := optionsOf(t, cfg, stskafka.Logs)
	assertOptions(t, options, stskafka.Options{"topic": "sts-otel-topology", "required_acks": "leader", "read_timeout": "2s", "outcomes": "failures"})
	assert.NotContains(t, options, "key") // which then is the attribute stskafka.key
	assert.NotContains(t, options, "sending_queue.queue_size")
}

// The block of the manual of StackVista's exporter, every field set.
const stackvista = `
brokers: ["one:9092", "two:9092"]
topic: sts-otel-topology
read_timeout: 3s
produce_timeout: 6s
required_acks: all
sending_queue: {enabled: true, num_consumers: 1, queue_size: 5000}
retry_on_failure: {enabled: true, initial_interval: 5s, max_interval: 30s, max_elapsed_time: 300s}
timeout: 30s
`

func TestStackVistasBlockIsReadAsItIs(t *testing.T) {
	cfg := mustRead(t, CreateDefaultConfig(), stackvista)
	require.NoError(t, confmap.Validate(cfg))
	assert.Empty(t, cfg.Options)
	assertOptions(t, optionsOf(t, cfg, stskafka.Logs), stskafka.Options{
		"brokers": "one:9092,two:9092", "topic": "sts-otel-topology", "read_timeout": "3s", "produce_timeout": "6s", "required_acks": "all",
		"sending_queue.queue_size": "5000", "timeout": "30s", "retry_on_failure.enabled": "true", "retry_on_failure.initial_interval": "5s",
		"retry_on_failure.max_interval": "30s", "retry_on_failure.max_elapsed_time": "5m0s",
	})
	assert.False(t, cfg.waits())
}

func TestFieldsAreValidatedFirst(t *testing.T) {
	for name, fault := range map[string]struct {
		change func(*Config)
		text   string
	}{
		"brokers":         {func(cfg *Config) { cfg.Brokers = nil }, "at least one kafka broker must be specified"},
		"topic":           {func(cfg *Config) { cfg.Topic = "" }, "'topic' must be specified"},
		"read_timeout":    {func(cfg *Config) { cfg.ReadTimeout = 0 }, "'read_timeout' must be greater than 0"},
		"produce_timeout": {func(cfg *Config) { cfg.ProduceTimeout = -1 }, "'produce_timeout' must be greater than 0"},
		"required_acks":   {func(cfg *Config) { cfg.RequiredAcks = "some" }, "invalid 'required_acks' value: 'some' (must be one of: none, leader, all)"},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := CreateDefaultConfig().(*Config)
			fault.change(cfg)
			assert.EqualError(t, cfg.Validate(), fault.text)
		})
	}
}

func TestTheLibrarysOptionsStandInTheBlock(t *testing.T) {
	cfg := mustRead(t, CreateDefaultConfig(), `
key: 'resource.attributes["host.name"] | "none"'
encoding: json_record
logs: {topic: other}
tls: {ca_file: ""}
auth: {sasl: {mechanism: PLAIN, username: 0123, password: secret}}
topics.allow: [a, "b*"]
kafka: {socket.keepalive.enable: true, "queue.buffering.backpressure.threshold": 2}
record_headers: [{name: one, value: 1}, {name: two, value: "x"}]
max_message_bytes: 1000000
sending_queue: {max_bytes: 20000000, block_on_overflow: false}
`)
	require.NoError(t, confmap.Validate(cfg))
	assertOptions(t, optionsOf(t, cfg, stskafka.Logs), stskafka.Options{
		"key": `resource.attributes["host.name"] | "none"`, "encoding": "json_record", "logs.topic": "other", "auth.sasl.mechanism": "PLAIN",
		"auth.sasl.password": "secret", "topics.allow": "a,b*", "kafka.socket.keepalive.enable": "true", "record_headers": "one=1,two=x",
		"max_message_bytes": "1000000", "sending_queue.max_bytes": "20000000", "sending_queue.block_on_overflow": "false",
	})
}

func TestSecretsAreNotShownAndKeptAsTheyWereWritten(t *testing.T) {
	t.Setenv("PASSWORD", "0123")
	t.Setenv("TOPIC", "0123")
	cfg := mustRead(t, CreateDefaultConfig(), `{topic: "${env:TOPIC}", auth: {sasl: {mechanism: PLAIN, username: me, password: "${env:PASSWORD}"}},
		kafka: {ssl.keystore.password: hidden-0123}}`)
	options := optionsOf(t, cfg, stskafka.Logs)
	assertOptions(t, options, stskafka.Options{"auth.sasl.password": "0123", "topic": "0123"})
	shown := confmap.New()
	require.NoError(t, shown.Marshal(cfg))
	for _, text := range []string{fmt.Sprintf("%+v", cfg.Options), fmt.Sprintf("%#v", cfg.Options), fmt.Sprint(shown.ToStringMap()["auth.sasl.password"])} {
		assert.NotContains(t, text, "0123")
	}
}

func TestFaultsAreTheLibrarysWords(t *testing.T) {
	for yaml, words := range map[string][]string{
		`{encodin: raw}`:                                                {"encodin", "encoding"},
		`{key: 'atributes["x"]'}`:                                       {"atributes", "attributes"},
		`{kafka: {enable.idempotence: false}}`:                          {"enable.idempotence"},
		`{auth: {kerberos: {password: secret}}}`:                        {"auth.kerberos.password"},
		`{logs: {encoding: jaeger_proto}}`:                              {"jaeger_proto"},
		`{conn_idle_timeout: soon}`:                                     {"conn_idle_timeout", "soon"},
		`{producer: {required_acks: 2}}`:                                {"producer.required_acks", "2"},
		`{sending_queue: {storage: /var/lib/x, wait_for_result: true}}`: {"sending_queue.wait_for_result"},
	} {
		t.Run(yaml, func(t *testing.T) {
			err := mustRead(t, CreateDefaultConfig(), yaml).Validate()
			require.Error(t, err)
			for _, word := range words {
				assert.Contains(t, err.Error(), word)
			}
		})
	}
	_, err := read(t, CreateDefaultConfig(), `{sending_queue: {queue_size: many}}`)
	assert.Error(t, err)
	_, err = read(t, CreateDefaultConfig(), `{record_headers: [{name: a, value: "x,y"}]}`)
	assert.ErrorContains(t, err, "comma")
}

func TestTwoNamesOfOneOptionAreRefusedByName(t *testing.T) {
	const host = `'resource.attributes["host.name"] | "unknown"'`
	for yaml, names := range map[string][]string{
		`{key: ` + host + `, partition_logs_by_resource_attributes: true}`:                   {"key and partition_logs_by_resource_attributes", "logs.key"},
		`{key: ` + host + `, partition_traces_by_id: true}`:                                  {"key and partition_traces_by_id", "traces.key"},
		`{key: none, metrics: {message_key_from_metadata_key: x}}`:                           {"key and metrics.message_key_from_metadata_key"},
		`{logs: {key: none}, partition_logs_by_trace_id: true}`:                              {"logs.key and partition_logs_by_trace_id"},
		`{partition_logs_by_resource_attributes: true, partition_logs_by_trace_id: true}`:    {"partition_logs_by_resource_attributes and partition_logs_by_trace_id"},
		`{partition_traces_by_id: true, traces: {message_key_from_metadata_key: x}}`:         {"partition_traces_by_id and traces.message_key_from_metadata_key"},
		`{record_partitioner: {round_robin: {}, sticky_key: {hasher: murmur2}}}`:             {"record_partitioner.round_robin and record_partitioner.sticky_key.hasher"},
		`{required_acks: all, producer: {required_acks: 1}}`:                                 {"required_acks and producer.required_acks"},
		`{compression: gzip, producer: {compression: zstd}}`:                                 {"compression and producer.compression"},
		`{auth: {sasl: {mechanism: SCRAM-SHA-256}, plain_text: {username: a, password: b}}}`: {"auth.sasl.mechanism and auth.plain_text.password"},
	} {
		t.Run(yaml, func(t *testing.T) {
			for _, cfg := range []component.Config{CreateDefaultConfig(), createKafkaConfig()} {
				err := confmap.Validate(mustRead(t, cfg, yaml))
				require.Error(t, err)
				for _, name := range names {
					assert.ErrorContains(t, err, name)
				}
			}
		})
	}
	for _, yaml := range []string{
		`{key: ` + host + `, partition_logs_by_resource_attributes: false}`,
		`{key: trace_id, partition_traces_by_id: true}`,   // which say the same
		`{key: ` + host + `, logs: {key: resource_hash}}`, // the library's own names: that of a signal comes first
		`{auth: {plain_text: {username: a, password: b}}}`,
	} {
		require.NoError(t, confmap.Validate(mustRead(t, CreateDefaultConfig(), yaml)), yaml)
	}
}

func TestTopicAndKeyAreTheSignals(t *testing.T) {
	cfg := mustRead(t, CreateDefaultConfig(), `{key: none, logs: {topic: l, key: trace_id}, traces: {topic: t}, profiles: {topic: p}}`)
	require.NoError(t, confmap.Validate(cfg))
	logs := optionsOf(t, cfg, stskafka.Logs)
	assertOptions(t, logs, stskafka.Options{"topic": "l", "key": "trace_id"})
	for _, name := range []string{"traces.topic", "profiles.topic"} {
		assert.NotContains(t, logs, name)
	}
	traces := optionsOf(t, cfg, stskafka.Traces)
	assertOptions(t, traces, stskafka.Options{"topic": "t", "key": "none"})
	assert.NotContains(t, traces, "logs.key")
	assertOptions(t, optionsOf(t, cfg, stskafka.Metrics), stskafka.Options{"topic": "sts-otel-topology", "key": "none"})
	assert.ErrorContains(t, confmap.Validate(mustRead(t, CreateDefaultConfig(), `{profiles: {topic: "a b"}}`)), "profiles.topic")
}

func TestWhichQueue(t *testing.T) {
	for yaml, expected := range map[string]struct{ helper, waits bool }{
		`{}`:                                {false, false},
		`{sending_queue: }`:                 {false, false},
		`{sending_queue: {enabled: false}}`: {false, true},
		`{sending_queue: {wait_for_result: true}}`:                 {false, true},
		`{sending_queue: {storage: file_storage/x}}`:               {true, true},
		`{sending_queue: {batch: {min_size: 10}}}`:                 {true, true},
		`{sending_queue: {enabled: false, storage: file_storage}}`: {false, true},
	} {
		t.Run(yaml, func(t *testing.T) {
			cfg := mustRead(t, CreateDefaultConfig(), yaml)
			assert.Equal(t, expected.helper, cfg.usesHelperQueue())
			assert.Equal(t, expected.waits, cfg.waits())
			wait := "true"
			if !expected.waits {
				wait = ""
			}
			assert.Equal(t, wait, optionsOf(t, cfg, stskafka.Logs)["sending_queue.wait_for_result"])
		})
	}
	assert.Equal(t, "100000", optionsOf(t, mustRead(t, CreateDefaultConfig(), `{sending_queue: {sizer: items, queue_size: 100000}}`), stskafka.Logs)["sending_queue.queue_size"])
	assert.Equal(t, "9000000", optionsOf(t, mustRead(t, CreateDefaultConfig(), `{sending_queue: {sizer: bytes, queue_size: 9000000}}`), stskafka.Logs)["sending_queue.max_bytes"])
}

func TestTheKafkaexportersBlockIsReadAsItIs(t *testing.T) {
	yaml, err := os.ReadFile("testdata/kafkaexporter.yaml")
	require.NoError(t, err)
	cfg := mustRead(t, createKafkaConfig(), string(yaml))
	require.NoError(t, confmap.Validate(cfg))
	common := stskafka.Options{
		"brokers": "one:9092,two:9092", "client_id": "me", "kafka.client.rack": "r1", "kafka.connections.max.idle.ms": "60000",
		"kafka.socket.connection.setup.timeout.ms": "5000", "kafka.topic.metadata.refresh.interval.ms": "120000",
		"tls.enabled": "true", "auth.sasl.mechanism": "SCRAM-SHA-512", "auth.sasl.username": "u", "auth.sasl.password": "p",
		"required_acks": "all", "compression": "zstd", "kafka.compression.level": "3", "linger": "20ms", "max_message_bytes": "900000",
		"partitioner": "java", "include_metadata_keys": "x-tenant,x-other", "record_headers": "env=prod", "signal_header": "true",
		"retry_on_failure.initial_interval": "1s", "sending_queue.queue_size": "2000", "timeout": "10s", "missing_key": "null", "topic_from": "",
	}
	logs := optionsOf(t, cfg, stskafka.Logs)
	assertOptions(t, logs, common)
	assertOptions(t, logs, stskafka.Options{"topic": "my_logs", "logs.topic": "my_logs", "logs.key": "resource_hash_v0163", "gather": "resource",
		"logs.encoding": "otlp_json"})
	traces := optionsOf(t, cfg, stskafka.Traces)
	assertOptions(t, traces, stskafka.Options{"topic": "otlp_spans", "traces.key": "trace_id", "gather": "request", "traces.topic_from_metadata_key": "x-topic"})
	metrics := optionsOf(t, cfg, stskafka.Metrics)
	assertOptions(t, metrics, stskafka.Options{"topic": "otlp_metrics", "metrics.key": `metadata("x-key")`, "gather": "request"})
}

func TestTheKafkaexportersDefaults(t *testing.T) {
	options := optionsOf(t, createKafkaConfig().(*Config), stskafka.Logs)
	assertOptions(t, options, stskafka.Options{"topic": "otlp_logs", "key": "none", "encoding": "otlp_proto", "partitioner": "sarama",
		"required_acks": "leader", "compression": "none", "gather": "request", "topic_check": "warn"})
	raw := optionsOf(t, mustRead(t, createKafkaConfig(), `{logs: {encoding: raw}}`), stskafka.Logs)
	assert.Equal(t, "none", raw["gather"])
	robin := optionsOf(t, mustRead(t, createKafkaConfig(), `{record_partitioner: {round_robin: {}}}`), stskafka.Logs)
	assert.Equal(t, "round_robin", robin["partitioner"])
	err := mustRead(t, createKafkaConfig(), `{record_partitioner: {least_backup: {}}}`).Validate()
	require.Error(t, err)
	assert.True(t, strings.Contains(err.Error(), "least_backup"), err)
}
