// SPDX-License-Identifier: Apache-2.0

package stskafka

// #include <stdlib.h>
// #include "bridge.h"
import "C"

import (
	"runtime/cgo"
	"time"
	"unsafe"
)

// A Setting is what an exporter gets besides its options: callbacks, a transport.
type Setting func(*host)

// host is what C's callbacks find by their handle.
type host struct {
	log        func(LogLevel, string)
	password   func(option string) (string, error)
	token      func() (OAuthToken, error)
	deadLetter func(DeadLetter)
	memory     *MemoryTransport
}

// which callbacks there are, as the bridge wants it.
func (h *host) which() C.uint32_t {
	var which C.uint32_t
	if h.log != nil {
		which |= C.STSGO_LOG
	}
	if h.password != nil {
		which |= C.STSGO_PASSWORD
	}
	if h.token != nil {
		which |= C.STSGO_TOKEN
	}
	if h.deadLetter != nil {
		which |= C.STSGO_DEAD_LETTER
	}
	return which
}

// LogLevel is how grave a log line is.
type LogLevel int32

const (
	LogError   LogLevel = C.STS_LOG_ERROR
	LogWarning LogLevel = C.STS_LOG_WARNING
	LogInfo    LogLevel = C.STS_LOG_INFO
	LogDebug   LogLevel = C.STS_LOG_DEBUG
)

// WithLog has lines on what the exporter and its transport do given to a function. Without it the library says nothing.
func WithLog(log func(LogLevel, string)) Setting { return func(h *host) { h.log = log } }

// WithPassword has a function asked for passwords that the options leave empty ("auth.sasl.password", "tls.key_password"), each time
// that a Kafka producer is made. "" and no error is: there is none.
func WithPassword(password func(option string) (string, error)) Setting {
	return func(h *host) { h.password = password }
}

// An OAuthToken is what OAUTHBEARER shows to brokers.
type OAuthToken struct {
	Value     string    // as the broker gets it: visible ASCII characters
	Principal string    // whose it is
	Expires   time.Time // in the future
}

// WithOAuthToken has a function asked for tokens, where auth.sasl.mechanism is OAUTHBEARER: at the start, then each time that four fifths of
// the last one's life have gone by. While it runs no outcome is handed out: where getting one takes long, have one ready.
func WithOAuthToken(token func() (OAuthToken, error)) Setting {
	return func(h *host) { h.token = token }
}

// A DeadLetter is a record that was rejected, or that Kafka refused for good.
type DeadLetter struct {
	Kind          OutcomeKind // Rejected or Failed
	Code          Code        // why
	Text          string      // why, in words
	TransportCode int32
	Token         uint64 // of the export
	Index         uint64 // of the record in its request
	Topic         string // where it was to go; "" where that was not known yet
	Key           []byte // nil where it has none, or did not get that far
	Value         []byte // nil is a tombstone
	Signal        Signal // of the OTLP request with the record alone, which Value is; 0 where Value is the Kafka message's
	Headers       []Header
}

// WithDeadLetters has each dead letter given to a function: of a rejected record from inside the Export that rejects it, so perhaps
// from several goroutines at once.
func WithDeadLetters(letter func(DeadLetter)) Setting { return func(h *host) { h.deadLetter = letter } }

func hostOf(handle C.uintptr_t) *host { return cgo.Handle(handle).Value().(*host) }

//export stsgoLog
func stsgoLog(level C.int32_t, text *C.char, handle C.uintptr_t) {
	hostOf(handle).log(LogLevel(level), C.GoString(text))
}

//export stsgoPassword
func stsgoPassword(password *C.sts_password, handle C.uintptr_t) {
	text, err := hostOf(handle).password(C.GoString(C.sts_password_option(password)))
	if err == nil {
		err = checkText("the password", text)
	}
	if err != nil {
		withText(err.Error(), func(why *C.char) { C.sts_password_fail(password, why) })
	} else if text != "" {
		withText(text, func(text *C.char) { C.sts_password_set(password, text) })
	}
}

//export stsgoOAuthToken
func stsgoOAuthToken(token *C.sts_oauth_token, handle C.uintptr_t) {
	given, err := hostOf(handle).token()
	if err == nil {
		err = setOAuthToken(token, given)
	}
	if err != nil {
		withText(err.Error(), func(why *C.char) { C.sts_oauth_token_fail(token, why) })
	}
}

func setOAuthToken(token *C.sts_oauth_token, given OAuthToken) error {
	if err := checkText("the token", given.Value+given.Principal); err != nil {
		return err
	}
	value, principal := C.CString(given.Value), C.CString(given.Principal)
	defer C.free(unsafe.Pointer(value))
	defer C.free(unsafe.Pointer(principal))
	return fault(C.sts_oauth_token_set(token, value, principal, C.int64_t(given.Expires.UnixMilli())), nil)
}

func withText(text string, use func(*C.char)) {
	copied := C.CString(text)
	defer C.free(unsafe.Pointer(copied))
	use(copied)
}

//export stsgoDeadLetter
func stsgoDeadLetter(letter *C.sts_dead_letter, handle C.uintptr_t) {
	var key, value C.sts_bytes
	C.sts_dead_letter_key(letter, &key)
	C.sts_dead_letter_value(letter, &value)
	told := DeadLetter{
		Kind:          OutcomeKind(C.sts_dead_letter_kind(letter)),
		Code:          Code(C.sts_dead_letter_code(letter)),
		Text:          C.GoString(C.sts_dead_letter_text(letter)),
		TransportCode: int32(C.sts_dead_letter_transport_code(letter)),
		Token:         uint64(C.sts_dead_letter_token(letter)),
		Index:         uint64(C.sts_dead_letter_index(letter)),
		Topic:         C.GoString(C.sts_dead_letter_topic(letter)),
		Key:           copyOf(key),
		Value:         copyOf(value),
		Signal:        Signal(C.sts_dead_letter_signal(letter)),
	}
	for i := C.size_t(0); i < C.sts_dead_letter_header_count(letter); i++ {
		var value C.sts_bytes
		C.sts_dead_letter_header_value(letter, i, &value)
		told.Headers = append(told.Headers, Header{Name: C.GoString(C.sts_dead_letter_header_name(letter, i)), Value: copyOf(value)})
	}
	hostOf(handle).deadLetter(told)
}

// copyOf is Go's copy of a view; nil is null, which is not the same as empty.
func copyOf(view C.sts_bytes) []byte {
	if view.data == nil {
		return nil
	}
	copied := make([]byte, int(view.size))
	copy(copied, unsafe.Slice((*byte)(view.data), int(view.size)))
	return copied
}
