#include "inference.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "fault.h"
#include "request_tensors.h"

namespace mainstay {

Inference::Inference(const Infer& request, Component& component, const Arena& arena)
    : request_(request),
      component_(component),
      arena_(arena),
      inputs_(ViewInputs(request, component.session->inputs(), arena)) {
  const std::vector<std::size_t> asked = FindOutputs(request, component.session->outputs(), arena);
  for (std::size_t i = 0; i < asked.size(); ++i) outputs_.push_back(PlanOutput(request.outputs[i], asked[i]));
}

// Open dimensions with a name take the value that the same name has in the inputs.
TensorView Inference::PlanOutput(const OutputRoom& room, std::size_t index) const {
  TensorView view{index, {}, {}};
  if (room.place == kPlaceInline || !component_.writes_in_place) return view;
  const std::span<std::byte> space = arena_.At(room.range, room.name);
  const TensorSignature& signature = component_.session->outputs()[index];
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
  RequireRoom(room, output.shape, bytes.size());
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
    if (!in_place || error.IsOutOfMemory()) ThrowRunFault(error);
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
