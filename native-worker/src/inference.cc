#include "inference.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>

#include "fault.h"

namespace mainstay {
namespace {

// Inline outputs share one frame with everything else that a reply says.
constexpr std::uint64_t kInlineOutputsBytesMax = 512 * 1024;

[[noreturn]] void BadTensor(const std::string& name, const std::string& cause) {
  throw RequestFault(FaultCode::kBadTensor, "tensor " + name + ": " + cause);
}

std::optional<std::size_t> IndexOf(const std::vector<TensorSignature>& signatures, const std::string& name) {
  for (std::size_t i = 0; i < signatures.size(); ++i) {
    if (signatures[i].name == name) return i;
  }
  return std::nullopt;
}

std::string NamesOf(const std::vector<TensorSignature>& signatures) {
  std::string names;
  for (const TensorSignature& signature : signatures) names += (names.empty() ? "" : ", ") + signature.name;
  return names;
}

void CheckShape(const TensorSignature& signature, const Shape& shape) {
  if (shape.rank != signature.shape.rank) {
    BadTensor(signature.name, "rank " + std::to_string(shape.rank) + ", the model wants " + ToString(signature.shape));
  }
  for (std::size_t i = 0; i < shape.rank; ++i) {
    const std::int64_t wanted = signature.shape.dims[i];
    if (shape.dims[i] < 0 || (wanted >= 0 && shape.dims[i] != wanted)) {
      BadTensor(signature.name, "shape " + ToString(shape) + ", the model wants " + ToString(signature.shape));
    }
  }
}

}  // namespace

Inference::Inference(const Infer& request, Component& component, const Arena& arena)
    : request_(request), component_(component), arena_(arena) {
  for (const InputTensor& input : request.inputs) {
    const TensorView view = CheckInput(input);
    for (const TensorView& other : inputs_) {
      if (other.index == view.index) BadTensor(input.name, "given twice");
    }
    inputs_.push_back(view);
  }
  const auto& wanted = component.session->inputs();
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (std::none_of(inputs_.begin(), inputs_.end(), [i](const TensorView& view) { return view.index == i; })) {
      BadTensor(wanted[i].name, "the model needs it and the request has none");
    }
  }
  if (request.outputs.empty()) throw RequestFault(FaultCode::kInvalidRequest, "the request asks for no output");
  std::uint64_t inline_bytes = 0;
  for (const OutputRoom& room : request.outputs) {
    const TensorView view = PlanOutput(room);
    for (const TensorView& other : outputs_) {
      if (other.index == view.index) BadTensor(room.name, "asked for twice");
    }
    if (room.place == kPlaceInline) inline_bytes += room.range.length;
    outputs_.push_back(view);
  }
  if (inline_bytes > kInlineOutputsBytesMax) {
    throw RequestFault(FaultCode::kInvalidRequest,
                       "inline outputs of " + std::to_string(inline_bytes) + " bytes in all, limit " +
                           std::to_string(kInlineOutputsBytesMax) + "; give them room in the arena");
  }
}

TensorView Inference::CheckInput(const InputTensor& input) const {
  const auto& signatures = component_.session->inputs();
  const auto index = IndexOf(signatures, input.name);
  if (!index) BadTensor(input.name, "the model has no such input; it has " + NamesOf(signatures));
  const TensorSignature& signature = signatures[*index];
  if (static_cast<ElementType>(input.element_type) != signature.type) {
    BadTensor(input.name, std::string("element type ") + NameOf(static_cast<ElementType>(input.element_type)) + " (" +
                              std::to_string(input.element_type) + "), the model wants " + NameOf(signature.type));
  }
  CheckShape(signature, input.shape);
  const auto bytes = TensorBytes(signature.type, input.shape);
  if (!bytes || *bytes != input.range.length) {
    BadTensor(input.name, "shape " + ToString(input.shape) + " of " + NameOf(signature.type) + " needs " +
                              (bytes ? std::to_string(*bytes) : std::string("too many")) + " bytes, the request says " +
                              std::to_string(input.range.length));
  }
  // ONNX Runtime only reads inputs, but its table has one entry for both directions.
  if (input.place == kPlaceArena) return {*index, input.shape, arena_.At(input.range, input.name)};
  if (input.place != kPlaceInline) BadTensor(input.name, "unknown place " + std::to_string(input.place));
  if (input.data.size() != input.range.length || input.data.size() > kInlineBytesMax) {
    BadTensor(input.name, std::to_string(input.data.size()) + " bytes in the frame, the request says " +
                              std::to_string(input.range.length) + ", limit " + std::to_string(kInlineBytesMax));
  }
  return {*index, input.shape, {const_cast<std::byte*>(input.data.data()), input.data.size()}};
}

