// Which share of the events that real products wrote each shipped map recognises, and that none recognises
// another's. The logs are no part of the project: without them the test is skipped.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>

#include "engine/event/zeek_reader.h"
#include "rules/fields/shipped_field_maps.h"
#include "tests/rules/fields/read_event.h"
#include "tests/rules/read/data_folder.h"

namespace polder {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLinesPerFile = 20'000;

// What `command` writes, line by line.
void LinesOf(const std::string& command, const std::function<void(std::string_view)>& sink) {
  std::FILE* const pipe = ::popen(command.c_str(), "r");
  ASSERT_NE(pipe, nullptr) << command;
  char* line = nullptr;
  std::size_t room = 0;
  for (ssize_t length = 0; (length = ::getline(&line, &room, pipe)) > 0;) {
    std::string_view text(line, static_cast<std::size_t>(length));
    if (text.ends_with('\n')) text.remove_suffix(1);
    sink(text);
  }
  std::free(line);
  ::pclose(pipe);
}

// What was recognised, and what was that should not have been.
class Tally {
 public:
  void See(const SeenEvent& seen, const std::string& expected, std::string_view line) {
    ++counts_[seen.format];
    if (seen.recognised.size() > 1) ++shared_[fmt::format("{}", fmt::join(seen.recognised, ", "))];
    ++events_;
    with_time_ += seen.time ? 1U : 0U;
    with_source_ += seen.map != nullptr && !seen.source.ends_with('/') ? 1U : 0U;
    const bool wrong = expected != "?" && seen.format != expected;
    if (wrong && ++wrong_ <= 5)
      ADD_FAILURE() << seen.format << " instead of " << expected << ": " << line.substr(0, 300);
  }
  void Print(std::string_view name) const {
    fmt::print("{}: {} events, {} with a time of their own, {} with a log source to the service\n", name,
               events_, with_time_, with_source_);
    for (const auto& [format, count] : counts_) {
      fmt::print("  {:6.2f} % {}\n", 100.0 * static_cast<double>(count) / static_cast<double>(events_),
                 format);
    }
    for (const auto& [maps, count] : shared_) fmt::print("  {} by several: {}\n", count, maps);
    EXPECT_EQ(wrong_, 0U);
    EXPECT_GT(events_, 0U);
  }
  std::size_t events() const { return events_; }
  std::size_t with_time() const { return with_time_; }

 private:
  std::map<std::string, std::size_t> counts_;
  std::map<std::string, std::size_t> shared_;  // recognised by several maps, the first of which counts
  std::size_t events_ = 0, with_time_ = 0, with_source_ = 0, wrong_ = 0;
};

class RealEvents : public WithArchive {
 protected:
  static std::string Zstd(const fs::path& path) { return fmt::format("zstd -dcq '{}'", path.string()); }

