// The signed list of who belongs to a community, and the terms that hold among them (DESIGN section 7).
//
// Pure: every change makes a new roster of the next version. A roster keeps everybody who ever belonged, with
// the dates, since old documents are judged by who belonged then.
#ifndef POLDER_ENGINE_COMMUNITY_ROSTER_H_
#define POLDER_ENGINE_COMMUNITY_ROSTER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/base/time.h"
#include "engine/community/party_keys.h"

namespace polder {

// A member and a CSIRT send feedback. A supplier only supplies indicators. There is one operator.
enum class Role : std::uint8_t { kMember, kSupplier, kCsirt, kOperator };
std::string_view RoleName(Role role);  // "member", "supplier", "csirt", "operator"
std::optional<Role> RoleFromName(std::string_view name);
constexpr bool SendsFeedback(Role role) { return role == Role::kMember || role == Role::kCsirt; }

// Keys count for what is signed in `from <= t < until`.
struct KeyPeriod {
  PartyKeys keys;
  TimeUs from = 0;
  TimeUs until = kEndOfTime;
};

struct RosterEntry {
  std::string name;   // unique for ever: [A-Za-z0-9._-], at most 64 characters
  std::string group;  // affiliation: the members of one count once
  Role role = Role::kMember;
  std::string sector;                 // "energy", "transport", ...; may be empty
  std::vector<KeyPeriod> keys;        // the newest last
  std::vector<std::string> vouchers;  // parties that vouch for it
  TimeUs joined = 0;
  TimeUs left = kEndOfTime;
  std::string reason;  // for which it left: "left", "revoked: ..."

  bool BelongsAt(TimeUs time) const { return joined <= time && time < left; }
  // In force at that time; null if there are none.
  const PartyKeys* KeysAt(TimeUs time) const;
};

struct CommunityTerms {
  std::string name;
  TimeUs epoch_length = kDayUs;
  std::size_t batch_records = 1024;  // that every batch has room for, so all are of one size
  std::size_t minimum_members = 5;   // that send feedback; below it nothing is released per indicator
  std::size_t vouchers = 0;          // that a newcomer needs, of different groups
  std::size_t newcomer_epochs = 7;   // see engine/release
  bool one_organisation = false;     // AMBER+STRICT then may be shared in it
};

struct Roster {
  CommunityTerms terms;
  std::uint64_t version = 0;
  TimeUs issued = 0;
  std::vector<RosterEntry> entries;

  const RosterEntry* Find(std::string_view name) const;
  // Nobody if the operator is missing, which ReadRoster refuses.
  const RosterEntry* Operator() const;
  // Who send feedback and belong at that time, in the order of their names.
  std::vector<const RosterEntry*> ReportersAt(TimeUs time) const;
};

// The roster of a new community: version 1, the operator alone.
absl::StatusOr<Roster> NewRoster(CommunityTerms terms, const std::string& operator_name,
                                 const PartyKeys& operator_keys, TimeUs now);
// Each is a new version. FailedPrecondition and InvalidArgument say what stands against it: a name that is
// taken (a revoked member does not come back under his name), keys that another has, vouchers that are too
// few or do not belong, a role there may be only one of.
absl::StatusOr<Roster> WithEntry(const Roster& roster, RosterEntry entry, TimeUs now);
absl::StatusOr<Roster> WithoutEntry(const Roster& roster, std::string_view name, const std::string& reason,
                                    TimeUs now);
absl::StatusOr<Roster> WithKeys(const Roster& roster, const KeyStatement& rotation, TimeUs now);

// JSON, the body of a document of the type "roster".
inline constexpr std::string_view kRosterType = "roster";
std::string RenderRoster(const Roster& roster);
// Checks what can be wrong with it: an InvalidArgument says where and what.
absl::StatusOr<Roster> ReadRoster(std::string_view body);
// Of the body.
Digest256 RosterDigest(const Roster& roster);

}  // namespace polder

#endif  // POLDER_ENGINE_COMMUNITY_ROSTER_H_
