#include "tests/e2e/kafka_broker.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <optional>
#include <random>
#include <stdexcept>
#include <utility>

#include "tests/e2e/kafka_client.h"

namespace polder {
namespace {

constexpr auto kFormatLimit = std::chrono::seconds(60);
constexpr auto kStartLimit = std::chrono::seconds(90);
constexpr const char* kHowToLeaveOut = "or configure with -DPOLDER_KAFKA_TESTS=OFF to leave these tests out";

bool PortIsFree(uint16_t port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool is_free = bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  close(fd);
  return is_free;
}

// Below the range from which the kernel numbers outgoing connections: there, a
// client that reconnects to a killed broker could be given the broker's own
// port, connect to itself and keep the broker from coming back.
uint16_t FreePort() {
  static std::mt19937 random(static_cast<unsigned>(getpid()));
  std::uniform_int_distribution<int> ports(15000, 32000);
  for (int attempt = 0; attempt < 1000; ++attempt) {
    const auto port = static_cast<uint16_t>(ports(random));
    if (PortIsFree(port)) return port;
  }
  throw std::runtime_error("no free loopback port between 15000 and 32000 in 1000 attempts");
}

std::string ServerProperties(uint16_t port, uint16_t controller_port, const std::string& data) {
  return fmt::format(
      "process.roles=broker,controller\n"
      "node.id=1\n"
      "controller.quorum.voters=1@127.0.0.1:{1}\n"
      "controller.listener.names=CONTROLLER\n"
      "listeners=PLAINTEXT://127.0.0.1:{0},CONTROLLER://127.0.0.1:{1}\n"
      "advertised.listeners=PLAINTEXT://127.0.0.1:{0}\n"
      "log.dirs={2}\n"
      "auto.create.topics.enable=false\n"
      "offsets.topic.replication.factor=1\n"
      "offsets.topic.num.partitions=2\n"
      "transaction.state.log.replication.factor=1\n"
      "transaction.state.log.min.isr=1\n"
      "transaction.state.log.num.partitions=2\n"
      // Tests kill members and brokers by the dozen and wait for each to be missed.
      "group.initial.rebalance.delay.ms=0\n"
      "group.min.session.timeout.ms=500\n"
      "broker.heartbeat.interval.ms=300\n"
      "broker.session.timeout.ms=2000\n",
      port, controller_port, data);
}

std::string ClassPath() {
  std::string jars = ReadFile(POLDER_KAFKA_CLASS_PATH);
  while (!jars.empty() && jars.back() == '\n') jars.pop_back();
  if (jars.empty()) {
    throw std::runtime_error(fmt::format(
        "no Kafka to start: {} is not there. Run these tests through ctest, which fetches the jars with "
        "Maven first (apt install maven default-jre-headless), {}",
        POLDER_KAFKA_CLASS_PATH, kHowToLeaveOut));
  }
  return jars;
}

}  // namespace

KafkaBroker::KafkaBroker() {
  const uint16_t port = FreePort();
  uint16_t controller_port = FreePort();
  while (controller_port == port) controller_port = FreePort();
  address_ = fmt::format("127.0.0.1:{}", port);
  const std::string properties = (folder_.path() / "server.properties").string();
  WriteFile(properties, ServerProperties(port, controller_port, (folder_.path() / "data").string()));
  // One compiler tier and the serial collector: it must start fast on two
  // cores, not run for days.
  java_ = {"java",
           "-Xmx512m",
           "-XX:+UseSerialGC",
           "-XX:TieredStopAtLevel=1",
           "-Dlog4j.configuration=file:" POLDER_E2E_FOLDER "/kafka/log4j.properties",
           "-cp",
           ClassPath()};
  std::vector<std::string> format = java_;
  format.insert(format.end(), {"kafka.tools.StorageTool", "format", "--cluster-id", "cG9sZGVyLWUyZS10ZXN0cw",
                               "--config", properties});
  const std::filesystem::path log = folder_.path() / "format.log";
  const std::optional<int> code = ChildProcess(format, log).Wait(kFormatLimit);
  if (code == 127) {
    throw std::runtime_error(fmt::format(
        "no java on the PATH; it runs the Kafka broker. Install it (apt install default-jre-headless), {}",
        kHowToLeaveOut));
  }
  if (code != 0) throw std::runtime_error(fmt::format("Kafka could not format its storage:\n{}", Tail(log)));
  Launch();
}

void KafkaBroker::Kill() { process_.reset(); }

void KafkaBroker::Restart() {
  Kill();
  Launch();
}

void KafkaBroker::Launch() {
  std::vector<std::string> command = java_;
  command.insert(command.end(), {"kafka.Kafka", (folder_.path() / "server.properties").string()});
  const std::filesystem::path log = folder_.path() / "broker.log";
  process_ = std::make_unique<ChildProcess>(command, log);
  const bool serves =
      WaitUntil(kStartLimit, [this] { return !process_->Running() || KafkaClient::Answers(address_); });
  if (!serves || !process_->Running()) {
    throw std::runtime_error(fmt::format("the Kafka broker {} on {}; the end of its log:\n{}",
                                         serves ? "ended at once" : "did not answer in time", address_,
                                         Tail(log)));
  }
}

namespace {

std::unique_ptr<KafkaBroker>& BrokerSlot() {
  static std::unique_ptr<KafkaBroker> slot;
  return slot;
}

// Starts the broker before the first test, so that its time is not charged to
// that test, and a broker that does not start fails the run with one message.
class BrokerEnvironment : public testing::Environment {
 public:
  void SetUp() override {
    try {
      BrokerSlot() = std::make_unique<KafkaBroker>();
    } catch (const std::exception& error) {
      FAIL() << error.what();
    }
  }
  void TearDown() override { BrokerSlot().reset(); }
};

const testing::Environment* const kRegistered = testing::AddGlobalTestEnvironment(new BrokerEnvironment);

}  // namespace

KafkaBroker& SharedBroker() {
  if (!BrokerSlot()) throw std::runtime_error("the shared Kafka broker runs only while tests do");
  return *BrokerSlot();
}

}  // namespace polder
