#include "host_adapter.h"

#include <cstring>
#include <exception>
#include <stdexcept>
#include <string_view>

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

namespace mainstay {
namespace {

// A group's header may claim 65,534 entries; the schema allows this many.
constexpr std::uint64_t kGroupEntriesMax = 1024;

[[noreturn]] void Malformed(const std::string& cause) { throw std::runtime_error(cause); }

/// The SBE header and body of one message, before the template is known.
struct Envelope {
  char* bytes;
  std::uint64_t length;
  std::uint16_t block_length;
  std::uint16_t version;
};

// The codecs check positions against the acting block length, but read fields at their own offsets: a block shorter
// than ours would be read past its end.
template <typename Message>
Message Wrap(const Envelope& envelope) {
  if (envelope.block_length < Message::sbeBlockLength()) {
    Malformed("block of " + std::to_string(envelope.block_length) + " bytes, expected at least " +
              std::to_string(Message::sbeBlockLength()));
  }
  Message message;
  message.wrapForDecode(envelope.bytes, kMessageHeaderBytes, envelope.block_length, envelope.version, envelope.length);
  return message;
}

template <typename Group>
Group& Checked(Group& group) {
  if (group.count() > kGroupEntriesMax) {
    Malformed("group of " + std::to_string(group.count()) + " entries, limit " + std::to_string(kGroupEntriesMax));
  }
  if (group.count() > 0 && group.sbeActingBlockLength() < Group::sbeBlockLength()) {
    Malformed("group entries of " + std::to_string(group.sbeActingBlockLength()) + " bytes, expected at least " +
              std::to_string(Group::sbeBlockLength()));
  }
  return group;
}

// Only the ...AsStringView accessors are safe: the ...AsString ones copy before they check the length.
std::vector<std::byte> Bytes(std::string_view data) {
  std::vector<std::byte> bytes(data.size());
  if (!data.empty()) std::memcpy(bytes.data(), data.data(), data.size());
  return bytes;
}

std::string Text(std::string_view data) { return std::string(data); }

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
  auto in = Wrap<wire::ModelLoadRequest>(envelope);
  LoadModel out;
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
  auto in = Wrap<wire::InferenceRequest>(envelope);
  Infer out;
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
    default: return nullptr;
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
