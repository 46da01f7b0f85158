#include "connectors/member/ledger.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "connectors/files/write_file.h"

namespace polder {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kSignatureStart = ",\"signature\":\"";
constexpr std::string_view kSignatureEnd = "\"}";
constexpr std::size_t kLongestLine = std::size_t{64} << 20;

std::string_view EventName(LedgerEvent event) { return event == LedgerEvent::kLeaving ? "leaving" : "left"; }

absl::Status Altered(std::string_view what) { return absl::DataLossError(fmt::format("altered: {}", what)); }

// As Polder writes it: in another case it would be another line.
template <std::size_t N>
std::optional<std::array<std::uint8_t, N>> FromExactHex(std::string_view text) {
  const auto bytes = FromHex<N>(text);
  return bytes && ToHex(*bytes) == text ? bytes : std::nullopt;
}

template <std::size_t N>
bool ReadHex(const Json& json, const char* key, std::array<std::uint8_t, N>& to) {
  const auto found = json.find(key);
  if (found == json.end() || !found->is_string()) return false;
  const auto bytes = FromExactHex<N>(found->get_ref<const std::string&>());
  if (bytes) to = *bytes;
  return bytes.has_value();
}

bool ReadNumber(const Json& json, const char* key, std::uint64_t& to) {
  const auto found = json.find(key);
  if (found == json.end() || !found->is_number_unsigned()) return false;
  to = found->get<std::uint64_t>();
  return true;
}

bool ReadTime(const Json& json, const char* key, TimeUs& to) {
  const auto found = json.find(key);
  if (found == json.end() || !found->is_string()) return false;
  const auto time = ParseIsoTime(found->get_ref<const std::string&>());
  if (time) to = *time;
  return time.has_value();
}

void Count(const LedgerEntry& entry, std::string_view line, LedgerCheck& check) {
  check.head = {entry.number, Blake2b256(line)};
  const bool leaving = entry.event == LedgerEvent::kLeaving;
  check.leaving = leaving ? std::optional(entry.digest) : std::nullopt;
  check.arrived = leaving ? std::nullopt : std::optional(entry.digest);
  check.left += leaving ? 0 : 1;
  check.whole_bytes += line.size() + 1;
}

// Of one line after another.
class Chain {
 public:
  explicit Chain(const LedgerHead& known) : known_(known) {}

  absl::Status Take(const LedgerEntry& entry, std::string_view line) {
    if (entry.number != check_.head.number + 1) {
      return absl::DataLossError(
          fmt::format("missing or out of order: it has the number {}, and {} is expected", entry.number,
                      check_.head.number + 1));
    }
    if (entry.previous != check_.head.hash) {
      return absl::DataLossError("missing or out of order: it does not follow on the line before it");
    }
    if (entry.number == known_.number && Blake2b256(line) != known_.hash) {
      return Altered("another line than the one that was written");
    }
    Count(entry, line, check_);
    return absl::OkStatus();
  }
  const LedgerCheck& check() const { return check_; }
  bool reaches() const { return check_.head.number >= known_.number; }

 private:
  LedgerHead known_;
  LedgerCheck check_;
};

absl::Status AtLine(const std::string& path, std::uint64_t line, const absl::Status& why) {
  return absl::Status(why.code(), fmt::format("{}:{}: {}", path, line, std::string(why.message())));
}

// Goes through the file; *torn is set if its last line has no end.
absl::Status Walk(const std::string& path, Chain& chain, bool* torn,
                  const std::function<bool(const PublicKey&)>& trusted,
                  absl::FunctionRef<void(const LedgerEntry&, std::string_view line)> take) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::NotFoundError(fmt::format("{}: cannot be read: {}", path, std::strerror(errno)));
  std::string line;
  for (std::uint64_t number = 1; std::getline(file, line); ++number) {
    *torn = file.eof();
    if (line.size() > kLongestLine) return AtLine(path, number, Altered("a line longer than any"));
    if (*torn) return AtLine(path, number, Altered("the line has no end"));
    const auto entry = ReadLedgerLine(line);
    if (!entry.ok()) return AtLine(path, number, entry.status());
    if (!trusted(entry->key)) {
      return AtLine(path, number,
                    Altered(fmt::format("it is signed with the key {}, which is not this member's",
                                        ToHex(entry->key))));
    }
    if (absl::Status status = chain.Take(*entry, line); !status.ok()) return AtLine(path, number, status);
    take(*entry, line);
  }
  return absl::OkStatus();
}

absl::Status CheckReach(const std::string& path, const Chain& chain, const LedgerHead& known) {
  if (chain.reaches()) return absl::OkStatus();
  return absl::DataLossError(
      fmt::format("{}:{}: cut off: {} entries were written, and the file ends after {}", path,
                  chain.check().head.number + 1, known.number, chain.check().head.number));
}

}  // namespace

std::string LedgerPath(const std::string& state_folder) {
  return (std::filesystem::path(state_folder) / "ledger.ndjson").string();
}

