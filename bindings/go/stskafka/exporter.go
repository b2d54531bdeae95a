// SPDX-License-Identifier: Apache-2.0

package stskafka

// #include <stdlib.h>
// #include "bridge.h"
import "C"

import (
	"context"
	"fmt"
	"math"
	"runtime/cgo"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"
)

// How long a call into C may wait at a time where a context may end the waiting; C cannot be woken.
const slice = 50 * time.Millisecond

// An Exporter writes records to Kafka. Close it, or what is queued is lost when the process ends.
type Exporter struct {
	// Held for reading by every call into C, for writing by whoever frees the exporter.
	lock     sync.RWMutex
	exporter *C.sts_exporter // nil once it is freed

	host    *host
	handle  cgo.Handle
	waits   bool // sending_queue.wait_for_result
	results results

	closing   atomic.Bool
	exporting atomic.Int64 // how many calls of Export run

	// What stays once the exporter is freed.
	describe, fingerprint string
	last                  Counts
	left                  []Outcome
}

// New makes an exporter: it checks all options together, starts the transport, and looks (option topic_check) whether the topic is
// there, within read_timeout and a second more. An ErrConfig has all faults in its text.
func New(options Options, settings ...Setting) (*Exporter, error) {
	e := &Exporter{host: &host{}}
	for _, setting := range settings {
		setting(e.host)
	}
	object, err := options.object()
	if err != nil {
		return nil, err
	}
	defer C.sts_options_free(object)
	if e.waits = get(object, "sending_queue.wait_for_result") == "true"; e.waits && options["outcomes"] != "counts" {
		if err := set(object, "outcomes", "failures"); err != nil {
			return nil, err
		}
	}
	if err := e.host.memory.attach(object); err != nil {
		return nil, err
	}
	e.handle = cgo.NewHandle(e.host)
	C.stsgo_set_callbacks(object, e.host.which(), C.uintptr_t(e.handle))
	var failure *C.sts_error
	if status := C.sts_exporter_new(&e.exporter, object, &failure); status != C.STS_OK {
		e.handle.Delete()
		e.host.memory.release()
		return nil, fault(status, failure)
	}
	e.describe = C.GoString(C.sts_exporter_describe(e.exporter))
	e.fingerprint = C.GoString(C.sts_exporter_fingerprint(e.exporter))
	return e, nil
}

// Describe is one line on what the exporter does: transport, brokers, topic, key, partition profile, acknowledgements.
func (e *Exporter) Describe() string { return e.describe }

// Fingerprint is that of what decides about keys and partitions, the same for the same rule on every machine.
func (e *Exporter) Fingerprint() string { return e.fingerprint }

// A Signal is what a request holds.
type Signal int32

const (
	Logs     Signal = C.STS_SIGNAL_LOGS     // its records are log records
	Traces   Signal = C.STS_SIGNAL_TRACES   // spans
	Metrics  Signal = C.STS_SIGNAL_METRICS  // metrics, each with all its data points
	Profiles Signal = C.STS_SIGNAL_PROFILES // the request itself, of which nothing is read
)

// A Format is how a request is written.
type Format int32

const (
	OTLPProto Format = C.STS_FORMAT_OTLP_PROTO // protobuf, fields in any order
	OTLPJSON  Format = C.STS_FORMAT_OTLP_JSON  // JSON, as OTLP/HTTP has it
)

// A Result is what an export did: of its Counts Records, Accepted, Rejected and Bytes, and with sending_queue.wait_for_result Delivered, Failed,
// Uncertain and Purged; the others are 0.
type Result struct {
	Counts
	// The records that were rejected or not delivered, in the order in which that became known; with sending_queue.wait_for_result
	// alone, and unless outcomes=counts.
	Failures []Outcome
}

// Taken is how many records were looked at, of those that were not left out by FromRecord. After ErrQueueFull what is left begins behind
// them: nothing is sent twice by exporting the same request with FromRecord(first + result.Taken()).
func (r *Result) Taken() uint64 { return r.Accepted + r.Rejected }

// An ExportOption is what travels beside the records of an export.
type ExportOption func(*beside)

type beside struct {
	token, first uint64
	metadata     []pair
}

type pair struct{ name, value string }

// WithExportToken gives a number that comes back with the outcome of each record.
func WithExportToken(token uint64) ExportOption { return func(b *beside) { b.token = token } }

