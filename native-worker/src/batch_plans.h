#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "state_messages.h"

namespace mainstay {

/// How the batches of the orchestrator's sessions are to run here, the last one told of each session. A batch's id is
/// its session's, a slash, and which part it is. Thread-safe.
class BatchPlans {
 public:
  static constexpr std::size_t kPlansMax = 256;

  /// The session of a batch; empty for a batch of no session, whose limits are the whole worker's.
  static std::string SessionOf(const std::string& batch_id) {
    const std::size_t slash = batch_id.rfind('/');
    return slash == std::string::npos ? std::string() : batch_id.substr(0, slash);
  }

  /// False when there is no room for another session.
  bool Put(const std::string& session_id, const InferenceOrchestration& plan) {
    const std::lock_guard lock(mutex_);
    if (plans_.size() >= kPlansMax && !plans_.contains(session_id)) return false;
    plans_[session_id] = plan;
    return true;
  }
  [[nodiscard]] std::optional<InferenceOrchestration> Of(const std::string& session_id) const {
    const std::lock_guard lock(mutex_);
    const auto found = plans_.find(session_id);
    return found == plans_.end() ? std::nullopt : std::optional(found->second);
  }
  void Remove(const std::string& session_id) {
    const std::lock_guard lock(mutex_);
    plans_.erase(session_id);
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, InferenceOrchestration> plans_;
};

}  // namespace mainstay
