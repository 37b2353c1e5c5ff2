// The state protocol against a real worker: what the orchestrator tells takes effect, what is stale never does, and the
// worker keeps its part in transactions.

#include "check.h"
#include "mainstay_wire/CrossDomainCoordination.h"
#include "mainstay_wire/DeviceCapabilityDiscovered.h"
#include "mainstay_wire/InferenceCompleted.h"
#include "mainstay_wire/MemoryAllocationRequest.h"
#include "mainstay_wire/ModelLoaded.h"
#include "mainstay_wire/ModelRuntimeUpdate.h"
#include "mainstay_wire/SessionProgressUpdate.h"
#include "mainstay_wire/StateAck.h"
#include "mainstay_wire/StateRefused.h"
#include "mainstay_wire/StateReport.h"
#include "mainstay_wire/TransactionAcknowledged.h"
#include "mainstay_wire/TransactionVote.h"
#include "mainstay_wire/VramUsageUpdate.h"
#include "memory_growth.h"
#include "state_replies.h"
#include "worker_fixture.h"
#include "worker_replies.h"

namespace mainstay {
namespace {

constexpr std::uint64_t kBudget = 512ULL << 20;
constexpr std::int64_t kMinuteNs = 60'000'000'000;

class StateFixture : public WorkerFixture {
 public:
  StateFixture() : WorkerFixture({.budget = std::to_string(kBudget)}) {}

