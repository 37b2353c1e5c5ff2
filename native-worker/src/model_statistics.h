#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "state_replies.h"

namespace mainstay {

/// How fast each loaded model is, and when there is something new to say of it. Compute thread only.
class ModelStatistics {
 public:
  ModelRuntimeReply Loaded(const std::string& model_id, const std::string& optimization_level,
                           std::uint64_t memory_bytes) {
    ModelRuntimeReply& model = models_[model_id].reply;
    model = {};
    model.model_id = model_id;
    model.optimization_level = optimization_level;
    model.memory_bytes = memory_bytes;
    return model;
  }
  /// Something after inferences 1, 2, 4, 8 and so on.
  std::optional<ModelRuntimeReply> Completed(const std::string& model_id, std::int64_t compute_ns) {
    const auto found = models_.find(model_id);
    if (found == models_.end()) return std::nullopt;
    Model& model = found->second;
    ++model.inferences;
    model.compute_ns += compute_ns;
    model.reply.warmup_completed = true;
    model.reply.average_inference_ns = model.compute_ns / static_cast<std::int64_t>(model.inferences);
    if ((model.inferences & (model.inferences - 1)) != 0) return std::nullopt;
    return model.reply;
  }
  /// What there is to say when it goes; nothing for one that is not known.
  std::optional<ModelRuntimeReply> Unloaded(const std::string& model_id) {
    const auto found = models_.find(model_id);
    if (found == models_.end()) return std::nullopt;
    ModelRuntimeReply reply = found->second.reply;
    reply.inference_ready = false;
    reply.memory_bytes = 0;
    models_.erase(found);
    return reply;
  }

 private:
  struct Model {
    ModelRuntimeReply reply;
    std::uint64_t inferences = 0;
    std::int64_t compute_ns = 0;
  };
  std::map<std::string, Model> models_;
};

}  // namespace mainstay
