// What stskafka/stskafka.hpp says of itself, over the memory transport; built as C++11, with the sanitizers.
//
//   cpp_raii CASE < REQUEST    status 0: it is so; 42: std::terminate was called
#include <cstdlib>
#include <exception>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include <stskafka/stskafka.hpp>
#include <stskafka/transport.h>

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

memory_ptr make_memory(const std::string &script, size_t capacity = 0) {
    sts_memory_transport *memory = nullptr;
    stskafka::fault why;
    why.check(sts_memory_transport_new(&memory, script.c_str(), capacity, 1, why));
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
    std::unique_ptr<stskafka::exporter> exporter;
    exporter.reset(new stskafka::exporter(quiet_options_for(memory), [&](const sts_outcome &) { exporter.reset(); }));
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

std::string text_of(const sts_bytes &bytes) {
    return bytes.data ? std::string(static_cast<const char *>(bytes.data), bytes.size) : "(null)";
}

// A batch of logs, and records of one's own, as the memory has them.
void batch_and_records(const std::string &) {
    auto memory = make_memory("", 10);
    auto settings = options_for(memory);
    settings.set("key", "attributes[\"user\"]").set("encoding", "json_record");
    stskafka::exporter exporter(std::move(settings));
    stskafka::logs made;
    made.add_resource().put("host.name", std::string("web-1"));
    made.add_scope("lib").add_record(1).body("payment failed").severity(17, "ERROR");
    made.put("user", "alice").put("count", 3).put("share", 0.5).put("paid", true).put("size", 7u);
    stskafka::logs logs = std::move(made);
    logs.add_record().body("second").key("given").put_bytes("raw", stskafka::view("\0x", 2));
    logs.add_record().body("third").key(nullptr);
    check(logs.count() == 3, "three records");
    check(bool(exporter.export_logs(logs, stskafka::export_context(7).add_metadata("a", "b"))), "they are taken");
    exporter.export_record("", "k", std::string("v"), {{"h", "1"}});
    exporter.export_record("other", nullptr, nullptr);
    exporter.export_record("other", "", "");
    check(exporter.close(1000)[STS_COUNT_DELIVERED] == 6, "all are delivered");
    auto message = [&](size_t i) { return *sts_memory_transport_message(memory.get(), i); };
    check(text_of(message(0).key) == "alice" && text_of(message(1).key) == "given" &&
              text_of(message(2).key) == "(null)",
          "keys");
    const std::string value = text_of(message(0).value);
    for (const char *part : {"\"body\":\"payment failed\"", "\"count\":3", "\"share\":0.5", "\"paid\":true",
                             "\"size\":7", "\"host.name\":\"web-1\""})
        check(value.find(part) != std::string::npos, part);
    check(text_of(message(3).key) == "k" && text_of(message(3).value) == "v" && message(3).header_count == 1,
          "a record");
    check(std::string(message(4).topic) == "other" && !message(4).key.data && !message(4).value.data, "of nulls");
    check(message(5).key.data && !message(5).key.size && message(5).value.data && !message(5).value.size, "of empties");
    try {
        exporter.export_record("", "k", "v");
        check(false, "a closed one takes none");
    } catch (const stskafka::error &error) {
        check(error.code == STS_ERR_CLOSED, "and says so");
    }
    try {
        stskafka::options().load("/no/such/file");
        check(false, "a file that is not there is thrown");
    } catch (const stskafka::error &error) {
        check(error.code == STS_ERR_SYSTEM, "as what it is");
    }
}

using test_case = void (*)(const std::string &request);

const std::map<std::string, test_case> cases = {
    {"move_assignment", move_assignment},
    {"throwing_function", throwing_function},
    {"end_inside_function", end_inside_function},
    {"partial_counts", partial_counts},
    {"fault_twice", fault_twice},
    {"batch_and_records", batch_and_records},
};

} // namespace

int main(int argc, char **argv) try {
    std::set_terminate([] { std::_Exit(terminated); });
    cases.at(argc > 1 ? argv[1] : "")({std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()});
    return 0;
} catch (const std::exception &error) {
    std::cerr << error.what() << "\n";
    return 1;
}
