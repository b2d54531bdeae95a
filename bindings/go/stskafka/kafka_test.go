// SPDX-License-Identifier: Apache-2.0

//go:build kafka

package stskafka_test

import (
	"fmt"
	"os"
	"testing"

	"libstskafka/stskafka"
)

// Records on a real Kafka (KAFKA, TOPIC), which tests/go/stskafka.py reads back.
func TestKafka(t *testing.T) {
	exporter, err := stskafka.New(stskafka.Options{"brokers": os.Getenv("KAFKA"), "topic": os.Getenv("TOPIC"), "encoding": "raw_text", "outcomes": "all"})
	if err != nil {
		t.Fatal(err)
	}
	const total, each = 500, 50
	for begin := 0; begin < total; begin += each {
		var records []string
		for number := begin; number < begin+each; number++ {
			records = append(records, record(fmt.Sprint("user-", number%20), fmt.Sprint(number)))
		}
		if _, err := export(t, exporter, request(records...), stskafka.WithExportToken(uint64(begin))); err != nil {
			t.Fatal(err)
		}
	}
	if err := exporter.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	closeIt(t, exporter)
	seen := map[uint64]bool{}
	for outcome, err := range exporter.Outcomes(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		number := outcome.Token + outcome.Index
		partition, err := stskafka.Partition("java", []byte(fmt.Sprint("user-", number%20)), 3)
		if err != nil || outcome.Kind != stskafka.Delivered || outcome.Partition != partition || outcome.Offset < 0 || outcome.Topic != os.Getenv("TOPIC") || seen[number] {
			t.Fatalf("%+v, %v", outcome, err)
		}
		seen[number] = true
	}
	if len(seen) != total || exporter.Counts().Delivered != total {
		t.Errorf("%d outcomes, %+v", len(seen), exporter.Counts())
	}
}
