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
#include "mainstay_wire/DeviceHealthUpdate.h"
#include "mainstay_wire/Drained.h"
#include "mainstay_wire/Fault.h"
#include "mainstay_wire/FaultArmed.h"
#include "mainstay_wire/Hello.h"
#include "mainstay_wire/InferenceCompleted.h"
#include "mainstay_wire/InferenceProgress.h"
#include "mainstay_wire/ModelLoaded.h"
#include "mainstay_wire/ModelLoadingProgress.h"
#include "mainstay_wire/ModelUnloaded.h"
#include "mainstay_wire/Pong.h"
#include "mainstay_wire/Verified.h"
#include "mainstay_wire/VramUsageUpdate.h"
#include "reply_publisher.h"

namespace mainstay {
namespace {

constexpr std::uint64_t kEpoch = 7;

std::vector<std::byte> Golden(const std::string& name) {
  const std::string path = std::string(MAINSTAY_GOLDEN) + "/" + name + ".bin";
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

HostMessage Decoded(const std::string& name) {
  const std::vector<std::byte> frame = Golden(name);
  const FrameHeader header = DecodeFrameHeader(frame.data());
  CHECK_EQ(header.frame_bytes, frame.size());
  CHECK_EQ(header.encoding, kFrameEncoding);
  auto decoded = DecodeHostMessage(std::span(frame).subspan(kFrameHeaderBytes), kEpoch);
  if (const auto* malformed = std::get_if<MalformedFrame>(&decoded))
    check::Fail(__FILE__, __LINE__, name + ": " + malformed->cause);
  CHECK(std::holds_alternative<HostMessage>(decoded));
  return std::get<HostMessage>(decoded);
}

TEST(hostMessages_decodeAndEncodeByteForByte) {
  const std::map<std::string, std::size_t> kinds = {{"Ping", 0},
                                                    {"Cancel", 1},
                                                    {"Drain", 2},
                                                    {"ModelLoadRequest", 3},
                                                    {"ModelUnloadRequest", 4},
                                                    {"VerifyRequest", 5},
                                                    {"InferenceRequest", 6},
                                                    {"InjectFault", 7}};
  for (const auto& [name, kind] : kinds) {
    const HostMessage message = Decoded(name);
    CHECK_EQ(message.index(), kind);
    CHECK_EQ(HexOf(EncodeHostMessage(message, kEpoch)), HexOf(Golden(name)));
  }
}

TEST(inferenceRequest_hasTheListedValues) {
  const auto infer = std::get<Infer>(Decoded("InferenceRequest"));
  CHECK_EQ(infer.correlation_id, 31U);
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
        publisher_(writer_, kEpoch) {}

  ReplyPublisher& publisher() { return publisher_; }
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
};

/// The generated decoder over a golden frame that the caller keeps.
template <typename M>
M Reader(std::vector<std::byte>& frame) {
  M message;
  message.wrapForDecode(reinterpret_cast<char*>(frame.data()), kFrameHeaderBytes + kMessageHeaderBytes,
                        M::SBE_BLOCK_LENGTH, 0, frame.size());
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
    out.Health({in.temperatureCelsius(), in.utilizationPercent(), in.memoryUsage(), in.errorCount()});
  });
  Repeats<wire::VramUsageUpdate>("VramUsageUpdate", [](wire::VramUsageUpdate& in, ReplyPublisher& out) {
    out.Memory({in.totalVram(), in.usedVram(), in.availableVram(), in.fragmentationLevel(),
                static_cast<PressureLevel>(in.pressureLevelRaw())});
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

TEST(everyGoldenFrame_isOfATemplateTestedHere) {
  std::size_t frames = 0;
  for (const auto& entry : std::filesystem::directory_iterator(MAINSTAY_GOLDEN)) {
    if (entry.path().extension() == ".bin") ++frames;
  }
  CHECK_EQ(frames, 21U);  // A new one needs its test above, and this number.
}

}  // namespace
}  // namespace mainstay
