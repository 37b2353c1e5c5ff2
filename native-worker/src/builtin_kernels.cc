#include "builtin_kernels.h"

#include <array>
#include <cmath>
#include <optional>

#include "fault.h"
#include "request_tensors.h"

namespace mainstay {
namespace {

constexpr std::int64_t kChannels = 3;

TensorSignature Picture(const char* name, const char* height, const char* width) {
  TensorSignature signature;
  signature.name = name;
  signature.type = ElementType::kFloat32;
  signature.shape.rank = 4;
  signature.shape.dims = {-1, kChannels, -1, -1};
  signature.symbols = {"b", "", height, width};
  return signature;
}

BuiltinKernel Lanczos(const char* name, std::uint32_t scale) {
  return {name, scale, {Picture("image", "h", "w")}, {Picture("upscaled", "", "")}};
}

const std::array<BuiltinKernel, 2>& Kernels() {
  static const std::array<BuiltinKernel, 2> kernels = {Lanczos("lanczos-x2", 2), Lanczos("lanczos-x4", 4)};
  return kernels;
}

// The bytes are aligned for float: arena ranges to 64, inline data by the allocator.
std::span<const float> Floats(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const float*>(bytes.data()), bytes.size() / sizeof(float)};
}

}  // namespace

const BuiltinKernel& FindBuiltinKernel(const std::string& name) {
  for (const BuiltinKernel& kernel : Kernels()) {
    if (kernel.name == name) return kernel;
  }
  throw RequestFault(FaultCode::kUnknownModel,
                     "the worker has no kernel " + name + "; it has lanczos-x2 and lanczos-x4");
}

void VerifyBuiltinKernels(DeviceBackend& device, Checkpoint& checkpoint) {
  CheckDevice(device);
  checkpoint.Pass();
  constexpr std::uint64_t kSide = 8;
  constexpr float kGrey = 0.75F;
  for (const BuiltinKernel& kernel : Kernels()) {
    const LanczosSize size{kChannels, kSide, kSide, kernel.scale};
    const std::vector<float> grey(kChannels * kSide * kSide, kGrey);
    std::vector<float> enlarged(grey.size() * kernel.scale * kernel.scale);
    device.Upscale(size, grey, enlarged, [&] { checkpoint.Pass(); });
    for (const float value : enlarged) {
      if (std::abs(value - kGrey) < 1e-5F) continue;
      throw RequestFault(FaultCode::kBackendFailed, "kernel " + kernel.name + " makes " + std::to_string(value) +
                                                        " of a picture that is " + std::to_string(kGrey) +
                                                        " everywhere");
    }
  }
}

KernelInference::KernelInference(const Infer& request, const BuiltinKernel& kernel, const Arena& arena,
                                 DeviceBackend& device)
    : request_(request), arena_(arena), device_(device), inputs_(ViewInputs(request, kernel.inputs, arena)) {
  static_cast<void>(FindOutputs(request, kernel.outputs, arena));
  const Shape& in = inputs_.front().shape;
  for (std::size_t i = 0; i < in.rank; ++i) {
    if (in.dims[i] == 0) ThrowBadTensor("image", "shape " + ToString(in) + " has a dimension of 0");
  }
  shape_ = in;
  for (const std::size_t i : {2, 3}) {
    if (__builtin_mul_overflow(in.dims[i], std::int64_t{kernel.scale}, &shape_.dims[i])) {
      ThrowBadTensor("image", "shape " + ToString(in) + " cannot be enlarged " + std::to_string(kernel.scale) +
                                  " times; its size has no number");
    }
  }
  const std::optional<std::uint64_t> bytes = TensorBytes(ElementType::kFloat32, shape_);
  if (!bytes) ThrowBadTensor("upscaled", "shape " + ToString(shape_) + " has more bytes than can be counted");
  bytes_ = *bytes;
  RequireRoom(request.outputs.front(), shape_, bytes_);
  size_ = {static_cast<std::uint64_t>(in.dims[0] * in.dims[1]), static_cast<std::uint64_t>(in.dims[2]),
           static_cast<std::uint64_t>(in.dims[3]), kernel.scale};
  device.memory().RequireRoomFor(device.UpscaleBytes(size_));
}

std::vector<OutputTensor> KernelInference::Run(Checkpoint& checkpoint) {
  checkpoint.Pass();
  const OutputRoom& room = request_.outputs.front();
  OutputTensor output;
  output.name = room.name;
  output.type = ElementType::kFloat32;
  output.shape = shape_;
  output.place = room.place;
  output.range = room.range;
  output.range.length = bytes_;
  std::span<std::byte> out;
  if (room.place == kPlaceInline) {
    output.range.segment = 0;
    output.range.offset = 0;
    output.data.resize(bytes_);
    out = output.data;
  } else {
    out = arena_.At(room.range, room.name).first(bytes_);
  }
  device_.Upscale(size_, Floats(inputs_.front().bytes), {reinterpret_cast<float*>(out.data()), bytes_ / sizeof(float)},
                  [&] { checkpoint.Pass(); });
  return {std::move(output)};
}

}  // namespace mainstay
