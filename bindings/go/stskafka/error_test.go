// SPDX-License-Identifier: Apache-2.0

package stskafka_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"

	"libstskafka/stskafka"
)

// Every code of the library has a constant here.
func TestEveryCodeHasItsConstant(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "error.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]bool{}
	ast.Inspect(file, func(node ast.Node) bool {
		if selector, ok := node.(*ast.SelectorExpr); ok && strings.HasPrefix(selector.Sel.Name, "STS_ERR_") {
			named[selector.Sel.Name] = true
		}
		return true
	})
	for _, code := range stskafka.Codes() {
		if code != 0 && !named[code.Name()] {
			t.Errorf("%s has no constant", code.Name())
		}
		if code.Error() == "" {
			t.Errorf("%s has no text", code.Name())
		}
	}
}

func TestOptionTable(t *testing.T) {
	table := map[string]stskafka.Option{}
	for _, option := range stskafka.OptionTable() {
		table[option.Name] = option
	}
	if option := table["required_acks"]; option.Type != "choice" || option.Default != "all" || option.Bounds != "all|leader|none" || option.Live {
		t.Errorf("%+v", option)
	}
	if option := table["auth.sasl.password"]; option.Type != "secret" || !option.Live {
		t.Errorf("%+v", option)
	}
}
