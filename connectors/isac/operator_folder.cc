#include "connectors/isac/operator_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "connectors/community/key_file.h"
#include "connectors/community/load_community.h"
#include "connectors/files/read_file.h"
#include "connectors/files/write_file.h"

namespace polder {
namespace {

namespace fs = std::filesystem;

absl::Status MakeFolder(const std::string& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (!error) return absl::OkStatus();
  return absl::PermissionDeniedError(fmt::format("{}: cannot be made: {}", path, error.message()));
}

}  // namespace

absl::StatusOr<SignedDocument> OperatorFolder::ReadDocumentFile(const std::string& path, std::string* text) {
  auto read = ReadWholeFile(path, kLargestDocument);
  if (!read.ok()) return read.status();
  read->resize(read->find_last_not_of("\r\n") + 1);
  auto document = ReadSignedDocument(*read);
  if (!document.ok()) {
    return absl::InvalidArgumentError(fmt::format("{}: {}", path, std::string(document.status().message())));
  }
  if (text != nullptr) *text = *std::move(read);
  return document;
}

std::string OperatorFolder::File(const std::string& name) const { return (fs::path(path_) / name).string(); }

std::string OperatorFolder::RosterFile(std::uint64_t version) const {
  return File("rosters/" + RosterKey(version) + ".json");
}

std::string OperatorFolder::StorePath() const { return File("isac.sqlite"); }

absl::StatusOr<std::unique_ptr<OperatorFolder>> OperatorFolder::Create(const std::string& path,
                                                                       CommunityTerms terms,
                                                                       const std::string& operator_name,
                                                                       const IsacConfig& config, TimeUs now) {
  std::unique_ptr<OperatorFolder> folder(new OperatorFolder(path));
  folder->secrets_ = NewPartySecrets();
  auto roster = NewRoster(std::move(terms), operator_name, folder->secrets_.Public(), now);
  if (!roster.ok()) return roster.status();
  for (const char* name : {"operator.key", "operator.pub", "roster.json", "settings.yaml", "isac.sqlite"}) {
    std::error_code ignored;
    if (!fs::exists(fs::symlink_status(folder->File(name), ignored))) continue;
    return absl::AlreadyExistsError(fmt::format(
        "{}: is there already, and nothing is overwritten; name another folder", folder->File(name)));
  }
  if (absl::Status made = MakeFolder(folder->File("rosters")); !made.ok()) return made;
  // The key is first: of two commands at a time one fails here.
  absl::Status written = WriteKeyFile(folder->File("operator.key"), folder->secrets_);
  if (written.ok()) written = folder->TakeForChange();
  if (written.ok()) written = folder->WritePublicKeys();
  if (written.ok())
    written = WriteFileAtomically(folder->File("settings.yaml"), RenderIsacConfig(config), 0600);
  if (written.ok()) written = folder->WriteRoster(*roster, folder->secrets_, now);
  if (!written.ok()) return written;
  folder->config_ = config;
  folder->sealing_keys_ = {folder->secrets_.sealing};
  return folder;
}

absl::StatusOr<std::unique_ptr<OperatorFolder>> OperatorFolder::Open(const std::string& path, Access access) {
  std::unique_ptr<OperatorFolder> folder(new OperatorFolder(path));
  std::error_code ignored;
  if (!fs::exists(folder->File("roster.json"), ignored)) {
    return absl::NotFoundError(
        fmt::format("{}: is no operator's folder, which has a roster.json; name it with --folder, or make "
                    "one with polder "
                    "isac init",
                    path));
  }
  if (access == Access::kChange) {
    if (absl::Status taken = folder->TakeForChange(); !taken.ok()) return taken;
    if (absl::Status finished = folder->FinishKeyChange(); !finished.ok()) return finished;
  }
  if (absl::Status read = folder->Read(); !read.ok()) return read;
  return folder;
}

OperatorFolder::~OperatorFolder() {
  if (lock_ >= 0) close(lock_);
}

absl::Status OperatorFolder::TakeForChange() {
  lock_ = open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (lock_ < 0) {
    return absl::PermissionDeniedError(fmt::format("{}: cannot be opened: {}", path_, std::strerror(errno)));
  }
  if (flock(lock_, LOCK_EX | LOCK_NB) == 0) return absl::OkStatus();
  return absl::UnavailableError(
      fmt::format("{}: another polder isac is changing it; try again when it has ended", path_));
}

absl::Status OperatorFolder::Read() {
  if (absl::Status read = ReadKeys(); !read.ok()) return read;
  const auto document = ReadDocumentFile(File("roster.json"), &roster_document_);
  if (!document.ok()) return document.status();
  auto roster = ReadRoster(document->body);
  if (!roster.ok()) {
    return absl::InvalidArgumentError(
        fmt::format("{}: {}", File("roster.json"), std::string(roster.status().message())));
  }
  roster_ = *std::move(roster);
  if (roster_.Operator()->keys.back().keys != secrets_.Public() ||
      !IsAuthentic(*document, secrets_.signing.public_key)) {
    return absl::FailedPreconditionError(fmt::format(
        "{}: roster.json is not signed with operator.key; if polder isac rotate-key was interrupted, polder "
        "isac roster post finishes it; otherwise restore both files from one backup",
        path_));
  }
  std::error_code ignored;
  if (fs::exists(File("settings.yaml"), ignored)) {
    auto config = ReadIsacConfigFile(File("settings.yaml"));
    if (!config.ok()) return config.status();
    config_ = *std::move(config);
  }
  return ReadOldKeys();
}

absl::Status OperatorFolder::WritePublicKeys() const {
  return WriteFileAtomically(File("operator.pub"), FormatPartyKeys(secrets_.Public()) + "\n");
}

absl::Status OperatorFolder::WriteRoster(const Roster& next, const PartySecrets& by, TimeUs now) {
  SignedDocument document;
  document.type = kRosterType;
  document.community = next.terms.name;
  document.signer = next.Operator()->name;
  document.signed_at = now;
  document.body = RenderRoster(next);
  const std::string text = RenderSignedDocument(SignDocument(std::move(document), by.signing));
  if (text.size() >= kLargestDocument) {
    return absl::ResourceExhaustedError(
        fmt::format("{}: the roster would be larger than {} bytes", path_, kLargestDocument));
  }
  // The version first: what is in force is never missing among the versions.
  if (absl::Status made = MakeFolder(File("rosters")); !made.ok()) return made;
  absl::Status written = WriteFileAtomically(RosterFile(next.version), text + "\n");
  if (written.ok()) written = WriteFileAtomically(File("roster.json"), text + "\n");
  if (!written.ok()) return written;
  roster_ = next;
  roster_document_ = text;
  return absl::OkStatus();
}

absl::Status OperatorFolder::Replace(const Roster& next, TimeUs now) {
  return WriteRoster(next, secrets_, now);
}

std::string OperatorFolder::Signed(std::string_view type, std::string body, TimeUs now) const {
  SignedDocument document;
  document.type = type;
  document.community = roster_.terms.name;
  document.signer = roster_.Operator()->name;
  document.signed_at = now;
  document.body = std::move(body);
  return RenderSignedDocument(SignDocument(std::move(document), secrets_.signing));
}

std::optional<Place> OperatorFolder::Board() const {
  if (config_.board.empty()) return std::nullopt;
  return PlaceNamed(config_.board);
}

std::vector<Place> OperatorFolder::Mailboxes() const {
  std::vector<Place> places;
  for (const std::string& name : config_.mailboxes) places.push_back(PlaceNamed(name));
  return places;
}

Place OperatorFolder::PlaceNamed(const std::string& name) const {
  return {.name = name, .brokers = config_.brokers, .properties = config_.kafka_properties, .http = {}};
}

absl::Status OperatorFolder::PostRosters(std::uint64_t first) const {
  const auto board = Board();
  if (!board) return absl::OkStatus();
  std::vector<KeyedDocument> documents;
  for (std::uint64_t version = first; version <= roster_.version; ++version) {
    std::string text;
    const auto document = ReadDocumentFile(RosterFile(version), &text);
    if (!document.ok()) return document.status();
    documents.push_back({RosterKey(version), std::move(text)});
  }
  const absl::Status posted = PostDocuments(*board, documents);
  if (posted.ok()) return posted;
  return {posted.code(),
          fmt::format(
              "the roster is changed here, version {}, and could not be put on the board: {}; when that is "
              "mended, run polder isac roster post",
              roster_.version, std::string(posted.message()))};
}

}  // namespace polder
