// SPDX-License-Identifier: Apache-2.0

// Reads with the collector's own unmarshalers what the library wrote. A line of standard input is "SIGNAL ENCODING HEX"; the answer
// "ok HEX", what was read as pdata writes it in protobuf, or "error TEXT".
package main

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"log"
	"os"
	"strings"

	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

func logs(encoding string, data []byte) ([]byte, error) {
	var unmarshaler plog.Unmarshaler = &plog.ProtoUnmarshaler{}
	if encoding == "otlp_json" {
		unmarshaler = &plog.JSONUnmarshaler{}
	}
	read, err := unmarshaler.UnmarshalLogs(data)
	if err != nil {
		return nil, err
	}
	return (&plog.ProtoMarshaler{}).MarshalLogs(read)
}

func traces(encoding string, data []byte) ([]byte, error) {
	var unmarshaler ptrace.Unmarshaler = &ptrace.ProtoUnmarshaler{}
	if encoding == "otlp_json" {
		unmarshaler = &ptrace.JSONUnmarshaler{}
	}
	read, err := unmarshaler.UnmarshalTraces(data)
	if err != nil {
		return nil, err
	}
	return (&ptrace.ProtoMarshaler{}).MarshalTraces(read)
}

func metrics(encoding string, data []byte) ([]byte, error) {
	var unmarshaler pmetric.Unmarshaler = &pmetric.ProtoUnmarshaler{}
	if encoding == "otlp_json" {
		unmarshaler = &pmetric.JSONUnmarshaler{}
	}
	read, err := unmarshaler.UnmarshalMetrics(data)
	if err != nil {
		return nil, err
	}
	return (&pmetric.ProtoMarshaler{}).MarshalMetrics(read)
}

var readers = map[string]func(string, []byte) ([]byte, error){"logs": logs, "traces": traces, "metrics": metrics}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<26)
	for lines.Scan() {
		words := strings.SplitN(lines.Text(), " ", 3)
		data, err := hex.DecodeString(words[2])
		if err != nil {
			log.Fatal(err)
		}
		read, err := readers[words[0]](words[1], data)
		if err != nil {
			fmt.Println("error", err)
			continue
		}
		fmt.Println("ok", hex.EncodeToString(read))
	}
}
