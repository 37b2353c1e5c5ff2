#include "model_verification.h"

#include <array>
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "clock.h"
#include "fault.h"
#include "inference.h"
#include "model_file.h"
#include "sha256.h"

namespace mainstay {
namespace {

// Tried in turn for dimensions that a model leaves open; the first is the batch and stays 1. Convolution stacks
// cannot work on a single pixel.
constexpr std::array<std::int64_t, 3> kOpenSizes = {1, 8, 64};

// Zeros beyond this are no small test any more.
constexpr std::uint64_t kInputBytesMax = 64 << 20;

bool IsFiniteHalf(std::uint16_t half) { return (half & 0x7C00) != 0x7C00; }

template <typename T, typename IsFinite>
bool AllFinite(std::span<const std::byte> bytes, IsFinite is_finite) {
  for (std::size_t at = 0; at + sizeof(T) <= bytes.size(); at += sizeof(T)) {
    T value;
    std::memcpy(&value, bytes.data() + at, sizeof value);
    if (!is_finite(value)) return false;
  }
  return true;
}

bool IsFinite(const ComputedTensor& tensor) {
  switch (tensor.type()) {
    case ElementType::kFloat32: return AllFinite<float>(tensor.bytes(), [](float v) { return std::isfinite(v); });
    case ElementType::kFloat64: return AllFinite<double>(tensor.bytes(), [](double v) { return std::isfinite(v); });
    case ElementType::kFloat16: return AllFinite<std::uint16_t>(tensor.bytes(), IsFiniteHalf);
    default: return true;
  }
}

std::vector<ComputedTensor> RunOnZeros(OnnxSession& session, std::int64_t open_size, const RunControl& control) {
  std::vector<std::vector<std::byte>> zeros;
  std::vector<TensorView> inputs;
  for (std::size_t i = 0; i < session.inputs().size(); ++i) {
    TensorView view{i, session.inputs()[i].shape, {}};
    for (std::size_t d = 0; d < view.shape.rank; ++d) {
      if (view.shape.dims[d] < 0) view.shape.dims[d] = d == 0 ? 1 : open_size;
    }
    const auto bytes = TensorBytes(session.inputs()[i].type, view.shape);
    if (!bytes || *bytes > kInputBytesMax) {
      throw RequestFault(FaultCode::kInferenceFailed, "input " + session.inputs()[i].name + " of shape " +
                                                          ToString(view.shape) + " is too large to verify on zeros");
    }
    zeros.emplace_back(*bytes);
    view.bytes = zeros.back();
    inputs.push_back(view);
  }
  std::vector<TensorView> outputs;
  for (std::size_t i = 0; i < session.outputs().size(); ++i) outputs.push_back(TensorView{i, {}, {}});
  return session.Run(control, inputs, outputs);
}

void ComputeOnZeros(Component& component, const RunControl& control, Checkpoint& checkpoint) {
  for (const std::int64_t size : kOpenSizes) {
    try {
      for (const ComputedTensor& output : RunOnZeros(*component.session, size, control)) {
        if (IsFinite(output)) continue;
        throw RequestFault(FaultCode::kBackendFailed,
                           "component " + component.file.name + " computes numbers that are not finite");
      }
      checkpoint.Pass();
      return;
    } catch (const OnnxError& error) {
      checkpoint.StopIfInterrupted();
      if (size == kOpenSizes.back()) ThrowRunFault(error);
    }
  }
}

}  // namespace

std::int64_t VerifyLoadedModel(Model& model, const RunControl& control, Checkpoint& checkpoint) {
  for (const Component& component : model.components) {
    const Sha256Digest digest = HashFile(component.file.path, [&](std::uint64_t) { checkpoint.Pass(); });
    if (digest == component.file.sha256) continue;
    throw RequestFault(FaultCode::kChecksumMismatch, "model file " + component.file.path + " now has SHA-256 " +
                                                         ToHex(digest) + ", was loaded with " +
                                                         ToHex(component.file.sha256));
  }
  const std::int64_t began_ns = MonotonicNs();
  for (Component& component : model.components) ComputeOnZeros(component, control, checkpoint);
  return MonotonicNs() - began_ns;
}

}  // namespace mainstay
