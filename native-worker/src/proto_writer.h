#pragma once

#include <cstdint>
#include <string>

namespace mainstay::proto {

// Test support: just enough of protobuf to build a ModelProto by the field numbers of onnx.proto.

inline std::string Varint(std::uint64_t value) {
  std::string text;
  while (value >= 0x80) {
    text += static_cast<char>(value | 0x80);
    value >>= 7;
  }
  return text + static_cast<char>(value);
}
inline std::string Number(std::uint32_t id, std::uint64_t value) { return Varint(id << 3) + Varint(value); }
inline std::string Bytes(std::uint32_t id, const std::string& bytes) {
  return Varint(id << 3 | 2) + Varint(bytes.size()) + bytes;
}

}  // namespace mainstay::proto
