#ifndef POLDER_TESTS_E2E_EVENT_CORPUS_H_
#define POLDER_TESTS_E2E_EVENT_CORPUS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "tests/e2e/kafka_client.h"

namespace polder {

// An endless log that is the same on every machine: event `index` is a pure
// function of its number, so a test that finds the number in a message's key
// knows what Polder must say about it. The events are shaped as Suricata EVE,
// Zeek JSON, ECS, Sysmon JSON and syslog lines, mixed.
struct TestEvent {
  std::string value;
  std::string indicator;  // the one of CorpusIndicators() that it holds, or empty
};

// About 1 in 50 holds an indicator, another 1 in 50 something close to one that
// must not match (notbad-1.example, a hash with another last digit).
TestEvent MakeEvent(uint32_t index);

// Values of every kind, one a line in a plain list.
std::vector<std::string> CorpusIndicators();
std::string CorpusIndicatorList();

// Events [first, last), each with its number as the key.
std::vector<KafkaMessage> Events(uint32_t first, uint32_t last);

// One event that holds nothing but `domain`, with `key`.
KafkaMessage ProbeEvent(const std::string& key, const std::string& domain);

}  // namespace polder

#endif  // POLDER_TESTS_E2E_EVENT_CORPUS_H_
