// SPDX-License-Identifier: Apache-2.0

// What of the collector is measured beside the library: its readers of OTLP JSON (tests/bench/formats.py), and the kafkaexporter of
// its contrib repository (tests/bench/page.py).
//
//	peers write SIGNAL FROM TO        requests in protobuf, written as JSON by the collector's marshaler
//	peers read SIGNAL FILE SECONDS    how long its unmarshaler takes for those of the file: a line of JSON
//	peers export --config JSON --goroutines N --requests N FILE    sends requests in protobuf to Kafka (export.go)
//
// Files have requests, each behind its size (uint32, little-endian).
package main

import (
	"encoding/binary"
	"fmt"
	"log"
	"os"
	"strconv"
	"syscall"
	"time"

	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func requests(path string) (all [][]byte) {
	data, err := os.ReadFile(path)
	must(err)
	for len(data) > 0 {
		size := binary.LittleEndian.Uint32(data)
		all = append(all, data[4:4+size])
		data = data[4+size:]
	}
	return all
}

func toJSON(signal string, request []byte) []byte {
	var text []byte
	switch signal {
	case "logs":
		value, err := (&plog.ProtoUnmarshaler{}).UnmarshalLogs(request)
		must(err)
		text, err = (&plog.JSONMarshaler{}).MarshalLogs(value)
		must(err)
	case "traces":
		value, err := (&ptrace.ProtoUnmarshaler{}).UnmarshalTraces(request)
		must(err)
		text, err = (&ptrace.JSONMarshaler{}).MarshalTraces(value)
		must(err)
	default:
		value, err := (&pmetric.ProtoUnmarshaler{}).UnmarshalMetrics(request)
		must(err)
		text, err = (&pmetric.JSONMarshaler{}).MarshalMetrics(value)
		must(err)
	}
	return text
}

func fromJSON(signal string, text []byte) (err error) {
	switch signal {
	case "logs":
		_, err = (&plog.JSONUnmarshaler{}).UnmarshalLogs(text)
	case "traces":
		_, err = (&ptrace.JSONUnmarshaler{}).UnmarshalTraces(text)
	default:
		_, err = (&pmetric.JSONUnmarshaler{}).UnmarshalMetrics(text)
	}
	return err
}

func cpu() time.Duration {
	var usage syscall.Rusage
	must(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func write(signal, from, to string) {
	file, err := os.Create(to)
	must(err)
	for _, request := range requests(from) {
		text := toJSON(signal, request)
		must(binary.Write(file, binary.LittleEndian, uint32(len(text))))
		_, err := file.Write(text)
		must(err)
	}
	must(file.Close())
}

func read(signal, path, limit string) {
	all := requests(path)
	seconds, err := strconv.ParseFloat(limit, 64)
	must(err)
	bytes, passes := 0, 0
	start, wall := cpu(), time.Now()
	for ; time.Since(wall).Seconds() < seconds; passes++ {
		for _, text := range all {
			must(fromJSON(signal, text))
			bytes += len(text)
		}
	}
	// Both: its garbage collector runs on other processors too.
	fmt.Printf("{\"bytes\": %d, \"passes\": %d, \"seconds\": %f, \"cpu\": %f}\n", bytes, passes,
		time.Since(wall).Seconds(), (cpu() - start).Seconds())
}

func main() {
	switch os.Args[1] {
	case "write":
		write(os.Args[2], os.Args[3], os.Args[4])
	case "read":
		read(os.Args[2], os.Args[3], os.Args[4])
	case "export":
		export(os.Args[2:])
	}
}
