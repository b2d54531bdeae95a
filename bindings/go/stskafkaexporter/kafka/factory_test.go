// SPDX-License-Identifier: Apache-2.0

package kafka

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/exporter/exportertest"
)

func TestTheFactoryIsOfTheTypeKafka(t *testing.T) {
	factory := NewFactory()
	assert.Equal(t, "kafka", factory.Type().String())
	cfg := factory.CreateDefaultConfig()
	require.NoError(t, confmap.Validate(cfg))
	made, err := factory.CreateLogs(t.Context(), exportertest.NewNopSettings(factory.Type()), cfg)
	require.NoError(t, err)
	assert.NoError(t, made.Shutdown(t.Context()))
}
