#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "onnx_error.h"
#include "onnx_runtime.h"
#include "tensor.h"

namespace mainstay {

/// The switch that stops a run between two kernels. One for the worker; Terminate may be called from any thread.
class RunControl {
 public:
  explicit RunControl(const OnnxRuntime& runtime);

  void Terminate();
  void Reset();
  [[nodiscard]] const OrtRunOptions* options() const { return options_.get(); }

 private:
  const OnnxRuntime& runtime_;
  OnnxHandle<OrtRunOptions> options_;
};

/// A tensor given to a run, or one that a run shall write in place. The bytes belong to the caller.
struct TensorView {
  std::size_t index = 0;  ///< Of the input or output in the session's signature.
  Shape shape;
  std::span<std::byte> bytes;  ///< Of an output without data(): ONNX Runtime chooses where it goes.
};

/// What a run produced where ONNX Runtime chose the place; frees it. Empty for outputs written in place.
class ComputedTensor {
 public:
  ComputedTensor(const OnnxRuntime& runtime, OnnxHandle<OrtValue> value)
      : runtime_(&runtime), value_(std::move(value)) {}

  [[nodiscard]] ElementType type() const;
  [[nodiscard]] Shape shape() const;
  /// Valid as long as this object.
  [[nodiscard]] std::span<const std::byte> bytes() const;
  OrtValue** slot() { return value_.slot(); }

 private:
  const OnnxRuntime* runtime_;
  OnnxHandle<OrtValue> value_;
};

/// One loaded model file, ready to compute. Not thread-safe. Throws OnnxError; `runtime` must outlive it.
class OnnxSession {
 public:
  struct Settings {
    int threads = 1;          ///< Compute threads inside one run, the caller's included.
    bool optimized = false;   ///< The bytes are an optimized copy: graph optimization stays off.
    bool bytes_stay = false;  ///< The bytes outlive the session: ORT format can use its weights where they are.
    const ExecutionProvider* provider = nullptr;  ///< Null: the CPU.
    std::string optimized_path;  ///< When not empty: ONNX Runtime writes an optimized copy here, in ORT format.
    bool spinning = false;       ///< Compute threads wait busily for a while: sooner there, at the others' expense.
  };

  /// `model` is in ONNX or in ORT format, and may go after the call unless the settings say that it stays.
  OnnxSession(const OnnxRuntime& runtime, std::span<const std::byte> model, const Settings& settings);

  /// Asks the session for its inputs and outputs; once, before their use. Throws RequestFault kModelCorrupt when one
  /// is no tensor that the protocol can carry.
  void ReadSignature();
  [[nodiscard]] const std::vector<TensorSignature>& inputs() const { return inputs_; }
  [[nodiscard]] const std::vector<TensorSignature>& outputs() const { return outputs_; }

  /// Computes `outputs` from `inputs`, in the order given.
  std::vector<ComputedTensor> Run(const RunControl& control, std::span<const TensorView> inputs,
                                  std::span<const TensorView> outputs);

 private:
  TensorSignature ReadOne(bool is_output, std::size_t index) const;
  OnnxHandle<OrtValue> Wrap(ElementType type, const TensorView& view) const;

  const OnnxRuntime& runtime_;
  OnnxHandle<OrtSession> session_;
  std::vector<TensorSignature> inputs_;
  std::vector<TensorSignature> outputs_;
};

}  // namespace mainstay
