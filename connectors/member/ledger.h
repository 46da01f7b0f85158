// The record that a member keeps of what left it: a file to which lines are only added, each with the digest
// of the line before and signed by the member. What is altered, missing, moved or cut off shows.
//
// One JSON object a line: `{"polder":"ledger/1","number":N,"event":"leaving|left","time":...,"epoch":...,
// "destination":...,"bytes":N,"digest":...,"records":[...],"previous":...,"key":...,"signature":...}`. Before
// a batch leaves it is recorded as "leaving", with its records in full, and is on disk; once it has arrived,
// as "left". The signature is over the line up to `,"signature":`, `previous` the BLAKE2b-256 of the whole
// line before (of nothing: zeros), `digest` that of the sealed bytes.
#ifndef POLDER_CONNECTORS_MEMBER_LEDGER_H_
#define POLDER_CONNECTORS_MEMBER_LEDGER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "connectors/member/member_store.h"
#include "engine/feedback/feedback.h"

namespace polder {

enum class LedgerEvent : std::uint8_t { kLeaving, kLeft };

struct LedgerEntry {
  std::uint64_t number = 0;  // from 1 on, without gaps
  LedgerEvent event = LedgerEvent::kLeaving;
  TimeUs time = 0;
  TimeUs epoch = 0;  // its start
  std::string destination;
  std::uint64_t bytes = 0;        // sealed
  Digest256 digest{};             // of the sealed bytes
  std::vector<Feedback> records;  // of kLeaving
  Digest256 previous{};
  PublicKey key{};
};

// Without its line end.
std::string RenderLedgerLine(const LedgerEntry& entry, const SigningKeys& keys);
// The entry, and that its line is whole and signed by its key. Its records are not read back.
absl::StatusOr<LedgerEntry> ReadLedgerLine(std::string_view line);

struct LedgerCheck {
  LedgerHead head;         // of the file
  std::uint64_t left = 0;  // batches that arrived
  // One of these two, the digest of the last entry: of a batch on its way, or of one that has arrived.
  std::optional<Digest256> leaving;
  std::optional<Digest256> arrived;
  std::uint64_t whole_bytes = 0;  // of the file: where its last good line ends
};
// Checks the file from its first line: the chain, every signature, that only `trusted` keys signed, and that
// it reaches as far as `known`. The error, DataLoss, names the first line that is wrong and how: altered,
// missing, out of order, cut off. NotFound if there is no file though `known` has entries. `take` gets every
// good line.
absl::StatusOr<LedgerCheck> CheckLedger(
    const std::string& path, const LedgerHead& known, const std::function<bool(const PublicKey&)>& trusted,
    absl::FunctionRef<void(const LedgerEntry&, std::string_view line)> take = [](const LedgerEntry&,
                                                                                 std::string_view) {});

// Appends. Used by one process at a time, the one that sends.
class Ledger {
 public:
  // Checks what is there, by CheckLedger without regard to keys. A last line that a crash left half written,
  // beyond what is known, is dropped.
  static absl::StatusOr<std::unique_ptr<Ledger>> Open(const std::string& path, const LedgerHead& known);
  ~Ledger();
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

  // On disk when it returns. `entry` is given its number, key and the digest before. After an error,
  // Unavailable if the disk is full, the ledger is as it was, and may be tried again.
  absl::Status Append(LedgerEntry entry, const SigningKeys& keys);
  const LedgerHead& head() const { return check_.head; }
  // Whether the last entry is about these bytes leaving, or having left.
  bool IsLeaving(const Digest256& digest) const { return check_.leaving == digest; }
  bool HasLeft(const Digest256& digest) const { return check_.arrived == digest; }

 private:
  Ledger(std::string path, int fd, const LedgerCheck& check)
      : path_(std::move(path)), fd_(fd), check_(check) {}

  absl::Status CutOff();

  std::string path_;
  int fd_;
  LedgerCheck check_;
  bool torn_ = false;  // behind its last good line there may be a piece of another
};

// In the folder of the member's state.
std::string LedgerPath(const std::string& state_folder);

}  // namespace polder

#endif  // POLDER_CONNECTORS_MEMBER_LEDGER_H_
