#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

namespace mainstay {

/// Which of the host's state messages are new: the worker's side of the rule that a late, duplicate, reordered or
/// replayed one is never applied. No clock, no I/O; not thread-safe.
class StateVersions {
 public:
  enum class Verdict {
    kNew,            ///< Apply it.
    kHeld,           ///< That version is in force already.
    kStaleSequence,  ///< A later message was taken before it.
    kStaleVersion,   ///< A later version of the same field is in force.
  };

  /// Judges a message and remembers its sequence.
  Verdict Judge(std::uint64_t sequence, const std::string& field, std::uint64_t version) {
    if (sequence <= last_sequence_) return Verdict::kStaleSequence;
    last_sequence_ = sequence;
    return JudgeVersion(field, version);
  }
  /// The same for one whose sequence was taken before.
  [[nodiscard]] Verdict JudgeVersion(const std::string& field, std::uint64_t version) const {
    const std::uint64_t held = in_force(field);
    if (version == held) return Verdict::kHeld;
    return version < held ? Verdict::kStaleVersion : Verdict::kNew;
  }
  void Applied(const std::string& field, std::uint64_t version) { versions_[field] = version; }
  void Forget(const std::string& field) { versions_.erase(field); }

  /// 0 when none is.
  [[nodiscard]] std::uint64_t in_force(const std::string& field) const {
    const auto found = versions_.find(field);
    return found == versions_.end() ? 0 : found->second;
  }
  [[nodiscard]] std::uint64_t last_sequence() const { return last_sequence_; }
  [[nodiscard]] const std::map<std::string, std::uint64_t>& all() const { return versions_; }

 private:
  std::uint64_t last_sequence_ = 0;
  std::map<std::string, std::uint64_t> versions_;
};

}  // namespace mainstay
