#include "engine/event/field_map.h"

#include <gtest/gtest.h>

namespace polder {
namespace {

TEST(GeneralisePath, PutsAStarForEveryPositionButTheLast) {
  const struct {
    std::string_view path, general;
  } cases[] = {{"", ""},
               {"a", "a"},
               {"a.b", "a.b"},
               {"answers.0", "answers"},
               {"answers.12.rdata", "answers.*.rdata"},
               {"answers.*.rdata", "answers.*.rdata"},
               {"a.0.1", "a"},
               {"a.0.b.1.c.2", "a.*.b.*.c"},
               {"0.a", "*.a"},
               {"0", "*"},
               {"0.1", "*.*"},
               {"a.0x", "a.0x"},
               {"a.b1.2c", "a.b1.2c"},
               {"a..b", "a..b"}};
  for (const auto& c : cases) {
    std::string out = "old", scratch;
    GeneralisePath(c.path, out);
    EXPECT_EQ(out, c.general) << c.path;
    EXPECT_EQ(GeneralisedPath(c.path, scratch), c.general) << c.path;
    GeneralisePath(c.general, scratch);
    EXPECT_EQ(scratch, c.general) << c.path;
  }
}

TEST(GeneralisePath, CopiesNoPathThatHasNoPositions) {
  std::string scratch;
  const std::string_view path = "http.hostname";
  EXPECT_EQ(GeneralisedPath(path, scratch).data(), path.data());
}

TEST(NormaliseObjectPath, GivesOneSpelling) {
  const struct {
    std::string_view path, normal;
  } cases[] = {{"ipv4-addr:value", "ipv4-addr:value"},
               {"IPv4-Addr:Value", "ipv4-addr:value"},
               {"file:hashes.'SHA-256'", "file:hashes.sha-256"},
               {"file:hashes.SHA256", "file:hashes.sha-256"},
               {"file:hashes.sha_1", "file:hashes.sha-1"},
               {"file:hashes.MD5", "file:hashes.md5"},
               {"file:hashes.'SHA3-256'", "file:hashes.sha3-256"},
               {"file:hashes.IMPHASH", "file:hashes.imphash"},
               {"process:image_ref.hashes.SHA512", "process:image_ref.hashes.sha-512"},
               {"file:hashes", "file:hashes"},
               {"x:rehashes.SHA1", "x:rehashes.sha1"},
               {"email-message:to_refs[0].value", "email-message:to_refs[*].value"},
               {"email-message:to_refs[*].value", "email-message:to_refs[*].value"},
               {"network-traffic:extensions.'http-request-ext'.request_header.'User-Agent'",
                "network-traffic:extensions.http-request-ext.request_header.user-agent"},
               {"a:b[", "a:b["}};
  for (const auto& c : cases) {
    EXPECT_EQ(NormaliseObjectPath(c.path), c.normal) << c.path;
    EXPECT_EQ(NormaliseObjectPath(c.normal), c.normal) << c.path;
  }
  EXPECT_EQ(PackedObjectPath("file:hashes", "SHA1"), "file:hashes.sha-1");
}

FieldMap Named(std::string name) {
  FieldMap map;
  map.name = std::move(name);
  return map;
}

TEST(FieldMaps, GeneralisePathsAndFindMeanings) {
  FieldMap map = Named("a");
  map.fields["list.0"].ecs = "source.ip";
  map.fields["deep.*.agent"].kind = Kind::kUserAgent;
  const FieldMaps maps({map});
  ASSERT_NE(maps.maps()[0].Find("list"), nullptr);
  EXPECT_EQ(maps.maps()[0].Find("list")->ecs, "source.ip");
  EXPECT_EQ(maps.maps()[0].Find("list.0"), nullptr);
  EXPECT_TRUE(maps.maps()[0].Names(Kind::kUserAgent));
  EXPECT_FALSE(maps.maps()[0].Names(Kind::kMutex));
  EXPECT_EQ(maps.Named("a"), maps.maps().data());
  EXPECT_EQ(maps.Named("b"), nullptr);
}

TEST(FieldMaps, ExtendMapsByOthersWhoseMeaningsComeSecond) {
  FieldMap own = Named("own"), base = Named("base");
  own.extends = {"base", "absent", "own"};
  own.fields["x"].ecs = "own.x";
  base.fields["x"].ecs = "base.x";
  base.fields["y"].kind = Kind::kUserAgent;
  base.urls = {{"h", "p", "", "", ""}};
  base.extends = {"own"};
  const FieldMaps maps({own, base});
  EXPECT_EQ(maps.maps()[0].Find("x")->ecs, "own.x");
  EXPECT_NE(maps.maps()[0].Find("y"), nullptr);
  EXPECT_TRUE(maps.maps()[0].Names(Kind::kUserAgent));
  EXPECT_EQ(maps.maps()[0].urls.size(), 1U);
  EXPECT_EQ(maps.maps()[1].Find("x")->ecs, "base.x");
}

TEST(FieldMaps, TellWhichWordsAUrlNeeds) {
  FieldMap map = Named("a");
  map.urls = {{"h", "http.url_original", "", "", ""},
              {"h", "url.path", "", "", ""},
              {"h", "RequestUri", "", "", ""},
              {"h", "cs.Stem", "", "", ""},
              {"h", "cs.stem_long", "", "", ""}};
  EXPECT_EQ(FieldMaps({map}).url_tells(), (std::vector<std::string>{"stem", "uri", "url"}));
  EXPECT_EQ(FieldMaps({}).url_tells(), std::vector<std::string>{});
}

TEST(FieldMaps, AreCheapToCopyAndOutliveTheirOriginal) {
  auto* const first = new FieldMaps({Named("a")});
  const FieldMaps second = *first;
  delete first;
  EXPECT_EQ(second.maps()[0].name, "a");
}

}  // namespace
}  // namespace polder
