#include "compute_loop.h"

#include <time.h>

#include <algorithm>
#include <exception>
#include <new>
#include <string>
#include <utility>
#include <variant>

#include "builtin_kernels.h"
#include "clock.h"
#include "fault.h"
#include "inference.h"
#include "log.h"
#include "model_loading.h"
#include "model_verification.h"

namespace mainstay {
namespace {

WorkerState StateFor(const Work& work) {
  return std::holds_alternative<LoadModel>(work) ? WorkerState::kLoading : WorkerState::kComputing;
}

// How long a load waits for the orchestrator's answer to its MemoryAllocationRequest.
constexpr std::int64_t kAllocationWaitNs = 2'000'000'000;
// What a load says of how long it keeps the memory: a model stays until it is unloaded.
constexpr std::int64_t kAllocationDurationNs = 300'000'000'000;
constexpr const char* kLoading = "model_loading";
constexpr const char* kGrowing = "inference_activations";

std::uint64_t EstimateOf(const LoadModel& request) {
  if (request.estimated_bytes > 0) return request.estimated_bytes;
  std::uint64_t sum = 0;
  for (const ComponentFile& file : request.components) sum += file.file_bytes;
  return sum;
}

std::int64_t UtcNs() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

void RefuseBuiltin(const std::string& model_id, const char* what) {
  if (model_id != kBuiltinModel) return;
  throw RequestFault(FaultCode::kInvalidRequest,
                     std::string("model id builtin names the worker's own kernels, which ") +
                         "are always there and cannot be " + what);
}

}  // namespace

ComputeLoop::ComputeLoop(const Parts& parts) : parts_(parts), control_(parts.runtime) {
  parts_.queue.set_on_interrupt([this] {
    control_.Terminate();
    parts_.device.memory().Poke();
  });
}

void ComputeLoop::Run() {
  base_bytes_ = parts_.device.memory().UsedBytes();
  while (const auto job = parts_.queue.Take()) {
    parts_.progress.Advance();
    parts_.progress.set_state(StateFor(job->work));
    Dispatch(*job);
    parts_.progress.set_state(WorkerState::kIdle);
    parts_.progress.Advance();
    parts_.queue.Finish();
  }
}

void ComputeLoop::Dispatch(const Job& job) noexcept {
  try {
    Answer(job);
  } catch (const DeviceLost& lost) {
    parts_.on_device_lost(lost.what());
  } catch (const std::exception& error) {
    // The fault itself could not be said; the host's deadline for the request is what remains.
    Error("fault-not-said").With("correlation", job.correlation_id).With("cause", error.what());
  }
}

void ComputeLoop::Answer(const Job& job) {
  const auto fail = [&](FaultCode code, const std::string& message) {
    // A device that is lost fails every request in its own words; the host shall hear that the worker is what failed.
    if (BlameOf(code) != Blame::kClient) parts_.device.RequireAlive();
    parts_.publisher.Fault(job.correlation_id, code, message);
  };
  try {
    CheckpointOf(job).StopIfInterrupted();
    Carry(job);
  } catch (const RequestFault& fault) {
    fail(fault.code(), fault.message());
  } catch (const std::bad_alloc&) {
    fail(FaultCode::kOutOfMemory, "an allocation failed while the request was carried out");
  } catch (const OnnxError& error) {
    fail(FaultCode::kBackendFailed, error.what());
  } catch (const DeviceLost&) {
    throw;
  } catch (const std::exception& error) {
    Error("request-broke").With("correlation", job.correlation_id).With("cause", error.what());
    fail(FaultCode::kInternal, error.what());
  }
}

void ComputeLoop::Carry(const Job& job) {
  std::visit([&](const auto& request) { Carry(job, request); }, job.work);
}

void ComputeLoop::Carry(const Job& job, const LoadModel& request) {
  if (parts_.injector != nullptr && parts_.injector->OnLoad().refuse_load) {
    throw RequestFault(FaultCode::kLoadRefused, "fault injection refuses the load of " + request.model_id);
  }
  RefuseBuiltin(request.model_id, "loaded; give the model another id");
  if (models_.Contains(request.model_id)) {
    throw RequestFault(FaultCode::kAlreadyLoaded, "model " + request.model_id + " is loaded already");
  }
  Checkpoint checkpoint = CheckpointOf(job);
  MemoryAccount::Claim claim(parts_.device.memory(), request.transaction_key);
  const std::string asked = AskForRoom(job, request);
  const ModelLoading::Report report = [this](const LoadProgressReply& reply) { parts_.publisher.LoadProgress(reply); };
  ModelLoading loading(parts_.runtime, parts_.device, parts_.threads, parts_.shared.spinning, request, checkpoint,
                       report);
  try {
    Model model = loading.Load();
    StateReportReply::Model loaded{request.model_id, loading.AllocatedBytes(), {}};
    for (const Component& part : model.components) loaded.components.push_back({part.file.name, part.file.sha256});
    models_.Add(request.model_id, std::move(model));
    parts_.shared.models.Add(std::move(loaded));
    claim.Done();
    GiveBack(asked);
  } catch (...) {
    GiveBack(asked);
    // What was loaded before the failing component is gone by now; the account shall show it.
    ReturnFreeMemory();
    parts_.publisher.Memory(parts_.device.memory().Describe());
    throw;
  }
  const LoadedReply reply{request.correlation_id, loading.AllocatedBytes(), MonotonicNs() - job.received_at_ns,
                          loading.loaded()};
  parts_.publisher.Loaded(reply);
  const bool optimized = request.components.front().pre_optimized;
  parts_.state_publisher.ModelRuntime(
      statistics_.Loaded(request.model_id, optimized ? "pre_optimized" : "all", reply.memory_bytes));
  loaded_bytes_[request.model_id] = reply.memory_bytes;
  AskForGrowth();
  parts_.publisher.Memory(parts_.device.memory().Describe());
  Info("model-loaded")
      .With("model", request.model_id)
      .With("components", reply.components.size())
      .With("bytes", reply.memory_bytes)
      .With("millis", static_cast<double>(reply.load_ns) / 1e6);
}

void ComputeLoop::Carry(const Job& job, const UnloadModel& request) {
  RefuseBuiltin(request.model_id, "unloaded");
  const std::uint64_t before = parts_.device.memory().UsedBytes();
  models_.Remove(request.model_id);
  parts_.shared.models.Remove(request.model_id);
  const std::uint64_t after = parts_.device.memory().UsedBytes();
  parts_.publisher.Unloaded(job.correlation_id, before - std::min(before, after));
  if (const auto gone = statistics_.Unloaded(request.model_id)) parts_.state_publisher.ModelRuntime(*gone);
  loaded_bytes_.erase(request.model_id);
  AskForGrowth();
  parts_.publisher.Memory(parts_.device.memory().Describe());
  Info("model-unloaded").With("model", request.model_id).With("bytes", before - std::min(before, after));
}

void ComputeLoop::Carry(const Job& job, const VerifyModel& request) {
  Checkpoint checkpoint = CheckpointOf(job);
  control_.Reset();
  checkpoint.StopIfInterrupted();
  if (request.model_id == kBuiltinModel) {
    const std::int64_t began_ns = MonotonicNs();
    VerifyBuiltinKernels(parts_.device, checkpoint);
    parts_.publisher.Verified(job.correlation_id, MonotonicNs() - began_ns);
    return;
  }
  const std::int64_t compute_ns = VerifyLoadedModel(models_.Get(request.model_id), control_, checkpoint);
  parts_.publisher.Verified(job.correlation_id, compute_ns);
}

void ComputeLoop::Carry(const Job& job, const Infer& request) {
  const std::int64_t began_ns = MonotonicNs();
  Checkpoint checkpoint = CheckpointOf(job);
  RequireWithinOrchestration(request, request.model_id != kBuiltinModel);
  if (request.model_id == kBuiltinModel) {
    KernelInference inference(request, FindBuiltinKernel(request.component), parts_.arena, parts_.device);
    const bool spoil = BeginInference(job, request, began_ns, checkpoint, inference.inputs());
    std::vector<OutputTensor> outputs = inference.Run(checkpoint);
    if (spoil) FaultInjector::Spoil(outputs, parts_.arena);
    CompleteInference(job, request, began_ns, std::move(outputs));
    return;
  }
  if (!models_.Contains(request.model_id)) SayModelIsMissing(request);
  Component* const component = models_.Get(request.model_id).Find(request.component);
  if (component == nullptr) {
    throw RequestFault(FaultCode::kUnknownModel,
                       "model " + request.model_id + " has no component " + request.component);
  }
  Inference inference(request, *component, parts_.arena);
  const bool spoil = BeginInference(job, request, began_ns, checkpoint, inference.inputs());
  std::vector<OutputTensor> outputs = inference.Run(control_, checkpoint);
  if (spoil) FaultInjector::Spoil(outputs, parts_.arena);
  CompleteInference(job, request, began_ns, std::move(outputs));
}

bool ComputeLoop::BeginInference(const Job& job, const Infer& request, std::int64_t began_ns,
                                 const Checkpoint& checkpoint, std::span<const TensorView> inputs) {
  bool spoil = false;
  if (request.wants_progress) parts_.publisher.InferenceStarted(job.correlation_id, began_ns - job.received_at_ns);
  if (parts_.injector != nullptr) {
    const FaultInjector::Effect effect = parts_.injector->OnInference(inputs);
    if (effect.slow_ns > 0) parts_.queue.SleepFor(effect.slow_ns);
    spoil = effect.wrong_values;
  }
  // An interrupt before the reset is seen by the check after it, a later one by the run itself.
  control_.Reset();
  checkpoint.StopIfInterrupted();
  return spoil;
}

void ComputeLoop::CompleteInference(const Job& job, const Infer& request, std::int64_t began_ns,
                                    std::vector<OutputTensor> outputs) {
  CompletedReply reply;
  reply.correlation_id = job.correlation_id;
  reply.outputs = std::move(outputs);
  reply.queued_ns = began_ns - job.received_at_ns;
  reply.compute_ns = MonotonicNs() - began_ns;
  reply.resident_bytes = parts_.device.memory().UsedBytes();
  parts_.publisher.Completed(reply);
  if (const auto learned = statistics_.Completed(request.model_id, reply.compute_ns)) {
    parts_.state_publisher.ModelRuntime(*learned);
  }
  SayProgressOfSession(request, reply.compute_ns);
  AskForGrowth();
}

void ComputeLoop::SayProgressOfSession(const Infer& request, std::int64_t compute_ns) {
  auto progress = parts_.shared.sessions.Completed(request.session_key, compute_ns, UtcNs());
  if (!progress) return;
  progress->current_operation = request.model_id + "/" + request.component;
  progress->memory_used_bytes = parts_.device.memory().UsedBytes();
  progress->utilization_percent = static_cast<double>(parts_.shared.utilization_percent.load());
  parts_.state_publisher.SessionProgress(*progress);
}

void ComputeLoop::SayModelIsMissing(const Infer& request) {
  CoordinationReply reply;
  reply.session_id = parts_.shared.sessions.IdOf(request.session_key);
  if (reply.session_id.empty()) return;
  reply.requires_model = request.model_id;
  reply.priority = StatePriority::kHigh;
  reply.dependent_operations = {request.component};
  parts_.state_publisher.Coordination(reply);
}

void ComputeLoop::RequireWithinOrchestration(const Infer& request, bool is_model) const {
  std::uint64_t vram_limit = parts_.shared.vram_limit_bytes;
  if (const auto plan = parts_.shared.plans.Of(parts_.shared.sessions.IdOf(request.session_key))) {
    // The worker's own limit is kept by its loads; here only a lower one counts. Entries are those of one step: others
    // of the same batch have other shapes, which the model itself checks.
    const bool lower = plan->vram_limit_bytes > 0 && plan->vram_limit_bytes < parts_.device.memory().total_bytes();
    if (lower) vram_limit = plan->vram_limit_bytes;
  }
  std::uint64_t used = vram_limit == 0 ? 0 : parts_.device.memory().UsedBytes();
  if (used > vram_limit) {
    ReturnFreeMemory();  // What is free and not given back is nobody's use.
    used = parts_.device.memory().UsedBytes();
  }
  if (used > vram_limit) {
    throw RequestFault(FaultCode::kMemoryBudgetExceeded, std::to_string(used) + " bytes are used, over the batch's limit of " +
                                                             std::to_string(vram_limit) +
                                                             "; unload a model or raise the limit");
  }
  const std::uint32_t batch = parts_.shared.batch_size_max;
  if (batch == 0 || !is_model) return;
  for (const InputTensor& input : request.inputs) {
    if (input.shape.rank == 0 || input.shape.dims[0] <= static_cast<std::int64_t>(batch)) continue;
    throw RequestFault(FaultCode::kInvalidRequest, "input " + input.name + " has " +
                                                       std::to_string(input.shape.dims[0]) +
                                                       " entries, the batch's limit is " + std::to_string(batch));
  }
}

// Only the policy's limit can be raised by an answer: what the launch budget refuses, it refuses at once.
std::string ComputeLoop::AskForRoom(const Job& job, const LoadModel& request) {
  MemoryAccount& memory = parts_.device.memory();
  const std::uint64_t needed = EstimateOf(request);
  const std::uint64_t missing = memory.MissingFor(needed);
  if (missing == 0 || !memory.WouldFitBelowCeiling(needed)) return "";
  AllocationReply ask;
  ask.correlation_id = job.correlation_id;
  ask.request_id = "load-" + std::to_string(job.correlation_id);
  ask.requested_bytes = missing;
  ask.purpose = kLoading;
  ask.priority = job.priority <= Priority::kP1 ? StatePriority::kHigh : StatePriority::kNormal;
  Ask(ask);
  const auto stop = [&] {
    return parts_.queue.interrupt() != Interrupt::kNone || parts_.shared.refusal.Of(job.correlation_id).has_value();
  };
  const bool granted = memory.AwaitRoom(needed, kAllocationWaitNs, stop);
  if (!granted) GiveBack(ask.request_id);
  CheckpointOf(job).StopIfInterrupted();
  if (granted) return ask.request_id;
  const auto refused = parts_.shared.refusal.Of(job.correlation_id);
  throw RequestFault(FaultCode::kMemoryBudgetExceeded,
                     "the load of " + request.model_id + " needs " + std::to_string(needed) + " bytes, " +
                         std::to_string(missing) + " more than the policy in force leaves of its limit of " +
                         std::to_string(memory.total_bytes()) + "; the orchestrator was asked and " +
                         (refused ? "refused: " + *refused : "did not answer in time"));
}

void ComputeLoop::GiveBack(const std::string& request_id) {
  if (request_id.empty()) return;
  AllocationReply ask;
  ask.request_id = request_id;
  ask.purpose = kLoading;
  Ask(ask);
}

void ComputeLoop::AskForGrowth() {
  std::uint64_t given = base_bytes_ + parts_.device.allocated_bytes();
  for (const auto& [model, bytes] : loaded_bytes_) given += bytes;
  const auto wanted = parts_.shared.growth.Measured(parts_.device.memory().UsedBytes(), given, MonotonicNs());
  if (!wanted) return;
  AllocationReply ask;
  ask.correlation_id = wanted->correlation_id;
  ask.request_id = MemoryGrowth::kRequestId;
  ask.requested_bytes = wanted->bytes;
  ask.purpose = kGrowing;
  Ask(ask);
}

void ComputeLoop::Ask(const AllocationReply& ask) {
  AllocationReply said = ask;
  said.estimated_duration_ns = said.requested_bytes == 0 ? 0 : kAllocationDurationNs;
  parts_.state_publisher.AllocationWanted(said);
}

void ComputeLoop::Carry(const Job&, const RunLater& request) { request.run(); }

void ComputeLoop::Carry(const Job&, const ActOut& request) {
  if (parts_.injector != nullptr) parts_.injector->ActOut(request.fault);
}

Checkpoint ComputeLoop::CheckpointOf(const Job& job) { return {parts_.queue, parts_.progress, job.deadline_at_ns}; }

}  // namespace mainstay