// FromRecord leaves out the records before this one.
func FromRecord(first uint64) ExportOption { return func(b *beside) { b.first = first } }

// WithMetadata adds a pair of request metadata, as the client metadata of a collector. A name may come more than once, and capitals do
// not matter.
func WithMetadata(name, value string) ExportOption {
	return func(b *beside) { b.metadata = append(b.metadata, pair{name, value}) }
}

// context makes C's, or nil where nothing is in it.
func (b *beside) context() (*C.sts_export_context, error) {
	if b.token == 0 && b.first == 0 && len(b.metadata) == 0 {
		return nil, nil
	}
	made := C.stsgo_context_new(C.uint64_t(b.token), C.uint64_t(b.first))
	if made == nil {
		return nil, plain(ErrNoMemory)
	}
	for _, pair := range b.metadata {
		if err := b.add(made, pair); err != nil {
			C.sts_export_context_free(made)
			return nil, err
		}
	}
	return made, nil
}

func (b *beside) add(made *C.sts_export_context, pair pair) error {
	if err := checkText("the name of request metadata", pair.name); err != nil {
		return err
	}
	name := C.CString(pair.name)
	defer C.free(unsafe.Pointer(name))
	value := view([]byte(pair.value))
	return fault(C.sts_export_context_add_metadata(made, name, value, C.size_t(len(pair.value))), nil)
}

// Export exports the records of an OTLP request, each under its own key. The request is checked whole before the first record is taken.
// A record without a key, with a wrong body and so on is rejected alone, and the others go.
//
// Where the queue is full the call waits for room, up to produce_timeout. That wait ctx does not end, as nothing else can tell how much
// was taken; it is looked at before the call.
//
// With sending_queue.wait_for_result the call returns when every record that it accepted has its outcome, as long as
// retry_on_failure.max_elapsed_time lets a record be tried. Where ctx ends first the error wraps that of ctx and the result is empty: what
// was accepted goes on, and is only counted.
//
// The error is nil where every record was accepted (with sending_queue.wait_for_result: delivered); else one of
//
//   - ErrRejected: some records were rejected, all others accepted (or delivered);
//   - ErrNotDelivered: with sending_queue.wait_for_result, some accepted records were not delivered;
//   - ErrQueueFull: no room; Result.Taken says how much was taken before it;
//   - ErrMalformed, ErrTooDeep, ErrJSON, ErrRequestSize, ErrConfig, ErrUnsupported: nothing was exported;
//   - ErrClosed, ErrNoMemory: as for ErrQueueFull.
func (e *Exporter) Export(ctx context.Context, signal Signal, format Format, request []byte, options ...ExportOption) (Result, error) {
	if err := ctx.Err(); err != nil {
		return Result{}, fmt.Errorf("stskafka: nothing was exported: %w", err)
	}
	var b beside
	for _, option := range options {
		option(&b)
	}
	if !e.waits || ctx.Done() == nil {
		return e.export(signal, format, request, &b)
	}
	// The caller may use its slice again once this has returned.
	request = append([]byte(nil), request...)
	type answer struct {
		result Result
		err    error
	}
	answers := make(chan answer, 1)
	go func() {
		result, err := e.export(signal, format, request, &b)
		answers <- answer{result, err}
	}()
	select {
	case got := <-answers:
		return got.result, got.err
	case <-ctx.Done():
		return Result{}, fmt.Errorf("stskafka: the result was not waited for: %w", ctx.Err())
	}
}

// What sts_export fills, in one piece of memory.
type filled struct {
	failure *C.sts_error
	counts  [C.STS_COUNTS]C.uint64_t
}

func (e *Exporter) export(signal Signal, format Format, request []byte, b *beside) (Result, error) {
	if e.closing.Load() {
		return Result{}, plain(ErrClosed)
	}
	e.lock.RLock()
	defer e.lock.RUnlock()
	if e.exporter == nil {
		return Result{}, plain(ErrClosed)
	}
	e.exporting.Add(1)
	defer e.exporting.Add(-1)
	asked := b.token
	var mine *waiting
	if e.waits {
		b.token, mine = e.results.await()
		defer e.results.forget(b.token)
	}
	context, err := b.context()
	if err != nil {
		return Result{}, err
	}
	if context != nil {
		defer C.sts_export_context_free(context)
	}
	var out filled
	status := C.sts_export(e.exporter, C.int32_t(signal), C.int32_t(format), unsafe.Pointer(unsafe.SliceData(request)),
		C.size_t(len(request)), context, &out.counts[0], C.STS_COUNTS, &out.failure)
	result := Result{Counts: countsOf(&out.counts)}
	if status != C.STS_OK && e.waits {
		result.Failures = e.results.collect(e.exporter, mine, asked)
	}
	return result, fault(status, out.failure)
}

