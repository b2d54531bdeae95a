// SPDX-License-Identifier: Apache-2.0
//
// The library from C++11 and later: handles that free themselves, exceptions in place of codes. Everything here is
// inline and over the C functions, whose headers stay the manual; it adds nothing to the ABI.
//
//     stskafka::options options;
//     options.set("brokers", "localhost:9092").set("topic", "logs").set("key", "attributes[\"user\"]").set("encoding",
//     "raw_text"); stskafka::exporter exporter(std::move(options));
//
//     stskafka::logs logs;
//     logs.add_record().body("payment failed").put("user", "alice");
//     exporter.export_logs(logs);
//     exporter.close(5000);
#ifndef STSKAFKA_STSKAFKA_HPP
#define STSKAFKA_STSKAFKA_HPP

#include <array>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <stskafka/stskafka.h>

namespace stskafka {

// What the library's calls failed with, thrown. Out of memory is std::bad_alloc.
struct error : std::runtime_error {
    error(sts_status status, const sts_error *from)
        : std::runtime_error(std::string(sts_status_name(status)) + ": " +
                             (from ? sts_error_text(from) : sts_status_text(status))),
          code(status), retriable(sts_error_is_retriable(from) != 0), fatal(sts_error_is_fatal(from) != 0),
          transport_code(sts_error_transport_code(from)), offset(sts_error_offset(from)) {
    }

    sts_status code;
    bool retriable; // the same call may succeed later
    bool fatal;     // the exporter is of no more use
    int32_t transport_code;
    int64_t offset; // of a malformed request: the byte that is wrong; else -1
};

// C functions take one in the place of their `sts_error **`, and `check` looks at what came out. It may serve several
// calls, one after the other.
class fault {
  public:
    fault() : error_(nullptr) {
    }
    fault(const fault &) = delete;
    fault &operator=(const fault &) = delete;
    fault(fault &&other) noexcept : error_(other.error_) {
        other.error_ = nullptr;
    }
    fault &operator=(fault &&other) noexcept {
        std::swap(error_, other.error_);
        return *this;
    }
    ~fault() {
        sts_error_free(error_);
    }
    operator sts_error **() {
        sts_error_free(error_); // of the call before
        error_ = nullptr;
        return &error_;
    }
    void check(sts_status status) const {
        if (status == STS_ERR_NO_MEMORY)
            throw std::bad_alloc();
        if (status != STS_OK)
            throw error(status, error_);
    }

  private:
    sts_error *error_;
};

// Bytes of somebody else's: a request, a key, a value. Of nullptr it is null, which is not the same as empty. Anything
// that has data() and size() in single bytes will do: std::string, std::string_view, std::vector<unsigned char>.
struct view {
    view(std::nullptr_t = nullptr) : data(nullptr), size(0) {
    }
    view(const void *bytes, std::size_t count) : data(bytes ? bytes : ""), size(count) {
    }
    view(const char *text) : data(text), size(text ? std::char_traits<char>::length(text) : 0) {
    }
    template <typename Bytes,
              typename = typename std::enable_if<sizeof(*std::declval<const Bytes &>().data()) == 1>::type>
    view(const Bytes &bytes) : data(bytes.size() ? static_cast<const void *>(bytes.data()) : ""), size(bytes.size()) {
    }
    explicit operator std::string() const {
        return std::string(size ? static_cast<const char *>(data) : "", size);
    }

    const void *data;
    std::size_t size;
};

// A handle of the library's, freed by `Free`.
template <typename Handle, void (*Free)(Handle *)> struct deleter {
    void operator()(Handle *handle) const noexcept {
        Free(handle);
    }
};
template <typename Handle, void (*Free)(Handle *)> using owned = std::unique_ptr<Handle, deleter<Handle, Free>>;

// The counters of one export, of a flush, of an exporter (types.h): counts[STS_COUNT_DELIVERED].
using counts = std::array<uint64_t, STS_COUNTS>;

// Options by name and text; OPTIONS.md has them all.
class options {
  public:
    options() : handle_(sts_options_new()) {
        if (!handle_)
            throw std::bad_alloc();
    }
    options &set(const std::string &name, const std::string &value) {
        fault why;
        why.check(sts_options_set(get(), name.c_str(), value.c_str(), why));
        return *this;
    }
    options &load(const std::string &file) {
        fault why;
        why.check(sts_options_load(get(), file.c_str(), why));
        return *this;
    }
    sts_options *get() {
        return handle_.get();
    }
    const sts_options *get() const {
        return handle_.get();
    }

