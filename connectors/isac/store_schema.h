// The tables of the operator's database.
#ifndef POLDER_CONNECTORS_ISAC_STORE_SCHEMA_H_
#define POLDER_CONNECTORS_ISAC_STORE_SCHEMA_H_

#include "connectors/sqlite/database.h"

namespace polder {

// Brings the database up to date.
absl::Status PrepareOperatorTables(Database& database);

}  // namespace polder

#endif  // POLDER_CONNECTORS_ISAC_STORE_SCHEMA_H_
