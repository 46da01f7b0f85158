// The references: what reading the same bytes as JSON costs, without looking for anything.
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <simdjson.h>

#include "bench/suites.h"

namespace polder {
namespace {

// What a walk has seen; the same for both interfaces if they saw the same.
struct Seen {
  std::size_t strings = 0;
  std::size_t bytes = 0;
};

void WalkDom(simdjson::dom::element element, Seen& seen) {
  if (element.is_object()) {
    for (const auto field : simdjson::dom::object(element)) WalkDom(field.value, seen);
  } else if (element.is_array()) {
    for (const auto item : simdjson::dom::array(element)) WalkDom(item, seen);
  } else if (element.is_string()) {
    ++seen.strings;
    seen.bytes += std::string_view(element).size();
  }
}

void WalkOnDemand(simdjson::ondemand::value value, Seen& seen) {
  switch (simdjson::ondemand::json_type(value.type())) {
    case simdjson::ondemand::json_type::object:
      for (auto field : simdjson::ondemand::object(value.get_object())) WalkOnDemand(field.value(), seen);
      break;
    case simdjson::ondemand::json_type::array:
      for (auto item : simdjson::ondemand::array(value.get_array())) WalkOnDemand(item.value(), seen);
      break;
    case simdjson::ondemand::json_type::string:
      ++seen.strings;
      seen.bytes += std::string_view(value.get_string()).size();
      break;
    default:
      break;
  }
}

Seen DomPass(simdjson::dom::parser& parser, const Corpus& corpus) {
  Seen seen;
  for (const Record& record : corpus.records) {
    WalkDom(parser.parse(record.bytes.data(), record.bytes.size(), /*realloc_if_needed=*/false), seen);
  }
  return seen;
}

Seen OnDemandPass(simdjson::ondemand::parser& parser, const Corpus& corpus) {
  Seen seen;
  for (const Record& record : corpus.records) {
    simdjson::ondemand::document document = parser.iterate(record.bytes.data(), record.bytes.size(),
                                                           record.bytes.size() + simdjson::SIMDJSON_PADDING);
    for (auto field : simdjson::ondemand::object(document.get_object())) WalkOnDemand(field.value(), seen);
  }
  return seen;
}

template <typename Parser, typename Pass>
void Run(benchmark::State& state, const Corpus& corpus, Pass pass) {
  Parser parser;
  for (auto _ : state) benchmark::DoNotOptimize(pass(parser, corpus));
  state.SetBytesProcessed(static_cast<std::int64_t>(corpus.bytes) * state.iterations());
  state.SetItemsProcessed(static_cast<std::int64_t>(corpus.records.size()) * state.iterations());
}

}  // namespace

std::string RegisterSimdjson(const Corpus& corpus) {
  simdjson::dom::parser dom;
  simdjson::ondemand::parser on_demand;
  const Seen by_dom = DomPass(dom, corpus);
  const Seen by_on_demand = OnDemandPass(on_demand, corpus);
  if (by_dom.strings == 0 || by_dom.strings != by_on_demand.strings || by_dom.bytes != by_on_demand.bytes) {
    return fmt::format("simdjson: DOM saw {} strings of {} bytes, On-Demand {} of {}", by_dom.strings,
                       by_dom.bytes, by_on_demand.strings, by_on_demand.bytes);
  }
  benchmark::RegisterBenchmark("simdjson/dom", [&corpus](benchmark::State& state) {
    Run<simdjson::dom::parser>(state, corpus, DomPass);
  });
  benchmark::RegisterBenchmark("simdjson/on_demand", [&corpus](benchmark::State& state) {
    Run<simdjson::ondemand::parser>(state, corpus, OnDemandPass);
  });
  return {};
}

}  // namespace polder
