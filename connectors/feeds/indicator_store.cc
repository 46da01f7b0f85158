#include "connectors/feeds/indicator_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "rules/guard/guard.h"

namespace polder {

namespace {

// Of a list, about.
constexpr std::size_t kBytesOfLine = 20;

}  // namespace

// One document while it is read.
struct IndicatorStore::Document {
  DocumentReport report;
  std::string delivery;
  Indicator common;        // what holds for all of it
  bool list_open = false;  // the rule set knows `common`
  bool begun = false;      // and that a delivery is being replaced
  std::size_t bytes = 0;
  // Where statements go: into the rule set at once, or first into groups, by identifier.
  bool whole = true;
  std::map<std::string, std::vector<Indicator>> groups = {};
  // Identifiers of which a new statement is not taken: without another one, the one before goes as well.
  std::set<std::string> withdrawn = {};
};

IndicatorStore::IndicatorStore(Options options, const FingerprintKey& key)
    : options_(std::move(options)), rules_(key, options_.expressions.get()) {}

void IndicatorStore::Refuse(DocumentReport& report, Refusal refusal) {
  ++report.refused[refusal.category];
  if (options_.on_refusal) options_.on_refusal(refusal);
}

namespace {

ReadContext ContextOf(const FeedTerms& terms, const std::string& path) {
  return {.path = path,
          .source = terms.source,
          .tlp = terms.tlp,
          .confidence = terms.confidence,
          .shadow = terms.shadow,
          .kind = terms.kind,
          .column = terms.column};
}

// One file may be the feed of two sources.
std::string DeliveryOf(const FeedTerms& terms, const std::string& path) {
  std::string delivery = terms.source;
  delivery += '\0';
  delivery += path;
  return delivery;
}

// What is wrong with the whole is told once, as the failure.
bool Unreadable(const Refusal& refusal, DocumentReport& report, std::string* failure) {
  if (refusal.category != kUnreadable) return false;
  *failure = refusal.Message();
  ++report.refused[refusal.category];
  return true;
}

Indicator WholeOf(const ListValue& value, const Indicator& common) {
  Indicator indicator = value.row == nullptr ? common : *value.row;
  indicator.kind = value.kind;
  indicator.value = value.value;
  indicator.conditions.assign(value.conditions.begin(), value.conditions.end());
  return indicator;
}

}  // namespace

void IndicatorStore::Take(Document& document, const ListValue& value) {
  const bool revoked = value.row != nullptr && value.row->revoked;
  std::string known_as;
  if (!revoked) {
    std::string reason;
    if (options_.guard) {
      if (auto found = GuardReason(value.kind, value.value)) reason = *std::move(found);
    }
    if (reason.empty() && options_.warninglists != nullptr) {
      const Warninglists::Verdict verdict = options_.warninglists->Find(value.kind, value.value);
      if (options_.guard && !verdict.benign_on.empty()) {
        reason = fmt::format("it is on the warninglist '{}'", verdict.benign_on);
      }
      known_as = verdict.known_on;
    }
    if (!reason.empty()) {
      Refuse(document.report, {document.report.path, value.line, std::string(value.value),
                               fmt::format("kept out: {}", reason), "guarded"});
      if (!document.whole && value.row != nullptr) document.withdrawn.insert(value.row->id);
      return;
    }
  }
  ++document.report.accepted;
  const bool bare = value.row == nullptr && value.conditions.empty() && known_as.empty();
  if (document.whole && !document.begun) {
    rules_.Begin(document.delivery);
    document.begun = true;
  }
  if (bare && document.whole) {
    if (!document.list_open) {
      rules_.StartList(document.common);
      rules_.Expect(document.bytes / kBytesOfLine);
    }
    document.list_open = true;
    rules_.AddValue(value.kind, value.value);
    return;
  }
  Indicator indicator = WholeOf(value, document.common);
  indicator.known_as = std::move(known_as);
  if (document.whole) {
    rules_.Add(indicator);
  } else {
    document.groups[indicator.id].push_back(std::move(indicator));
  }
}

// False, with the reason in `failure`, if nothing can be made of the bytes.
bool IndicatorStore::Read(Document& document, const ReadContext& context, std::string_view bytes,
                          std::string* failure) {
  document.bytes = bytes.size();
  std::string unreadable;
  const auto take = [&](const ListValue& value) { Take(document, value); };
  const auto refuse = [&](Refusal refusal) {
    if (Unreadable(refusal, document.report, &unreadable)) return;
    if (!document.whole && refusal.value.starts_with("indicator--")) document.withdrawn.insert(refusal.value);
    Refuse(document.report, std::move(refusal));
  };
  const ReadSummary summary = ReadIndicators(bytes, context, ListSink{take, refuse});
  document.report.format = summary.format;
  document.report.read = summary.read;
  if (unreadable.empty()) return true;
  *failure = std::move(unreadable);
  return false;
}

void IndicatorStore::BeginRefresh(const std::string& feed) {
  feed_ = feed;
  deliveries_.clear();
  objects_.clear();
  // If this refresh is held, nothing else may be lost with it.
  if (sizes_.contains(feed)) CommitStaged();
}

DocumentReport IndicatorStore::Replace(const FeedTerms& terms, const std::string& path,
                                       std::string_view bytes, std::string* failure) {
  const ReadContext context = ContextOf(terms, path);
  Document document{.report = {.path = path, .source = terms.source},
                    .delivery = DeliveryOf(terms, path),
                    .common = NewIndicator(context)};
  if (!Read(document, context, bytes, failure)) {
    document.report.kept_last_good = rules_.StatementsOf(document.delivery) > 0;
    return std::move(document.report);
  }
  if (!document.begun) rules_.Begin(document.delivery);
  deliveries_[document.delivery] = document.report.accepted;
  return std::move(document.report);
}

void IndicatorStore::Withdraw(const FeedTerms& terms, const std::string& path) {
  const std::string delivery = DeliveryOf(terms, path);
  rules_.Begin(delivery);
  deliveries_[delivery] = 0;
}

DocumentReport IndicatorStore::PutGroups(const FeedTerms& terms, const std::string& path,
                                         const std::string& place, std::string_view key,
                                         std::string_view bytes, bool unless_older, std::string* failure) {
  const ReadContext context = ContextOf(terms, place);
  Document document{.report = {.path = place, .source = terms.source},
                    .delivery = DeliveryOf(terms, path),
                    .common = NewIndicator(context),
                    .whole = false};
  const std::string& delivery = document.delivery;
  if (!Read(document, context, bytes, failure)) {
    document.report.kept_last_good = true;
    return std::move(document.report);
  }
  if (!key.empty()) document.withdrawn.insert(std::string(key));
  for (auto& [id, statements] : document.groups) {
    if (!key.empty() && id != key) {
      document.report.accepted -= statements.size();
      Refuse(document.report,
             {place, 0, id, fmt::format("the record's key is '{}': key and id must be the same", key),
              "invalid object"});
      continue;
    }
    document.withdrawn.erase(id);
    if (id.empty()) {
      document.report.accepted -= statements.size();
      Refuse(document.report,
             {place, 0, statements.front().value,
              "it has no identifier by which it could be changed or withdrawn", "invalid object"});
      continue;
    }
    PutObject({delivery, terms.source, id, std::move(statements), unless_older});
  }
  for (const std::string& id : document.withdrawn) {
    // A record has a say about its own key alone.
    if (key.empty() || id == key) PutObject({delivery, terms.source, id, {}, false});
  }
  return std::move(document.report);
}

namespace {

TimeUs ModifiedOf(const std::vector<Indicator>& statements) {
  TimeUs modified = kBeginningOfTime;
  for (const Indicator& statement : statements) modified = std::max(modified, statement.modified);
  return modified;
}

}  // namespace

// Kept until the refresh ends: an object that comes twice, as in a topic before its compaction, is staged
// once, so that the rule set need not commit in between what may yet be held.
void IndicatorStore::PutObject(Object object) {
  std::string name = object.delivery;
  for (const std::string& part : {object.source, object.id}) {
    name += '\0';
    name += part;
  }
  const auto [there, is_new] = objects_.try_emplace(std::move(name));
  if (!is_new && object.unless_older && !object.statements.empty() &&
      ModifiedOf(there->second.statements) > ModifiedOf(object.statements)) {
    return;
  }
  there->second = std::move(object);
}

// How many indicators more, or less, there are with them.
std::ptrdiff_t IndicatorStore::StageObjects() {
  std::ptrdiff_t change = 0;
  for (const auto& [name, object] : objects_) {
    const std::size_t before = rules_.StatementsOf(object.delivery, object.source, object.id);
    if (before == 0 && object.statements.empty()) continue;
    if (!rules_.Put(object.delivery, object.source, object.id, object.statements, object.unless_older)) {
      continue;
    }
    change += static_cast<std::ptrdiff_t>(object.statements.size()) - static_cast<std::ptrdiff_t>(before);
  }
  objects_.clear();
  return change;
}

DocumentReport IndicatorStore::PutObjects(const FeedTerms& terms, const std::string& path,
                                          const std::string& place, std::string_view bytes,
                                          std::string* failure) {
  return PutGroups(terms, path, place, {}, bytes, /*unless_older=*/true, failure);
}

DocumentReport IndicatorStore::PutRecord(const FeedTerms& terms, const std::string& path,
                                         const std::string& place, std::string_view key,
                                         std::string_view bytes, std::string* failure) {
  if (!bytes.empty()) return PutGroups(terms, path, place, key, bytes, /*unless_older=*/false, failure);
  if (!key.empty()) PutObject({DeliveryOf(terms, path), terms.source, std::string(key), {}, false});
  return {.path = place, .source = terms.source, .format = "withdrawal"};
}

std::optional<std::string> IndicatorStore::EndRefresh(bool guarded) {
  auto& known = delivery_sizes_[feed_];
  const std::size_t before = sizes_.contains(feed_) ? sizes_[feed_] : 0;
  auto after = static_cast<std::ptrdiff_t>(before) + StageObjects();
  for (const auto& [delivery, size] : deliveries_) {
    const auto old = known.find(delivery);
    after +=
        static_cast<std::ptrdiff_t>(size) - static_cast<std::ptrdiff_t>(old == known.end() ? 0 : old->second);
  }
  const auto size = static_cast<std::size_t>(std::max<std::ptrdiff_t>(after, 0));
  if (guarded && !confirmed_.contains(feed_)) {
    if (auto reason = HoldReason(before, size, options_.feed_guard)) {
      rules_.Rollback();
      held_.insert(feed_);
      return reason;
    }
  }
  held_.erase(feed_);
  confirmed_.erase(feed_);
  sizes_[feed_] = size;
  for (const auto& [delivery, count] : deliveries_) {
    if (count == 0) {
      known.erase(delivery);
    } else {
      known[delivery] = count;
    }
  }
  return std::nullopt;
}

void IndicatorStore::ConfirmHeld() { confirmed_.merge(held_); }

void IndicatorStore::CommitStaged() {
  const RuleSet::Change change = rules_.Commit();
  changed_ = change.any() || changed_;
  repeated_ += change.repeated;
}

std::shared_ptr<const Snapshot> IndicatorStore::Publish(bool even_if_unchanged) {
  CommitStaged();
  if (!changed_ && !even_if_unchanged) return nullptr;
  changed_ = false;
  auto snapshot = rules_.Publish();
  if (const absl::Status& problem = rules_.expression_problem(); !problem.ok() && options_.on_refusal) {
    options_.on_refusal(
        {.path = "patterns",
         .line = 0,
         .value = "",
         .reason = fmt::format("new expressions are not looked for: {}", std::string(problem.message())),
         .category = "not compiled"});
  }
  return snapshot;
}

}  // namespace polder
