#include "state_adapter.h"

#include <cmath>
#include <utility>

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

using reading::Checked;
using reading::Envelope;
using reading::Text;
using reading::Wrap;

constexpr std::uint8_t kNullEnum = 255;

template <typename Wire>
StateHeader Header(const Wire& in) {
  return {in.correlationId(), in.sequence(), in.stateVersion(), in.atNs()};
}

template <typename Enum>
std::optional<Enum> Optional(std::uint8_t raw) {
  if (raw == kNullEnum) return std::nullopt;
  return static_cast<Enum>(raw);
}

template <typename Group, typename Get>
std::vector<std::string> Texts(Group& group, Get get) {
  std::vector<std::string> texts;
  Checked(group);
  while (group.hasNext()) texts.push_back(Text(get(group.next())));
  return texts;
}

HostMessage DecodeConfig(const Envelope& envelope) {
  auto in = Wrap<wire::DeviceConfigUpdate>(envelope);
  DeviceConfigUpdate out;
  out.profile = Optional<OptimizationProfile>(in.optimizationProfileRaw());
  if (in.powerLimit() != wire::DeviceConfigUpdate::powerLimitNullValue()) out.power_limit_watts = in.powerLimit();
  out.memory_policy = Optional<MemoryAllocationPolicy>(in.memoryAllocationPolicyRaw());
  out.priority = in.propagationPriorityRaw();
  out.requires_confirmation = in.requiresConfirmation() != 0;
  out.device_id = Text(in.getDeviceIdAsStringView());
  return StateUpdate{Header(in), std::move(out)};
}

HostMessage DecodeRouting(const Envelope& envelope) {
  auto in = Wrap<wire::DeviceRoutingUpdate>(envelope);
  DeviceRoutingUpdate out;
  out.effective_immediately = in.effectiveImmediately() != 0;
  out.inference_primary = Text(in.getInferencePrimaryAsStringView());
  out.inference_secondary = Text(in.getInferenceSecondaryAsStringView());
  out.postprocessing = Text(in.getPostprocessingAsStringView());
  return StateUpdate{Header(in), std::move(out)};
}

HostMessage DecodeSystemMemory(const Envelope& envelope) {
  auto in = Wrap<wire::SystemMemoryAllocated>(envelope);
  SystemMemoryAllocated out;
  out.allocated_bytes = in.allocatedBytes();
  out.available_bytes = in.availableAfterAllocation();
  out.allocation_id = Text(in.getAllocationIdAsStringView());
  out.purpose = Text(in.getAllocationPurposeAsStringView());
  out.pool = Text(in.getMemoryPoolAsStringView());
  return StateUpdate{Header(in), std::move(out)};
}

HostMessage DecodeMemoryPolicy(const Envelope& envelope) {
  using Wire = wire::MemoryPolicyUpdate;
  auto in = Wrap<Wire>(envelope);
  MemoryPolicyUpdate out;
  if (in.maxModelCacheSize() != Wire::maxModelCacheSizeNullValue()) out.max_model_cache_bytes = in.maxModelCacheSize();
  if (in.vramReservationLimit() != Wire::vramReservationLimitNullValue()) out.limit_bytes = in.vramReservationLimit();
  if (!std::isnan(in.emergencyCleanupThreshold())) out.cleanup_threshold = in.emergencyCleanupThreshold();
  out.effective_immediately = in.effectiveImmediately() != 0;
  out.applies_to = Texts(in.appliesTo(), [](Wire::AppliesTo& entry) { return entry.getNameAsStringView(); });
  return StateUpdate{Header(in), std::move(out)};
}

