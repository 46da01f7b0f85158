#include "rules/read/csv_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

#include "engine/base/time.h"
#include "engine/observable/characters.h"
#include "rules/read/csv_fields.h"
#include "rules/read/list_line.h"
#include "rules/read/list_value.h"
#include "rules/read/text_decoding.h"
#include "rules/read/value_shape.h"

namespace polder {
namespace {

using Fields = std::vector<std::string_view>;
using TypedValues = std::vector<TypedValue>;

absl::Status Wrong(const std::string& message) { return absl::InvalidArgumentError(message); }

void Append(std::string_view more, std::string_view separator, std::string* text) {
  if (more.empty()) return;
  if (!text->empty()) *text += separator;
  *text += ToUtf8(more);
}

class CsvRead {
 public:
  CsvRead(std::string_view text, const CsvTable& table, const ReadContext& context, const ListSink& sink)
      : records_(text, table.delimiter),
        table_(table),
        context_(context),
        sink_(sink),
        base_(NewIndicator(context)) {
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      const Column& column = table.columns[i];
      if (column.IsValue())
        values_.push_back(i);
      else if (column.use == ColumnUse::kType)
        type_ = static_cast<int>(i);
      else if (column.use == ColumnUse::kPort)
        port_ = static_cast<int>(i);
      else if (column.use != ColumnUse::kNothing)
        said_.push_back(i);
    }
  }

  ListSummary Run() {
    summary_.format = fmt::format("table ({})", table_.Describe());
    while (records_.Next(&fields_)) {
      if (table_.header_line > 0 && records_.line() <= table_.header_line) continue;
      ReadRow();
    }
    return std::move(summary_);
  }

 private:
  std::string_view Cell(std::size_t column) const {
    return column < fields_.size() ? TrimInvisible(fields_[column]) : std::string_view();
  }

  void Refuse(std::string_view value, std::string reason, std::string category) {
    sink_.refuse(
        {context_.path, records_.line(), std::string(value), std::move(reason), std::move(category)});
  }
  void Refuse(std::string_view value, const absl::Status& status) {
    Refuse(value, std::string(status.message()), RefusalCategory(status));
  }

  void ReadRow() {
    const std::string_view record = TrimInvisible(records_.record());
    if (record.empty() || record.starts_with('#')) return;
    row_known_ = said_.empty();
    row_ = nullptr;
    if (fields_.size() == 1 && table_.columns.size() > 1) return ReadBareLine(record);
    bool any = false;
    for (const std::size_t column : values_) {
      const std::string_view cell = Cell(column);
      if (IsPlaceholder(cell)) continue;
      any = true;
      if (!ReadCell(cell, table_.columns[column])) return;
    }
    const bool nothing = std::all_of(fields_.begin(), fields_.end(),
                                     [](std::string_view field) { return TrimInvisible(field).empty(); });
    if (any || nothing) return;
    ++summary_.read;
    Refuse(record, fmt::format("no value where the table has it ({})", table_.Describe()), "invalid value");
  }

  // A line without the delimiter: a heading, or a value that somebody added.
  void ReadBareLine(std::string_view record) {
    const ListLine line = ReadListLine(record);
    if (line.empty) return;
    ++summary_.read;
    if (!line.error.ok()) return Refuse(record, line.error);
    for (const TypedValue& value : line.values) Take(value.kind, value.value, value.conditions, &base_);
  }

  // False if the row is not to be read further.
  bool ReadCell(std::string_view cell, const Column& column) {
    if (!row_known_) {
      const absl::Status status = ReadWhatIsSaid();
      if (!status.ok()) {
        ++summary_.read;
        Refuse(cell, status);
        return false;
      }
    }
    ValueRole role = column.role;
    if (type_ >= 0 && !IsExact(role)) {
      const std::string_view type = Cell(static_cast<std::size_t>(type_));
      if (type != last_type_) {
        last_type_ = type;
        last_role_ = RoleOfTypeName(type);
      }
      const bool any_kind = role.family == ValueRole::Family::kAny;
      if (!last_role_ && any_kind && !type.empty()) {
        ++summary_.read;
        Refuse(cell, fmt::format("of the type '{}', which events are not searched for", type),
               "not matchable");
        return true;
      }
      if (last_role_) role = *last_role_;
    }
    const auto kind = port_ < 0 && !context_.kind ? CanonicalShape(cell) : std::nullopt;
    if (kind && role.Takes(*kind)) {
      ++summary_.read;
      Take(*kind, cell, {}, row_);
      return true;
    }
    ReadCellAs(cell, role);
    return true;
  }

  static bool IsExact(const ValueRole& role) {
    return role.family == ValueRole::Family::kExactly || role.family == ValueRole::Family::kHash;
  }

  absl::StatusOr<TypedValues> Typed(std::string_view cell, const ValueRole& role) const {
    return context_.kind ? ReadForcedValue(cell, *context_.kind) : ReadValue(cell, role);
  }

