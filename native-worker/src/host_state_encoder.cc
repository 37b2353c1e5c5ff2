#include "host_state_encoder.h"

#include <limits>
#include <string>

#include "mainstay_wire/DeviceConfigUpdate.h"
#include "mainstay_wire/DeviceRemoved.h"
#include "mainstay_wire/DeviceRoutingUpdate.h"
#include "mainstay_wire/InferenceOrchestration.h"
#include "mainstay_wire/MemoryPolicyUpdate.h"
#include "mainstay_wire/ModelCacheUpdate.h"
#include "mainstay_wire/PostprocessingRequest.h"
#include "mainstay_wire/ProcessingSessionCreated.h"
#include "mainstay_wire/SafetyPolicyUpdate.h"
#include "mainstay_wire/SessionControlCommand.h"
#include "mainstay_wire/SessionEnded.h"
#include "mainstay_wire/StateRefused.h"
#include "mainstay_wire/StateReportRequest.h"
#include "mainstay_wire/SystemMemoryAllocated.h"
#include "mainstay_wire/TransactionAbort.h"
#include "mainstay_wire/TransactionCommit.h"
#include "mainstay_wire/TransactionPrepare.h"

namespace mainstay {
namespace {

using encoding::Encode;

template <typename Wire>
Wire& Head(Wire& out, const StateHeader& header) {
  out.correlationId(header.correlation_id)
      .sequence(header.sequence)
      .stateVersion(header.version)
      .atNs(header.at_ns);
  return out;
}

template <typename Enum>
std::uint8_t RawOf(const std::optional<Enum>& value) {
  return value ? static_cast<std::uint8_t>(*value) : 255;
}

void Put(wire::DeviceConfigUpdate& out, const DeviceConfigUpdate& in) {
  out.optimizationProfile(static_cast<wire::OptimizationProfile::Value>(RawOf(in.profile)))
      .powerLimit(in.power_limit_watts.value_or(wire::DeviceConfigUpdate::powerLimitNullValue()))
      .memoryAllocationPolicy(static_cast<wire::MemoryAllocationPolicy::Value>(RawOf(in.memory_policy)))
      .propagationPriority(static_cast<wire::StatePriority::Value>(in.priority))
      .requiresConfirmation(in.requires_confirmation ? 1 : 0)
      .putDeviceId(in.device_id);
}

void Put(wire::DeviceRoutingUpdate& out, const DeviceRoutingUpdate& in) {
  out.effectiveImmediately(in.effective_immediately ? 1 : 0)
      .putInferencePrimary(in.inference_primary)
      .putInferenceSecondary(in.inference_secondary)
      .putPostprocessing(in.postprocessing);
}

void Put(wire::SystemMemoryAllocated& out, const SystemMemoryAllocated& in) {
  out.allocatedBytes(in.allocated_bytes)
      .availableAfterAllocation(in.available_bytes)
      .putAllocationId(in.allocation_id)
      .putAllocationPurpose(in.purpose)
      .putMemoryPool(in.pool);
}

void Put(wire::MemoryPolicyUpdate& out, const MemoryPolicyUpdate& in) {
  out.maxModelCacheSize(in.max_model_cache_bytes.value_or(wire::MemoryPolicyUpdate::maxModelCacheSizeNullValue()))
      .vramReservationLimit(in.limit_bytes.value_or(wire::MemoryPolicyUpdate::vramReservationLimitNullValue()))
      .emergencyCleanupThreshold(in.cleanup_threshold.value_or(std::numeric_limits<double>::quiet_NaN()))
      .effectiveImmediately(in.effective_immediately ? 1 : 0);
  auto& group = out.appliesToCount(static_cast<std::uint16_t>(in.applies_to.size()));
  for (const std::string& name : in.applies_to) group.next().putName(name);
}

void Put(wire::ModelCacheUpdate& out, const ModelCacheUpdate& in) {
  out.cacheUtilization(in.utilization)
      .cacheOptimizationPerformed(in.optimized ? 1 : 0)
      .availableModels(in.available_models);
  auto& added = out.addedCount(static_cast<std::uint16_t>(in.added.size()));
  for (const std::string& id : in.added) added.next().putModelId(id);
  auto& removed = out.removedCount(static_cast<std::uint16_t>(in.removed.size()));
  for (const std::string& id : in.removed) removed.next().putModelId(id);
}

void Put(wire::ProcessingSessionCreated& out, const ProcessingSessionCreated& in) {
  out.sessionKey(in.key)
      .priority(static_cast<wire::StatePriority::Value>(in.priority))
      .maxMemory(in.max_memory_bytes)
      .expectedOperations(in.expected_operations)
      .operationTimeoutNs(in.operation_timeout_ns)
      .sessionTimeoutNs(in.session_timeout_ns);
  auto& group = out.gpuAllocationCount(static_cast<std::uint16_t>(in.devices.size()));
  for (const std::string& id : in.devices) group.next().putDeviceId(id);
  out.putSessionId(in.session_id).putWorkflowTemplate(in.workflow_template);
}

void Put(wire::SessionControlCommand& out, const SessionControlCommand& in) {
  out.command(static_cast<wire::SessionCommand::Value>(in.command))
      .putSessionId(in.session_id)
      .putReason(in.reason)
      .putResumeCondition(in.resume_condition);
}

void Put(wire::InferenceOrchestration& out, const InferenceOrchestration& in) {
  out.batchSize(in.batch_size)
      .parallelExecution(in.parallel_execution ? 1 : 0)
      .optimizationStrategy(static_cast<wire::OptimizationStrategy::Value>(in.strategy))
      .vramLimit(in.vram_limit_bytes)
      .processingPriority(static_cast<wire::StatePriority::Value>(in.priority))
      .putBatchId(in.batch_id);
}

void Put(wire::PostprocessingRequest& out, const PostprocessingRequest& in) {
  out.format(static_cast<wire::OutputFormat::Value>(in.format))
      .quality(static_cast<wire::OutputQuality::Value>(in.quality))
      .metadataPreservation(in.preserves_metadata ? 1 : 0);
  auto& group = out.postprocessingPipelineCount(static_cast<std::uint16_t>(in.pipeline.size()));
  for (const PipelineStep& step : in.pipeline) {
    group.next()
        .strictness(static_cast<wire::Strictness::Value>(step.strictness.value_or(255)))
        .putOperation(step.operation)
        .putModel(step.model)
        .putTargetResolution(step.target_resolution);
  }
  out.putRequestId(in.request_id).putSourceInferenceId(in.source_inference_id);
}

void Put(wire::SafetyPolicyUpdate& out, const SafetyPolicyUpdate& in) {
  out.contentSafetyMinimum(in.content_safety_minimum)
      .qualityMinimum(in.quality_minimum)
      .technicalCompliance(static_cast<wire::Strictness::Value>(in.technical_compliance))
      .belowSafetyThreshold(static_cast<wire::EnforcementAction::Value>(in.below_safety))
      .belowQualityThreshold(static_cast<wire::EnforcementAction::Value>(in.below_quality))
      .putPolicyVersion(in.policy_version);
}

struct StateEncoder {
  const StateHeader& header;
  std::uint64_t epoch;

