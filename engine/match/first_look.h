// The first look: may this record hold a hit? It reads raw bytes and asks the gates (snapshot/gates.h); it
// parses nothing, but for the few records whose values do not stand in them as they are. Nearly every record
// ends here, so this is what an event costs.
//
// It never misses what the second look (second_look.h) would find, under any reading the second look may give
// the record: field by field, or as text. Tests compare the two.
#ifndef POLDER_ENGINE_MATCH_FIRST_LOOK_H_
#define POLDER_ENGINE_MATCH_FIRST_LOOK_H_

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/event/event_reader.h"
#include "engine/event/field_map.h"
#include "engine/event/record.h"
#include "engine/match/classify.h"
#include "engine/match/text_look.h"
#include "engine/snapshot/snapshot.h"

namespace polder {

// Holds buffers that grow to the largest record seen and then stay: one per worker.
class FirstLook {
 public:
  // Both outlive it.
  FirstLook(const FieldMaps& maps, ExpressionSet::Scratch& scratch) : maps_(maps), scratch_space_(scratch) {}

  // Sets `candidates[i]` for every record that needs a second look; the vector is resized to the batch. Empty
  // records are never candidates.
  void Sieve(std::span<const Record> records, Format format, const Snapshot& snapshot,
             std::vector<std::uint8_t>& candidates);

 private:
  // A question to the filter, put off until its cache line has had time to arrive.
  struct Question {
    std::uint64_t hash;
    std::uint32_t record;
    bool only_if_composed;  // counts only if the record may hold a URL in parts
  };
  // What is being looked at: a record of JSON as it stands; one of another format; or what is left when
  // escapes are decoded.
  enum class Reading : std::uint8_t { kJson, kLine, kDecoded };
  struct Pass;

  void LookAt(const Record& record);
  struct Seen {
    bool backslash = false;
    bool unicode = false;  // an escape \u, of JSON
  };
  Seen Look(std::string_view text, Reading reading);
  void LookAtFields(const Record& record);
  void LookAtValue(std::string_view value);
  bool MayMatchExpression(std::string_view text, bool decoded);
  bool MayHoldComposedUrl(std::string_view record) const;
  [[gnu::noinline]] void LookAtName(Pass& pass, std::size_t dot);
  void LookAtShortName(Pass& pass, std::size_t start, std::size_t length, std::uint64_t dots);
  void LookAtLongName(Pass& pass, std::size_t start);
  void LookAtNonAsciiName(Pass& pass, std::string_view run);
  void AskForWholeName(std::uint64_t above, std::string_view first_label, bool escaped, bool composable);
  void AskForName(std::string_view name, bool composable);
  [[gnu::noinline]] void LookAtDigests(Pass& pass, std::size_t block);
  [[gnu::noinline]] void LookAtIpv6(Pass& pass, std::size_t colon);
  [[gnu::noinline]] void LookAtUrl(Pass& pass, std::size_t colon);
  bool HostMayBeOfInterest(const Pass& pass, std::size_t start) const;
  [[gnu::noinline]] void LookAtEmail(Pass& pass, std::size_t at);
  void AskForIp(const IpAddress& ip, bool composable);
  void Ask(std::uint64_t hash, bool only_if_composed);
  void AnswerQuestions();

  const FieldMaps& maps_;
  ExpressionSet::Scratch& scratch_space_;
  EventReader reader_;
  const ExpressionSets* expressions_ = nullptr;
  bool escapable_expressions_ = false;
  Format format_ = Format::kAuto;
  const Gates* gates_ = nullptr;
  std::span<const Record> records_;
  std::vector<std::uint8_t>* candidates_ = nullptr;
  std::uint32_t record_ = 0;
  std::vector<BlockMasks> masks_;
  TextLook texts_;
  std::array<Question, 256> questions_;
  std::size_t question_count_ = 0;
  std::string decoded_;
  std::string value_;
  std::string scratch_;
};

}  // namespace polder

#endif  // POLDER_ENGINE_MATCH_FIRST_LOOK_H_
