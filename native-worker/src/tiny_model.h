#pragma once

#include <cstdint>
#include <string>

namespace mainstay {

/// Test support: an ONNX file of one node. `output` [b, columns] = `input` [b, 4] times a matrix [4, columns] that is
/// `weight` everywhere, so that four ones give 4 * weight in each column; the matrix is the file's size.
struct TinyModel {
  std::string input = "input";
  std::string output = "output";
  float weight = 1;
  std::uint64_t columns = 8;
  std::uint64_t opset = 14;
};

/// The bytes of the file.
std::string Serialize(const TinyModel& model);

}  // namespace mainstay
