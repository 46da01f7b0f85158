// Whatever is done to a ledger shows.
#include "connectors/member/ledger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <signal.h>
#include <sys/resource.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "connectors/files/read_file.h"
#include "tests/connectors/files/test_files.h"

namespace polder {
namespace {

using ::testing::HasSubstr;

class LedgerTest : public ::testing::Test {
 protected:
  LedgerTest() {
    auto ledger = Ledger::Open(path_, {}).value();
    for (int i = 0; i < 3; ++i) {
      for (const LedgerEvent event : {LedgerEvent::kLeaving, LedgerEvent::kLeft}) {
        EXPECT_TRUE(ledger->Append(Entry(event, i), keys_).ok());
      }
    }
    head_ = ledger->head();
    text_ = ReadWholeFile(path_, 1 << 20).value();
  }

  LedgerEntry Entry(LedgerEvent event, int day) const {
    LedgerEntry entry;
    entry.event = event;
    entry.epoch = day * kDayUs;
    entry.time = (day + 1) * kDayUs + 7;
    entry.destination = "kafka:feedback";
    entry.bytes = 1234;
    entry.digest[0] = static_cast<std::uint8_t>(day);
    Feedback record;
    record.count = CountBucket::kFew;
    entry.records = {record};
    return entry;
  }
  absl::Status Check(const std::string& text) {
    return CheckLedger(folder_.Write("changed", text), head_, Trusted()).status();
  }
  std::function<bool(const PublicKey&)> Trusted() const {
    return [this](const PublicKey& key) { return key == keys_.public_key; };
  }
  std::vector<std::string> Lines() const {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text_.size();) {
      const std::size_t end = text_.find('\n', at) + 1;
      lines.push_back(text_.substr(at, end - at));
      at = end;
    }
    return lines;
  }

