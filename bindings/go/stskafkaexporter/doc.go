// SPDX-License-Identifier: Apache-2.0

// Package stskafkaexporter is an exporter of the OpenTelemetry Collector over libstskafka: logs, traces and metrics to Kafka, each record
// under a key that is chosen explicitly.
//
// It takes the place of two others, with their configuration as it is: StackVista's exporter of the same name (this package, type
// sts_kafka_exporter), and the collector's kafkaexporter (package kafka beside it, type kafka). bindings/go/README.md shows both.
//
// The package imports none of its own module, so that a builder may have it under another module's path (path: or replace).
package stskafkaexporter
