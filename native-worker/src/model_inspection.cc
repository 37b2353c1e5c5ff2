#include "model_inspection.h"

#include <array>
#include <cstdint>
#include <cstring>
#include <set>
#include <string>
#include <string_view>

#include "fault.h"

namespace mainstay {
namespace {

// Subgraphs (If, Loop, Scan) nest; no real model comes near, a hostile one would exhaust the stack.
constexpr int kNestingMax = 32;

// Older ones may run by luck, says ONNX Runtime, and its optimizer gives up on them.
constexpr std::uint64_t kOperatorSetMin = 7;

// Operator sets that ship inside ONNX Runtime, those its optimizer writes into saved copies included.
constexpr std::array<std::string_view, 14> kBackendDomains = {"",
                                                              "ai.onnx",
                                                              "ai.onnx.ml",
                                                              "ai.onnx.training",
                                                              "ai.onnx.preview",
                                                              "ai.onnx.preview.training",
                                                              "com.microsoft",
                                                              "com.microsoft.nchwc",
                                                              "com.microsoft.mlfeaturizers",
                                                              "com.microsoft.dml",
                                                              "com.microsoft.experimental",
                                                              "com.ms.internal.nhwc",
                                                              "org.pytorch.aten",
                                                              "org.pytorch.prims"};

[[noreturn]] void Corrupt(const char* cause) {
  throw RequestFault(FaultCode::kModelCorrupt, std::string("the file is not an ONNX model: ") + cause);
}

/// One field of a protobuf message. `bytes` is set for length-delimited fields, `number` for varints.
struct Field {
  std::uint32_t id = 0;
  std::string_view bytes;
  std::uint64_t number = 0;
};

/// Walks the fields of one protobuf message in order. Reads nothing outside it.
class FieldReader {
 public:
  explicit FieldReader(std::string_view message) : left_(message) {}

  bool Next(Field& field) {
    if (left_.empty()) return false;
    const std::uint64_t tag = Varint();
    if (tag >> 3 == 0 || tag >> 3 > 0x1FFFFFFF) Corrupt("a field number is out of range");
    field = Field{static_cast<std::uint32_t>(tag >> 3), {}, 0};
    switch (tag & 7) {
      case 0: field.number = Varint(); break;
      case 1: Take(8); break;
      case 2: field.bytes = Take(Varint()); break;
      case 5: Take(4); break;
      default: Corrupt("a field has an unknown wire type");
    }
    return true;
  }

 private:
  std::uint64_t Varint() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (left_.empty()) Corrupt("it ends inside a number");
      const auto byte = static_cast<std::uint8_t>(left_.front());
      left_.remove_prefix(1);
      value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
      if ((byte & 0x80) == 0) return value;
    }
    Corrupt("a number is too long");
  }

  std::string_view Take(std::uint64_t length) {
    if (length > left_.size()) Corrupt("it ends inside a field; the file may be truncated");
    const std::string_view taken = left_.substr(0, length);
    left_.remove_prefix(length);
    return taken;
  }

  std::string_view left_;
};

/// Version of ONNX's own operators that the model imports; 0 when it imports none of them.
std::uint64_t OperatorSetOf(std::string_view model) {
  std::uint64_t found = 0;
  FieldReader reader(model);
  for (Field field; reader.Next(field);) {
    if (field.id != 8) continue;
    std::string_view domain;
    std::uint64_t version = 0;
    FieldReader import(field.bytes);
    for (Field inner; import.Next(inner);) {
      if (inner.id == 1) domain = inner.bytes;
      if (inner.id == 2) version = inner.number;
    }
    if (domain.empty() || domain == "ai.onnx") found = version;
  }
  return found;
}

/// The walk itself; field numbers are those of onnx.proto.
class Inspection {
 public:
  void Model(std::string_view model) {
    CollectFunctionDomains(model);
    bool has_graph = false;
    FieldReader reader(model);
    for (Field field; reader.Next(field);) {
      if (field.id == 7) {
        has_graph = true;
        Graph(field.bytes, 0);
      } else if (field.id == 20) {
        Training(field.bytes);
      } else if (field.id == 25) {
        Function(field.bytes);
      }
    }
    if (!has_graph) Corrupt("it has no graph");
    const std::uint64_t operator_set = OperatorSetOf(model);
    if (operator_set == 0 || operator_set >= kOperatorSetMin) return;
    throw RequestFault(FaultCode::kModelRefused, "it is written for operator set " + std::to_string(operator_set) +
                                                     " of ONNX, the backend needs " + std::to_string(kOperatorSetMin) +
                                                     " or later; export it anew");
  }