  EventLooker looker_{ShippedFieldMaps()};
};

TEST_F(RealEvents, OfWindowsAreAllRecognised) {
  for (const char* name : {"otrf_windows_atomic_lateral_movement", "otrf_windows_atomic_other_tactics"}) {
    const fs::path path = DataFolder() / "logs" / fmt::format("{}.ndjson.zst", name);
    if (!fs::exists(path)) GTEST_SKIP() << path << " is not there";
    Tally tally;
    std::size_t i = 0;
    LinesOf(Zstd(path), [&](std::string_view line) {
      if (!line.empty() && i++ % 5 == 0) tally.See(looker_.Look(line), "windows", line);
    });
    tally.Print(name);
    EXPECT_EQ(tally.with_time(), tally.events());
  }
}

TEST_F(RealEvents, OfZeekAsJsonAreAllRecognised) {
  const fs::path path = DataFolder() / "logs" / "zed_zeek_wrccdc.ndjson.zst";
  if (!fs::exists(path)) GTEST_SKIP() << path << " is not there";
  Tally tally;
  std::size_t i = 0;
  LinesOf(Zstd(path), [&](std::string_view line) {
    if (i++ % 5 == 0) tally.See(looker_.Look(line), "zeek", line);
  });
  tally.Print("zed_zeek_wrccdc");
}

TEST_F(RealEvents, OfZeekAsColumnsAreAllRecognised) {
  Unpack("logs/zeek-btest-baselines.tar.zst");
  if (IsSkipped()) return;
  Tally tally;
  for (const auto& entry : fs::recursive_directory_iterator(folder_)) {
    if (!entry.is_regular_file()) continue;
    ZeekHeader header;
    ZeekHeader::Kept kept;
    std::ifstream file(entry.path(), std::ios::binary);
    for (std::string line; std::getline(file, line);) {
      const ZeekColumns* const columns = header.Follow(line, kept);
      if (columns == nullptr || line.empty() || line[0] == '#') continue;
      const SeenEvent seen = looker_.Look(line, columns);
      // A line that has another number of columns than its header is text.
      tally.See(seen, seen.format == "text" ? "?" : "zeek", line);
    }
  }
  tally.Print("zeek-btest-baselines");
}

// What the publisher of the events says that they are; "?" where that says too little.
std::string PublishedAs(const nlohmann::json& event) {
  const std::string type = event.value("p_log_type", "");
  if (type == "AWS.CloudTrail") return "?";  // some are cut down to two fields
  if (type == "Amazon.EKS.Audit") return "?";
  if (type == "Azure.Audit" || type == "Azure.MonitorActivity" || type == "Microsoft365.Audit") return "?";
  if (type.starts_with("OCSF.")) return event.contains("class_uid") ? "ocsf" : "?";
  if (type == "Windows.EventLogs") return "windows";
  if (type.starts_with("Zeek.")) return "zeek";
  if (type.starts_with("Suricata.")) return "suricata";
  return type.empty() ? "?" : "json";
}

TEST_F(RealEvents, OfCloudsAreRecognisedByTheRightMap) {
  const fs::path path = DataFolder() / "logs" / "panther_rule_tests.ndjson.zst";
  if (!fs::exists(path)) GTEST_SKIP() << path << " is not there";
  Tally tally;
  std::map<std::string, std::map<std::string, std::size_t>> by_type;
  LinesOf(Zstd(path), [&](std::string_view line) {
    const nlohmann::json event = nlohmann::json::parse(line, nullptr, false);
    if (!event.is_object()) return;
    const SeenEvent seen = looker_.Look(line);
    std::string type = event.contains("p_log_type") && event["p_log_type"].is_string()
                           ? event["p_log_type"].get<std::string>()
                           : "-";
    if (type == "-" && event.contains("eventSource") && event.contains("eventName"))
      type = "(CloudTrail by its fields)";
    ++by_type[type][seen.format];
    tally.See(seen, type.starts_with('-') || type.starts_with('(') ? "?" : PublishedAs(event), line);
  });
  tally.Print("panther_rule_tests");
  for (const auto& [type, formats] : by_type) {
    if (formats.size() == 1 && formats.begin()->first == "json") continue;
    for (const auto& [format, count] : formats) fmt::print("    {:40} {:20} {}\n", type, format, count);
  }
}

TEST_F(RealEvents, OfManyProductsAreRecognisedByNoWrongMap) {
  Unpack("logs/crowdsec-tests.tar.zst");
  if (IsSkipped()) return;
  const std::map<std::string, std::string> known = {{"suricata-eve-detect", "suricata"},
                                                    {"suricata-logs-evelog", "suricata"},
                                                    {"aws-cloudtrail", "cloudtrail"},
                                                    {"k8s-audit-priv-pod-file", "kubernetes_audit"},
                                                    {"fortinet-vpn-bf", "fortinet"}};
  Tally tally;
  std::map<std::string, std::map<std::string, std::size_t>> by_test;
  for (const auto& entry : fs::recursive_directory_iterator(folder_)) {
    if (!entry.is_regular_file()) continue;
    const std::string extension = entry.path().extension().string();
    if (extension == ".yaml" || extension == ".assert" || extension == ".yml") continue;
    const std::string test = entry.path().parent_path().filename().string();
    std::ifstream file(entry.path(), std::ios::binary);
    std::size_t lines = 0;
    for (std::string line; std::getline(file, line) && lines < kLinesPerFile; ++lines) {
      if (line.empty()) continue;
      const SeenEvent seen = looker_.Look(line);
      const auto expected = known.find(test);
      tally.See(seen, expected == known.end() ? "?" : expected->second, line);
      if (seen.map != nullptr) ++by_test[test][seen.format];
    }
  }
  tally.Print("crowdsec-tests");
  for (const auto& [test, formats] : by_test) {
    for (const auto& [format, count] : formats) {
      if (format != "syslog" && format != "access_log")
        fmt::print("    {:40} {:20} {}\n", test, format, count);
    }
  }
}

}  // namespace
}  // namespace polder
