// SPDX-License-Identifier: Apache-2.0

package stskafka

// #include <stdlib.h>
// #include "bridge.h"
import "C"

import (
	"maps"
	"slices"
	"unsafe"
)

// Options are an exporter's configuration: names and texts, for instance "linger": "20ms". They are set in the order of their names.
// What is not there has its default; an empty text is a value. OPTIONS.md lists all names, as does [OptionTable].
type Options map[string]string

// An Option is a row of the table of options.
type Option struct {
	Name    string // for instance "read_timeout"
	Type    string // "text", "boolean", "integer", "duration", "choice", "list", "spec" or "secret"
	Default string // as text, "" where the default is empty
	Bounds  string // for instance "1ms..15m", or the choices as "all|leader|none"; "" where any value goes
	Text    string // what it does
	Live    bool   // whether it may change while an exporter runs (Reconfigure)
}

// OptionTable lists all options but those whose names are open: kafka.*, record_headers.*, header_from.*.
func OptionTable() []Option {
	table := make([]Option, int(C.sts_option_count()))
	for i := range table {
		index := C.size_t(i)
		table[i] = Option{
			Name:    C.GoString(C.sts_option_name(index)),
			Type:    C.GoString(C.sts_option_type(index)),
			Default: C.GoString(C.sts_option_default(index)),
			Bounds:  C.GoString(C.sts_option_bounds(index)),
			Text:    C.GoString(C.sts_option_text(index)),
			Live:    C.sts_option_is_live(index) != 0,
		}
	}
	return table
}

// Check tells all that is wrong with the options, as New would, without connecting to anything: an ErrConfig, or nil.
func (o Options) Check() error {
	dry := maps.Clone(o)
	if dry == nil {
		dry = Options{}
	}
	dry["transport"] = "none"
	exporter, err := New(dry)
	if err != nil {
		return err
	}
	exporter.free()
	return nil
}

// object makes C's options. A fault in one of them is remembered there, and told with all others by sts_exporter_new.
func (o Options) object() (*C.sts_options, error) {
	object := C.sts_options_new()
	if object == nil {
		return nil, plain(ErrNoMemory)
	}
	for _, name := range slices.Sorted(maps.Keys(o)) {
		if err := set(object, name, o[name]); err != nil {
			C.sts_options_free(object)
			return nil, err
		}
	}
	return object, nil
}

func set(object *C.sts_options, name, value string) error {
	if err := checkText("the name of an option", name); err != nil {
		return err
	}
	if err := checkText("the option "+name, value); err != nil {
		return err
	}
	cName, cValue := C.CString(name), C.CString(value)
	C.sts_options_set(object, cName, cValue, nil)
	C.free(unsafe.Pointer(cName))
	C.free(unsafe.Pointer(cValue))
	return nil
}

// get reads an option that there is.
func get(object *C.sts_options, name string) string {
	cName := C.CString(name)
	defer C.free(unsafe.Pointer(cName))
	return C.GoString(C.sts_options_get(object, cName))
}
