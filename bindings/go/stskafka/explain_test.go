// SPDX-License-Identifier: Apache-2.0

package stskafka_test

import (
	"errors"
	"testing"

	"libstskafka/stskafka"
)

func explainer(t *testing.T, options stskafka.Options) *stskafka.Exporter {
	t.Helper()
	options["transport"] = "none"
	exporter, err := stskafka.New(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeIt(t, exporter) })
	return exporter
}

func TestExplain(t *testing.T) {
	exporter := explainer(t, stskafka.Options{"key": `attributes["stskafka.key"] | metadata("m")`, "encoding": "raw_text", "topic": "there",
		"header_from.host": `resource.attributes["host.name"]`})
	found, err := exporter.Explain(stskafka.Logs, stskafka.OTLPJSON, request(record("a", "text"), record("", "x")), 12)
	if err != nil || len(found) != 2 {
		t.Fatal(found, err)
	}
	first := found[0]
	partition, err := stskafka.Partition("java", []byte("a"), 12)
	if err != nil {
		t.Fatal(err)
	}
	if first.Code != 0 || first.Topic != "there" || string(first.Key) != "a" || string(first.Value) != "text" || first.Partition != partition ||
		len(first.Records) != 1 || first.Size == 0 || first.Tombstone {
		t.Errorf("%+v", first)
	}
	if len(first.Headers) != 1 || first.Headers[0].Name != "host" || string(first.Headers[0].Value) != "one" {
		t.Errorf("%+v", first.Headers)
	}
	if first.KeyFrom != `attributes["stskafka.key"]` || len(first.KeyParts) != 1 || string(first.KeyParts[0].Value) != "a" {
		t.Errorf("%+v", first)
	}
	second := found[1]
	if second.Code != stskafka.ErrKeyMissing || second.Text == "" || second.Key != nil || second.Partition != -1 || second.Index != 1 {
		t.Errorf("%+v", second)
	}
	found, err = exporter.Explain(stskafka.Logs, stskafka.OTLPJSON, request(record("", "x")), 12, stskafka.WithMetadata("m", "meta"))
	if err != nil || string(found[0].Key) != "meta" {
		t.Error(found, err)
	}
	if _, err := exporter.Explain(stskafka.Logs, stskafka.OTLPJSON, []byte("{"), 0); !errors.Is(err, stskafka.ErrJSON) {
		t.Error(err)
	}
}

func TestPartition(t *testing.T) {
	if len(stskafka.PartitionProfiles()) != 3 {
		t.Error(stskafka.PartitionProfiles())
	}
	// murmur2("21") is 0x9B9A7B6C... in Kafka's own tests: Utils.murmur2("21") == -973932308.
	partition, err := stskafka.Partition("java", []byte("21"), 1000)
	if err != nil || partition != (-973932308&0x7fffffff)%1000 {
		t.Error(partition, err)
	}
	for _, key := range [][]byte{nil, {}} {
		partition, err := stskafka.Partition("java", key, 10)
		if err != nil || (partition == -1) != (key == nil) {
			t.Error(key, partition, err)
		}
	}
	if _, err := stskafka.Partition("perl", nil, 10); !errors.Is(err, stskafka.ErrInvalidArgument) {
		t.Error(err)
	}
}
