// SPDX-License-Identifier: Apache-2.0

package stskafka_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"libstskafka/stskafka"
)

// Two log records as OTLP/HTTP carries them in JSON, the second without a user.
var body = []byte(`{"resourceLogs":[{"scopeLogs":[{"logRecords":[
	{"attributes":[{"key":"user","value":{"stringValue":"alice"}}],"body":{"stringValue":"logged in"}},
	{"body":{"stringValue":"who was that?"}}]}]}]}`)

// The main job, here into memory: with the option brokers in place of transport it is Kafka.
func Example() {
	exporter, err := stskafka.New(stskafka.Options{
		"transport": "memory",
		"topic":     "logs",
		"key":       `attributes["user"] | "nobody"`,
		"encoding":  "json_record",
	})
	if err != nil {
		log.Fatal(err) // every fault of the configuration, or: no broker, no topic, ...
	}
	ctx := context.Background()
	result, err := exporter.Export(ctx, stskafka.Logs, stskafka.OTLPJSON, body)
	if err != nil {
		log.Fatal(err)
	}
	if err := exporter.Close(ctx); err != nil {
		log.Fatal(err)
	}
	fmt.Println(result.Accepted, "accepted,", exporter.Counts().Delivered, "delivered")
	// Output: 2 accepted, 2 delivered
}

// What would be sent, without a broker.
func ExampleExporter_Explain() {
	exporter, err := stskafka.New(stskafka.Options{"transport": "none", "topic": "logs", "key": `attributes["user"]`, "encoding": "raw_text"})
	if err != nil {
		log.Fatal(err)
	}
	defer exporter.Close(context.Background())
	records, err := exporter.Explain(stskafka.Logs, stskafka.OTLPJSON, body, 12)
	if err != nil {
		log.Fatal(err)
	}
	for _, record := range records {
		if record.Code != 0 {
			fmt.Println("rejected:", record.Code)
			continue
		}
		fmt.Printf("%s %s, partition %d: %s\n", record.Topic, record.Key, record.Partition, record.Value)
	}
	// Output:
	// logs alice, partition 9: logged in
	// rejected: the key has no value
}

// An export that waits for its result names what was rejected or not delivered.
func ExampleExporter_Export_result() {
	exporter, err := stskafka.New(stskafka.Options{
		"transport": "memory", "key": `attributes["user"]`, "encoding": "raw_text", "sending_queue.wait_for_result": "true",
	})
	if err != nil {
		log.Fatal(err)
	}
	defer exporter.Close(context.Background())
	result, err := exporter.Export(context.Background(), stskafka.Logs, stskafka.OTLPJSON, body)
	if errors.Is(err, stskafka.ErrRejected) {
		for _, failure := range result.Failures {
			fmt.Println("record", failure.Index, failure.Kind, "-", failure.Code)
		}
	}
	fmt.Println(result.Delivered, "delivered")
	// Output:
	// record 1 rejected - the key has no value
	// 1 delivered
}

// Outcomes one by one.
func ExampleExporter_Outcomes() {
	exporter, err := stskafka.New(stskafka.Options{
		"transport": "memory", "key": `attributes["user"] | "nobody"`, "encoding": "raw_text", "outcomes": "all",
	})
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	if _, err := exporter.Export(ctx, stskafka.Logs, stskafka.OTLPJSON, body, stskafka.WithExportToken(42)); err != nil {
		log.Fatal(err)
	}
	if err := exporter.Close(ctx); err != nil {
		log.Fatal(err)
	}
	for outcome, err := range exporter.Outcomes(ctx) { // ends, as the exporter is closed
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(outcome.Token, outcome.Index, outcome.Kind)
	}
	// Output:
	// 42 0 delivered
	// 42 1 delivered
}

// Where a key goes, without a broker.
func ExamplePartition() {
	for _, profile := range stskafka.PartitionProfiles() {
		partition, err := stskafka.Partition(profile, []byte("my key"), 12)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(profile, partition)
	}
	// Output:
	// java 1
	// sarama 4
	// librdkafka 4
}