  private:
    owned<sts_options, sts_options_free> handle_;
};

// A batch of log records, built call by call (log_batch.h). What is put belongs to what was added last.
class logs {
  public:
    logs() : handle_(sts_logs_new()) {
        if (!handle_)
            throw std::bad_alloc();
    }
    logs &add_resource() {
        return done(sts_logs_add_resource(get(), why_));
    }
    logs &add_scope(const std::string &name, const std::string &version = std::string()) {
        return done(sts_logs_add_scope(get(), name.c_str(), version.c_str(), why_));
    }
    logs &add_record(uint64_t time_unix_nano = 0) {
        return done(sts_logs_add_record(get(), time_unix_nano, why_));
    }
    // The key of the record's message, in place of the option `key`.
    logs &key(view key) {
        return done(sts_logs_set_key(get(), key.data, key.size, why_));
    }
    logs &severity(int32_t number, const std::string &text = std::string()) {
        return done(sts_logs_set_severity(get(), number, text.c_str(), why_));
    }
    logs &body(const std::string &text) {
        done(sts_logs_begin_body(get(), why_));
        return done(sts_logs_put_string(get(), nullptr, text.data(), text.size(), why_));
    }
    logs &body_bytes(view bytes) {
        return done(sts_logs_set_body_bytes(get(), bytes.data, bytes.size, why_));
    }
    // Attributes.
    logs &put(const std::string &name, const std::string &text) {
        return done(sts_logs_put_string(get(), name.c_str(), text.data(), text.size(), why_));
    }
    logs &put(const std::string &name, const char *text) {
        return done(sts_logs_put_text(get(), name.c_str(), text, why_));
    }
    template <typename Number>
    typename std::enable_if<std::is_arithmetic<Number>::value, logs &>::type put(const std::string &name,
                                                                                 Number value) {
        return put_number(name, value, std::is_same<Number, bool>(), std::is_floating_point<Number>());
    }
    logs &put_bytes(const std::string &name, view bytes) {
        return done(sts_logs_put_bytes(get(), name.c_str(), bytes.data, bytes.size, why_));
    }
    std::size_t count() const {
        return sts_logs_count(handle_.get());
    }
    void reset() {
        sts_logs_reset(get());
    }
    sts_logs *get() { // for what has no method here: arrays, maps, trace contexts
        return handle_.get();
    }

  private:
    logs &done(sts_status status) {
        why_.check(status);
        return *this;
    }
    template <typename Number>
    logs &put_number(const std::string &name, Number value, std::true_type, std::false_type) {
        return done(sts_logs_put_bool(get(), name.c_str(), value, why_));
    }
    template <typename Number>
    logs &put_number(const std::string &name, Number value, std::false_type, std::true_type) {
        return done(sts_logs_put_double(get(), name.c_str(), static_cast<double>(value), why_));
    }
    template <typename Number>
    logs &put_number(const std::string &name, Number value, std::false_type, std::false_type) {
        return done(sts_logs_put_int(get(), name.c_str(), static_cast<int64_t>(value), why_));
    }

    owned<sts_logs, sts_logs_free> handle_;
    fault why_;
};

// What travels beside an export: a token, metadata (logs.h).
class export_context {
  public:
    explicit export_context(uint64_t token = 0, uint64_t first_record = 0) : handle_(sts_export_context_new()) {
        if (!handle_)
            throw std::bad_alloc();
        sts_export_context_set_token(get(), token);
        sts_export_context_set_first_record(get(), first_record);
    }
    export_context &add_metadata(const std::string &name, view value) {
        fault().check(sts_export_context_add_metadata(get(), name.c_str(), value.data, value.size));
        return *this;
    }
    sts_export_context *get() const {
        return handle_.get();
    }

  private:
    owned<sts_export_context, sts_export_context_free> handle_;
};

// Called with each outcome, in the exporter's own thread (with service_thread=false, inside flush, close and the
// destructor). What it throws cannot pass through the C that calls it, and ends the program (std::terminate); so does
// an attempt to end the function's own exporter from inside of it, by destroying it or by assigning to it.
using outcome_function = std::function<void(const sts_outcome &)>;

class exporter {
  public:
    // Where records may have been taken, `status` says what of the others, for a caller that caught an exception and
    // tried again would send those twice: the counts tell how many. All else is thrown, and then nothing was taken.
    struct result {
        sts_status status;
        stskafka::counts counts;
        explicit operator bool() const {
            return status == STS_OK;
        }
    };
    using headers = std::vector<std::pair<std::string, std::string>>;

