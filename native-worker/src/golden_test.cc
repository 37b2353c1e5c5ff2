// The frames that host and worker are both tested against: each language must understand and produce these very
// bytes. What the values are is listed in golden.properties beside them.

#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "check.h"
#include "framing.h"
#include "host_adapter.h"
#include "host_encoder.h"
#include "mainstay_wire/CrossDomainCoordination.h"
#include "mainstay_wire/DeviceCapabilityDiscovered.h"
#include "mainstay_wire/DeviceHealthUpdate.h"
#include "mainstay_wire/Drained.h"
#include "mainstay_wire/Fault.h"
#include "mainstay_wire/FaultArmed.h"
#include "mainstay_wire/Hello.h"
#include "mainstay_wire/InferenceCompleted.h"
#include "mainstay_wire/InferenceProgress.h"
#include "mainstay_wire/MemoryAllocationRequest.h"
#include "mainstay_wire/ModelLoaded.h"
#include "mainstay_wire/ModelLoadingProgress.h"
#include "mainstay_wire/ModelRuntimeUpdate.h"
#include "mainstay_wire/ModelUnloaded.h"
#include "mainstay_wire/Pong.h"
#include "mainstay_wire/PostprocessingCompleted.h"
#include "mainstay_wire/PostprocessingProgress.h"
#include "mainstay_wire/SessionProgressUpdate.h"
#include "mainstay_wire/StateAck.h"
#include "mainstay_wire/StateRefused.h"
#include "mainstay_wire/StateReport.h"
#include "mainstay_wire/TransactionAcknowledged.h"
#include "mainstay_wire/TransactionVote.h"
#include "mainstay_wire/Verified.h"
#include "mainstay_wire/VramUsageUpdate.h"
#include "protocol_version.h"
#include "reply_publisher.h"
#include "state_publisher.h"

