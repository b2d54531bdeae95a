// SPDX-License-Identifier: Apache-2.0

package stskafka

// #include <stdlib.h>
// #include "bridge.h"
import "C"

import (
	"sync"
	"time"
	"unsafe"
)

// A MemoryTransport takes the place of Kafka in tests of programs that use this package: it keeps what it gets, and delivers or fails by a
// script. It serves one exporter.
type MemoryTransport struct {
	lock      sync.Mutex
	transport *C.sts_memory_transport // nil before and after its exporter
	script    string
	kept      []Message
	capacity  int
	partition int32
}

// NewMemoryTransport makes one. The script is a list of steps with commas between; each says what happens to the next message, or with *N to
// the next N: deliver, fail, uncertain, full, refuse, fatal, hold. Beyond the last step all are delivered. For example "deliver*10,fail".
// It keeps `capacity` messages, and each topic has so many partitions.
func NewMemoryTransport(script string, capacity int, partitions int32) *MemoryTransport {
	return &MemoryTransport{script: script, capacity: capacity, partition: partitions}
}

// WithMemoryTransport has an exporter send to memory.
func WithMemoryTransport(transport *MemoryTransport) Setting {
	return func(h *host) { h.memory = transport }
}

// A Message is what Kafka would have got.
type Message struct {
	Topic   string
	Key     []byte // nil is null
	Value   []byte // nil is null
	Headers []Header
	// Where a spec (partition_from) named it; -1 where the profile decides.
	Partition int32
	Time      time.Time // zero where it has none
}

// Messages gives the messages so far, in the order of sending.
func (m *MemoryTransport) Messages() []Message {
	m.lock.Lock()
	defer m.lock.Unlock()
	if m.transport == nil {
		return m.kept
	}
	return m.read()
}

func (m *MemoryTransport) read() []Message {
	var messages []Message
	for i := C.size_t(0); ; i++ {
		from := C.sts_memory_transport_message(m.transport, i)
		if from == nil {
			return messages
		}
		messages = append(messages, messageOf(from))
	}
}

func messageOf(from *C.sts_message) Message {
	message := Message{Topic: C.GoString(from.topic), Key: copyOf(from.key), Value: copyOf(from.value), Partition: int32(from.partition)}
	if from.timestamp_ms >= 0 {
		message.Time = time.UnixMilli(int64(from.timestamp_ms))
	}
	parts := unsafe.Slice(from.headers, 2*int(from.header_count))
	for i := 0; i < len(parts); i += 2 {
		message.Headers = append(message.Headers, Header{Name: string(copyOf(parts[i])), Value: copyOf(parts[i+1])})
	}
	return message
}

func (m *MemoryTransport) attach(options *C.sts_options) error {
	if m == nil {
		return nil
	}
	m.lock.Lock()
	defer m.lock.Unlock()
	if m.transport != nil {
		return &Error{Code: ErrInvalidArgument, Text: "a memory transport serves one exporter", Offset: -1}
	}
	script := C.CString(m.script)
	defer C.free(unsafe.Pointer(script))
	var failure *C.sts_error
	if status := C.sts_memory_transport_new(&m.transport, script, C.size_t(m.capacity), C.int32_t(m.partition), &failure); status != C.STS_OK {
		return fault(status, failure)
	}
	return fault(C.sts_options_set_transport(options, C.sts_memory_transport_table(), unsafe.Pointer(m.transport)), nil)
}

// release frees C's object after its exporter, and keeps the messages.
func (m *MemoryTransport) release() {
	if m == nil {
		return
	}
	m.lock.Lock()
	defer m.lock.Unlock()
	m.kept = m.read()
	C.sts_memory_transport_free(m.transport)
	m.transport = nil
}
