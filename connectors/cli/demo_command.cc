// polder demo: see connectors/demo.
#include "connectors/cli/command.h"
#include "connectors/demo/demo.h"

namespace polder {

void AddDemoCommand(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("demo", "the whole loop in one process on an embedded broker");
  command->callback([&action] {
    action = [] {
      const absl::Status status = RunDemo();
      if (status.ok()) return static_cast<int>(kExitHit);
      PrintError(std::string(status.message()));
      return static_cast<int>(kExitError);
    };
  });
}

}  // namespace polder
