#include "arena.h"

#include <stdexcept>

#include "check.h"
#include "fault.h"
#include "test_arena.h"

namespace mainstay {
namespace {

bool Refuses(const Arena& arena, const ArenaRange& range) {
  try {
    static_cast<void>(arena.At(range, "x"));
    return false;
  } catch (const RequestFault& fault) {
    return fault.code() == FaultCode::kArenaRange;
  }
}

TEST(at_sharesMemoryWithTheHost) {
  TestArena first(8192);
  TestArena second(4096);
  const Arena arena({first.path(), second.path()});
  CHECK_EQ(arena.segments(), 2U);
  CHECK_EQ(arena.total_bytes(), 12288U);
  second.bytes()[64] = std::byte{0x42};
  const auto range = arena.At({1, 64, 16}, "x");
  CHECK(range[0] == std::byte{0x42});
  range[1] = std::byte{0x43};
  CHECK(second.bytes()[65] == std::byte{0x43});
  CHECK_EQ(arena.At({0, 0, 8192}, "x").size(), 8192U);
  CHECK_EQ(arena.At({0, 8192, 0}, "x").size(), 0U);
}

TEST(at_outsideTheArena_isRefused) {
  TestArena segment(8192);
  const Arena arena({segment.path()});
  CHECK(Refuses(arena, {1, 0, 1}));
  CHECK(Refuses(arena, {0, 0, 8193}));
  CHECK(Refuses(arena, {0, 8128, 65}));
  CHECK(Refuses(arena, {0, 8256, 0}));
  CHECK(Refuses(arena, {0, 32, 1}));
  CHECK(Refuses(arena, {0, 64, ~0ULL}));
  CHECK(Refuses(arena, {0, ~0ULL - 63, 64}));
}

TEST(construct_withWhatIsNoSegment_namesIt) {
  TestArena good(4096);
  for (const char* bad : {"/no/such/file", "/dev/shm", "/dev/null"}) {
    std::string message;
    try {
      const Arena arena({good.path(), bad});
    } catch (const std::runtime_error& error) {
      message = error.what();
    }
    CHECK(message.find(bad) != std::string::npos);
  }
}

}  // namespace
}  // namespace mainstay
