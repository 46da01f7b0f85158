// The same traffic in two formats gives the same hits: Zeek's logs as JSON and as tab-separated tables, with
// indicators drawn from the traffic. The logs are no part of the project: without them the test is skipped.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <zstd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <random>
#include <set>

#include "tests/cli/run_polder.h"

namespace polder {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr std::size_t kLinesBetweenSamples = 7;
constexpr std::size_t kValuesPerType = 100;

fs::path DataFolder() {
  const char* folder = std::getenv("POLDER_TEST_DATA");
  return folder != nullptr ? fs::path(folder) : fs::path(POLDER_SOURCE_DIR) / ".." / "shared" / "data";
}

std::string Decompressed(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string packed(std::istreambuf_iterator<char>(file), {});
  ZSTD_DCtx* const context = ZSTD_createDCtx();
  ZSTD_inBuffer in{packed.data(), packed.size(), 0};
  std::string text;
  std::vector<char> block(ZSTD_DStreamOutSize());
  std::size_t status = 1;
  while (in.pos < in.size && ZSTD_isError(status) == 0) {
    ZSTD_outBuffer out{block.data(), block.size(), 0};
    status = ZSTD_decompressStream(context, &out, &in);
    text.append(block.data(), out.pos);
  }
  ZSTD_freeDCtx(context);
  EXPECT_EQ(ZSTD_isError(status), 0U) << path << ": " << ZSTD_getErrorName(status);
  return text;
}

// Values by the MISP type under which they are shared.
using Values = std::map<std::string, std::set<std::string>>;

void AddDigests(const std::string& text, Values& values) {
  const auto is_hex = [](char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; };
  if (!std::all_of(text.begin(), text.end(), is_hex)) return;
  if (text.size() == 32) values["md5"].insert(text);
  if (text.size() == 40) values["sha1"].insert(text);
  if (text.size() == 64) values["sha256"].insert(text);
}

void AddAddressOrName(const std::string& text, Values& values) {
  const bool address = text.find_first_not_of("0123456789.") == std::string::npos ||
                       (text.find(':') != std::string::npos && text.find('.') == std::string::npos);
  if (text.find('.') == std::string::npos && !address) return;
  values[address ? "ip-dst" : "domain"].insert(text);
}

Values DrawValues(const std::string& log) {
  Values values;
  const std::vector<std::string> lines = Lines(log);
  for (std::size_t i = 0; i < lines.size(); i += kLinesBetweenSamples) {
    const Json record = Json::parse(lines[i], nullptr, /*allow_exceptions=*/false);
    if (record.is_discarded()) continue;
    for (const auto& [key, value] : record.items()) {
      if (key == "answers") {
        for (const Json& answer : value) AddAddressOrName(answer.get<std::string>(), values);
      }
      if (!value.is_string()) continue;
      const std::string text = value;
      AddDigests(text, values);
      if (key == "id.orig_h" || key == "id.resp_h" || key == "host" || key == "query" || key == "server_name")
        AddAddressOrName(text, values);
      if (key == "unparsed_version") values["user-agent"].insert(text);
      if (key == "subject") values["email-subject"].insert(text);
      if (key == "failure_reason" || key == "message")
        values["pattern-in-traffic"].insert(text.substr(0, 30));
      // Short ones stand in the header lines of tables, which are searched as text.
      if (key == "name" && text.size() > 12) values["pattern-in-traffic"].insert(text);
      if (key == "server_name") {
        values["stix2-pattern"].insert(
            fmt::format("[domain-name:value = '{}' AND network-traffic:dst_port = 443]", text));
        values["stix2-pattern"].insert(fmt::format("[domain-name:value LIKE '%{}']", text));
      }
    }
  }
  return values;
}

std::string MispEvent(const Values& values) {
  Json attributes = Json::array();
  std::mt19937_64 random(1);
  for (const auto& [type, all] : values) {
    std::vector<std::string> drawn(all.begin(), all.end());
    std::shuffle(drawn.begin(), drawn.end(), random);
    drawn.resize(std::min(drawn.size(), kValuesPerType));
    for (const std::string& value : drawn) {
      attributes.push_back({{"uuid", fmt::format("5f0e4bd3-1111-4444-8888-{:012}", attributes.size())},
                            {"type", type},
                            {"category", "Network activity"},
                            {"to_ids", true},
                            {"value", value},
                            {"timestamp", "1262304000"}});
    }
  }
  Json event = {{"uuid", "5f0e4bd3-1111-4444-8888-000000000000"},
                {"info", "traffic"},
                {"date", "2010-01-01"},
                {"timestamp", "1262304000"},
                {"Attribute", std::move(attributes)}};
  return Json{{"Event", std::move(event)}}.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// "INDICATOR TIME FIELD" for every hit, in order. The value is left out: a byte that the tables escape is
// four characters in this JSON. Hits in loaded_scripts are left out: it has no time, where the JSON archive
// has the year 1970.
std::vector<std::string> Hits(const std::string& feed, const std::vector<std::string>& logs) {
  std::vector<std::string> arguments = {"match", "-i", feed, "--guard", "off", "--output", "ecs"};
  arguments.insert(arguments.end(), logs.begin(), logs.end());
  const Ran ran = RunPolder(arguments);
  EXPECT_EQ(ran.code, 0) << ran.err;
  std::vector<std::string> hits;
  for (const std::string& line : Lines(ran.out)) {
    const Json document = Json::parse(line);
    const Json log_source = document["polder"].value("log_source", Json::object());
    if (log_source.value("service", "") == "loaded_scripts") continue;
    const std::string time = document["@timestamp"];
    for (const Json& found : document["threat"]["enrichments"]) {
      const Json& matched = found["matched"];
      hits.push_back(fmt::format("{} {} {}", matched["id"].get<std::string>(), time,
                                 matched["field"].get<std::string>()));
    }
  }
  std::sort(hits.begin(), hits.end());
  return hits;
}

TEST(ZeekLogs, JsonAndTablesGiveTheSameHits) {
  const fs::path folder = DataFolder() / "logs";
  const fs::path json = folder / "zed_zeek_wrccdc.ndjson.zst";
  const fs::path tables = folder / "zed-zeek-tsv.tar.zst";
  if (!fs::exists(json) || !fs::exists(tables)) {
    GTEST_SKIP() << folder << " does not hold " << json.filename() << " and " << tables.filename()
                 << ": set POLDER_TEST_DATA to the folder that holds logs/";
  }
  const TemporaryFolder unpacked;
  const std::string archive = unpacked.Write("tables.tar", Decompressed(tables));
  ASSERT_EQ(std::system(fmt::format("tar -C '{}' -xf '{}'", unpacked.path(), archive).c_str()), 0);
  std::vector<std::string> logs;
  for (const auto& entry : fs::recursive_directory_iterator(unpacked.path())) {
    if (entry.path().string().ends_with(".log.gz")) logs.push_back(entry.path().string());
  }
  ASSERT_FALSE(logs.empty());
  std::sort(logs.begin(), logs.end());

  const Values values = DrawValues(Decompressed(json));
  for (const std::string type :
       {"ip-dst", "domain", "sha1", "user-agent", "pattern-in-traffic", "stix2-pattern"})
    EXPECT_FALSE(values.count(type) == 0) << type;
  const std::string feed = unpacked.Write("feed.json", MispEvent(values));

  const std::vector<std::string> of_json = Hits(feed, {json.string()});
  const std::vector<std::string> of_tables = Hits(feed, logs);
  std::cout << of_json.size() << " hits\n";
  EXPECT_GT(of_json.size(), 10'000U);
  std::vector<std::string> differences;
  std::set_symmetric_difference(of_json.begin(), of_json.end(), of_tables.begin(), of_tables.end(),
                                std::back_inserter(differences));
  for (std::size_t i = 0; i < std::min<std::size_t>(differences.size(), 5); ++i) {
    ADD_FAILURE() << (std::binary_search(of_json.begin(), of_json.end(), differences[i]) ? "in JSON only: "
                                                                                         : "in tables only: ")
                  << differences[i];
  }
  EXPECT_TRUE(differences.empty()) << differences.size() << " differences";
}

}  // namespace
}  // namespace polder
