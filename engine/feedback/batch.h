// What a member sends: the feedback of one epoch, in a form that is always of the same size, signed by the
// member and sealed to the operator (DESIGN section 7, point 4).
//
// Layout of the content, integers little-endian, all of fixed length: "PLDBATCH", version, community and
// member (length and 64 bytes each), the recipient's sealing key, the epoch's start and length, the digest of
// the manifest the member holds, what was watched, the number of records, room for the community's number of
// records, the Ed25519 signature over all before it. Sealed with libsodium's sealed box: who sent it is
// inside.
#ifndef POLDER_ENGINE_FEEDBACK_BATCH_H_
#define POLDER_ENGINE_FEEDBACK_BATCH_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/base/crypto.h"
#include "engine/feedback/feedback.h"

namespace polder {

// What the member's events were, so that nothing seen is not taken for nothing there.
enum class LogSource : std::uint8_t {
  kNetwork,
  kDns,
  kWeb,
  kMail,
  kEndpoint,
  kIdentity,
  kCloud,
  kFirewall,
  kOther
};
inline constexpr std::size_t kLogSources = 9;
std::string_view LogSourceName(LogSource source);
std::optional<LogSource> LogSourceFromName(std::string_view name);

// Events in the epoch, by powers of ten: 0, up to 10^4, 10^6, 10^8, 10^10, more.
enum class EventsBucket : std::uint8_t { kNone, kUpTo10k, kUpTo1M, kUpTo100M, kUpTo10G, kMore };
EventsBucket EventsBucketOf(std::uint64_t events);
std::string_view EventsBucketName(EventsBucket bucket);

struct Watched {
  std::uint32_t kinds = 0;        // bit: Kind
  std::uint16_t log_sources = 0;  // bit: LogSource
  EventsBucket events = EventsBucket::kNone;

  bool Has(Kind kind) const { return (kinds >> static_cast<unsigned>(kind) & 1U) != 0; }
  bool Has(LogSource source) const { return (log_sources >> static_cast<unsigned>(source) & 1U) != 0; }
  void Add(Kind kind) { kinds |= 1U << static_cast<unsigned>(kind); }
  void Add(LogSource source);
  friend bool operator==(const Watched&, const Watched&) = default;
};

struct Batch {
  std::string community;
  std::string member;
  PublicKey recipient{};  // the operator's sealing key
  Epoch epoch;
  Digest256 manifest{};  // all zero: the member holds none
  Watched watched;
  std::vector<Feedback> records;  // ascending ioc_id, each once

  friend bool operator==(const Batch&, const Batch&) = default;
};

// The size of every batch of a community whose batches have room for so many records.
std::size_t SealedBatchSize(std::size_t room);

// The content, before it is sealed, for `polder feedback preview`. CHECKs that the records fit.
std::string EncodeBatch(const Batch& batch, std::size_t room, const SigningKeys& member);
// Nothing if the recipient's key is unusable.
std::optional<std::string> SealBatch(std::string_view encoded, const PublicKey& recipient);

// Why a batch is not taken. Counted by name; every refusal has one.
enum class BatchRefusal : std::uint8_t {
  kSize,       // not of the one size
  kSealed,     // not sealed to this operator, or damaged
  kMalformed,  // opened, but not such a batch
  kCommunity,  // of another community
  kRecipient,  // for another operator, passed on
  kStranger,   // by nobody on the roster, or by one that sends no feedback
  kRevoked,    // by one that no longer belongs
  kForged,     // not signed by the member it names
  kEpoch,      // of another epoch than those that are collected
  kReplayed,   // the same came before
  kSecond,     // another of the same member and epoch came before
};
inline constexpr std::size_t kBatchRefusals = 11;
std::string_view BatchRefusalName(BatchRefusal refusal);

struct OpenedBatch {
  Batch batch;
  Signature signature{};
  std::string content;  // what is signed

  bool IsSignedBy(const PublicKey& key) const { return polder::IsSignedBy(content, signature, key); }
};
// Opens and reads; who signed is not judged yet. `why` is set, and says more for people, if there is nothing.
struct BatchProblem {
  BatchRefusal refusal = BatchRefusal::kMalformed;
  std::string detail;
};
std::optional<OpenedBatch> OpenBatch(std::string_view sealed, std::size_t room, const SealingKeys& keys,
                                     BatchProblem* why);

}  // namespace polder

#endif  // POLDER_ENGINE_FEEDBACK_BATCH_H_
