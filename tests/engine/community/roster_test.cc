#include "engine/community/roster.h"

#include <gtest/gtest.h>

#include <string>

namespace polder {
namespace {

const TimeUs kNow = *ParseIsoTime("2024-05-06T12:00:00Z");

RosterEntry Entry(const std::string& name, const std::string& group = "") {
  RosterEntry entry;
  entry.name = name;
  entry.group = group.empty() ? name : group;
  entry.sector = "energy";
  entry.joined = kNow;
  entry.keys.push_back({NewPartySecrets().Public(), kNow, kEndOfTime});
  return entry;
}

Roster Founded(std::size_t vouchers = 0) {
  CommunityTerms terms;
  terms.name = "dike";
  terms.vouchers = vouchers;
  return *NewRoster(terms, "isac", NewPartySecrets().Public(), kNow);
}

Roster With(Roster roster, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    RosterEntry entry = Entry(name);
    for (const RosterEntry* reporter : roster.ReportersAt(kNow)) entry.vouchers.push_back(reporter->name);
    roster = *WithEntry(roster, entry, kNow);
  }
  return roster;
}

TEST(Roster, IsReadAsItWasWritten) {
  Roster roster = With(Founded(), {"a", "b", "c"});
  roster = *WithoutEntry(roster, "b", "revoked: \"why\"", kNow + kSecondUs);
  const auto read = ReadRoster(RenderRoster(roster));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(RenderRoster(*read), RenderRoster(roster));
  EXPECT_EQ(RosterDigest(*read), RosterDigest(roster));
  EXPECT_EQ(read->version, 5U);
}

TEST(Roster, CountsWhoSendsFeedbackAtATime) {
  Roster roster = With(Founded(), {"b", "a"});
  RosterEntry supplier = Entry("vendor");
  supplier.role = Role::kSupplier;
  roster = *WithEntry(roster, supplier, kNow);
  roster = *WithoutEntry(roster, "a", "left", kNow + kDayUs);
  ASSERT_EQ(roster.ReportersAt(kNow).size(), 2U);
  EXPECT_EQ(roster.ReportersAt(kNow)[0]->name, "a");
  EXPECT_EQ(roster.ReportersAt(kNow + kDayUs).size(), 1U);
  EXPECT_TRUE(roster.ReportersAt(kNow - 1).empty());
}

TEST(WithEntry, RefusesWhatCannotBe) {
  const Roster roster = With(Founded(), {"a"});
  RosterEntry stolen = Entry("thief");
  stolen.keys = roster.Find("a")->keys;
  RosterEntry second = Entry("isac2");
  second.role = Role::kOperator;
  RosterEntry keyless = Entry("b");
  keyless.keys.clear();
  for (const RosterEntry& entry : {Entry("a"), Entry(""), Entry("a b"), Entry(std::string(65, 'x')),
                                   Entry("x", "no group"), stolen, second, keyless}) {
    const auto next = WithEntry(roster, entry, kNow);
    EXPECT_FALSE(next.ok()) << entry.name;
    EXPECT_GT(next.status().message().size(), 20U);
  }
}

TEST(WithEntry, AsksForVouchersOfOtherGroupsOnceThereAreMembers) {
  Roster roster = With(Founded(2), {"a", "b", "c"});
  RosterEntry alone = Entry("d");
  EXPECT_FALSE(WithEntry(roster, alone, kNow).ok());
  RosterEntry one = Entry("d");
  one.vouchers = {"a"};
  EXPECT_FALSE(WithEntry(roster, one, kNow).ok());
  RosterEntry related = Entry("d", "a");
  related.vouchers = {"a", "b"};
  EXPECT_FALSE(WithEntry(roster, related, kNow).ok());
  RosterEntry unknown = Entry("d");
  unknown.vouchers = {"a", "nobody"};
  EXPECT_FALSE(WithEntry(roster, unknown, kNow).ok());
  RosterEntry two = Entry("d");
  two.vouchers = {"a", "b"};
  EXPECT_TRUE(WithEntry(roster, two, kNow).ok());
  roster = *WithoutEntry(roster, "a", "left", kNow);
  EXPECT_FALSE(WithEntry(roster, two, kNow).ok());
}

TEST(WithoutEntry, EndsTheKeysAndNeverFreesTheName) {
  Roster roster = With(Founded(), {"a", "b"});
  roster = *WithoutEntry(roster, "a", "left", kNow + kSecondUs);
  EXPECT_NE(roster.Find("a")->KeysAt(kNow), nullptr);
  EXPECT_EQ(roster.Find("a")->KeysAt(kNow + kSecondUs), nullptr);
  EXPECT_FALSE(WithEntry(roster, Entry("a"), kNow + kDayUs).ok());
  EXPECT_FALSE(WithoutEntry(roster, "a", "again", kNow + kDayUs).ok());
  EXPECT_FALSE(WithoutEntry(roster, "isac", "no", kNow).ok());
  EXPECT_FALSE(WithoutEntry(roster, "nobody", "no", kNow).ok());
}

TEST(WithKeys, ChangesKeysOnlyByTheWordOfTheOldOnes) {
  const PartySecrets old = NewPartySecrets();
  const PartySecrets fresh = NewPartySecrets();
  Roster roster = Founded();
  RosterEntry entry = Entry("a");
  entry.keys = {{old.Public(), kNow, kEndOfTime}};
  roster = *WithEntry(roster, entry, kNow);
  const TimeUs then = kNow + kDayUs;
  const auto plain = ReadKeyStatement(MakeKeyStatement("a", fresh, then));
  EXPECT_FALSE(WithKeys(roster, *plain, then).ok());
  const auto by_another = ReadKeyStatement(MakeRotation("a", NewPartySecrets(), fresh, then));
  EXPECT_FALSE(WithKeys(roster, *by_another, then).ok());
  const auto rotation = ReadKeyStatement(MakeRotation("a", old, fresh, then));
  const auto next = WithKeys(roster, *rotation, then);
  ASSERT_TRUE(next.ok()) << next.status();
  EXPECT_EQ(*next->Find("a")->KeysAt(kNow), old.Public());
  EXPECT_EQ(*next->Find("a")->KeysAt(then), fresh.Public());
  EXPECT_FALSE(WithKeys(*next, *rotation, then + 1).ok()) << "the same rotation told again";
}

TEST(ReadRoster, SaysWhereAndWhatIsWrong) {
  const std::string good = RenderRoster(With(Founded(), {"a"}));
  const struct {
    std::string from;
    std::string to;
    std::string says;
  } kCases[] = {
      {"\"version\":2", "\"version\":-2", "roster.version"},
      {"\"role\":\"member\"", "\"role\":\"chief\"", "roster.entries.1.role"},
      {"\"epoch_seconds\":86400", "\"epoch_seconds\":0", "roster.epoch_seconds"},
      {"\"batch_records\":1024", "\"batch_records\":1000000", "roster.batch_records"},
      {"polder-key:", "polder-kay:", "keys"},
      {"\"name\":\"a\"", "\"name\":\"isac\"", "'isac' is on it twice"},
      {"\"role\":\"member\"", "\"role\":\"operator\"", "2 operators"},
      {"\"issued\":\"2024-05-06", "\"issued\":\"2024-15-06", "roster.issued"},
  };
  ASSERT_TRUE(ReadRoster(good).ok());
  for (const auto& test : kCases) {
    std::string bad = good;
    const std::size_t at = bad.find(test.from);
    ASSERT_NE(at, std::string::npos) << test.from;
    bad.replace(at, test.from.size(), test.to);
    const auto read = ReadRoster(bad);
    ASSERT_FALSE(read.ok()) << test.to;
    EXPECT_NE(std::string(read.status().message()).find(test.says), std::string::npos) << read.status();
  }
  for (const std::string& bad :
       {std::string(), std::string("[]"), std::string("{}"), std::string("{"), std::string(100'000, '[')}) {
    EXPECT_FALSE(ReadRoster(bad).ok());
  }
}

}  // namespace
}  // namespace polder