  void Tell(std::uint64_t sequence, std::uint64_t version, StateBody body) {
    Send(StateUpdate{{1000 + sequence, sequence, version, 0}, std::move(body)});
  }
  void AwaitAck(std::uint64_t sequence, std::uint64_t version) {
    while (true) {
      auto message = client().Next();
      CHECK(message.has_value());
      if (message->template_id == wire::StateRefused::SBE_TEMPLATE_ID) {
        check::Fail(__FILE__, __LINE__,
                    "refused: " + std::string(message->As<wire::StateRefused>().getReasonAsStringView()));
      }
      if (message->template_id != wire::StateAck::SBE_TEMPLATE_ID) continue;
      auto ack = message->As<wire::StateAck>();
      CHECK_EQ(ack.correlationId(), 1000 + sequence);
      CHECK_EQ(ack.sequence(), sequence);
      CHECK_EQ(ack.appliedVersion(), version);
      return;
    }
  }
  void AwaitRefused(std::uint64_t sequence, StateRefusalCode code) {
    auto message = client().Await(wire::StateRefused::SBE_TEMPLATE_ID);
    auto refused = message.As<wire::StateRefused>();
    CHECK_EQ(refused.sequence(), sequence);
    CHECK_EQ(refused.codeRaw(), static_cast<std::uint8_t>(code));
    CHECK(!refused.getReasonAsStringView().empty());
  }
  void TellPolicy(std::uint64_t sequence, std::uint64_t version, std::uint64_t limit_bytes) {
    MemoryPolicyUpdate policy;
    policy.limit_bytes = limit_bytes;
    policy.applies_to = {"all_workers"};
    Tell(sequence, version, policy);
  }
  void CreateSession(std::uint64_t sequence, std::uint64_t key, const std::string& id) {
    ProcessingSessionCreated session;
    session.key = key;
    session.session_id = id;
    session.expected_operations = 3;
    Tell(sequence, 1, session);
    AwaitAck(sequence, 1);
  }
  void Control(std::uint64_t sequence, const std::string& id, SessionCommand command) {
    Tell(sequence, sequence, SessionControlCommand{id, command, "memory_pressure_detected", ""});
    AwaitAck(sequence, sequence);
  }
  /// The acknowledgement, the completion of what was held and the session's progress by it: they come from two threads,
  /// in any order. Returns the progress.
  WorkerClient::Message AwaitResumed(std::uint64_t sequence, std::uint64_t id) {
    bool acknowledged = false;
    bool completed = false;
    std::optional<WorkerClient::Message> progress;
    while (!acknowledged || !completed || !progress) {
      auto message = client().Next();
      CHECK(message.has_value());
      if (message->template_id == wire::StateAck::SBE_TEMPLATE_ID) {
        CHECK_EQ(message->As<wire::StateAck>().sequence(), sequence);
        acknowledged = true;
      } else if (message->template_id == wire::InferenceCompleted::SBE_TEMPLATE_ID) {
        CHECK_EQ(message->As<wire::InferenceCompleted>().correlationId(), id);
        completed = true;
      } else if (message->template_id == wire::SessionProgressUpdate::SBE_TEMPLATE_ID &&
                 message->As<wire::SessionProgressUpdate>().operationsCompleted() > 0) {
        progress = std::move(message);
      }
    }
    return std::move(*progress);
  }
  void InferFor(std::uint64_t id, std::uint64_t session_key) {
    Infer infer = MakeInfer(id, {});
    infer.session_key = session_key;
    Send(infer);
  }
  WorkerClient::Message Report() {
    Send(ReportState{77});
    return client().Await(wire::StateReport::SBE_TEMPLATE_ID);
  }
  std::uint64_t LimitInForce() {
    auto message = Report();
    return message.As<wire::StateReport>().limitBytes();
  }
  bool Prepare(const std::string& id, std::uint64_t key, std::uint64_t bytes, std::int64_t limit_ns = kMinuteNs) {
    Send(PrepareTransaction{500, bytes, limit_ns, key, id, "model_loading"});
    auto message = client().Await(wire::TransactionVote::SBE_TEMPLATE_ID);
    return message.As<wire::TransactionVote>().commit() != 0;
  }
  TransactionResult Decide(const HostMessage& decision) {
    Send(decision);
    auto message = client().Await(wire::TransactionAcknowledged::SBE_TEMPLATE_ID);
    return static_cast<TransactionResult>(message.As<wire::TransactionAcknowledged>().resultRaw());
  }
};

TEST(afterHello_capabilitiesAreTold) {
  WorkerFixture fixture;
  auto message = fixture.client().Await(wire::DeviceCapabilityDiscovered::SBE_TEMPLATE_ID);
  auto told = message.As<wire::DeviceCapabilityDiscovered>();
  CHECK_EQ(told.sequence(), 1U);
  CHECK(told.inferencePerformance() > 0 && told.inferencePerformance() <= 10);
  CHECK(told.newCapabilities().count() >= 3);
}

TEST(memoryPolicy_changesTheLimitInForce_andStaleOnesNever) {
  StateFixture fixture;
  fixture.TellPolicy(1, 10, 300 << 20);
  fixture.AwaitAck(1, 10);
  CHECK_EQ(fixture.LimitInForce(), 300U << 20);
  fixture.TellPolicy(1, 11, 200 << 20);  // Replayed sequence.
  fixture.AwaitRefused(1, StateRefusalCode::kStaleSequence);
  fixture.TellPolicy(2, 9, 200 << 20);  // Older version.
  fixture.AwaitRefused(2, StateRefusalCode::kStaleVersion);
  fixture.TellPolicy(3, 10, 200 << 20);  // In force already: acknowledged, not applied again.
  fixture.AwaitAck(3, 10);
  fixture.TellPolicy(4, 12, kBudget + 1);
  fixture.AwaitRefused(4, StateRefusalCode::kInvalid);
  CHECK_EQ(fixture.LimitInForce(), 300U << 20);
  MemoryPolicyUpdate others;
  others.limit_bytes = 1;
  others.applies_to = {"gpu_1"};
  fixture.Tell(5, 13, others);
  fixture.AwaitRefused(5, StateRefusalCode::kNotConcerned);
  auto message = fixture.Report();
  auto report = message.As<wire::StateReport>();
  CHECK_EQ(report.lastSequence(), 5U);
  CHECK_EQ(report.budgetBytes(), kBudget);
}

TEST(threshold_recommendsCleanup) {
  StateFixture fixture;
  MemoryPolicyUpdate policy;
  policy.cleanup_threshold = 0.0001;
  policy.applies_to = {"cpu-0"};
  fixture.Tell(1, 1, policy);
  auto message = fixture.client().Await(wire::VramUsageUpdate::SBE_TEMPLATE_ID);
  auto usage = message.As<wire::VramUsageUpdate>();
  CHECK_EQ(usage.pressureLevelRaw(), static_cast<std::uint8_t>(PressureLevel::kCritical));
  CHECK_EQ(usage.cleanupRecommended(), 1);
}

TEST(deviceConfig_thatTheBackendCannotDo_isRefusedWhole) {
  StateFixture fixture;
  DeviceConfigUpdate config;
  config.device_id = "cpu-0";
  config.profile = OptimizationProfile::kPerformance;
  config.power_limit_watts = 350;
  fixture.Tell(1, 1, config);
  fixture.AwaitRefused(1, StateRefusalCode::kUnsupported);
  config.power_limit_watts.reset();
  config.memory_policy = MemoryAllocationPolicy::kConservative;
  fixture.Tell(2, 1, config);
  fixture.AwaitAck(2, 1);
  config.device_id = "gpu_0";
  fixture.Tell(3, 2, config);
  fixture.AwaitRefused(3, StateRefusalCode::kNotConcerned);
  fixture.Load();  // With threads that wait busily.
}

TEST(pausedSession_holdsItsRequestsAndResumeLetsThemGo) {
  StateFixture fixture;
  fixture.Load();
  fixture.CreateSession(1, 7, "s");
  fixture.Control(2, "s", SessionCommand::kPause);
  fixture.InferFor(40, 7);
  fixture.SendInfer(41);
  fixture.AwaitCompleted(41);  // Others go on past it.
  auto message = fixture.Report();
  auto report = message.As<wire::StateReport>();
  auto& models = report.models();
  while (models.hasNext()) {
    auto& parts = models.next().components();
    while (parts.hasNext()) parts.next().skipName();
    models.skipModelId();
  }
  CHECK_EQ(report.reservations().count(), 0U);
  auto& sessions = report.sessions();
  CHECK(sessions.hasNext());
  sessions.next();
  CHECK_EQ(sessions.paused(), 1);
  CHECK_EQ(sessions.heldRequests(), 1U);
  fixture.Tell(3, 3, SessionControlCommand{"s", SessionCommand::kResume, "memory_pressure_detected", ""});
  auto told = fixture.AwaitResumed(3, 40);
  auto progress = told.As<wire::SessionProgressUpdate>();
  CHECK_EQ(progress.operationsCompleted(), 1U);
  CHECK_EQ(progress.operationsRemaining(), 2U);
  CHECK(progress.memoryUsed() > 0);
}

TEST(sessionThatIsCancelledOrEnds_answersWhatItHasQueued) {
  StateFixture fixture;
  fixture.Load();
  fixture.CreateSession(1, 7, "s");
  fixture.Control(2, "s", SessionCommand::kPause);
  fixture.InferFor(40, 7);
  fixture.Tell(3, 3, SessionControlCommand{"s", SessionCommand::kCancel, "asked", ""});
  fixture.AwaitFault(40, FaultCode::kCancelled);
  fixture.AwaitAck(3, 3);
  fixture.Control(4, "s", SessionCommand::kPause);
  fixture.InferFor(41, 7);
  fixture.Send(EndSession{90, "s", "done"});
  fixture.AwaitFault(41, FaultCode::kCancelled);
  auto ack = fixture.client().Await(wire::StateAck::SBE_TEMPLATE_ID);
  CHECK_EQ(ack.As<wire::StateAck>().correlationId(), 90U);
  fixture.Tell(5, 5, SessionControlCommand{"s", SessionCommand::kResume, "", ""});
  fixture.AwaitRefused(5, StateRefusalCode::kUnknownSession);
}

TEST(sessionsLimits_areEnforced) {
  StateFixture fixture;
  fixture.Load();
  ProcessingSessionCreated session;
  session.key = 7;
  session.session_id = "s";
  session.max_memory_bytes = 1000;
  fixture.Tell(1, 1, session);
  fixture.AwaitAck(1, 1);
  fixture.InferFor(40, 7);
  fixture.AwaitFault(40, FaultCode::kMemoryBudgetExceeded);
  session.max_memory_bytes = 0;
  session.operation_timeout_ns = 1;
  fixture.Tell(2, 2, session);
  fixture.AwaitAck(2, 2);
  fixture.InferFor(41, 7);
  fixture.AwaitFault(41, FaultCode::kDeadlineExceeded);
}

TEST(requestOfASessionForAMissingModel_asksForIt) {
  StateFixture fixture;
  fixture.CreateSession(1, 7, "s");
  fixture.InferFor(40, 7);
  auto message = fixture.client().Await(wire::CrossDomainCoordination::SBE_TEMPLATE_ID);
  auto told = message.As<wire::CrossDomainCoordination>();
  auto& operations = told.dependentOperations();
  while (operations.hasNext()) operations.next().skipName();
  CHECK_EQ(std::string(told.getSessionIdAsStringView()), "s");
  CHECK_EQ(std::string(told.getRequiresModelLoadingAsStringView()), "minilm");
  fixture.AwaitFault(40, FaultCode::kUnknownModel);
}

TEST(orchestration_limitsBatchAndMemory) {
  StateFixture fixture;
  fixture.Load();
  fixture.Tell(1, 1, InferenceOrchestration{"b", 2, true, 1, 0, 2});
  fixture.AwaitAck(1, 1);
  fixture.SendInfer(40, {.batch = 2});
  fixture.AwaitCompleted(40);
  fixture.SendInfer(41, {.batch = 3});
  fixture.AwaitFault(41, FaultCode::kInvalidRequest);
  fixture.Tell(2, 2, InferenceOrchestration{"b", 8, true, 1, 1, 2});
  fixture.AwaitAck(2, 2);
  fixture.SendInfer(42, {.batch = 1});
  fixture.AwaitFault(42, FaultCode::kMemoryBudgetExceeded);
  fixture.Tell(3, 3, InferenceOrchestration{"b", 0, true, 1, 0, 2});
  fixture.AwaitRefused(3, StateRefusalCode::kInvalid);
}

TEST(orchestrationOfASession_limitsItsMemoryOnly) {
  StateFixture fixture;
  fixture.Load();
  fixture.CreateSession(1, 7, "s");
  fixture.Tell(2, 2, InferenceOrchestration{"s/0-4", 1, true, 1, kBudget, 2});
  fixture.AwaitAck(2, 2);
  fixture.SendInfer(40, {.batch = 2});
  fixture.AwaitCompleted(40);
  fixture.Tell(3, 3, InferenceOrchestration{"s/4-8", 4, true, 1, 1, 2});
  fixture.AwaitAck(3, 3);
  fixture.SendInfer(41, {.batch = 2});
  fixture.AwaitCompleted(41);
  fixture.InferFor(42, 7);
  fixture.AwaitFault(42, FaultCode::kMemoryBudgetExceeded);
}

struct AskedFor {
  std::string id;
  std::string purpose;
  std::uint64_t bytes;
  std::uint64_t correlation;
  std::uint64_t sequence;
};

AskedFor AwaitAllocationAsked(StateFixture& fixture) {
  auto message = fixture.client().Await(wire::MemoryAllocationRequest::SBE_TEMPLATE_ID);
  auto asked = message.As<wire::MemoryAllocationRequest>();
  AskedFor said{"", "", asked.requestedBytes(), asked.correlationId(), asked.sequence()};
  said.id = asked.getRequestIdAsStringView();
  said.purpose = asked.getAllocationPurposeAsStringView();
  return said;
}

TEST(activations_areAskedFor_andGivenBackWithTheModel) {
  StateFixture fixture;
  fixture.Load();
  fixture.SendInfer(40, {.batch = 4, .sequence = 512, .mask_inline = false});
  fixture.AwaitCompleted(40);
  const AskedFor more = AwaitAllocationAsked(fixture);
  CHECK_EQ(more.id, "growth");
  CHECK_EQ(more.purpose, "inference_activations");
  CHECK(more.bytes >= MemoryGrowth::kGranuleBytes);
  CHECK_EQ(more.bytes % MemoryGrowth::kGranuleBytes, 0U);
  fixture.Tell(1, 1, SystemMemoryAllocated{"cpu-0/worker:7/growth", more.bytes, "worker", "cpu-0", 0});
  fixture.AwaitAck(1, 1);
#ifndef __SANITIZE_ADDRESS__  // What is freed stays with the sanitizer, which looks out for its use.
  fixture.SendUnload(41);
  AskedFor less = AwaitAllocationAsked(fixture);
  // One that was under way when the model went may ask for more still.
  for (std::uint64_t version = 2; less.bytes >= more.bytes; ++version) {
    fixture.Tell(version, version,
                 SystemMemoryAllocated{"cpu-0/worker:7/growth", less.bytes, "worker", "cpu-0", 0});
    less = AwaitAllocationAsked(fixture);
  }
  CHECK_EQ(less.id, "growth");
#endif
}

TEST(refusedActivations_areTrimmed_andToldAsUse) {
  StateFixture fixture;
  fixture.Load();
  fixture.SendInfer(40, {.batch = 4, .sequence = 512, .mask_inline = false});
  fixture.AwaitCompleted(40);
  const AskedFor more = AwaitAllocationAsked(fixture);
  fixture.Send(RefusedByHost{more.correlation, more.sequence,
                             static_cast<std::uint8_t>(StateRefusalCode::kLimitReached), "no room"});
  auto told = fixture.client().Await(wire::VramUsageUpdate::SBE_TEMPLATE_ID);
  CHECK(told.As<wire::VramUsageUpdate>().usedVram() > 0);
}

TEST(modelsRuntime_isToldAfterLoadAndFirstInference) {
  StateFixture fixture;
  fixture.Load();
  auto loaded = fixture.client().Await(wire::ModelRuntimeUpdate::SBE_TEMPLATE_ID);
  CHECK_EQ(loaded.As<wire::ModelRuntimeUpdate>().warmupCompleted(), 0);
  CHECK_EQ(loaded.As<wire::ModelRuntimeUpdate>().inferenceReady(), 1);
  fixture.SendInfer(40);
  fixture.AwaitCompleted(40);
  auto warm = fixture.client().Await(wire::ModelRuntimeUpdate::SBE_TEMPLATE_ID);
  CHECK_EQ(warm.As<wire::ModelRuntimeUpdate>().warmupCompleted(), 1);
  CHECK(warm.As<wire::ModelRuntimeUpdate>().averageInferenceTimeNs() > 0);
}

TEST(loadOverThePolicysLimit_asksAndGoesOnWhenItIsRaised) {
  StateFixture fixture;
  fixture.TellPolicy(1, 1, 1 << 20);
  fixture.AwaitAck(1, 1);
  fixture.SendLoad(30, {.estimate = 100 << 20});
  auto message = fixture.client().Await(wire::MemoryAllocationRequest::SBE_TEMPLATE_ID);
  auto asked = message.As<wire::MemoryAllocationRequest>();
  CHECK_EQ(asked.correlationId(), 30U);
  CHECK(asked.requestedBytes() > 0);
  fixture.TellPolicy(2, 2, kBudget);
  auto loaded = fixture.client().Await(wire::ModelLoaded::SBE_TEMPLATE_ID);
  CHECK_EQ(loaded.As<wire::ModelLoaded>().correlationId(), 30U);
}

TEST(loadOverThePolicysLimit_failsWhenItIsRefusedOrNobodyAnswers) {
  StateFixture fixture;
  fixture.TellPolicy(1, 1, 1 << 20);
  fixture.AwaitAck(1, 1);
  fixture.SendLoad(30, {.estimate = 100 << 20});
  static_cast<void>(fixture.client().Await(wire::MemoryAllocationRequest::SBE_TEMPLATE_ID));
  fixture.Send(RefusedByHost{30, 0, 7, "no memory to spare"});
  CHECK(fixture.AwaitFault(30, FaultCode::kMemoryBudgetExceeded).find("no memory to spare") != std::string::npos);
  fixture.SendLoad(31, {.estimate = 100 << 20});
  CHECK(fixture.AwaitFault(31, FaultCode::kMemoryBudgetExceeded).find("did not answer") != std::string::npos);
  fixture.SendLoad(32, {.estimate = kBudget * 2});  // Nothing could make room: no question, the usual answer.
  fixture.AwaitFault(32, FaultCode::kMemoryBudgetExceeded);
}

TEST(policyThatIsNotImmediate_takesEffectBehindTheQueue) {
  StateFixture fixture;
  fixture.Load();
  fixture.Arm(InjectedFault::kSlow, InjectionTrigger::kNextInference, 1'000'000'000);
  fixture.SendInfer(40);
  MemoryPolicyUpdate policy;
  policy.limit_bytes = 300 << 20;
  policy.applies_to = {"all_workers"};
  policy.effective_immediately = false;
  fixture.Tell(1, 1, policy);
  CHECK_EQ(fixture.LimitInForce(), kBudget);
  fixture.AwaitCompleted(40);
  fixture.AwaitAck(1, 1);
  CHECK_EQ(fixture.LimitInForce(), 300U << 20);
}

TEST(transaction_isPreparedCommittedAndUsedByItsLoad) {
  StateFixture fixture;
  const std::uint64_t bytes = 300ULL << 20;
  CHECK(fixture.Prepare("t", 5, bytes));
  CHECK(!fixture.Prepare("u", 6, bytes));  // What is reserved is not free.
  fixture.SendLoad(30, {.estimate = bytes});
  fixture.AwaitFault(30, FaultCode::kMemoryBudgetExceeded);
  CHECK(fixture.Decide(CommitTransaction{1, "t"}) == TransactionResult::kCommitted);
  CHECK(fixture.Decide(CommitTransaction{2, "t"}) == TransactionResult::kCommitted);
  ComponentFile file;
  file.name = "model";
  file.path = MAINSTAY_MODEL;
  file.sha256 = FileSha256(MAINSTAY_MODEL);
  file.file_bytes = FileBytes(MAINSTAY_MODEL);
  fixture.Send(LoadModel{31, 0, 1, bytes, "minilm", {file}, 5});
  auto loaded = fixture.client().Await(wire::ModelLoaded::SBE_TEMPLATE_ID);
  CHECK_EQ(loaded.As<wire::ModelLoaded>().correlationId(), 31U);
  auto message = fixture.Report();
  auto report = message.As<wire::StateReport>();
  CHECK_EQ(report.models().count(), 1U);
  fixture.Send(LoadModel{32, 0, 1, bytes, "again", {file}, 5});  // Used up.
  fixture.AwaitFault(32, FaultCode::kMemoryBudgetExceeded);
}

TEST(transaction_withoutDecision_isAbortedByTheWorker) {
  StateFixture fixture;
  CHECK(fixture.Prepare("t", 5, 300ULL << 20, 50'000'000));
  // Room comes back when the time is over, said by a use update that nobody asked for.
  while (true) {
    auto message = fixture.client().Await(wire::VramUsageUpdate::SBE_TEMPLATE_ID);
    if (message.As<wire::VramUsageUpdate>().availableVram() > (300ULL << 20)) break;
  }
  CHECK(fixture.Decide(CommitTransaction{1, "t"}) == TransactionResult::kUnknown);
  CHECK(fixture.Decide(AbortTransaction{2, "t"}) == TransactionResult::kAborted);
  CHECK(fixture.Prepare("u", 6, 300ULL << 20));
  CHECK(fixture.Decide(AbortTransaction{3, "u"}) == TransactionResult::kAborted);
}

}  // namespace
}  // namespace mainstay
