// SPDX-License-Identifier: Apache-2.0

package stskafkaexporter

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.uber.org/zap"

	"libstskafka/stskafka"
)

// How often is looked whether records are delivered, and after how long without any the component is no longer well.
const (
	lookInterval = time.Second
	stalledAfter = 10 * time.Second
)

// watch logs what is not delivered after it was taken, and reports the component's status: a recoverable error where records wait and none is
// acknowledged, or one was given up; well again with the next that is. It returns what ends it.
func (e *KafkaExporter) watch(library *stskafka.Exporter, host component.Host) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	health := &health{host: host}
	if e.options["outcomes"] == "failures" {
		running.Go(func() {
			for outcome, err := range library.Outcomes(ctx) {
				if err != nil {
					return
				}
				e.notDelivered(outcome, health)
			}
		})
	}
	running.Go(func() {
		ticks := time.NewTicker(lookInterval)
		defer ticks.Stop()
		for {
			select {
			case now := <-ticks.C:
				health.look(now, library.Counts())
			case <-ctx.Done():
				return
			}
		}
	})
	return func() {
		cancel()
		running.Wait()
	}
}

func (e *KafkaExporter) notDelivered(outcome stskafka.Outcome, health *health) {
	if outcome.Kind == stskafka.Rejected {
		return // its export has told
	}
	e.logger.Warn("A record was not delivered", zap.Stringer("outcome", outcome.Kind), zap.String("code", outcome.Code.Name()),
		zap.String("reason", outcome.Text), zap.String("topic", outcome.Topic))
	if mayComeAgain(outcome, e.options["required_acks"]) {
		health.failed(errors.New(outcome.Text))
	}
}

// health is the component's status as the library's counters tell it.
type health struct {
	lock      sync.Mutex
	host      component.Host
	bad       bool
	delivered uint64
	since     time.Time // since when records wait without one being acknowledged; zero where none wait
}

func (h *health) failed(err error) {
	h.lock.Lock()
	defer h.lock.Unlock()
	h.report(err)
}

func (h *health) report(err error) {
	if err == nil && h.bad {
		componentstatus.ReportStatus(h.host, componentstatus.NewEvent(componentstatus.StatusOK))
	}
	if err != nil && !h.bad {
		componentstatus.ReportStatus(h.host, componentstatus.NewRecoverableErrorEvent(err))
	}
	h.bad = err != nil
}

func (h *health) look(now time.Time, counts stskafka.Counts) {
	h.lock.Lock()
	defer h.lock.Unlock()
	done := counts.Delivered + counts.Uncertain
	switch {
	case done > h.delivered:
		h.delivered, h.since = done, time.Time{}
		h.report(nil)
	case counts.Pending == 0:
		h.since = time.Time{}
	case h.since.IsZero():
		h.since = now
	case now.Sub(h.since) >= stalledAfter:
		h.report(fmt.Errorf("%d records wait, and none was acknowledged for %s", counts.Pending, stalledAfter))
	}
}
