// SPDX-License-Identifier: Apache-2.0

// Package kafka is the exporter under the type kafka: it takes the place of the collector's kafkaexporter, with its configuration as it is.
package kafka

import (
	"go.opentelemetry.io/collector/exporter"

	"libstskafka/stskafkaexporter"
)

// NewFactory makes the factory.
func NewFactory() exporter.Factory { return stskafkaexporter.NewKafkaFactory() }