  void ReadCellAs(std::string_view cell, const ValueRole& role) {
    auto whole = Typed(cell, role);
    if (whole.ok()) {
      ++summary_.read;
      return TakeAll(*whole);
    }
    // Several in one cell, if every one of them is clear.
    std::vector<std::string_view> parts;
    for (std::string_view rest = cell; !rest.empty();) {
      const std::size_t end = std::min(rest.find_first_of(",;| \t\r\n"), rest.size());
      if (end > 0) parts.push_back(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    std::vector<TypedValues> all;
    for (const std::string_view part : parts) {
      const bool url_part = role.kind == Kind::kUrl && part.find("//") == std::string_view::npos;
      auto one = parts.size() > 1 ? Typed(part, role) : whole;
      if (!one.ok() || url_part) break;
      all.push_back(*std::move(one));
    }
    if (all.size() < parts.size() || parts.empty()) {
      ++summary_.read;
      return Refuse(cell, whole.status());
    }
    summary_.read += all.size();
    for (TypedValues& values : all) TakeAll(values);
  }

  void TakeAll(TypedValues& values) {
    const std::string_view port = port_ < 0 ? std::string_view() : Cell(static_cast<std::size_t>(port_));
    for (TypedValue& value : values) {
      const bool has_port = value.kind == Kind::kIp || value.kind == Kind::kDomain;
      if (has_port && value.conditions.empty() && !IsPlaceholder(port) && port != "0") {
        auto number = CanonicaliseValue(Kind::kPort, port);
        if (!number.ok()) {
          Refuse(value.value, fmt::format("its port '{}': {}", port, std::string(number.status().message())),
                 "invalid value");
          continue;
        }
        value.conditions.push_back({Kind::kPort, *std::move(number)});
      }
      Take(value.kind, value.value, value.conditions, row_);
    }
  }

  void Take(Kind kind, std::string_view value, std::span<const Condition> conditions, const Indicator* row) {
    sink_.take({kind, value, conditions, records_.line(), row});
  }

  // Fills row_ with what the columns beside the values say.
  absl::Status ReadWhatIsSaid() {
    row_known_ = true;
    said_row_ = base_;
    for (const std::size_t column : said_) {
      const std::string_view cell = Cell(column);
      if (IsPlaceholder(cell)) continue;
      const absl::Status status = ReadSaying(table_.columns[column].use, cell);
      if (!status.ok()) return status;
    }
    row_ = &said_row_;
    return absl::OkStatus();
  }

  absl::Status ReadSaying(ColumnUse use, std::string_view cell) {
    switch (use) {
      case ColumnUse::kName:
        if (said_row_.name.empty()) said_row_.name = ToUtf8(cell);
        break;
      case ColumnUse::kDescription:
        Append(cell, "; ", &said_row_.description);
        break;
      case ColumnUse::kReference:
        if (said_row_.reference.empty()) said_row_.reference = ToUtf8(cell);
        break;
      case ColumnUse::kProvider:
        if (said_row_.provider.empty()) said_row_.provider = ToUtf8(cell);
        break;
      case ColumnUse::kTags:
        Append(cell, ", ", &said_row_.labels);
        break;
      case ColumnUse::kScore:
        Append(fmt::format("score {}", cell), ", ", &said_row_.labels);
        break;
      case ColumnUse::kConfidence:
        ReadConfidence(cell);
        break;
      case ColumnUse::kTlp:
        return ReadTlp(cell);
      case ColumnUse::kFirstSeen:
      case ColumnUse::kLastSeen:
      case ColumnUse::kValidFrom:
      case ColumnUse::kValidUntil:
        return ReadTime(use, cell);
      default:
        break;
    }
    return absl::OkStatus();
  }

  void ReadConfidence(std::string_view cell) {
    if (cell.ends_with('%')) cell.remove_suffix(1);
    int number = -1;
    const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), number);
    if (error == std::errc() && end == cell.data() + cell.size() && number >= 0 && number <= 100) {
      said_row_.confidence = number;
    }
  }

  absl::Status ReadTlp(std::string_view cell) {
    const auto tlp = TlpFromName(cell);
    if (!tlp)
      return Wrong(fmt::format("its TLP is '{}'; expected CLEAR, GREEN, AMBER, AMBER+STRICT or RED", cell));
    said_row_.tlp = *tlp;
    return absl::OkStatus();
  }

  absl::Status ReadTime(ColumnUse use, std::string_view cell) {
    std::string_view text = cell;
    if (text.ends_with(" UTC")) text.remove_suffix(4);
    auto time = ParseIsoTime(text);
    if (!time) time = ParseEpochTime(text);
    const bool said = use == ColumnUse::kValidUntil || use == ColumnUse::kValidFrom;
    if (said || (time && use == ColumnUse::kFirstSeen)) {
      if (!time) {
        return Wrong(fmt::format("its validity is '{}'; expected a time such as 2024-05-06T07:08:09Z", cell));
      }
      (use == ColumnUse::kValidUntil ? said_row_.valid_until : said_row_.valid_from) = *time;
      if (said_row_.valid_until <= said_row_.valid_from)
        return Wrong("it is never valid: it ends before it begins");
    } else if (time && use == ColumnUse::kLastSeen) {
      said_row_.modified = *time;
    }
    return absl::OkStatus();
  }

  CsvRecords records_;
  const CsvTable& table_;
  const ReadContext& context_;
  const ListSink& sink_;
  const Indicator base_;
  ListSummary summary_;
  Fields fields_;
  std::vector<std::size_t> values_;  // columns
  std::vector<std::size_t> said_;    // columns that say something about the values
  std::string last_type_;            // and what it stands for
  std::optional<ValueRole> last_role_;
  int type_ = -1;
  int port_ = -1;
  Indicator said_row_;
  const Indicator* row_ = nullptr;
  bool row_known_ = false;
};

}  // namespace

ListSummary ReadCsv(std::string_view text, const CsvTable& table, const ReadContext& context,
                    const ListSink& sink) {
  return CsvRead(text, table, context, sink).Run();
}

}  // namespace polder
