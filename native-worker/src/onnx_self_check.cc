#include "onnx_self_check.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>

#include "onnx_session.h"

namespace mainstay {
namespace {

// clang-format off: one field a line.
// A ModelProto, written by hand after onnx.proto. Every line is one field: tag, length, contents.
constexpr unsigned char kDifferenceModel[] = {
    0x08, 0x08,                                     // ir_version: 8
    0x3A, 0x66,                                     // graph:
    0x0A, 0x1E,                                     //   node:
    0x0A, 0x04, 'l', 'e', 'f', 't',                 //     input: left
    0x0A, 0x05, 'r', 'i', 'g', 'h', 't',            //     input: right
    0x12, 0x0A, 'd', 'i', 'f', 'f', 'e', 'r', 'e', 'n', 'c', 'e',  // output: difference
    0x22, 0x03, 'S', 'u', 'b',                      //     op_type: Sub
    0x12, 0x01, 'c',                                //   name: c
    0x5A, 0x12,                                     //   input:
    0x0A, 0x04, 'l', 'e', 'f', 't',                 //     name: left
    0x12, 0x0A, 0x0A, 0x08, 0x08, 0x01,             //     type: tensor of float
    0x12, 0x04, 0x0A, 0x02, 0x08, 0x04,             //       shape: [4]
    0x5A, 0x13,                                     //   input:
    0x0A, 0x05, 'r', 'i', 'g', 'h', 't',            //     name: right
    0x12, 0x0A, 0x0A, 0x08, 0x08, 0x01,             //
    0x12, 0x04, 0x0A, 0x02, 0x08, 0x04,             //
    0x62, 0x18,                                     //   output:
    0x0A, 0x0A, 'd', 'i', 'f', 'f', 'e', 'r', 'e', 'n', 'c', 'e',
    0x12, 0x0A, 0x0A, 0x08, 0x08, 0x01,             //
    0x12, 0x04, 0x0A, 0x02, 0x08, 0x04,             //
    0x42, 0x04,                                     // opset_import:
    0x0A, 0x00, 0x10, 0x0D,                         //   domain: "", version: 13
};
// clang-format on

}  // namespace

void RequireProvider(const OnnxRuntime& runtime, const ExecutionProvider& provider) {
  OnnxHandle<OrtSessionOptions> options(runtime.ReleaseSessionOptions);
  runtime.Check(runtime.CreateSessionOptions(options.slot()));
  try {
    runtime.Append(options.get(), provider);
  } catch (const OnnxError& error) {
    std::string cause = error.what();
    while (cause.ends_with('.') || cause.ends_with(' ')) cause.pop_back();
    throw std::runtime_error("ONNX Runtime " + runtime.version() + " cannot compute on " + provider.name + ": " +
                             cause +
                             "; give its CUDA build with --onnxruntime, libonnxruntime_providers_cuda.so beside it, "
                             "and install CUDA 13 and cuDNN 9");
  }
}

void CheckOnnxRuntime(const OnnxRuntime& runtime, const ExecutionProvider& provider) {
  const auto fail = [&runtime](const std::string& what) {
    throw std::runtime_error("ONNX Runtime " + runtime.version() + " failed the self-check: " + what);
  };
  OnnxSession session(runtime, std::as_bytes(std::span(kDifferenceModel)),
                      {.provider = &provider, .optimized_path = ""});
  session.ReadSignature();
  if (session.inputs().size() != 2 || session.outputs().size() != 1)
    fail("the model's inputs and outputs are miscounted");
  if (session.inputs()[0].name != "left" || session.outputs()[0].name != "difference") fail("a tensor's name is wrong");
  Shape four;
  four.rank = 1;
  four.dims[0] = 4;
  if (session.inputs()[1].shape != four || session.inputs()[1].type != ElementType::kFloat32)
    fail("a signature is wrong");

  std::array<float, 4> left{5, 7, 11, 13};
  std::array<float, 4> right{1, 2, 4, 8};
  const std::array<float, 4> expected{4, 5, 7, 5};
  std::array<float, 4> in_place{};
  RunControl control(runtime);
  const auto bytes = [](std::array<float, 4>& values) { return std::as_writable_bytes(std::span(values)); };
  const std::array<TensorView, 2> inputs{TensorView{0, four, bytes(left)}, TensorView{1, four, bytes(right)}};
  session.Run(control, inputs, std::array<TensorView, 1>{TensorView{0, four, bytes(in_place)}});
  if (in_place != expected) fail("the output written in place is wrong");
  const auto computed = session.Run(control, inputs, std::array<TensorView, 1>{});
  const std::span<const std::byte> allocated = computed.at(0).bytes();
  if (computed.at(0).shape() != four || allocated.size() != sizeof expected) fail("the output's shape is wrong");
  if (!std::equal(allocated.begin(), allocated.end(), std::as_bytes(std::span(expected)).begin())) {
    fail("the output it allocated is wrong");
  }
  control.Terminate();
  bool terminated = false;
  try {
    session.Run(control, inputs, std::array<TensorView, 1>{});
  } catch (const OnnxError&) {
    terminated = true;
  }
  if (!terminated) fail("a run does not heed its terminate switch");
}

}  // namespace mainstay
