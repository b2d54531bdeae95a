// SPDX-License-Identifier: Apache-2.0

package stskafkaexporter

import (
	"context"
	"errors"
	"sync"

	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/pmetric/pmetricotlp"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// A marshaler writes requests into memory that is used again. pdata's own marshalers make a new slice for each request, which C has read by
// the time that an export returns: much of a forwarding collector's garbage. What writes into a slice that is there is a
// method that pdata shows to gRPC alone (v1.71, internal/otelgrpc), so the marshaler is a gRPC client whose calls end at an interceptor.
// Where pdata has no such method any more, its marshalers do it.
type marshaler struct {
	logs    plogotlp.GRPCClient
	traces  ptraceotlp.GRPCClient
	metrics pmetricotlp.GRPCClient
}

// message is how pdata's requests are to gRPC.
type message interface {
	SizeProto() int
	MarshalProto(into []byte) int
}

// buffer is the context of a call, in which the interceptor finds where to write.
type buffer struct {
	context.Context
	room  []byte // that there is
	bytes []byte // the request
}

// What is larger is not kept, for most requests are smaller by far.
const mostRoomKept = 1 << 20

var buffers = sync.Pool{New: func() any { return &buffer{Context: context.Background()} }}

var (
	errWritten    = errors.New("the request is in the buffer") // spares the client the answer
	errUnknownWay = errors.New("pdata's requests have other methods")
)

func newMarshaler() (*marshaler, error) {
	connection, err := grpc.NewClient("passthrough:///nowhere", grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithUnaryInterceptor(write))
	if err != nil {
		return nil, err
	}
	// It has goroutines only until then, and the interceptor comes first.
	err = connection.Close()
	return &marshaler{plogotlp.NewGRPCClient(connection), ptraceotlp.NewGRPCClient(connection), pmetricotlp.NewGRPCClient(connection)}, err
}

func write(ctx context.Context, _ string, request, _ any, _ *grpc.ClientConn, _ grpc.UnaryInvoker, _ ...grpc.CallOption) error {
	into, ours := ctx.(*buffer)
	message, ok := request.(message)
	if !ours || !ok {
		return errUnknownWay
	}
	into.write(message)
	return errWritten
}

func (b *buffer) write(message message) {
	size := message.SizeProto()
	if b.room == nil || cap(b.room) < size {
		b.room = make([]byte, size+size/4) // the next ones are about as large
	}
	b.bytes = b.room[:size]
	message.MarshalProto(b.bytes)
}

// release gives the memory back. Nothing of the request is used from now on.
func (b *buffer) release() {
	b.bytes = nil
	if cap(b.room) > mostRoomKept {
		b.room = nil
	}
	buffers.Put(b)
}

// marshal has a call write into a buffer, which the caller releases; or `otherwise` make the bytes.
func marshal(call func(*buffer) error, otherwise func() ([]byte, error)) (*buffer, error) {
	made := buffers.Get().(*buffer)
	if errors.Is(call(made), errWritten) {
		return made, nil
	}
	var err error
	if made.bytes, err = otherwise(); err != nil {
		made.release()
		return nil, err
	}
	return made, nil
}

func (m *marshaler) marshalLogs(ld plog.Logs) (*buffer, error) {
	return marshal(func(into *buffer) error {
		_, err := m.logs.Export(into, plogotlp.NewExportRequestFromLogs(ld))
		return err
	}, func() ([]byte, error) { return (&plog.ProtoMarshaler{}).MarshalLogs(ld) })
}

func (m *marshaler) marshalTraces(td ptrace.Traces) (*buffer, error) {
	return marshal(func(into *buffer) error {
		_, err := m.traces.Export(into, ptraceotlp.NewExportRequestFromTraces(td))
		return err
	}, func() ([]byte, error) { return (&ptrace.ProtoMarshaler{}).MarshalTraces(td) })
}

func (m *marshaler) marshalMetrics(md pmetric.Metrics) (*buffer, error) {
	return marshal(func(into *buffer) error {
		_, err := m.metrics.Export(into, pmetricotlp.NewExportRequestFromMetrics(md))
		return err
	}, func() ([]byte, error) { return (&pmetric.ProtoMarshaler{}).MarshalMetrics(md) })
}
