#include "model_loading.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <set>
#include <string>
#include <string_view>

#include "clock.h"
#include "fault.h"
#include "log.h"
#include "model_file.h"
#include "model_inspection.h"

namespace mainstay {
namespace {

// Shares of a component's time, as measured with a 23 MB model: hashing takes about a quarter, the session nearly all
// the rest.
constexpr double kHashedShare = 0.25;
constexpr double kCreatedShare = 0.97;
constexpr int kHashingReports = 10;

/// ONNX Runtime names the operator sets that it knows in pages of text; ours says which one the file wants.
void ThrowIfOperatorSetUnknown(const OnnxError& error, std::span<const std::byte> bytes, const std::string& path) {
  constexpr std::string_view kKnown = "is till opset ";
  const std::string text = error.what();
  const std::size_t at = text.find(kKnown);
  if (at == std::string::npos) return;
  const std::string known = text.substr(at + kKnown.size());
  throw RequestFault(FaultCode::kModelRefused,
                     path + " is written for operator set " + std::to_string(OperatorSetOf(bytes)) +
                         " of ONNX, the backend knows them up to " +
                         known.substr(0, known.find_first_not_of("0123456789")) + "; export it for an older one");
}

[[noreturn]] void ThrowLoadFault(const OnnxError& error, const std::string& path) {
  if (error.IsOutOfMemory()) {
    throw RequestFault(FaultCode::kOutOfMemory, "no memory for the session of " + path + ": " + error.what());
  }
  throw RequestFault(FaultCode::kModelCorrupt, "ONNX Runtime cannot load " + path + ": " + error.what());
}

}  // namespace

ModelLoading::ModelLoading(const OnnxRuntime& runtime, const DeviceBackend& device, int threads, bool spinning,
                           const LoadModel& request, Checkpoint& checkpoint, const Report& report)
    : runtime_(runtime),
      provider_(device.provider()),
      memory_(device.memory()),
      threads_(threads),
      spinning_(spinning),
      request_(request),
      checkpoint_(checkpoint),
      report_(report),
      used_before_bytes_(memory_.UsedBytes()) {
  for (const ComponentFile& file : request.components) total_bytes_ += file.file_bytes;
}

Model ModelLoading::Load() {
  CheckRequest();
  memory_.RequireRoomFor(request_.estimated_bytes > 0 ? request_.estimated_bytes : total_bytes_);
  Model model;
  for (const ComponentFile& file : request_.components) {
    try {
      model.components.push_back(LoadComponent(file));
    } catch (const RequestFault& fault) {
      throw RequestFault(fault.code(),
                         "component " + file.name + " of model " + request_.model_id + ": " + fault.message());
    }
    done_bytes_ += file.file_bytes;
  }
  return model;
}

std::uint64_t ModelLoading::AllocatedBytes() const {
  const std::uint64_t used = memory_.UsedBytes();
  return used - std::min(used, used_before_bytes_);
}

void ModelLoading::CheckRequest() const {
  const auto fail = [](const std::string& what) { throw RequestFault(FaultCode::kInvalidRequest, what); };
  if (request_.model_id.empty()) fail("the model has no id");
  if (request_.components.empty()) fail("model " + request_.model_id + " has no components");
  std::set<std::string> names;
  for (const ComponentFile& file : request_.components) {
    if (file.name.empty()) fail("a component of model " + request_.model_id + " has no name");
    if (!names.insert(file.name).second) fail("two components are named " + file.name);
    if (file.path.empty() || file.path.front() != '/') fail("path of " + file.name + " is not absolute: " + file.path);
    if (!file.optimized_path.empty() && file.optimized_path.front() != '/') {
      fail("optimized path of " + file.name + " is not absolute: " + file.optimized_path);
    }
    if (file.file_bytes == 0) fail("component " + file.name + " is said to have 0 bytes");
  }
}

Component ModelLoading::LoadComponent(const ComponentFile& file) {
  const std::int64_t began_ns = MonotonicNs();
  const std::uint64_t allocated_before = AllocatedBytes();
  memory_.RequireRoomFor(file.file_bytes);
  Say(file, LoadStage::kHashing, 0);
  std::uint64_t said = 0;
  const auto on_hashed = [&](std::uint64_t hashed_bytes) {
    checkpoint_.Pass();
    const std::uint64_t tenth = hashed_bytes * kHashingReports / file.file_bytes;
    if (tenth <= said) return;
    said = tenth;
    Say(file, LoadStage::kHashing,
        kHashedShare * static_cast<double>(hashed_bytes) / static_cast<double>(file.file_bytes));
  };
  LoadedComponent loaded;
  loaded.name = file.name;
  Component component;
  component.file = file;
  {
    ModelFile model = ModelFile::ReadVerified(file, on_hashed);
    const bool is_optimized_copy = file.pre_optimized && IsOrtFormat(model.bytes());
    // An optimized copy was written by a worker from a model that had been inspected, and its hash is the one then
    // reported.
    if (!is_optimized_copy) InspectModel(model.bytes());
    checkpoint_.Pass();
    Say(file, LoadStage::kCreatingSession, kHashedShare);
    component.session = CreateSession(file, model.bytes(), is_optimized_copy, loaded.optimized_sha256);
    if (is_optimized_copy) component.bytes = std::move(model);
  }
  checkpoint_.Pass();
  Say(file, LoadStage::kReadingSignature, kCreatedShare);
  try {
    component.session->ReadSignature();
  } catch (const OnnxError& error) {
    ThrowLoadFault(error, file.path);
  }
  loaded.inputs = component.session->inputs();
  loaded.outputs = component.session->outputs();
  loaded_.push_back(std::move(loaded));
  checkpoint_.Pass();
  memory_.RequireWithinBudget("the load");
  const std::uint64_t allocated = AllocatedBytes();
  component.memory_bytes = allocated - std::min(allocated, allocated_before);
  Say(file, LoadStage::kReady, 1);
  Info("component-loaded")
      .With("model", request_.model_id)
      .With("component", file.name)
      .With("bytes", component.memory_bytes)
      .With("millis", static_cast<double>(MonotonicNs() - began_ns) / 1e6);
  return component;
}

std::unique_ptr<OnnxSession> ModelLoading::CreateSession(const ComponentFile& file, std::span<const std::byte> bytes,
                                                         bool bytes_stay, Sha256Digest& optimized_sha256) {
  OnnxSession::Settings settings{threads_, file.pre_optimized, bytes_stay, &provider_, "", spinning_};
  if (!file.optimized_path.empty()) {
    // The copy appears under its name whole or not at all. A copy that cannot be written costs time at the next load,
    // so it does not fail this one.
    settings.optimized_path = file.optimized_path + ".writing-" + std::to_string(::getpid());
    try {
      auto session = std::make_unique<OnnxSession>(runtime_, bytes, settings);
      optimized_sha256 = HashFile(settings.optimized_path, [this](std::uint64_t) { checkpoint_.Pass(); });
      if (::rename(settings.optimized_path.c_str(), file.optimized_path.c_str()) != 0) {
        throw RequestFault(FaultCode::kModelFileUnreadable, std::strerror(errno));
      }
      return session;
    } catch (const std::exception& error) {
      ::unlink(settings.optimized_path.c_str());
      checkpoint_.StopIfInterrupted();
      Warn("optimized-copy-not-written").With("path", file.optimized_path).With("cause", error.what());
      optimized_sha256 = {};
      settings.optimized_path.clear();
    }
  }
  try {
    return std::make_unique<OnnxSession>(runtime_, bytes, settings);
  } catch (const OnnxError& error) {
    if (!bytes_stay) ThrowIfOperatorSetUnknown(error, bytes, file.path);
    ThrowLoadFault(error, file.path);
  }
}

void ModelLoading::Say(const ComponentFile& file, LoadStage stage, double share_of_component) {
  LoadProgressReply reply;
  reply.correlation_id = request_.correlation_id;
  reply.stage = stage;
  reply.percent = static_cast<float>(
      100.0 * (static_cast<double>(done_bytes_) + share_of_component * static_cast<double>(file.file_bytes)) /
      static_cast<double>(total_bytes_));
  reply.allocated_bytes = AllocatedBytes();
  reply.component = file.name;
  report_(reply);
}

}  // namespace mainstay
