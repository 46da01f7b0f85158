#ifndef POLDER_TESTS_E2E_KAFKA_BROKER_H_
#define POLDER_TESTS_E2E_KAFKA_BROKER_H_

#include <memory>
#include <string>
#include <vector>

#include "tests/e2e/child_process.h"

namespace polder {

// A real Apache Kafka of one node (KRaft, broker and controller in one JVM) on
// loopback, with its data in a temporary folder. The proof of a delivery
// guarantee needs a real one: librdkafka's mock cluster keeps no log and no
// group state over a crash.
//
// Needs java, and the class path that kafka/class_path.sh writes; says so if
// one is missing. Start and Restart belong on the main thread, see
// ChildProcess. Throws std::runtime_error.
class KafkaBroker {
 public:
  KafkaBroker();  // formats, starts, returns when clients are served; takes some seconds
  KafkaBroker(const KafkaBroker&) = delete;
  KafkaBroker& operator=(const KafkaBroker&) = delete;

  const std::string& address() const { return address_; }  // host:port, kept over restarts

  void Kill();     // kill -9: nothing is flushed, no group is told
  void Restart();  // on the same data and port; kills first if it runs

 private:
  void Launch();

  TempFolder folder_;
  std::string address_;
  std::vector<std::string> java_;  // the command line up to the main class
  std::unique_ptr<ChildProcess> process_;
};

// The broker that all tests of one executable share. It starts before the first
// test and ends after the last; if it cannot start, no test runs and the
// executable fails.
KafkaBroker& SharedBroker();

}  // namespace polder

#endif  // POLDER_TESTS_E2E_KAFKA_BROKER_H_
