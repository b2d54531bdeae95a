// SPDX-License-Identifier: Apache-2.0

// What keys cost the collector, to be measured beside the library (tests/bench/keys.py): the real OTTL, and xhash.MapHash, over
// requests that are decoded already.
//
//	key_peers FILE <SPECS    FILE has requests, each behind its size (uint32, little-endian); a spec a line
//
// Prints a line of JSON for each spec: {"ns": nanoseconds of CPU a record}. The spec "MapHash" is the hash of the resource's
// attributes, any other an OTTL expression. Contexts are made in advance, and not measured.
package main

import (
	"bufio"
	"context"
	"encoding/binary"
	"fmt"
	"log"
	"os"
	"syscall"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/ottl"
	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/ottl/contexts/ottllog"
	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/ottl/ottlfuncs"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"go.opentelemetry.io/collector/pdata/xpdata/xhash"
	"go.uber.org/zap"
)

const repeat = 60

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func records(path string) (all []*ottllog.TransformContext) {
	data, err := os.ReadFile(path)
	must(err)
	for len(data) > 0 {
		size := binary.LittleEndian.Uint32(data)
		request := plogotlp.NewExportRequest()
		must(request.UnmarshalProto(data[4 : 4+size]))
		data = data[4+size:]
		for _, resource := range request.Logs().ResourceLogs().All() {
			for _, scope := range resource.ScopeLogs().All() {
				for _, record := range scope.LogRecords().All() {
					all = append(all, ottllog.NewTransformContext(resource, scope, record))
				}
			}
		}
	}
	return all
}

// User and system time, in nanoseconds; the garbage collector's is part of the cost.
func cpu() float64 {
	var usage syscall.Rusage
	must(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return float64(usage.Utime.Nano() + usage.Stime.Nano())
}

// Results are kept, so that nothing is left out.
var kept byte

func deriver(parser *ottl.Parser[*ottllog.TransformContext], spec string) func(*ottllog.TransformContext) {
	if spec == "MapHash" {
		return func(record *ottllog.TransformContext) {
			hash := xhash.MapHash(record.GetResource().Attributes())
			kept += hash[0]
		}
	}
	expression, err := parser.ParseValueExpression(spec)
	must(err)
	return func(record *ottllog.TransformContext) {
		value, err := expression.Eval(context.Background(), record)
		must(err)
		if text, ok := value.(string); ok && len(text) > 0 {
			kept += text[0]
		}
	}
}

func main() {
	all := records(os.Args[1])
	parser, err := ottllog.NewParser(ottlfuncs.StandardFuncs[*ottllog.TransformContext](), component.TelemetrySettings{Logger: zap.NewNop()})
	must(err)
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		derive := deriver(&parser, lines.Text())
		started := cpu()
		for range repeat {
			for _, record := range all {
				derive(record)
			}
		}
		fmt.Printf("{\"ns\": %.2f}\n", (cpu()-started)/float64(repeat*len(all)))
	}
}
