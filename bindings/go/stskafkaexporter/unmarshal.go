// SPDX-License-Identifier: Apache-2.0

package stskafkaexporter

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/confmap"

	"libstskafka/stskafka"
)

// The blocks that Config's fields take, with what exporterhelper knows of them. What else stands there is an option of the library's.
var helperNames = map[string][]string{
	"sending_queue":    {"wait_for_result", "sizer", "queue_size", "block_on_overflow", "storage", "num_consumers", "batch"},
	"retry_on_failure": {"enabled", "initial_interval", "randomization_factor", "multiplier", "max_interval", "max_elapsed_time"},
}

var fieldNames = []string{"timeout", "brokers", "topic", "read_timeout", "produce_timeout", "required_acks"}

// Unmarshal reads the configuration: what Config has fields for, and all else as options with flat names.
func (cfg *Config) Unmarshal(conf *confmap.Conf) error {
	fields := confmap.New() // a copy, which keeps how values from the environment were written
	if err := fields.Merge(conf); err != nil {
		return err
	}
	rest := map[string]any{}
	for name, value := range conf.ToStringMap() {
		block, isMap := value.(map[string]any)
		switch known := helperNames[name]; {
		case slices.Contains(fieldNames, name):
			cfg.note(name)
		case known != nil && isMap:
			rest[name] = cfg.takeUnknown(fields, name, block, known)
		default:
			fields.Delete(name)
			rest[name] = value
		}
	}
	if err := cfg.unmarshalFields(fields); err != nil {
		return err
	}
	flat := map[string]any{}
	if err := flatten(conf, "", rest, flat); err != nil {
		return err
	}
	if enabled, has := flat["sending_queue.enabled"]; has {
		cfg.queueOff = enabled == "false"
		delete(flat, "sending_queue.enabled")
	}
	if cfg.Options == nil {
		cfg.Options = map[string]any{}
	}
	maps.Copy(cfg.Options, flat)
	return nil
}

func (cfg *Config) note(name string) {
	if cfg.set == nil {
		cfg.set = map[string]bool{}
	}
	cfg.set[name] = true
}

// takeUnknown takes out of a block what exporterhelper does not know, and gives it. A storage that is a folder is the library's.
func (cfg *Config) takeUnknown(fields *confmap.Conf, name string, block map[string]any, known []string) map[string]any {
	rest := map[string]any{}
	for inner, value := range block {
		text, _ := value.(string)
		isFolder := inner == "storage" && (strings.HasPrefix(text, "/") || strings.HasPrefix(text, "."))
		if slices.Contains(known, inner) && !isFolder {
			cfg.note(name + "." + inner)
		} else {
			fields.Delete(name + confmap.KeyDelimiter + inner)
			rest[inner] = value
		}
	}
	return rest
}

// unmarshalFields has the fields decoded by the collector's rules.
func (cfg *Config) unmarshalFields(fields *confmap.Conf) error {
	type withoutUnmarshaler Config
	target := withoutUnmarshaler(*cfg)
	target.Options = nil
	if err := fields.Unmarshal(&target); err != nil {
		return err
	}
	target.Options = cfg.Options
	*cfg = Config(target)
	return nil
}

// flatten writes the leaves of a tree by their flat names.
func flatten(conf *confmap.Conf, prefix string, tree map[string]any, flat map[string]any) error {
	for name, value := range tree {
		full := prefix + name
		switch value := value.(type) {
		case nil:
		case map[string]any:
			if len(value) == 0 {
				flatEmpty(full, flat)
				continue
			}
			inner, err := conf.Sub(name)
			if err != nil {
				return err
			}
			if err := flatten(inner, full+".", value, flat); err != nil {
				return err
			}
		case []any:
			if err := flattenList(full, value, flat); err != nil {
				return err
			}
		default:
			flat[full] = opaque(full, textOf(conf, name, value))
		}
	}
	return nil
}

// flatEmpty is for blocks that mean something by being there.
func flatEmpty(name string, flat map[string]any) {
	switch name {
	case "tls":
		flat["tls.enabled"] = "true"
	case "record_partitioner.round_robin", "record_partitioner.least_backup":
		flat[name] = "true"
	}
}

func flattenList(name string, list []any, flat map[string]any) error {
	texts := make([]string, 0, len(list))
	for _, item := range list {
		switch item := item.(type) {
		case map[string]any: // record_headers: a list of {name, value}
			texts = append(texts, fmt.Sprint(item["name"])+"="+fmt.Sprint(item["value"]))
		default:
			texts = append(texts, fmt.Sprint(item))
		}
		if strings.Contains(texts[len(texts)-1], ",") {
			return fmt.Errorf("%s: a comma in %q parts it from the next; headers with commas are written as record_headers: {NAME: TEXT}", name, texts[len(texts)-1])
		}
	}
	flat[name] = strings.Join(texts, ",")
	return nil
}

// textOf is a scalar as it was written: confmap gives the text of what came from the environment only to who asks for a text, and 0123 has
// become a number otherwise.
func textOf(conf *confmap.Conf, name string, value any) string {
	field := reflect.StructField{Name: "Text", Type: reflect.TypeFor[string](), Tag: reflect.StructTag(`mapstructure:"` + name + `"`)}
	target := reflect.New(reflect.StructOf([]reflect.StructField{field}))
	if conf.Unmarshal(target.Interface(), confmap.WithIgnoreUnused()) == nil {
		return target.Elem().Field(0).String()
	}
	return fmt.Sprint(value)
}

// opaque hides secrets from whatever prints the configuration.
func opaque(name, text string) any {
	if secrets[name] || strings.HasPrefix(name, "kafka.") && strings.Contains(name, "password") {
		return configopaque.String(text)
	}
	return text
}

var secrets = func() map[string]bool {
	found := map[string]bool{"auth.plain_text.password": true}
	for _, option := range stskafka.OptionTable() {
		if option.Type == "secret" {
			found[option.Name] = true
		}
	}
	return found
}()
