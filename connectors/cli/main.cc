// The one binary.
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "connectors/cli/command.h"

int main(int argc, char** argv) {
  // stdout carries results only.
  spdlog::set_default_logger(spdlog::stderr_logger_mt("polder"));
  spdlog::set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);

  CLI::App app("Matches shared threat indicators against log streams.");
  app.set_version_flag("--version", POLDER_VERSION);
  app.require_subcommand(1);
  polder::Action action;
  polder::AddMatchCommand(app, action);
  polder::AddRunCommand(app, action);
  polder::AddCheckCommand(app, action);
  polder::AddPatternCommand(app, action);
  polder::AddBenchCommand(app, action);
  polder::AddDemoCommand(app, action);
  polder::AddFeedbackCommand(app, action);
  polder::AddVerdictCommand(app, action);
  polder::AddKeyCommand(app, action);
  polder::AddPublishCommand(app, action);
  polder::AddIsacCommand(app, action);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : polder::kExitError;
  }
  return action();
}
