// SPDX-License-Identifier: Apache-2.0

package stskafkaexporter

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

var update = flag.Bool("update", false, "write documentation.md anew")

// What of metadata.yaml is written out. The form of both files is mdatagen's, which cannot be used for the code: that would be a package
// inside this module, and the module is to work under another path.
type metadata struct {
	Type       string
	Attributes map[string]struct{ Description string }
	Status     struct{ Stability map[string][]string }
	Telemetry  struct {
		Metrics map[string]struct {
			Description, Unit, Stability string
			Attributes                   []string
			Sum, Gauge                   *struct {
				ValueType string `yaml:"value_type"`
				Monotonic bool
				Async     bool
			}
		}
	}
}

func readMetadata(t *testing.T) (found metadata) {
	t.Helper()
	text, err := os.ReadFile("metadata.yaml")
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(text, &found))
	require.Equal(t, found.Type, Type.String())
	return found
}

func (m *metadata) documentation() string {
	var text strings.Builder
	fmt.Fprintf(&text, "[comment]: <> (Made of metadata.yaml: go test -run TestDocumentation -update)\n\n# %s\n\n## Internal Telemetry\n\n"+
		"The following telemetry is emitted by this component.\n", m.Type)
	for _, name := range slices.Sorted(maps.Keys(m.Telemetry.Metrics)) {
		metric := m.Telemetry.Metrics[name]
		fmt.Fprintf(&text, "\n### otelcol_%s\n\n%s\n\n", name, metric.Description)
		kind, value, monotonic := "Gauge", "", "-"
		if metric.Sum != nil {
			kind, value, monotonic = "Sum", metric.Sum.ValueType, fmt.Sprint(metric.Sum.Monotonic)
		} else {
			value = metric.Gauge.ValueType
		}
		fmt.Fprintf(&text, "| Unit | Metric Type | Value Type | Monotonic | Stability |\n| ---- | ----------- | ---------- | --------- | --------- |\n"+
			"| %s | %s | %s | %s | %s |\n\n#### Attributes\n\n| Name | Description |\n| ---- | ----------- |\n",
			metric.Unit, kind, value, monotonic, metric.Stability)
		for _, attribute := range metric.Attributes {
			fmt.Fprintf(&text, "| %s | %s |\n", attribute, m.Attributes[attribute].Description)
		}
	}
	return text.String()
}

func TestDocumentation(t *testing.T) {
	described := readMetadata(t)
	if *update {
		require.NoError(t, os.WriteFile("documentation.md", []byte(described.documentation()), 0o644))
	}
	text, err := os.ReadFile("documentation.md")
	require.NoError(t, err)
	assert.Equal(t, described.documentation(), string(text))
}

func TestTheStabilityIsThatOfMetadataYaml(t *testing.T) {
	described := readMetadata(t)
	factory := NewFactory()
	assert.Equal(t, map[string][]string{"alpha": {"logs", "traces", "metrics"}}, described.Status.Stability)
	for _, level := range []fmt.Stringer{factory.LogsStability(), factory.TracesStability(), factory.MetricsStability()} {
		assert.Equal(t, "Alpha", level.String())
	}
}