 private:
  void CollectFunctionDomains(std::string_view model) {
    FieldReader reader(model);
    for (Field field; reader.Next(field);) {
      if (field.id != 25) continue;
      FieldReader function(field.bytes);
      for (Field inner; function.Next(inner);) {
        if (inner.id == 10) function_domains_.insert(inner.bytes);
      }
    }
  }

  void Training(std::string_view training) {
    FieldReader reader(training);
    for (Field field; reader.Next(field);) {
      if (field.id == 1 || field.id == 2) Graph(field.bytes, 0);
    }
  }

  void Function(std::string_view function) {
    FieldReader reader(function);
    for (Field field; reader.Next(field);) {
      if (field.id == 7) Node(field.bytes, 0);
      if (field.id == 11) Attribute(field.bytes, 0);
    }
  }

  void Graph(std::string_view graph, int depth) {
    if (depth > kNestingMax) Corrupt("graphs are nested too deeply");
    FieldReader reader(graph);
    for (Field field; reader.Next(field);) {
      if (field.id == 1) Node(field.bytes, depth);
      if (field.id == 5) Tensor(field.bytes);
      if (field.id == 15) SparseTensor(field.bytes);
    }
  }

  void Node(std::string_view node, int depth) {
    std::string_view op;
    std::string_view domain;
    FieldReader reader(node);
    for (Field field; reader.Next(field);) {
      if (field.id == 4) op = field.bytes;
      if (field.id == 5) Attribute(field.bytes, depth);
      if (field.id == 7) domain = field.bytes;
    }
    for (const std::string_view known : kBackendDomains) {
      if (domain == known) return;
    }
    if (function_domains_.contains(domain)) return;
    throw RequestFault(FaultCode::kModelRefused, "operator " + std::string(op.substr(0, 64)) + " of domain " +
                                                     std::string(domain.substr(0, 64)) +
                                                     " needs a custom operator library; this worker loads none");
  }

  void Attribute(std::string_view attribute, int depth) {
    FieldReader reader(attribute);
    for (Field field; reader.Next(field);) {
      switch (field.id) {
        case 5:
        case 10: Tensor(field.bytes); break;
        case 6:
        case 11: Graph(field.bytes, depth + 1); break;
        case 22:
        case 23: SparseTensor(field.bytes); break;
        default: break;
      }
    }
  }

  void SparseTensor(std::string_view tensor) {
    FieldReader reader(tensor);
    for (Field field; reader.Next(field);) {
      if (field.id == 1 || field.id == 2) Tensor(field.bytes);
    }
  }

  void Tensor(std::string_view tensor) {
    std::string_view name;
    bool external = false;
    FieldReader reader(tensor);
    for (Field field; reader.Next(field);) {
      if (field.id == 8) name = field.bytes;
      if (field.id == 13 || (field.id == 14 && field.number != 0)) external = true;
    }
    if (!external) return;
    throw RequestFault(FaultCode::kModelRefused,
                       "tensor " + std::string(name.substr(0, 128)) +
                           " keeps its data outside the model file; convert the model to one file");
  }

  std::set<std::string_view> function_domains_;
};

}  // namespace

void InspectModel(std::span<const std::byte> file) {
  if (file.empty()) Corrupt("it is empty");
  Inspection().Model({reinterpret_cast<const char*>(file.data()), file.size()});
}

std::uint64_t OperatorSetOf(std::span<const std::byte> file) {
  return OperatorSetOf(std::string_view{reinterpret_cast<const char*>(file.data()), file.size()});
}

bool IsOrtFormat(std::span<const std::byte> file) {
  constexpr std::string_view kIdentifier = "ORTM";  // A flatbuffer names its type in bytes 4 to 8.
  return file.size() > 8 && std::memcmp(file.data() + 4, kIdentifier.data(), kIdentifier.size()) == 0;
}

}  // namespace mainstay
