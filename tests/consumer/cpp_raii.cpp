// What examples/cpp-raii/stskafka.hpp says of itself, over the memory transport; built with the sanitizers.
//
//   cpp_raii CASE < REQUEST    status 0: it is so; 42: std::terminate was called
#include <cstdlib>
#include <exception>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include <stskafka/transport.h>

#include "stskafka.hpp"

namespace {

constexpr int terminated = 42;

void check(bool good, const char *what) {
    if (!good)
        throw std::runtime_error(what);
}

struct memory_deleter {
    void operator()(sts_memory_transport *memory) const {
        sts_memory_transport_free(memory);
    }
};
using memory_ptr = std::unique_ptr<sts_memory_transport, memory_deleter>;

memory_ptr make_memory(const std::string &script) {
    sts_memory_transport *memory = nullptr;
    stskafka::fault why;
    why.check(sts_memory_transport_new(&memory, script.c_str(), 0, 1, why));
    return memory_ptr(memory);
}

stskafka::options options_for(const memory_ptr &memory) {
    stskafka::options options;
    sts_options_set_transport(options.get(), sts_memory_transport_table(), memory.get());
    return options;
}

// One whose outcomes come in the calling thread, and so where the test wants them.
stskafka::options quiet_options_for(const memory_ptr &memory) {
    stskafka::options options = options_for(memory);
    options.set("service_thread", "false");
    return options;
}

void move_assignment(const std::string &request) {
    auto old_memory = make_memory("");
    auto new_memory = make_memory("");
    uint64_t old_outcomes = 0;
    uint64_t new_outcomes = 0;
    stskafka::exporter exporter(quiet_options_for(old_memory), [&](const sts_outcome &) { old_outcomes++; });
    stskafka::exporter other(quiet_options_for(new_memory), [&](const sts_outcome &) { new_outcomes++; });
    auto accepted = exporter.export_logs(request).counts[STS_COUNT_ACCEPTED];
    exporter = std::move(other); // the end of the old one, which has all of its outcomes now
    check(old_outcomes == accepted && new_outcomes == 0, "the old exporter's function gets the old one's outcomes");
    check(exporter.export_logs(request).status == STS_OK, "the new one exports");
    check(exporter.close(1000)[STS_COUNT_DELIVERED] == accepted && new_outcomes == accepted, "with its own function");
}

void throwing_function(const std::string &request) {
    auto memory = make_memory("");
    stskafka::exporter exporter(quiet_options_for(memory), [](const sts_outcome &) { throw std::logic_error("no"); });
    check(exporter.export_logs(request).status == STS_OK, "it exports");
    exporter.flush(1000);
}

void end_inside_function(const std::string &request) {
    auto memory = make_memory("");
    std::optional<stskafka::exporter> exporter;
    exporter.emplace(quiet_options_for(memory), [&](const sts_outcome &) { exporter.reset(); });
    check(exporter->export_logs(request).status == STS_OK, "it exports");
    exporter->flush(1000);
}

void partial_counts(const std::string &request) {
    auto memory = make_memory("deliver,fail");
    stskafka::options waiting = options_for(memory);
    waiting.set("sending_queue.wait_for_result", "true");
    stskafka::exporter first(std::move(waiting));
    auto got = first.export_logs(request);
    check(got.status == STS_ERR_NOT_DELIVERED, "what was not delivered is told");
    check(got.counts[STS_COUNT_FAILED] == 1, "and how many");
    check(got.counts[STS_COUNT_DELIVERED] + 1 == got.counts[STS_COUNT_ACCEPTED], "and of how many");
    first.close(1000);
    check(first.export_logs(request).status == STS_ERR_CLOSED, "a closed one takes nothing");

    memory = make_memory("deliver*3,fatal");
    stskafka::exporter second(options_for(memory));
    got = second.export_logs(request);
    check(got.status == STS_ERR_PRODUCER_FATAL && got.counts[STS_COUNT_ACCEPTED] == 3, "the counts tell how far");
    try {
        static_cast<void>(second.export_logs("\x07 is no field of a request"));
        check(false, "what is no request is thrown");
    } catch (const stskafka::error &error) {
        check(error.code == STS_ERR_MALFORMED, "as what it is");
    }
}

void fault_twice(const std::string &) {
    stskafka::options options;
    stskafka::fault why;
    sts_options_set(options.get(), "no_such_option", "", why);
    try {
        why.check(sts_options_set(options.get(), "required_acks", "nobody", why));
        check(false, "the second fault is thrown");
    } catch (const stskafka::error &error) {
        check(error.code == STS_ERR_OPTION_VALUE, "and not the first");
    }
}

using test_case = void (*)(const std::string &request);

const std::map<std::string, test_case> cases = {
    {"move_assignment", move_assignment},
    {"throwing_function", throwing_function},
    {"end_inside_function", end_inside_function},
    {"partial_counts", partial_counts},
    {"fault_twice", fault_twice},
};

} // namespace

int main(int argc, char **argv) try {
    std::set_terminate([] { std::_Exit(terminated); });
    cases.at(argc > 1 ? argv[1] : "")({std::istreambuf_iterator<char>(std::cin), {}});
    return 0;
} catch (const std::exception &error) {
    std::cerr << error.what() << "\n";
    return 1;
}
