// SPDX-License-Identifier: Apache-2.0

package stskafkaexporter

import (
	"context"
	"strings"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/client"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"libstskafka/stskafka"
)

func tracesWith(names ...string) ptrace.Traces {
	td := ptrace.NewTraces()
	spans := td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans()
	for i, name := range names {
		span := spans.AppendEmpty()
		span.SetName(name)
		span.SetTraceID([16]byte{byte(i + 1)})
		span.Events().AppendEmpty().SetName("event")
	}
	return td
}

func metricsWith(names ...string) pmetric.Metrics {
	md := pmetric.NewMetrics()
	metrics := md.ResourceMetrics().AppendEmpty().ScopeMetrics().AppendEmpty().Metrics()
	for i, name := range names {
		metric := metrics.AppendEmpty()
		metric.SetName(name)
		metric.SetEmptySum().DataPoints().AppendEmpty().SetIntValue(int64(i))
	}
	return md
}

// In its own memory, which is what spares the garbage: a pdata whose requests have other methods fails here.
func assertWritten(t *testing.T, want []byte, made *buffer, err error) {
	t.Helper()
	require.NoError(t, err)
	assert.Equal(t, want, made.bytes)
	if len(want) > 0 {
		require.NotEmpty(t, made.room)
		assert.Same(t, unsafe.SliceData(made.room), unsafe.SliceData(made.bytes))
	}
	made.release()
}

func TestRequestsAreWrittenAsPdataWritesThemIntoMemoryThatIsKept(t *testing.T) {
	m, err := newMarshaler()
	require.NoError(t, err)
	large := strings.Repeat("x", 2*mostRoomKept)
	for _, texts := range [][]string{nil, {"a"}, {"a", "bcd", large}, {"e", "f"}} {
		ld, td, md := logsWith(texts...), tracesWith(texts...), metricsWith(texts...)
		want, _ := (&plog.ProtoMarshaler{}).MarshalLogs(ld)
		made, err := m.marshalLogs(ld)
		assertWritten(t, want, made, err)
		want, _ = (&ptrace.ProtoMarshaler{}).MarshalTraces(td)
		made, err = m.marshalTraces(td)
		assertWritten(t, want, made, err)
		want, _ = (&pmetric.ProtoMarshaler{}).MarshalMetrics(md)
		made, err = m.marshalMetrics(md)
		assertWritten(t, want, made, err)
	}
}

func TestTheMemoryOfALargeRequestIsNotKept(t *testing.T) {
	for size, kept := range map[int]bool{mostRoomKept / 2: true, 2 * mostRoomKept: false} {
		made := &buffer{Context: context.Background()}
		made.write(sized(size))
		assert.Len(t, made.bytes, size)
		made.release()
		assert.Nil(t, made.bytes)
		assert.Equal(t, kept, made.room != nil, size)
	}
}

type sized int

func (s sized) SizeProto() int          { return int(s) }
func (s sized) MarshalProto([]byte) int { return int(s) }

func TestWherePdataShowsNoSuchMethodItsMarshalerDoes(t *testing.T) {
	made, err := marshal(func(into *buffer) error {
		return write(into, "", "no message", nil, nil, nil)
	}, func() ([]byte, error) { return []byte("its"), nil })
	require.NoError(t, err)
	assert.Equal(t, "its", string(made.bytes))
	made.release()
	_, err = marshal(func(*buffer) error { return errUnknownWay }, func() ([]byte, error) { return nil, assert.AnError })
	assert.ErrorIs(t, err, assert.AnError)
}

func TestWhatComesWithARequestIsReadWhereAnOptionMayWantIt(t *testing.T) {
	ctx := client.NewContext(t.Context(), client.Info{Metadata: client.NewMetadata(map[string][]string{"x-tenant": {"a"}})})
	for yaml, passed := range map[string]int{`{}`: 0, `{key: 'metadata("x-tenant")'}`: 1, `{include_metadata_keys: [x-tenant]}`: 1,
		`{header_from: {tenant: 'attributes["a"] | metadata("x-tenant")'}}`: 1, `{logs: {topic_from_metadata_key: x-tenant}}`: 1,
		`{traces: {topic_from_metadata_key: x-tenant}}`: 0} {
		made, err := NewKafkaExporter(*mustRead(t, CreateDefaultConfig(), yaml), settings())
		require.NoError(t, err, yaml)
		assert.Len(t, made.metadataOf(ctx), passed, yaml)
	}
	for _, option := range stskafka.OptionTable() { // and those that are to come
		if strings.HasPrefix(option.Text, "Request metadata ") {
			assert.True(t, usesMetadata(stskafka.Options{option.Name: ""}), option.Name)
		}
	}
}
