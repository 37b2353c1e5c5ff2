#include "reply_publisher.h"

#include <time.h>

#include <span>
#include <string>

#include "mainstay_wire/DeviceHealthUpdate.h"
#include "mainstay_wire/Drained.h"
#include "mainstay_wire/Fault.h"
#include "mainstay_wire/FaultArmed.h"
#include "mainstay_wire/Hello.h"
#include "mainstay_wire/InferenceCompleted.h"
#include "mainstay_wire/InferenceProgress.h"
#include "mainstay_wire/ModelLoaded.h"
#include "mainstay_wire/ModelLoadingProgress.h"
#include "mainstay_wire/ModelUnloaded.h"
#include "mainstay_wire/Pong.h"
#include "mainstay_wire/Verified.h"
#include "mainstay_wire/VramUsageUpdate.h"
#include "protocol_version.h"
#include "wire_writing.h"

namespace mainstay {
namespace {

using writing::Begin;
using writing::End;
using writing::OneLine;

/// Since the Unix epoch.
std::int64_t UtcNs() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

// The enums of our own headers are the wire's by number; a change of the schema that moves one stops the build here.
static_assert(static_cast<int>(FaultCode::kInternal) == wire::FaultCode::INTERNAL);
static_assert(static_cast<int>(FaultCode::kProtocolError) == wire::FaultCode::PROTOCOL_ERROR);
static_assert(static_cast<int>(FaultCode::kBackendFailed) == wire::FaultCode::BACKEND_FAILED);
static_assert(static_cast<int>(FaultCode::kMemoryBudgetExceeded) == wire::FaultCode::MEMORY_BUDGET_EXCEEDED);
static_assert(static_cast<int>(FaultCode::kLoadRefused) == wire::FaultCode::LOAD_REFUSED);
static_assert(static_cast<int>(FaultCode::kCancelled) == wire::FaultCode::CANCELLED);
static_assert(static_cast<int>(Blame::kInfrastructure) == wire::Blame::INFRASTRUCTURE);
static_assert(static_cast<int>(ElementType::kFloat64) == wire::ElementType::FLOAT64);
static_assert(static_cast<int>(WorkerState::kDraining) == wire::WorkerState::DRAINING);
static_assert(static_cast<int>(LoadStage::kReady) == wire::LoadStage::READY);
static_assert(static_cast<int>(PressureLevel::kCritical) == wire::PressureLevel::CRITICAL);
static_assert(kSchemaId == wire::Hello::SBE_SCHEMA_ID && kSchemaVersion == wire::Hello::SBE_SCHEMA_VERSION);
static_assert(kPlaceArena == wire::TensorPlace::ARENA);

template <typename Group>
void PutSignature(Group& group, const TensorSignature& tensor, bool is_output) {
  group.next()
      .isOutput(is_output ? 1 : 0)
      .elementType(static_cast<wire::ElementType::Value>(tensor.type))
      .rank(tensor.shape.rank);
  for (std::size_t i = 0; i < kRankMax; ++i) group.dims(i, tensor.shape.dims[i]);
  group.putName(tensor.name);
}

void PutOutput(wire::InferenceCompleted::Outputs& group, const OutputTensor& output) {
  group.next()
      .elementType(static_cast<wire::ElementType::Value>(output.type))
      .rank(output.shape.rank)
      .place(static_cast<wire::TensorPlace::Value>(output.place))
      .segment(output.range.segment)
      .offset(output.range.offset)
      .length(output.range.length);
  for (std::size_t i = 0; i < kRankMax; ++i) group.dims(i, output.shape.dims[i]);
  group.putName(output.name);
  group.putData(reinterpret_cast<const char*>(output.data.data()), static_cast<std::uint32_t>(output.data.size()));
}

}  // namespace

ReplyPublisher::ReplyPublisher(FrameWriter& writer, std::uint64_t epoch) : writer_(writer), epoch_(epoch) {
  stamp_ = [sequence = std::uint64_t{0}]() mutable {
    ++sequence;
    return StateHeader{0, sequence, sequence, UtcNs()};
  };
}

void ReplyPublisher::Hello(const HelloReply& reply) {
  writer_.Write([&](std::span<std::byte> room) {
    auto out = Begin<wire::Hello>(room, epoch_);
    out.schemaId(reply.schema_id)
        .schemaVersion(reply.schema_version)
        .pid(reply.pid)
        .threads(reply.threads)
        .memoryBudgetBytes(reply.memory_budget_bytes)
        .arenaSegments(reply.arena_segments)
        .arenaBytes(reply.arena_bytes)
        .faultInjection(reply.fault_injection ? 1 : 0);
    out.putDeviceId(reply.device_id)
        .putWorkerVersion(reply.worker_version)
        .putBackend(reply.backend)
        .putBackendVersion(reply.backend_version)
        .putDeviceKind(reply.device_kind);
    return End(out);
  });
}

void ReplyPublisher::Pong(const PongReply& reply) {
  writer_.Write([&](std::span<std::byte> room) {
    auto out = Begin<wire::Pong>(room, epoch_);
    out.sequence(reply.sequence)
        .sentNs(reply.sent_ns)
        .progress(reply.progress)
        .activeCorrelationId(reply.active_correlation_id)
        .activeNs(reply.active_ns)
        .queueDepth(reply.queue_depth)
        .state(static_cast<wire::WorkerState::Value>(reply.state))
        .droppedFrames(reply.dropped_frames);
    return End(out);
  });
}

void ReplyPublisher::Fault(std::uint64_t correlation_id, FaultCode code, std::string_view message) {
  const Blame blame = BlameOf(code);
  if (blame == Blame::kWorker || blame == Blame::kDevice) ++error_count_;
  writer_.Write([&](std::span<std::byte> room) {
    auto out = Begin<wire::Fault>(room, epoch_);
    out.correlationId(correlation_id)
        .code(static_cast<wire::FaultCode::Value>(code))
        .blame(static_cast<wire::Blame::Value>(blame))
        .retryable(IsRetryable(code) ? 1 : 0);
    out.putMessage(OneLine(message));
    return End(out);
  });
}

void ReplyPublisher::LoadProgress(const LoadProgressReply& reply) {
  writer_.Write([&](std::span<std::byte> room) {
    auto out = Begin<wire::ModelLoadingProgress>(room, epoch_);
    out.correlationId(reply.correlation_id)
        .loadingStage(static_cast<wire::LoadStage::Value>(reply.stage))
        .progressPercentage(reply.percent)
        .vramAllocated(reply.allocated_bytes);
    out.putComponent(reply.component);
    return End(out);
  });
}

void ReplyPublisher::Loaded(const LoadedReply& reply) {
  writer_.Write([&](std::span<std::byte> room) {
    auto out = Begin<wire::ModelLoaded>(room, epoch_);
    out.correlationId(reply.correlation_id).memoryBytes(reply.memory_bytes).loadNs(reply.load_ns);
    auto& components = out.componentsCount(static_cast<std::uint16_t>(reply.components.size()));
    for (const LoadedComponent& component : reply.components) {
      components.next();
      for (std::size_t i = 0; i < component.optimized_sha256.size(); ++i) {
        components.optimizedSha256(i, component.optimized_sha256[i]);
      }
      auto& tensors =
          components.tensorsCount(static_cast<std::uint16_t>(component.inputs.size() + component.outputs.size()));
      for (const TensorSignature& tensor : component.inputs) PutSignature(tensors, tensor, false);
      for (const TensorSignature& tensor : component.outputs) PutSignature(tensors, tensor, true);
      components.putName(component.name);
    }
    return End(out);
  });
}

void ReplyPublisher::Unloaded(std::uint64_t correlation_id, std::uint64_t freed_bytes) {
  writer_.Write([&](std::span<std::byte> room) {
    auto out = Begin<wire::ModelUnloaded>(room, epoch_);
    out.correlationId(correlation_id).freedBytes(freed_bytes);
    return End(out);
  });
}

void ReplyPublisher::InferenceStarted(std::uint64_t correlation_id, std::int64_t queued_ns) {
  writer_.Write([&](std::span<std::byte> room) {
    auto out = Begin<wire::InferenceProgress>(room, epoch_);
    out.correlationId(correlation_id).queuedNs(queued_ns).progressPercentage(0);
    return End(out);
  });
}

void ReplyPublisher::Completed(const CompletedReply& reply) {
  ++completed_;
  writer_.Write([&](std::span<std::byte> room) {
    auto out = Begin<wire::InferenceCompleted>(room, epoch_);
    out.correlationId(reply.correlation_id)
        .queuedNs(reply.queued_ns)
        .computeNs(reply.compute_ns)
        .residentBytes(reply.resident_bytes);
    auto& outputs = out.outputsCount(static_cast<std::uint16_t>(reply.outputs.size()));
    for (const OutputTensor& output : reply.outputs) PutOutput(outputs, output);
    return End(out);
  });
}

void ReplyPublisher::Verified(std::uint64_t correlation_id, std::int64_t compute_ns) {
  writer_.Write([&](std::span<std::byte> room) {
    auto out = Begin<wire::Verified>(room, epoch_);
    out.correlationId(correlation_id).computeNs(compute_ns);
    return End(out);
  });
}

void ReplyPublisher::FaultArmed(std::uint64_t correlation_id) {
  writer_.Write([&](std::span<std::byte> room) {
    auto out = Begin<wire::FaultArmed>(room, epoch_);
    out.correlationId(correlation_id);
    return End(out);
  });
}

void ReplyPublisher::Drained(std::uint64_t correlation_id) {
  writer_.Write([&](std::span<std::byte> room) {
    auto out = Begin<wire::Drained>(room, epoch_);
    out.correlationId(correlation_id).completed(completed_);
    return End(out);
  });
}

void ReplyPublisher::WriteHalfFrame() {
  writer_.WriteHalf([&](std::span<std::byte> room) {
    auto out = Begin<wire::Drained>(room, epoch_);
    out.correlationId(0).completed(completed_);
    return End(out);
  });
}

void ReplyPublisher::Health(const HealthReply& reply) {
  writer_.Write([&](std::span<std::byte> room) {
    const StateHeader stamp = Stamp();
    auto out = Begin<wire::DeviceHealthUpdate>(room, epoch_);
    out.temperatureCelsius(reply.temperature_celsius)
        .utilizationPercent(reply.utilization_percent)
        .memoryUsage(reply.memory_usage)
        .errorCount(reply.error_count)
        .sequence(stamp.sequence)
        .stateVersion(stamp.version)
        .atNs(stamp.at_ns);
    return End(out);
  });
}

void ReplyPublisher::Memory(const MemoryReply& reply) {
  writer_.Write([&](std::span<std::byte> room) {
    const StateHeader stamp = Stamp();
    auto out = Begin<wire::VramUsageUpdate>(room, epoch_);
    out.totalVram(reply.total_bytes)
        .usedVram(reply.used_bytes)
        .availableVram(reply.available_bytes)
        .fragmentationLevel(reply.fragmentation)
        .pressureLevel(static_cast<wire::PressureLevel::Value>(reply.pressure))
        .cleanupRecommended(reply.cleanup_recommended ? 1 : 0)
        .sequence(stamp.sequence)
        .stateVersion(stamp.version)
        .atNs(stamp.at_ns);
    return End(out);
  });
}

}  // namespace mainstay
