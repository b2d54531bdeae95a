// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"context"
	"encoding/hex"
	"encoding/json"
	"os"
	"strings"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/ottl"
	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/ottl/contexts/ottlmetric"
	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/ottl/contexts/ottlspan"
	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/ottl/ottlfuncs"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.uber.org/zap"
)

// Rows of tests/golden/ottl_signals.jsonl.
type inputRow struct {
	Row    string `json:"row"`
	Signal string `json:"signal"`
	ID     string `json:"id"`
	Hex    string `json:"pb_hex"`
}

type caseRow struct {
	Row     string  `json:"row"`
	Signal  string  `json:"signal"`
	Input   string  `json:"input"`
	Expr    string  `json:"expr"`
	Type    string  `json:"type"`
	TextHex *string `json:"text_hex"`
}

// A request's first item as its context, with the request's bytes.
type reader[K any] func(otlp []byte) (K, []byte)

func readSpan(otlp []byte) (*ottlspan.TransformContext, []byte) {
	traces, err := (&ptrace.JSONUnmarshaler{}).UnmarshalTraces(otlp)
	check(err)
	bytes, err := (&ptrace.ProtoMarshaler{}).MarshalTraces(traces)
	check(err)
	resource := traces.ResourceSpans().At(0)
	scope := resource.ScopeSpans().At(0)
	return ottlspan.NewTransformContextPtr(resource, scope, scope.Spans().At(0)), bytes
}

func readMetric(otlp []byte) (*ottlmetric.TransformContext, []byte) {
	metrics, err := (&pmetric.JSONUnmarshaler{}).UnmarshalMetrics(otlp)
	check(err)
	bytes, err := (&pmetric.ProtoMarshaler{}).MarshalMetrics(metrics)
	check(err)
	resource := metrics.ResourceMetrics().At(0)
	scope := resource.ScopeMetrics().At(0)
	return ottlmetric.NewTransformContextPtr(resource, scope, scope.Metrics().At(0)), bytes
}

func lines(name string) []string {
	text, err := os.ReadFile(name)
	check(err)
	return strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
}

func writeSignal[K any](out *json.Encoder, signal string, parser *ottl.Parser[K], read reader[K]) {
	for _, line := range lines("inputs.jsonl") {
		var input struct {
			Signal, ID string
			OTLP       json.RawMessage
		}
		check(json.Unmarshal([]byte(line), &input))
		if input.Signal != signal {
			continue
		}
		item, bytes := read(input.OTLP)
		check(out.Encode(inputRow{"input", signal, input.ID, hex.EncodeToString(bytes)}))
		for _, expression := range lines("expressions_" + signal + ".txt") {
			kind, text := "parse_error", ""
			if compiled, err := parser.ParseValueExpression(expression); err == nil {
				kind = "eval_error"
				if result, err := compiled.Eval(context.Background(), item); err == nil {
					kind, text = describe(result)
				}
			}
			made := caseRow{"case", signal, input.ID, expression, kind, nil}
			if !strings.HasSuffix(kind, "_error") && kind != "nil" {
				textHex := hex.EncodeToString([]byte(text))
				made.TextHex = &textHex
			}
			if kind == "parse_error" && input.ID != "empty" { // once is enough
				continue
			}
			check(out.Encode(made))
		}
	}
}

// Spans and metrics, in the contexts that the collector has for them.
func writeSignals() {
	buffered := bufio.NewWriter(os.Stdout)
	defer buffered.Flush()
	out := json.NewEncoder(buffered)
	out.SetEscapeHTML(false)
	settings := component.TelemetrySettings{Logger: zap.NewNop()}
	spans, err := ottlspan.NewParser(ottlfuncs.StandardFuncs[*ottlspan.TransformContext](), settings)
	check(err)
	writeSignal(out, "traces", &spans, readSpan)
	metrics, err := ottlmetric.NewParser(ottlfuncs.StandardFuncs[*ottlmetric.TransformContext](), settings)
	check(err)
	writeSignal(out, "metrics", &metrics, readMetric)
}
