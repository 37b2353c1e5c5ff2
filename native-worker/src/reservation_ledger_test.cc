#include "reservation_ledger.h"

#include <random>
#include <set>

#include "check.h"

namespace mainstay {
namespace {

constexpr std::uint64_t kRoom = 1000;
constexpr std::int64_t kSecondNs = 1'000'000'000;

ReservationLedger::Ask AskOf(const std::string& id, std::uint64_t bytes) {
  return {id, std::hash<std::string>()(id) | 1, bytes, "model_loading", kSecondNs};
}

TransactionResult CommitOf(ReservationLedger& ledger, const std::string& id, std::int64_t now_ns = 0) {
  return ledger.Commit(id, now_ns).result;
}

TransactionResult AbortOf(ReservationLedger& ledger, const std::string& id, std::int64_t now_ns = 0) {
  return ledger.Abort(id, now_ns).result;
}

TEST(prepare_reservesOnceAndVotesTheSameAgain) {
  ReservationLedger ledger;
  CHECK(ledger.Prepare(AskOf("t", 600), kRoom, 0).commit);
  CHECK_EQ(ledger.reserved_bytes(), 600U);
  CHECK(ledger.Prepare(AskOf("t", 600), 0, 0).commit);
  CHECK_EQ(ledger.reserved_bytes(), 600U);
  CHECK(!ledger.Prepare(AskOf("t", 601), kRoom, 0).commit);
  const auto full = ledger.Prepare(AskOf("u", 401), kRoom - 600, 0);
  CHECK(!full.commit);
  CHECK_EQ(full.reason, "asked for 401 bytes, 400 bytes are neither used nor reserved");
}

TEST(prepare_thatMakesNoSense_isVotedDown) {
  ReservationLedger ledger;
  CHECK(!ledger.Prepare(AskOf("", 1), kRoom, 0).commit);
  CHECK(!ledger.Prepare(AskOf(std::string(257, 'x'), 1), kRoom, 0).commit);
  CHECK(!ledger.Prepare(AskOf("t", 0), kRoom, 0).commit);
  for (const std::int64_t limit : {std::int64_t{0}, std::int64_t{-1}, ReservationLedger::kTimeLimitMaxNs + 1}) {
    auto ask = AskOf("t", 1);
    ask.time_limit_ns = limit;
    CHECK(!ledger.Prepare(ask, kRoom, 0).commit);
  }
  for (std::size_t i = 0; i < ReservationLedger::kOpenMax; ++i) {
    CHECK(ledger.Prepare(AskOf("t" + std::to_string(i), 1), kRoom, 0).commit);
  }
  CHECK(!ledger.Prepare(AskOf("one more", 1), kRoom, 0).commit);
  CHECK_EQ(ledger.reserved_bytes(), ReservationLedger::kOpenMax);
}

TEST(commitAndAbort_areIdempotent) {
  ReservationLedger ledger;
  CHECK(ledger.Prepare(AskOf("c", 100), kRoom, 0).commit);
  CHECK(CommitOf(ledger, "c") == TransactionResult::kCommitted);
  CHECK(CommitOf(ledger, "c") == TransactionResult::kCommitted);
  CHECK_EQ(ledger.reserved_bytes(), 100U);
  CHECK(AbortOf(ledger, "c") == TransactionResult::kReleased);
  CHECK(AbortOf(ledger, "c") == TransactionResult::kReleased);
  CHECK(CommitOf(ledger, "c") == TransactionResult::kUnknown);
  CHECK(ledger.Prepare(AskOf("a", 100), kRoom, 0).commit);
  CHECK(AbortOf(ledger, "a") == TransactionResult::kAborted);
  CHECK(AbortOf(ledger, "a") == TransactionResult::kAborted);
  CHECK(CommitOf(ledger, "a") == TransactionResult::kUnknown);
  CHECK_EQ(ledger.reserved_bytes(), 0U);
}

TEST(abortBeforePrepare_winsOverIt) {
  ReservationLedger ledger;
  CHECK(AbortOf(ledger, "late") == TransactionResult::kAborted);
  CHECK(!ledger.Prepare(AskOf("late", 1), kRoom, 0).commit);
  CHECK_EQ(ledger.reserved_bytes(), 0U);
}

TEST(preparedWithoutOutcome_isAbortedWhenItsTimeIsOver_committedIsNot) {
  ReservationLedger ledger;
  CHECK(ledger.Prepare(AskOf("p", 100), kRoom, 0).commit);
  CHECK(ledger.Prepare(AskOf("c", 200), kRoom, 0).commit);
  CHECK(CommitOf(ledger, "c") == TransactionResult::kCommitted);
  CHECK_EQ(ledger.NextExpiry(), kSecondNs);
  CHECK(!ledger.Expire(kSecondNs - 1));
  CHECK_EQ(ledger.List(kSecondNs - 1)[1].left_ns, 1);
  CHECK(ledger.Expire(kSecondNs));
  CHECK_EQ(ledger.reserved_bytes(), 200U);
  CHECK_EQ(ledger.NextExpiry(), 0);
  const auto late = ledger.Commit("p", kSecondNs);
  CHECK(late.result == TransactionResult::kUnknown);
  CHECK(late.status.find("unknown_transaction") == 0);
  CHECK(!ledger.Prepare(AskOf("p", 100), kRoom, kSecondNs).commit);
}

TEST(commitAfterTheTimeLimit_comesTooLateEvenBeforeAnybodyLooked) {
  ReservationLedger ledger;
  CHECK(ledger.Prepare(AskOf("p", 100), kRoom, 0).commit);
  CHECK(CommitOf(ledger, "p", kSecondNs) == TransactionResult::kUnknown);
  CHECK_EQ(ledger.reserved_bytes(), 0U);
}

TEST(claim_liftsACommittedReservationForOneLoad) {
  ReservationLedger ledger;
  const auto ask = AskOf("t", 100);
  CHECK(!ledger.Claim(ask.key));
  CHECK(ledger.Prepare(ask, kRoom, 0).commit);
  CHECK(!ledger.Claim(ask.key));  // Prepared is not committed.
  CHECK(CommitOf(ledger, "t") == TransactionResult::kCommitted);
  CHECK(ledger.Claim(ask.key));
  CHECK(!ledger.Claim(ask.key));
  CHECK_EQ(ledger.reserved_bytes(), 0U);
  CHECK(AbortOf(ledger, "t") == TransactionResult::kCommitted);  // In use: it cannot be given up now.
  ledger.Unclaim(ask.key);
  CHECK_EQ(ledger.reserved_bytes(), 100U);
  CHECK(ledger.Claim(ask.key));
  ledger.Use(ask.key);
  CHECK_EQ(ledger.reserved_bytes(), 0U);
  CHECK(CommitOf(ledger, "t") == TransactionResult::kCommitted);
  CHECK(!ledger.Prepare(ask, kRoom, 0).commit);
}

// Whatever comes in whatever order: never more is reserved than there is, and what has been aborted, released or used
// holds nothing and never comes back.
TEST(anyOrderOfMessages_keepsTheBooks) {
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    std::mt19937_64 random(seed);
    ReservationLedger ledger;
    std::set<std::string> ended;
    std::int64_t now_ns = 0;
    for (int step = 0; step < 60; ++step) {
      const std::string id(1, static_cast<char>('a' + random() % 6));
      const std::uint64_t reserved = ledger.reserved_bytes();
      switch (random() % 6) {
        case 0: {
          const bool voted = ledger.Prepare(AskOf(id, 1 + id[0] % 5 * 100), kRoom - reserved, now_ns).commit;
          CHECK(!(voted && ended.contains(id)));
          break;
        }
        case 1:
          if (CommitOf(ledger, id, now_ns) == TransactionResult::kUnknown) break;
          CHECK(!ended.contains(id) || ledger.Commit(id, now_ns).bytes == 0);
          break;
        case 2:
          if (AbortOf(ledger, id, now_ns) != TransactionResult::kCommitted) ended.insert(id);
          break;
        case 3:
          if (!ledger.Claim(AskOf(id, 1).key)) break;
          ledger.Use(AskOf(id, 1).key);
          ended.insert(id);
          break;
        case 4: now_ns += static_cast<std::int64_t>(random() % (kSecondNs / 2)); break;
        default: ledger.Expire(now_ns);
      }
      CHECK(ledger.reserved_bytes() <= kRoom);
      for (const auto& held : ledger.List(now_ns)) CHECK(!ended.contains(held.transaction_id));
    }
  }
}

}  // namespace
}  // namespace mainstay
