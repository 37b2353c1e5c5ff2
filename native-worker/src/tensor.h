#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mainstay {

/// Element types that cross the wire; the numbers are ONNX's own.
enum class ElementType : std::uint8_t {
  kFloat32 = 1,
  kUint8 = 2,
  kInt8 = 3,
  kInt32 = 6,
  kInt64 = 7,
  kBool = 9,
  kFloat16 = 10,
  kFloat64 = 11,
};

/// Bytes of one element, 0 for a number that is no ElementType.
constexpr std::uint64_t ElementBytes(ElementType type) {
  switch (type) {
    case ElementType::kUint8:
    case ElementType::kInt8:
    case ElementType::kBool: return 1;
    case ElementType::kFloat16: return 2;
    case ElementType::kFloat32:
    case ElementType::kInt32: return 4;
    case ElementType::kInt64:
    case ElementType::kFloat64: return 8;
  }
  return 0;
}

constexpr const char* NameOf(ElementType type) {
  switch (type) {
    case ElementType::kFloat32: return "float32";
    case ElementType::kUint8: return "uint8";
    case ElementType::kInt8: return "int8";
    case ElementType::kInt32: return "int32";
    case ElementType::kInt64: return "int64";
    case ElementType::kBool: return "bool";
    case ElementType::kFloat16: return "float16";
    case ElementType::kFloat64: return "float64";
  }
  return "unknown";
}

/// Tensors have at most this many dimensions on the wire.
constexpr std::uint8_t kRankMax = 8;

/// A shape; the first `rank` entries of `dims` count, the others are 0. In a signature -1 is a dimension left open.
struct Shape {
  std::uint8_t rank = 0;
  std::array<std::int64_t, kRankMax> dims{};

  bool operator==(const Shape&) const = default;
};

/// Bytes of a dense tensor; none when a dimension is negative or the product does not fit 63 bits.
std::optional<std::uint64_t> TensorBytes(ElementType type, const Shape& shape);

/// For messages: `[1, 128, 384]`.
std::string ToString(const Shape& shape);

/// One input or output as the model itself declares it.
struct TensorSignature {
  std::string name;
  ElementType type = ElementType::kFloat32;
  Shape shape;
  std::array<std::string, kRankMax> symbols;  ///< Names of open dimensions, empty where they have none.
};

/// Where a tensor's bytes are in the arena, or the room for them.
struct ArenaRange {
  std::uint16_t segment = 0;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;  ///< Bytes.
};

}  // namespace mainstay
