// A community to test with: an operator's folder, and members who make batches.
#ifndef POLDER_TESTS_CONNECTORS_ISAC_OPERATOR_FIXTURE_H_
#define POLDER_TESTS_CONNECTORS_ISAC_OPERATOR_FIXTURE_H_

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "connectors/isac/collector.h"
#include "connectors/isac/operator_folder.h"
#include "connectors/isac/operator_store.h"
#include "tests/connectors/files/test_files.h"

namespace polder {

class OperatorFixture : public ::testing::Test {
 protected:
  static constexpr std::size_t kRoom = 16;

  OperatorFixture();

  // Opens the folder once more, as another command does.
  void Reopen();
  void Join(const std::string& name, const std::string& group, Role role = Role::kMember);
  void Revoke(const std::string& name, TimeUs when);

  // As the member would send it for the epoch: `seen` are domains.
  Batch BatchOf(const std::string& member, const Epoch& epoch,
                const std::vector<std::string>& seen = {}) const;
  std::string Sealed(const Batch& batch) const;  // signed by the member that it names
  std::string SealedBy(const Batch& batch, const SigningKeys& keys) const;

  struct Collected {
    CollectReport report;
    std::vector<std::string> messages;
    std::uint64_t Of(BatchRefusal refusal) const {
      return report.refused.at(static_cast<std::size_t>(refusal));
    }
  };
  // Takes these at the same places each time, one a batch.
  Collected Collect(const std::vector<std::string>& batches, TimeUs now);
  std::unique_ptr<OperatorStore> OpenStore() const;
  // How many batches of the epoch are kept.
  std::size_t Kept(const Epoch& epoch) const;

  TemporaryFolder temporary_;
  TimeUs founded_ = *ParseIsoTime("2026-05-01");
  Epoch epoch_ = Epoch::Of(*ParseIsoTime("2026-05-06"));
  TimeUs after_ = *ParseIsoTime("2026-05-07T01:00:00Z");
  std::string path_ = temporary_ / "isac";
  std::string board_ = temporary_ / "board";
  std::unique_ptr<OperatorFolder> folder_;
  std::map<std::string, PartySecrets> members_;
};

}  // namespace polder

#endif  // POLDER_TESTS_CONNECTORS_ISAC_OPERATOR_FIXTURE_H_
