#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "arena.h"
#include "builtin_kernels.h"
#include "device_backend.h"
#include "fault_injector.h"
#include "model_statistics.h"
#include "model_store.h"
#include "onnx_runtime.h"
#include "onnx_session.h"
#include "progress.h"
#include "reply_publisher.h"
#include "shared_state.h"
#include "state_publisher.h"
#include "work_queue.h"

namespace mainstay {

/// The compute thread: takes one job after the other from the queue, carries it out and answers it. Owns the loaded
/// models. Whatever is thrown on the way stops at Dispatch and becomes a Fault frame.
class ComputeLoop {
 public:
  struct Parts {
    const OnnxRuntime& runtime;
    const Arena& arena;
    DeviceBackend& device;
    WorkQueue& queue;
    Progress& progress;
    ReplyPublisher& publisher;
    StatePublisher& state_publisher;
    SharedState& shared;
    FaultInjector* injector;  ///< Null without fault injection.
    int threads;
    /// Called when the device is lost; does not return.
    std::function<void(const std::string& cause)> on_device_lost;
  };

  /// Everything in `parts` must outlive the loop. Sets the queue's interrupt hook.
  explicit ComputeLoop(const Parts& parts);

  /// Body of the compute thread: returns when the queue is closed and empty.
  void Run();

 private:
  void Dispatch(const Job& job) noexcept;
  void Answer(const Job& job);
  void Carry(const Job& job);
  void Carry(const Job& job, const LoadModel& request);
  void Carry(const Job& job, const UnloadModel& request);
  void Carry(const Job& job, const VerifyModel& request);
  void Carry(const Job& job, const Infer& request);
  void Carry(const Job& job, const ActOut& request);
  void Carry(const Job& job, const RunLater& request);
  /// The id under which room was asked for, empty where none was.
  std::string AskForRoom(const Job& job, const LoadModel& request);
  void Ask(const AllocationReply& ask);
  /// What grew since the loads, or is free again.
  void AskForGrowth();
  void GiveBack(const std::string& request_id);
  void RequireWithinOrchestration(const Infer& request, bool is_model) const;
  void SayModelIsMissing(const Infer& request);
  void SayProgressOfSession(const Infer& request, std::int64_t compute_ns);
  /// Answers whether the outputs are to be spoiled.
  bool BeginInference(const Job& job, const Infer& request, std::int64_t began_ns, const Checkpoint& checkpoint,
                      std::span<const TensorView> inputs);
  void CompleteInference(const Job& job, const Infer& request, std::int64_t began_ns,
                         std::vector<OutputTensor> outputs);
  [[nodiscard]] Checkpoint CheckpointOf(const Job& job);

  Parts parts_;
  RunControl control_;
  ModelStore models_;
  ModelStatistics statistics_;
  std::uint64_t base_bytes_ = 0;  ///< In use before anything was loaded.
  std::map<std::string, std::uint64_t> loaded_bytes_;
};

}  // namespace mainstay
