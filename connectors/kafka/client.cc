#include "connectors/kafka/client.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <syslog.h>

#include <array>
#include <string_view>

namespace polder {
namespace {

constexpr std::size_t kErrorText = 512;

void ForwardLog(const rd_kafka_t*, int level, const char* facility, const char* text) {
  // CONFWARN is advice about the configuration, given also where Polder has set it so on purpose.
  if (std::string_view(facility) == "CONFWARN") level = LOG_DEBUG;
  const auto to = level <= LOG_ERR       ? spdlog::level::err
                  : level <= LOG_WARNING ? spdlog::level::warn
                  : level <= LOG_INFO    ? spdlog::level::info
                                         : spdlog::level::debug;
  spdlog::log(to, "kafka: {}: {}", facility, text);
}

void ForwardError(rd_kafka_t*, int code, const char* reason, void*) {
  // Brokers that go away are retried for ever; a fatal error is met where the client is used.
  spdlog::warn("kafka: {}: {}", rd_kafka_err2name(static_cast<rd_kafka_resp_err_t>(code)), reason);
}

}  // namespace

absl::StatusOr<KafkaConf> MakeKafkaConf(std::initializer_list<const KafkaProperties*> layers) {
  KafkaConf conf(rd_kafka_conf_new());
  std::array<char, kErrorText> error{};
  for (const KafkaProperties* layer : layers) {
    for (const auto& [name, value] : *layer) {
      if (rd_kafka_conf_set(conf.get(), name.c_str(), value.c_str(), error.data(), error.size()) !=
          RD_KAFKA_CONF_OK) {
        return absl::InvalidArgumentError(fmt::format(
            "kafka property '{}': {} (librdkafka's CONFIGURATION.md lists all)", name, error.data()));
      }
    }
  }
  rd_kafka_conf_set_log_cb(conf.get(), ForwardLog);
  rd_kafka_conf_set_error_cb(conf.get(), ForwardError);
  return conf;
}

absl::StatusOr<rd_kafka_t*> MakeKafkaClient(rd_kafka_type_t type, KafkaConf conf) {
  std::array<char, kErrorText> error{};
  rd_kafka_t* client = rd_kafka_new(type, conf.get(), error.data(), error.size());
  if (client == nullptr) {
    return absl::InvalidArgumentError(fmt::format("cannot create a Kafka client: {}", error.data()));
  }
  [[maybe_unused]] const rd_kafka_conf_t* theirs = conf.release();  // the client owns it now
  return client;
}

}  // namespace polder
