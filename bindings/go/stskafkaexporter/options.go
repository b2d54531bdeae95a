// SPDX-License-Identifier: Apache-2.0

package stskafkaexporter

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/exporter/exporterhelper"

	"libstskafka/stskafka"
)

// libraryOptions are the library's, for the exporter of a signal.
func (cfg *Config) libraryOptions(signal stskafka.Signal) (stskafka.Options, error) {
	options := stskafka.Options{}
	if cfg.asKafka {
		maps.Copy(options, kafkaDefaults)
		if cfg.Topic != "" {
			options[signalNames[signal]+".topic"] = cfg.Topic
		}
	}
	cfg.setFields(options)
	cfg.setQueue(options)
	cfg.setRetry(options)
	given := texts(cfg.Options)
	if cfg.set["required_acks"] {
		given["required_acks"] = cfg.RequiredAcks
	}
	translated, err := translate(given)
	if err != nil {
		return nil, err
	}
	if cfg.asKafka {
		options["gather"] = gatherOf(given, translated, signal)
	}
	maps.Copy(options, translated)
	if cfg.waits() {
		options["sending_queue.wait_for_result"] = "true"
	} else if options["outcomes"] == "" {
		options["outcomes"] = "failures" // they are logged
	}
	return options, nil
}

// inEffect are the options without what is for other signals, which this exporter does not write: its own topic is the one that is looked for
// at the start, and its own key the one that the library's line tells.
func inEffect(options stskafka.Options, signal stskafka.Signal) stskafka.Options {
	own := signalNames[signal] + "."
	left := stskafka.Options{}
	for name, value := range options {
		if strings.HasPrefix(name, own) || !ofOneSignal.MatchString(name) {
			left[name] = value
		}
	}
	for _, name := range []string{"topic", "key"} {
		if value, has := options[own+name]; has && value != "" {
			left[name] = value
		}
	}
	return left
}

var ofOneSignal = regexp.MustCompile(`^(logs|traces|metrics|profiles)\.`)

func (cfg *Config) setFields(options stskafka.Options) {
	options["brokers"] = strings.Join(cfg.Brokers, ",")
	options["read_timeout"] = cfg.ReadTimeout.String()
	options["produce_timeout"] = cfg.ProduceTimeout.String()
	options["required_acks"] = cfg.RequiredAcks
	if cfg.Topic != "" {
		options["topic"] = cfg.Topic
	}
	if cfg.set["timeout"] && cfg.TimeoutSettings.Timeout > 0 {
		options["timeout"] = cfg.TimeoutSettings.Timeout.String()
	}
}

// setQueue sets what was in the configuration; the defaults are the library's. Its queue counts records and bytes, not requests.
func (cfg *Config) setQueue(options stskafka.Options) {
	if cfg.usesHelperQueue() {
		return // that queue has these limits
	}
	size := strconv.FormatInt(cfg.QueueSettings.QueueSize, 10)
	switch {
	case !cfg.set["sending_queue.queue_size"]:
	case cfg.QueueSettings.Sizer == exporterhelper.RequestSizerTypeBytes:
		options["sending_queue.max_bytes"] = size
	default:
		options["sending_queue.queue_size"] = size
	}
	if cfg.set["sending_queue.block_on_overflow"] {
		options["sending_queue.block_on_overflow"] = strconv.FormatBool(cfg.QueueSettings.BlockOnOverflow)
	}
}

// setRetry sets what was in the configuration. The collector's intervals are for whole requests, the library's for those to a broker, so that
// its defaults are shorter.
func (cfg *Config) setRetry(options stskafka.Options) {
	if cfg.set["retry_on_failure.enabled"] {
		options["retry_on_failure.enabled"] = strconv.FormatBool(cfg.Enabled)
	}
	if cfg.set["retry_on_failure.initial_interval"] || cfg.set["retry_on_failure.max_interval"] {
		options["retry_on_failure.initial_interval"] = cfg.InitialInterval.String()
		options["retry_on_failure.max_interval"] = cfg.MaxInterval.String()
	}
	if cfg.set["retry_on_failure.max_elapsed_time"] {
		options["retry_on_failure.max_elapsed_time"] = cfg.MaxElapsedTime.String()
	}
}

// texts are the options as texts, whatever stands in a Config that a program has made.
func texts(given map[string]any) map[string]string {
	flat := map[string]string{}
	for name, value := range given {
		switch value := value.(type) {
		case configopaque.String: // which prints as nothing
			flat[name] = string(value)
		default:
			flat[name] = fmt.Sprint(value)
		}
	}
	return flat
}

// What the collector's kafkaexporter does where nothing is said, in the library's options.
var kafkaDefaults = stskafka.Options{
	"client_id":     "otel-collector",
	"compression":   "none",
	"empty_key":     "null",
	"encoding":      "otlp_proto",
	"key":           "none",
	"logs.topic":    "otlp_logs",
	"metrics.topic": "otlp_metrics",
	"missing_key":   "null",
	"partitioner":   "sarama",
	"topic_check":   "warn",
	"topic_from":    "",
	"traces.topic":  "otlp_spans",
}

// gatherOf is which records share a message as the collector's do: a request, parted by what parts it there.
func gatherOf(given map[string]string, options stskafka.Options, signal stskafka.Signal) string {
	name := signalNames[signal]
	encoding := options[name+".encoding"]
	if encoding == "" {
		encoding = options["encoding"]
	}
	switch {
	case encoding != "" && encoding != "otlp_proto" && encoding != "otlp_json":
		return "none"
	case given["partition_"+name+"_by_resource_attributes"] == "true", given["topic_from_attribute"] != "":
		return "resource"
	}
	return "request"
}

