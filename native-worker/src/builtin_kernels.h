#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "arena.h"
#include "device_backend.h"
#include "host_messages.h"
#include "lanczos.h"
#include "onnx_session.h"
#include "progress.h"
#include "worker_replies.h"

namespace mainstay {

/// The model id under which every worker offers kernels of its own. It is always there: loading and unloading it are
/// refused.
constexpr const char* kBuiltinModel = "builtin";

/// One kernel, as an InferenceRequest names it: `lanczos-x2` or `lanczos-x4`, input `image` float32
/// [b, 3, h, w], output `upscaled` float32 [b, 3, s h, s w].
struct BuiltinKernel {
  std::string name;
  std::uint32_t scale = 0;
  std::vector<TensorSignature> inputs;
  std::vector<TensorSignature> outputs;
};

/// Throws RequestFault kUnknownModel when there is none of that name.
const BuiltinKernel& FindBuiltinKernel(const std::string& name);

/// Carries out a VerifyRequest for `builtin`: checks the device (CheckDevice), and lets
/// every kernel compute a picture whose answer is known. Throws
/// RequestFault kBackendFailed when one gets it wrong.
void VerifyBuiltinKernels(DeviceBackend& device, Checkpoint& checkpoint);

/// One InferenceRequest for a kernel. Shapes, rooms and the memory needed beside them are checked before anything is
/// allocated or computed. Compute thread only.
class KernelInference {
 public:
  /// Throws RequestFault. Everything given must outlive the object.
  KernelInference(const Infer& request, const BuiltinKernel& kernel, const Arena& arena, DeviceBackend& device);

  [[nodiscard]] std::span<const TensorView> inputs() const { return inputs_; }

  /// Computes in bands of rows; each counts as progress and can be the last, when the request shall stop.
  std::vector<OutputTensor> Run(Checkpoint& checkpoint);

 private:
  const Infer& request_;
  const Arena& arena_;
  DeviceBackend& device_;
  std::vector<TensorView> inputs_;
  LanczosSize size_;
  Shape shape_;              // Of the output.
  std::uint64_t bytes_ = 0;  // Of the output.
};

}  // namespace mainstay
