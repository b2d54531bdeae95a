// SPDX-License-Identifier: Apache-2.0

package stskafkaexporter

import (
	"context"
	"sync"
	"time"

	"go.uber.org/zap"

	"libstskafka/stskafka"
)

// How often is looked whether records are delivered.
const lookInterval = time.Second

// watch logs what is not delivered after it was taken, and follows the component's status. It returns what ends it.
func (e *KafkaExporter) watch(library *stskafka.Exporter) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	if e.options["outcomes"] == "failures" {
		running.Go(func() {
			for outcome, err := range library.Outcomes(ctx) {
				if err != nil {
					return
				}
				e.notDelivered(outcome)
			}
		})
	}
	running.Go(func() {
		ticks := time.NewTicker(lookInterval)
		defer ticks.Stop()
		for {
			select {
			case now := <-ticks.C:
				e.health.look(now, library.Counts())
			case <-ctx.Done():
				return
			}
		}
	})
	return func() {
		cancel()
		running.Wait()
	}
}

func (e *KafkaExporter) notDelivered(outcome stskafka.Outcome) {
	if outcome.Kind == stskafka.Rejected {
		return // its export has told
	}
	e.logger.Warn("A record was not delivered", zap.Stringer("outcome", outcome.Kind), zap.String("code", outcome.Code.Name()),
		zap.String("reason", outcome.Text), zap.String("topic", outcome.Topic))
	e.health.judge(outcome)
}