    // The function lives in memory that stays where it is when the exporter is moved.
    explicit exporter(options settings, outcome_function on_outcome = outcome_function()) : on_outcome_(), handle_() {
        if (on_outcome) {
            on_outcome_.reset(new outcome_function(std::move(on_outcome)));
            sts_options_set_outcome_callback(settings.get(), call, on_outcome_.get());
        }
        sts_exporter *made = nullptr;
        fault why;
        why.check(sts_exporter_new(&made, settings.get(), why));
        handle_.reset(made);
    }

    // Not the compiler's, which would assign in the order of the members: the old exporter has to end before its
    // function does.
    exporter(exporter &&) = default;
    exporter &operator=(exporter &&other) noexcept {
        handle_ = std::move(other.handle_);
        on_outcome_ = std::move(other.on_outcome_);
        return *this;
    }

    // OTLP logs in protobuf.
    result export_logs(view otlp, const export_context &context = export_context()) {
        return export_request(STS_SIGNAL_LOGS, STS_FORMAT_OTLP_PROTO, otlp, context);
    }
    result export_logs(logs &batch, const export_context &context = export_context()) {
        result got = result();
        fault why;
        return told(sts_export_log_batch(get(), batch.get(), context.get(), got.counts.data(), got.counts.size(), why),
                    got, why);
    }
    // A request of any signal (STS_SIGNAL_*) in any format (STS_FORMAT_*).
    result export_request(int32_t signal, int32_t format, view request,
                          const export_context &context = export_context()) {
        result got = result();
        fault why;
        return told(sts_export(get(), signal, format, request.data, request.size, context.get(), got.counts.data(),
                               got.counts.size(), why),
                    got, why);
    }
    // A record of one's own; an empty `topic` is the option `topic`. What was not taken is thrown.
    void export_record(const std::string &topic, view key, view value, const headers &more = headers(),
                       const export_context &context = export_context()) {
        std::vector<sts_bytes> pairs;
        for (const auto &header : more) {
            pairs.push_back(bytes_of(header.first));
            pairs.push_back(bytes_of(header.second));
        }
        fault why;
        why.check(sts_export_record(get(), topic.empty() ? nullptr : topic.c_str(), key.data, key.size, value.data,
                                    value.size, pairs.data(), more.size(), context.get(), why));
    }

    counts flush(int32_t timeout_ms) {
        counts got = counts();
        fault why;
        why.check(sts_flush(get(), timeout_ms, got.data(), got.size(), why));
        return got;
    }

    // Every record has its final outcome after it. The destructor does the same, and tells nobody what was not
    // delivered.
    counts close(int32_t timeout_ms) {
        counts got = counts();
        fault why;
        sts_status status = sts_exporter_close(get(), timeout_ms, got.data(), got.size(), why);
        if (status != STS_ERR_TIMED_OUT) // then the counts tell of purged and uncertain records
            why.check(status);
        return got;
    }

    // New brokers, certificates and credentials, while records flow.
    void reconfigure(const options &settings) {
        fault why;
        why.check(sts_exporter_reconfigure(get(), settings.get(), why));
    }

    std::string describe() const {
        return sts_exporter_describe(handle_.get());
    }
    sts_exporter *get() { // for what has no method here
        return handle_.get();
    }

  private:
    enum { end_ms = 5000 };
    struct ends {
        void operator()(sts_exporter *handle) const noexcept {
            if (sts_exporter_free(handle, end_ms) == STS_ERR_REENTRANT)
                std::terminate(); // it lives on, and would call a function that is gone
        }
    };

    static sts_bytes bytes_of(const std::string &text) {
        sts_bytes bytes = {text.data(), text.size()};
        return bytes;
    }

    // The codes with which logs.h lets counts tell are the result's, and no exceptions.
    static result told(sts_status status, result &got, const fault &why) {
        switch (status) {
        case STS_OK:
        case STS_ERR_REJECTED:       // some records were refused, the others are on their way
        case STS_ERR_NOT_DELIVERED:  // with sending_queue.wait_for_result: all have their outcome, and some a bad one
        case STS_ERR_QUEUE_FULL:     // go on with record `first_record` + accepted + rejected
        case STS_ERR_NO_MEMORY:      // the same
        case STS_ERR_CLOSED:         // this exporter takes no more
        case STS_ERR_PRODUCER_FATAL: // the same
            break;
        default:
            why.check(status);
        }
        got.status = status;
        return got;
    }

    static void call(const sts_outcome *outcome, void *user) noexcept {
        (*static_cast<outcome_function *>(user))(*outcome);
    }

    // In this order, for the destructor: the exporter ends first, and calls its function until then.
    std::unique_ptr<outcome_function> on_outcome_;
    std::unique_ptr<sts_exporter, ends> handle_;
};

} // namespace stskafka
#endif
