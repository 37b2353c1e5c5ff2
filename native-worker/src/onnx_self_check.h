#pragma once

#include "onnx_runtime.h"

namespace mainstay {

/// Throws std::runtime_error with cause and remedy when the library cannot compute on `provider`.
void RequireProvider(const OnnxRuntime& runtime, const ExecutionProvider& provider);

/// Proves at start that our declarations fit the library at hand: loads a one-node model (difference = left - right),
/// reads its signature and computes it. A library whose table differed from what we believe would fail here, not in a
/// request. Throws std::runtime_error naming what differed.
/// `provider` is where it shall compute.
void CheckOnnxRuntime(const OnnxRuntime& runtime, const ExecutionProvider& provider);

}  // namespace mainstay
