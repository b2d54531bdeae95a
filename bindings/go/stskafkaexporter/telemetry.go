// SPDX-License-Identifier: Apache-2.0

package stskafkaexporter

import (
	"context"
	"strconv"
	"time"

	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"libstskafka/stskafka"
)

// The metrics of metadata.yaml. They are the library's own counters, read when somebody collects: exports do nothing for them.
const (
	metricRecords      = "otelcol_exporter_stskafka_records"
	metricRejected     = "otelcol_exporter_stskafka_rejected_records"
	metricNotDelivered = "otelcol_exporter_stskafka_not_delivered_records"
	metricKeys         = "otelcol_exporter_stskafka_keys"
	metricDuplicates   = "otelcol_exporter_stskafka_possible_duplicates"
	metricRebuilds     = "otelcol_exporter_stskafka_producer_rebuilds"
	metricLatency      = "otelcol_exporter_stskafka_delivery_latency"
	metricLatencySum   = "otelcol_exporter_stskafka_delivery_latency_sum"
	metricQueue        = "otelcol_exporter_stskafka_queue_size"
	metricCapacity     = "otelcol_exporter_stskafka_queue_capacity"
	metricBytes        = "otelcol_exporter_stskafka_queue_bytes"
)

// observation makes instruments and what fills them; the first fault stays.
type observation struct {
	meter   metric.Meter
	who     []attribute.KeyValue
	library *stskafka.Exporter
	all     []metric.Observable
	fill    []func(metric.Observer)
	err     error
}

// observe registers the metrics of an exporter, until stop.
func observe(set exporter.Settings, signal stskafka.Signal, library *stskafka.Exporter) (stop func(), err error) {
	o := &observation{
		meter:   set.MeterProvider.Meter(ScopeName),
		library: library,
		who:     []attribute.KeyValue{attribute.String("exporter", set.ID.String()), attribute.String("data_type", signalNames[signal])},
	}
	o.counters()
	o.reasons()
	o.latency()
	o.queue()
	if o.err != nil {
		return nil, o.err
	}
	registered, err := o.meter.RegisterCallback(func(_ context.Context, observer metric.Observer) error {
		for _, fill := range o.fill {
			fill(observer)
		}
		return nil
	}, o.all...)
	return func() { _ = registered.Unregister() }, err
}

func (o *observation) with(pairs ...attribute.KeyValue) metric.MeasurementOption {
	return metric.WithAttributes(append(pairs, o.who...)...)
}

func (o *observation) counter(name, unit, text string) metric.Int64ObservableCounter {
	made, err := o.meter.Int64ObservableCounter(name, metric.WithUnit(unit), metric.WithDescription(text))
	o.add(made, err)
	return made
}

func (o *observation) gauge(name, unit, text string) metric.Int64ObservableGauge {
	made, err := o.meter.Int64ObservableGauge(name, metric.WithUnit(unit), metric.WithDescription(text))
	o.add(made, err)
	return made
}

func (o *observation) add(made metric.Observable, err error) {
	if err != nil && o.err == nil {
		o.err = err
	}
	o.all = append(o.all, made)
}

func (o *observation) counters() {
	records := o.counter(metricRecords, "{record}", "Records by what became of them.")
	keys := o.counter(metricKeys, "{record}", "Records without a value for their key, with a null key, with an empty key.")
	duplicates := o.counter(metricDuplicates, "{record}", "Records that may be in their topic twice.")
	rebuilds := o.counter(metricRebuilds, "{producer}", "How often another Kafka producer took over.")
	o.fill = append(o.fill, func(observer metric.Observer) {
		counts := o.library.Counts()
		by := func(instrument metric.Int64Observable, name string, values map[string]uint64) {
			for value, count := range values {
				observer.ObserveInt64(instrument, int64(count), o.with(attribute.String(name, value)))
			}
		}
		by(records, "outcome", map[string]uint64{"delivered": counts.Delivered, "failed": counts.Failed, "uncertain": counts.Uncertain,
			"purged": counts.Purged, "rejected": counts.Rejected})
		by(keys, "kind", map[string]uint64{"missing": counts.MissingKeys, "null": counts.NullKeys, "empty": counts.EmptyKeys})
		observer.ObserveInt64(duplicates, int64(counts.PossibleDuplicates), o.with())
		observer.ObserveInt64(rebuilds, int64(counts.ProducerRebuilds), o.with())
	})
}

// reasons are told once they have occurred.
func (o *observation) reasons() {
	rejected := o.counter(metricRejected, "{record}", "Records that were rejected, by reason.")
	notDelivered := o.counter(metricNotDelivered, "{record}", "Records that were taken and not delivered, by reason.")
	codes := stskafka.Codes()
	o.fill = append(o.fill, func(observer metric.Observer) {
		for _, code := range codes {
			reason := attribute.String("code", code.Name())
			if count := o.library.Rejected(code); count > 0 {
				observer.ObserveInt64(rejected, int64(count), o.with(reason))
			}
			if count := o.library.NotDelivered(code); count > 0 {
				observer.ObserveInt64(notDelivered, int64(count), o.with(reason))
			}
		}
	})
}

// There is no observable histogram: the buckets are a counter, cumulative and labelled as Prometheus's.
func (o *observation) latency() {
	buckets := o.counter(metricLatency, "{record}", "Records that were delivered within so many seconds.")
	sum, err := o.meter.Float64ObservableCounter(metricLatencySum, metric.WithUnit("s"),
		metric.WithDescription("How long all delivered records took together, from their acceptance to the acknowledgement."))
	o.add(sum, err)
	o.fill = append(o.fill, func(observer metric.Observer) {
		latency, sofar := o.library.Latency(), uint64(0)
		for i, count := range latency.Counts {
			sofar += count
			bound := attribute.String("le", "+Inf")
			if i < len(latency.Bounds) {
				bound = attribute.String("le", seconds(latency.Bounds[i]))
			}
			observer.ObserveInt64(buckets, int64(sofar), o.with(bound))
		}
		observer.ObserveFloat64(sum, latency.Sum.Seconds(), o.with())
	})
}

func (o *observation) queue() {
	size := o.gauge(metricQueue, "{record}", "Records in the queue.")
	capacity := o.gauge(metricCapacity, "{record}", "How many records the queue takes.")
	bytes := o.gauge(metricBytes, "By", "Memory that the records in the queue take.")
	o.fill = append(o.fill, func(observer metric.Observer) {
		queue := o.library.Queue()
		observer.ObserveInt64(size, int64(queue.Records), o.with())
		observer.ObserveInt64(capacity, int64(queue.MaxRecords), o.with())
		observer.ObserveInt64(bytes, int64(queue.Bytes), o.with())
	})
}

func seconds(duration time.Duration) string {
	return strconv.FormatFloat(duration.Seconds(), 'g', -1, 64)
}
