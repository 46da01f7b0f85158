#include "engine/feedback/batch.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>

namespace polder {
namespace {

constexpr std::string_view kMagic = "PLDBATCH";
constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kNameBytes = 64;
constexpr std::size_t kRecordBytes = 34;
constexpr std::size_t kHeaderBytes = 8 + 1 + 2 * (1 + kNameBytes) + 32 + 8 + 8 + 32 + (4 + 2 + 1) + 4;
constexpr std::size_t kSignatureBytes = sizeof(Signature);

constexpr std::array<std::string_view, kLogSources> kLogSourceNames{
    "network", "dns", "web", "mail", "endpoint", "identity", "cloud", "firewall", "other"};

std::size_t ContentBytes(std::size_t room) { return kHeaderBytes + room * kRecordBytes; }

class Writer {
 public:
  explicit Writer(std::size_t size) { bytes_.reserve(size); }
  void Raw(std::string_view bytes) { bytes_ += bytes; }
  template <std::size_t N>
  void Raw(const std::array<std::uint8_t, N>& bytes) {
    bytes_.append(reinterpret_cast<const char*>(bytes.data()), N);
  }
  void Number(std::uint64_t value, std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; ++i) bytes_ += static_cast<char>(value >> (8 * i) & 0xff);
  }
  void Name(std::string_view name) {
    if (name.size() > kNameBytes) std::abort();
    Number(name.size(), 1);
    Raw(name);
    bytes_.append(kNameBytes - name.size(), '\0');
  }
  void PadTo(std::size_t size) { bytes_.resize(size, '\0'); }
  std::string Take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// Reads what Writer wrote; the caller has checked the size of the whole.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : left_(bytes) {}
  std::string_view Raw(std::size_t count) {
    const std::string_view taken = left_.substr(0, count);
    left_.remove_prefix(count);
    return taken;
  }
  template <std::size_t N>
  std::array<std::uint8_t, N> Array() {
    std::array<std::uint8_t, N> array;
    std::memcpy(array.data(), Raw(N).data(), N);
    return array;
  }
  std::uint64_t Number(std::size_t bytes) {
    std::uint64_t value = 0;
    const std::string_view raw = Raw(bytes);
    for (std::size_t i = 0; i < bytes; ++i) {
      value |= static_cast<std::uint64_t>(static_cast<std::uint8_t>(raw[i])) << (8 * i);
    }
    return value;
  }
  // Nothing if it is too long or not padded with zeros: there is one way to write a name.
  std::optional<std::string> Name() {
    const std::size_t size = Number(1);
    const std::string_view field = Raw(kNameBytes);
    if (size > kNameBytes || field.find_first_not_of('\0', size) != std::string_view::npos)
      return std::nullopt;
    return std::string(field.substr(0, size));
  }
  std::string_view left() const { return left_; }

