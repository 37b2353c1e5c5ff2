#pragma once

#include <cstdint>

#include "model_store.h"
#include "onnx_session.h"
#include "progress.h"

namespace mainstay {

/// Carries out one VerifyRequest: hashes the files of a loaded model again and lets each component compute once on
/// zeros. Open dimensions are 1, or what the model needs of a few small sizes. Returns the time computed, in
/// nanoseconds. Throws RequestFault: kChecksumMismatch, kModelFileUnreadable, kInferenceFailed, or kBackendFailed
/// when a result is not finite. Compute thread only.
std::int64_t VerifyLoadedModel(Model& model, const RunControl& control, Checkpoint& checkpoint);

}  // namespace mainstay
