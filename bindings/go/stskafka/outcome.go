// SPDX-License-Identifier: Apache-2.0

package stskafka

// #include <stdlib.h>
// #include <string.h>
// #include "bridge.h"
import "C"

import (
	"context"
	"iter"
	"sync"
	"time"
	"unsafe"
)

// An OutcomeKind is what became of a record.
type OutcomeKind int32

const (
	Delivered OutcomeKind = C.STS_OUTCOME_DELIVERED // acknowledged as required_acks asks
	Failed    OutcomeKind = C.STS_OUTCOME_FAILED    // given up, and not in the topic
	Uncertain OutcomeKind = C.STS_OUTCOME_UNCERTAIN // given up, or sent unacknowledged; may be in the topic
	Purged    OutcomeKind = C.STS_OUTCOME_PURGED    // never sent: the exporter was closed first
	Rejected  OutcomeKind = C.STS_OUTCOME_REJECTED  // never accepted
)

func (k OutcomeKind) String() string {
	switch k {
	case Delivered:
		return "delivered"
	case Failed:
		return "failed"
	case Uncertain:
		return "uncertain"
	case Purged:
		return "purged"
	case Rejected:
		return "rejected"
	}
	return "unknown"
}

// An Outcome is what became of one record.
type Outcome struct {
	Kind           OutcomeKind
	Token          uint64 // of its export (WithExportToken)
	Index          uint64 // the record's place in the request, from 0
	Code           Code   // why it was not delivered; 0 where it was
	Text           string // why, in words
	TransportCode  int32  // the transport's own number, 0 if there is none
	Topic          string // "" where a rejected record has none
	Partition      int32  // where it is, -1 where that is not known
	Offset         int64  // where it is, -1 where that is not known
	MayBeDuplicate bool   // whether the record, where it is in the topic, may be there twice
	Latency        time.Duration
}

// Outcomes gives outcomes in the order in which they become known, until ctx ends or the exporter is closed and all of them were taken. It
// needs the option outcomes to be "all" or "failures". Outcomes that nobody takes keep their place in the queue, so that exports run into
// ErrQueueFull and memory stays bounded: keep ranging over them.
//
// Where outcomes are not kept there is one pair, with an error. With sending_queue.wait_for_result they are told by Export.
func (e *Exporter) Outcomes(ctx context.Context) iter.Seq2[Outcome, error] {
	return func(yield func(Outcome, error) bool) {
		if e.waits {
			yield(Outcome{}, &Error{Code: ErrUnsupported, Offset: -1, Text: "with sending_queue.wait_for_result outcomes are told by Export"})
			return
		}
		list := newOutcomeList()
		if list == nil {
			yield(Outcome{}, plain(ErrNoMemory))
			return
		}
		defer list.free()
		for ctx.Err() == nil {
			some, open, err := e.take(list)
			if err != nil {
				yield(Outcome{}, err)
				return
			}
			for at, outcome := range some {
				if !yield(outcome, nil) {
					e.keep(some[at+1:])
					return
				}
			}
			if !open && len(some) == 0 {
				return
			}
		}
	}
}

// take waits a moment for outcomes. Once the exporter is freed, it gives those that Close has kept.
func (e *Exporter) take(list *outcomeList) (some []Outcome, open bool, err error) {
	e.lock.RLock()
	if e.exporter != nil {
		defer e.lock.RUnlock()
		some, err = list.take(e.exporter, slice)
		return e.kept(some), true, err
	}
	e.lock.RUnlock()
	return e.kept(nil), false, nil
}

// keep holds outcomes for the next who ranges over them, keepBehind does so behind what is held already; kept puts what is held in front of
// others.
func (e *Exporter) keep(some []Outcome) {
	e.results.lock.Lock()
	defer e.results.lock.Unlock()
	e.left = append(append([]Outcome(nil), some...), e.left...)
}

func (e *Exporter) keepBehind(some []Outcome) {
	e.results.lock.Lock()
	defer e.results.lock.Unlock()
	e.left = append(e.left, some...)
}

