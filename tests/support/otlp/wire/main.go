// SPDX-License-Identifier: Apache-2.0

// Makes tests/golden/otlp_wire.jsonl: bytes that a request for logs may have, whether the collector's pdata takes them, and
// what the record's attribute "a" is then. From this folder:
//
//	go run . >../../../golden/otlp_wire.jsonl
package main

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"slices"

	"go.opentelemetry.io/collector/pdata/plog"
)

type row struct {
	Name   string  `json:"name"`
	Bytes  string  `json:"request_hex"`
	Accept bool    `json:"accept"`
	Type   *string `json:"type"`          // of the attribute, as pdata calls it; null: there is none
	Text   *string `json:"as_string_hex"` // its text
}

var out = bufio.NewWriter(os.Stdout)

func write(name string, request []byte) {
	line := row{Name: name, Bytes: hex.EncodeToString(request)}
	logs, err := (&plog.ProtoUnmarshaler{}).UnmarshalLogs(request)
	line.Accept = err == nil
	if err == nil && logs.LogRecordCount() > 0 {
		record := logs.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0)
		if value, ok := record.Attributes().Get("a"); ok {
			kind, text := value.Type().String(), hex.EncodeToString([]byte(value.AsString()))
			line.Type, line.Text = &kind, &text
		}
	}
	encoded, _ := json.Marshal(line)
	out.Write(append(encoded, '\n'))
}

func varint(number uint64) []byte {
	var bytes []byte
	for ; number > 127; number >>= 7 {
		bytes = append(bytes, byte(number)|128)
	}
	return append(bytes, byte(number))
}

func field(number, wireType uint64, payload []byte) []byte {
	bytes := varint(number<<3 | wireType)
	if wireType == 2 {
		bytes = append(bytes, varint(uint64(len(payload)))...)
	}
	return append(bytes, payload...)
}

// message has bytes of its own and is in a field of another.
type message struct {
	name  string
	outer string
	field uint64
}

var messages = []message{
	{"ExportLogsServiceRequest", "", 0},
	{"ResourceLogs", "ExportLogsServiceRequest", 1},
	{"Resource", "ResourceLogs", 1},
	{"EntityRef", "Resource", 3},
	{"ScopeLogs", "ResourceLogs", 2},
	{"InstrumentationScope", "ScopeLogs", 1},
	{"LogRecord", "ScopeLogs", 2},
	{"KeyValue", "LogRecord", 6},
	{"AnyValue", "KeyValue", 2},
	{"ArrayValue", "AnyValue", 5},
	{"KeyValueList", "AnyValue", 6},
}

// in puts bytes into a message of that name, and that into all that is around it. A KeyValue is called "a".
func in(name string, bytes []byte) []byte {
	if name == "" {
		return bytes
	}
	at := messages[slices.IndexFunc(messages, func(m message) bool { return m.name == name })]
	if name == "KeyValue" {
		bytes = append(field(1, 2, []byte("a")), bytes...)
	}
	if at.outer == "" {
		return bytes
	}
	return in(at.outer, field(at.field, 2, bytes))
}

// Each number with each wire type, alone in each message: which fields there are, and what they take.
func writeFields() {
	contents := map[uint64][]byte{0: {0}, 1: make([]byte, 8), 2: {}, 5: make([]byte, 4)}
	for _, message := range messages {
		for _, number := range []uint64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16, 1000, 1001} {
			for _, wireType := range []uint64{0, 1, 2, 5} {
				name := fmt.Sprintf("field %d of %s with wire type %d", number, message.name, wireType)
				write(name, in(message.name, field(number, wireType, contents[wireType])))
			}
		}
	}
}

// Two members of the oneof: the last counts, in one AnyValue or in two that are merged.
func writeMembers() {
	members := [][]byte{
		field(1, 2, []byte("text")), field(2, 0, []byte{1}), field(3, 0, varint(7)), field(4, 1, []byte{0, 0, 0, 0, 0, 0, 0xf8, 0x3f}),
		field(5, 2, field(1, 2, field(3, 0, []byte{1}))), field(6, 2, field(1, 2, field(1, 2, []byte("k")))), field(7, 2, []byte("bytes")),
		field(8, 0, []byte{5}), field(8, 0, []byte{0}), field(9, 0, []byte{5}), {},
	}
	for i, one := range members {
		for j, other := range members {
			name := fmt.Sprintf("member %d, then %d", i, j)
			write(name, in("AnyValue", append(slices.Clone(one), other...)))
			write(name+", in two values", in("KeyValue", append(field(2, 2, one), field(2, 2, other)...)))
			write(name+", in an array", in("ArrayValue", field(1, 2, append(slices.Clone(one), other...))))
		}
	}
	write("key_strindex beside a value", in("KeyValue", append(field(3, 0, []byte{1}), field(2, 2, field(3, 0, []byte{7}))...)))
}

// Varints that are longer than they need to be, and that have more bits than 64.
func writeVarints() {
	for _, last := range []byte{0, 1, 2, 3, 0x40, 0x7f, 0x80} {
		for _, bits := range []byte{0x80, 0x85, 0xff} {
			long := append([]byte{bits}, slices.Repeat([]byte{bits & 0x80}, 8)...)
			if bits == 0xff {
				long = slices.Repeat([]byte{0xff}, 9)
			}
			long = append(long, last)
			for _, member := range []uint64{2, 3, 8} {
				name := fmt.Sprintf("member %d with the number %x", member, long)
				write(name, in("AnyValue", field(member, 0, long)))
			}
			name := fmt.Sprintf("an unknown field with the number %x", long)
			write(name, in("AnyValue", append(field(3, 0, []byte{7}), field(99, 0, long)...)))
			write(fmt.Sprintf("a text with the length %x", long), in("AnyValue", append(append([]byte{1<<3 | 2}, long...), "12345"...)))
		}
		if last&1 == 1 { // a field number beyond 32 bits, which pdata alone takes, cut off
			continue
		}
		tag := append(append([]byte{3<<3 | 0x80}, slices.Repeat([]byte{0x80}, 8)...), last)
		write(fmt.Sprintf("int_value with the tag %x", tag), in("AnyValue", append(tag, 7)))
	}
}

func main() {
	defer out.Flush()
	writeFields()
	writeMembers()
	writeVarints()
}
