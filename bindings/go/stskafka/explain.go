// SPDX-License-Identifier: Apache-2.0

package stskafka

// #include "bridge.h"
import "C"

import (
	"runtime/cgo"
	"unsafe"
)

// A Header of a Kafka message. A nil value is null.
type Header struct {
	Name  string
	Value []byte
}

// A KeyPart is what the spec of the key read for a record.
type KeyPart struct {
	Spec  string // as it is written in the spec, for instance attributes["x"]
	Value []byte // what was there; nil where nothing was
}

// An Explanation is what would be sent for one record, or with the option gather for one message.
type Explanation struct {
	Index     uint64   // the record's place in the request; of a message of several records, the first one's
	Records   []uint64 // the places of all records that share the message
	Code      Code     // 0, or why the record would be rejected
	Text      string   // why, in words
	Topic     string   // "" where a rejected record has none
	Key       []byte   // nil is a null key, or, where rejected, none
	KeyFrom   string   // the alternative of the option key that gave it
	KeyParts  []KeyPart
	Value     []byte // nil is a tombstone, or, where rejected, none
	Tombstone bool
	Size      int // of the message as max_message_bytes measures it; 0 where rejected
	Headers   []Header
	Partition int32 // among the number of partitions that was asked for; -1 where it is picked at random, or rejected
}

// Explain tells what Export would send for each record, by the real path up to the transport. Nothing is sent or counted. An exporter with
// transport=none does only this, and needs no broker. The partition is that of a topic with so many partitions; 0 asks for none.
func (e *Exporter) Explain(signal Signal, format Format, request []byte, partitions int32, options ...ExportOption) ([]Explanation, error) {
	var b beside
	for _, option := range options {
		option(&b)
	}
	context, err := b.context()
	if err != nil {
		return nil, err
	}
	defer C.sts_export_context_free(context)
	e.lock.RLock()
	defer e.lock.RUnlock()
	if e.exporter == nil {
		return nil, plain(ErrClosed)
	}
	run := &explaining{partitions: C.int32_t(partitions)}
	handle := cgo.NewHandle(run)
	defer handle.Delete()
	var failure *C.sts_error
	status := C.stsgo_explain(e.exporter, C.int32_t(signal), C.int32_t(format), unsafe.Pointer(unsafe.SliceData(request)),
		C.size_t(len(request)), context, C.uintptr_t(handle), &failure)
	return run.found, fault(status, failure)
}

type explaining struct {
	partitions C.int32_t
	found      []Explanation
}

//export stsgoExplanation
func stsgoExplanation(from *C.sts_explanation, handle C.uintptr_t) {
	run := cgo.Handle(handle).Value().(*explaining)
	var key, value C.sts_bytes
	C.sts_explanation_key(from, &key)
	C.sts_explanation_value(from, &value)
	run.found = append(run.found, Explanation{
		Index:     uint64(C.sts_explanation_index(from)),
		Records:   recordsOf(from),
		Code:      Code(C.sts_explanation_code(from)),
		Text:      C.GoString(C.sts_explanation_text(from)),
		Topic:     C.GoString(C.sts_explanation_topic(from)),
		Key:       copyOf(key),
		KeyFrom:   C.GoString(C.sts_explanation_key_from(from)),
		KeyParts:  keyPartsOf(from),
		Value:     copyOf(value),
		Tombstone: C.sts_explanation_is_tombstone(from) != 0,
		Size:      int(C.sts_explanation_size(from)),
		Headers:   headersOf(from),
		Partition: int32(C.sts_explanation_partition(from, run.partitions)),
	})
}

func recordsOf(from *C.sts_explanation) []uint64 {
	records := make([]uint64, int(C.sts_explanation_record_count(from)))
	for i := range records {
		records[i] = uint64(C.sts_explanation_record_index(from, C.size_t(i)))
	}
	return records
}

func keyPartsOf(from *C.sts_explanation) []KeyPart {
	var parts []KeyPart
	for i := C.size_t(0); i < C.sts_explanation_key_part_count(from); i++ {
		var spec, value C.sts_bytes
		C.sts_explanation_key_part_spec(from, i, &spec)
		C.sts_explanation_key_part_value(from, i, &value)
		parts = append(parts, KeyPart{Spec: string(copyOf(spec)), Value: copyOf(value)})
	}
	return parts
}

func headersOf(from *C.sts_explanation) []Header {
	var headers []Header
	for i := C.size_t(0); i < C.sts_explanation_header_count(from); i++ {
		var value C.sts_bytes
		C.sts_explanation_header_value(from, i, &value)
		headers = append(headers, Header{Name: C.GoString(C.sts_explanation_header_name(from, i)), Value: copyOf(value)})
	}
	return headers
}
