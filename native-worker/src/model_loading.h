#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "device_backend.h"
#include "memory_account.h"
#include "model_store.h"
#include "onnx_runtime.h"
#include "progress.h"
#include "worker_replies.h"

namespace mainstay {

/// Carries out one ModelLoadRequest: room in the budget, then for each component in order: size and SHA-256, a look
/// for external data and custom operators, the session, its signature, on demand an optimized copy. All or nothing:
/// when one component fails, those before it are freed. Compute thread only.
class ModelLoading {
 public:
  using Report = std::function<void(const LoadProgressReply&)>;

  /// Everything given must outlive the object.
  ModelLoading(const OnnxRuntime& runtime, const DeviceBackend& device, int threads, bool spinning,
               const LoadModel& request, Checkpoint& checkpoint, const Report& report);

  /// Throws RequestFault.
  Model Load();

  /// Of the model just loaded, for ModelLoaded.
  [[nodiscard]] const std::vector<LoadedComponent>& loaded() const { return loaded_; }
  /// By which use grew since the load began.
  [[nodiscard]] std::uint64_t AllocatedBytes() const;

 private:
  void CheckRequest() const;
  Component LoadComponent(const ComponentFile& file);
  std::unique_ptr<OnnxSession> CreateSession(const ComponentFile& file, std::span<const std::byte> bytes,
                                             bool bytes_stay, Sha256Digest& optimized_sha256);
  void Say(const ComponentFile& file, LoadStage stage, double share_of_component);

  const OnnxRuntime& runtime_;
  const ExecutionProvider& provider_;
  const MemoryAccount& memory_;
  const int threads_;
  const bool spinning_;
  const LoadModel& request_;
  Checkpoint& checkpoint_;
  const Report& report_;
  const std::uint64_t used_before_bytes_;
  std::uint64_t total_bytes_ = 0;  // Of all files.
  std::uint64_t done_bytes_ = 0;   // Of the components loaded so far.
  std::vector<LoadedComponent> loaded_;
};

}  // namespace mainstay
