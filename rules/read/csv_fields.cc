#include "rules/read/csv_fields.h"

#include <algorithm>

namespace polder {
namespace {

constexpr std::size_t kLongestQuote = 8192;

std::string_view TrimSpaces(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// The byte behind the quote that closes the one at `at`; npos if none does.
std::size_t EndOfQuote(std::string_view text, std::size_t at) {
  const std::size_t limit = std::min(text.size(), at + kLongestQuote);
  for (std::size_t i = at + 1; i < limit; ++i) {
    if (text[i] != '"') continue;
    if (i + 1 == text.size() || text[i + 1] != '"') return i + 1;
    ++i;
  }
  return std::string_view::npos;
}

bool EndsLine(std::string_view text, std::size_t at) {
  return at == text.size() || text[at] == '\n' || text[at] == '\r';
}

}  // namespace

bool CsvRecords::Next(std::vector<std::string_view>* fields) {
  fields->clear();
  unquoted_.clear();
  if (!lines_.Next(&record_)) return false;
  line_ = lines_.number();
  const std::string_view rest = lines_.rest();
  const std::string_view from(record_.data(),
                              static_cast<std::size_t>(rest.data() + rest.size() - record_.data()));
  if (record_.find('"') == std::string_view::npos || !SplitQuoted(from, fields)) {
    SplitPlain(record_, fields);
  }
  return true;
}

void CsvRecords::SplitPlain(std::string_view line, std::vector<std::string_view>* fields) const {
  fields->clear();
  while (true) {
    const std::size_t end = line.find(delimiter_);
    std::string_view field = TrimSpaces(line.substr(0, end));
    if (field.size() >= 2 && field.front() == '"' && field.back() == '"') {
      field = field.substr(1, field.size() - 2);
    }
    fields->push_back(field);
    if (end == std::string_view::npos) return;
    line.remove_prefix(end + 1);
  }
}

bool CsvRecords::SplitQuoted(std::string_view text, std::vector<std::string_view>* fields) {
  std::size_t at = 0;
  while (true) {
    while (at < text.size() && text[at] == ' ') ++at;
    std::size_t end = at;
    std::string_view field;
    if (at < text.size() && text[at] == '"') {
      end = EndOfQuote(text, at);
      if (end == std::string_view::npos) return false;
      field = text.substr(at + 1, end - at - 2);
      if (field.find('"') != std::string_view::npos) {
        std::string& plain = unquoted_.emplace_back(field);
        for (std::size_t i = plain.find("\"\""); i != std::string::npos; i = plain.find("\"\"", i + 1)) {
          plain.erase(i, 1);
        }
        field = plain;
      }
      while (end < text.size() && (text[end] == ' ' || (text[end] == '\t' && delimiter_ != '\t'))) ++end;
      // Words behind the closing quote: it was none.
      if (!EndsLine(text, end) && text[end] != delimiter_) return false;
    } else {
      while (!EndsLine(text, end) && text[end] != delimiter_) ++end;
      field = TrimSpaces(text.substr(at, end - at));
    }
    fields->push_back(field);
    if (EndsLine(text, end)) {
      at = end;
      break;
    }
    at = end + 1;
  }
  // What TextLines has not yet gone past.
  if (at > record_.size()) {
    const std::string_view extra = text.substr(record_.size(), at - record_.size());
    const auto rest_at = static_cast<std::size_t>(lines_.rest().data() - text.data());
    const auto skipped = text.substr(rest_at, at - rest_at);
    TextLines inside(skipped);
    std::string_view line;
    while (inside.Next(&line)) continue;
    std::size_t end = at - rest_at;
    if (lines_.rest().substr(end).starts_with("\r\n")) {
      end += 2;
    } else if (end < lines_.rest().size()) {
      end += 1;
    }
    lines_.Skip(end, inside.number() + (skipped.ends_with('\n') ? 1 : 0));
    record_ = text.substr(0, record_.size() + extra.size());
  }
  return true;
}

}  // namespace polder
