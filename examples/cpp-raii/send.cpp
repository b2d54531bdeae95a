// Sends one OTLP log request, read from standard input, to Kafka, by the classes of stskafka/stskafka.hpp.
//
//   c++ -std=c++11 send.cpp -o send $(pkg-config --cflags --libs stskafka)
//   ./send localhost:9092 sts-otel-topology < request.bin
#include <exception>
#include <iostream>
#include <iterator>
#include <string>
#include <utility>

#include <stskafka/stskafka.hpp>

namespace {

int send(const char *brokers, const char *topic, const std::string &request) {
    stskafka::options options;
    options.set("brokers", brokers).set("topic", topic);

    uint64_t latest_us = 0; // touched by the exporter's thread alone, until close
    stskafka::exporter exporter(std::move(options), [&](const sts_outcome &outcome) {
        if (sts_outcome_kind(&outcome) != STS_OUTCOME_DELIVERED)
            std::cerr << "record " << sts_outcome_index(&outcome) << ": " << sts_outcome_text(&outcome) << "\n";
        else if (sts_outcome_latency_us(&outcome) > latest_us)
            latest_us = sts_outcome_latency_us(&outcome);
    });

    auto result = exporter.export_logs(request);
    if (result.status != STS_OK)
        std::cerr << "not all went: " << sts_status_text(result.status) << "\n";
    auto counts = exporter.close(10000);
    std::cout << counts[STS_COUNT_DELIVERED] << " delivered, " << counts[STS_COUNT_REJECTED] << " rejected\n";
    std::cerr << "the slowest record took " << latest_us << " us\n";
    return result.status == STS_OK && counts[STS_COUNT_DELIVERED] == counts[STS_COUNT_ACCEPTED] ? 0 : 1;
}

} // namespace

int main(int argc, char **argv) try {
    if (argc != 3) {
        std::cerr << "usage: " << argv[0] << " BROKERS TOPIC < REQUEST\n";
        return 2;
    }
    return send(argv[1], argv[2], {std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()});
} catch (const stskafka::error &error) {
    std::cerr << "send: " << error.what() << (error.retriable ? " (may be tried again)\n" : "\n");
    return 1;
} catch (const std::exception &error) {
    std::cerr << "send: " << error.what() << "\n";
    return 1;
}
