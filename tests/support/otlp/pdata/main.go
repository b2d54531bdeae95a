// Writes the second half of examples/data/otlp-logs.bin to standard output; see ../make_demo.py.
//
// The requests are those of a watcher beside the Kubernetes API, encoded by the OpenTelemetry Collector's own pdata,
// which writes the fields of a message in descending order: records before their scope, scopes before their resource.
package main

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"log"
	"os"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
)

const keyAttribute = "stskafka.key"

// The Python half ends before this minute.
var start = time.Date(2026, time.January, 1, 0, 1, 0, 0, time.UTC)

// event fills one record; a scope's events are in the order of their times.
type event func(plog.LogRecord)

type scope struct {
	pod    string // which replica of the watcher reports: a resource attribute that keys must not hang on
	name   string
	events []event
}

func urn(name string) string { return "urn:kubernetes:/prod-eu:shop:" + name }

func setBody(r plog.LogRecord, name string, seq int, state string) {
	r.Body().SetEmptyBytes().FromRaw(fmt.Appendf(nil, `{"id":%q,"seq":%d,"state":%q}`, urn(name), seq, state))
}

// state is a component's state; within one key seq counts on from what Python reported.
func state(name string, seq int, text string) event {
	return func(r plog.LogRecord) {
		setBody(r, name, seq, text)
		r.Attributes().PutEmptyBytes(keyAttribute).FromRaw([]byte(urn(name)))
	}
}

func withTextKey(name string, seq int, text string) event {
	return func(r plog.LogRecord) {
		setBody(r, name, seq, text)
		r.Attributes().PutStr(keyAttribute, urn(name))
	}
}

// removed is a tombstone: a body of zero bytes.
func removed(name string) event {
	return func(r plog.LogRecord) {
		r.Body().SetEmptyBytes()
		r.Attributes().PutEmptyBytes(keyAttribute).FromRaw([]byte(urn(name)))
	}
}

func withTextBody(name, text string) event {
	return func(r plog.LogRecord) {
		r.Body().SetStr(text)
		r.Attributes().PutEmptyBytes(keyAttribute).FromRaw([]byte(urn(name)))
	}
}

func toTopic(topic string, e event) event {
	return func(r plog.LogRecord) {
		e(r)
		r.Attributes().PutStr("stskafka.topic", topic)
	}
}

var requests = [][]scope{
	{{"watcher-0", "topology.watch", []event{
		state("node/worker-1", 1, "Ready"),
		state("node/worker-2", 1, "Ready"),
		state("pod/checkout-2", 7, "Ready"),
		withTextKey("service/checkout", 4, "1 endpoint"),
		state("pod/cart-1", 1, "Running"),
	}}},
	{{"watcher-0", "topology.watch", []event{
		state("node/worker-2", 2, "MemoryPressure"),
		withTextBody("node/worker-2", "kubelet: evicting pods"),
		state("pod/cart-1", 2, "Terminating"),
		removed("pod/cart-1"),
		state("node/worker-2", 3, "Ready"),
	}}},
	{
		{"watcher-0", "topology.watch", []event{
			state("deployment/checkout", 5, "Progressing"),
			toTopic("bad topic", state("deployment/checkout", 6, "Available")),
			state("deployment/checkout", 7, "Available"),
		}},
		{"watcher-1", "topology.watch", []event{
			state("pod/cart-2", 1, "Pending"),
			state("pod/cart-2", 2, "Running"),
		}},
	},
	{
		{"watcher-1", "topology.watch", []event{
			state("node/worker-1", 2, "Ready"),
			withTextKey("service/cart", 1, "1 endpoint"),
		}},
		{"watcher-1", "topology.summary", []event{
			state("cluster/prod-eu", 1, "2 nodes, 2 pods"),
			withTextKey("service/checkout", 5, "1 endpoint"),
			state("pod/checkout-2", 8, "Running"),
		}},
	},
}

func fill(out plog.ResourceLogs, from scope, at time.Time) time.Time {
	resource := out.Resource().Attributes()
	resource.PutStr("service.name", "topology-watcher")
	resource.PutStr("service.version", "0.9.2")
	resource.PutStr("k8s.cluster.name", "prod-eu")
	resource.PutStr("k8s.pod.name", from.pod)
	out.SetSchemaUrl("https://opentelemetry.io/schemas/1.27.0")
	logs := out.ScopeLogs().AppendEmpty()
	logs.Scope().SetName(from.name)
	logs.Scope().SetVersion("0.9.2")
	for _, event := range from.events {
		at = at.Add(time.Second)
		record := logs.LogRecords().AppendEmpty()
		record.SetTimestamp(pcommon.NewTimestampFromTime(at))
		record.SetObservedTimestamp(pcommon.NewTimestampFromTime(at.Add(time.Millisecond)))
		record.SetSeverityNumber(plog.SeverityNumberInfo)
		event(record)
	}
	return at
}

func main() {
	out := bufio.NewWriter(os.Stdout)
	at := start
	for _, scopes := range requests {
		logs := plog.NewLogs()
		for _, from := range scopes {
			at = fill(logs.ResourceLogs().AppendEmpty(), from, at)
		}
		request, err := (&plog.ProtoMarshaler{}).MarshalLogs(logs)
		if err != nil {
			log.Fatal(err)
		}
		out.Write(binary.LittleEndian.AppendUint32(nil, uint32(len(request))))
		out.Write(request)
	}
	if err := out.Flush(); err != nil {
		log.Fatal(err)
	}
}
