#include "engine/observable/ip.h"

#include <gtest/gtest.h>

namespace polder {
namespace {

struct Case {
  const char* text;
  const char* canonical;  // null if it is none
};

TEST(Ipv4, IsADottedQuadWithoutLeadingZeros) {
  const Case cases[] = {{"0.0.0.0", "0.0.0.0"},  {"255.255.255.255", "255.255.255.255"},
                        {"1.2.3.4", "1.2.3.4"},  {"01.2.3.4", nullptr},
                        {"1.2.3.00", nullptr},   {"1.2.3.256", nullptr},
                        {"1.2.3", nullptr},      {"1.2.3.4.", nullptr},
                        {".1.2.3.4", nullptr},   {"1..3.4", nullptr},
                        {"1.2.3.4.5", nullptr},  {" 1.2.3.4", nullptr},
                        {"+1.2.3.4", nullptr},   {"1.2.3.4x", nullptr},
                        {"1.2.3.1000", nullptr}, {"", nullptr}};
  for (const Case& c : cases) {
    const auto ip = ParseIpv4(c.text);
    ASSERT_EQ(ip.has_value(), c.canonical != nullptr) << c.text;
    if (!ip) continue;
    EXPECT_EQ(FormatIp(*ip), c.canonical);
  }
}

TEST(Ipv6, IsReadInEverySpellingAndWrittenInOne) {
  const Case cases[] = {{"::", "::"},
                        {"::1", "::1"},
                        {"1::", "1::"},
                        {"2001:DB8:0:0:8:800:200C:417A", "2001:db8::8:800:200c:417a"},
                        {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
                        {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
                        {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
                        {"::ffff:1.2.3.4", "1.2.3.4"},
                        {"::FFFF:0102:0304", "1.2.3.4"},
                        {"0:0:0:0:0:ffff:1.2.3.4", "1.2.3.4"},
                        {"::1.2.3.4", "::102:304"},
                        {"64:ff9b::1.2.3.4", "64:ff9b::102:304"},
                        {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
                        {"::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"},
                        {"1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"},
                        {"1:2:3:4:5:6:7:8:9", nullptr},
                        {"1:2:3:4:5:6:7", nullptr},
                        {"1::2:3:4:5:6:7:8", nullptr},
                        {"1::2::3", nullptr},
                        {":::", nullptr},
                        {":1::2", nullptr},
                        {"1::2:", nullptr},
                        {"12345::", nullptr},
                        {"00001::", nullptr},
                        {"::1.2.3.04", nullptr},
                        {"::1.2.3", nullptr},
                        {"1.2.3.4::", nullptr},
                        {"1:2:3:4:5:6:7:1.2.3.4", nullptr},
                        {"fe80::1%eth0", nullptr},
                        {"[::1]", nullptr},
                        {"g::", nullptr},
                        {"", nullptr}};
  for (const Case& c : cases) {
    const auto ip = ParseIpv6(c.text);
    ASSERT_EQ(ip.has_value(), c.canonical != nullptr) << c.text;
    if (!ip) continue;
    EXPECT_EQ(FormatIp(*ip), c.canonical);
    EXPECT_EQ(ParseIp(FormatIp(*ip)), ip);
  }
}

TEST(Network, IsReadAndWrittenWithoutItsHostBits) {
  const Case cases[] = {{"198.51.100.77/24", "198.51.100.0/24"},
                        {"1.2.3.4/32", "1.2.3.4/32"},
                        {"1.2.3.4/0", "0.0.0.0/0"},
                        {"2001:db8:ffff::/33", "2001:db8:8000::/33"},
                        {"::/0", "::/0"},
                        {"1.2.3.4/33", nullptr},
                        {"::/129", nullptr},
                        {"1.2.3.4/", nullptr},
                        {"1.2.3.4/-1", nullptr},
                        {"1.2.3.4/+8", nullptr},
                        {"1.2.3.4/8x", nullptr},
                        {"1.2.3/8", nullptr},
                        {"1.2.3.4", nullptr},
                        {"", nullptr}};
  for (const Case& c : cases) {
    const auto network = ParseNetwork(c.text);
    ASSERT_EQ(network.has_value(), c.canonical != nullptr) << c.text;
    if (!network) continue;
    EXPECT_EQ(FormatNetwork(*network), c.canonical);
  }
}

TEST(Network, HoldsAddressesOfItsOwnFamilyOnly) {
  const auto contains = [](const char* network, const char* ip) {
    return ParseNetwork(network)->Contains(*ParseIp(ip));
  };
  EXPECT_TRUE(contains("198.51.100.0/24", "198.51.100.255"));
  EXPECT_TRUE(contains("198.51.100.0/24", "::ffff:198.51.100.1"));
  EXPECT_FALSE(contains("198.51.100.0/24", "198.51.101.0"));
  EXPECT_FALSE(contains("::/0", "198.51.100.1"));
  EXPECT_FALSE(contains("0.0.0.0/0", "::1"));
  EXPECT_TRUE(contains("::/0", "::1"));
  EXPECT_TRUE(contains("2001:db8::/127", "2001:db8::1"));
  EXPECT_FALSE(contains("2001:db8::/127", "2001:db8::2"));
}

}  // namespace
}  // namespace polder
