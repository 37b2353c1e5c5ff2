#include "host_adapter.h"

#include <cstring>
#include <exception>
#include <new>
#include <string>
#include <type_traits>

#include "framing.h"
#include "mainstay_wire/Cancel.h"
#include "mainstay_wire/Drain.h"
#include "mainstay_wire/InferenceRequest.h"
#include "mainstay_wire/InjectFault.h"
#include "mainstay_wire/MessageHeader.h"
#include "mainstay_wire/ModelLoadRequest.h"
#include "mainstay_wire/ModelUnloadRequest.h"
#include "mainstay_wire/Ping.h"
#include "mainstay_wire/VerifyRequest.h"
#include "state_adapter.h"
#include "wire_reading.h"

namespace mainstay {
namespace {

using reading::Bytes;
using reading::Checked;
using reading::Envelope;
using reading::Text;
using reading::Wrap;

HostMessage DecodePing(const Envelope& envelope) {
  const auto in = Wrap<wire::Ping>(envelope);
  return Ping{in.sequence(), in.sentNs()};
}

HostMessage DecodeCancel(const Envelope& envelope) { return Cancel{Wrap<wire::Cancel>(envelope).correlationId()}; }

HostMessage DecodeDrain(const Envelope& envelope) {
  const auto in = Wrap<wire::Drain>(envelope);
  return Drain{in.correlationId(), in.deadlineNs()};
}

HostMessage DecodeUnload(const Envelope& envelope) {
  auto in = Wrap<wire::ModelUnloadRequest>(envelope);
  return UnloadModel{in.correlationId(), Text(in.getModelIdAsStringView())};
}

HostMessage DecodeVerify(const Envelope& envelope) {
  auto in = Wrap<wire::VerifyRequest>(envelope);
  return VerifyModel{in.correlationId(), in.deadlineNs(), Text(in.getModelIdAsStringView())};
}

HostMessage DecodeInject(const Envelope& envelope) {
  auto in = Wrap<wire::InjectFault>(envelope);
  Inject out{in.correlationId(), in.faultRaw(), in.triggerRaw(), in.argument(), {}};
  out.marker = Bytes(in.getMarkerAsStringView());
  return out;
}

HostMessage DecodeLoad(const Envelope& envelope) {
  const bool has_key = envelope.version >= wire::ModelLoadRequest::transactionKeySinceVersion();
  auto in = Wrap<wire::ModelLoadRequest>(envelope, has_key ? wire::ModelLoadRequest::sbeBlockLength()
                                                           : wire::ModelLoadRequest::transactionKeyEncodingOffset());
  LoadModel out;
  out.transaction_key = has_key ? in.transactionKey() : 0;
  out.correlation_id = in.correlationId();
  out.deadline_ns = in.deadlineNs();
  out.priority = in.loadingPriorityRaw();
  out.estimated_bytes = in.estimatedVramUsage();
  auto& group = Checked(in.components());
  while (group.hasNext()) {
    group.next();
    ComponentFile component;
    for (std::size_t i = 0; i < component.sha256.size(); ++i) component.sha256[i] = group.sha256(i);
    component.file_bytes = group.fileBytes();
    component.pre_optimized = group.preOptimized() != 0;
    component.name = Text(group.getNameAsStringView());
    component.path = Text(group.getPathAsStringView());
    component.optimized_path = Text(group.getOptimizedPathAsStringView());
    out.components.push_back(std::move(component));
  }
  out.model_id = Text(in.getModelIdAsStringView());
  return out;
}

InputTensor DecodeInput(wire::InferenceRequest::Inputs& group) {
  InputTensor input;
  input.element_type = group.elementTypeRaw();
  input.shape.rank = group.rank();
  input.place = group.placeRaw();
  input.range = {group.segment(), group.offset(), group.length()};
  for (std::size_t i = 0; i < kRankMax; ++i) input.shape.dims[i] = group.dims(i);
  input.name = Text(group.getNameAsStringView());
  input.data = Bytes(group.getDataAsStringView());
  return input;
}

OutputRoom DecodeOutput(wire::InferenceRequest::Outputs& group) {
  OutputRoom output;
  output.place = group.placeRaw();
  output.range = {group.segment(), group.offset(), group.capacity()};
  output.name = Text(group.getNameAsStringView());
  return output;
}

HostMessage DecodeInfer(const Envelope& envelope) {
  const bool has_key = envelope.version >= wire::InferenceRequest::sessionKeySinceVersion();
  auto in = Wrap<wire::InferenceRequest>(envelope, has_key ? wire::InferenceRequest::sbeBlockLength()
                                                           : wire::InferenceRequest::sessionKeyEncodingOffset());
  Infer out;
  out.session_key = has_key ? in.sessionKey() : 0;
  out.correlation_id = in.correlationId();
  out.deadline_ns = in.deadlineNs();
  out.priority = in.priorityRaw();
  out.wants_progress = in.wantsProgress() != 0;
  auto& inputs = Checked(in.inputs());
  while (inputs.hasNext()) out.inputs.push_back(DecodeInput(inputs.next()));
  auto& outputs = Checked(in.outputs());
  while (outputs.hasNext()) out.outputs.push_back(DecodeOutput(outputs.next()));
  out.model_id = Text(in.getModelIdAsStringView());
  out.component = Text(in.getComponentAsStringView());
  return out;
}

using Decoder = HostMessage (*)(const Envelope&);

static_assert(std::is_same_v<Decoder, StateDecoder>);

Decoder DecoderOf(std::uint16_t template_id) {
  switch (template_id) {
    case wire::Ping::SBE_TEMPLATE_ID: return DecodePing;
    case wire::Cancel::SBE_TEMPLATE_ID: return DecodeCancel;
    case wire::Drain::SBE_TEMPLATE_ID: return DecodeDrain;
    case wire::ModelUnloadRequest::SBE_TEMPLATE_ID: return DecodeUnload;
    case wire::VerifyRequest::SBE_TEMPLATE_ID: return DecodeVerify;
    case wire::InjectFault::SBE_TEMPLATE_ID: return DecodeInject;
    case wire::ModelLoadRequest::SBE_TEMPLATE_ID: return DecodeLoad;
    case wire::InferenceRequest::SBE_TEMPLATE_ID: return DecodeInfer;
    default: return StateDecoderOf(template_id);
  }
}

}  // namespace

std::variant<HostMessage, DroppedFrame, MalformedFrame> DecodeHostMessage(std::span<const std::byte> message,
                                                                          std::uint64_t epoch) {
  // The codecs take a mutable pointer even to decode; none of the calls below writes.
  char* const bytes = const_cast<char*>(reinterpret_cast<const char*>(message.data()));
  if (message.size() < kMessageHeaderBytes) return MalformedFrame{"message shorter than its header"};
  wire::MessageHeader header(bytes, message.size());
  if (header.schemaId() != wire::Ping::SBE_SCHEMA_ID) {
    return MalformedFrame{"schema id " + std::to_string(header.schemaId()) + ", this worker speaks " +
                          std::to_string(wire::Ping::SBE_SCHEMA_ID)};
  }
  const std::uint16_t template_id = header.templateId();
  const Decoder decode = DecoderOf(template_id);
  if (decode == nullptr) return DroppedFrame{DroppedFrame::Reason::kUnknownTemplate, template_id};
  try {
    const Envelope envelope{bytes, message.size(), header.blockLength(), header.version()};
    // The epoch is the first field of every message; other incarnations' frames are not decoded further.
    if (envelope.block_length < sizeof epoch || message.size() < kMessageHeaderBytes + sizeof epoch) {
      return MalformedFrame{"template " + std::to_string(template_id) + ": too short for an epoch"};
    }
    std::uint64_t sent_to = 0;
    std::memcpy(&sent_to, bytes + kMessageHeaderBytes, sizeof sent_to);
    if (SBE_LITTLE_ENDIAN_ENCODE_64(sent_to) != epoch) {
      return DroppedFrame{DroppedFrame::Reason::kOtherEpoch, template_id};
    }
    return decode(envelope);
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& e) {
    return MalformedFrame{"template " + std::to_string(template_id) + ": " + e.what()};
  }
}

}  // namespace mainstay
