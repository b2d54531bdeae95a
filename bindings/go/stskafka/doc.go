// SPDX-License-Identifier: Apache-2.0

// Package stskafka writes OpenTelemetry records to Kafka under a message key that is chosen explicitly: libstskafka, through cgo.
//
// An [Exporter] is made from [Options], which are names and texts; OPTIONS.md of the library lists them, as does [OptionTable].
//
//	exporter, err := stskafka.New(stskafka.Options{
//		"brokers": "localhost:9092",
//		"topic":   "logs",
//		"key":     `resource.attributes["host.name"]`,
//	})
//	...
//	result, err := exporter.Export(ctx, stskafka.Logs, stskafka.OTLPProto, request)
//	...
//	err = exporter.Close(ctx)
//
// # What became of each record
//
// Every accepted record has exactly one outcome. There are three ways to hear of it:
//
//   - only counters ([Exporter.Counts]), which is the default;
//   - one by one, with the option outcomes=all, outcomes=failures or outcomes=tokens, from [Exporter.Outcomes];
//   - with sending_queue.wait_for_result=true, Export returns when all of its records have their outcome, and its [Result] names
//     those that were rejected or not delivered.
//
// # Errors
//
// A failed call gives an [*Error], which unwraps to its [Code]:
//
//	if errors.Is(err, stskafka.ErrQueueFull) { ... }   // result.Taken() says how far it came
//	var fault *stskafka.Error
//	if errors.As(err, &fault) && fault.Retriable { ... }
//
// # Building
//
// The package is built with cgo, and finds the library by pkg-config: the module stskafka, or with the build tag stskafka_static the
// module stskafka-static. Where the library was built with a librdkafka inside, that needs no other library of Kafka's.
//
// # Threads and memory
//
// All methods may be called from any goroutine at any time. C keeps no pointer to Go's memory: requests are read while the call runs,
// what is queued is the library's own copy, and callbacks are found by handles. Callbacks must return soon, and must not call their own
// exporter.
package stskafka