HostMessage DecodeModelCache(const Envelope& envelope) {
  using Wire = wire::ModelCacheUpdate;
  auto in = Wrap<Wire>(envelope);
  ModelCacheUpdate out;
  out.utilization = in.cacheUtilization();
  out.optimized = in.cacheOptimizationPerformed() != 0;
  out.available_models = in.availableModels();
  out.added = Texts(in.added(), [](Wire::Added& entry) { return entry.getModelIdAsStringView(); });
  out.removed = Texts(in.removed(), [](Wire::Removed& entry) { return entry.getModelIdAsStringView(); });
  return StateUpdate{Header(in), std::move(out)};
}

HostMessage DecodeSession(const Envelope& envelope) {
  using Wire = wire::ProcessingSessionCreated;
  auto in = Wrap<Wire>(envelope);
  ProcessingSessionCreated out;
  out.key = in.sessionKey();
  out.priority = in.priorityRaw();
  out.max_memory_bytes = in.maxMemory();
  out.expected_operations = in.expectedOperations();
  out.operation_timeout_ns = in.operationTimeoutNs();
  out.session_timeout_ns = in.sessionTimeoutNs();
  out.devices = Texts(in.gpuAllocation(), [](Wire::GpuAllocation& entry) { return entry.getDeviceIdAsStringView(); });
  out.session_id = Text(in.getSessionIdAsStringView());
  out.workflow_template = Text(in.getWorkflowTemplateAsStringView());
  return StateUpdate{Header(in), std::move(out)};
}

HostMessage DecodeSessionControl(const Envelope& envelope) {
  auto in = Wrap<wire::SessionControlCommand>(envelope);
  SessionControlCommand out;
  out.command = static_cast<SessionCommand>(in.commandRaw());
  out.session_id = Text(in.getSessionIdAsStringView());
  out.reason = Text(in.getReasonAsStringView());
  out.resume_condition = Text(in.getResumeConditionAsStringView());
  return StateUpdate{Header(in), std::move(out)};
}

HostMessage DecodeOrchestration(const Envelope& envelope) {
  auto in = Wrap<wire::InferenceOrchestration>(envelope);
  InferenceOrchestration out;
  out.batch_size = in.batchSize();
  out.parallel_execution = in.parallelExecution() != 0;
  out.strategy = in.optimizationStrategyRaw();
  out.vram_limit_bytes = in.vramLimit();
  out.priority = in.processingPriorityRaw();
  out.batch_id = Text(in.getBatchIdAsStringView());
  return StateUpdate{Header(in), std::move(out)};
}

HostMessage DecodePostprocessing(const Envelope& envelope) {
  auto in = Wrap<wire::PostprocessingRequest>(envelope);
  PostprocessingRequest out;
  out.format = in.formatRaw();
  out.quality = in.qualityRaw();
  out.preserves_metadata = in.metadataPreservation() != 0;
  auto& group = Checked(in.postprocessingPipeline());
  while (group.hasNext()) {
    group.next();
    PipelineStep step;
    step.strictness = Optional<std::uint8_t>(group.strictnessRaw());
    step.operation = Text(group.getOperationAsStringView());
    step.model = Text(group.getModelAsStringView());
    step.target_resolution = Text(group.getTargetResolutionAsStringView());
    out.pipeline.push_back(std::move(step));
  }
  out.request_id = Text(in.getRequestIdAsStringView());
  out.source_inference_id = Text(in.getSourceInferenceIdAsStringView());
  return StateUpdate{Header(in), std::move(out)};
}

HostMessage DecodeSafetyPolicy(const Envelope& envelope) {
  auto in = Wrap<wire::SafetyPolicyUpdate>(envelope);
  SafetyPolicyUpdate out;
  out.content_safety_minimum = in.contentSafetyMinimum();
  out.quality_minimum = in.qualityMinimum();
  out.technical_compliance = in.technicalComplianceRaw();
  out.below_safety = in.belowSafetyThresholdRaw();
  out.below_quality = in.belowQualityThresholdRaw();
  out.policy_version = Text(in.getPolicyVersionAsStringView());
  return StateUpdate{Header(in), std::move(out)};
}