var signalNames = map[stskafka.Signal]string{stskafka.Logs: "logs", stskafka.Traces: "traces", stskafka.Metrics: "metrics"}

// A rule says what a name of the collector's kafkaexporter is here.
type rule func(value string, options stskafka.Options) error

func renamed(name string) rule {
	return func(value string, options stskafka.Options) error {
		options[name] = value
		return nil
	}
}

// The value is a duration, there with a unit, in librdkafka's property in milliseconds.
func inMilliseconds(name string) rule {
	return func(value string, options stskafka.Options) error {
		ms, err := milliseconds(value)
		options[name] = ms
		return err
	}
}

func ignored(string, stskafka.Options) error { return nil }

func ifTrue(name, to string) rule {
	return func(value string, options stskafka.Options) error {
		if value == "true" {
			options[name] = to
		}
		return nil
	}
}

func oneOf(name string, values map[string]string) rule {
	return func(value string, options stskafka.Options) error {
		known, ok := values[value]
		if !ok {
			return fmt.Errorf("'%s' is none of %s", value, strings.Join(slices.Sorted(maps.Keys(values)), ", "))
		}
		options[name] = known
		return nil
	}
}

func keyFromMetadata(signal string) rule {
	return func(value string, options stskafka.Options) error {
		if value != "" {
			options[signal+".key"] = "metadata(" + strconv.Quote(value) + ")"
		}
		return nil
	}
}

func plainUser(name string) rule {
	return func(value string, options stskafka.Options) error {
		options[name] = value
		options["auth.sasl.mechanism"] = "PLAIN"
		return nil
	}
}

// What is an option of the library under another name, and what has no meaning here and may be left out without harm. All other names go
// to the library as they are, which refuses those that it does not know, with what to use instead.
var rules = map[string]rule{
	"auth.plain_text.password":                  plainUser("auth.sasl.password"),
	"auth.plain_text.username":                  plainUser("auth.sasl.username"),
	"auth.sasl.version":                         ignored,
	"conn_idle_timeout":                         inMilliseconds("kafka.connections.max.idle.ms"),
	"dial_timeout":                              inMilliseconds("kafka.socket.connection.setup.timeout.ms"),
	"logs.message_key_from_metadata_key":        keyFromMetadata("logs"),
	"metadata.full":                             ignored,
	"metadata.refresh_interval":                 inMilliseconds("kafka.topic.metadata.refresh.interval.ms"),
	"metadata.retry.backoff":                    ignored,
	"metadata.retry.max":                        ignored,
	"metrics.message_key_from_metadata_key":     keyFromMetadata("metrics"),
	"partition_logs_by_resource_attributes":     ifTrue("logs.key", "resource_hash_v0163"),
	"partition_logs_by_trace_id":                ifTrue("logs.key", "trace_id"),
	"partition_metrics_by_resource_attributes":  ifTrue("metrics.key", "resource_hash_v0163"),
	"partition_traces_by_id":                    ifTrue("traces.key", "trace_id"),
	"producer.allow_auto_topic_creation":        ignored,
	"producer.compression":                      renamed("compression"),
	"producer.compression_params.level":         renamed("kafka.compression.level"),
	"producer.flush_max_messages":               ignored,
	"producer.linger":                           renamed("linger"),
	"producer.max_broker_write_bytes":           ignored,
	"producer.max_inflight_requests_per_broker": ignored,
	"producer.max_message_bytes":                renamed("max_message_bytes"),
	"producer.required_acks": oneOf("required_acks", map[string]string{
		"-1": AcksAll, "all": AcksAll, "1": AcksLeader, "0": AcksNone}),
	"profiles.message_key_from_metadata_key": ignored,
	"protocol_version":                       ignored,
	"rack_id":                                renamed("kafka.client.rack"),
	"record_partitioner.round_robin":         ifTrue("partitioner", "round_robin"),
	"record_partitioner.sticky_key.hasher":   oneOf("partitioner", map[string]string{"murmur2": "java", "sarama_compat": "sarama"}),
	"resolve_canonical_bootstrap_servers_only": ifTrue("kafka.client.dns.lookup",
		"resolve_canonical_bootstrap_servers_only"),
	"traces.message_key_from_metadata_key": keyFromMetadata("traces"),
	"use_leader_epoch":                     ignored,
}

// translate makes the library's options of what was given by any of the names. Two names that say different things of one option are refused:
// one of them would be silently without effect.
func translate(given map[string]string) (stskafka.Options, error) {
	options, from := stskafka.Options{}, map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		rule := rules[name]
		if rule == nil {
			continue
		}
		made := stskafka.Options{}
		if err := rule(given[name], made); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		for option, value := range made {
			if other := otherName(given, options, from, option, value); other != "" {
				return nil, fmt.Errorf("%s and %s both set %s, to different values: leave one out", other, name, option)
			}
			options[option], from[option] = value, name
		}
	}
	for name, value := range given {
		if rules[name] == nil {
			options[name] = value
		}
	}
	return options, nil
}

// otherName is the name by which an option was given another value: that of an earlier rule, its own, or, for the key of a signal, the one
// for the keys of all.
func otherName(given map[string]string, options stskafka.Options, from map[string]string, option, value string) string {
	if name := from[option]; name != "" && options[option] != value {
		return name
	}
	names := []string{option}
	if strings.HasSuffix(option, ".key") {
		names = append(names, "key")
	}
	for _, name := range names {
		if own, has := given[name]; has && rules[name] == nil && own != value {
			return name
		}
	}
	return ""
}

func milliseconds(text string) (string, error) {
	duration, err := time.ParseDuration(text)
	return strconv.FormatInt(duration.Milliseconds(), 10), err
}