std::string RenderLedgerLine(const LedgerEntry& entry, const SigningKeys& keys) {
  Json json = {{"polder", "ledger/1"},
               {"number", entry.number},
               {"event", EventName(entry.event)},
               {"time", FormatIsoTime(entry.time)},
               {"epoch", FormatIsoTime(entry.epoch)},
               {"destination", entry.destination},
               {"bytes", entry.bytes},
               {"digest", ToHex(entry.digest)}};
  if (entry.event == LedgerEvent::kLeaving) {
    Json& records = json["records"] = Json::array();
    for (const Feedback& record : entry.records) records.push_back(Json::parse(RenderFeedback(record)));
  }
  json["previous"] = ToHex(entry.previous);
  json["key"] = ToHex(entry.key);
  std::string line = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  line.pop_back();
  const Signature signature = Sign(line, keys);
  line += kSignatureStart;
  line += ToHex(signature);
  line += kSignatureEnd;
  return line;
}

absl::StatusOr<LedgerEntry> ReadLedgerLine(std::string_view line) {
  constexpr std::size_t kTail = kSignatureStart.size() + 2 * sizeof(Signature) + kSignatureEnd.size();
  if (line.size() <= kTail || !line.ends_with(kSignatureEnd)) return Altered("it is no signed entry");
  const std::string_view content = line.substr(0, line.size() - kTail);
  const std::string_view tail = line.substr(content.size());
  const auto signature =
      FromExactHex<sizeof(Signature)>(tail.substr(kSignatureStart.size(), 2 * sizeof(Signature)));
  if (!tail.starts_with(kSignatureStart) || !signature) return Altered("it is no signed entry");
  const Json json = Json::parse(line.begin(), line.end(), nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded() || !json.is_object()) return Altered("it is no JSON object");
  LedgerEntry entry;
  const std::string event = json.value("event", Json()).is_string() ? json["event"].get<std::string>() : "";
  const bool whole = ReadNumber(json, "number", entry.number) && ReadTime(json, "time", entry.time) &&
                     ReadTime(json, "epoch", entry.epoch) && ReadNumber(json, "bytes", entry.bytes) &&
                     ReadHex(json, "digest", entry.digest) && ReadHex(json, "previous", entry.previous) &&
                     ReadHex(json, "key", entry.key) && (event == "leaving" || event == "left");
  if (!whole) return Altered("it is no entry of a ledger");
  entry.event = event == "leaving" ? LedgerEvent::kLeaving : LedgerEvent::kLeft;
  if (json.contains("destination") && json["destination"].is_string()) {
    entry.destination = json["destination"].get<std::string>();
  }
  if (!IsSignedBy(content, *signature, entry.key)) return Altered("its signature does not fit it");
  return entry;
}

absl::StatusOr<LedgerCheck> CheckLedger(
    const std::string& path, const LedgerHead& known, const std::function<bool(const PublicKey&)>& trusted,
    absl::FunctionRef<void(const LedgerEntry&, std::string_view line)> take) {
  Chain chain(known);
  bool torn = false;
  absl::Status status = Walk(path, chain, &torn, trusted, take);
  if (absl::IsNotFound(status) && known.number == 0) return LedgerCheck{};
  if (status.ok()) status = CheckReach(path, chain, known);
  if (!status.ok()) return status;
  return chain.check();
}

absl::StatusOr<std::unique_ptr<Ledger>> Ledger::Open(const std::string& path, const LedgerHead& known) {
  Chain chain(known);
  bool torn = false;
  absl::Status status = Walk(
      path, chain, &torn, [](const PublicKey&) { return true; }, [](const LedgerEntry&, std::string_view) {});
  // An entry that a crash cut short: its batch did not leave, which waits for the entry.
  const bool heal = torn && chain.reaches();
  if (heal || (absl::IsNotFound(status) && known.number == 0)) status = absl::OkStatus();
  if (status.ok()) status = CheckReach(path, chain, known);
  if (!status.ok()) {
    return absl::Status(status.code(),
                        fmt::format("{}; nothing is sent before it is clear what happened to the ledger",
                                    std::string(status.message())));
  }
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0) return WriteError(path, errno);
  std::unique_ptr<Ledger> ledger(new Ledger(path, fd, chain.check()));
  if (heal) status = ledger->CutOff();
  if (status.ok()) status = SyncFolderOf(path);
  if (!status.ok()) return status;
  return ledger;
}

Ledger::~Ledger() { close(fd_); }

// What stands behind the last good line would make the next one look altered.
absl::Status Ledger::CutOff() {
  torn_ = ftruncate(fd_, static_cast<off_t>(check_.whole_bytes)) != 0;
  return torn_ ? WriteError(path_, errno) : absl::OkStatus();
}

absl::Status Ledger::Append(LedgerEntry entry, const SigningKeys& keys) {
  if (torn_) {
    if (absl::Status status = CutOff(); !status.ok()) return status;
  }
  entry.number = check_.head.number + 1;
  entry.previous = check_.head.hash;
  entry.key = keys.public_key;
  const std::string line = RenderLedgerLine(entry, keys);
  absl::Status status = WriteAll(fd_, line + "\n", path_);
  if (status.ok() && fsync(fd_) != 0) status = WriteError(path_, errno);
  if (!status.ok()) {
    CutOff().IgnoreError();
    return absl::Status(
        status.code(), fmt::format("{}; nothing leaves that is not recorded", std::string(status.message())));
  }
  Count(entry, line, check_);
  return absl::OkStatus();
}

}  // namespace polder
