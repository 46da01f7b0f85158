#include "connectors/community/place.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <vector>

#include "connectors/community/key_file.h"
#include "connectors/kafka/producer.h"
#include "connectors/kafka/topic_follower.h"
#include "engine/base/crypto.h"
#include "engine/community/signed_document.h"

namespace polder {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kTopicPrefix = "kafka:";
constexpr std::string_view kDocumentSuffix = ".json";
constexpr std::string_view kBatchSuffix = ".batch";
constexpr int kAcknowledgedMs = 30'000;
constexpr int kQueueWaitMs = 1'000;
constexpr std::size_t kMostInFlight = 10'000;

std::string TopicOf(const Place& place) { return place.name.substr(kTopicPrefix.size()); }

absl::Status CheckTopic(const Place& place) {
  if (TopicOf(place).empty()) {
    return absl::InvalidArgumentError(fmt::format("'{}' names no topic; expected kafka:TOPIC", place.name));
  }
  if (place.brokers.empty()) {
    return absl::InvalidArgumentError(
        fmt::format("{}: it is not said where the topic is; give the brokers, HOST:PORT", place.name));
  }
  return absl::OkStatus();
}

class Acknowledgements : public KafkaProducer::Listener {
 public:
  void OnDelivered(std::uint64_t) override {}
  void OnRefused(std::uint64_t, std::string_view, std::string_view, std::string_view, bool,
                 const std::string& reason) override {
    if (refusal_.empty()) refusal_ = reason;
  }
  const std::string& refusal() const { return refusal_; }

