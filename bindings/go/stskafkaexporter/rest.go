// SPDX-License-Identifier: Apache-2.0

package stskafkaexporter

import (
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// data is a request, of which a part may have to come again. Records are counted as the library counts them: log records, spans, metrics, in
// the order of the request.
type data interface {
	// again is an error that has the records in it which `keep` wants.
	again(err error, keep func(index uint64) bool) error
}

// drop counts records, and tells of each whether it is left out.
func drop(keep func(uint64) bool) func() bool {
	index := uint64(0)
	return func() bool {
		index++
		return !keep(index - 1)
	}
}

type logs plog.Logs

func (l logs) again(err error, keep func(uint64) bool) error {
	rest, left := plog.NewLogs(), drop(keep)
	plog.Logs(l).CopyTo(rest)
	rest.ResourceLogs().RemoveIf(func(resource plog.ResourceLogs) bool {
		resource.ScopeLogs().RemoveIf(func(scope plog.ScopeLogs) bool {
			scope.LogRecords().RemoveIf(func(plog.LogRecord) bool { return left() })
			return scope.LogRecords().Len() == 0
		})
		return resource.ScopeLogs().Len() == 0
	})
	return consumererror.NewLogs(err, rest)
}

type traces ptrace.Traces

func (t traces) again(err error, keep func(uint64) bool) error {
	rest, left := ptrace.NewTraces(), drop(keep)
	ptrace.Traces(t).CopyTo(rest)
	rest.ResourceSpans().RemoveIf(func(resource ptrace.ResourceSpans) bool {
		resource.ScopeSpans().RemoveIf(func(scope ptrace.ScopeSpans) bool {
			scope.Spans().RemoveIf(func(ptrace.Span) bool { return left() })
			return scope.Spans().Len() == 0
		})
		return resource.ScopeSpans().Len() == 0
	})
	return consumererror.NewTraces(err, rest)
}

type metrics pmetric.Metrics

func (m metrics) again(err error, keep func(uint64) bool) error {
	rest, left := pmetric.NewMetrics(), drop(keep)
	pmetric.Metrics(m).CopyTo(rest)
	rest.ResourceMetrics().RemoveIf(func(resource pmetric.ResourceMetrics) bool {
		resource.ScopeMetrics().RemoveIf(func(scope pmetric.ScopeMetrics) bool {
			scope.Metrics().RemoveIf(func(pmetric.Metric) bool { return left() })
			return scope.Metrics().Len() == 0
		})
		return resource.ScopeMetrics().Len() == 0
	})
	return consumererror.NewMetrics(err, rest)
}
