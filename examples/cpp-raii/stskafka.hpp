// The library from C++17: handles that free themselves, views in place of pointer and size, exceptions in place of
// codes. A header to copy and to cut to what you need; it adds nothing to the ABI.
#ifndef STSKAFKA_HPP
#define STSKAFKA_HPP

#include <array>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <stskafka/stskafka.h>

namespace stskafka {

struct error : std::runtime_error {
    error(sts_status status, const sts_error *from)
        : std::runtime_error(std::string(sts_status_name(status)) + ": " +
                             (from ? sts_error_text(from) : sts_status_text(status))),
          code(status), retriable(sts_error_is_retriable(from) != 0), fatal(sts_error_is_fatal(from) != 0) {
    }

    sts_status code;
    bool retriable; // the same call may succeed later
    bool fatal;     // the exporter is of no more use
};

// Calls of the library take one in the place of their `sts_error **`, and `check` looks at what came out. It may serve
// several calls, one after the other.
class fault {
  public:
    fault() = default;
    fault(const fault &) = delete;
    fault &operator=(const fault &) = delete;
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
    sts_error *error_ = nullptr;
};

inline std::string_view view(const sts_bytes &bytes) {
    return {static_cast<const char *>(bytes.data), bytes.size};
}

// The counters of one export, of a flush, of an exporter (types.h): counts[STS_COUNT_DELIVERED].
using counts = std::array<uint64_t, STS_COUNTS>;

class options {
  public:
    options() : handle_(sts_options_new()) {
        if (!handle_)
            throw std::bad_alloc();
    }
    options &set(const std::string &name, const std::string &value) {
        fault why;
        why.check(sts_options_set(handle_.get(), name.c_str(), value.c_str(), why));
        return *this;
    }
    const sts_options *get() const {
        return handle_.get();
    }
    sts_options *get() {
        return handle_.get();
    }

  private:
    struct deleter {
        void operator()(sts_options *handle) const {
            sts_options_free(handle);
        }
    };
    std::unique_ptr<sts_options, deleter> handle_;
};

// Called with each outcome, in the exporter's own thread (with service_thread=false, inside flush, close and the
// destructor). What it throws cannot pass through the C that calls it, and ends the program (std::terminate); so does
// an attempt to end the function's own exporter from inside of it, by destroying it or by assigning to it.
using outcome_function = std::function<void(const sts_outcome &)>;

class exporter {
  public:
    // The function lives in memory that stays where it is when the exporter is moved.
    explicit exporter(options settings, outcome_function on_outcome = {}) {
        if (on_outcome) {
            on_outcome_ = std::make_unique<outcome_function>(std::move(on_outcome));
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

    // Where records may have been taken, `status` says what of the others, for a caller that caught an exception and
    // tried again would send those twice: the counts tell how many (has_counts). All else is thrown, and then nothing
    // was taken.
    struct result {
        sts_status status;
        stskafka::counts counts;
    };
    [[nodiscard]] result export_logs(std::string_view otlp, uint64_t token = 0, uint64_t first = 0) {
        context_ptr context(sts_export_context_new());
        if (!context)
            throw std::bad_alloc();
        sts_export_context_set_token(context.get(), token);
        sts_export_context_set_first_record(context.get(), first);
        result got{};
        fault why;
        got.status = sts_export_logs(handle_.get(), otlp.data(), otlp.size(), context.get(), got.counts.data(),
                                     got.counts.size(), why);
        if (!has_counts(got.status))
            why.check(got.status);
        return got;
    }

    counts flush(int32_t timeout_ms) {
        counts got{};
        fault why;
        why.check(sts_flush(handle_.get(), timeout_ms, got.data(), got.size(), why));
        return got;
    }

    // Every record has its final outcome after it. The destructor does the same, and tells nobody what was not
    // delivered.
    counts close(int32_t timeout_ms) {
        counts got{};
        fault why;
        sts_status status = sts_exporter_close(handle_.get(), timeout_ms, got.data(), got.size(), why);
        if (status != STS_ERR_TIMED_OUT) // then the counts tell of purged and uncertain records
            why.check(status);
        return got;
    }

    std::string_view describe() const {
        return sts_exporter_describe(handle_.get());
    }
    sts_exporter *get() { // for what has no method here
        return handle_.get();
    }

  private:
    static constexpr int32_t end_ms = 5000;
    struct deleter {
        void operator()(sts_exporter *handle) const noexcept {
            if (sts_exporter_free(handle, end_ms) == STS_ERR_REENTRANT)
                std::terminate(); // it lives on, and would call a function that is gone
        }
        void operator()(sts_export_context *handle) const noexcept {
            sts_export_context_free(handle);
        }
    };
    using context_ptr = std::unique_ptr<sts_export_context, deleter>;

    // The codes with which logs.h lets counts tell.
    static bool has_counts(sts_status status) {
        switch (status) {
        case STS_OK:
        case STS_ERR_REJECTED:       // some records were refused, the others are on their way
        case STS_ERR_NOT_DELIVERED:  // with sending_queue.wait_for_result: all have their outcome, and some a bad one
        case STS_ERR_QUEUE_FULL:     // go on with record `first` + accepted + rejected
        case STS_ERR_NO_MEMORY:      // the same
        case STS_ERR_CLOSED:         // this exporter takes no more
        case STS_ERR_PRODUCER_FATAL: // the same
            return true;
        default:
            return false;
        }
    }

    static void call(const sts_outcome *outcome, void *user) noexcept {
        (*static_cast<outcome_function *>(user))(*outcome);
    }

    // In this order, for the destructor: the exporter ends first, and calls its function until then.
    std::unique_ptr<outcome_function> on_outcome_;
    std::unique_ptr<sts_exporter, deleter> handle_;
};

} // namespace stskafka
#endif
