#include "engine/community/roster.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "engine/community/signed_document.h"

namespace polder {
namespace {

constexpr std::array<std::string_view, 4> kRoles{"member", "supplier", "csirt", "operator"};

RosterEntry* FindIn(Roster& roster, std::string_view name) {
  const auto found = std::find_if(roster.entries.begin(), roster.entries.end(),
                                  [&](const RosterEntry& entry) { return entry.name == name; });
  return found == roster.entries.end() ? nullptr : &*found;
}

// Whoever had a key could pass for its next owner.
const RosterEntry* HolderOf(const Roster& roster, const PartyKeys& keys) {
  for (const RosterEntry& entry : roster.entries) {
    for (const KeyPeriod& period : entry.keys) {
      if (period.keys.signing == keys.signing || period.keys.sealing == keys.sealing) return &entry;
    }
  }
  return nullptr;
}

absl::Status CheckVouchers(const Roster& roster, const RosterEntry& entry, TimeUs now) {
  std::set<std::string_view> groups;
  for (const std::string& name : entry.vouchers) {
    const RosterEntry* voucher = roster.Find(name);
    if (voucher == nullptr || !voucher->BelongsAt(now)) {
      return absl::FailedPreconditionError(
          fmt::format("'{}' cannot vouch for '{}': not on the roster, or no longer", name, entry.name));
    }
    if (voucher->group == entry.group) {
      return absl::FailedPreconditionError(fmt::format(
          "'{}' cannot vouch for '{}': both are of the group '{}'", name, entry.name, entry.group));
    }
    groups.insert(voucher->group);
  }
  // The founders have nobody yet who could vouch for them.
  const std::size_t asked = std::min(roster.terms.vouchers, roster.ReportersAt(now).size());
  if (groups.size() < asked) {
    return absl::FailedPreconditionError(fmt::format(
        "'{}' has vouchers of {} groups, and the community asks for {}", entry.name, groups.size(), asked));
  }
  return absl::OkStatus();
}

Roster NextVersion(const Roster& roster, TimeUs now) {
  Roster next = roster;
  ++next.version;
  next.issued = std::max(now, roster.issued);
  return next;
}

}  // namespace

std::string_view RoleName(Role role) { return kRoles.at(static_cast<std::size_t>(role)); }

std::optional<Role> RoleFromName(std::string_view name) {
  const auto* const found = std::find(kRoles.begin(), kRoles.end(), name);
  if (found == kRoles.end()) return std::nullopt;
  return static_cast<Role>(found - kRoles.begin());
}

const PartyKeys* RosterEntry::KeysAt(TimeUs time) const {
  for (const KeyPeriod& period : keys) {
    if (period.from <= time && time < period.until) return &period.keys;
  }
  return nullptr;
}

const RosterEntry* Roster::Find(std::string_view name) const {
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [&](const RosterEntry& entry) { return entry.name == name; });
  return found == entries.end() ? nullptr : &*found;
}

const RosterEntry* Roster::Operator() const {
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [](const RosterEntry& entry) { return entry.role == Role::kOperator; });
  return found == entries.end() ? nullptr : &*found;
}

std::vector<const RosterEntry*> Roster::ReportersAt(TimeUs time) const {
  std::vector<const RosterEntry*> reporters;
  for (const RosterEntry& entry : entries) {
    if (SendsFeedback(entry.role) && entry.BelongsAt(time)) reporters.push_back(&entry);
  }
  std::sort(reporters.begin(), reporters.end(),
            [](const RosterEntry* a, const RosterEntry* b) { return a->name < b->name; });
  return reporters;
}

absl::StatusOr<Roster> NewRoster(CommunityTerms terms, const std::string& operator_name,
                                 const PartyKeys& operator_keys, TimeUs now) {
  if (!IsPartyName(terms.name) || !IsPartyName(operator_name)) {
    return absl::InvalidArgumentError(fmt::format(
        "'{}' and '{}': the names of a community and of its operator are 1 to 64 of [A-Za-z0-9._-]",
        terms.name, operator_name));
  }
  Roster roster;
  roster.terms = std::move(terms);
  roster.version = 1;
  roster.issued = now;
  RosterEntry entry;
  entry.name = operator_name;
  entry.group = operator_name;
  entry.role = Role::kOperator;
  entry.keys.push_back({operator_keys, now, kEndOfTime});
  entry.joined = now;
  roster.entries.push_back(std::move(entry));
  return roster;
}

