#include "connectors/community/place.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <vector>

#include "connectors/files/write_file.h"
#include "connectors/kafka/producer.h"
#include "connectors/kafka/topic_follower.h"
#include "engine/base/crypto.h"
#include "engine/community/signed_document.h"

namespace polder {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kDocumentSuffix = ".json";
constexpr std::string_view kBatchSuffix = ".batch";
constexpr int kAcknowledgedMs = 30'000;
constexpr int kSliceMs = 200;  // how soon a wait notices that it was cancelled
constexpr std::size_t kMostInFlight = 10'000;

absl::Status CheckTopic(const Place& place) {
  if (place.topic().empty()) {
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

bool IsSet(const std::atomic<bool>* cancelled) { return cancelled != nullptr && cancelled->load(); }

absl::Status Ended(const Place& place) {
  return absl::CancelledError(fmt::format("{}: ended before all was done", place.name));
}

absl::Status Produce(const Place& place, std::span<const KeyedDocument> records,
                     const std::atomic<bool>* cancelled = nullptr) {
  if (absl::Status status = CheckTopic(place); !status.ok()) return status;
  Acknowledgements acknowledgements;
  const auto producer =
      KafkaProducer::Create(place.brokers, place.properties, {}, kMostInFlight, &acknowledgements);
  if (!producer.ok()) return producer.status();
  const std::string topic = place.topic();
  // Until `step` has succeeded, half a minute at the most.
  const auto patiently = [&](auto step) -> absl::Status {
    for (int waited_ms = 0; waited_ms < kAcknowledgedMs; waited_ms += kSliceMs) {
      const absl::StatusOr<bool> done = step();
      if (!done.ok()) return done.status();
      if (*done) return absl::OkStatus();
      if (IsSet(cancelled)) return Ended(place);
    }
    return absl::UnavailableError(fmt::format("{}: the brokers at {} did not acknowledge within {} s",
                                              place.name, place.brokers, kAcknowledgedMs / 1000));
  };
  for (const KeyedDocument& record : records) {
    absl::Status taken = patiently([&] {
      return (*producer)->Produce({topic, record.key, record.document, {}}, 0, kSliceMs);
    });
    if (!taken.ok()) return taken;
  }
  absl::Status flushed = patiently([&]() -> absl::StatusOr<bool> { return (*producer)->Flush(kSliceMs); });
  if (!flushed.ok()) return flushed;
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

// What is not a regular file is none: a link could lead out of the folder. One at a time: whoever may write
// to a mailbox may fill it.
absl::Status ForEachFile(const Place& place, std::string_view suffix,
                         absl::FunctionRef<void(const std::string& path)> take) {
  if (absl::Status status = CheckFolder(place); !status.ok()) return status;
  std::error_code error;
  for (fs::directory_iterator entry(place.name, error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    std::error_code ignored;
    if (fs::is_regular_file(entry->symlink_status(ignored)) &&
        entry->path().filename().string().ends_with(suffix)) {
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

// At most one byte more than `largest`, whatever the file becomes meanwhile; an errno, 0 if all went well.
int ReadUpTo(int fd, std::size_t largest, std::string& bytes) {
  struct stat about {};
  if (fstat(fd, &about) != 0) return errno;
  if (!S_ISREG(about.st_mode)) return EINVAL;
  const std::size_t most = largest + 1;
  std::size_t used = 0;
  bytes.resize(std::min(most, static_cast<std::size_t>(about.st_size) + 1));
  while (used < most) {
    if (used == bytes.size()) bytes.resize(std::min(most, 2 * bytes.size()));
    const ssize_t got = read(fd, bytes.data() + used, bytes.size() - used);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno;
    if (got == 0) break;
    used += static_cast<std::size_t>(got);
  }
  bytes.resize(used);
  return 0;
}

// False with a warning if it cannot be read. It was a regular file when it was listed, and whoever may write
// to its folder may have put something else in its place.
bool ReadUpTo(const std::string& path, std::size_t largest, std::string& bytes) {
  const int fd = open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
  const int error = fd < 0 ? errno : ReadUpTo(fd, largest, bytes);
  if (fd >= 0) close(fd);
  if (error == 0) return true;
  spdlog::warn("{}: cannot be read ({}); passed over", path, std::strerror(error));
  return false;
}

std::string FolderPath(const Place& place, const std::string& name) {
  return (fs::path(place.name) / name).string();
}

absl::Status PostBatch(const Place& mailbox, std::string_view sealed, const std::atomic<bool>* cancelled) {
  HttpOptions options = mailbox.http;
  options.cancelled = cancelled;
  options.max_response_bytes = std::size_t{64} << 10;
  const auto client = HttpClient::Create(std::move(options));
  if (!client.ok()) return client.status();
  HttpRequest request;
  request.url = mailbox.name;
  request.headers = {{"Content-Type", "application/octet-stream"}};
  // The same batch twice is taken once by the operator; a server may say so too.
  const absl::Status posted = (*client)->Post(request, sealed).status();
  return absl::IsAlreadyExists(posted) ? absl::OkStatus() : posted;
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
                       absl::FunctionRef<void(const std::string& where, std::string_view bytes)> take,
                       const std::atomic<bool>* cancelled) {
  if (board.is_topic()) {
    if (absl::Status status = CheckTopic(board); !status.ok()) return status;
    return ReadTopicFrom(
        board.brokers, board.topic(), board.properties, {}, cancelled, [&](const KafkaRecord& record) {
          if (!record.value.empty()) {
            take(fmt::format("{} partition {} offset {}", board.name, record.partition, record.offset),
                 record.value);
          }
          return absl::OkStatus();
        });
  }
  const auto paths = FilesOf(board, kDocumentSuffix);
  if (!paths.ok()) return paths.status();
  std::string bytes;
  for (const std::string& path : *paths) {
    if (IsSet(cancelled)) return Ended(board);
    if (!ReadUpTo(path, kLargestDocument, bytes)) continue;
    if (bytes.size() > kLargestDocument) {
      spdlog::warn("{}: larger than {} bytes, which no document is; passed over", path, kLargestDocument);
      continue;
    }
    take(path, bytes);
  }
  return absl::OkStatus();
}

absl::Status DeliverBatch(const Place& mailbox, std::string_view sealed, const std::atomic<bool>* cancelled) {
  if (mailbox.is_topic()) {
    const KeyedDocument one{"", std::string(sealed)};
    return Produce(mailbox, {&one, 1}, cancelled);
  }
  if (mailbox.is_address()) return PostBatch(mailbox, sealed, cancelled);
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
    return ReadTopic(mailbox.brokers, mailbox.topic(), mailbox.properties, [&](const KafkaRecord& record) {
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
