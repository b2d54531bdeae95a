// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/open-telemetry/opentelemetry-collector-contrib/exporter/kafkaexporter"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/collector/pdata/plog"
)

// Its configuration, as users write it.
func configured(factory exporter.Factory, text string) component.Config {
	var values map[string]any
	must(json.Unmarshal([]byte(text), &values))
	config := factory.CreateDefaultConfig()
	must(confmap.NewFromStringMap(values).Unmarshal(&config))
	if validator, ok := config.(interface{ Validate() error }); ok {
		must(validator.Validate())
	}
	return config
}

func versions() map[string]string {
	found := map[string]string{"Go": runtime.Version()}
	info, _ := debug.ReadBuildInfo()
	for _, module := range info.Deps {
		switch module.Path {
		case "github.com/open-telemetry/opentelemetry-collector-contrib/exporter/kafkaexporter":
			found["contrib kafkaexporter"] = module.Version
		case "github.com/twmb/franz-go":
			found["franz-go"] = module.Version
		}
	}
	return found
}

// Each goroutine takes the next request, decodes it as a receiver does, and waits until the exporter has delivered it.
func exportAll(logs exporter.Logs, all [][]byte, count int64, goroutines int) (records int64) {
	var next atomic.Int64
	var sum atomic.Int64
	var group sync.WaitGroup
	for range goroutines {
		group.Add(1)
		go func() {
			defer group.Done()
			unmarshaler := &plog.ProtoUnmarshaler{}
			for {
				number := next.Add(1) - 1
				if number >= count {
					return
				}
				request, err := unmarshaler.UnmarshalLogs(all[number%int64(len(all))])
				must(err)
				sum.Add(int64(request.LogRecordCount()))
				must(logs.ConsumeLogs(context.Background(), request))
			}
		}()
	}
	group.Wait()
	return sum.Load()
}

// The collector's kafkaexporter over requests of a file, and what that took: a line of JSON.
func export(arguments []string) {
	flags := flag.NewFlagSet("export", flag.ExitOnError)
	text := flags.String("config", "{}", "the exporter's configuration, as JSON")
	goroutines := flags.Int("goroutines", 16, "how many export at once")
	count := flags.Int64("requests", 0, "how many requests to send; the file's, again and again")
	must(flags.Parse(arguments))
	all := requests(flags.Arg(0))

	factory := kafkaexporter.NewFactory()
	logs, err := factory.CreateLogs(context.Background(), exportertest.NewNopSettings(factory.Type()), configured(factory, *text))
	must(err)
	must(logs.Start(context.Background(), componenttest.NewNopHost()))
	start, wall := cpu(), time.Now()
	records := exportAll(logs, all, *count, *goroutines)
	took, seconds := cpu()-start, time.Since(wall).Seconds()
	must(logs.Shutdown(context.Background()))
	line, err := json.Marshal(map[string]any{"records": records, "seconds": seconds, "cpu_seconds": took.Seconds(), "versions": versions()})
	must(err)
	fmt.Println(string(line))
}