 private:
  std::string_view left_;
};

// One octet: the verdict in two bits, the latency and the count in three each, zero where there is none; and
// one for late.
void WriteRecord(const Feedback& feedback, Writer& to) {
  const unsigned latency = feedback.latency ? static_cast<unsigned>(*feedback.latency) + 1 : 0;
  const unsigned count = feedback.count ? static_cast<unsigned>(*feedback.count) + 1 : 0;
  to.Raw(feedback.ioc_id);
  to.Number(static_cast<unsigned>(feedback.verdict) | latency << 2 | count << 5, 1);
  to.Number(feedback.late ? 1 : 0, 1);
}

std::optional<Feedback> ReadRecord(Reader& from) {
  Feedback feedback;
  feedback.ioc_id = from.Array<32>();
  const std::uint64_t packed = from.Number(1);
  const std::uint64_t late = from.Number(1);
  const std::uint64_t verdict = packed & 3;
  const std::uint64_t latency = packed >> 2 & 7;
  const std::uint64_t count = packed >> 5 & 7;
  if (verdict > static_cast<unsigned>(Verdict::kFalsePositive) ||
      latency > static_cast<unsigned>(LatencyBucket::kLater) + 1 ||
      count > static_cast<unsigned>(CountBucket::kHundreds) + 1 || late > 1) {
    return std::nullopt;
  }
  feedback.verdict = static_cast<Verdict>(verdict);
  if (latency > 0) feedback.latency = static_cast<LatencyBucket>(latency - 1);
  if (count > 0) feedback.count = static_cast<CountBucket>(count - 1);
  feedback.late = late == 1;
  return feedback;
}

// What is wrong with the content; empty if nothing is.
std::string ReadContent(std::string_view content, std::size_t room, Batch& batch) {
  Reader reader(content);
  if (reader.Raw(kMagic.size()) != kMagic) return "it does not begin as a batch does";
  if (const auto version = reader.Number(1); version != kVersion) {
    return fmt::format("version {}, and this program reads version {}", version, kVersion);
  }
  auto community = reader.Name();
  auto member = reader.Name();
  if (!community || !member) return "a name in it is malformed";
  batch.community = *std::move(community);
  batch.member = *std::move(member);
  batch.recipient = reader.Array<32>();
  batch.epoch.start = static_cast<TimeUs>(reader.Number(8));
  batch.epoch.length = static_cast<TimeUs>(reader.Number(8));
  if (batch.epoch.length <= 0 || batch.epoch.length > 366 * kDayUs ||
      batch.epoch.start % batch.epoch.length != 0 || batch.epoch.start < 0 ||
      batch.epoch.start > kEndOfTime - batch.epoch.length) {
    return "its epoch is none";
  }
  batch.manifest = reader.Array<32>();
  batch.watched.kinds = static_cast<std::uint32_t>(reader.Number(4));
  batch.watched.log_sources = static_cast<std::uint16_t>(reader.Number(2));
  const std::uint64_t events = reader.Number(1);
  if (events > static_cast<unsigned>(EventsBucket::kMore) || batch.watched.kinds >> kAllKinds.size() != 0 ||
      batch.watched.log_sources >> kLogSources != 0) {
    return "what it says to have watched is malformed";
  }
  batch.watched.events = static_cast<EventsBucket>(events);
  const std::uint64_t count = reader.Number(4);
  if (count > room) return fmt::format("it says to hold {} records, and there is room for {}", count, room);
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto record = ReadRecord(reader);
    if (!record) return fmt::format("record {} is malformed", i + 1);
    if (!batch.records.empty() && !(batch.records.back().ioc_id < record->ioc_id)) {
      return fmt::format("record {} is out of order, or about the same indicator as the one before", i + 1);
    }
    batch.records.push_back(*record);
  }
  if (reader.left().find_first_not_of('\0') != std::string_view::npos) {
    return "there is something after its last record";
  }
  return {};
}

}  // namespace

std::string_view LogSourceName(LogSource source) {
  return kLogSourceNames.at(static_cast<std::size_t>(source));
}

std::optional<LogSource> LogSourceFromName(std::string_view name) {
  const auto* const found = std::find(kLogSourceNames.begin(), kLogSourceNames.end(), name);
  if (found == kLogSourceNames.end()) return std::nullopt;
  return static_cast<LogSource>(found - kLogSourceNames.begin());
}

