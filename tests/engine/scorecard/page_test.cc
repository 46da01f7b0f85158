#include "engine/scorecard/page/page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <regex>

#include "engine/base/crypto.h"
#include "engine/scorecard/metrics.h"
#include "engine/scorecard/page/page_files.h"
#include "engine/scorecard/page/tables.h"
#include "engine/scorecard/render_scorecard.h"
#include "tests/engine/scorecard/example_community.h"

namespace polder {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::size_t Count(const std::string& text, const std::string& what) {
  std::size_t count = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++count;
  return count;
}

std::string HostilePage() {
  ScorecardInput input = ExampleCommunity(5);
  RenameToHostile(input);
  return RenderScorecardPage(MakeScorecard(input));
}

TEST(ScorecardPage, AllowsOnlyItsOwnScriptsAndStyleByTheirHash) {
  const std::string page = RenderScorecardPage(MakeScorecard(ExampleCommunity(5)));
  EXPECT_THAT(page, HasSubstr("content=\"default-src 'none'; script-src 'sha256-"));
  EXPECT_THAT(page, HasSubstr("base-uri 'none'; form-action 'none'\""));
  EXPECT_THAT(page, Not(HasSubstr("unsafe")));
  for (std::size_t i = 1; i < 4; ++i) {
    const std::string_view content = PageFiles()[i].second;
    const Digest256 digest = Sha256(content);
    EXPECT_THAT(page, HasSubstr("'sha256-" + ToBase64(digest.data(), digest.size()) + "'"));
    EXPECT_EQ(content.find("</script"), std::string_view::npos) << PageFiles()[i].first;
    EXPECT_EQ(content.find("</style"), std::string_view::npos) << PageFiles()[i].first;
  }
}

TEST(ScorecardPage, HasNoAddressToFetchAnythingFrom) {
  const std::string html(PageFiles()[0].second);
  const std::string page = html + std::string(PageFiles()[1].second) + std::string(PageFiles()[2].second);
  for (const char* word : {"http:", "https:", " src=", "@import", "url(", "<link", "innerHTML", "outerHTML",
                           "insertAdjacentHTML", "document.write", "eval(", "style=\"", "onclick"}) {
    EXPECT_THAT(page, Not(HasSubstr(word)));
  }
}

TEST(ScorecardPage, CanBeReadWithoutJavaScript) {
  const std::string page = RenderScorecardPage(MakeScorecard(ExampleCommunity(5)));
  EXPECT_EQ(Count(page, "<details "), 6U);
  for (const Metric& metric : Metrics()) {
    EXPECT_THAT(page, HasSubstr("<dt id=\"m-" + std::string(metric.name) + "\">"));
    EXPECT_THAT(page, HasSubstr(EscapeHtml(metric.formula)));
  }
  for (const char* name : {"National CSIRT", "Open collective"}) EXPECT_THAT(page, HasSubstr(name));
  EXPECT_EQ(Count(page, "{{"), 0U);
}

TEST(ScorecardPage, LetsNoNameOutOfItsPlace) {
  const std::string page = HostilePage();
  EXPECT_THAT(page, Not(HasSubstr("<script>document")));
  EXPECT_THAT(page, Not(HasSubstr("<img")));
  EXPECT_THAT(page, Not(HasSubstr("<svg")));
  EXPECT_THAT(page, Not(HasSubstr("<b>")));
  EXPECT_THAT(page, Not(HasSubstr("<!--")));
  EXPECT_EQ(Count(page, "<script"), 3U);
  EXPECT_EQ(Count(page, "</script"), 3U);
  EXPECT_EQ(Count(page, "</title>"), 1U);
}

TEST(ScorecardPage, CarriesTheSameDataAsTheJson) {
  ScorecardInput input = ExampleCommunity(5);
  RenameToHostile(input);
  const Scorecard card = MakeScorecard(input);
  const std::string page = RenderScorecardPage(card);
  const std::string begin = "<script type=\"application/json\" id=\"data\">";
  const std::size_t from = page.find(begin) + begin.size();
  const std::string data = page.substr(from, page.find("</script>", from) - from);
  EXPECT_EQ(nlohmann::json::parse(data), nlohmann::json::parse(RenderScorecardJson(card)));
}

TEST(ScorecardPage, OfNothingSaysSo) {
  EXPECT_THAT(RenderScorecardPage(MakeScorecard({})), HasSubstr("No epoch has been released yet"));
}

}  // namespace
}  // namespace polder
