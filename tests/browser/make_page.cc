// Writes the scorecard of the example community: make_page FOLDER [hostile]
#include <fstream>
#include <iostream>
#include <string>

#include "engine/scorecard/page/page.h"
#include "engine/scorecard/render_scorecard.h"
#include "tests/engine/scorecard/example_community.h"

int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "usage: make_page FOLDER [hostile]\n";
    return 2;
  }
  const std::string folder = argv[1];
  polder::ScorecardInput input = polder::ExampleCommunity(5);
  if (argc > 2) polder::RenameToHostile(input);
  const polder::Scorecard card = polder::MakeScorecard(input);
  std::ofstream(folder + "/scorecard.html") << polder::RenderScorecardPage(card);
  std::ofstream(folder + "/scorecard.json") << polder::RenderScorecardJson(card);
  std::ofstream(folder + "/scorecard.csv") << polder::RenderScorecardCsv(card);
  return 0;
}
