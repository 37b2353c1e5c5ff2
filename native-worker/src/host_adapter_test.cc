#include "host_adapter.h"

#include <cstring>

#include "check.h"
#include "framing.h"
#include "host_encoder.h"
#include "protocol_version.h"

namespace mainstay {
namespace {

constexpr std::uint64_t kEpoch = 9;
// Of an InferenceRequest; its inputs' group header follows. Version 0 had no sessionKey.
constexpr std::size_t kInferBlockBytes = 34;
constexpr std::size_t kInferBlockBytesOfVersion0 = 26;

/// A message without its framing header, in a block of exactly its size, so that a sanitizer sees every byte read
/// beyond it.
std::vector<std::byte> MessageOf(const HostMessage& message) {
  const std::vector<std::byte> frame = EncodeHostMessage(message, kEpoch);
  return {frame.begin() + kFrameHeaderBytes, frame.end()};
}

Infer SampleInfer() {
  Infer infer;
  infer.correlation_id = 5;
  infer.model_id = "m";
  infer.component = "c";
  InputTensor input;
  input.name = "x";
  input.data = {std::byte{1}, std::byte{2}};
  infer.inputs = {input, input};
  infer.outputs = {OutputRoom{"y", 1, {0, 64, 128}}};
  return infer;
}

LoadModel SampleLoad() {
  LoadModel load;
  load.correlation_id = 6;
  load.model_id = "m";
  ComponentFile file;
  file.name = "model";
  file.path = "/m.onnx";
  load.components = {file, file};
  return load;
}

StateUpdate SamplePolicy() {
  MemoryPolicyUpdate policy;
  policy.limit_bytes = 7;
  policy.applies_to = {"cpu-0", "all_workers"};
  return {{1, 2, 3, 4}, policy};
}

void Put16(std::vector<std::byte>& message, std::size_t at, std::uint16_t value) {
  std::memcpy(message.data() + at, &value, sizeof value);
}

bool IsMalformed(const std::vector<std::byte>& message) {
  return std::holds_alternative<MalformedFrame>(DecodeHostMessage(message, kEpoch));
}

TEST(decode_everyTruncation_isMalformedOrComplete) {
  const std::vector<HostMessage> samples = {Ping{1, 2},          Cancel{3},
                                            Drain{4, 5},         SampleLoad(),
                                            UnloadModel{7, "m"}, VerifyModel{8, 9, "m"},
                                            SampleInfer(),       Inject{1, 2, 3, 4, {std::byte{5}}},
                                            SamplePolicy(),      PrepareTransaction{1, 2, 3, 4, "t", "p"}};
  for (const HostMessage& sample : samples) {
    const std::vector<std::byte> whole = MessageOf(sample);
    CHECK(std::holds_alternative<HostMessage>(DecodeHostMessage(whole, kEpoch)));
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const std::vector<std::byte> cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
      CHECK(IsMalformed(cut));
    }
  }
}

TEST(decode_anotherEpoch_isDropped) {
  const auto decoded = DecodeHostMessage(MessageOf(Ping{1, 2}), kEpoch + 1);
  CHECK(std::holds_alternative<DroppedFrame>(decoded));
  CHECK(std::get<DroppedFrame>(decoded).reason == DroppedFrame::Reason::kOtherEpoch);
}

TEST(decode_unknownTemplate_isDropped) {
  std::vector<std::byte> message = MessageOf(Ping{1, 2});
  Put16(message, 2, 99);
  const auto decoded = DecodeHostMessage(message, kEpoch);
  CHECK(std::holds_alternative<DroppedFrame>(decoded));
  CHECK_EQ(std::get<DroppedFrame>(decoded).template_id, 99);
}

TEST(decode_anotherMajorVersion_isMalformed) {
  std::vector<std::byte> message = MessageOf(Ping{1, 2});
  Put16(message, 4, 2);
  CHECK(IsMalformed(message));
}

TEST(decode_newerMinorWithALongerBlock_skipsWhatItAdds) {
  std::vector<std::byte> message = MessageOf(UnloadModel{7, "minilm"});
  const std::vector<std::byte> added(12, std::byte{0xEE});
  message.insert(message.begin() + kMessageHeaderBytes + 16, added.begin(), added.end());
  Put16(message, 0, 16 + 12);
  Put16(message, 6, kSchemaVersion + 1);
  const auto decoded = DecodeHostMessage(message, kEpoch);
  CHECK(std::holds_alternative<HostMessage>(decoded));
  CHECK_EQ(std::get<UnloadModel>(std::get<HostMessage>(decoded)).model_id, "minilm");
}

TEST(decode_blocksShorterThanOurs_areMalformed) {
  std::vector<std::byte> message = MessageOf(Ping{1, 2});
  Put16(message, 0, 23);
  CHECK(IsMalformed(message));
  std::vector<std::byte> group = MessageOf(SampleInfer());
  Put16(group, kInferBlockBytes + kMessageHeaderBytes, 84);  // The inputs' block length, one byte short.
  CHECK(IsMalformed(group));
}

TEST(decode_blockOfVersion0_isForVersion0Alone) {
  std::vector<std::byte> message = MessageOf(SampleInfer());
  const auto key = message.begin() + kMessageHeaderBytes + kInferBlockBytesOfVersion0;
  message.erase(key, key + sizeof(std::uint64_t));
  Put16(message, 0, kInferBlockBytesOfVersion0);
  CHECK(IsMalformed(message));
  Put16(message, 6, 0);
  const auto decoded = DecodeHostMessage(message, kEpoch);
  CHECK_EQ(std::get<Infer>(std::get<HostMessage>(decoded)).session_key, 0U);
  Put16(message, 0, kInferBlockBytesOfVersion0 - 1);
  CHECK(IsMalformed(message));
}

TEST(decode_groupsThatClaimTooMuch_areMalformed) {
  std::vector<std::byte> message = MessageOf(SampleInfer());
  Put16(message, kInferBlockBytes + kMessageHeaderBytes + 2, 1025);
  CHECK(IsMalformed(message));
  Put16(message, kInferBlockBytes + kMessageHeaderBytes + 2, 3);
  CHECK(IsMalformed(message));
}

}  // namespace
}  // namespace mainstay
