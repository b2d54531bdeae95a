// SPDX-License-Identifier: Apache-2.0

package stskafkaexporter

import (
	"errors"
	"fmt"

	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.uber.org/zap"

	"libstskafka/stskafka"
)

func permanent(err error) error { return consumererror.NewPermanent(err) }

// told makes of a result what the pipeline acts by:
//
//   - nil: nothing is to come again. Records that were rejected, or refused for good, are logged and counted; the others went.
//   - a permanent error: so it was with all of them, or nothing was exported, and the same request would fare no better.
//   - a consumererror.Logs and its like: only what is in it is to come again.
func (e *KafkaExporter) told(result stskafka.Result, err error, data data) error {
	if err == nil {
		return nil
	}
	var fault *stskafka.Error
	if !errors.As(err, &fault) {
		return err
	}
	e.tellHealth(result, fault)
	again := e.again(result, fault)
	switch {
	case again != nil:
		return data.again(counted(result, err), again)
	case fault.Code == stskafka.ErrRejected || fault.Code == stskafka.ErrNotDelivered:
		if lost := lostOf(result, e.options["required_acks"] == AcksNone); lost == 0 {
			return nil
		} else if lost < result.Records {
			e.logger.Warn("Some records of a request were refused for good; the others went", zap.Error(counted(result, err)))
			return nil
		}
		return permanent(counted(result, err))
	}
	return permanent(err)
}

// tellHealth has the component's status follow what an export was told, but for what is the request's own fault, or passes: no room.
func (e *KafkaExporter) tellHealth(result stskafka.Result, fault *stskafka.Error) {
	for _, failure := range result.Failures {
		e.health.judge(failure)
	}
	switch fault.Code {
	case stskafka.ErrRejected, stskafka.ErrNotDelivered, stskafka.ErrQueueFull, stskafka.ErrMalformed, stskafka.ErrTooDeep,
		stskafka.ErrRequestSize, stskafka.ErrInvalidArgument, stskafka.ErrNoMemory:
	default:
		e.health.failed(fault)
	}
}

// again tells which records are to come again; nil where none are.
func (e *KafkaExporter) again(result stskafka.Result, fault *stskafka.Error) func(index uint64) bool {
	failed := map[uint64]bool{}
	for _, failure := range result.Failures {
		if mayComeAgain(failure, e.options["required_acks"]) {
			failed[failure.Index] = true
		}
	}
	switch fault.Code {
	case stskafka.ErrQueueFull, stskafka.ErrClosed, stskafka.ErrNoMemory, stskafka.ErrProducerFatal:
		taken := result.Taken()
		return func(index uint64) bool { return index >= taken || failed[index] }
	}
	if len(failed) > 0 {
		return func(index uint64) bool { return failed[index] }
	}
	if fault.Retriable && result.Records == 0 {
		return func(uint64) bool { return true }
	}
	return nil
}

// mayComeAgain tells whether a record that was not delivered may be, later.
func mayComeAgain(failure stskafka.Outcome, acks string) bool {
	switch {
	case failure.Kind == stskafka.Rejected, failure.Kind == stskafka.Uncertain && acks == AcksNone:
		return false
	case failure.Code > stskafka.ErrQueueFull: // of the record itself: its key, its size
		return false
	}
	switch failure.Code {
	case stskafka.ErrDelivery, stskafka.ErrNotAuthorized:
		return false
	}
	return true
}

// lostOf is how many records did not go. Without acknowledgements an uncertain one has.
func lostOf(result stskafka.Result, unacknowledged bool) uint64 {
	lost := result.Rejected + result.Failed + result.Purged
	if !unacknowledged {
		lost += result.Uncertain
	}
	return lost
}

// counted says how many besides why.
func counted(result stskafka.Result, err error) error {
	return fmt.Errorf("of %d records %d were rejected, %d failed, %d are uncertain, %d were dropped: %w",
		result.Records, result.Rejected, result.Failed, result.Uncertain, result.Purged, err)
}