// Open dimensions with a name take the value that the same name has in the inputs.
TensorView Inference::PlanOutput(const OutputRoom& room) const {
  const auto& signatures = component_.session->outputs();
  const auto index = IndexOf(signatures, room.name);
  if (!index) BadTensor(room.name, "the model has no such output; it has " + NamesOf(signatures));
  TensorView view{*index, {}, {}};
  if (room.place == kPlaceInline) {
    if (room.range.length <= kInlineBytesMax) return view;
    throw RequestFault(FaultCode::kInvalidRequest, "output " + room.name + " wants " +
                                                       std::to_string(room.range.length) + " bytes inline, limit " +
                                                       std::to_string(kInlineBytesMax));
  }
  if (room.place != kPlaceArena) BadTensor(room.name, "unknown place " + std::to_string(room.place));
  const std::span<std::byte> space = arena_.At(room.range, room.name);
  if (!component_.writes_in_place) return view;
  const TensorSignature& signature = signatures[*index];
  Shape shape = signature.shape;
  for (std::size_t i = 0; i < shape.rank; ++i) {
    if (shape.dims[i] >= 0 || signature.symbols[i].empty()) continue;
    for (const TensorView& input : inputs_) {
      const TensorSignature& from = component_.session->inputs()[input.index];
      for (std::size_t j = 0; j < from.shape.rank; ++j) {
        if (from.symbols[j] == signature.symbols[i]) shape.dims[i] = input.shape.dims[j];
      }
    }
  }
  const auto bytes = TensorBytes(signature.type, shape);
  // An output that does not fit, or whose shape is not known, is judged by what was really computed.
  if (!bytes || *bytes == 0 || *bytes > space.size()) return view;
  view.shape = shape;
  view.bytes = space.first(*bytes);
  return view;
}

std::vector<OutputTensor> Inference::Run(const RunControl& control, Checkpoint& checkpoint) {
  const std::vector<ComputedTensor> computed = Compute(control, checkpoint);
  std::vector<OutputTensor> outputs(request_.outputs.size());
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const OutputRoom& room = request_.outputs[i];
    OutputTensor& output = outputs[i];
    output.name = room.name;
    output.type = component_.session->outputs()[outputs_[i].index].type;
    output.place = room.place;
    if (outputs_[i].bytes.data() != nullptr) {
      output.shape = outputs_[i].shape;
      output.range = room.range;
      output.range.length = outputs_[i].bytes.size();
    } else {
      output.shape = computed[i].shape();
      PlaceInOutputRoom(room, output, computed[i].bytes());
    }
  }
  return outputs;
}

void Inference::PlaceInOutputRoom(const OutputRoom& room, OutputTensor& output,
                                  std::span<const std::byte> bytes) const {
  if (bytes.size() > room.range.length) {
    throw RequestFault(FaultCode::kOutputTooSmall, "output " + room.name + " of shape " + ToString(output.shape) +
                                                       " has " + std::to_string(bytes.size()) +
                                                       " bytes, the room given holds " +
                                                       std::to_string(room.range.length));
  }
  output.range = room.range;
  output.range.length = bytes.size();
  if (room.place == kPlaceInline) {
    output.range.segment = 0;
    output.range.offset = 0;
    output.data.assign(bytes.begin(), bytes.end());
  } else if (!bytes.empty()) {
    std::memcpy(arena_.At(room.range, room.name).data(), bytes.data(), bytes.size());
  }
}

std::vector<ComputedTensor> Inference::Compute(const RunControl& control, Checkpoint& checkpoint) {
  checkpoint.Pass();
  const bool in_place =
      std::any_of(outputs_.begin(), outputs_.end(), [](const TensorView& v) { return v.bytes.data() != nullptr; });
  try {
    auto computed = component_.session->Run(control, inputs_, outputs_);
    checkpoint.Pass();
    return computed;
  } catch (const OnnxError& error) {
    checkpoint.StopIfInterrupted();  // A run stopped by its switch fails in ONNX Runtime's words; ours say why.
    if (!in_place) ThrowRunFault(error);
  }
  // The request may be bad, or the model computes another shape than it declares: without rooms of ours the two differ.
  for (TensorView& output : outputs_) output.bytes = {};
  try {
    auto computed = component_.session->Run(control, inputs_, outputs_);
    component_.writes_in_place = false;
    checkpoint.Pass();
    return computed;
  } catch (const OnnxError& error) {
    checkpoint.StopIfInterrupted();
    ThrowRunFault(error);
  }
}

void ThrowRunFault(const OnnxError& error) {
  using Code = OnnxRuntime::ErrorCode;
  if (error.IsOutOfMemory()) throw RequestFault(FaultCode::kOutOfMemory, error.what());
  const bool backend = error.code() == Code::kEngineError || error.code() == Code::kProviderFail;
  throw RequestFault(backend ? FaultCode::kBackendFailed : FaultCode::kInferenceFailed, error.what());
}

}  // namespace mainstay
