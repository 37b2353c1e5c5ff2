#include "host_encoder.h"

#include <string_view>

#include "host_state_encoder.h"
#include "mainstay_wire/Cancel.h"
#include "mainstay_wire/Drain.h"
#include "mainstay_wire/InferenceRequest.h"
#include "mainstay_wire/InjectFault.h"
#include "mainstay_wire/ModelLoadRequest.h"
#include "mainstay_wire/ModelUnloadRequest.h"
#include "mainstay_wire/Ping.h"
#include "mainstay_wire/VerifyRequest.h"

namespace mainstay {
namespace {

std::string_view Raw(const std::vector<std::byte>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

using encoding::Encode;

void Put(wire::Ping& out, const Ping& in) { out.sequence(in.sequence).sentNs(in.sent_ns); }

void Put(wire::Cancel& out, const Cancel& in) { out.correlationId(in.correlation_id); }

void Put(wire::Drain& out, const Drain& in) { out.correlationId(in.correlation_id).deadlineNs(in.deadline_ns); }

void Put(wire::ModelLoadRequest& out, const LoadModel& in) {
  out.correlationId(in.correlation_id)
      .deadlineNs(in.deadline_ns)
      .loadingPriority(static_cast<wire::Priority::Value>(in.priority))
      .loadTarget(wire::MemoryTier::VRAM)
      .estimatedVramUsage(in.estimated_bytes)
      .transactionKey(in.transaction_key);
  auto& group = out.componentsCount(static_cast<std::uint16_t>(in.components.size()));
  for (const ComponentFile& component : in.components) {
    group.next();
    for (std::size_t i = 0; i < component.sha256.size(); ++i) group.sha256(i, component.sha256[i]);
    group.fileBytes(component.file_bytes).preOptimized(component.pre_optimized ? 1 : 0);
    group.putName(component.name).putPath(component.path).putOptimizedPath(component.optimized_path);
  }
  out.putModelId(in.model_id);
}

void Put(wire::ModelUnloadRequest& out, const UnloadModel& in) {
  out.correlationId(in.correlation_id).putModelId(in.model_id);
}

void Put(wire::VerifyRequest& out, const VerifyModel& in) {
  out.correlationId(in.correlation_id).deadlineNs(in.deadline_ns).putModelId(in.model_id);
}

void Put(wire::InferenceRequest& out, const Infer& in) {
  out.correlationId(in.correlation_id)
      .deadlineNs(in.deadline_ns)
      .priority(static_cast<wire::Priority::Value>(in.priority))
      .wantsProgress(in.wants_progress ? 1 : 0)
      .sessionKey(in.session_key);
  auto& inputs = out.inputsCount(static_cast<std::uint16_t>(in.inputs.size()));
  for (const InputTensor& input : in.inputs) {
    inputs.next()
        .elementType(static_cast<wire::ElementType::Value>(input.element_type))
        .rank(input.shape.rank)
        .place(static_cast<wire::TensorPlace::Value>(input.place))
        .segment(input.range.segment)
        .offset(input.range.offset)
        .length(input.range.length);
    for (std::size_t i = 0; i < kRankMax; ++i) inputs.dims(i, input.shape.dims[i]);
    inputs.putName(input.name).putData(Raw(input.data));
  }
  auto& outputs = out.outputsCount(static_cast<std::uint16_t>(in.outputs.size()));
  for (const OutputRoom& room : in.outputs) {
    outputs.next()
        .place(static_cast<wire::TensorPlace::Value>(room.place))
        .segment(room.range.segment)
        .offset(room.range.offset)
        .capacity(room.range.length)
        .putName(room.name);
  }
  out.putModelId(in.model_id).putComponent(in.component);
}

void Put(wire::InjectFault& out, const Inject& in) {
  out.correlationId(in.correlation_id)
      .fault(static_cast<wire::InjectedFault::Value>(in.fault))
      .trigger(static_cast<wire::InjectionTrigger::Value>(in.trigger))
      .argument(in.argument)
      .putMarker(Raw(in.marker));
}

struct Encoder {
  std::uint64_t epoch;

  auto operator()(const Ping& in) const { return Encode<wire::Ping>(epoch, [&](wire::Ping& out) { Put(out, in); }); }
  auto operator()(const Cancel& in) const { return Encode<wire::Cancel>(epoch, [&](wire::Cancel& out) { Put(out, in); }); }
  auto operator()(const Drain& in) const { return Encode<wire::Drain>(epoch, [&](wire::Drain& out) { Put(out, in); }); }
  auto operator()(const LoadModel& in) const { return Encode<wire::ModelLoadRequest>(epoch, [&](wire::ModelLoadRequest& out) { Put(out, in); }); }
  auto operator()(const UnloadModel& in) const { return Encode<wire::ModelUnloadRequest>(epoch, [&](wire::ModelUnloadRequest& out) { Put(out, in); }); }
  auto operator()(const VerifyModel& in) const { return Encode<wire::VerifyRequest>(epoch, [&](wire::VerifyRequest& out) { Put(out, in); }); }
  auto operator()(const Infer& in) const { return Encode<wire::InferenceRequest>(epoch, [&](wire::InferenceRequest& out) { Put(out, in); }); }
  auto operator()(const Inject& in) const { return Encode<wire::InjectFault>(epoch, [&](wire::InjectFault& out) { Put(out, in); }); }
  auto operator()(const StateUpdate& in) const { return EncodeStateUpdate(in, epoch); }
  template <typename Control>
  auto operator()(const Control& in) const {
    return EncodeControl(in, epoch);
  }
};

}  // namespace

std::vector<std::byte> EncodeHostMessage(const HostMessage& message, std::uint64_t epoch) {
  return std::visit(Encoder{epoch}, message);
}

}  // namespace mainstay
