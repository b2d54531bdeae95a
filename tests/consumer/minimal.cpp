// SPDX-License-Identifier: Apache-2.0
//
// What examples/minimal does, from C++: handles in unique_ptr, outcomes by a callback.
#include <cstdlib>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>

#include <stskafka/stskafka.h>

namespace {

struct Free {
    void operator()(sts_options *options) const {
        sts_options_free(options);
    }
    void operator()(sts_exporter *exporter) const {
        sts_exporter_free(exporter, 5000);
    }
    void operator()(sts_error *error) const {
        sts_error_free(error);
    }
};

template <typename Handle> using Owned = std::unique_ptr<Handle, Free>;

void check(sts_status status, sts_error **error) {
    Owned<sts_error> owned(*error);
    if (status == STS_OK)
        return;
    std::cerr << sts_status_name(status) << ": " << sts_error_text(owned.get()) << "\n";
    std::exit(1);
}

} // namespace

int main(int argc, char **argv) {
    if (argc != 3)
        return 2;
    std::string request(std::istreambuf_iterator<char>(std::cin), {});
    int delivered = 0;
    sts_error *error = nullptr;

    Owned<sts_options> options(sts_options_new());
    check(sts_options_set(options.get(), "brokers", argv[1], &error), &error);
    check(sts_options_set(options.get(), "topic", argv[2], &error), &error);
    auto count = [](const sts_outcome *outcome, void *user) {
        *static_cast<int *>(user) += sts_outcome_kind(outcome) == STS_OUTCOME_DELIVERED;
    };
    check(sts_options_set_outcome_callback(options.get(), count, &delivered), &error);

    sts_exporter *made = nullptr;
    check(sts_exporter_new(&made, options.get(), &error), &error);
    Owned<sts_exporter> exporter(made);
    uint64_t counts[STS_COUNTS];
    check(sts_export_logs(made, request.data(), request.size(), nullptr, nullptr, 0, &error), &error);
    check(sts_flush(made, 10000, counts, STS_COUNTS, &error), &error);
    exporter.reset(); // no callback after this
    std::cout << delivered << " delivered, " << counts[STS_COUNT_REJECTED] << " rejected\n";
    return 0;
}
