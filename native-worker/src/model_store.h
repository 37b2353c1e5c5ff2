#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "host_messages.h"
#include "model_file.h"
#include "onnx_session.h"

namespace mainstay {

/// One file of a loaded model.
struct Component {
  ComponentFile file;
  /// Of an optimized copy, whose weights the session uses where they are; else empty. Goes after the session.
  ModelFile bytes;
  std::unique_ptr<OnnxSession> session;
  /// Outputs whose shape follows from the inputs are written in place; false once the model turned out to declare
  /// shapes that it does not keep.
  bool writes_in_place = true;
  /// By which use grew while it was loaded; an estimate, since the allocator reuses what others gave back.
  std::uint64_t memory_bytes = 0;
};

struct Model {
  std::vector<Component> components;  ///< In loading order.

  /// Null when there is none of that name.
  [[nodiscard]] Component* Find(const std::string& name);
};

/// The models of this incarnation, by id. Compute thread only.
class ModelStore {
 public:
  [[nodiscard]] bool Contains(const std::string& model_id) const { return models_.contains(model_id); }
  /// Throws RequestFault kUnknownModel.
  [[nodiscard]] Model& Get(const std::string& model_id);
  void Add(const std::string& model_id, Model model) { models_.emplace(model_id, std::move(model)); }
  /// Frees a model and gives its memory back to the system. Throws RequestFault kUnknownModel.
  void Remove(const std::string& model_id);

 private:
  std::map<std::string, Model> models_;
};

}  // namespace mainstay
