// SPDX-License-Identifier: Apache-2.0

package stskafka_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"libstskafka/stskafka"
)

// A log record as JSON: a key, or "" for none, and a body of text in base64.
func record(key, body string) string {
	attributes := ""
	if key != "" {
		attributes = fmt.Sprintf(`"attributes":[{"key":"stskafka.key","value":{"stringValue":%q}}],`, key)
	}
	return fmt.Sprintf(`{%s"body":{"stringValue":%q}}`, attributes, body)
}

func request(records ...string) []byte {
	return []byte(`{"resourceLogs":[{"resource":{"attributes":[{"key":"host.name","value":{"stringValue":"one"}}]},
		"scopeLogs":[{"logRecords":[` + strings.Join(records, ",") + `]}]}]}`)
}

// An exporter into memory, by a script; encoding raw_text, so that bodies may be text.
func memory(t *testing.T, script string, options stskafka.Options, settings ...stskafka.Setting) (*stskafka.Exporter, *stskafka.MemoryTransport) {
	t.Helper()
	transport := stskafka.NewMemoryTransport(script, 1000, 3)
	all := stskafka.Options{"encoding": "raw_text", "topic": "memory"}
	for name, value := range options {
		all[name] = value
	}
	exporter, err := stskafka.New(all, append(settings, stskafka.WithMemoryTransport(transport))...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ended, end := context.WithCancel(context.Background()) // some scripts hold messages for ever
		end()
		_ = exporter.Close(ended)
	})
	return exporter, transport
}

func export(t *testing.T, exporter *stskafka.Exporter, request []byte, options ...stskafka.ExportOption) (stskafka.Result, error) {
	t.Helper()
	return exporter.Export(t.Context(), stskafka.Logs, stskafka.OTLPJSON, request, options...)
}

