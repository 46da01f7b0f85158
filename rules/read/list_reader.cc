#include "rules/read/list_reader.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "engine/observable/characters.h"
#include "rules/read/csv_reader.h"
#include "rules/read/csv_table.h"
#include "rules/read/list_line.h"
#include "rules/read/list_value.h"
#include "rules/read/text_decoding.h"
#include "rules/read/value_shape.h"

namespace polder {
namespace {

// Lists without columns.
class LinesRead {
 public:
  LinesRead(std::string_view text, const ReadContext& context, const ListSink& sink)
      : lines_(text), context_(context), sink_(sink), row_(NewIndicator(context)) {}

  ListSummary Run() {
    std::string_view line;
    while (lines_.Next(&line)) {
      if (line.empty() || line.front() == '#') continue;
      if (context_.kind) {
        ReadForced(line, *context_.kind);
      } else if (!ReadBare(line)) {
        line = TrimInvisible(line);
        if (!ReadBare(line) && !ReadWithPort(line) && !ReadHostsName(line) && !ReadCapitals(line)) {
          ReadOther(line);
        }
      }
    }
    summary_.format = hosts_ * 2 > summary_.read ? "hosts file" : "plain list";
    return std::move(summary_);
  }

 private:
  void Take(Kind kind, std::string_view value, std::span<const Condition> conditions, const Indicator* row) {
    sink_.take({kind, value, conditions, lines_.number(), row});
  }

  // Nearly every line of a bulk list.
  bool ReadBare(std::string_view line) {
    const auto kind = CanonicalShape(line);
    if (!kind) return false;
    ++summary_.read;
    Take(*kind, line, {}, nullptr);
    return true;
  }

  // The three shapes below could go the way of ReadOther as well: they fill whole lists, so they are spared
  // it.

  bool ReadWithPort(std::string_view line) {
    const std::size_t colon = line.rfind(':');
    if (colon == std::string_view::npos) return false;
    const std::string_view port = line.substr(colon + 1);
    if (port.empty() || port.size() > 5 || port.front() == '0') return false;
    if (!std::all_of(port.begin(), port.end(), IsDigit) || (port.size() == 5 && port > "65535")) return false;
    const auto kind = CanonicalShape(line.substr(0, colon));
    if (kind != Kind::kIp && kind != Kind::kDomain) return false;
    ++summary_.read;
    port_.value = port;
    Take(*kind, line.substr(0, colon), {&port_, 1}, nullptr);
    return true;
  }

  bool ReadHostsName(std::string_view line) {
    for (const std::string_view sink : {"0.0.0.0 ", "127.0.0.1 ", "0.0.0.0\t", "127.0.0.1\t"}) {
      if (!line.starts_with(sink)) continue;
      const std::string_view name = line.substr(sink.size());
      if (CanonicalShape(name) != Kind::kDomain || name == "localhost.localdomain") return false;
      ++summary_.read;
      ++hosts_;
      Take(Kind::kDomain, name, {}, nullptr);
      return true;
    }
    return false;
  }

  bool ReadCapitals(std::string_view line) {
    constexpr std::size_t kLongest = 256;
    if (line.size() > kLongest) return false;
    lower_.assign(line);
    std::transform(lower_.begin(), lower_.end(), lower_.begin(), ToLowerAscii);
    const auto kind = CanonicalShape(lower_);
    if (!kind || kind == Kind::kUrl) return false;  // a path keeps its capitals
    ++summary_.read;
    Take(*kind, lower_, {}, nullptr);
    return true;
  }

  void ReadOther(std::string_view text) {
    ListLine line = ReadListLine(text);
    if (line.empty) return;
    if (line.hosts) {
      summary_.read += line.values.size();
      hosts_ += line.values.size();
    } else {
      ++summary_.read;
    }
    if (!line.error.ok()) return Refuse(line.seen, line.error);
    const Indicator* row = nullptr;
    if (!line.comment.empty()) {
      row_.description = std::move(line.comment);
      row = &row_;
    }
    for (const TypedValue& value : line.values) Take(value.kind, value.value, value.conditions, row);
  }

  // With the kind known, the whole line is the value: texts may hold anything.
  void ReadForced(std::string_view line, Kind kind) {
    line = TrimInvisible(line);
    if (line.empty() || line.front() == '#') return;
    auto values = ReadForcedValue(line, kind);
    if (!values.ok() && kind < Kind::kFileName) {
      // A value and its comment.
      ListLine other = ReadListLine(line);
      if (other.empty) return;
      const bool same =
          other.error.ok() && std::all_of(other.values.begin(), other.values.end(),
                                          [kind](const TypedValue& v) { return v.kind == kind; });
      if (same) values = std::move(other.values);
    }
    ++summary_.read;
    if (!values.ok()) return Refuse(line, values.status());
    for (const TypedValue& value : *values) Take(value.kind, value.value, value.conditions, nullptr);
  }

  void Refuse(std::string_view value, const absl::Status& status) {
    sink_.refuse({context_.path, lines_.number(), std::string(value), std::string(status.message()),
                  RefusalCategory(status)});
  }

  TextLines lines_;
  const ReadContext& context_;
  const ListSink& sink_;
  Indicator row_;  // of the last line with a comment
  Condition port_{Kind::kPort, ""};
  std::string lower_;
  ListSummary summary_;
  std::size_t hosts_ = 0;
};

std::string NamesOf(const CsvTable& table) {
  std::string names;
  for (const Column& column : table.columns) {
    if (!names.empty()) names += ", ";
    names += column.name;
  }
  return names;
}

}  // namespace

ListSummary ReadList(std::string_view text, const ReadContext& context, const ListSink& sink) {
  const auto table = FindCsvTable(text, context);
  if (!table) return LinesRead(text, context, sink).Run();
  if (!table->missing_column.empty()) {
    std::string reason = "no column is named '";
    reason += table->missing_column;
    reason += "'; the columns are: ";
    reason += NamesOf(*table);
    sink.refuse({context.path, table->header_line, "", std::move(reason), std::string(kUnreadable)});
    return {0, "table"};
  }
  return ReadCsv(text, *table, context, sink);
}

ReadResult ReadPlainList(std::string_view text, const ReadContext& context) {
  ReadResult result;
  const Indicator base = NewIndicator(context);
  const auto take = [&](const ListValue& value) {
    Indicator& indicator = result.indicators.emplace_back(value.row != nullptr ? *value.row : base);
    indicator.kind = value.kind;
    indicator.value = value.value;
    indicator.conditions.assign(value.conditions.begin(), value.conditions.end());
  };
  const auto refuse = [&](Refusal refusal) { result.refusals.push_back(std::move(refusal)); };
  ListSummary summary = ReadList(text, context, ListSink{take, refuse});
  result.read = summary.read;
  result.format = std::move(summary.format);
  return result;
}

}  // namespace polder
