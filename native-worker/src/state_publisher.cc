#include "state_publisher.h"

#include <algorithm>
#include <limits>
#include <span>

#include "mainstay_wire/CrossDomainCoordination.h"
#include "mainstay_wire/DeviceCapabilityDiscovered.h"
#include "mainstay_wire/MemoryAllocationRequest.h"
#include "mainstay_wire/ModelRuntimeUpdate.h"
#include "mainstay_wire/PostprocessingCompleted.h"
#include "mainstay_wire/PostprocessingProgress.h"
#include "mainstay_wire/SessionProgressUpdate.h"
#include "mainstay_wire/StateAck.h"
#include "mainstay_wire/StateRefused.h"
#include "mainstay_wire/StateReport.h"
#include "mainstay_wire/TransactionAcknowledged.h"
#include "mainstay_wire/TransactionVote.h"
#include "wire_writing.h"

namespace mainstay {
namespace {

using writing::Begin;
using writing::End;
using writing::OneLine;

// The schema's limit of a group.
constexpr std::size_t kGroupEntriesMax = 1024;

static_assert(static_cast<int>(StatePriority::kCritical) == wire::StatePriority::CRITICAL);
static_assert(static_cast<int>(OptimizationProfile::kPowerSaving) == wire::OptimizationProfile::POWER_SAVING);
static_assert(static_cast<int>(MemoryAllocationPolicy::kAggressive) == wire::MemoryAllocationPolicy::AGGRESSIVE);
static_assert(static_cast<int>(SessionCommand::kCancel) == wire::SessionCommand::CANCEL_OPERATIONS);
static_assert(static_cast<int>(StateRefusalCode::kMalformed) == wire::StateRefusal::MALFORMED);
static_assert(static_cast<int>(TransactionResult::kUnknown) == wire::TransactionResult::UNKNOWN_TRANSACTION);

std::uint16_t Entries(std::size_t count) { return static_cast<std::uint16_t>(std::min(count, kGroupEntriesMax)); }

template <typename Message>
Message& Put(Message& out, const StateHeader& stamp, std::uint64_t correlation_id = 0) {
  out.correlationId(correlation_id == 0 ? stamp.correlation_id : correlation_id)
      .sequence(stamp.sequence)
      .stateVersion(stamp.version)
      .atNs(stamp.at_ns);
  return out;
}

template <typename Group>
void PutNames(Group& group, const std::vector<std::string>& names) {
  for (std::size_t i = 0; i < names.size() && i < kGroupEntriesMax; ++i) group.next().putName(names[i]);
}

void PutModels(wire::StateReport& out, const std::vector<StateReportReply::Model>& models) {
  auto& group = out.modelsCount(Entries(models.size()));
  for (std::size_t i = 0; i < models.size() && i < kGroupEntriesMax; ++i) {
    group.next().memoryBytes(models[i].memory_bytes);
    auto& parts = group.componentsCount(Entries(models[i].components.size()));
    for (std::size_t j = 0; j < models[i].components.size() && j < kGroupEntriesMax; ++j) {
      const StateReportReply::Component& component = models[i].components[j];
      parts.next();
      for (std::size_t k = 0; k < component.sha256.size(); ++k) parts.sha256(k, component.sha256[k]);
      parts.putName(component.name);
    }
    group.putModelId(models[i].id);
  }
}

}  // namespace

void StatePublisher::Ack(std::uint64_t correlation_id, std::uint64_t sequence, std::uint64_t applied_version) {
  replies_.writer().Write([&](std::span<std::byte> room) {
    auto out = Begin<wire::StateAck>(room, replies_.epoch());
    out.correlationId(correlation_id).sequence(sequence).appliedVersion(applied_version);
    return End(out);
  });
}

void StatePublisher::Refused(std::uint64_t correlation_id, std::uint64_t sequence, StateRefusalCode code,
                             std::string_view reason) {
  replies_.writer().Write([&](std::span<std::byte> room) {
    auto out = Begin<wire::StateRefused>(room, replies_.epoch());
    out.correlationId(correlation_id).sequence(sequence).code(static_cast<wire::StateRefusal::Value>(code));
    out.putReason(OneLine(reason));
    return End(out);
  });
}

void StatePublisher::Vote(const VoteReply& reply) {
  replies_.writer().Write([&](std::span<std::byte> room) {
    auto out = Begin<wire::TransactionVote>(room, replies_.epoch());
    out.correlationId(reply.correlation_id)
        .commit(reply.commit ? 1 : 0)
        .rollbackCapable(reply.rollback_capable ? 1 : 0)
        .reservedBytes(reply.reserved_bytes);
    PutNames(out.locksCount(Entries(reply.locks.size())), reply.locks);
    out.putTransactionId(reply.transaction_id).putReason(OneLine(reply.reason));
    return End(out);
  });
}

void StatePublisher::Outcome(const OutcomeReply& reply) {
  replies_.writer().Write([&](std::span<std::byte> room) {
    auto out = Begin<wire::TransactionAcknowledged>(room, replies_.epoch());
    out.correlationId(reply.correlation_id)
        .result(static_cast<wire::TransactionResult::Value>(reply.result))
        .reservedBytes(reply.reserved_bytes);
    out.putTransactionId(reply.transaction_id).putResourceStatus(OneLine(reply.resource_status));
    return End(out);
  });
}

void StatePublisher::Report(const StateReportReply& reply) {
  replies_.writer().Write([&](std::span<std::byte> room) {
    auto out = Begin<wire::StateReport>(room, replies_.epoch());
    out.correlationId(reply.correlation_id)
        .accountedBytes(reply.accounted_bytes)
        .budgetBytes(reply.budget_bytes)
        .limitBytes(reply.limit_bytes)
        .residentBytes(reply.resident_bytes)
        .lastSequence(reply.last_sequence)
        .arenaSegments(reply.arena_segments)
        .arenaBytes(reply.arena_bytes);
    PutModels(out, reply.models);
    auto& reservations = out.reservationsCount(Entries(reply.reservations.size()));
    for (std::size_t i = 0; i < reply.reservations.size() && i < kGroupEntriesMax; ++i) {
      const StateReportReply::Reservation& held = reply.reservations[i];
      reservations.next()
          .reservedBytes(held.bytes)
          .state(held.committed ? wire::ReservationState::COMMITTED : wire::ReservationState::PREPARED)
          .leftNs(held.left_ns)
          .putTransactionId(held.transaction_id)
          .putPurpose(held.purpose);
    }
    auto& sessions = out.sessionsCount(Entries(reply.sessions.size()));
    for (std::size_t i = 0; i < reply.sessions.size() && i < kGroupEntriesMax; ++i) {
      const StateReportReply::Session& session = reply.sessions[i];
      sessions.next()
          .paused(session.paused ? 1 : 0)
          .heldRequests(session.held)
          .operationsCompleted(session.completed)
          .putSessionId(session.id);
    }
    auto& versions = out.versionsCount(Entries(reply.versions.size()));
    for (std::size_t i = 0; i < reply.versions.size() && i < kGroupEntriesMax; ++i) {
      versions.next().stateVersion(reply.versions[i].version).putField(reply.versions[i].field);
    }
    return End(out);
  });
}

void StatePublisher::Capabilities(const CapabilityReply& reply) {
  replies_.writer().Write([&](std::span<std::byte> room) {
    auto out = Begin<wire::DeviceCapabilityDiscovered>(room, replies_.epoch());
    Put(out, replies_.Stamp())
        .inferencePerformance(reply.inference_performance)
        .memoryEfficiency(reply.memory_efficiency);
    PutNames(out.newCapabilitiesCount(Entries(reply.capabilities.size())), reply.capabilities);
    out.putDeviceId(reply.device_id);
    return End(out);
  });
}

void StatePublisher::AllocationWanted(const AllocationReply& reply) {
  replies_.writer().Write([&](std::span<std::byte> room) {
    auto out = Begin<wire::MemoryAllocationRequest>(room, replies_.epoch());
    Put(out, replies_.Stamp(), reply.correlation_id)
        .requestedBytes(reply.requested_bytes)
        .priority(static_cast<wire::StatePriority::Value>(reply.priority))
        .estimatedDurationNs(reply.estimated_duration_ns);
    out.putRequestId(reply.request_id).putAllocationPurpose(reply.purpose);
    return End(out);
  });
}

void StatePublisher::ModelRuntime(const ModelRuntimeReply& reply) {
  replies_.writer().Write([&](std::span<std::byte> room) {
    auto out = Begin<wire::ModelRuntimeUpdate>(room, replies_.epoch());
    Put(out, replies_.Stamp())
        .inferenceReady(reply.inference_ready ? 1 : 0)
        .warmupCompleted(reply.warmup_completed ? 1 : 0)
        .averageInferenceTimeNs(reply.average_inference_ns)
        .memoryFootprint(reply.memory_bytes);
    out.putModelId(reply.model_id).putOptimizationLevel(reply.optimization_level);
    return End(out);
  });
}

void StatePublisher::SessionProgress(const SessionProgressReply& reply) {
  replies_.writer().Write([&](std::span<std::byte> room) {
    auto out = Begin<wire::SessionProgressUpdate>(room, replies_.epoch());
    Put(out, replies_.Stamp())
        .operationsCompleted(reply.completed)
        .operationsRemaining(reply.remaining)
        .estimatedCompletionNs(
            reply.estimated_completion_ns.value_or(wire::SessionProgressUpdate::estimatedCompletionNsNullValue()))
        .memoryUsed(reply.memory_used_bytes)
        .gpuUtilization(reply.utilization_percent);
    out.putSessionId(reply.session_id).putCurrentOperation(reply.current_operation);
    return End(out);
  });
}

void StatePublisher::Coordination(const CoordinationReply& reply) {
  replies_.writer().Write([&](std::span<std::byte> room) {
    auto out = Begin<wire::CrossDomainCoordination>(room, replies_.epoch());
    Put(out, replies_.Stamp())
        .requiresMemoryAllocation(
            reply.requires_bytes.value_or(wire::CrossDomainCoordination::requiresMemoryAllocationNullValue()))
        .coordinationPriority(static_cast<wire::StatePriority::Value>(reply.priority));
    PutNames(out.dependentOperationsCount(Entries(reply.dependent_operations.size())), reply.dependent_operations);
    out.putSessionId(reply.session_id).putRequiresModelLoading(reply.requires_model);
    return End(out);
  });
}

void StatePublisher::PipelineProgress(const PipelineProgressReply& reply) {
  replies_.writer().Write([&](std::span<std::byte> room) {
    auto out = Begin<wire::PostprocessingProgress>(room, replies_.epoch());
    Put(out, replies_.Stamp())
        .operationsCompleted(reply.completed)
        .totalOperations(reply.total)
        .currentOperationProgress(reply.percent)
        .upscalingQualityScore(reply.upscaling_quality.value_or(std::numeric_limits<double>::quiet_NaN()))
        .processingTimeNs(reply.processing_ns);
    out.putRequestId(reply.request_id).putCurrentOperation(reply.current_operation);
    return End(out);
  });
}

void StatePublisher::PipelineCompleted(const PipelineCompletedReply& reply) {
  replies_.writer().Write([&](std::span<std::byte> room) {
    auto out = Begin<wire::PostprocessingCompleted>(room, replies_.epoch());
    Put(out, replies_.Stamp())
        .contentSafetyScore(reply.content_safety)
        .safetyClassification(static_cast<wire::SafetyClassification::Value>(reply.safety_class))
        .technicalQuality(reply.technical_quality)
        .visualQuality(reply.visual_quality)
        .enhancementEffectiveness(reply.enhancement)
        .totalProcessingTimeNs(reply.total_ns)
        .resourceUsagePeak(reply.peak_bytes);
    auto& flagged = out.flaggedContentCount(Entries(reply.flagged.size()));
    for (std::size_t i = 0; i < reply.flagged.size() && i < kGroupEntriesMax; ++i) {
      flagged.next().putText(OneLine(reply.flagged[i]));
    }
    out.putRequestId(reply.request_id).putOutputLocation(reply.output_location);
    return End(out);
  });
}

}  // namespace mainstay