func closeIt(t *testing.T, exporter *stskafka.Exporter) {
	t.Helper()
	if err := exporter.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestRecordsAreSentUnderTheirKeys(t *testing.T) {
	exporter, transport := memory(t, "", nil)
	result, err := export(t, exporter, request(record("a", "1"), record("b", "2"), record("a", "3")))
	if err != nil || result.Accepted != 3 || result.Taken() != 3 {
		t.Fatal(result, err)
	}
	closeIt(t, exporter)
	var sent []string
	for _, message := range transport.Messages() {
		sent = append(sent, message.Topic+" "+string(message.Key)+" "+string(message.Value))
	}
	if want := []string{"memory a 1", "memory b 2", "memory a 3"}; !slices.Equal(sent, want) {
		t.Errorf("sent %q", sent)
	}
	if counts := exporter.Counts(); counts.Delivered != 3 || counts.Pending != 0 {
		t.Errorf("%+v", counts)
	}
}

func TestProtobufAndNoBytesAtAll(t *testing.T) {
	exporter, _ := memory(t, "", nil)
	for _, bytes := range [][]byte{nil, {}} {
		if result, err := exporter.Export(t.Context(), stskafka.Logs, stskafka.OTLPProto, bytes); err != nil || result.Records != 0 {
			t.Error(result, err)
		}
	}
	_, err := exporter.Export(t.Context(), stskafka.Logs, stskafka.OTLPProto, []byte{0x0a, 0x7f})
	var fault *stskafka.Error
	if !errors.As(err, &fault) || fault.Code != stskafka.ErrMalformed || fault.Offset < 0 || fault.Retriable || fault.Fatal {
		t.Errorf("%#v", err)
	}
}

func TestARejectedRecordIsRejectedAlone(t *testing.T) {
	exporter, transport := memory(t, "", nil)
	result, err := export(t, exporter, request(record("a", "1"), record("", "2"), record("c", "3")))
	if !errors.Is(err, stskafka.ErrRejected) || result.Accepted != 2 || result.Rejected != 1 || result.Records != 3 {
		t.Fatal(result, err)
	}
	if exporter.Rejected(stskafka.ErrKeyMissing) != 1 || exporter.Counts().MissingKeys != 1 {
		t.Error("not counted by its reason")
	}
	closeIt(t, exporter)
	if len(transport.Messages()) != 2 {
		t.Error(transport.Messages())
	}
}

func TestWaitingExportsNameTheirFailures(t *testing.T) {
	exporter, _ := memory(t, "deliver,fail,deliver,uncertain", stskafka.Options{"sending_queue.wait_for_result": "true"})
	result, err := export(t, exporter, request(record("a", "0"), record("", "1"), record("b", "2"), record("c", "3"), record("d", "4")),
		stskafka.WithExportToken(7))
	if !errors.Is(err, stskafka.ErrNotDelivered) || result.Delivered != 2 || result.Failed != 1 || result.Uncertain != 1 || result.Rejected != 1 {
		t.Fatal(result, err)
	}
	told := map[uint64]stskafka.OutcomeKind{}
	for _, failure := range result.Failures {
		if failure.Token != 7 || failure.Code == 0 || failure.Text == "" {
			t.Errorf("%+v", failure)
		}
		told[failure.Index] = failure.Kind
	}
	want := map[uint64]stskafka.OutcomeKind{1: stskafka.Rejected, 2: stskafka.Failed, 4: stskafka.Uncertain}
	if fmt.Sprint(told) != fmt.Sprint(want) {
		t.Errorf("told %v, want %v", told, want)
	}
}

func TestEachOfManyWaitingExportsGetsItsOwn(t *testing.T) {
	exporter, _ := memory(t, "", stskafka.Options{"sending_queue.wait_for_result": "true"})
	var group sync.WaitGroup
	for worker := range 8 {
		group.Add(1)
		go func() {
			defer group.Done()
			for round := range 50 {
				bad := (worker + round) % 4
				records := []string{record("a", "0"), record("a", "1"), record("a", "2"), record("a", "3")}
				records[bad] = record("", "bad")
				result, err := export(t, exporter, request(records...), stskafka.WithExportToken(uint64(worker)))
				if !errors.Is(err, stskafka.ErrRejected) || len(result.Failures) != 1 || result.Failures[0].Index != uint64(bad) ||
					result.Failures[0].Token != uint64(worker) || result.Delivered != 3 {
					t.Errorf("worker %d, round %d: %+v, %v", worker, round, result, err)
				}
			}
		}()
	}
	group.Wait()
}

func TestAWaitEndsWithItsContext(t *testing.T) {
	exporter, _ := memory(t, "hold", stskafka.Options{"sending_queue.wait_for_result": "true"})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := exporter.Export(ctx, stskafka.Logs, stskafka.OTLPJSON, request(record("a", "1")))
		done <- err
	}()
	for exporter.Counts().Pending == 0 {
		time.Sleep(time.Millisecond)
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if _, err := exporter.Export(ctx, stskafka.Logs, stskafka.OTLPJSON, request(record("a", "1"))); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if err := exporter.Close(ended); !errors.Is(err, stskafka.ErrTimedOut) {
		t.Error(err)
	}
	if counts := exporter.Counts(); counts.Accepted != 1 || counts.Purged+counts.Uncertain+counts.Failed != 1 {
		t.Errorf("%+v", counts)
	}
}

func TestAFullQueueTellsHowFarItCame(t *testing.T) {
	exporter, transport := memory(t, "hold*2", stskafka.Options{"sending_queue.queue_size": "2", "sending_queue.block_on_overflow": "false"})
	all := request(record("a", "0"), record("a", "1"), record("a", "2"))
	result, err := export(t, exporter, all)
	if !errors.Is(err, stskafka.ErrQueueFull) || !stskafka.IsRetriable(err) || result.Taken() != 2 {
		t.Fatal(result, err)
	}
	if result, err := export(t, exporter, all, stskafka.FromRecord(result.Taken())); !errors.Is(err, stskafka.ErrQueueFull) || result.Taken() != 0 {
		t.Error(result, err)
	}
	if len(transport.Messages()) != 2 {
		t.Error(transport.Messages())
	}
}

func TestOutcomesAreRangedOver(t *testing.T) {
	exporter, _ := memory(t, "deliver,fail", stskafka.Options{"outcomes": "all"})
	for token := range uint64(3) {
		if _, err := export(t, exporter, request(record("a", "x")), stskafka.WithExportToken(token+1)); err != nil {
			t.Fatal(err)
		}
	}
	var seen []string
	for outcome, err := range exporter.Outcomes(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		seen = append(seen, fmt.Sprint(outcome.Token, outcome.Kind))
		if len(seen) == 1 {
			break // the others stay
		}
	}
	closeIt(t, exporter)
	for outcome, err := range exporter.Outcomes(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		seen = append(seen, fmt.Sprint(outcome.Token, outcome.Kind))
	}
	if want := []string{"1 delivered", "2 failed", "3 delivered"}; !slices.Equal(seen, want) {
		t.Errorf("seen %q", seen)
	}
}

func TestOutcomesThatAreNotKept(t *testing.T) {
	for _, options := range []stskafka.Options{nil, {"sending_queue.wait_for_result": "true"}} {
		exporter, _ := memory(t, "", options)
		pairs := 0
		for _, err := range exporter.Outcomes(t.Context()) {
			pairs++
			if !errors.Is(err, stskafka.ErrUnsupported) {
				t.Error(err)
			}
		}
		if pairs != 1 {
			t.Errorf("%d pairs", pairs)
		}
	}
}

func TestACloseEndsExportsAndOutcomes(t *testing.T) {
	exporter, _ := memory(t, "", stskafka.Options{"outcomes": "failures"})
	var group sync.WaitGroup
	for range 4 {
		group.Add(1)
		go func() {
			defer group.Done()
			for {
				if _, err := export(t, exporter, request(record("a", "1"))); err != nil {
					if !errors.Is(err, stskafka.ErrClosed) || !stskafka.IsFatal(err) {
						t.Error(err)
					}
					return
				}
			}
		}()
	}
	group.Add(1)
	go func() {
		defer group.Done()
		for outcome, err := range exporter.Outcomes(t.Context()) {
			t.Error(outcome, err)
		}
	}()
	for exporter.Counts().Delivered < 100 {
		time.Sleep(time.Millisecond)
	}
	closeIt(t, exporter)
	group.Wait()
	counts := exporter.Counts()
	if counts.Accepted != counts.Delivered {
		t.Errorf("%+v", counts)
	}
	if err := exporter.Close(t.Context()); !errors.Is(err, stskafka.ErrClosed) {
		t.Error(err)
	}
	if err := exporter.Flush(t.Context()); !errors.Is(err, stskafka.ErrClosed) {
		t.Error(err)
	}
}

func TestAFlushEndsWithItsContext(t *testing.T) {
	exporter, _ := memory(t, "hold", nil)
	if _, err := export(t, exporter, request(record("a", "1"))); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(time.Millisecond, cancel)
	if err := exporter.Flush(ctx); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestMetadataTravelsBesideTheRecords(t *testing.T) {
	exporter, transport := memory(t, "", stskafka.Options{"key": `metadata("X-Tenant")`, "include_metadata_keys": "x-tenant"})
	_, err := export(t, exporter, request(record("", "1")), stskafka.WithMetadata("x-tenant", "blue"), stskafka.WithMetadata("x-tenant", ""))
	if err != nil {
		t.Fatal(err)
	}
	closeIt(t, exporter)
	message := transport.Messages()[0]
	if string(message.Key) != "blue" || len(message.Headers) != 2 || string(message.Headers[0].Value) != "blue" || len(message.Headers[1].Value) != 0 {
		t.Errorf("%+v", message)
	}
	if _, err := export(t, exporter, request(), stskafka.WithMetadata("a\x00b", "")); err == nil {
		t.Error("a name with a NUL was taken")
	}
}

func TestAllFaultsOfOptionsAreTold(t *testing.T) {
	options := stskafka.Options{"brokerz": "x", "linger": "soon", "kafka.enable.idempotence": "false"}
	for _, make := range []func() error{options.Check, func() error { _, err := stskafka.New(options); return err }} {
		err := make()
		if !errors.Is(err, stskafka.ErrConfig) {
			t.Fatal(err)
		}
		for _, word := range []string{"brokers", "linger", "enable.idempotence"} {
			if !strings.Contains(err.Error(), word) {
				t.Errorf("nothing of %s in %q", word, err)
			}
		}
	}
	if err := (stskafka.Options{"topic": "a\x00b"}).Check(); !errors.Is(err, stskafka.ErrInvalidArgument) {
		t.Error(err)
	}
	if err := stskafka.Options(nil).Check(); err != nil {
		t.Error(err)
	}
}

func TestLogLinesAndDeadLettersComeByCallback(t *testing.T) {
	var lock sync.Mutex
	var lines []string
	var letters []stskafka.DeadLetter
	exporter, _ := memory(t, "", stskafka.Options{"key": `attributes["key"]`},
		stskafka.WithLog(func(level stskafka.LogLevel, text string) {
			lock.Lock()
			defer lock.Unlock()
			lines = append(lines, text)
		}),
		stskafka.WithDeadLetters(func(letter stskafka.DeadLetter) {
			lock.Lock()
			defer lock.Unlock()
			letters = append(letters, letter)
		}))
	if _, err := export(t, exporter, request(record("a", "1")), stskafka.WithExportToken(5)); !errors.Is(err, stskafka.ErrRejected) {
		t.Fatal(err)
	}
	closeIt(t, exporter)
	lock.Lock()
	defer lock.Unlock()
	if len(letters) != 1 || letters[0].Code != stskafka.ErrKeyMissing || letters[0].Token != 5 || letters[0].Signal != stskafka.Logs ||
		letters[0].Kind != stskafka.Rejected || len(letters[0].Value) == 0 {
		t.Errorf("%+v", letters)
	}
	t.Log(lines)
}

func TestAPasswordThatCannotBeHad(t *testing.T) {
	asked := ""
	_, err := stskafka.New(stskafka.Options{"brokers": "localhost:1", "auth.sasl.mechanism": "PLAIN", "auth.sasl.username": "u", "topic_check": "off"},
		stskafka.WithPassword(func(option string) (string, error) {
			asked = option
			return "", errors.New("the vault is closed")
		}))
	if !errors.Is(err, stskafka.ErrNotAuthenticated) || !strings.Contains(err.Error(), "the vault is closed") || asked != "auth.sasl.password" {
		t.Error(asked, err)
	}
}

func TestAnOAuthTokenThatCannotBeHad(t *testing.T) {
	for _, token := range []func() (stskafka.OAuthToken, error){
		func() (stskafka.OAuthToken, error) { return stskafka.OAuthToken{}, errors.New("no token today") },
		func() (stskafka.OAuthToken, error) { return stskafka.OAuthToken{Value: "t", Principal: "p"}, nil }, // expired in the year 1
	} {
		_, err := stskafka.New(stskafka.Options{"brokers": "localhost:1", "auth.sasl.mechanism": "OAUTHBEARER", "topic_check": "fail"},
			stskafka.WithOAuthToken(token))
		if !errors.Is(err, stskafka.ErrNotAuthenticated) {
			t.Error(err)
		}
	}
}

func TestStatistics(t *testing.T) {
	exporter, _ := memory(t, "deliver*2,hold", nil)
	if _, err := export(t, exporter, request(record("a", "1"), record("a", "2"), record("a", "3"))); err != nil {
		t.Fatal(err)
	}
	for exporter.Counts().Delivered < 2 {
		time.Sleep(time.Millisecond)
	}
	queue, latency := exporter.Queue(), exporter.Latency()
	if queue.Records != 1 || queue.MaxRecords != 100000 || queue.Bytes == 0 {
		t.Errorf("%+v", queue)
	}
	sum := uint64(0)
	for _, count := range latency.Counts {
		sum += count
	}
	if sum != 2 || len(latency.Bounds) != len(latency.Counts)-1 || !slices.IsSorted(latency.Bounds) {
		t.Errorf("%+v", latency)
	}
	text, err := exporter.Prometheus("it")
	if err != nil || !strings.Contains(text, `exporter="it"`) {
		t.Error(text, err)
	}
	if exporter.Describe() == "" || exporter.Fingerprint() == "" {
		t.Error(exporter.Describe(), exporter.Fingerprint())
	}
}

func TestAMemoryTransportServesOneExporter(t *testing.T) {
	transport := stskafka.NewMemoryTransport("deliver*x", 1, 1)
	if _, err := stskafka.New(nil, stskafka.WithMemoryTransport(transport)); !errors.Is(err, stskafka.ErrInvalidArgument) {
		t.Error(err)
	}
	transport = stskafka.NewMemoryTransport("", 1, 1)
	first, err := stskafka.New(nil, stskafka.WithMemoryTransport(transport))
	if err != nil {
		t.Fatal(err)
	}
	defer closeIt(t, first)
	if _, err := stskafka.New(nil, stskafka.WithMemoryTransport(transport)); !errors.Is(err, stskafka.ErrInvalidArgument) {
		t.Error(err)
	}
}