func (e *Exporter) kept(some []Outcome) []Outcome {
	e.results.lock.Lock()
	defer e.results.lock.Unlock()
	left := e.left
	e.left = nil
	return append(left, some...)
}

// An outcomeList takes outcomes many at a call.
type outcomeList struct {
	list  *C.sts_outcomes
	parts *C.stsgo_outcome // as many as the list takes
	topic string           // the last one: most have the same
}

const outcomesAtOnce = 256

func newOutcomeList() *outcomeList {
	list := C.sts_outcomes_new(outcomesAtOnce)
	if list == nil {
		return nil
	}
	return &outcomeList{list: list, parts: (*C.stsgo_outcome)(C.calloc(outcomesAtOnce, C.sizeof_stsgo_outcome))}
}

func (l *outcomeList) free() {
	C.sts_outcomes_free(l.list)
	C.free(unsafe.Pointer(l.parts))
}

func (l *outcomeList) take(exporter *C.sts_exporter, timeout time.Duration) ([]Outcome, error) {
	if status := C.sts_exporter_take_outcomes(exporter, l.list, milliseconds(timeout)); status != C.STS_OK {
		return nil, fault(status, nil)
	}
	count := int(C.sts_outcomes_count(l.list))
	if count == 0 {
		return nil, nil
	}
	C.stsgo_outcomes_read(l.list, l.parts)
	taken := make([]Outcome, count)
	for i, part := range unsafe.Slice(l.parts, count) {
		taken[i] = Outcome{
			Kind:           OutcomeKind(part.kind),
			Token:          uint64(part.token),
			Index:          uint64(part.index),
			Code:           Code(part.code),
			Text:           C.GoString(part.text),
			TransportCode:  int32(part.transport_code),
			Topic:          l.topicOf(part.topic),
			Partition:      int32(part.partition),
			Offset:         int64(part.offset),
			MayBeDuplicate: part.may_be_duplicate != 0,
			Latency:        time.Duration(part.latency_us) * time.Microsecond,
		}
	}
	return taken, nil
}

func (l *outcomeList) topicOf(topic *C.char) string {
	if topic == nil {
		return ""
	}
	if view := unsafe.Slice((*byte)(unsafe.Pointer(topic)), int(C.strlen(topic))); string(view) != l.topic {
		l.topic = string(view)
	}
	return l.topic
}

// takeAll takes the outcomes that are there.
func takeAll(exporter *C.sts_exporter) []Outcome {
	list := newOutcomeList()
	if list == nil {
		return nil
	}
	defer list.free()
	var all []Outcome
	for {
		some, err := list.take(exporter, 0)
		if err != nil || len(some) == 0 {
			return all
		}
		all = append(all, some...)
	}
}

// results brings outcomes to the calls of Export that wait for them. Each such call has a token of its own; whoever comes back with a
// failure takes all outcomes that are there, his own and those of others.
type results struct {
	lock  sync.Mutex
	last  uint64 // token
	waits map[uint64]*waiting
}

type waiting struct{ failures []Outcome }

func (r *results) await() (uint64, *waiting) {
	r.lock.Lock()
	defer r.lock.Unlock()
	if r.waits == nil {
		r.waits = make(map[uint64]*waiting)
	}
	r.last++
	mine := &waiting{}
	r.waits[r.last] = mine
	return r.last, mine
}

func (r *results) forget(token uint64) {
	r.lock.Lock()
	defer r.lock.Unlock()
	delete(r.waits, token)
}

// collect gives the outcomes of a call that has come back from C, under the token that its caller gave.
func (r *results) collect(exporter *C.sts_exporter, mine *waiting, token uint64) []Outcome {
	r.lock.Lock()
	defer r.lock.Unlock()
	for _, outcome := range takeAll(exporter) {
		if of := r.waits[outcome.Token]; of != nil {
			of.failures = append(of.failures, outcome)
		}
	}
	for i := range mine.failures {
		mine.failures[i].Token = token
	}
	return mine.failures
}
