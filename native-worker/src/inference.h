#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "arena.h"
#include "host_messages.h"
#include "model_store.h"
#include "onnx_session.h"
#include "progress.h"
#include "worker_replies.h"

namespace mainstay {

/// One InferenceRequest, first checked against model and arena, then computed. An output whose shape follows from the
/// inputs is written by ONNX Runtime straight into the arena; the others are copied to their room. Compute thread only.
class Inference {
 public:
  /// Checks everything that can be checked without computing. Throws RequestFault. Everything given must outlive the
  /// object.
  Inference(const Infer& request, Component& component, const Arena& arena);

  /// The inputs in the order of the request, for the search of an injected fault's marker.
  [[nodiscard]] std::span<const TensorView> inputs() const { return inputs_; }

  /// Computes and puts the outputs where the request wants them. Throws RequestFault.
  std::vector<OutputTensor> Run(const RunControl& control, Checkpoint& checkpoint);

 private:
  TensorView PlanOutput(const OutputRoom& room, std::size_t index) const;
  void PlaceInOutputRoom(const OutputRoom& room, OutputTensor& output, std::span<const std::byte> bytes) const;
  std::vector<ComputedTensor> Compute(const RunControl& control, Checkpoint& checkpoint);

  const Infer& request_;
  Component& component_;
  const Arena& arena_;
  std::vector<TensorView> inputs_;
  std::vector<TensorView> outputs_;
};

/// Turns a failure of ONNX Runtime during a run into the fault that says it: OUT_OF_MEMORY, BACKEND_FAILED or
/// INFERENCE_FAILED.
[[noreturn]] void ThrowRunFault(const OnnxError& error);

}  // namespace mainstay
