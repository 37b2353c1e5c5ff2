#include "memory_growth.h"

#include "check.h"

namespace mainstay {
namespace {

constexpr std::uint64_t kGranule = MemoryGrowth::kGranuleBytes;
constexpr std::uint64_t kGiven = 100 * kGranule;

TEST(belowAGranule_nothingIsAsked) {
  MemoryGrowth growth;
  CHECK(!growth.Measured(0, kGiven, 0));
  CHECK(!growth.Measured(kGiven, kGiven, 1));
  CHECK(!growth.Measured(kGiven + kGranule - 1, kGiven, 2));
}

TEST(growth_isAskedForOnce_inWholeGranules_andKeptWhenGranted) {
  MemoryGrowth growth;
  const auto ask = growth.Measured(kGiven + kGranule + 1, kGiven, 0);
  CHECK(ask.has_value());
  CHECK_EQ(ask->bytes, 2 * kGranule);
  CHECK(!growth.Measured(kGiven + 5 * kGranule, kGiven, 1));
  growth.Granted(ask->bytes);
  CHECK_EQ(growth.held_bytes(), 2 * kGranule);
  CHECK(!growth.Measured(kGiven + 2 * kGranule, kGiven, 2));
  const auto more = growth.Measured(kGiven + 5 * kGranule, kGiven, 3);
  CHECK(more.has_value());
  CHECK_EQ(more->bytes, 5 * kGranule);
  CHECK(more->correlation_id != ask->correlation_id);
}

TEST(lessUse_isGivenBack_butNotForAGranule) {
  MemoryGrowth growth;
  growth.Granted(5 * kGranule);
  CHECK(!growth.Measured(kGiven + 4 * kGranule, kGiven, 0));
  const auto less = growth.Measured(kGiven + 3 * kGranule, kGiven, 1);
  CHECK(less.has_value());
  CHECK_EQ(less->bytes, 3 * kGranule);
  growth.Granted(less->bytes);
  const auto nothing = growth.Measured(kGiven, kGiven, 2);
  CHECK(nothing.has_value());
  CHECK_EQ(nothing->bytes, 0U);
}

TEST(refusal_standsForAWhile_andWhatWasHeldStays) {
  MemoryGrowth growth;
  growth.Granted(kGranule);
  const auto ask = growth.Measured(kGiven + 2 * kGranule, kGiven, 0);
  CHECK(ask.has_value());
  CHECK(!growth.Refused(ask->correlation_id + 1, 1));
  CHECK(growth.Refused(ask->correlation_id, 1));
  CHECK_EQ(growth.held_bytes(), kGranule);
  CHECK(!growth.Measured(kGiven + 3 * kGranule, kGiven, 2));
  CHECK(growth.Measured(kGiven + 3 * kGranule, kGiven, 1 + MemoryGrowth::kRefusalNs).has_value());
}

TEST(askWithoutAnswer_isRepeated) {
  MemoryGrowth growth;
  CHECK(growth.Measured(kGiven + kGranule, kGiven, 0).has_value());
  CHECK(!growth.Measured(kGiven + kGranule, kGiven, MemoryGrowth::kAnswerWaitNs - 1));
  CHECK(growth.Measured(kGiven + kGranule, kGiven, MemoryGrowth::kAnswerWaitNs).has_value());
}

}  // namespace
}  // namespace mainstay
