#include "session_board.h"

#include "check.h"
#include "model_statistics.h"

namespace mainstay {
namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;

ProcessingSessionCreated SessionOf(const std::string& id, std::uint64_t key) {
  ProcessingSessionCreated session;
  session.session_id = id;
  session.key = key;
  return session;
}

TEST(limits_areTheNearerOfOperationAndSession) {
  SessionBoard board;
  ProcessingSessionCreated session = SessionOf("s", 1);
  session.operation_timeout_ns = 30 * kSecondNs;
  session.session_timeout_ns = 40 * kSecondNs;
  session.max_memory_bytes = 77;
  CHECK(!board.Put(session, 0));
  CHECK_EQ(board.LimitsOf(1, kSecondNs).deadline_at_ns, 31 * kSecondNs);
  CHECK_EQ(board.LimitsOf(1, 20 * kSecondNs).deadline_at_ns, 40 * kSecondNs);
  CHECK_EQ(board.LimitsOf(1, 0).max_memory_bytes, 77U);
  CHECK_EQ(board.LimitsOf(2, 0).deadline_at_ns, 0);
}

TEST(put_refusesAKeyOfAnotherSessionAndOneTooMany) {
  SessionBoard board;
  CHECK(!board.Put(SessionOf("s", 1), 0));
  CHECK(!board.Put(SessionOf("s", 1), 0));
  CHECK(board.Put(SessionOf("t", 1), 0)->code == StateRefusalCode::kInvalid);
  CHECK(board.Put(SessionOf("", 2), 0)->code == StateRefusalCode::kInvalid);
  for (std::uint64_t key = 2; key <= SessionBoard::kSessionsMax; ++key) {
    CHECK(!board.Put(SessionOf("s" + std::to_string(key), key), 0));
  }
  CHECK(board.Put(SessionOf("more", 9999), 0)->code == StateRefusalCode::kLimitReached);
  board.Remove(2);
  CHECK(!board.Put(SessionOf("more", 9999), 0));
}

TEST(completed_countsAndEstimates) {
  SessionBoard board;
  ProcessingSessionCreated session = SessionOf("s", 1);
  session.expected_operations = 4;
  CHECK(!board.Put(session, 0));
  CHECK(!board.Completed(2, 1, 0));
  CHECK_EQ(board.Completed(1, 10, 1000)->estimated_completion_ns.value(), 1030);
  const auto second = board.Completed(1, 30, 2000);
  CHECK_EQ(second->completed, 2U);
  CHECK_EQ(second->remaining, 2U);
  CHECK_EQ(second->estimated_completion_ns.value(), 2040);
  for (int i = 0; i < 4; ++i) CHECK(board.Completed(1, 30, 2000));
  CHECK_EQ(board.Completed(1, 1, 0)->remaining, 0U);
}

TEST(statistics_speakAtPowersOfTwo) {
  ModelStatistics statistics;
  CHECK(!statistics.Loaded("m", "all", 5).warmup_completed);
  CHECK(!statistics.Completed("other", 1));
  CHECK_EQ(statistics.Completed("m", 100)->average_inference_ns, 100);
  CHECK_EQ(statistics.Completed("m", 300)->average_inference_ns, 200);
  CHECK(!statistics.Completed("m", 200));
  CHECK(statistics.Completed("m", 200)->warmup_completed);
  CHECK(!statistics.Unloaded("m")->inference_ready);
  CHECK(!statistics.Unloaded("m"));
}

}  // namespace
}  // namespace mainstay
