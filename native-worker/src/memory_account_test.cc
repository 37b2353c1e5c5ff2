#include "memory_account.h"

#include <atomic>
#include <cstring>
#include <memory>
#include <thread>

#include "check.h"
#include "fault.h"
#include "test_arena.h"

namespace mainstay {
namespace {

TEST(usedBytes_growsWithWhatIsTouchedButNotWithTheArena) {
  const MemoryAccount memory(0);
  const std::uint64_t before = memory.UsedBytes();
  CHECK(before > 0);
  constexpr std::size_t kBytes = 64 << 20;
  const std::unique_ptr<char[]> block(new char[kBytes]);
  std::memset(block.get(), 1, kBytes);
  const std::uint64_t with_block = memory.UsedBytes();
  CHECK(with_block >= before + kBytes * 9 / 10);
  const TestArena arena(kBytes);
  std::memset(arena.bytes().data(), 1, kBytes);
  CHECK(memory.UsedBytes() < with_block + kBytes / 2);
}

bool Refuses(const MemoryAccount& memory, std::uint64_t more_bytes) {
  try {
    memory.RequireRoomFor(more_bytes);
    return false;
  } catch (const RequestFault& fault) {
    return fault.code() == FaultCode::kMemoryBudgetExceeded;
  }
}

TEST(requireRoomFor_refusesWhatDoesNotFit) {
  CHECK(!Refuses(MemoryAccount(0), ~0ULL));  // No budget: nothing is refused.
  const std::uint64_t used = MemoryAccount(0).UsedBytes();
  const MemoryAccount memory(used + (1 << 30));
  CHECK(!Refuses(memory, 1 << 29));
  CHECK(Refuses(memory, 2ULL << 30));
  CHECK(Refuses(memory, ~0ULL));
  CHECK(Refuses(MemoryAccount(1), 0));  // Over the budget already.
}

TEST(pressure_followsTheSchemasSteps) {
  CHECK(PressureOf(59, 100) == PressureLevel::kLow);
  CHECK(PressureOf(60, 100) == PressureLevel::kModerate);
  CHECK(PressureOf(80, 100) == PressureLevel::kHigh);
  CHECK(PressureOf(90, 100) == PressureLevel::kCritical);
  CHECK(PressureOf(500, 100) == PressureLevel::kCritical);
}

TEST(describe_neverShowsMoreThanTheBudgetAvailable) {
  const MemoryReply tight = MemoryAccount(1).Describe();
  CHECK_EQ(tight.total_bytes, 1U);
  CHECK_EQ(tight.available_bytes, 0U);
  const MemoryReply wide = MemoryAccount(0).Describe();
  CHECK_EQ(wide.available_bytes, wide.total_bytes - wide.used_bytes);
  CHECK(wide.fragmentation >= 0 && wide.fragmentation <= 1);
}

/// A device that uses what the test says.
class FixedUse : public MemoryUse {
 public:
  explicit FixedUse(std::uint64_t used) : used_(used) {}
  [[nodiscard]] std::uint64_t UsedBytes() const override { return used_; }
  [[nodiscard]] std::uint64_t TotalBytes() const override { return 10'000; }
  [[nodiscard]] float Fragmentation() const override { return 0; }

 private:
  std::uint64_t used_;
};

TEST(policy_lowersTheLimitAndNeverRaisesItAboveTheBudget) {
  MemoryAccount memory(1000, std::make_shared<FixedUse>(300));
  CHECK_EQ(memory.ceiling_bytes(), 1000U);
  CHECK(!Refuses(memory, 700));
  memory.SetLimit(500);
  CHECK_EQ(memory.limit_bytes(), 500U);
  CHECK(Refuses(memory, 201));
  CHECK(!Refuses(memory, 200));
  CHECK_EQ(memory.MissingFor(250), 50U);
  CHECK(memory.WouldFitBelowCeiling(700));
  CHECK(!memory.WouldFitBelowCeiling(701));
  CHECK_EQ(memory.Describe().available_bytes, 200U);
  memory.SetLimit(5000);
  CHECK_EQ(memory.limit_bytes(), 1000U);
  memory.SetLimit(200);  // Below use: nothing fits, and nothing breaks.
  CHECK(Refuses(memory, 1));
  CHECK_EQ(memory.Describe().available_bytes, 0U);
}

TEST(threshold_drivesPressureAndCleanup) {
  MemoryAccount memory(1000, std::make_shared<FixedUse>(850));
  CHECK(memory.Describe().pressure == PressureLevel::kHigh);
  CHECK(memory.Describe().cleanup_recommended);
  memory.SetCleanupThreshold(0.95);
  CHECK(memory.Describe().pressure == PressureLevel::kHigh);
  CHECK(!memory.Describe().cleanup_recommended);
  memory.SetLimit(890);
  CHECK(memory.Describe().pressure == PressureLevel::kCritical);
  CHECK(memory.Describe().cleanup_recommended);
  memory.SetLimit(1000);
  memory.SetCleanupThreshold(0.5);
  CHECK(memory.Describe().pressure == PressureLevel::kCritical);
}

TEST(reservations_countAgainstEverybodyButTheirLoad) {
  MemoryAccount memory(1000, std::make_shared<FixedUse>(300));
  CHECK(memory.Prepare({"t", 1, 600, "model_loading", 60'000'000'000}).commit);
  CHECK_EQ(memory.ReservedBytes(), 600U);
  CHECK(Refuses(memory, 101));
  CHECK(!memory.Prepare({"u", 2, 101, "model_loading", 60'000'000'000}).commit);
  CHECK_EQ(memory.Describe().available_bytes, 100U);
  CHECK(memory.Commit("t").result == TransactionResult::kCommitted);
  {
    MemoryAccount::Claim claim(memory, 1);
    CHECK(!Refuses(memory, 700));
  }
  CHECK(Refuses(memory, 700));  // The load failed: reserved again.
  {
    MemoryAccount::Claim claim(memory, 1);
    claim.Done();
  }
  CHECK_EQ(memory.ReservedBytes(), 0U);
  bool refused = false;
  try {
    MemoryAccount::Claim claim(memory, 1);
  } catch (const RequestFault& fault) {
    refused = fault.code() == FaultCode::kMemoryBudgetExceeded;
  }
  CHECK(refused);
}

TEST(awaitRoom_endsWithRoomOrTheAnswer) {
  MemoryAccount memory(1000, std::make_shared<FixedUse>(300));
  memory.SetLimit(400);
  constexpr std::int64_t kFarNs = 3'600'000'000'000;
  std::thread policy([&memory] { memory.SetLimit(900); });
  CHECK(memory.AwaitRoom(500, kFarNs, [] { return false; }));
  policy.join();
  std::atomic<bool> refused = false;
  std::thread host([&] {
    refused = true;
    memory.Poke();
  });
  CHECK(!memory.AwaitRoom(700, kFarNs, [&refused] { return refused.load(); }));
  host.join();
  CHECK(!memory.AwaitRoom(700, 1, [] { return false; }));
}

}  // namespace
}  // namespace mainstay
