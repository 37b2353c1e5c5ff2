#include "model_store.h"

#include "fault.h"
#include "memory_account.h"

namespace mainstay {

Component* Model::Find(const std::string& name) {
  for (Component& component : components) {
    if (component.file.name == name) return &component;
  }
  return nullptr;
}

Model& ModelStore::Get(const std::string& model_id) {
  const auto found = models_.find(model_id);
  if (found == models_.end()) {
    throw RequestFault(FaultCode::kUnknownModel, "model " + model_id + " is not loaded in this worker");
  }
  return found->second;
}

void ModelStore::Remove(const std::string& model_id) {
  static_cast<void>(Get(model_id));
  models_.erase(model_id);
  ReturnFreeMemory();
}

}  // namespace mainstay
