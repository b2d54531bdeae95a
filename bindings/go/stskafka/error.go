// SPDX-License-Identifier: Apache-2.0

package stskafka

// #include "bridge.h"
import "C"

import (
	"errors"
	"fmt"
	"strings"
)

// A Code says what kind of fault it is. It is an error itself, so that errors.Is(err, ErrQueueFull) tells it.
// The numbers are the library's, and never change.
type Code int32

// Name is the code's name in C, for instance "STS_ERR_KEY_MISSING".
func (c Code) Name() string { return C.GoString(C.sts_status_name(C.sts_status(c))) }

// Error is one line on the code, for instance "the key has no value".
func (c Code) Error() string { return C.GoString(C.sts_status_text(C.sts_status(c))) }

// IsFatal tells whether an exporter that gives this code can only be closed.
func (c Code) IsFatal() bool { return c < C.STS_ERR_FATAL_LINE }

// Codes lists all of them.
func Codes() []Code {
	codes := make([]Code, 0, int(C.sts_status_count()))
	for i := C.size_t(0); i < C.sts_status_count(); i++ {
		codes = append(codes, Code(C.sts_status_at(i)))
	}
	return codes
}

// The call itself.
const (
	ErrInvalidArgument Code = C.STS_ERR_INVALID_ARGUMENT // an argument is out of its range
	ErrNoMemory        Code = C.STS_ERR_NO_MEMORY        // nothing was changed; try again
	ErrReentrant       Code = C.STS_ERR_REENTRANT        // not to be called from inside a callback
	ErrTimedOut        Code = C.STS_ERR_TIMED_OUT        // the deadline came first
	ErrUnsupported     Code = C.STS_ERR_UNSUPPORTED      // this exporter, transport or librdkafka cannot do it
	ErrSystem          Code = C.STS_ERR_SYSTEM           // the operating system refused
	ErrInternal        Code = C.STS_ERR_INTERNAL         // a fault of the library's own
	ErrCallback        Code = C.STS_ERR_CALLBACK         // a callback has not returned in time
)

// Configuration.
const (
	ErrOptionUnknown Code = C.STS_ERR_OPTION_UNKNOWN // no option of that name; the text names the nearest one
	ErrOptionValue   Code = C.STS_ERR_OPTION_VALUE   // the value does not fit the option's type or bounds
	ErrOptionRefused Code = C.STS_ERR_OPTION_REFUSED // a kafka.* property that would break a promise
	ErrConfig        Code = C.STS_ERR_CONFIG         // the options do not make an exporter; the text lists all faults
)

// A request as a whole: nothing of it was exported.
const (
	ErrMalformed   Code = C.STS_ERR_MALFORMED    // not an OTLP request; Error.Offset says where
	ErrTooDeep     Code = C.STS_ERR_TOO_DEEP     // nested more than 100 levels deep
	ErrRequestSize Code = C.STS_ERR_REQUEST_SIZE // larger than the library takes
	ErrJSON        Code = C.STS_ERR_JSON         // not JSON, or not OTLP's; the text says line, column and path
)

// One record alone: it was rejected, the others of its request go.
const (
	ErrKeyMissing   Code = C.STS_ERR_KEY_MISSING   // the key has no value
	ErrKeyType      Code = C.STS_ERR_KEY_TYPE      // the key is a map or a list
	ErrKeyEmpty     Code = C.STS_ERR_KEY_EMPTY     // the key is empty, and empty_key=reject
	ErrKeyEval      Code = C.STS_ERR_KEY_EVAL      // the key, or another spec, cannot be computed for this record
	ErrKeySize      Code = C.STS_ERR_KEY_SIZE      // larger than max_key_bytes
	ErrTopicInvalid Code = C.STS_ERR_TOPIC_INVALID // not a string, or not a name that Kafka takes
	ErrTopicLimit   Code = C.STS_ERR_TOPIC_LIMIT   // one topic more than topics.max
	ErrTopicRefused Code = C.STS_ERR_TOPIC_REFUSED // not in topics.allow
	ErrPartition    Code = C.STS_ERR_PARTITION     // what partition_from gives is no partition
	ErrBodyType     Code = C.STS_ERR_BODY_TYPE     // the body is of a type that the encoding does not take
	ErrRecordSize   Code = C.STS_ERR_RECORD_SIZE   // larger than max_message_bytes
	ErrHeader       Code = C.STS_ERR_HEADER        // a header cannot be made of this record
	ErrUTF8         Code = C.STS_ERR_UTF8          // a text that is not UTF-8
	ErrElement      Code = C.STS_ERR_ELEMENT       // an element of a batch makes no sense
)