// Flush waits until everything that was accepted before has its outcome, whichever; what lingers is sent at once. Where ctx ends first,
// the rest stays under way.
func (e *Exporter) Flush(ctx context.Context) error {
	for {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("stskafka: not all records have their outcome: %w", err)
		}
		err := e.flush(slice)
		if code, ok := codeOf(err); !ok || code != ErrTimedOut {
			return err
		}
	}
}

func (e *Exporter) flush(timeout time.Duration) error {
	e.lock.RLock()
	defer e.lock.RUnlock()
	if e.exporter == nil {
		return plain(ErrClosed)
	}
	var failure *C.sts_error
	return fault(C.sts_flush(e.exporter, milliseconds(timeout), nil, 0, &failure), failure)
}

// Close ends the exporter: nothing is accepted from now on, and what is under way gets its time to be delivered until ctx ends, as long as
// max_elapsed_time lets a record be tried. What is left then is purged (never sent) or uncertain (sent, not acknowledged), and Close returns
// an ErrTimedOut; Counts tells how many. It returns by the deadline of ctx and at most a second more, whatever network and callbacks do.
// Calls of Export that wait for their results have got them. A second Close returns ErrClosed.
func (e *Exporter) Close(ctx context.Context) error {
	if !e.closing.CompareAndSwap(false, true) {
		return plain(ErrClosed)
	}
	for ctx.Err() == nil {
		err := e.flush(slice)
		if code, ok := codeOf(err); ok && code != ErrTimedOut {
			break
		}
		if err == nil && e.exporting.Load() == 0 {
			break
		}
	}
	e.lock.RLock()
	var failure *C.sts_error
	var counts [C.STS_COUNTS]C.uint64_t
	err := fault(C.sts_exporter_close(e.exporter, milliseconds(remaining(ctx)), &counts[0], C.STS_COUNTS, &failure), failure)
	e.lock.RUnlock()
	e.lock.Lock() // when the last call has come back, which it does now
	defer e.lock.Unlock()
	e.last = countsOf(&counts)
	if !e.waits {
		e.keepBehind(takeAll(e.exporter))
	}
	e.free()
	return err
}

// free frees C's exporter, and what it refers to where it is sure that no callback uses that any more.
func (e *Exporter) free() {
	if status := C.sts_exporter_free(e.exporter, 0); status != C.STS_ERR_CALLBACK {
		e.handle.Delete()
		e.host.memory.release()
	}
	e.exporter = nil
}

// Reconfigure changes the way to Kafka without losing a record: addresses, certificates, credentials, pacing. The options are all that the
// exporter shall have; only those that Option.Live tells may differ. They are tried first, and where they do not work nothing changes.
func (e *Exporter) Reconfigure(options Options) error {
	object, err := options.object()
	if err != nil {
		return err
	}
	defer C.sts_options_free(object)
	if e.waits && options["outcomes"] != "counts" {
		if err := set(object, "outcomes", "failures"); err != nil {
			return err
		}
	}
	e.lock.RLock()
	defer e.lock.RUnlock()
	if e.exporter == nil {
		return plain(ErrClosed)
	}
	C.stsgo_set_callbacks(object, e.host.which(), C.uintptr_t(e.handle))
	var failure *C.sts_error
	return fault(C.sts_exporter_reconfigure(e.exporter, object, &failure), failure)
}

// milliseconds as C takes them: rounded up, never below 0.
func milliseconds(d time.Duration) C.int32_t {
	ms := (d + time.Millisecond - 1) / time.Millisecond
	return C.int32_t(min(max(ms, 0), math.MaxInt32))
}

// remaining is what a context leaves, a second where it has no end.
func remaining(ctx context.Context) time.Duration {
	if ctx.Err() != nil {
		return 0
	}
	if deadline, has := ctx.Deadline(); has {
		return min(time.Until(deadline), time.Second)
	}
	return time.Second
}

func codeOf(err error) (Code, bool) {
	fault, ok := err.(*Error)
	if !ok {
		return 0, false
	}
	return fault.Code, true
}
