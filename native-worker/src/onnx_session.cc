#include "onnx_session.h"

#include <algorithm>
#include <array>
#include <utility>

#include "fault.h"

namespace mainstay {
namespace {

constexpr int kOptimizeNothing = 0;      // ORT_DISABLE_ALL
constexpr int kOptimizeEverything = 99;  // ORT_ENABLE_ALL

/// Type and shape of a tensor or of a declaration, in our terms.
struct Described {
  ElementType type = ElementType::kFloat32;
  Shape shape;
};

Described Describe(const OnnxRuntime& runtime, const OrtTensorInfo* info) {
  int type = 0;
  std::size_t rank = 0;
  runtime.Check(runtime.GetTensorElementType(info, &type));
  runtime.Check(runtime.GetDimensionsCount(info, &rank));
  Described described;
  described.type = static_cast<ElementType>(type);
  if (type < 0 || type > 255 || ElementBytes(described.type) == 0) {
    throw RequestFault(FaultCode::kModelCorrupt, "element type " + std::to_string(type) + " cannot cross the protocol");
  }
  if (rank > kRankMax) {
    throw RequestFault(FaultCode::kModelCorrupt,
                       "rank " + std::to_string(rank) + " is over the protocol's " + std::to_string(kRankMax));
  }
  described.shape.rank = static_cast<std::uint8_t>(rank);
  runtime.Check(runtime.GetDimensions(info, described.shape.dims.data(), rank));
  return described;
}

}  // namespace

RunControl::RunControl(const OnnxRuntime& runtime) : runtime_(runtime), options_(runtime.ReleaseRunOptions) {
  runtime.Check(runtime.CreateRunOptions(options_.slot()));
}

void RunControl::Terminate() { runtime_.Check(runtime_.RunOptionsSetTerminate(options_.get())); }

void RunControl::Reset() { runtime_.Check(runtime_.RunOptionsUnsetTerminate(options_.get())); }

ElementType ComputedTensor::type() const {
  OnnxHandle<OrtTensorInfo> info(runtime_->ReleaseTensorTypeAndShapeInfo);
  runtime_->Check(runtime_->GetTensorTypeAndShape(value_.get(), info.slot()));
  return Describe(*runtime_, info.get()).type;
}

Shape ComputedTensor::shape() const {
  OnnxHandle<OrtTensorInfo> info(runtime_->ReleaseTensorTypeAndShapeInfo);
  runtime_->Check(runtime_->GetTensorTypeAndShape(value_.get(), info.slot()));
  return Describe(*runtime_, info.get()).shape;
}

std::span<const std::byte> ComputedTensor::bytes() const {
  void* data = nullptr;
  runtime_->Check(runtime_->GetTensorMutableData(value_.get(), &data));
  return {static_cast<const std::byte*>(data), TensorBytes(type(), shape()).value_or(0)};
}

OnnxSession::OnnxSession(const OnnxRuntime& runtime, std::span<const std::byte> model, const Settings& settings)
    : runtime_(runtime), session_(runtime.ReleaseSession) {
  OnnxHandle<OrtSessionOptions> options(runtime.ReleaseSessionOptions);
  runtime.Check(runtime.CreateSessionOptions(options.slot()));
  runtime.Check(runtime.SetIntraOpNumThreads(options.get(), settings.threads));
  runtime.Check(runtime.SetInterOpNumThreads(options.get(), 1));
  // Spinning threads would burn the cores that other workers of this node compute on.
  runtime.Check(runtime.AddSessionConfigEntry(options.get(), "session.intra_op.allow_spinning",
                                             settings.spinning ? "1" : "0"));
  runtime.Check(runtime.AddSessionConfigEntry(options.get(), "session.inter_op.allow_spinning", "0"));
  if (settings.provider != nullptr) runtime.Append(options.get(), *settings.provider);
  runtime.Check(runtime.SetSessionGraphOptimizationLevel(options.get(),
                                                         settings.optimized ? kOptimizeNothing : kOptimizeEverything));
  if (!settings.optimized_path.empty()) {
    runtime.Check(runtime.SetOptimizedModelFilePath(options.get(), settings.optimized_path.c_str()));
    runtime.Check(runtime.AddSessionConfigEntry(options.get(), "session.save_model_format", "ORT"));
  }
  if (settings.bytes_stay) {
    runtime.Check(runtime.AddSessionConfigEntry(options.get(), "session.use_ort_model_bytes_directly", "1"));
    runtime.Check(runtime.AddSessionConfigEntry(options.get(), "session.use_ort_model_bytes_for_initializers", "1"));
  }
  runtime.Check(
      runtime.CreateSessionFromArray(runtime.env(), model.data(), model.size(), options.get(), session_.slot()));
}

void OnnxSession::ReadSignature() {
  std::size_t input_count = 0;
  std::size_t output_count = 0;
  runtime_.Check(runtime_.SessionGetInputCount(session_.get(), &input_count));
  runtime_.Check(runtime_.SessionGetOutputCount(session_.get(), &output_count));
  for (std::size_t i = 0; i < input_count; ++i) inputs_.push_back(ReadOne(false, i));
  for (std::size_t i = 0; i < output_count; ++i) outputs_.push_back(ReadOne(true, i));
}

TensorSignature OnnxSession::ReadOne(bool is_output, std::size_t index) const {
  char* name = nullptr;
  runtime_.Check((is_output ? runtime_.SessionGetOutputName : runtime_.SessionGetInputName)(
      session_.get(), index, runtime_.allocator(), &name));
  TensorSignature signature;
  signature.name = name;
  runtime_.Check(runtime_.AllocatorFree(runtime_.allocator(), name));
  OnnxHandle<OrtTypeInfo> type_info(runtime_.ReleaseTypeInfo);
  runtime_.Check((is_output ? runtime_.SessionGetOutputTypeInfo : runtime_.SessionGetInputTypeInfo)(
      session_.get(), index, type_info.slot()));
  const OrtTensorInfo* tensor_info = nullptr;  // A view into type_info.
  runtime_.Check(runtime_.CastTypeInfoToTensorInfo(type_info.get(), &tensor_info));
  if (tensor_info == nullptr) {
    throw RequestFault(FaultCode::kModelCorrupt, signature.name + " is not a tensor (a sequence or a map)");
  }
  const Described described = Describe(runtime_, tensor_info);
  signature.type = described.type;
  signature.shape = described.shape;
  std::array<const char*, kRankMax> symbols{};
  runtime_.Check(runtime_.GetSymbolicDimensions(tensor_info, symbols.data(), described.shape.rank));
  for (std::size_t i = 0; i < described.shape.rank; ++i) {
    if (symbols[i] != nullptr) signature.symbols[i] = symbols[i];
  }
  return signature;
}

OnnxHandle<OrtValue> OnnxSession::Wrap(ElementType type, const TensorView& view) const {
  OnnxHandle<OrtValue> value(runtime_.ReleaseValue);
  runtime_.Check(runtime_.CreateTensorWithDataAsOrtValue(runtime_.cpu_memory(), view.bytes.data(), view.bytes.size(),
                                                         view.shape.dims.data(), view.shape.rank,
                                                         static_cast<int>(type), value.slot()));
  return value;
}

std::vector<ComputedTensor> OnnxSession::Run(const RunControl& control, std::span<const TensorView> inputs,
                                             std::span<const TensorView> outputs) {
  std::vector<OnnxHandle<OrtValue>> given;
  std::vector<const OrtValue*> input_values;
  std::vector<const char*> input_names;
  given.reserve(inputs.size());
  for (const TensorView& input : inputs) {
    given.push_back(Wrap(inputs_.at(input.index).type, input));
    input_values.push_back(given.back().get());
    input_names.push_back(inputs_[input.index].name.c_str());
  }
  std::vector<ComputedTensor> computed;
  std::vector<OrtValue*> output_values;
  std::vector<const char*> output_names;
  computed.reserve(outputs.size());
  for (const TensorView& output : outputs) {
    const TensorSignature& signature = outputs_.at(output.index);
    computed.emplace_back(runtime_, output.bytes.data() != nullptr ? Wrap(signature.type, output)
                                                                   : OnnxHandle<OrtValue>(runtime_.ReleaseValue));
    output_values.push_back(*computed.back().slot());
    output_names.push_back(signature.name.c_str());
  }
  OrtStatus* const status =
      runtime_.Run(session_.get(), control.options(), input_names.data(), input_values.data(), input_values.size(),
                   output_names.data(), output_names.size(), output_values.data());
  // Even a failed run may have filled some; each is owned before the status is looked at.
  for (std::size_t i = 0; i < computed.size(); ++i) *computed[i].slot() = output_values[i];
  runtime_.Check(status);
  return computed;
}

}  // namespace mainstay