EventsBucket EventsBucketOf(std::uint64_t events) {
  if (events == 0) return EventsBucket::kNone;
  if (events <= 10'000) return EventsBucket::kUpTo10k;
  if (events <= 1'000'000) return EventsBucket::kUpTo1M;
  if (events <= 100'000'000) return EventsBucket::kUpTo100M;
  return events <= 10'000'000'000 ? EventsBucket::kUpTo10G : EventsBucket::kMore;
}

std::string_view EventsBucketName(EventsBucket bucket) {
  switch (bucket) {
    case EventsBucket::kNone:
      return "0";
    case EventsBucket::kUpTo10k:
      return "<=10k";
    case EventsBucket::kUpTo1M:
      return "<=1M";
    case EventsBucket::kUpTo100M:
      return "<=100M";
    case EventsBucket::kUpTo10G:
      return "<=10G";
    case EventsBucket::kMore:
      return ">10G";
  }
  return "unknown";
}

void Watched::Add(LogSource source) {
  log_sources = static_cast<std::uint16_t>(log_sources | 1U << static_cast<unsigned>(source));
}

std::size_t SealedBatchSize(std::size_t room) { return ContentBytes(room) + kSignatureBytes + kSealBytes; }

std::string EncodeBatch(const Batch& batch, std::size_t room, const SigningKeys& member) {
  if (batch.records.size() > room) std::abort();
  Writer writer(ContentBytes(room) + kSignatureBytes);
  writer.Raw(kMagic);
  writer.Number(kVersion, 1);
  writer.Name(batch.community);
  writer.Name(batch.member);
  writer.Raw(batch.recipient);
  writer.Number(static_cast<std::uint64_t>(batch.epoch.start), 8);
  writer.Number(static_cast<std::uint64_t>(batch.epoch.length), 8);
  writer.Raw(batch.manifest);
  writer.Number(batch.watched.kinds, 4);
  writer.Number(batch.watched.log_sources, 2);
  writer.Number(static_cast<std::uint64_t>(batch.watched.events), 1);
  writer.Number(batch.records.size(), 4);
  for (const Feedback& record : batch.records) WriteRecord(record, writer);
  writer.PadTo(ContentBytes(room));
  std::string content = writer.Take();
  const Signature signature = Sign(content, member);
  content.append(reinterpret_cast<const char*>(signature.data()), signature.size());
  return content;
}

std::optional<std::string> SealBatch(std::string_view encoded, const PublicKey& recipient) {
  return Seal(encoded, recipient);
}

std::string_view BatchRefusalName(BatchRefusal refusal) {
  switch (refusal) {
    case BatchRefusal::kSize:
      return "wrong size";
    case BatchRefusal::kSealed:
      return "not sealed to this operator, or damaged";
    case BatchRefusal::kMalformed:
      return "malformed";
    case BatchRefusal::kCommunity:
      return "of another community";
    case BatchRefusal::kRecipient:
      return "for another recipient";
    case BatchRefusal::kStranger:
      return "by nobody on the roster who sends feedback";
    case BatchRefusal::kRevoked:
      return "by one who no longer belongs";
    case BatchRefusal::kForged:
      return "not signed by the member it names";
    case BatchRefusal::kEpoch:
      return "of an epoch that is not collected";
    case BatchRefusal::kReplayed:
      return "came before";
    case BatchRefusal::kSecond:
      return "a second one of its member and epoch";
  }
  return "unknown";
}

std::optional<OpenedBatch> OpenBatch(std::string_view sealed, std::size_t room, const SealingKeys& keys,
                                     BatchProblem* why) {
  if (sealed.size() != SealedBatchSize(room)) {
    *why = {BatchRefusal::kSize, fmt::format("{} bytes, and every batch of this community has {}",
                                             sealed.size(), SealedBatchSize(room))};
    return std::nullopt;
  }
  auto content = Unseal(sealed, keys);
  if (!content) {
    *why = {BatchRefusal::kSealed, "it does not open with the operator's key"};
    return std::nullopt;
  }
  OpenedBatch opened;
  std::memcpy(opened.signature.data(), content->data() + ContentBytes(room), kSignatureBytes);
  content->resize(ContentBytes(room));
  if (std::string wrong = ReadContent(*content, room, opened.batch); !wrong.empty()) {
    *why = {BatchRefusal::kMalformed, std::move(wrong)};
    return std::nullopt;
  }
  opened.content = *std::move(content);
  return opened;
}

}  // namespace polder
