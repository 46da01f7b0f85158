#include "engine/feedback/policy.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "engine/observable/domain.h"

namespace polder {
namespace {

Reportable About(Tlp tlp, bool in_manifest = true) {
  Reportable reportable;
  reportable.kind = Kind::kDomain;
  reportable.value = "evil.example";
  reportable.tlp = tlp;
  reportable.sources = {"feed"};
  reportable.in_manifest = in_manifest;
  return reportable;
}

MemberPolicy Beyond() {
  MemberPolicy policy;
  policy.beyond_manifest = true;
  return policy;
}

// The table of DESIGN section 7, a line for every marking, either sort of community, and whether the operator
// was given the indicator.
TEST(Decide, FollowsTheWholeTableOfMarkings) {
  const struct {
    Tlp tlp;
    bool one_organisation;
    bool with_operator;
    Reason reason;
    Detail detail;
    Audience audience;
  } kTable[] = {
      {Tlp::kRed, false, false, Reason::kRed, {}, Audience::kNobody},
      {Tlp::kRed, false, true, Reason::kRed, {}, Audience::kNobody},
      {Tlp::kRed, true, false, Reason::kRed, {}, Audience::kNobody},
      {Tlp::kRed, true, true, Reason::kRed, {}, Audience::kNobody},
      {Tlp::kAmberStrict, false, false, Reason::kStrict, {}, Audience::kNobody},
      {Tlp::kAmberStrict, false, true, Reason::kStrict, {}, Audience::kNobody},
      {Tlp::kAmberStrict, true, false, Reason::kNotInManifest, {}, Audience::kNobody},
      {Tlp::kAmberStrict, true, true, Reason::kMayLeave, Detail::kSeen, Audience::kRecipients},
      {Tlp::kUnmarked, false, false, Reason::kUnmarked, {}, Audience::kNobody},
      {Tlp::kUnmarked, false, true, Reason::kUnmarked, {}, Audience::kNobody},
      {Tlp::kUnmarked, true, false, Reason::kNotInManifest, {}, Audience::kNobody},
      {Tlp::kUnmarked, true, true, Reason::kMayLeave, Detail::kSeen, Audience::kRecipients},
      {Tlp::kAmber, false, false, Reason::kNotWithOperator, {}, Audience::kNobody},
      {Tlp::kAmber, false, true, Reason::kMayLeave, Detail::kLatency, Audience::kRecipients},
      {Tlp::kAmber, true, false, Reason::kNotWithOperator, {}, Audience::kNobody},
      {Tlp::kAmber, true, true, Reason::kMayLeave, Detail::kLatency, Audience::kRecipients},
      {Tlp::kGreen, false, false, Reason::kMayLeave, Detail::kReach, Audience::kMembersAndPeers},
      {Tlp::kGreen, false, true, Reason::kMayLeave, Detail::kReach, Audience::kMembersAndPeers},
      {Tlp::kGreen, true, false, Reason::kMayLeave, Detail::kReach, Audience::kMembersAndPeers},
      {Tlp::kGreen, true, true, Reason::kMayLeave, Detail::kReach, Audience::kMembersAndPeers},
      {Tlp::kClear, false, false, Reason::kMayLeave, Detail::kCount, Audience::kAnyone},
      {Tlp::kClear, false, true, Reason::kMayLeave, Detail::kCount, Audience::kAnyone},
      {Tlp::kClear, true, false, Reason::kMayLeave, Detail::kCount, Audience::kAnyone},
      {Tlp::kClear, true, true, Reason::kMayLeave, Detail::kCount, Audience::kAnyone},
  };
  for (const auto& row : kTable) {
    SCOPED_TRACE(std::string(TlpName(row.tlp)) + (row.one_organisation ? " one organisation" : "") +
                 (row.with_operator ? " with the operator" : ""));
    const Decision decision = Decide(About(row.tlp, row.with_operator), Beyond(), row.one_organisation);
    EXPECT_EQ(decision.reason, row.reason) << ReasonText(decision.reason);
    EXPECT_EQ(decision.audience, row.audience);
    if (decision.leaves()) {
      EXPECT_EQ(decision.detail, row.detail);
    }
  }
}

TEST(Decide, SaysNothingOfWhatIsNotInTheManifestUnlessTheMemberAllowsIt) {
  for (const Tlp tlp : {Tlp::kClear, Tlp::kGreen}) {
    EXPECT_EQ(Decide(About(tlp, false), {}, false).reason, Reason::kNotInManifest);
    EXPECT_EQ(Decide(About(tlp, true), {}, false).reason, Reason::kMayLeave);
  }
}

TEST(Decide, TakesThePolicyOfTheMemberWhereItIsStricterAndNeverWhereItIsNot) {
  const Tlp all[] = {Tlp::kClear, Tlp::kGreen, Tlp::kAmber, Tlp::kAmberStrict, Tlp::kRed};
  for (const Tlp marking : all) {
    for (const Tlp own : all) {
      for (const bool one_organisation : {false, true}) {
        MemberPolicy policy;
        policy.at_least = own;
        const Decision decision = Decide(About(marking), policy, one_organisation);
        const Decision strict = Decide(About(std::max(marking, own)), {}, one_organisation);
        EXPECT_EQ(decision.leaves(), strict.leaves());
        EXPECT_EQ(decision.audience, strict.audience);
        if (decision.leaves()) {
          EXPECT_EQ(decision.detail, strict.detail);
        }
      }
    }
  }
}

TEST(Decide, SaysNoMoreThanTheMemberAllows) {
  for (const Detail most : {Detail::kSeen, Detail::kLatency, Detail::kReach, Detail::kCount}) {
    MemberPolicy policy;
    policy.at_most = most;
    EXPECT_EQ(Decide(About(Tlp::kClear), policy, false).detail, most);
    EXPECT_LE(Decide(About(Tlp::kAmber), policy, false).detail, Detail::kLatency);
  }
}

TEST(Decide, AnswersForEveryKind) {
  for (const Kind kind : kAllKinds) {
    Reportable reportable = About(Tlp::kClear);
    reportable.kind = kind;
    reportable.value = "x";
    const bool exact = kind == Kind::kIp || kind == Kind::kNetwork || kind == Kind::kDomain ||
                       kind == Kind::kUrl || kind == Kind::kEmail || IsDigest(kind);
    EXPECT_EQ(Decide(reportable, {}, true).leaves(), exact) << KindName(kind);
  }
}

TEST(Decide, KeepsPapRedAndExpiredIndicatorsIn) {
  Reportable red = About(Tlp::kClear);
  red.pap = Pap::kRed;
  EXPECT_EQ(Decide(red, {}, true).reason, Reason::kPapRed);
  Reportable amber = About(Tlp::kClear);
  amber.pap = Pap::kAmber;
  EXPECT_TRUE(Decide(amber, {}, true).leaves());
  Reportable expired = About(Tlp::kClear);
  expired.expired = true;
  EXPECT_EQ(Decide(expired, {}, true).reason, Reason::kExpired);
}

TEST(Decide, KeepsTheMembersOwnDomainsAndNetworksIn) {
  MemberPolicy policy;
  policy.own_domains = {"harbour.example"};
  policy.own_networks = {*ParseNetwork("203.0.113.0/24"), *ParseNetwork("2001:db8::/32")};
  const struct {
    Kind kind;
    std::string value;
    bool own;
  } kCases[] = {
      {Kind::kDomain, "harbour.example", true},
      {Kind::kDomain, "mail.harbour.example", true},
      {Kind::kDomain, "notharbour.example", false},
      {Kind::kDomain, "harbour.example.evil.test", false},
      {Kind::kIp, "203.0.113.7", true},
      {Kind::kIp, "203.0.114.7", false},
      {Kind::kIp, "2001:db8::1", true},
      {Kind::kNetwork, "203.0.113.128/25", true},
      {Kind::kNetwork, "203.0.0.0/16", true},  // theirs and more: a hit may be one of theirs
      {Kind::kNetwork, "198.51.100.0/24", false},
      {Kind::kUrl, "http://www.harbour.example/x", true},
      {Kind::kUrl, "http://203.0.113.9/x", true},
      {Kind::kUrl, "http://evil.example/harbour.example", false},
      {Kind::kEmail, "boss@harbour.example", true},
      {Kind::kEmail, "harbour.example@evil.test", false},
      {Kind::kMd5, "9e107d9d372bb6826bd81d3542a419d6", false},
  };
  for (const auto& test : kCases) {
    Reportable reportable = About(Tlp::kClear);
    reportable.kind = test.kind;
    reportable.value = test.value;
    EXPECT_EQ(Decide(reportable, policy, false).reason == Reason::kOwnNetwork, test.own) << test.value;
  }
}

TEST(Decide, LeavesOutSourcesAndKindsThatTheMemberNeverReports) {
  MemberPolicy policy;
  policy.never_about = {"vendor"};
  policy.kinds = {Kind::kIp, Kind::kDomain};
  Reportable reportable = About(Tlp::kClear);
  reportable.sources = {"feed", "vendor"};
  EXPECT_EQ(Decide(reportable, policy, false).reason, Reason::kOwnSource);
  reportable.sources = {"feed"};
  EXPECT_TRUE(Decide(reportable, policy, false).leaves());
  reportable.kind = Kind::kMd5;
  EXPECT_EQ(Decide(reportable, policy, false).reason, Reason::kOwnKinds);
}

TEST(StricterToLeave, HoldsUnmarkedForAsStrictAsAmberStrict) {
  EXPECT_EQ(StricterToLeave(Tlp::kUnmarked, Tlp::kClear), Tlp::kUnmarked);
  EXPECT_EQ(StricterToLeave(Tlp::kAmber, Tlp::kUnmarked), Tlp::kUnmarked);
  EXPECT_EQ(StricterToLeave(Tlp::kUnmarked, Tlp::kRed), Tlp::kRed);
  EXPECT_EQ(StricterToLeave(Tlp::kClear, Tlp::kGreen), Tlp::kGreen);
}

}  // namespace
}  // namespace polder
