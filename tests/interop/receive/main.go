// SPDX-License-Identifier: Apache-2.0

// The collector's kafkareceiver: reads logs from a topic until it has as many records as it was asked for, and prints each message's
// logs as protobuf in hex, a line each.
//
//	receive BROKERS TOPIC ENCODING RECORDS
package main

import (
	"context"
	"encoding/hex"
	"fmt"
	"log"
	"os"
	"strconv"
	"time"

	"github.com/open-telemetry/opentelemetry-collector-contrib/receiver/kafkareceiver"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/receiver/receivertest"
)

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	wanted, err := strconv.Atoi(os.Args[4])
	check(err)
	factory := kafkareceiver.NewFactory()
	config := factory.CreateDefaultConfig().(*kafkareceiver.Config)
	config.ClientConfig.Brokers = []string{os.Args[1]}
	config.ConsumerConfig.InitialOffset = "earliest"
	config.Logs.Topics = []string{os.Args[2]}
	config.Logs.Encoding = os.Args[3]
	messages := make(chan plog.Logs, 1000)
	next, err := consumer.NewLogs(func(_ context.Context, logs plog.Logs) error {
		copied := plog.NewLogs()
		logs.CopyTo(copied)
		messages <- copied
		return nil
	})
	check(err)
	receiver, err := factory.CreateLogs(context.Background(), receivertest.NewNopSettings(factory.Type()), config, next)
	check(err)
	check(receiver.Start(context.Background(), componenttest.NewNopHost()))
	deadline := time.After(time.Minute)
	for count := 0; count < wanted; {
		select {
		case logs := <-messages:
			count += logs.LogRecordCount()
			data, err := (&plog.ProtoMarshaler{}).MarshalLogs(logs)
			check(err)
			fmt.Println(hex.EncodeToString(data))
		case <-deadline:
			log.Fatalf("%d records of %d came", count, wanted)
		}
	}
	check(receiver.Shutdown(context.Background()))
}
