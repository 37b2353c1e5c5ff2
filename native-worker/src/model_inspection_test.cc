#include "model_inspection.h"

#include <fstream>
#include <iterator>
#include <string>

#include "check.h"
#include "fault.h"
#include "proto_writer.h"

namespace mainstay {
namespace {

using proto::Bytes;
using proto::Number;

std::string Node(const std::string& domain, const std::string& more = "") {
  return Bytes(4, "Op") + Bytes(7, domain) + more;
}
std::string Model(const std::string& graph, const std::string& more = "") {
  return Number(1, 8) + Bytes(7, graph) + more;
}
const std::string kExternalTensor =
    Bytes(8, "weights") + Bytes(13, Bytes(1, "location") + Bytes(2, "w.bin")) + Number(14, 1);

std::string CodeOf(const std::string& file) {
  try {
    InspectModel(std::as_bytes(std::span(file.data(), file.size())));
    return "fine";
  } catch (const RequestFault& fault) {
    return fault.code() == FaultCode::kModelRefused   ? "refused"
           : fault.code() == FaultCode::kModelCorrupt ? "corrupt"
                                                      : "other";
  }
}

TEST(inspect_realModel_isFine) {
  std::ifstream file(MAINSTAY_MODEL, std::ios::binary);
  const std::string model((std::istreambuf_iterator<char>(file)), {});
  CHECK(model.size() > 20'000'000);
  CHECK_EQ(CodeOf(model), "fine");
  CHECK_EQ(CodeOf(model.substr(0, model.size() / 2)), "corrupt");
}

TEST(inspect_whatIsNoModel_isCorrupt) {
  CHECK_EQ(CodeOf(""), "corrupt");
  CHECK_EQ(CodeOf("This is no model."), "corrupt");
  CHECK_EQ(CodeOf(Number(1, 8)), "corrupt");  // No graph.
  CHECK_EQ(CodeOf(std::string(100, '\xFF')), "corrupt");
  CHECK_EQ(CodeOf(std::string(100, '\0')), "corrupt");
}

TEST(inspect_externalData_isRefusedWhereverItHides) {
  CHECK_EQ(CodeOf(Model(Bytes(5, Bytes(8, "weights") + Bytes(9, "raw")))), "fine");
  CHECK_EQ(CodeOf(Model(Bytes(5, kExternalTensor))), "refused");
  CHECK_EQ(CodeOf(Model(Bytes(5, Number(14, 1)))), "refused");
  CHECK_EQ(CodeOf(Model(Bytes(15, Bytes(1, kExternalTensor)))), "refused");                      // Sparse.
  CHECK_EQ(CodeOf(Model(Bytes(1, Node("", Bytes(5, Bytes(5, kExternalTensor)))))), "refused");   // Attribute.
  CHECK_EQ(CodeOf(Model(Bytes(1, Node("", Bytes(5, Bytes(10, kExternalTensor)))))), "refused");  // In a list.
  const std::string subgraph = Bytes(5, kExternalTensor);
  CHECK_EQ(CodeOf(Model(Bytes(1, Node("", Bytes(5, Bytes(6, subgraph)))))), "refused");  // If, Loop.
  // Function.
  CHECK_EQ(CodeOf(Model("", Bytes(25, Bytes(7, Node("", Bytes(5, Bytes(5, kExternalTensor))))))), "refused");
  CHECK_EQ(CodeOf(Model("", Bytes(20, Bytes(1, subgraph)))), "refused");  // Training.
}

TEST(inspect_customOperators_areRefusedUnlessTheFileDefinesThem) {
  CHECK_EQ(CodeOf(Model(Bytes(1, Node("")))), "fine");
  CHECK_EQ(CodeOf(Model(Bytes(1, Node("com.microsoft")))), "fine");
  CHECK_EQ(CodeOf(Model(Bytes(1, Node("evil.ops")))), "refused");
  CHECK_EQ(CodeOf(Model(Bytes(1, Node("my.functions")), Bytes(25, Bytes(10, "my.functions")))), "fine");
}

TEST(inspect_operatorSet_mustBeOneThatTheBackendStillComputes) {
  const auto import = [](const std::string& domain, std::uint64_t version) {
    return Bytes(8, Bytes(1, domain) + Number(2, version));
  };
  CHECK_EQ(CodeOf(Model("", import("", 6))), "refused");
  CHECK_EQ(CodeOf(Model("", import("", 7))), "fine");
  CHECK_EQ(CodeOf(Model("", import("ai.onnx", 1))), "refused");
  CHECK_EQ(CodeOf(Model("", import("com.microsoft", 1))), "fine");
  const std::string model = Model("", import("ai.onnx.ml", 3) + import("", 14));
  CHECK_EQ(OperatorSetOf(std::as_bytes(std::span(model.data(), model.size()))), 14U);
}

TEST(inspect_endlessNesting_isCorruptNotACrash) {
  std::string graph;
  for (int i = 0; i < 1000; ++i) graph = Bytes(1, Node("", Bytes(5, Bytes(6, graph))));
  CHECK_EQ(CodeOf(Model(graph)), "corrupt");
}

}  // namespace
}  // namespace mainstay
