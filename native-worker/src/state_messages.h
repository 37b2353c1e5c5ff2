#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace mainstay {

// What the host says of state and transactions, decoded and owned. Enums whose values the worker acts on are typed,
// checked where they are used; the others stay numbers of the wire. Sizes are bytes, durations nanoseconds.

/// Place of a state message among those of its direction.
struct StateHeader {
  std::uint64_t correlation_id = 0;
  std::uint64_t sequence = 0;  ///< Grows by one in an epoch, from 1.
  std::uint64_t version = 0;   ///< Of the state told.
  std::int64_t at_ns = 0;      ///< When the owner told it, since the Unix epoch.
};

// The numbers are the wire's.
enum class StatePriority : std::uint8_t { kLow = 0, kNormal = 1, kHigh = 2, kCritical = 3 };
enum class OptimizationProfile : std::uint8_t { kBalanced = 0, kPerformance = 1, kPowerSaving = 2 };
enum class MemoryAllocationPolicy : std::uint8_t { kConservative = 0, kBalanced = 1, kAggressive = 2 };
enum class SessionCommand : std::uint8_t { kPause = 0, kResume = 1, kCancel = 2 };
enum class StateRefusalCode : std::uint8_t {
  kStaleSequence = 0,
  kStaleVersion = 1,
  kWrongEpoch = 2,
  kInvalid = 3,
  kUnsupported = 4,
  kNotConcerned = 5,
  kUnknownSession = 6,
  kLimitReached = 7,
  kMalformed = 8,
};

struct DeviceConfigUpdate {
  std::string device_id;
  std::optional<OptimizationProfile> profile;
  std::optional<std::uint32_t> power_limit_watts;
  std::optional<MemoryAllocationPolicy> memory_policy;
  std::uint8_t priority = 0;
  bool requires_confirmation = false;
};

struct DeviceRoutingUpdate {
  std::string inference_primary;
  std::string inference_secondary;
  std::string postprocessing;
  bool effective_immediately = true;
};

struct SystemMemoryAllocated {
  std::string allocation_id;
  std::uint64_t allocated_bytes = 0;
  std::string purpose;
  std::string pool;
  std::uint64_t available_bytes = 0;
};

struct MemoryPolicyUpdate {
  std::optional<std::uint64_t> max_model_cache_bytes;
  std::optional<std::uint64_t> limit_bytes;
  std::optional<double> cleanup_threshold;
  std::vector<std::string> applies_to;
  bool effective_immediately = true;
};

struct ModelCacheUpdate {
  std::vector<std::string> added;
  std::vector<std::string> removed;
  double utilization = 0;
  bool optimized = false;
  std::uint32_t available_models = 0;
};

struct ProcessingSessionCreated {
  std::uint64_t key = 0;
  std::string session_id;
  std::string workflow_template;
  std::uint8_t priority = 0;
  std::uint64_t max_memory_bytes = 0;  ///< Of the tensors of one request, 0 for no limit.
  std::vector<std::string> devices;
  std::uint32_t expected_operations = 0;  ///< 0 where unknown.
  std::int64_t operation_timeout_ns = 0;
  std::int64_t session_timeout_ns = 0;
};

struct SessionControlCommand {
  std::string session_id;
  SessionCommand command = SessionCommand::kPause;
  std::string reason;
  std::string resume_condition;
};

struct InferenceOrchestration {
  std::string batch_id;
  std::uint32_t batch_size = 0;
  bool parallel_execution = false;
  std::uint8_t strategy = 0;
  std::uint64_t vram_limit_bytes = 0;  ///< 0 for none.
  std::uint8_t priority = 0;
};

struct PipelineStep {
  std::string operation;
  std::string model;
  std::string target_resolution;  ///< Empty for none.
  std::optional<std::uint8_t> strictness;
};

struct PostprocessingRequest {
  std::string request_id;
  std::string source_inference_id;
  std::vector<PipelineStep> pipeline;
  std::uint8_t format = 0;
  std::uint8_t quality = 0;
  bool preserves_metadata = false;
};

struct SafetyPolicyUpdate {
  std::string policy_version;
  double content_safety_minimum = 0;
  double quality_minimum = 0;
  std::uint8_t technical_compliance = 0;
  std::uint8_t below_safety = 0;
  std::uint8_t below_quality = 0;
};

using StateBody = std::variant<DeviceConfigUpdate, DeviceRoutingUpdate, SystemMemoryAllocated, MemoryPolicyUpdate,
                               ModelCacheUpdate, ProcessingSessionCreated, SessionControlCommand,
                               InferenceOrchestration, PostprocessingRequest, SafetyPolicyUpdate>;

/// A piece of the orchestrator's state.
struct StateUpdate {
  StateHeader header;
  StateBody body;
};

/// The orchestrator does not grant what a state message of the worker asked for.
struct RefusedByHost {
  std::uint64_t correlation_id = 0;
  std::uint64_t sequence = 0;
  std::uint8_t code = 0;
  std::string reason;
};

struct ReportState {
  std::uint64_t correlation_id = 0;
};

struct PrepareTransaction {
  std::uint64_t correlation_id = 0;
  std::uint64_t bytes = 0;
  std::int64_t time_limit_ns = 0;
  std::uint64_t key = 0;
  std::string transaction_id;
  std::string purpose;
};

struct CommitTransaction {
  std::uint64_t correlation_id = 0;
  std::string transaction_id;
};

struct AbortTransaction {
  std::uint64_t correlation_id = 0;
  std::string transaction_id;
};

struct EndSession {
  std::uint64_t correlation_id = 0;
  std::string session_id;
  std::string reason;
};

struct RemoveDevice {
  std::uint64_t correlation_id = 0;
  std::string device_id;
  std::string reason;
};

}  // namespace mainstay