// An export as a whole.
const (
	ErrRejected     Code = C.STS_ERR_REJECTED      // at least one record was rejected, the rest was accepted
	ErrNotDelivered Code = C.STS_ERR_NOT_DELIVERED // with sending_queue.wait_for_result: some accepted records were not delivered
)

// Kafka and delivery.
const (
	ErrQueueFull        Code = C.STS_ERR_QUEUE_FULL        // no room, or none within produce_timeout; Result.Taken says how much was taken
	ErrNoBroker         Code = C.STS_ERR_NO_BROKER         // no broker answered
	ErrTopicMissing     Code = C.STS_ERR_TOPIC_MISSING     // the topic does not exist
	ErrNotAuthorized    Code = C.STS_ERR_NOT_AUTHORIZED    // the broker knows us, but does not allow it
	ErrNotAuthenticated Code = C.STS_ERR_NOT_AUTHENTICATED // the broker did not accept who we are, or we not the broker
	ErrGaveUp           Code = C.STS_ERR_GAVE_UP           // not acknowledged within max_elapsed_time, or at the first try
	ErrDelivery         Code = C.STS_ERR_DELIVERY          // refused by the broker for good
	ErrPurged           Code = C.STS_ERR_PURGED            // dropped unsent, because the exporter was closed
	ErrNotAcknowledged  Code = C.STS_ERR_NOT_ACKNOWLEDGED  // may have arrived, was not acknowledged
)

// The store on disk (sending_queue.storage).
const (
	ErrStorage     Code = C.STS_ERR_STORAGE      // it cannot be read, or written; the counts of an export say how much was taken
	ErrStorageBusy Code = C.STS_ERR_STORAGE_BUSY // its folder is in use by another exporter, or another process
)

// The exporter can only be closed now, or was.
const (
	ErrForked        Code = C.STS_ERR_FORKED         // made before a fork, in the parent
	ErrClosed        Code = C.STS_ERR_CLOSED         // the exporter was closed
	ErrProducerFatal Code = C.STS_ERR_PRODUCER_FATAL // the transport cannot go on (Kafka survives its producers)
)

// Error is what a failed call returns. It unwraps to its Code.
type Error struct {
	Code          Code
	Text          string // what is wrong, where, and what to do; several lines where there are several faults
	Retriable     bool   // the same call may succeed later without any change; an export that took a part, with the rest (FromRecord)
	Fatal         bool   // the exporter can only be closed now
	TransportCode int32  // the transport's own number (Kafka: librdkafka's rd_kafka_resp_err_t), 0 if there is none
	Offset        int64  // of a malformed request: the byte that is wrong, from 0; otherwise -1
}

func (e *Error) Error() string { return e.Text }

// Unwrap gives the code.
func (e *Error) Unwrap() error { return e.Code }

// IsRetriable tells whether err, or what it wraps, may pass when the same is tried again later.
func IsRetriable(err error) bool {
	var fault *Error
	return errors.As(err, &fault) && fault.Retriable
}

// IsFatal tells whether err, or what it wraps, ends its exporter.
func IsFatal(err error) bool {
	var fault *Error
	return errors.As(err, &fault) && fault.Fatal
}

// fault makes an error of a call's status and its error object, which it frees.
func fault(status C.sts_status, object *C.sts_error) error {
	if object != nil { // seldom, and each call into C costs as much as another
		defer C.sts_error_free(object)
	}
	if status == C.STS_OK {
		return nil
	}
	if object == nil {
		return plain(Code(status))
	}
	return &Error{
		Code:          Code(status),
		Text:          C.GoString(C.sts_error_text(object)),
		Retriable:     C.sts_error_is_retriable(object) != 0,
		Fatal:         C.sts_error_is_fatal(object) != 0,
		TransportCode: int32(C.sts_error_transport_code(object)),
		Offset:        int64(C.sts_error_offset(object)),
	}
}

// plain is the error of a code alone.
func plain(code Code) *Error {
	return &Error{Code: code, Text: code.Error(), Fatal: code.IsFatal(), Offset: -1}
}

// checkText refuses what C would cut short.
func checkText(what, text string) error {
	if strings.IndexByte(text, 0) < 0 {
		return nil
	}
	return &Error{Code: ErrInvalidArgument, Text: fmt.Sprintf("%s has a NUL in it", what), Offset: -1}
}