 private:
  std::string refusal_;
};

absl::Status Produce(const Place& place, std::span<const KeyedDocument> records) {
  if (absl::Status status = CheckTopic(place); !status.ok()) return status;
  Acknowledgements acknowledgements;
  const auto producer =
      KafkaProducer::Create(place.brokers, place.properties, {}, kMostInFlight, &acknowledgements);
  if (!producer.ok()) return producer.status();
  const std::string topic = TopicOf(place);
  const absl::Status silence =
      absl::UnavailableError(fmt::format("{}: the brokers at {} did not acknowledge within {} s", place.name,
                                         place.brokers, kAcknowledgedMs / 1000));
  for (const KeyedDocument& record : records) {
    int waited_ms = 0;
    while (true) {
      const auto taken = (*producer)->Produce({topic, record.key, record.document, {}}, 0, kQueueWaitMs);
      if (!taken.ok()) return taken.status();
      if (*taken) break;
      if ((waited_ms += kQueueWaitMs) >= kAcknowledgedMs) return silence;
    }
  }
  if (!(*producer)->Flush(kAcknowledgedMs)) return silence;
  if (!acknowledgements.refusal().empty()) {
    return absl::FailedPreconditionError(
        fmt::format("{}: the broker does not take it: {}", place.name, acknowledgements.refusal()));
  }
  return absl::OkStatus();
}

absl::Status CheckFolder(const Place& place) {
  std::error_code error;
  if (fs::is_directory(place.name, error)) return absl::OkStatus();
  return absl::NotFoundError(
      fmt::format("{}: there is no such folder; make it, or correct its name", place.name));
}

// What is not a regular file is none. One at a time: whoever may write to a mailbox may fill it.
absl::Status ForEachFile(const Place& place, std::string_view suffix,
                         absl::FunctionRef<void(const std::string& path)> take) {
  if (absl::Status status = CheckFolder(place); !status.ok()) return status;
  std::error_code error;
  for (fs::directory_iterator entry(place.name, error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    std::error_code ignored;
    if (entry->is_regular_file(ignored) && entry->path().filename().string().ends_with(suffix)) {
      take(entry->path().string());
    }
  }
  if (!error) return absl::OkStatus();
  return absl::PermissionDeniedError(fmt::format("{}: cannot be read: {}", place.name, error.message()));
}

// In the order of their names.
absl::StatusOr<std::vector<std::string>> FilesOf(const Place& place, std::string_view suffix) {
  std::vector<std::string> paths;
  absl::Status listed = ForEachFile(place, suffix, [&](const std::string& path) { paths.push_back(path); });
  if (!listed.ok()) return listed;
  std::sort(paths.begin(), paths.end());
  return paths;
}

// At most one byte more than `largest`; false with a warning if it cannot be read.
bool ReadUpTo(const std::string& path, std::size_t largest, std::string& bytes) {
  std::ifstream file(path, std::ios::binary);
  bytes.resize(largest + 1);
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
  if (file.is_open() && !file.bad()) return true;
  spdlog::warn("{}: cannot be read; passed over", path);
  return false;
}

std::string FolderPath(const Place& place, const std::string& name) {
  return (fs::path(place.name) / name).string();
}

absl::Status PostBatch(const Place& mailbox, std::string_view sealed) {
  HttpOptions options = mailbox.http;
  options.max_response_bytes = std::size_t{64} << 10;
  const auto client = HttpClient::Create(std::move(options));
  if (!client.ok()) return client.status();
  HttpRequest request;
  request.url = mailbox.name;
  request.headers = {{"Content-Type", "application/octet-stream"}};
  // The same batch twice is taken once by the operator.
  return (*client)->Post(request, sealed).status();
}

}  // namespace

std::string SafeName(std::string_view key) {
  std::string name;
  for (const char c : key) {
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
    if (plain && !(c == '.' && name.empty())) {
      name += c;
    } else {
      name += fmt::format("_{:02x}", static_cast<unsigned char>(c));
    }
  }
  return name;
}

absl::Status PostDocuments(const Place& board, std::span<const KeyedDocument> documents) {
  if (board.is_topic()) return Produce(board, documents);
  if (board.is_address()) {
    return absl::InvalidArgumentError(
        fmt::format("{}: a board is a folder or kafka:TOPIC, not an address", board.name));
  }
  if (absl::Status status = CheckFolder(board); !status.ok()) return status;
  for (const KeyedDocument& one : documents) {
    const std::string path = FolderPath(board, SafeName(one.key) + std::string(kDocumentSuffix));
    if (absl::Status status = WriteFileAtomically(path, one.document + "\n"); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status PostDocument(const Place& board, const std::string& key, std::string_view document) {
  const KeyedDocument one{key, std::string(document)};
  return PostDocuments(board, {&one, 1});
}

absl::Status ReadBoard(const Place& board,
                       absl::FunctionRef<void(const std::string& where, std::string_view bytes)> take) {
  if (board.is_topic()) {
    if (absl::Status status = CheckTopic(board); !status.ok()) return status;
    return ReadTopic(board.brokers, TopicOf(board), board.properties, [&](const KafkaRecord& record) {
      if (record.value.empty()) return;
      take(fmt::format("{} partition {} offset {}", board.name, record.partition, record.offset),
           record.value);
    });
  }
  const auto paths = FilesOf(board, kDocumentSuffix);
  if (!paths.ok()) return paths.status();
  std::string bytes;
  for (const std::string& path : *paths) {
    if (!ReadUpTo(path, kLargestDocument, bytes)) continue;
    if (bytes.size() > kLargestDocument) {
      spdlog::warn("{}: larger than {} bytes, which no document is; passed over", path, kLargestDocument);
      continue;
    }
    take(path, bytes);
  }
  return absl::OkStatus();
}

absl::Status DeliverBatch(const Place& mailbox, std::string_view sealed) {
  if (mailbox.is_topic()) {
    const KeyedDocument one{"", std::string(sealed)};
    return Produce(mailbox, {&one, 1});
  }
  if (mailbox.is_address()) return PostBatch(mailbox, sealed);
  if (absl::Status status = CheckFolder(mailbox); !status.ok()) return status;
  // The name of a file is as random as the seal: it tells nothing of who wrote it.
  const std::string name =
      fmt::format("{:08x}{:08x}{:08x}{:08x}{}", RandomBelow(0xffffffff), RandomBelow(0xffffffff),
                  RandomBelow(0xffffffff), RandomBelow(0xffffffff), kBatchSuffix);
  return WriteFileAtomically(FolderPath(mailbox, name), sealed);
}

absl::Status ReadMailbox(const Place& mailbox, std::size_t largest,
                         absl::FunctionRef<void(const std::string& where, std::string_view bytes)> take) {
  if (mailbox.is_topic()) {
    if (absl::Status status = CheckTopic(mailbox); !status.ok()) return status;
    return ReadTopic(mailbox.brokers, TopicOf(mailbox), mailbox.properties, [&](const KafkaRecord& record) {
      take(fmt::format("{} partition {} offset {}", mailbox.name, record.partition, record.offset),
           record.value.substr(0, largest + 1));
    });
  }
  if (mailbox.is_address()) {
    return absl::InvalidArgumentError(
        fmt::format("{}: batches are collected from a folder or kafka:TOPIC; have the server at this address "
                    "write them to a folder",
                    mailbox.name));
  }
  std::string bytes;
  return ForEachFile(mailbox, kBatchSuffix, [&](const std::string& path) {
    if (ReadUpTo(path, largest, bytes)) take(path, bytes);
  });
}

}  // namespace polder
