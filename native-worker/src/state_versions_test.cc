#include "state_versions.h"

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "check.h"

namespace mainstay {
namespace {

using Verdict = StateVersions::Verdict;

TEST(judge_takesOnlyWhatIsNewer) {
  StateVersions versions;
  CHECK(versions.Judge(1, "a", 5) == Verdict::kNew);
  versions.Applied("a", 5);
  CHECK(versions.Judge(1, "a", 6) == Verdict::kStaleSequence);
  CHECK(versions.Judge(2, "a", 4) == Verdict::kStaleVersion);
  CHECK(versions.Judge(2, "a", 6) == Verdict::kStaleSequence);  // Sequence 2 was taken by the stale one.
  CHECK(versions.Judge(3, "a", 5) == Verdict::kHeld);
  CHECK(versions.Judge(7, "b", 1) == Verdict::kNew);  // Gaps are the sender's affair.
  CHECK(versions.Judge(8, "a", 6) == Verdict::kNew);
  CHECK_EQ(versions.in_force("a"), 5U);  // Not applied yet.
  CHECK_EQ(versions.last_sequence(), 8U);
}

TEST(forget_takesTheFieldOutButNotTheSequence) {
  StateVersions versions;
  CHECK(versions.Judge(4, "a", 5) == Verdict::kNew);
  versions.Applied("a", 5);
  versions.Forget("a");
  CHECK(versions.all().empty());
  CHECK(versions.Judge(4, "a", 5) == Verdict::kStaleSequence);  // A replay does not bring it back.
}

struct Message {
  std::uint64_t sequence;
  std::string field;
  std::uint64_t version;
};

/// What an owner of three fields sends, and what a bad channel makes of it: late, duplicate, reordered, replayed.
std::vector<Message> Disturbed(std::mt19937_64& random) {
  const auto below = [&](std::uint64_t bound) { return random() % bound; };
  std::vector<Message> sent;
  std::map<std::string, std::uint64_t> owned;
  for (std::uint64_t sequence = 1; sequence <= 40; ++sequence) {
    const std::string field(1, static_cast<char>('a' + below(3)));
    if (below(5) != 0) ++owned[field];  // Otherwise the owner tells the same version again.
    if (owned[field] > 0) sent.push_back({sequence, field, owned[field]});
  }
  std::vector<Message> arrives;
  for (const Message& message : sent) {
    arrives.push_back(message);
    if (below(4) == 0) arrives.push_back(message);
    if (below(4) == 0) arrives.push_back(sent[below(sent.size())]);
  }
  for (std::size_t i = 0; i + 1 < arrives.size(); ++i) {
    if (below(3) == 0) std::swap(arrives[i], arrives[i + 1 + below(std::min<std::size_t>(5, arrives.size() - i - 1))]);
  }
  return arrives;
}

TEST(judge_appliesNothingStale_inAThousandDisturbedSequences) {
  std::uint64_t applied = 0, refused = 0;
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    std::mt19937_64 random(seed);
    StateVersions versions;
    std::uint64_t last_sequence = 0;
    std::map<std::string, std::uint64_t> in_force;
    for (const Message& message : Disturbed(random)) {
      const Verdict verdict = versions.Judge(message.sequence, message.field, message.version);
      // The model: what has been seen of sequences and versions decides, and nothing else.
      const bool is_new = message.sequence > last_sequence && message.version > in_force[message.field];
      if ((verdict == Verdict::kNew) != is_new) {
        check::Fail(__FILE__, __LINE__, "seed " + std::to_string(seed) + " sequence " +
                                            std::to_string(message.sequence) + " version " +
                                            std::to_string(message.version) + " of " + message.field);
      }
      last_sequence = std::max(last_sequence, message.sequence);
      if (!is_new) {
        ++refused;
        continue;
      }
      ++applied;
      versions.Applied(message.field, message.version);
      CHECK(message.version > in_force[message.field]);
      in_force[message.field] = message.version;
    }
    for (const auto& [field, version] : in_force) CHECK_EQ(versions.in_force(field), version);
  }
  CHECK(applied > 5'000);
  CHECK(refused > 10'000);
}

}  // namespace
}  // namespace mainstay
