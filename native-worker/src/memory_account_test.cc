#include "memory_account.h"

#include <cstring>
#include <memory>

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

}  // namespace
}  // namespace mainstay
