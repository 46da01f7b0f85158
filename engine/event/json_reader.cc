// One parser per level of strings in strings, since the values of a level are views into its parser while the
// level below is read.
#include "engine/event/json_reader.h"

#include <simdjson.h>

#include <array>
#include <memory>
#include <string>
#include <utility>

#include "engine/event/json_fallback.h"
#include "engine/event/json_path.h"
#include "engine/event/record.h"

namespace polder {
namespace {

static_assert(simdjson::SIMDJSON_PADDING <= kRecordPadding);

// How deep simdjson reads in a string: what is deeper is for the fallback, which does not recurse, so that
// the stack holds out at every level of strings.
constexpr std::size_t kNestedDepth = 64;
constexpr std::size_t kNestedCapacity = 4096;

constexpr std::string_view kJsonSpace = " \t\r\n";

// What a parser says of bytes that no parser would take for JSON. The other errors are its limits, or may be.
bool IsFinal(simdjson::error_code error) {
  switch (error) {
    case simdjson::TAPE_ERROR:
    case simdjson::T_ATOM_ERROR:
    case simdjson::F_ATOM_ERROR:
    case simdjson::N_ATOM_ERROR:
    case simdjson::UTF8_ERROR:
    case simdjson::EMPTY:
    case simdjson::UNESCAPED_CHARS:
    case simdjson::UNCLOSED_STRING:
      return true;
    default:
      return false;
  }
}

// Whether `text` begins and ends as an object or an array with a member does: what else begins with a brace,
// such as a GUID, costs no parser.
bool MayHaveMembers(std::string_view text) {
  if (text.empty() || (text[0] != '{' && text[0] != '[')) return false;
  const bool object = text[0] == '{';
  if (text[text.find_last_not_of(kJsonSpace)] != (object ? '}' : ']')) return false;
  const std::size_t next = text.find_first_not_of(kJsonSpace, 1);
  if (next == std::string_view::npos) return false;
  return object ? text[next] == '"'
                : std::string_view("{[\"-0123456789tfn").find(text[next]) != std::string_view::npos;
}

// One level: a parser, and what it reads if that had to be copied.
struct Level {
  // Whether `bytes` are JSON; they are read by Walk.
  bool Parse(std::string_view bytes) {
    const auto error = parser.parse(bytes.data(), bytes.size(), /*realloc_if_needed=*/false).get(root);
    in_fallback = error != simdjson::SUCCESS;
    return !in_fallback || (!IsFinal(error) && fallback.Parse(bytes));
  }

  simdjson::dom::parser parser;
  simdjson::dom::element root;
  JsonFallback fallback;
  bool in_fallback = false;
  std::string padded;
};

using Levels = std::array<std::unique_ptr<Level>, JsonReader::kMaxNesting + 1>;

class Walk {
 public:
  Walk(Levels& levels, JsonPath& path, JsonReader::StringSink on_string, JsonReader::NumberSink on_number)
      : levels_(levels), path_(path), on_string_(on_string), on_number_(on_number) {}

  // What the running level has parsed.
  void Run() {
    Level& level = *levels_[depth_];
    if (!level.in_fallback) return Value(level.root);
    level.fallback.Walk(
        path_, [this](std::string_view value) { String(value); }, [this](double value) { Number(value); });
  }

 private:
  // Recursion is bounded by simdjson's limit of 1,024 levels, and kNestedDepth for each level of strings.
  void Value(simdjson::dom::element element) {
    switch (element.type()) {
      case simdjson::dom::element_type::OBJECT:
        for (const auto field : simdjson::dom::object(element)) {
          const std::size_t before = path_.Push(field.key);
          Value(field.value);
          path_.Pop(before);
        }
        return;
      case simdjson::dom::element_type::ARRAY: {
        std::size_t position = 0;
        for (const auto item : simdjson::dom::array(element)) {
          const std::size_t before = path_.Push(position++);
          Value(item);
          path_.Pop(before);
        }
        return;
      }
      case simdjson::dom::element_type::STRING:
        return String(std::string_view(element));
      case simdjson::dom::element_type::INT64:
        return Number(static_cast<double>(std::int64_t(element)));
      case simdjson::dom::element_type::UINT64:
        return Number(static_cast<double>(std::uint64_t(element)));
      case simdjson::dom::element_type::DOUBLE:
        return Number(double(element));
      default:
        return;
    }
  }

  void String(std::string_view value) {
    // Nearly all values end here: the rest is asked of what begins with a brace or a bracket.
    const char first = value.empty() ? 'x' : value[0];
    if ((first == '{' || first == '[') && ReadNested(value)) return;
    on_string_(path_.text(), value);
  }
  void Number(double value) { on_number_(path_.text(), value); }

  bool ReadNested(std::string_view value) {
    if (depth_ == JsonReader::kMaxNesting || value.size() > JsonReader::kMaxNestedBytes) return false;
    if (!MayHaveMembers(value)) return false;
    std::unique_ptr<Level>& next = levels_[depth_ + 1];
    if (next == nullptr) {
      auto level = std::make_unique<Level>();
      if (level->parser.allocate(kNestedCapacity, kNestedDepth) != simdjson::SUCCESS) return false;
      next = std::move(level);
    }
    next->padded.assign(value);
    next->padded.append(kRecordPadding, '\0');
    if (!next->Parse(std::string_view(next->padded).substr(0, value.size()))) return false;
    ++depth_;
    Run();
    --depth_;
    return true;
  }

  Levels& levels_;
  JsonPath& path_;
  JsonReader::StringSink on_string_;
  JsonReader::NumberSink on_number_;
  std::size_t depth_ = 0;
};

}  // namespace

struct JsonReader::State {
  Levels levels;
  JsonPath path;
};

JsonReader::JsonReader() : state_(std::make_unique<State>()) {
  state_->levels[0] = std::make_unique<Level>();
}
JsonReader::~JsonReader() = default;
JsonReader::JsonReader(JsonReader&&) noexcept = default;

bool JsonReader::Read(std::string_view bytes, StringSink on_string, NumberSink on_number) {
  if (!state_->levels[0]->Parse(bytes)) return false;
  state_->path.Clear();
  Walk(state_->levels, state_->path, on_string, on_number).Run();
  return true;
}

}  // namespace polder
