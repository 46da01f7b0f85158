// The folder of a community's operator: his keys, the roster, his settings, and the name of his database.
//
//   operator.key             the secret keys; operator-before-N.key those that roster version N replaced;
//                            operator-new.key, while they change, those that come
//   operator.pub             the public keys, which the members are told by hand
//   roster.json              the roster in force, signed; rosters/ has every version
//   settings.yaml            where the board and the mailbox are (connectors/config/isac_config.h), if set
//   isac.sqlite              what came in (connectors/isac/operator_store.h)
#ifndef POLDER_CONNECTORS_ISAC_OPERATOR_FOLDER_H_
#define POLDER_CONNECTORS_ISAC_OPERATOR_FOLDER_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "connectors/community/place.h"
#include "connectors/config/isac_config.h"
#include "engine/community/party_keys.h"
#include "engine/community/roster.h"

namespace polder {

// Used by one thread. What changes the roster or the keys takes the folder for itself (Access::kChange) until
// the OperatorFolder goes, so that of two changes at a time none is lost.
class OperatorFolder {
 public:
  enum class Access { kRead, kChange };

  // Makes the folder, with new keys and the first version of the roster. AlreadyExists if there is an
  // operator's file in it: nothing is ever overwritten.
  static absl::StatusOr<std::unique_ptr<OperatorFolder>> Create(const std::string& path, CommunityTerms terms,
                                                                const std::string& operator_name,
                                                                const IsacConfig& config, TimeUs now);
  // NotFound if it is no such folder; PermissionDenied if others may read the keys; FailedPrecondition if
  // keys and roster do not belong together; Unavailable if another process is changing it.
  static absl::StatusOr<std::unique_ptr<OperatorFolder>> Open(const std::string& path, Access access);
  ~OperatorFolder();
  OperatorFolder(const OperatorFolder&) = delete;
  OperatorFolder& operator=(const OperatorFolder&) = delete;

  const std::string& path() const { return path_; }
  const Roster& roster() const { return roster_; }
  const std::string& roster_document() const { return roster_document_; }
  const PartySecrets& secrets() const { return secrets_; }
  std::string operator_name() const { return roster_.Operator()->name; }
  // Those of batches that may still come, the present ones first.
  const std::vector<SealingKeys>& sealing_keys() const { return sealing_keys_; }
  std::string StorePath() const;

  // Nothing: no board is set.
  std::optional<Place> Board() const;
  std::vector<Place> Mailboxes() const;
  // A place that is named on the command line.
  Place PlaceNamed(const std::string& name) const;
  const IsacConfig& config() const { return config_; }

  // Signs `next` and puts it in place of the roster, on disk. For Access::kChange.
  absl::Status Replace(const Roster& next, TimeUs now);
  // New keys for the operator: a version of the roster that the old ones sign, and the same again signed by
  // the new ones, for those who are told the new ones only. For Access::kChange. A crash in between is
  // repaired by the next Open.
  absl::Status ChangeKeys(TimeUs now);

  // Puts every version of the roster from `first` on on the board, if one is set.
  absl::Status PostRosters(std::uint64_t first) const;

  // A document of the operator, signed with the keys that he has now.
  std::string Signed(std::string_view type, std::string body, TimeUs now) const;

 private:
  explicit OperatorFolder(std::string path) : path_(std::move(path)) {}

  // The text without its line end, if it is asked for.
  static absl::StatusOr<SignedDocument> ReadDocumentFile(const std::string& path,
                                                         std::string* text = nullptr);
  std::string File(const std::string& name) const;
  std::string RosterFile(std::uint64_t version) const;
  absl::Status TakeForChange();
  absl::Status FinishKeyChange();
  absl::Status ReplaceKeyFile(const absl::StatusOr<PartySecrets>& present, std::uint64_t version);
  absl::Status Read();
  absl::Status ReadKeys();
  absl::Status ReadOldKeys();
  absl::Status WriteRoster(const Roster& next, const PartySecrets& by, TimeUs now);
  absl::Status WritePublicKeys() const;

  std::string path_;
  int lock_ = -1;
  PartySecrets secrets_;
  std::vector<SealingKeys> sealing_keys_;
  Roster roster_;
  std::string roster_document_;
  IsacConfig config_;
};

}  // namespace polder

#endif  // POLDER_CONNECTORS_ISAC_OPERATOR_FOLDER_H_
