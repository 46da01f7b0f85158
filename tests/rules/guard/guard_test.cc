#include "rules/guard/guard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/indicator/indicator.h"

namespace polder {
namespace {

// Why the guard keeps `value` out; empty if it lets it in.
std::string Reason(Kind kind, std::string_view value) {
  const auto canonical = CanonicaliseValue(kind, value);
  EXPECT_TRUE(canonical.ok()) << value;
  if (!canonical.ok()) return "not a value";
  return GuardReason(kind, *canonical).value_or("");
}

TEST(Guard, KeepsOutPublicSuffixes) {
  for (const std::string_view name :
       {"co.uk", "github.io", "com.au", "s3.amazonaws.com", "blogspot.com", "xn--55qx5d.cn"}) {
    EXPECT_THAT(Reason(Kind::kDomain, name), ::testing::HasSubstr("public suffix")) << name;
  }
  // A lone label is no canonical value; the guard does not rely on that.
  EXPECT_TRUE(GuardReason(Kind::kDomain, "com").has_value());
}

TEST(Guard, LetsNamesUnderAPublicSuffixIn) {
  for (const std::string_view name :
       {"evil.co.uk", "evil.github.io", "evil.com", "uk.com.evil.example", "www.ck"}) {
    EXPECT_EQ(Reason(Kind::kDomain, name), "") << name;
  }
}

TEST(Guard, KeepsOutNetworksThatAreTooWide) {
  for (const std::string_view network :
       {"0.0.0.0/0", "1.0.0.0/7", "8.0.0.0/7", "::/0", "2000::/3", "2600::/18"}) {
    EXPECT_THAT(Reason(Kind::kNetwork, network), ::testing::HasSubstr("wider than")) << network;
  }
}

TEST(Guard, LetsTheWidestNetworksIn) {
  for (const std::string_view network : {"8.0.0.0/8", "8.0.0.0/9", "8.8.8.8/32", "2600::/19", "2600::/20"}) {
    EXPECT_EQ(Reason(Kind::kNetwork, network), "") << network;
  }
}

struct RangeCase {
  std::string_view inside;
  std::string_view last;
  std::string_view before;  // just outside; empty where another range begins there
  std::string_view after;
  std::string_view what;
};

TEST(Guard, KeepsOutAddressesOfEverySpecialRangeAndNoneBeside) {
  const std::vector<RangeCase> cases = {
      {"0.0.0.0", "0.255.255.255", "", "1.0.0.0", "unspecified"},
      {"10.0.0.0", "10.255.255.255", "9.255.255.255", "11.0.0.0", "private"},
      {"100.64.0.0", "100.127.255.255", "100.63.255.255", "100.128.0.0", "shared"},
      {"127.0.0.1", "127.255.255.255", "126.255.255.255", "128.0.0.0", "loopback"},
      {"169.254.0.0", "169.254.255.255", "169.253.255.255", "169.255.0.0", "link-local"},
      {"172.16.0.0", "172.31.255.255", "172.15.255.255", "172.32.0.0", "private"},
      {"192.168.0.0", "192.168.255.255", "192.167.255.255", "192.169.0.0", "private"},
      {"224.0.0.1", "239.255.255.255", "223.255.255.255", "240.0.0.0", "multicast"},
      {"255.255.255.255", "255.255.255.255", "255.255.255.254", "", "broadcast"},
      {"::", "::", "", "::2", "unspecified"},
      {"::1", "::1", "", "::2", "loopback"},
      {"fc00::1", "fdff::ffff", "fbff::1", "fe00::1", "private"},
      {"fe80::1", "febf::1", "fe7f::1", "", "link-local"},
      {"fec0::1", "feff::1", "", "", "private"},
      {"ff02::1", "ffff::1", "", "", "multicast"}};
  for (const RangeCase& c : cases) {
    EXPECT_THAT(Reason(Kind::kIp, c.inside), ::testing::StartsWith(std::string(c.what))) << c.inside;
    EXPECT_THAT(Reason(Kind::kIp, c.last), ::testing::StartsWith(std::string(c.what))) << c.last;
    for (const std::string_view beside : {c.before, c.after}) {
      if (beside.empty()) continue;
      EXPECT_EQ(Reason(Kind::kIp, beside), "") << beside;
    }
  }
}

TEST(Guard, KeepsOutNetworksInsideAndAroundASpecialRange) {
  for (const std::string_view network :
       {"10.1.0.0/16", "192.168.0.0/16", "192.160.0.0/11", "100.0.0.0/8", "169.0.0.0/8", "172.16.5.0/24",
        "255.255.255.0/24", "::/64", "fd00::/48", "fe80::/64", "ff02::/32", "fe00::/19"}) {
    const std::string reason = Reason(Kind::kNetwork, network);
    // fe00::/19 is beside fe80::/10: nothing of it is special.
    EXPECT_EQ(reason.empty(), network == "fe00::/19") << network << reason;
  }
}

TEST(Guard, SeesThroughAddressesOfIpv4InIpv6) {
  EXPECT_NE(Reason(Kind::kIp, "::ffff:10.0.0.1"), "");
  EXPECT_NE(Reason(Kind::kNetwork, "::ffff:0:0/96"), "");
  EXPECT_NE(Reason(Kind::kNetwork, "::ffff:10.0.0.0/104"), "");
  EXPECT_EQ(Reason(Kind::kIp, "::ffff:8.8.8.8"), "");
}

TEST(Guard, LetsDocumentationRangesIn) {
  for (const std::string_view network :
       {"192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32"}) {
    EXPECT_EQ(Reason(Kind::kNetwork, network), "") << network;
  }
  EXPECT_EQ(Reason(Kind::kIp, "192.0.2.1"), "");
}

TEST(Guard, LetsOtherKindsIn) {
  EXPECT_EQ(Reason(Kind::kUrl, "http://evil.example/"), "");
  EXPECT_EQ(Reason(Kind::kEmail, "eve@evil.example"), "");
  EXPECT_EQ(Reason(Kind::kMd5, std::string(32, 'a')), "");
}

TEST(Guard, KeepsOutTextsOfFewerThanFourBytes) {
  EXPECT_THAT(Reason(Kind::kFileName, "a.b"), ::testing::HasSubstr("fewer than 4 bytes"));
  EXPECT_THAT(Reason(Kind::kMutex, "x"), ::testing::HasSubstr("fewer than 4 bytes"));
  EXPECT_EQ(Reason(Kind::kFileName, "a.sh"), "");
}

}  // namespace
}  // namespace polder