HostMessage DecodeRefused(const Envelope& envelope) {
  auto in = Wrap<wire::StateRefused>(envelope);
  return RefusedByHost{in.correlationId(), in.sequence(), in.codeRaw(), Text(in.getReasonAsStringView())};
}

HostMessage DecodeReport(const Envelope& envelope) {
  return ReportState{Wrap<wire::StateReportRequest>(envelope).correlationId()};
}

HostMessage DecodePrepare(const Envelope& envelope) {
  auto in = Wrap<wire::TransactionPrepare>(envelope);
  PrepareTransaction out;
  out.correlation_id = in.correlationId();
  out.bytes = in.reservedBytes();
  out.time_limit_ns = in.timeLimitNs();
  out.key = in.transactionKey();
  out.transaction_id = Text(in.getTransactionIdAsStringView());
  out.purpose = Text(in.getPurposeAsStringView());
  return out;
}

HostMessage DecodeCommit(const Envelope& envelope) {
  auto in = Wrap<wire::TransactionCommit>(envelope);
  return CommitTransaction{in.correlationId(), Text(in.getTransactionIdAsStringView())};
}

HostMessage DecodeAbort(const Envelope& envelope) {
  auto in = Wrap<wire::TransactionAbort>(envelope);
  return AbortTransaction{in.correlationId(), Text(in.getTransactionIdAsStringView())};
}

HostMessage DecodeSessionEnd(const Envelope& envelope) {
  auto in = Wrap<wire::SessionEnded>(envelope);
  EndSession out{in.correlationId(), Text(in.getSessionIdAsStringView()), ""};
  out.reason = Text(in.getReasonAsStringView());
  return out;
}

HostMessage DecodeDeviceRemoved(const Envelope& envelope) {
  auto in = Wrap<wire::DeviceRemoved>(envelope);
  RemoveDevice out{in.correlationId(), Text(in.getDeviceIdAsStringView()), ""};
  out.reason = Text(in.getReasonAsStringView());
  return out;
}

}  // namespace

StateDecoder StateDecoderOf(std::uint16_t template_id) {
  switch (template_id) {
    case wire::DeviceConfigUpdate::SBE_TEMPLATE_ID: return DecodeConfig;
    case wire::DeviceRoutingUpdate::SBE_TEMPLATE_ID: return DecodeRouting;
    case wire::SystemMemoryAllocated::SBE_TEMPLATE_ID: return DecodeSystemMemory;
    case wire::MemoryPolicyUpdate::SBE_TEMPLATE_ID: return DecodeMemoryPolicy;
    case wire::ModelCacheUpdate::SBE_TEMPLATE_ID: return DecodeModelCache;
    case wire::ProcessingSessionCreated::SBE_TEMPLATE_ID: return DecodeSession;
    case wire::SessionControlCommand::SBE_TEMPLATE_ID: return DecodeSessionControl;
    case wire::InferenceOrchestration::SBE_TEMPLATE_ID: return DecodeOrchestration;
    case wire::PostprocessingRequest::SBE_TEMPLATE_ID: return DecodePostprocessing;
    case wire::SafetyPolicyUpdate::SBE_TEMPLATE_ID: return DecodeSafetyPolicy;
    case wire::StateRefused::SBE_TEMPLATE_ID: return DecodeRefused;
    case wire::StateReportRequest::SBE_TEMPLATE_ID: return DecodeReport;
    case wire::TransactionPrepare::SBE_TEMPLATE_ID: return DecodePrepare;
    case wire::TransactionCommit::SBE_TEMPLATE_ID: return DecodeCommit;
    case wire::TransactionAbort::SBE_TEMPLATE_ID: return DecodeAbort;
    case wire::SessionEnded::SBE_TEMPLATE_ID: return DecodeSessionEnd;
    case wire::DeviceRemoved::SBE_TEMPLATE_ID: return DecodeDeviceRemoved;
    default: return nullptr;
  }
}

}  // namespace mainstay
