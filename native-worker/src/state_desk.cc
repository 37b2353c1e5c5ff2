#include "state_desk.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <variant>

#include "clock.h"
#include "log.h"

namespace mainstay {
namespace {

constexpr const char* kAllWorkers = "all_workers";
constexpr const char* kSessionField = "processing_session_created:";
constexpr const char* kControlField = "session_control_command:";
constexpr const char* kOrchestrationField = "inference_orchestration:";

struct FieldName {
  std::string operator()(const DeviceConfigUpdate&) const { return "device_config_update"; }
  std::string operator()(const DeviceRoutingUpdate&) const { return "device_routing_update"; }
  std::string operator()(const SystemMemoryAllocated&) const { return "system_memory_allocated"; }
  std::string operator()(const MemoryPolicyUpdate&) const { return "memory_policy_update"; }
  std::string operator()(const ModelCacheUpdate&) const { return "model_cache_update"; }
  std::string operator()(const ProcessingSessionCreated& told) const {
    return kSessionField + told.session_id;
  }
  std::string operator()(const SessionControlCommand& told) const {
    return kControlField + told.session_id;
  }
  std::string operator()(const InferenceOrchestration& told) const {
    return kOrchestrationField + BatchPlans::SessionOf(told.batch_id);
  }
  std::string operator()(const PostprocessingRequest&) const { return "postprocessing_request"; }
  std::string operator()(const SafetyPolicyUpdate&) const { return "safety_policy_update"; }
};

bool WaitsForQueue(const StateBody& body) {
  if (const auto* policy = std::get_if<MemoryPolicyUpdate>(&body)) return !policy->effective_immediately;
  if (const auto* routing = std::get_if<DeviceRoutingUpdate>(&body)) return !routing->effective_immediately;
  return false;
}

bool IsShare(double value) { return value > 0 && value <= 1; }

}  // namespace

std::string FieldOf(const StateBody& body) { return std::visit(FieldName{}, body); }

void StateDesk::Introduce() {
  parts_.publisher.Capabilities(CapabilitiesOf(parts_.device_id, parts_.device.capabilities(),
                                               parts_.device.memory().Describe().fragmentation));
}

void StateDesk::Handle(const StateUpdate& update) {
  const std::lock_guard lock(mutex_);
  const std::string field = FieldOf(update.body);
  const StateVersions::Verdict verdict = versions_.Judge(update.header.sequence, field, update.header.version);
  if (verdict != StateVersions::Verdict::kNew) return RefuseStale(update.header, field, verdict);
  if (WaitsForQueue(update.body) && !parts_.queue.Idle() && Postpone(update, field)) return;
  Answer(update, field);
}

void StateDesk::Answer(const StateUpdate& update, const std::string& field) {
  const StateHeader& header = update.header;
  const auto refusal = std::visit([this](const auto& body) { return Apply(body); }, update.body);
  if (refusal) {
    Info("state-refused").With("field", field).With("version", header.version).With("cause", refusal->reason);
    parts_.publisher.Refused(header.correlation_id, header.sequence, refusal->code, refusal->reason);
    return;
  }
  versions_.Applied(field, header.version);
  parts_.publisher.Ack(header.correlation_id, header.sequence, header.version);
}

void StateDesk::RefuseStale(const StateHeader& header, const std::string& field, StateVersions::Verdict verdict) {
  switch (verdict) {
    case StateVersions::Verdict::kHeld:
      parts_.publisher.Ack(header.correlation_id, header.sequence, header.version);
      return;
    case StateVersions::Verdict::kStaleSequence:
      parts_.publisher.Refused(header.correlation_id, header.sequence, StateRefusalCode::kStaleSequence,
                               "sequence " + std::to_string(header.sequence) + " of " + field +
                                   " comes after sequence " + std::to_string(versions_.last_sequence()) +
                                   ": late, duplicate or replayed; tell the present state with a new sequence");
      return;
    default:
      parts_.publisher.Refused(header.correlation_id, header.sequence, StateRefusalCode::kStaleVersion,
                               "version " + std::to_string(header.version) + " of " + field + " is older than " +
                                   std::to_string(versions_.in_force(field)) + ", which is in force");
  }
}

// Behind everything queued now. A later version may come first; then this one is stale when its turn comes.
bool StateDesk::Postpone(const StateUpdate& update, const std::string& field) {
  Job job;
  job.priority = Priority::kP3;
  job.received_at_ns = MonotonicNs();
  job.work = RunLater{[this, update, field] {
    const std::lock_guard lock(mutex_);
    const StateVersions::Verdict verdict = versions_.JudgeVersion(field, update.header.version);
    if (verdict != StateVersions::Verdict::kNew) return RefuseStale(update.header, field, verdict);
    Answer(update, field);
  }};
  if (parts_.queue.Submit(std::move(job)) == WorkQueue::Submitted::kQueued) return true;
  // A full or draining queue takes nothing; applied now it still comes after nothing it may not overtake for long.
  return false;
}

// All or nothing: nothing is changed before everything is known to be possible.
std::optional<StateDesk::Refusal> StateDesk::Apply(const DeviceConfigUpdate& update) {
  if (update.device_id != parts_.device_id) {
    return Refusal{StateRefusalCode::kNotConcerned,
                   "the configuration is that of " + update.device_id + ", this worker has " + parts_.device_id};
  }
  if (update.power_limit_watts) {
    return Refusal{StateRefusalCode::kUnsupported,
                   "power limit of " + std::to_string(*update.power_limit_watts) + " W: the backend " +
                       parts_.device.name() + " cannot set one; leave it out, or set it with the device's own tool"};
  }
  if (update.profile && *update.profile > OptimizationProfile::kPowerSaving) {
    return Refusal{StateRefusalCode::kInvalid, "unknown optimization profile"};
  }
  if (update.memory_policy && *update.memory_policy > MemoryAllocationPolicy::kAggressive) {
    return Refusal{StateRefusalCode::kInvalid, "unknown memory allocation policy"};
  }
  // Threads that wait busily answer faster and keep their processor from everybody else.
  if (update.profile) parts_.shared.spinning = *update.profile == OptimizationProfile::kPerformance;
  if (update.memory_policy) KeepFreedMemory(*update.memory_policy);
  Info("device-configured").With("device", update.device_id);
  return std::nullopt;
}

std::optional<StateDesk::Refusal> StateDesk::Apply(const DeviceRoutingUpdate& update) {
  routing_ = update;
  return std::nullopt;
}

std::optional<StateDesk::Refusal> StateDesk::Apply(const SystemMemoryAllocated& update) {
  system_memory_ = update;
  const std::string growth = parts_.device_id + "/worker:" + std::to_string(parts_.replies.epoch()) + "/" + MemoryGrowth::kRequestId;
  if (update.allocation_id == growth) parts_.shared.growth.Granted(update.allocated_bytes);
  return std::nullopt;
}

std::optional<StateDesk::Refusal> StateDesk::Apply(const MemoryPolicyUpdate& update) {
  const auto concerns = [this](const std::string& name) { return name == kAllWorkers || name == parts_.device_id; };
  if (std::none_of(update.applies_to.begin(), update.applies_to.end(), concerns)) {
    return Refusal{StateRefusalCode::kNotConcerned,
                   "the policy applies neither to " + parts_.device_id + " nor to " + kAllWorkers};
  }
  MemoryAccount& memory = parts_.device.memory();
  if (update.limit_bytes && (*update.limit_bytes == 0 || *update.limit_bytes > memory.ceiling_bytes())) {
    return Refusal{StateRefusalCode::kInvalid,
                   "VRAM reservation limit of " + std::to_string(*update.limit_bytes) + " bytes; 1 to " +
                       std::to_string(memory.ceiling_bytes()) + ", what the worker was launched with"};
  }
  if (update.cleanup_threshold && !IsShare(*update.cleanup_threshold)) {
    return Refusal{StateRefusalCode::kInvalid, "emergency cleanup threshold of " +
                                                   std::to_string(*update.cleanup_threshold) +
                                                   "; above 0, at most 1"};
  }
  if (update.limit_bytes) memory.SetLimit(*update.limit_bytes);
  if (update.cleanup_threshold) memory.SetCleanupThreshold(*update.cleanup_threshold);
  SayMemory();
  return std::nullopt;
}

std::optional<StateDesk::Refusal> StateDesk::Apply(const ModelCacheUpdate& update) {
  model_cache_ = update;
  return std::nullopt;
}

std::optional<StateDesk::Refusal> StateDesk::Apply(const ProcessingSessionCreated& update) {
  if (const auto refused = parts_.shared.sessions.Put(update, MonotonicNs())) {
    return Refusal{refused->code, refused->reason};
  }
  return std::nullopt;
}

std::optional<StateDesk::Refusal> StateDesk::Apply(const SessionControlCommand& update) {
  const auto key = parts_.shared.sessions.KeyOf(update.session_id);
  if (!key) {
    return Refusal{StateRefusalCode::kUnknownSession,
                   "session " + update.session_id + " is not known here; tell its creation first"};
  }
  switch (update.command) {
    case SessionCommand::kPause:
      parts_.queue.Hold(*key);
      parts_.shared.sessions.SetPaused(*key, true);
      return std::nullopt;
    case SessionCommand::kResume:
      parts_.shared.sessions.SetPaused(*key, false);
      parts_.queue.Release(*key);
      return std::nullopt;
    case SessionCommand::kCancel:
      parts_.shared.sessions.SetPaused(*key, false);
      CancelQueued(*key, "its session was cancelled: " + update.reason);
      return std::nullopt;
  }
  return Refusal{StateRefusalCode::kInvalid, "unknown session command"};
}

std::optional<StateDesk::Refusal> StateDesk::Apply(const InferenceOrchestration& update) {
  if (update.batch_size == 0) return Refusal{StateRefusalCode::kInvalid, "batch size 0; at least 1"};
  const std::string session = BatchPlans::SessionOf(update.batch_id);
  if (!session.empty()) {
    if (parts_.shared.plans.Put(session, update)) return std::nullopt;
    return Refusal{StateRefusalCode::kLimitReached, "the worker knows how the batches of " +
                                                        std::to_string(BatchPlans::kPlansMax) +
                                                        " sessions run; end one of them"};
  }
  parts_.shared.batch_size_max = update.batch_size;
  parts_.shared.vram_limit_bytes = update.vram_limit_bytes;
  return std::nullopt;
}

std::optional<StateDesk::Refusal> StateDesk::Apply(const PostprocessingRequest& update) {
  postprocessing_ = update;
  return std::nullopt;
}

std::optional<StateDesk::Refusal> StateDesk::Apply(const SafetyPolicyUpdate& update) {
  if (!(update.content_safety_minimum >= 0 && update.content_safety_minimum <= 1 && update.quality_minimum >= 0 &&
        update.quality_minimum <= 10)) {
    return Refusal{StateRefusalCode::kInvalid,
                   "content safety minimum " + std::to_string(update.content_safety_minimum) +
                       " (0 to 1) or quality minimum " + std::to_string(update.quality_minimum) + " (0 to 10)"};
  }
  safety_policy_ = update;
  return std::nullopt;
}

void StateDesk::Handle(const RefusedByHost& refused) {
  if (parts_.shared.growth.Refused(refused.correlation_id, MonotonicNs())) return GiveBackWhatIsFree();
  parts_.shared.refusal.Say(refused.correlation_id, refused.reason);
  parts_.device.memory().Poke();
}

void StateDesk::Handle(const ReportState& asked) {
  const MemoryAccount& memory = parts_.device.memory();
  StateReportReply report;
  report.correlation_id = asked.correlation_id;
  report.models = parts_.shared.models.List();
  report.reservations = memory.Reservations();
  for (auto& [key, session] : parts_.shared.sessions.List()) {
    if (session.paused) session.held = parts_.queue.QueuedOf(key);
    report.sessions.push_back(std::move(session));
  }
  report.budget_bytes = memory.budget_bytes();
  report.limit_bytes = memory.limit_bytes();
  report.resident_bytes = memory.UsedBytes();
  report.accounted_bytes = parts_.device.allocated_bytes();
  for (const auto& model : report.models) report.accounted_bytes += model.memory_bytes;
  for (const auto& held : report.reservations) report.accounted_bytes += held.bytes;
  report.arena_segments = static_cast<std::uint16_t>(parts_.arena.segments());
  report.arena_bytes = parts_.arena.total_bytes();
  {
    const std::lock_guard lock(mutex_);
    report.last_sequence = versions_.last_sequence();
    for (const auto& [field, version] : versions_.all()) report.versions.push_back({field, version});
  }
  try {
    parts_.publisher.Report(report);
  } catch (const std::exception& error) {
    parts_.replies.Fault(asked.correlation_id, FaultCode::kInvalidRequest,
                         std::string("the report does not fit a frame (--max-frame): ") + error.what());
  }
}

void StateDesk::Handle(const PrepareTransaction& prepare) {
  const ReservationLedger::Vote vote = parts_.device.memory().Prepare(
      {prepare.transaction_id, prepare.key, prepare.bytes, prepare.purpose, prepare.time_limit_ns});
  VoteReply reply;
  reply.correlation_id = prepare.correlation_id;
  reply.commit = vote.commit;
  reply.reserved_bytes = vote.bytes;
  reply.transaction_id = prepare.transaction_id;
  reply.reason = vote.reason;
  if (vote.commit) reply.locks = {"vram_allocation_" + std::to_string(vote.bytes), prepare.purpose + "_context"};
  parts_.publisher.Vote(reply);
  if (vote.commit) SayMemory();
}

void StateDesk::Handle(const CommitTransaction& commit) {
  const ReservationLedger::Outcome outcome = parts_.device.memory().Commit(commit.transaction_id);
  parts_.publisher.Outcome(
      {commit.correlation_id, outcome.result, outcome.bytes, commit.transaction_id, outcome.status});
}

void StateDesk::Handle(const AbortTransaction& abort) {
  const ReservationLedger::Outcome outcome = parts_.device.memory().Abort(abort.transaction_id);
  parts_.publisher.Outcome({abort.correlation_id, outcome.result, outcome.bytes, abort.transaction_id, outcome.status});
  SayMemory();
}

void StateDesk::Handle(const EndSession& end) {
  if (const auto key = parts_.shared.sessions.KeyOf(end.session_id)) {
    CancelQueued(*key, "its session ended: " + end.reason);
    parts_.shared.sessions.Remove(*key);
  }
  {
    const std::lock_guard lock(mutex_);
    versions_.Forget(kSessionField + end.session_id);
    versions_.Forget(kControlField + end.session_id);
    versions_.Forget(kOrchestrationField + end.session_id);
  }
  parts_.shared.plans.Remove(end.session_id);
  parts_.publisher.Ack(end.correlation_id, 0, 0);
}

void StateDesk::Handle(const RemoveDevice& removed) {
  {
    const std::lock_guard lock(mutex_);
    for (std::string* device : {&routing_.inference_primary, &routing_.inference_secondary, &routing_.postprocessing}) {
      if (*device == removed.device_id) device->clear();
    }
  }
  parts_.publisher.Ack(removed.correlation_id, 0, 0);
}

DeviceRoutingUpdate StateDesk::routing() const {
  const std::lock_guard lock(mutex_);
  return routing_;
}

void StateDesk::CancelQueued(std::uint64_t session_key, const std::string& why) {
  for (const std::uint64_t id : parts_.queue.CancelSession(session_key)) {
    parts_.replies.Fault(id, FaultCode::kCancelled, why);
  }
}

// Between two requests: the allocator is not searched while one computes. A full queue has no time for it either.
void StateDesk::GiveBackWhatIsFree() {
  Job job;
  job.priority = Priority::kP0;
  job.received_at_ns = MonotonicNs();
  job.work = RunLater{[this] {
    ReturnFreeMemory();
    SayMemory();
  }};
  if (parts_.queue.Submit(std::move(job)) != WorkQueue::Submitted::kQueued) Info("memory-not-given-back");
}

void StateDesk::SayMemory() { parts_.replies.Memory(parts_.device.memory().Describe()); }

}  // namespace mainstay
