// Where everything that is read becomes indicators: bytes of feeds in, snapshots out.
#ifndef POLDER_CONNECTORS_FEEDS_INDICATOR_STORE_H_
#define POLDER_CONNECTORS_FEEDS_INDICATOR_STORE_H_

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/feeds/feed_terms.h"
#include "rules/guard/feed_guard.h"
#include "rules/merge/rule_set.h"
#include "rules/read/list_sink.h"
#include "rules/read/reader.h"
#include "rules/warninglist/warninglists.h"

namespace polder {

// What became of one document: a file, a page, a message.
struct DocumentReport {
  std::string path;
  std::string source;
  std::string format = {};
  std::size_t read = 0;                             // statements in it
  std::size_t accepted = 0;                         // indicators taken, one for each value
  std::map<std::string, std::size_t> refused = {};  // by category; "guarded" among them
  bool kept_last_good = false;  // could not be read this time: what it stated before stays in force
};

// Used by one thread. Documents come in refreshes, each of one feed; a refresh counts as a whole or, where
// the feed guard holds it, not at all. Nothing is in force before Publish.
class IndicatorStore {
 public:
  struct Options {
    bool guard = true;
    FeedGuardLimits feed_guard;
    std::shared_ptr<const Warninglists> warninglists;        // null: none
    std::shared_ptr<ExpressionCache> expressions = nullptr;  // compiled anew at every start
    // Called for everything that is not taken, with where it stood and why; by default it is only counted.
    std::function<void(const Refusal&)> on_refusal;
  };

  IndicatorStore(Options options, const FingerprintKey& key);

  // --- One refresh -------------------------------------------------------------------------------
  // `feed` names it among all. What comes until EndRefresh belongs to it.
  void BeginRefresh(const std::string& feed);
  // The whole of what the source states at `path`, in place of what it stated there before. If nothing can be
  // made of the bytes, that stays in force, and `failure` says why.
  DocumentReport Replace(const FeedTerms& terms, const std::string& path, std::string_view bytes,
                         std::string* failure);
  void Withdraw(const FeedTerms& terms, const std::string& path);
  // Single objects, each in place of what the source stated before at `path` under the same identifier, if
  // that is not of a later version. `place` says in messages where they stood: a page, an offset.
  DocumentReport PutObjects(const FeedTerms& terms, const std::string& path, const std::string& place,
                            std::string_view bytes, std::string* failure);
  // The record of a compacted topic under `key`, the identifier of an indicator; no bytes withdraw it.
  // Without a key, the objects in it as PutObjects takes them, but whatever their version.
  DocumentReport PutRecord(const FeedTerms& terms, const std::string& path, const std::string& place,
                           std::string_view key, std::string_view bytes, std::string* failure);
  // Why the refresh is held; nothing if it counts. `guarded` is false where the feed guard has no say.
  std::optional<std::string> EndRefresh(bool guarded = true);

  // The refreshes that are held are taken when they come again.
  void ConfirmHeld();

  // --- In force ----------------------------------------------------------------------------------
  // A snapshot with all refreshes that count; null if nothing changed since the last.
  std::shared_ptr<const Snapshot> Publish(bool even_if_unchanged = false);
  // Statements that were dropped since their own document says the same twice.
  std::size_t repeated() const { return repeated_; }
  const RuleSet& rules() const { return rules_; }
  RuleSet& rules() { return rules_; }

 private:
  struct Document;
  // A single object as the refresh leaves it.
  struct Object {
    std::string delivery;
    std::string source;
    std::string id;
    std::vector<Indicator> statements;  // none withdraw it
    bool unless_older;
  };

  void Take(Document& document, const ListValue& value);
  void Refuse(DocumentReport& report, Refusal refusal);
  bool Read(Document& document, const ReadContext& context, std::string_view bytes, std::string* failure);
  void CommitStaged();
  DocumentReport PutGroups(const FeedTerms& terms, const std::string& path, const std::string& place,
                           std::string_view key, std::string_view bytes, bool unless_older,
                           std::string* failure);
  void PutObject(Object object);
  std::ptrdiff_t StageObjects();

  Options options_;
  RuleSet rules_;
  bool changed_ = false;
  std::size_t repeated_ = 0;
  // The refresh that is going on.
  std::string feed_;
  std::map<std::string, std::size_t> deliveries_;  // what each of its documents states now
  std::map<std::string, Object> objects_;          // by delivery, source and identifier
  // What has counted.
  std::map<std::string, std::size_t> sizes_;  // of feeds, in indicators
  std::map<std::string, std::map<std::string, std::size_t>> delivery_sizes_;
  std::set<std::string> held_;
  std::set<std::string> confirmed_;
};

}  // namespace polder

#endif  // POLDER_CONNECTORS_FEEDS_INDICATOR_STORE_H_
