#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "arena.h"
#include "device_backend.h"
#include "host_messages.h"
#include "reply_publisher.h"
#include "shared_state.h"
#include "state_publisher.h"
#include "state_versions.h"
#include "work_queue.h"

namespace mainstay {

/// Where the orchestrator's state arrives: keeps a versioned copy of what the worker is concerned with, lets what is new
/// take effect, and answers each message once. Also answers for the worker as a participant of transactions. The I/O
/// thread calls; what shall not take effect at once comes back on the compute thread.
class StateDesk {
 public:
  struct Parts {
    ReplyPublisher& replies;
    StatePublisher& publisher;
    WorkQueue& queue;
    DeviceBackend& device;
    SharedState& shared;
    const Arena& arena;
    std::string device_id;
  };

  /// Everything in `parts` must outlive the desk.
  explicit StateDesk(const Parts& parts) : parts_(parts) {}
  StateDesk(const StateDesk&) = delete;
  StateDesk& operator=(const StateDesk&) = delete;

  /// After Hello: what the device can do.
  void Introduce();

  void Handle(const StateUpdate& update);
  void Handle(const RefusedByHost& refused);
  void Handle(const ReportState& asked);
  void Handle(const PrepareTransaction& prepare);
  void Handle(const CommitTransaction& commit);
  void Handle(const AbortTransaction& abort);
  void Handle(const EndSession& end);
  void Handle(const RemoveDevice& removed);

  /// What of the routing table is known; for reports and tests.
  [[nodiscard]] DeviceRoutingUpdate routing() const;

 private:
  struct Refusal {
    StateRefusalCode code;
    std::string reason;
  };

  void Answer(const StateUpdate& update, const std::string& field);
  void RefuseStale(const StateHeader& header, const std::string& field, StateVersions::Verdict verdict);
  bool Postpone(const StateUpdate& update, const std::string& field);
  std::optional<Refusal> Apply(const DeviceConfigUpdate& update);
  std::optional<Refusal> Apply(const DeviceRoutingUpdate& update);
  std::optional<Refusal> Apply(const SystemMemoryAllocated& update);
  std::optional<Refusal> Apply(const MemoryPolicyUpdate& update);
  std::optional<Refusal> Apply(const ModelCacheUpdate& update);
  std::optional<Refusal> Apply(const ProcessingSessionCreated& update);
  std::optional<Refusal> Apply(const SessionControlCommand& update);
  std::optional<Refusal> Apply(const InferenceOrchestration& update);
  std::optional<Refusal> Apply(const PostprocessingRequest& update);
  std::optional<Refusal> Apply(const SafetyPolicyUpdate& update);
  void CancelQueued(std::uint64_t session_key, const std::string& why);
  void GiveBackWhatIsFree();
  void SayMemory();

  Parts parts_;
  mutable std::mutex mutex_;
  StateVersions versions_;
  // Copies of what others own here; each with the version of its field.
  DeviceRoutingUpdate routing_;
  SystemMemoryAllocated system_memory_;
  ModelCacheUpdate model_cache_;
  PostprocessingRequest postprocessing_;
  SafetyPolicyUpdate safety_policy_;
};

/// The field that a message tells, as reports name it: its event type, with the id where there are several.
std::string FieldOf(const StateBody& body);

/// The capabilities that the worker tells of a device.
CapabilityReply CapabilitiesOf(const std::string& device_id, const DeviceCapabilities& device, float fragmentation);

}  // namespace mainstay