  auto operator()(const DeviceConfigUpdate& in) const { return Told<wire::DeviceConfigUpdate>(in); }
  auto operator()(const DeviceRoutingUpdate& in) const { return Told<wire::DeviceRoutingUpdate>(in); }
  auto operator()(const SystemMemoryAllocated& in) const { return Told<wire::SystemMemoryAllocated>(in); }
  auto operator()(const MemoryPolicyUpdate& in) const { return Told<wire::MemoryPolicyUpdate>(in); }
  auto operator()(const ModelCacheUpdate& in) const { return Told<wire::ModelCacheUpdate>(in); }
  auto operator()(const ProcessingSessionCreated& in) const { return Told<wire::ProcessingSessionCreated>(in); }
  auto operator()(const SessionControlCommand& in) const { return Told<wire::SessionControlCommand>(in); }
  auto operator()(const InferenceOrchestration& in) const { return Told<wire::InferenceOrchestration>(in); }
  auto operator()(const PostprocessingRequest& in) const { return Told<wire::PostprocessingRequest>(in); }
  auto operator()(const SafetyPolicyUpdate& in) const { return Told<wire::SafetyPolicyUpdate>(in); }

  template <typename Wire, typename Body>
  std::vector<std::byte> Told(const Body& in) const {
    return Encode<Wire>(epoch, [&](Wire& out) { Put(Head(out, header), in); });
  }
};

}  // namespace

std::vector<std::byte> EncodeStateUpdate(const StateUpdate& update, std::uint64_t epoch) {
  return std::visit(StateEncoder{update.header, epoch}, update.body);
}

std::vector<std::byte> EncodeControl(const RefusedByHost& in, std::uint64_t epoch) {
  return Encode<wire::StateRefused>(epoch, [&](wire::StateRefused& out) {
    out.correlationId(in.correlation_id)
        .sequence(in.sequence)
        .code(static_cast<wire::StateRefusal::Value>(in.code))
        .putReason(in.reason);
  });
}

std::vector<std::byte> EncodeControl(const ReportState& in, std::uint64_t epoch) {
  return Encode<wire::StateReportRequest>(
      epoch, [&](wire::StateReportRequest& out) { out.correlationId(in.correlation_id); });
}

std::vector<std::byte> EncodeControl(const PrepareTransaction& in, std::uint64_t epoch) {
  return Encode<wire::TransactionPrepare>(epoch, [&](wire::TransactionPrepare& out) {
    out.correlationId(in.correlation_id)
        .reservedBytes(in.bytes)
        .timeLimitNs(in.time_limit_ns)
        .transactionKey(in.key)
        .putTransactionId(in.transaction_id)
        .putPurpose(in.purpose);
  });
}

std::vector<std::byte> EncodeControl(const CommitTransaction& in, std::uint64_t epoch) {
  return Encode<wire::TransactionCommit>(epoch, [&](wire::TransactionCommit& out) {
    out.correlationId(in.correlation_id).putTransactionId(in.transaction_id);
  });
}

std::vector<std::byte> EncodeControl(const AbortTransaction& in, std::uint64_t epoch) {
  return Encode<wire::TransactionAbort>(epoch, [&](wire::TransactionAbort& out) {
    out.correlationId(in.correlation_id).putTransactionId(in.transaction_id);
  });
}

std::vector<std::byte> EncodeControl(const EndSession& in, std::uint64_t epoch) {
  return Encode<wire::SessionEnded>(epoch, [&](wire::SessionEnded& out) {
    out.correlationId(in.correlation_id).putSessionId(in.session_id).putReason(in.reason);
  });
}

std::vector<std::byte> EncodeControl(const RemoveDevice& in, std::uint64_t epoch) {
  return Encode<wire::DeviceRemoved>(epoch, [&](wire::DeviceRemoved& out) {
    out.correlationId(in.correlation_id).putDeviceId(in.device_id).putReason(in.reason);
  });
}

}  // namespace mainstay
