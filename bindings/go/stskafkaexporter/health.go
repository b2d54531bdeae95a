// SPDX-License-Identifier: Apache-2.0

package stskafkaexporter

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"

	"libstskafka/stskafka"
)

// After how long without an acknowledgement the component is no longer well, while records wait.
const stalledAfter = 10 * time.Second

// health is the component's status. The collector tells three kinds of errors apart, and so does this:
//
//   - recoverable: records wait and none is acknowledged, or one was given up; well again with the next that is. Wrong credentials and a
//     missing topic are among it: the cluster's side may be mended, and the collector lets nobody come back from a permanent error
//     (service/internal/status, v0.165).
//   - permanent: the library cannot do its work in this process, whatever Kafka does. The other pipelines go on.
//   - fatal: the exporter can only be closed. The collector shuts down, for whoever supervises it to start it anew.
type health struct {
	lock      sync.Mutex
	host      component.Host
	acks      string
	status    componentstatus.Status // the last one that was reported
	ended     bool
	delivered uint64
	since     time.Time // since when records wait without one being acknowledged; zero where none wait
}

func newHealth(host component.Host, acks string) *health {
	return &health{host: host, acks: acks, status: componentstatus.StatusOK}
}

// statusOf is what a fault of the library, which is not the request's own, makes of the component.
func statusOf(err error) componentstatus.Status {
	if stskafka.IsFatal(err) {
		return componentstatus.StatusFatalError
	}
	for _, code := range []stskafka.Code{stskafka.ErrInternal, stskafka.ErrCallback, stskafka.ErrSystem, stskafka.ErrUnsupported} {
		if errors.Is(err, code) {
			return componentstatus.StatusPermanentError
		}
	}
	return componentstatus.StatusRecoverableError
}

func (h *health) failed(err error) {
	h.lock.Lock()
	defer h.lock.Unlock()
	h.report(statusOf(err), err)
}

// end is called as the shutdown begins, from which on the status is the collector's: it would log a report as an invalid transition, and
// nobody would hear of a fatal error, for which the report would wait.
func (h *health) end() {
	h.lock.Lock()
	defer h.lock.Unlock()
	h.ended = true
}

func (h *health) report(status componentstatus.Status, err error) {
	switch {
	case h.ended, status == h.status:
		return
	case h.status == componentstatus.StatusPermanentError, h.status == componentstatus.StatusFatalError:
		return // there is no way back
	}
	h.status = status
	componentstatus.ReportStatus(h.host, componentstatus.NewEvent(status, componentstatus.WithError(err)))
}

func (h *health) look(now time.Time, counts stskafka.Counts) {
	h.lock.Lock()
	defer h.lock.Unlock()
	done := counts.Delivered
	if h.acks == AcksNone { // none ever is, for certain
		done += counts.Uncertain
	}
	switch {
	case done > h.delivered:
		h.delivered, h.since = done, time.Time{}
		h.report(componentstatus.StatusOK, nil)
	case counts.Pending == 0:
		h.since = time.Time{}
	case h.since.IsZero():
		h.since = now
	case now.Sub(h.since) >= stalledAfter:
		h.report(componentstatus.StatusRecoverableError,
			fmt.Errorf("%d records wait, and none was acknowledged for %s", counts.Pending, stalledAfter))
	}
}

// judge makes of a record that was not delivered what it says of the component: nothing where it is the record's own fault.
func (h *health) judge(outcome stskafka.Outcome) {
	if outcome.Code == stskafka.ErrNotAuthorized || mayComeAgain(outcome, h.acks) {
		h.failed(fmt.Errorf("%w: %s", outcome.Code, outcome.Text))
	}
}
