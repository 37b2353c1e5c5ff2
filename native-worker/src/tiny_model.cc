#include "tiny_model.h"

#include <cstring>

#include "proto_writer.h"

namespace mainstay {
namespace {

using proto::Bytes;
using proto::Number;

constexpr std::uint64_t kFloat = 1;

std::string Declared(const std::string& name, std::uint64_t columns) {
  const std::string shape = Bytes(1, Bytes(2, "b")) + Bytes(1, Number(1, columns));
  return Bytes(1, name) + Bytes(2, Bytes(1, Number(1, kFloat) + Bytes(2, shape)));
}

}  // namespace

std::string Serialize(const TinyModel& model) {
  std::string weights(4 * model.columns * sizeof(float), '\0');
  for (std::size_t at = 0; at < weights.size(); at += sizeof(float)) {
    std::memcpy(weights.data() + at, &model.weight, sizeof(float));
  }
  const std::string node = Bytes(1, model.input) + Bytes(1, "matrix") + Bytes(2, model.output) + Bytes(4, "MatMul");
  const std::string matrix =
      Number(1, 4) + Number(1, model.columns) + Number(2, kFloat) + Bytes(8, "matrix") + Bytes(9, weights);
  const std::string graph = Bytes(1, node) + Bytes(2, "tiny") + Bytes(5, matrix) + Bytes(11, Declared(model.input, 4)) +
                            Bytes(12, Declared(model.output, model.columns));
  return Number(1, 8) + Bytes(7, graph) + Bytes(8, Bytes(1, "") + Number(2, model.opset));
}

}  // namespace mainstay
