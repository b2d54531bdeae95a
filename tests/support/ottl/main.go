// SPDX-License-Identifier: Apache-2.0

// Makes tests/golden/ottl_v0163.jsonl: evaluates expressions with the real OTTL, one a line of standard input, over the inputs
// of tests/golden/ottl.jsonl. From this folder:
//
//	python3 expressions.py | go run . ../../golden/ottl.jsonl >../../golden/ottl_v0163.jsonl
//
// It made tests/golden/ottl_more.jsonl of expressions.txt; there the rows of Base64Decode, which v0.163.0 has no more, are kept
// from v0.160.0.
//
// And tests/golden/ottl_signals.jsonl, of the inputs and expressions for spans and metrics that stand here:
//
//	go run . >../../golden/ottl_signals.jsonl
package main

import (
	"bufio"
	"context"
	"encoding/hex"
	"encoding/json"
	"log"
	"os"
	"strings"
	"time"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/ottl"
	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/ottl/contexts/ottllog"
	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/ottl/ottlfuncs"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"go.uber.org/zap"
)

// A row as tests/golden/README.md describes it, but for what only people read.
type row struct {
	Row     string  `json:"row"`
	Input   string  `json:"input"`
	Expr    string  `json:"expr"`
	Type    string  `json:"type"`
	TextHex *string `json:"text_hex"`
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func readInputs(name string) map[string]plogotlp.ExportRequest {
	file, err := os.Open(name)
	check(err)
	defer file.Close()
	inputs := map[string]plogotlp.ExportRequest{}
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var input struct {
			Row, ID string
			Bytes   string `json:"logs_pb_asc_hex"`
		}
		check(json.Unmarshal(lines.Bytes(), &input))
		if input.Row != "input" {
			continue
		}
		bytes, err := hex.DecodeString(input.Bytes)
		check(err)
		request := plogotlp.NewExportRequest()
		check(request.UnmarshalProto(bytes))
		inputs[input.ID] = request
	}
	return inputs
}

// The type, and pdata's text where there is one. "other" is what pdata has no type for.
func describe(result any) (string, string) {
	value := pcommon.NewValueEmpty()
	switch typed := result.(type) {
	case nil:
		return "nil", ""
	case string:
		return "string", typed
	case []byte:
		return "bytes", string(typed)
	case pcommon.TraceID:
		return "trace_id", typed.String()
	case pcommon.SpanID:
		return "span_id", typed.String()
	case time.Time:
		return "time", typed.UTC().Format(time.RFC3339Nano)
	case pcommon.Map:
		typed.CopyTo(value.SetEmptyMap())
	case pcommon.Slice:
		typed.CopyTo(value.SetEmptySlice())
	case []string:
		items := value.SetEmptySlice()
		for _, text := range typed {
			items.AppendEmpty().SetStr(text)
		}
	default:
		if value.FromRaw(result) != nil {
			return "other", ""
		}
	}
	return strings.ToLower(value.Type().String()), value.AsString()
}

func evaluate(parser *ottl.Parser[*ottllog.TransformContext], request plogotlp.ExportRequest, expression string) (kind, text string) {
	compiled, err := parser.ParseValueExpression(expression)
	if err != nil {
		return "parse_error", ""
	}
	resource := request.Logs().ResourceLogs().At(0)
	scope := resource.ScopeLogs().At(0)
	result, err := compiled.Eval(context.Background(), ottllog.NewTransformContext(resource, scope, scope.LogRecords().At(0)))
	if err != nil {
		return "eval_error", ""
	}
	return describe(result)
}

func main() {
	if len(os.Args) == 1 {
		writeSignals()
		return
	}
	inputs := readInputs(os.Args[1])
	parser, err := ottllog.NewParser(ottlfuncs.StandardFuncs[*ottllog.TransformContext](), component.TelemetrySettings{Logger: zap.NewNop()})
	check(err)
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		for _, id := range []string{"full", "empty"} {
			kind, text := evaluate(&parser, inputs[id], lines.Text())
			made := row{"case", id, lines.Text(), kind, nil}
			if !strings.HasSuffix(kind, "_error") && kind != "nil" {
				textHex := hex.EncodeToString([]byte(text))
				made.TextHex = &textHex
			}
			// An empty record differs where paths are read; one of each function does.
			wanted := id == "full" || !strings.Contains(lines.Text(), "(")
			if wanted && kind != "other" {
				check(out.Encode(made))
			}
		}
	}
}
