// SPDX-License-Identifier: Apache-2.0

package stskafkaexporter

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/component/componenttest"

	"libstskafka/stskafka"
)

// A host that hears of the component's status.
type listeningHost struct {
	component.Host
	lock  sync.Mutex
	heard []componentstatus.Status
	err   error
}

func (h *listeningHost) Report(event *componentstatus.Event) {
	h.lock.Lock()
	defer h.lock.Unlock()
	h.heard, h.err = append(h.heard, event.Status()), event.Err()
}

func (h *listeningHost) statuses() []componentstatus.Status {
	h.lock.Lock()
	defer h.lock.Unlock()
	return append([]componentstatus.Status(nil), h.heard...)
}

func listening() *listeningHost { return &listeningHost{Host: componenttest.NewNopHost()} }

func TestTheStatusFollowsDeliveries(t *testing.T) {
	host := listening()
	health := newHealth(host, AcksAll)
	start := time.Now()
	health.look(start, stskafka.Counts{Pending: 5})
	health.look(start.Add(stalledAfter-1), stskafka.Counts{Pending: 5})
	assert.Empty(t, host.heard)
	health.look(start.Add(stalledAfter), stskafka.Counts{Pending: 5})
	health.look(start.Add(2*stalledAfter), stskafka.Counts{Pending: 5})
	assert.Equal(t, []componentstatus.Status{componentstatus.StatusRecoverableError}, host.heard)
	health.look(start.Add(2*stalledAfter), stskafka.Counts{Pending: 4, Delivered: 1})
	assert.Equal(t, componentstatus.StatusOK, host.heard[1])
	// Waiting begins anew with each delivery, and when nothing waits.
	health.look(start.Add(3*stalledAfter), stskafka.Counts{Pending: 4, Delivered: 1})
	health.look(start.Add(3*stalledAfter+1), stskafka.Counts{Delivered: 1})
	health.look(start.Add(5*stalledAfter), stskafka.Counts{Pending: 1, Delivered: 1})
	assert.Len(t, host.heard, 2)
	health.failed(errors.New("given up"))
	assert.Equal(t, componentstatus.StatusRecoverableError, host.heard[2])
}

func TestWhatWasGivenUpUnacknowledgedIsNoRecovery(t *testing.T) {
	for acks, recovered := range map[string]bool{AcksAll: false, AcksLeader: false, AcksNone: true} {
		host := listening()
		health := newHealth(host, acks)
		health.failed(stskafka.ErrNotAcknowledged)
		health.look(time.Now(), stskafka.Counts{Uncertain: 1})
		assert.Equal(t, recovered, len(host.heard) == 2, acks)
	}
}

func TestThereIsNoWayBackFromAPermanentOrFatalError(t *testing.T) {
	for err, status := range map[stskafka.Code]componentstatus.Status{
		stskafka.ErrProducerFatal: componentstatus.StatusFatalError, stskafka.ErrForked: componentstatus.StatusFatalError,
		stskafka.ErrInternal: componentstatus.StatusPermanentError, stskafka.ErrCallback: componentstatus.StatusPermanentError,
	} {
		host := listening()
		health := newHealth(host, AcksAll)
		health.failed(stskafka.ErrNotAuthenticated)
		health.failed(fmt.Errorf("wrapped: %w", &stskafka.Error{Code: err, Fatal: err.IsFatal()}))
		health.failed(stskafka.ErrGaveUp)
		health.look(time.Now(), stskafka.Counts{Delivered: 1})
		assert.Equal(t, []componentstatus.Status{componentstatus.StatusRecoverableError, status}, host.heard, err.Name())
		assert.ErrorIs(t, host.err, err)
	}
}

func TestWhatAnExportIsToldMakesTheStatus(t *testing.T) {
	for script, expected := range map[string][]componentstatus.Status{
		"uncertain": {componentstatus.StatusRecoverableError},
		"fatal":     {componentstatus.StatusFatalError},
		"refuse":    nil, // the record's own fault
		"deliver":   nil,
	} {
		t.Run(script, func(t *testing.T) {
			host := listening()
			made, err := NewKafkaExporter(*mustRead(t, CreateDefaultConfig(), waiting), settings())
			require.NoError(t, err)
			inMemory(made, script)
			require.NoError(t, made.Start(t.Context(), host))
			_ = made.ExportData(t.Context(), logsWith("a"))
			_ = made.ExportData(t.Context(), logsWith("")) // without a key
			assert.Equal(t, expected, host.statuses())
			_ = made.Shutdown(t.Context())
			assert.Error(t, made.ExportData(t.Context(), logsWith("a")))
			assert.Equal(t, expected, host.statuses(), "a report during or after the shutdown")
		})
	}
}
