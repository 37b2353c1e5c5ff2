#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "batch_plans.h"
#include "memory_growth.h"
#include "session_board.h"
#include "state_replies.h"

namespace mainstay {

/// What is loaded, for reports: the models themselves are the compute thread's. Thread-safe.
class LoadedModels {
 public:
  void Add(StateReportReply::Model model) {
    const std::lock_guard lock(mutex_);
    models_.push_back(std::move(model));
  }
  void Remove(const std::string& id) {
    const std::lock_guard lock(mutex_);
    std::erase_if(models_, [&](const StateReportReply::Model& model) { return model.id == id; });
  }
  [[nodiscard]] std::vector<StateReportReply::Model> List() const {
    const std::lock_guard lock(mutex_);
    return models_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<StateReportReply::Model> models_;
};

/// The orchestrator's answer to a load that waits for memory, when it is no. Thread-safe.
class AllocationRefusal {
 public:
  void Say(std::uint64_t correlation_id, std::string reason) {
    const std::lock_guard lock(mutex_);
    refused_ = {correlation_id, std::move(reason)};
  }
  /// Why that load gets no more, if it was refused.
  [[nodiscard]] std::optional<std::string> Of(std::uint64_t correlation_id) const {
    const std::lock_guard lock(mutex_);
    if (refused_.first != correlation_id) return std::nullopt;
    return refused_.second;
  }

 private:
  mutable std::mutex mutex_;
  std::pair<std::uint64_t, std::string> refused_{0, ""};
};

/// What the I/O thread keeps of the orchestrator's state for the compute thread, and the other way round. Thread-safe.
struct SharedState {
  SessionBoard sessions;
  LoadedModels models;
  AllocationRefusal refusal;
  MemoryGrowth growth;
  BatchPlans plans;
  std::atomic<std::uint32_t> batch_size_max{0};     ///< InferenceOrchestration of no session; 0 for none.
  std::atomic<std::uint64_t> vram_limit_bytes{0};   ///< InferenceOrchestration; 0 for none.
  std::atomic<bool> spinning{false};                ///< Compute threads of models loaded from now on wait busily.
  std::atomic<float> utilization_percent{0};        ///< As told last.
};

}  // namespace mainstay