  TemporaryFolder folder_;
  std::string path_ = folder_ / "ledger.ndjson";
  SigningKeys keys_ = NewSigningKeys();
  LedgerHead head_;
  std::string text_;
};

TEST_F(LedgerTest, IsWholeAsItWasWritten) {
  const auto check = CheckLedger(path_, head_, Trusted());
  ASSERT_TRUE(check.ok()) << check.status();
  EXPECT_EQ(check->head, head_);
  EXPECT_EQ(check->head.number, 6U);
  EXPECT_EQ(check->left, 3U);
  EXPECT_FALSE(check->leaving);
}

TEST_F(LedgerTest, TellsAnyByteThatIsAltered) {
  constexpr int kFlips[] = {0x01, 0x20, 0x80};
  for (std::size_t at = 0; at < text_.size(); ++at) {
    std::string changed = text_;
    changed[at] = static_cast<char>(changed[at] ^ kFlips[at % 3]);
    ASSERT_TRUE(absl::IsDataLoss(Check(changed))) << "byte " << at;
  }
}

TEST_F(LedgerTest, NamesTheFirstLineThatIsMissingMovedOrCutOff) {
  const std::vector<std::string> lines = Lines();
  for (std::size_t gone = 0; gone < lines.size(); ++gone) {
    std::string changed;
    for (std::size_t i = 0; i < lines.size(); ++i) changed += i == gone ? "" : lines[i];
    const absl::Status status = Check(changed);
    EXPECT_TRUE(absl::IsDataLoss(status)) << gone;
    EXPECT_THAT(std::string(status.message()), HasSubstr(":" + std::to_string(gone + 1) + ": "));
  }
  const absl::Status swapped = Check(lines[0] + lines[2] + lines[1] + lines[3] + lines[4] + lines[5]);
  EXPECT_THAT(std::string(swapped.message()), HasSubstr(":2: missing or out of order"));
  EXPECT_TRUE(absl::IsDataLoss(Check(lines[0] + lines[0] + text_.substr(lines[0].size()))));
}

TEST_F(LedgerTest, TellsEveryPlaceWhereItsEndIsCutOff) {
  for (std::size_t size = 0; size < text_.size(); size += 7) {
    ASSERT_TRUE(absl::IsDataLoss(Check(text_.substr(0, size)))) << size;
  }
  EXPECT_TRUE(absl::IsNotFound(CheckLedger(folder_ / "absent", head_, Trusted()).status()));
  EXPECT_TRUE(CheckLedger(folder_ / "absent", {}, Trusted()).ok());
}

TEST_F(LedgerTest, TellsEntriesThatSomebodyElseSigned) {
  auto ledger = Ledger::Open(path_, head_).value();
  ASSERT_TRUE(ledger->Append(Entry(LedgerEvent::kLeaving, 7), NewSigningKeys()).ok());
  const absl::Status status = CheckLedger(path_, head_, Trusted()).status();
  EXPECT_THAT(std::string(status.message()), HasSubstr(":7: altered: it is signed with the key"));
}

TEST_F(LedgerTest, GoesOnBehindALineThatACrashCutShort) {
  for (const std::size_t size : {std::size_t{1}, text_.size() / 2, text_.size()}) {
    const std::string torn =
        folder_.Write("torn", text_ + text_.substr(0, std::min(size, Lines()[0].size() - 1)));
    auto ledger = Ledger::Open(torn, head_);
    ASSERT_TRUE(ledger.ok()) << ledger.status();
    ASSERT_TRUE((*ledger)->Append(Entry(LedgerEvent::kLeaving, 7), keys_).ok());
    EXPECT_TRUE(CheckLedger(torn, (*ledger)->head(), Trusted()).ok());
  }
}

TEST_F(LedgerTest, IsNotContinuedWhenItWasTamperedWith) {
  const std::vector<std::string> lines = Lines();
  for (const std::string& changed :
       {lines[0] + lines[1], lines[1], std::string(), text_.substr(0, text_.size() - 3)}) {
    const auto ledger = Ledger::Open(folder_.Write("changed", changed), head_);
    ASSERT_FALSE(ledger.ok());
    EXPECT_THAT(std::string(ledger.status().message()), HasSubstr("nothing is sent"));
  }
}

TEST_F(LedgerTest, RemembersABatchThatIsOnItsWay) {
  auto ledger = Ledger::Open(path_, head_).value();
  const LedgerEntry entry = Entry(LedgerEvent::kLeaving, 9);
  ASSERT_TRUE(ledger->Append(entry, keys_).ok());
  ledger = Ledger::Open(path_, head_).value();
  EXPECT_TRUE(ledger->IsLeaving(entry.digest));
  ASSERT_TRUE(ledger->Append(Entry(LedgerEvent::kLeft, 9), keys_).ok());
  ledger = Ledger::Open(path_, head_).value();
  EXPECT_FALSE(ledger->IsLeaving(entry.digest));
  EXPECT_TRUE(ledger->HasLeft(entry.digest));
  ASSERT_TRUE(ledger->Append(Entry(LedgerEvent::kLeaving, 10), keys_).ok());
  EXPECT_FALSE(ledger->HasLeft(entry.digest));
}

// A disk that is full, as far as this process is concerned, from this size of a file on.
class FullDisk {
 public:
  explicit FullDisk(std::uintmax_t size) {
    getrlimit(RLIMIT_FSIZE, &before_);
    handler_ = signal(SIGXFSZ, SIG_IGN);
    const rlimit full = {size, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &full);
  }
  ~FullDisk() {
    setrlimit(RLIMIT_FSIZE, &before_);
    signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  void (*handler_)(int) = SIG_DFL;
};

TEST_F(LedgerTest, GoesOnWhenTheDiskHasRoomAgain) {
  for (const std::uintmax_t room : {0, 1, 100}) {
    auto ledger = Ledger::Open(path_, head_).value();
    {
      const FullDisk full(text_.size() + room);
      for (int tries = 0; tries < 2; ++tries) {
        const absl::Status status = ledger->Append(Entry(LedgerEvent::kLeaving, 9), keys_);
        EXPECT_TRUE(absl::IsUnavailable(status)) << status;
        EXPECT_THAT(std::string(status.message()), HasSubstr("nothing leaves that is not recorded"));
      }
      EXPECT_EQ(ReadWholeFile(path_, 1 << 20).value(), text_);
      EXPECT_EQ(ledger->head(), head_);
    }
    ASSERT_TRUE(ledger->Append(Entry(LedgerEvent::kLeaving, 9), keys_).ok());
    EXPECT_TRUE(CheckLedger(path_, ledger->head(), Trusted()).ok());
    std::filesystem::resize_file(path_, text_.size());
  }
}

}  // namespace
}  // namespace polder