namespace mainstay {
namespace {

constexpr std::uint64_t kEpoch = 7;

std::vector<std::byte> Golden(const std::string& name, int version = kSchemaVersion) {
  const std::string path = std::string(MAINSTAY_GOLDEN) + "/v" + std::to_string(version) + "/" + name + ".bin";
  std::ifstream file(path, std::ios::binary);
  if (!file) check::Fail(__FILE__, __LINE__, "no golden frame " + path);
  const std::string bytes((std::istreambuf_iterator<char>(file)), {});
  const auto* at = reinterpret_cast<const std::byte*>(bytes.data());
  return {at, at + bytes.size()};
}

std::string HexOf(const std::vector<std::byte>& bytes) {
  std::string text;
  char two[4];
  for (const std::byte byte : bytes) {
    std::snprintf(two, sizeof two, "%02x", static_cast<unsigned>(byte));
    text += two;
  }
  return text;
}

HostMessage Decoded(const std::string& name, int version = kSchemaVersion) {
  const std::vector<std::byte> frame = Golden(name, version);
  const FrameHeader header = DecodeFrameHeader(frame.data());
  CHECK_EQ(header.frame_bytes, frame.size());
  CHECK_EQ(header.encoding, kFrameEncoding);
  auto decoded = DecodeHostMessage(std::span(frame).subspan(kFrameHeaderBytes), kEpoch);
  if (const auto* malformed = std::get_if<MalformedFrame>(&decoded))
    check::Fail(__FILE__, __LINE__, name + ": " + malformed->cause);
  CHECK(std::holds_alternative<HostMessage>(decoded));
  return std::get<HostMessage>(decoded);
}

const std::map<std::string, std::size_t> kKinds = {{"Ping", 0},
                                                   {"Cancel", 1},
                                                   {"Drain", 2},
                                                   {"ModelLoadRequest", 3},
                                                   {"ModelUnloadRequest", 4},
                                                   {"VerifyRequest", 5},
                                                   {"InferenceRequest", 6},
                                                   {"InjectFault", 7}};

TEST(hostMessages_decodeAndEncodeByteForByte) {
  for (const auto& [name, kind] : kKinds) {
    const HostMessage message = Decoded(name);
    CHECK_EQ(message.index(), kind);
    CHECK_EQ(HexOf(EncodeHostMessage(message, kEpoch)), HexOf(Golden(name)));
  }
}

// A host of version 0 leaves out what came later; everything else is what it was.
TEST(hostMessagesOfVersion0_decodeWithoutWhatCameLater) {
  for (const auto& [name, kind] : kKinds) {
    HostMessage present = Decoded(name);
    if (auto* load = std::get_if<LoadModel>(&present)) load->transaction_key = 0;
    if (auto* infer = std::get_if<Infer>(&present)) infer->session_key = 0;
    const HostMessage message = Decoded(name, 0);
    CHECK_EQ(message.index(), kind);
    CHECK_EQ(HexOf(EncodeHostMessage(message, kEpoch)), HexOf(EncodeHostMessage(present, kEpoch)));
  }
}

TEST(stateMessages_decodeAndEncodeByteForByte) {
  const std::map<std::string, std::size_t> kinds = {
      {"StateRefused", 9},          {"StateReportRequest", 10}, {"TransactionPrepare", 11},
      {"TransactionCommit", 12},    {"TransactionAbort", 13},   {"SessionEnded", 14},
      {"DeviceRemoved", 15},        {"DeviceConfigUpdate", 0},  {"DeviceRoutingUpdate", 1},
      {"SystemMemoryAllocated", 2}, {"MemoryPolicyUpdate", 3},  {"ModelCacheUpdate", 4},
      {"ProcessingSessionCreated", 5}, {"SessionControlCommand", 6}, {"InferenceOrchestration", 7},
      {"PostprocessingRequest", 8}, {"SafetyPolicyUpdate", 9}};
  for (const auto& [name, kind] : kinds) {
    const HostMessage message = Decoded(name);
    const auto* update = std::get_if<StateUpdate>(&message);
    if (update != nullptr) CHECK_EQ(update->header.version, 12U);
    CHECK_EQ(update != nullptr ? update->body.index() : message.index(), kind);
    CHECK_EQ(HexOf(EncodeHostMessage(message, kEpoch)), HexOf(Golden(name)));
  }
}

TEST(memoryPolicyUpdate_hasTheListedValues) {
  const auto update = std::get<StateUpdate>(Decoded("MemoryPolicyUpdate"));
  CHECK_EQ(update.header.correlation_id, 311U);
  CHECK_EQ(update.header.sequence, 1111U);
  const auto policy = std::get<MemoryPolicyUpdate>(update.body);
  CHECK_EQ(policy.limit_bytes.value(), 12884901888U);
  CHECK_EQ(policy.cleanup_threshold.value(), 0.95);
  CHECK_EQ(policy.applies_to.size(), 2U);
  CHECK(policy.effective_immediately);
}

TEST(inferenceRequest_hasTheListedValues) {
  const auto infer = std::get<Infer>(Decoded("InferenceRequest"));
  CHECK_EQ(infer.correlation_id, 31U);
  CHECK_EQ(infer.session_key, 0xfedcba9876543210U);
  CHECK_EQ(infer.deadline_ns, 1'000'000'000);
  CHECK_EQ(infer.priority, 2);
  CHECK(infer.wants_progress);
  CHECK_EQ(infer.model_id, "all-minilm-l6-v2-q");
  CHECK_EQ(infer.component, "model");
  CHECK_EQ(infer.inputs.size(), 2U);
  CHECK_EQ(infer.inputs[0].name, "input_ids");
  CHECK_EQ(infer.inputs[0].data.size(), 16U);
  CHECK_EQ(infer.inputs[1].range.segment, 1);
  CHECK_EQ(infer.inputs[1].range.offset, 128U);
  CHECK_EQ(infer.inputs[1].shape.rank, 4);
  CHECK_EQ(infer.inputs[1].shape.dims[3], 64);
  CHECK_EQ(infer.outputs.size(), 2U);
  CHECK_EQ(infer.outputs[0].range.length, 24576U);
  CHECK_EQ(infer.outputs[1].place, kPlaceInline);
}

TEST(modelLoadRequest_hasTheListedValues) {
  const auto load = std::get<LoadModel>(Decoded("ModelLoadRequest"));
  CHECK_EQ(load.correlation_id, 11U);
  CHECK_EQ(load.transaction_key, 0x123456789abcdef0U);
  CHECK_EQ(load.estimated_bytes, 67108864U);
  CHECK_EQ(load.components.size(), 2U);
  CHECK_EQ(load.components[0].path, "/models/minilm/model.onnx");
  CHECK_EQ(load.components[0].sha256[0], 0xaf);
  CHECK_EQ(load.components[0].file_bytes, 22972869U);
  CHECK(load.components[1].pre_optimized);
  CHECK(load.components[1].optimized_path.empty());
}

/// A publisher whose frames go to memory.
class Recording {
 public:
  Recording()
      : file_(::memfd_create("frames", MFD_CLOEXEC)),
        writer_(UniqueFd(::dup(file_.get())), kFrameBytesMax),
        publisher_(writer_, kEpoch),
        state_publisher_(publisher_) {}

  ReplyPublisher& publisher() { return publisher_; }
  StatePublisher& state_publisher() { return state_publisher_; }
  /// What was said since the last call.
  std::vector<std::byte> Taken() {
    const off_t end = ::lseek(file_.get(), 0, SEEK_END);
    std::vector<std::byte> bytes(static_cast<std::size_t>(end));
    CHECK_EQ(::pread(file_.get(), bytes.data(), bytes.size(), 0), end);
    CHECK_EQ(::ftruncate(file_.get(), 0), 0);
    CHECK_EQ(::lseek(file_.get(), 0, SEEK_SET), 0);
    return bytes;
  }

 private:
  UniqueFd file_;
  FrameWriter writer_;
  ReplyPublisher publisher_;
  StatePublisher state_publisher_;
};

/// The generated decoder over a golden frame that the caller keeps.
template <typename M>
M Reader(std::vector<std::byte>& frame) {
  M message;
  message.wrapForDecode(reinterpret_cast<char*>(frame.data()), kFrameHeaderBytes + kMessageHeaderBytes,
                        M::SBE_BLOCK_LENGTH, M::SBE_SCHEMA_VERSION, frame.size());
  CHECK_EQ(message.epoch(), kEpoch);
  return message;
}

template <typename Group>
Shape ShapeOf(Group& group) {
  Shape shape;
  shape.rank = group.rank();
  for (std::size_t i = 0; i < kRankMax; ++i) shape.dims[i] = group.dims(i);
  return shape;
}

/// Reads a golden frame with the generated decoder, says the same through the publisher, and compares the bytes.
template <typename M>
void Repeats(const std::string& name, const std::function<void(M&, ReplyPublisher&)>& say) {
  std::vector<std::byte> golden = Golden(name);
  auto message = Reader<M>(golden);
  Recording recording;
  say(message, recording.publisher());
  CHECK_EQ(HexOf(recording.Taken()), HexOf(golden));
}

TEST(hello_isEncodedByteForByte) {
  Repeats<wire::Hello>("Hello", [](wire::Hello& in, ReplyPublisher& out) {
    HelloReply reply{in.schemaId(),
                     in.schemaVersion(),
                     in.pid(),
                     in.threads(),
                     in.memoryBudgetBytes(),
                     in.arenaSegments(),
                     in.arenaBytes(),
                     in.faultInjection() != 0,
                     "",
                     "",
                     "",
                     "",
                     ""};
    reply.device_id = in.getDeviceIdAsStringView();
    reply.worker_version = in.getWorkerVersionAsStringView();
    reply.backend = in.getBackendAsStringView();
    reply.backend_version = in.getBackendVersionAsStringView();
    reply.device_kind = in.getDeviceKindAsStringView();
    out.Hello(reply);
  });
}

TEST(shortReplies_areEncodedByteForByte) {
  Repeats<wire::Pong>("Pong", [](wire::Pong& in, ReplyPublisher& out) {
    out.Pong({in.sequence(), in.sentNs(), in.progress(), in.activeCorrelationId(), in.activeNs(), in.queueDepth(),
              static_cast<WorkerState>(in.stateRaw()), in.droppedFrames()});
  });
  Repeats<wire::ModelUnloaded>("ModelUnloaded", [](wire::ModelUnloaded& in, ReplyPublisher& out) {
    out.Unloaded(in.correlationId(), in.freedBytes());
  });
  Repeats<wire::Verified>(
      "Verified", [](wire::Verified& in, ReplyPublisher& out) { out.Verified(in.correlationId(), in.computeNs()); });
  Repeats<wire::FaultArmed>("FaultArmed",
                            [](wire::FaultArmed& in, ReplyPublisher& out) { out.FaultArmed(in.correlationId()); });
  Repeats<wire::InferenceProgress>("InferenceProgress", [](wire::InferenceProgress& in, ReplyPublisher& out) {
    out.InferenceStarted(in.correlationId(), in.queuedNs());
  });
  Repeats<wire::DeviceHealthUpdate>("DeviceHealthUpdate", [](wire::DeviceHealthUpdate& in, ReplyPublisher& out) {
    out.set_stamp([&in] { return StateHeader{0, in.sequence(), in.stateVersion(), in.atNs()}; });
    out.Health({in.temperatureCelsius(), in.utilizationPercent(), in.memoryUsage(), in.errorCount()});
  });
  Repeats<wire::VramUsageUpdate>("VramUsageUpdate", [](wire::VramUsageUpdate& in, ReplyPublisher& out) {
    out.set_stamp([&in] { return StateHeader{0, in.sequence(), in.stateVersion(), in.atNs()}; });
    out.Memory({in.totalVram(), in.usedVram(), in.availableVram(), in.fragmentationLevel(),
                static_cast<PressureLevel>(in.pressureLevelRaw()), in.cleanupRecommended() != 0});
  });
  Repeats<wire::ModelLoadingProgress>("ModelLoadingProgress", [](wire::ModelLoadingProgress& in, ReplyPublisher& out) {
    LoadProgressReply reply{in.correlationId(), static_cast<LoadStage>(in.loadingStageRaw()), in.progressPercentage(),
                            in.vramAllocated(), ""};
    reply.component = in.getComponentAsStringView();
    out.LoadProgress(reply);
  });
}

TEST(drained_countsTheCompletedInferences) {
  std::vector<std::byte> golden = Golden("Drained");
  auto message = Reader<wire::Drained>(golden);
  Recording recording;
  for (std::uint64_t i = 0; i < message.completed(); ++i) recording.publisher().Completed({});
  static_cast<void>(recording.Taken());
  recording.publisher().Drained(message.correlationId());
  CHECK_EQ(HexOf(recording.Taken()), HexOf(golden));
}

TEST(fault_isEncodedByteForByteWithRetryableFromItsCode) {
  std::vector<std::byte> golden = Golden("Fault");
  auto message = Reader<wire::Fault>(golden);
  const auto code = static_cast<FaultCode>(message.codeRaw());
  CHECK_EQ(static_cast<std::uint8_t>(BlameOf(code)), message.blameRaw());
  Recording recording;
  recording.publisher().Fault(message.correlationId(), code, message.getMessageAsStringView());
  // The golden frame exercises the field; this worker derives it from the code.
  golden[kFrameHeaderBytes + kMessageHeaderBytes + wire::Fault::retryableEncodingOffset()] =
      static_cast<std::byte>(IsRetryable(code) ? 1 : 0);
  CHECK_EQ(HexOf(recording.Taken()), HexOf(golden));
}

TEST(modelLoaded_isEncodedByteForByte) {
  Repeats<wire::ModelLoaded>("ModelLoaded", [](wire::ModelLoaded& in, ReplyPublisher& out) {
    LoadedReply reply{in.correlationId(), in.memoryBytes(), in.loadNs(), {}};
    auto& components = in.components();
    while (components.hasNext()) {
      components.next();
      LoadedComponent component;
      for (std::size_t i = 0; i < 32; ++i) component.optimized_sha256[i] = components.optimizedSha256(i);
      auto& tensors = components.tensors();
      while (tensors.hasNext()) {
        tensors.next();
        TensorSignature signature;
        signature.type = static_cast<ElementType>(tensors.elementTypeRaw());
        signature.shape = ShapeOf(tensors);
        const bool is_output = tensors.isOutput() != 0;
        signature.name = tensors.getNameAsStringView();
        (is_output ? component.outputs : component.inputs).push_back(signature);
      }
      component.name = components.getNameAsStringView();
      reply.components.push_back(component);
    }
    CHECK_EQ(reply.components.size(), 2U);
    out.Loaded(reply);
  });
}

TEST(inferenceCompleted_isEncodedByteForByte) {
  Repeats<wire::InferenceCompleted>("InferenceCompleted", [](wire::InferenceCompleted& in, ReplyPublisher& out) {
    CompletedReply reply{in.correlationId(), in.queuedNs(), in.computeNs(), in.residentBytes(), {}};
    auto& outputs = in.outputs();
    while (outputs.hasNext()) {
      outputs.next();
      OutputTensor output;
      output.type = static_cast<ElementType>(outputs.elementTypeRaw());
      output.shape = ShapeOf(outputs);
      output.place = outputs.placeRaw();
      output.range = {outputs.segment(), outputs.offset(), outputs.length()};
      output.name = outputs.getNameAsStringView();
      const std::string_view data = outputs.getDataAsStringView();
      output.data.resize(data.size());
      if (!data.empty()) std::memcpy(output.data.data(), data.data(), data.size());
      reply.outputs.push_back(output);
    }
    CHECK_EQ(reply.outputs.size(), 2U);
    out.Completed(reply);
  });
}

/// The same for the state publisher; a state message keeps the place it has in the golden frame.
template <typename M>
void Restates(const std::string& name, const std::function<void(M&, StatePublisher&)>& say) {
  std::vector<std::byte> golden = Golden(name);
  auto message = Reader<M>(golden);
  Recording recording;
  if constexpr (requires { message.stateVersion(); message.sequence(); }) {
    recording.publisher().set_stamp([&message] {
      return StateHeader{message.correlationId(), message.sequence(), message.stateVersion(), message.atNs()};
    });
  }
  say(message, recording.state_publisher());
  CHECK_EQ(HexOf(recording.Taken()), HexOf(golden));
}

template <typename Group, typename Get>
std::vector<std::string> TextsOf(Group& group, Get get) {
  std::vector<std::string> texts;
  while (group.hasNext()) texts.emplace_back(get(group.next()));
  return texts;
}

TEST(answersToTheHost_areEncodedByteForByte) {
  Restates<wire::StateAck>("StateAck", [](wire::StateAck& in, StatePublisher& out) {
    out.Ack(in.correlationId(), in.sequence(), in.appliedVersion());
  });
  Restates<wire::StateRefused>("StateRefused", [](wire::StateRefused& in, StatePublisher& out) {
    out.Refused(in.correlationId(), in.sequence(), static_cast<StateRefusalCode>(in.codeRaw()),
                in.getReasonAsStringView());
  });
  Restates<wire::TransactionVote>("TransactionVote", [](wire::TransactionVote& in, StatePublisher& out) {
    VoteReply reply{in.correlationId(), in.commit() != 0, in.rollbackCapable() != 0, in.reservedBytes(), {}, "", ""};
    reply.locks = TextsOf(in.locks(), [](auto& entry) { return entry.getNameAsStringView(); });
    reply.transaction_id = in.getTransactionIdAsStringView();
    reply.reason = in.getReasonAsStringView();
    out.Vote(reply);
  });
  Restates<wire::TransactionAcknowledged>(
      "TransactionAcknowledged", [](wire::TransactionAcknowledged& in, StatePublisher& out) {
        OutcomeReply reply{in.correlationId(), static_cast<TransactionResult>(in.resultRaw()), in.reservedBytes(), "",
                           ""};
        reply.transaction_id = in.getTransactionIdAsStringView();
        reply.resource_status = in.getResourceStatusAsStringView();
        out.Outcome(reply);
      });
}

TEST(stateReport_isEncodedByteForByte) {
  Restates<wire::StateReport>("StateReport", [](wire::StateReport& in, StatePublisher& out) {
    StateReportReply reply;
    reply.correlation_id = in.correlationId();
    reply.accounted_bytes = in.accountedBytes();
    reply.budget_bytes = in.budgetBytes();
    reply.limit_bytes = in.limitBytes();
    reply.resident_bytes = in.residentBytes();
    reply.last_sequence = in.lastSequence();
    reply.arena_segments = in.arenaSegments();
    reply.arena_bytes = in.arenaBytes();
    auto& models = in.models();
    while (models.hasNext()) {
      StateReportReply::Model model;
      model.memory_bytes = models.next().memoryBytes();
      auto& parts = models.components();
      while (parts.hasNext()) {
        parts.next();
        StateReportReply::Component part;
        for (std::size_t i = 0; i < part.sha256.size(); ++i) part.sha256[i] = parts.sha256(i);
        part.name = parts.getNameAsStringView();
        model.components.push_back(part);
      }
      model.id = models.getModelIdAsStringView();
      reply.models.push_back(model);
    }
    auto& held = in.reservations();
    while (held.hasNext()) {
      held.next();
      StateReportReply::Reservation one{"", held.reservedBytes(), "", held.stateRaw() != 0, held.leftNs()};
      one.transaction_id = held.getTransactionIdAsStringView();
      one.purpose = held.getPurposeAsStringView();
      reply.reservations.push_back(one);
    }
    auto& sessions = in.sessions();
    while (sessions.hasNext()) {
      sessions.next();
      StateReportReply::Session one{"", sessions.paused() != 0, sessions.heldRequests(),
                                    sessions.operationsCompleted()};
      one.id = sessions.getSessionIdAsStringView();
      reply.sessions.push_back(one);
    }
    auto& versions = in.versions();
    while (versions.hasNext()) {
      StateReportReply::Version one{"", versions.next().stateVersion()};
      one.field = versions.getFieldAsStringView();
      reply.versions.push_back(one);
    }
    CHECK_EQ(reply.models.size(), 2U);
    out.Report(reply);
  });
}

TEST(stateOfTheWorker_isEncodedByteForByte) {
  Restates<wire::DeviceCapabilityDiscovered>(
      "DeviceCapabilityDiscovered", [](wire::DeviceCapabilityDiscovered& in, StatePublisher& out) {
        CapabilityReply reply{"", {}, in.inferencePerformance(), in.memoryEfficiency()};
        reply.capabilities = TextsOf(in.newCapabilities(), [](auto& entry) { return entry.getNameAsStringView(); });
        reply.device_id = in.getDeviceIdAsStringView();
        out.Capabilities(reply);
      });
  Restates<wire::MemoryAllocationRequest>(
      "MemoryAllocationRequest", [](wire::MemoryAllocationRequest& in, StatePublisher& out) {
        AllocationReply reply{in.correlationId(), "", in.requestedBytes(), "",
                              static_cast<StatePriority>(in.priorityRaw()), in.estimatedDurationNs()};
        reply.request_id = in.getRequestIdAsStringView();
        reply.purpose = in.getAllocationPurposeAsStringView();
        out.AllocationWanted(reply);
      });
  Restates<wire::ModelRuntimeUpdate>("ModelRuntimeUpdate", [](wire::ModelRuntimeUpdate& in, StatePublisher& out) {
    ModelRuntimeReply reply{"", in.inferenceReady() != 0, in.warmupCompleted() != 0, "", in.averageInferenceTimeNs(),
                            in.memoryFootprint()};
    reply.model_id = in.getModelIdAsStringView();
    reply.optimization_level = in.getOptimizationLevelAsStringView();
    out.ModelRuntime(reply);
  });
  Restates<wire::SessionProgressUpdate>(
      "SessionProgressUpdate", [](wire::SessionProgressUpdate& in, StatePublisher& out) {
        SessionProgressReply reply{"", in.operationsCompleted(), in.operationsRemaining(), in.estimatedCompletionNs(),
                                   "", in.memoryUsed(), in.gpuUtilization()};
        reply.session_id = in.getSessionIdAsStringView();
        reply.current_operation = in.getCurrentOperationAsStringView();
        out.SessionProgress(reply);
      });
  Restates<wire::CrossDomainCoordination>(
      "CrossDomainCoordination", [](wire::CrossDomainCoordination& in, StatePublisher& out) {
        CoordinationReply reply{"", "", in.requiresMemoryAllocation(),
                                static_cast<StatePriority>(in.coordinationPriorityRaw()), {}};
        reply.dependent_operations =
            TextsOf(in.dependentOperations(), [](auto& entry) { return entry.getNameAsStringView(); });
        reply.session_id = in.getSessionIdAsStringView();
        reply.requires_model = in.getRequiresModelLoadingAsStringView();
        out.Coordination(reply);
      });
  Restates<wire::PostprocessingProgress>(
      "PostprocessingProgress", [](wire::PostprocessingProgress& in, StatePublisher& out) {
        PipelineProgressReply reply{"", "", in.operationsCompleted(), in.totalOperations(),
                                    in.currentOperationProgress(), in.upscalingQualityScore(), in.processingTimeNs()};
        reply.request_id = in.getRequestIdAsStringView();
        reply.current_operation = in.getCurrentOperationAsStringView();
        out.PipelineProgress(reply);
      });
  Restates<wire::PostprocessingCompleted>(
      "PostprocessingCompleted", [](wire::PostprocessingCompleted& in, StatePublisher& out) {
        PipelineCompletedReply reply{"", in.contentSafetyScore(), in.safetyClassificationRaw(), {},
                                     in.technicalQuality(), in.visualQuality(), in.enhancementEffectiveness(), "",
                                     in.totalProcessingTimeNs(), in.resourceUsagePeak()};
        reply.flagged = TextsOf(in.flaggedContent(), [](auto& entry) { return entry.getTextAsStringView(); });
        reply.request_id = in.getRequestIdAsStringView();
        reply.output_location = in.getOutputLocationAsStringView();
        out.PipelineCompleted(reply);
      });
}

TEST(everyGoldenFrame_isOfATemplateTestedHere) {
  std::size_t frames = 0;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(MAINSTAY_GOLDEN) + "/v1")) {
    if (entry.path().extension() == ".bin") ++frames;
  }
  CHECK_EQ(frames, 49U);  // A new one needs its test above, and this number.
}

}  // namespace
}  // namespace mainstay
