#include "request_tensors.h"

#include <algorithm>
#include <optional>

#include "fault.h"

namespace mainstay {
namespace {

// Inline outputs share one frame with everything else that a reply says.
constexpr std::uint64_t kInlineOutputsBytesMax = 512 * 1024;

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
    ThrowBadTensor(signature.name,
                   "rank " + std::to_string(shape.rank) + ", the model wants " + ToString(signature.shape));
  }
  for (std::size_t i = 0; i < shape.rank; ++i) {
    const std::int64_t wanted = signature.shape.dims[i];
    if (shape.dims[i] < 0 || (wanted >= 0 && shape.dims[i] != wanted)) {
      ThrowBadTensor(signature.name, "shape " + ToString(shape) + ", the model wants " + ToString(signature.shape));
    }
  }
}

TensorView ViewInput(const InputTensor& input, const std::vector<TensorSignature>& declared, const Arena& arena) {
  const auto index = IndexOf(declared, input.name);
  if (!index) ThrowBadTensor(input.name, "the model has no such input; it has " + NamesOf(declared));
  const TensorSignature& signature = declared[*index];
  if (static_cast<ElementType>(input.element_type) != signature.type) {
    ThrowBadTensor(input.name, std::string("element type ") + NameOf(static_cast<ElementType>(input.element_type)) +
                                   " (" + std::to_string(input.element_type) + "), the model wants " +
                                   NameOf(signature.type));
  }
  CheckShape(signature, input.shape);
  const auto bytes = TensorBytes(signature.type, input.shape);
  if (!bytes || *bytes != input.range.length) {
    ThrowBadTensor(input.name, "shape " + ToString(input.shape) + " of " + NameOf(signature.type) + " needs " +
                                   (bytes ? std::to_string(*bytes) : std::string("too many")) +
                                   " bytes, the request says " + std::to_string(input.range.length));
  }
  if (input.place == kPlaceArena) return {*index, input.shape, arena.At(input.range, input.name)};
  if (input.place != kPlaceInline) ThrowBadTensor(input.name, "unknown place " + std::to_string(input.place));
  if (input.data.size() != input.range.length || input.data.size() > kInlineBytesMax) {
    ThrowBadTensor(input.name, std::to_string(input.data.size()) + " bytes in the frame, the request says " +
                                   std::to_string(input.range.length) + ", limit " + std::to_string(kInlineBytesMax));
  }
  // Inputs are only read, but ONNX Runtime's table has one entry for both directions.
  return {*index, input.shape, {const_cast<std::byte*>(input.data.data()), input.data.size()}};
}

std::size_t FindOutput(const OutputRoom& room, const std::vector<TensorSignature>& declared, const Arena& arena) {
  const auto index = IndexOf(declared, room.name);
  if (!index) ThrowBadTensor(room.name, "the model has no such output; it has " + NamesOf(declared));
  if (room.place == kPlaceArena) {
    static_cast<void>(arena.At(room.range, room.name));
  } else if (room.place != kPlaceInline) {
    ThrowBadTensor(room.name, "unknown place " + std::to_string(room.place));
  } else if (room.range.length > kInlineBytesMax) {
    throw RequestFault(FaultCode::kInvalidRequest, "output " + room.name + " wants " +
                                                       std::to_string(room.range.length) + " bytes inline, limit " +
                                                       std::to_string(kInlineBytesMax));
  }
  return *index;
}

}  // namespace

void ThrowBadTensor(const std::string& name, const std::string& cause) {
  throw RequestFault(FaultCode::kBadTensor, "tensor " + name + ": " + cause);
}

std::vector<TensorView> ViewInputs(const Infer& request, const std::vector<TensorSignature>& declared,
                                   const Arena& arena) {
  std::vector<TensorView> views;
  for (const InputTensor& input : request.inputs) {
    const TensorView view = ViewInput(input, declared, arena);
    for (const TensorView& other : views) {
      if (other.index == view.index) ThrowBadTensor(input.name, "given twice");
    }
    views.push_back(view);
  }
  for (std::size_t i = 0; i < declared.size(); ++i) {
    if (std::none_of(views.begin(), views.end(), [i](const TensorView& view) { return view.index == i; })) {
      ThrowBadTensor(declared[i].name, "the model needs it and the request has none");
    }
  }
  return views;
}

std::vector<std::size_t> FindOutputs(const Infer& request, const std::vector<TensorSignature>& declared,
                                     const Arena& arena) {
  if (request.outputs.empty()) throw RequestFault(FaultCode::kInvalidRequest, "the request asks for no output");
  std::vector<std::size_t> found;
  std::uint64_t inline_bytes = 0;
  for (const OutputRoom& room : request.outputs) {
    const std::size_t index = FindOutput(room, declared, arena);
    if (std::find(found.begin(), found.end(), index) != found.end()) ThrowBadTensor(room.name, "asked for twice");
    if (room.place == kPlaceInline) inline_bytes += room.range.length;
    found.push_back(index);
  }
  if (inline_bytes > kInlineOutputsBytesMax) {
    throw RequestFault(FaultCode::kInvalidRequest,
                       "inline outputs of " + std::to_string(inline_bytes) + " bytes in all, limit " +
                           std::to_string(kInlineOutputsBytesMax) + "; give them room in the arena");
  }
  return found;
}

void RequireRoom(const OutputRoom& room, const Shape& shape, std::size_t bytes) {
  if (bytes <= room.range.length) return;
  throw RequestFault(FaultCode::kOutputTooSmall, "output " + room.name + " of shape " + ToString(shape) + " has " +
                                                     std::to_string(bytes) + " bytes, the room given holds " +
                                                     std::to_string(room.range.length));
}

}  // namespace mainstay
