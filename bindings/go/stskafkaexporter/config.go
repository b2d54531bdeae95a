// SPDX-License-Identifier: Apache-2.0

package stskafkaexporter

import (
	"errors"
	"fmt"
	"time"

	"go.opentelemetry.io/collector/config/configretry"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
)

// What required_acks may be.
const (
	AcksNone   = "none"
	AcksLeader = "leader"
	AcksAll    = "all"
)

// Config is the configuration. Besides the fields, which are those of StackVista's exporter, it takes all options of the library
// (OPTIONS.md) by their names, and those of the collector's kafkaexporter.
type Config struct {
	// Timeout is how long a broker may take to acknowledge one request.
	TimeoutSettings exporterhelper.TimeoutConfig `mapstructure:",squash"`
	// QueueSettings are about the library's queue, in which a record stays until it has its outcome. With storage or batch the collector's own
	// queue stands in front of it.
	QueueSettings exporterhelper.QueueBatchConfig `mapstructure:"sending_queue"`
	// BackOffConfig is how a record is tried again, and, where there was no room for it, the rest of a request.
	configretry.BackOffConfig `mapstructure:"retry_on_failure"`

	Brokers []string `mapstructure:"brokers"`
	Topic   string   `mapstructure:"topic"`
	// ReadTimeout is how long the look at the topic may take at the start.
	ReadTimeout time.Duration `mapstructure:"read_timeout"`
	// ProduceTimeout is how long a request waits for room in the queue.
	ProduceTimeout time.Duration `mapstructure:"produce_timeout"`
	// RequiredAcks is who must have a record before it counts as delivered: "none", "leader" or "all".
	RequiredAcks string `mapstructure:"required_acks"`

	// Options are further ones, by their flat names ("auth.sasl.mechanism"), with texts, numbers and booleans as values.
	Options map[string]any `mapstructure:",remain"`

	set      map[string]bool // by flat names, what was in the configuration that was read
	queueOff bool            // sending_queue.enabled: false
	asKafka  bool            // defaults and meaning are those of the collector's kafkaexporter
}

var _ confmap.Unmarshaler = (*Config)(nil)

// Validate tells what is wrong: first what StackVista's exporter would, then all that the library finds.
func (cfg *Config) Validate() error {
	if err := cfg.validateFields(); err != nil {
		return err
	}
	for signal := range signalNames {
		options, err := cfg.libraryOptions(signal)
		if err != nil {
			return err
		}
		if err := options.Check(); err != nil {
			return err
		}
	}
	return nil
}

func (cfg *Config) validateFields() error {
	if len(cfg.Brokers) == 0 {
		return errors.New("at least one kafka broker must be specified")
	}
	if cfg.Topic == "" && !cfg.asKafka {
		return errors.New("'topic' must be specified")
	}
	if cfg.ReadTimeout <= 0 {
		return errors.New("'read_timeout' must be greater than 0")
	}
	if cfg.ProduceTimeout <= 0 {
		return errors.New("'produce_timeout' must be greater than 0")
	}
	switch cfg.RequiredAcks {
	case AcksNone, AcksLeader, AcksAll:
		return nil
	}
	return fmt.Errorf("invalid 'required_acks' value: '%s' (must be one of: none, leader, all)", cfg.RequiredAcks)
}

// usesHelperQueue tells whether the collector's own queue stands in front of the library's.
func (cfg *Config) usesHelperQueue() bool {
	return !cfg.queueOff && (cfg.QueueSettings.StorageID != nil || cfg.QueueSettings.Batch.HasValue())
}

// waits tells whether an export returns when its records have their outcome: where whoever calls is to hear of it, or has the records stored
// until then.
func (cfg *Config) waits() bool {
	return cfg.queueOff || cfg.QueueSettings.WaitForResult || cfg.usesHelperQueue()
}
