// Times are microseconds since 1970 and always the start or end of an epoch or day, except in `shared` and
// `listed`, where they are what the sources themselves have published, and `released_at`. Numbers of
// enumerations are those of the engine.
#include "connectors/isac/store_schema.h"

#include <array>
#include <string_view>

namespace polder {
namespace {

constexpr std::int32_t kApplication = 0x504c4449;  // "PLDI"

constexpr std::string_view kVersion1 = R"sql(
CREATE TABLE batches (
  batch INTEGER PRIMARY KEY,
  member TEXT NOT NULL,
  epoch_start INTEGER NOT NULL,
  epoch_length INTEGER NOT NULL,
  digest BLOB NOT NULL CHECK (length(digest) = 32),
  place BLOB NOT NULL CHECK (length(place) = 32),
  recipient BLOB NOT NULL CHECK (length(recipient) = 32),
  manifest BLOB NOT NULL CHECK (length(manifest) = 32),
  kinds INTEGER NOT NULL,
  log_sources INTEGER NOT NULL,
  events INTEGER NOT NULL,
  signature BLOB NOT NULL CHECK (length(signature) = 64),
  UNIQUE (member, epoch_start)
);
CREATE TABLE records (
  batch INTEGER NOT NULL REFERENCES batches ON DELETE CASCADE,
  ioc_id BLOB NOT NULL CHECK (length(ioc_id) = 32),
  verdict INTEGER NOT NULL,
  latency INTEGER,
  count INTEGER,
  late INTEGER NOT NULL,
  PRIMARY KEY (batch, ioc_id)
) WITHOUT ROWID;
CREATE TABLE first_reports (
  ioc_id BLOB PRIMARY KEY CHECK (length(ioc_id) = 32),
  epoch_start INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE refusals (
  day INTEGER NOT NULL,
  reason INTEGER NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (day, reason)
) WITHOUT ROWID;
CREATE TABLE manifests (
  epoch_start INTEGER PRIMARY KEY,
  document TEXT NOT NULL
);
CREATE TABLE releases (
  period_start INTEGER PRIMARY KEY,
  released_at INTEGER NOT NULL
);
CREATE TABLE released_epochs (
  epoch_start INTEGER PRIMARY KEY,
  period_start INTEGER NOT NULL REFERENCES releases
);
CREATE TABLE release_documents (
  period_start INTEGER NOT NULL REFERENCES releases,
  name TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (period_start, name)
) WITHOUT ROWID;
CREATE TABLE runs (
  ioc_id BLOB PRIMARY KEY CHECK (length(ioc_id) = 32),
  since INTEGER NOT NULL,
  last INTEGER NOT NULL,
  released INTEGER,
  k INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE indicators (
  ioc_id BLOB PRIMARY KEY CHECK (length(ioc_id) = 32),
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  known_as TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE shared (
  source TEXT NOT NULL,
  name TEXT NOT NULL,
  ioc_id BLOB NOT NULL REFERENCES indicators,
  signed INTEGER NOT NULL,
  indicator_id TEXT NOT NULL,
  published INTEGER NOT NULL,
  withdrawn INTEGER,
  valid_from INTEGER,
  valid_until INTEGER,
  tlp TEXT NOT NULL,
  pap TEXT NOT NULL,
  PRIMARY KEY (source, name, ioc_id)
) WITHOUT ROWID;
CREATE INDEX shared_by_indicator ON shared (ioc_id, published);
)sql";

// The lists of manifests. Who counted in a release, as the roster said then: scorecards of its time must not
// change with the roster. And a release has all batches of its epochs, whoever collects at the same time.
constexpr std::string_view kVersion2 = R"sql(
DROP TABLE first_reports;
CREATE TABLE manifest_parts (
  epoch_start INTEGER NOT NULL REFERENCES manifests,
  part INTEGER NOT NULL,
  document TEXT NOT NULL,
  PRIMARY KEY (epoch_start, part)
) WITHOUT ROWID;
CREATE TABLE listed (
  ioc_id BLOB PRIMARY KEY CHECK (length(ioc_id) = 32),
  published INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE release_reporters (
  period_start INTEGER NOT NULL REFERENCES releases,
  member TEXT NOT NULL,
  affiliation TEXT NOT NULL,
  sector TEXT NOT NULL,
  role TEXT NOT NULL,
  counts_from INTEGER NOT NULL,
  PRIMARY KEY (period_start, member)
) WITHOUT ROWID;
CREATE TRIGGER no_batch_of_a_released_epoch BEFORE INSERT ON batches
WHEN EXISTS (SELECT 1 FROM released_epochs WHERE epoch_start = NEW.epoch_start)
BEGIN
  SELECT RAISE(ABORT, 'the epoch is released, and takes no batch any more');
END;
)sql";

constexpr std::array<std::string_view, 2> kSteps{kVersion1, kVersion2};

}  // namespace

absl::Status PrepareOperatorTables(Database& database) { return database.Migrate(kApplication, kSteps); }

}  // namespace polder
