// SPDX-License-Identifier: Apache-2.0

package stskafka

// #include <stdlib.h>
// #include "bridge.h"
import "C"

import (
	"time"
	"unsafe"
)

// Counts are counters of records: of an exporter since it was made, or of one export. These sums hold: Records = Accepted + Rejected;
// Accepted = Delivered + Failed + Uncertain + Purged + Pending.
type Counts struct {
	Records            uint64 // looked at
	Accepted           uint64 // taken: each has exactly one outcome, sooner or later
	Rejected           uint64 // refused one by one: no key, wrong body, too large, ...
	Delivered          uint64 // acknowledged as required_acks asks
	Failed             uint64 // given up, and not in the topic
	Uncertain          uint64 // given up, or sent unacknowledged; may be in the topic
	Purged             uint64 // never sent: the exporter was closed first
	Pending            uint64 // accepted, no outcome yet
	Bytes              uint64 // of key, value and headers of accepted records
	NullKeys           uint64 // accepted with a null key
	EmptyKeys          uint64 // accepted with an empty key that is not null
	MissingKeys        uint64 // without a value for the key: rejected, or accepted with a null key
	PartitionChanges   uint64 // how often a topic was found to have more or fewer partitions
	PossibleDuplicates uint64 // delivered or uncertain, and perhaps twice in the topic
	ProducerRebuilds   uint64 // how often another producer took over
	DeadLetters        uint64 // that arrived, or were handed to the callback alone
	DeadLettersLost    uint64 // that did not get to their topic
	ClusterChanges     uint64 // how often the cluster, or a topic, was found to have been made anew
}

func countsOf(from *[C.STS_COUNTS]C.uint64_t) Counts {
	at := func(index int) uint64 { return uint64(from[index]) }
	return Counts{
		Records:            at(C.STS_COUNT_RECORDS),
		Accepted:           at(C.STS_COUNT_ACCEPTED),
		Rejected:           at(C.STS_COUNT_REJECTED),
		Delivered:          at(C.STS_COUNT_DELIVERED),
		Failed:             at(C.STS_COUNT_FAILED),
		Uncertain:          at(C.STS_COUNT_UNCERTAIN),
		Purged:             at(C.STS_COUNT_PURGED),
		Pending:            at(C.STS_COUNT_PENDING),
		Bytes:              at(C.STS_COUNT_BYTES),
		NullKeys:           at(C.STS_COUNT_NULL_KEYS),
		EmptyKeys:          at(C.STS_COUNT_EMPTY_KEYS),
		MissingKeys:        at(C.STS_COUNT_MISSING_KEYS),
		PartitionChanges:   at(C.STS_COUNT_PARTITION_CHANGES),
		PossibleDuplicates: at(C.STS_COUNT_POSSIBLE_DUPLICATES),
		ProducerRebuilds:   at(C.STS_COUNT_PRODUCER_REBUILDS),
		DeadLetters:        at(C.STS_COUNT_DEAD_LETTERS),
		DeadLettersLost:    at(C.STS_COUNT_DEAD_LETTERS_LOST),
		ClusterChanges:     at(C.STS_COUNT_CLUSTER_CHANGES),
	}
}

// Counts are the exporter's counters since it was made; after Close they stay as they were at its end.
func (e *Exporter) Counts() Counts {
	e.lock.RLock()
	defer e.lock.RUnlock()
	if e.exporter == nil {
		return e.last
	}
	var counts [C.STS_COUNTS]C.uint64_t
	C.sts_exporter_counts(e.exporter, &counts[0], C.STS_COUNTS)
	return countsOf(&counts)
}

// Rejected is how many records were rejected with that code; 0 after Close.
func (e *Exporter) Rejected(code Code) uint64 {
	e.lock.RLock()
	defer e.lock.RUnlock()
	return uint64(C.sts_exporter_rejected(e.exporter, C.sts_status(code)))
}

// NotDelivered is how many accepted records were not delivered for that reason; 0 after Close.
func (e *Exporter) NotDelivered(code Code) uint64 {
	e.lock.RLock()
	defer e.lock.RUnlock()
	return uint64(C.sts_exporter_not_delivered(e.exporter, C.sts_status(code)))
}

// Queue is how full the queue is.
type Queue struct {
	Records    uint64 // places taken: by records without an outcome, and by outcomes that wait to be taken
	MaxRecords uint64 // the option sending_queue.queue_size
	Bytes      uint64 // memory taken
	MaxBytes   uint64 // the option sending_queue.max_bytes
	Outcomes   uint64 // how many of the places are taken by outcomes
}

// Queue tells how full the queue is; zeros after Close.
func (e *Exporter) Queue() Queue {
	e.lock.RLock()
	defer e.lock.RUnlock()
	var values [C.STS_QUEUE_VALUES]C.uint64_t
	C.sts_exporter_queue(e.exporter, &values[0], C.STS_QUEUE_VALUES)
	return Queue{
		Records:    uint64(values[C.STS_QUEUE_RECORDS]),
		MaxRecords: uint64(values[C.STS_QUEUE_MAX_RECORDS]),
		Bytes:      uint64(values[C.STS_QUEUE_BYTES]),
		MaxBytes:   uint64(values[C.STS_QUEUE_MAX_BYTES]),
		Outcomes:   uint64(values[C.STS_QUEUE_OUTCOMES]),
	}
}

// Latency is a histogram: of the delivered records, how long they took from their acceptance to the acknowledgement.
type Latency struct {
	Bounds []time.Duration // upper bounds, which still belong to their bucket; the last bucket has none
	Counts []uint64        // one more than there are bounds; not cumulative
	Sum    time.Duration
}

// Latency gives the histogram since the exporter was made; zeros after Close.
func (e *Exporter) Latency() Latency {
	e.lock.RLock()
	defer e.lock.RUnlock()
	count := int(C.sts_latency_bucket_count())
	buckets := make([]C.uint64_t, count)
	var sum C.uint64_t
	C.sts_exporter_latency(e.exporter, &buckets[0], C.size_t(count), &sum)
	found := Latency{Counts: make([]uint64, count), Sum: time.Duration(sum) * time.Microsecond}
	for i, bucket := range buckets {
		found.Counts[i] = uint64(bucket)
		if i < count-1 {
			found.Bounds = append(found.Bounds, time.Duration(C.sts_latency_bucket_bound_us(C.size_t(i)))*time.Microsecond)
		}
	}
	return found
}

// Prometheus is all numbers of the exporter in Prometheus's text format, with the name as a label `exporter` where it is not empty.
func (e *Exporter) Prometheus(name string) (string, error) {
	if err := checkText("the exporter's name", name); err != nil {
		return "", err
	}
	e.lock.RLock()
	defer e.lock.RUnlock()
	if e.exporter == nil {
		return "", plain(ErrClosed)
	}
	label := C.CString(name)
	defer C.free(unsafe.Pointer(label))
	var text *C.char
	var failure *C.sts_error
	status := C.sts_exporter_statistics_prometheus(e.exporter, label, &text, &failure)
	defer C.sts_text_free(text)
	return C.GoString(text), fault(status, failure)
}
