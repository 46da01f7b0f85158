#include "engine/match/conjunctions.h"

#include <algorithm>
#include <cmath>

#include "engine/observable/domain.h"
#include "engine/observable/text.h"

namespace polder {
namespace {

// All whole texts are compared alike.
void MakeKey(Kind kind, std::string_view canonical, std::string& key) {
  key.assign(1, static_cast<char>(IsWholeText(kind) ? Kind::kText : kind));
  key += canonical;
}

}  // namespace

void Conjunctions::Clear() {
  parts_.clear();
  numbers_.clear();
  networks_.clear();
  seen_.clear();
}

void Conjunctions::Forget() { std::fill(seen_.begin(), seen_.end(), false); }

std::uint32_t Conjunctions::NumberOf(const Condition& condition) {
  MakeKey(condition.kind, condition.value, key_);
  const auto [at, fresh] = numbers_.try_emplace(key_, static_cast<std::uint32_t>(seen_.size()));
  if (fresh) {
    seen_.push_back(false);
    const auto network = condition.kind == Kind::kNetwork ? ParseNetwork(condition.value) : std::nullopt;
    if (network) networks_.emplace_back(*network, at->second);
  }
  return at->second;
}

void Conjunctions::Add(std::uint32_t indicator, const Snapshot& snapshot) {
  const auto [at, fresh] = parts_.try_emplace(indicator);
  if (!fresh) return;
  for (const Condition& condition : snapshot.ConditionsOf(indicator)) {
    at->second.push_back(NumberOf(condition));
  }
}

void Conjunctions::See(Kind kind, std::string_view canonical) {
  MakeKey(kind, canonical, key_);
  if (const auto found = numbers_.find(key_); found != numbers_.end()) seen_[found->second] = true;
}

void Conjunctions::See(const Observable& observable) {
  See(observable.kind, observable.canonical);
  if (observable.kind == Kind::kDomain) {
    std::string_view parent = ParentDomain(observable.canonical);
    for (; !parent.empty(); parent = ParentDomain(parent)) See(Kind::kDomain, parent);
  }
  if (observable.kind != Kind::kIp) return;
  for (const auto& [network, number] : networks_) {
    if (network.Contains(observable.ip)) seen_[number] = true;
  }
}

void Conjunctions::SeeText(std::string_view text) {
  PortsIn(text, [this](std::string_view digits) { See(Kind::kPort, digits); });
}

void Conjunctions::SeeNumber(double number) {
  if (number < 1 || number > 65535 || number != std::floor(number)) return;
  See(Kind::kPort, std::to_string(static_cast<int>(number)));
}

bool Conjunctions::Hold(std::uint32_t indicator) const {
  const auto found = parts_.find(indicator);
  return found != parts_.end() && std::all_of(found->second.begin(), found->second.end(),
                                              [this](std::uint32_t number) { return seen_[number]; });
}

}  // namespace polder