absl::StatusOr<Roster> WithEntry(const Roster& roster, RosterEntry entry, TimeUs now) {
  if (!IsPartyName(entry.name) || !IsPartyName(entry.group)) {
    return absl::InvalidArgumentError(
        fmt::format("'{}' of the group '{}': a name is 1 to 64 of [A-Za-z0-9._-]", entry.name, entry.group));
  }
  if (entry.role == Role::kOperator) {
    return absl::FailedPreconditionError(fmt::format(
        "'{}' cannot be another operator: the community has '{}'", entry.name, roster.Operator()->name));
  }
  if (const RosterEntry* old = roster.Find(entry.name)) {
    return absl::FailedPreconditionError(
        fmt::format("'{}' is on the roster already{}", entry.name,
                    old->left == kEndOfTime
                        ? ""
                        : fmt::format(" ({}); a party that comes back takes another name", old->reason)));
  }
  if (entry.keys.empty()) {
    return absl::InvalidArgumentError(
        fmt::format("'{}' has no keys; let it make some with polder key new", entry.name));
  }
  if (const RosterEntry* holder = HolderOf(roster, entry.keys.back().keys)) {
    return absl::FailedPreconditionError(fmt::format(
        "'{}' brings keys that '{}' has or had; everyone makes his own", entry.name, holder->name));
  }
  if (const absl::Status status = CheckVouchers(roster, entry, now); !status.ok()) return status;
  Roster next = NextVersion(roster, now);
  next.entries.push_back(std::move(entry));
  return next;
}

absl::StatusOr<Roster> WithoutEntry(const Roster& roster, std::string_view name, const std::string& reason,
                                    TimeUs now) {
  Roster next = NextVersion(roster, now);
  RosterEntry* entry = FindIn(next, name);
  if (entry == nullptr) return absl::NotFoundError(fmt::format("'{}' is not on the roster", name));
  if (entry->role == Role::kOperator) {
    return absl::FailedPreconditionError(
        fmt::format("'{}' is the operator, without whom there is no roster", name));
  }
  if (entry->left != kEndOfTime) {
    return absl::FailedPreconditionError(
        fmt::format("'{}' left at {} already: {}", name, FormatIsoTime(entry->left), entry->reason));
  }
  entry->left = now;
  entry->reason = reason;
  for (KeyPeriod& period : entry->keys) period.until = std::min(period.until, now);
  return next;
}

absl::StatusOr<Roster> WithKeys(const Roster& roster, const KeyStatement& rotation, TimeUs now) {
  Roster next = NextVersion(roster, now);
  RosterEntry* entry = FindIn(next, rotation.name);
  if (entry == nullptr || !entry->BelongsAt(now)) {
    return absl::NotFoundError(fmt::format("'{}' is not on the roster, or no longer", rotation.name));
  }
  const PartyKeys* held = entry->KeysAt(now);
  if (!rotation.replaces || held == nullptr || *rotation.replaces != *held) {
    return absl::FailedPreconditionError(fmt::format(
        "the new keys of '{}' are not confirmed by those that it has now; make the statement with polder key "
        "rotate, and if the old keys are lost or stolen, revoke it",
        rotation.name));
  }
  if (const RosterEntry* holder = HolderOf(roster, rotation.keys)) {
    return absl::FailedPreconditionError(
        fmt::format("'{}' brings keys that '{}' has or had", rotation.name, holder->name));
  }
  for (KeyPeriod& period : entry->keys) period.until = std::min(period.until, now);
  entry->keys.push_back({rotation.keys, now, kEndOfTime});
  return next;
}

}  // namespace polder
