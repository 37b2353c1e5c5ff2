#include "frame_reader.h"

#include <unistd.h>

#include <optional>

#include "check.h"
#include "framing.h"

namespace mainstay {
namespace {

constexpr std::size_t kFrameMax = 256;

struct Stream {
  Stream() {
    int fds[2];
    CHECK_EQ(::pipe(fds), 0);
    write_end = UniqueFd(fds[1]);
    reader.emplace(UniqueFd(fds[0]), kFrameMax);
  }
  void Write(const std::vector<std::byte>& bytes) {
    CHECK_EQ(::write(write_end.get(), bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  }
  UniqueFd write_end;
  std::optional<FrameReader> reader;
};

std::vector<std::byte> FrameOf(std::size_t message_bytes, std::byte fill) {
  std::vector<std::byte> frame(kFrameHeaderBytes + message_bytes, fill);
  EncodeFrameHeader(frame.data(), static_cast<std::uint32_t>(frame.size()));
  return frame;
}

TEST(next_cutsFramesThatArriveByteByByte) {
  Stream stream;
  std::vector<std::byte> bytes = FrameOf(20, std::byte{1});
  const std::vector<std::byte> second = FrameOf(9, std::byte{2});
  bytes.insert(bytes.end(), second.begin(), second.end());
  std::vector<std::size_t> sizes;
  std::vector<std::uint64_t> offsets;
  for (const std::byte byte : bytes) {
    stream.Write({byte});
    CHECK(stream.reader->Fill() == FrameReader::FillResult::kData);
    const auto next = stream.reader->Next();
    if (const auto* frame = std::get_if<FrameReader::Frame>(&next)) {
      sizes.push_back(frame->message.size());
      offsets.push_back(frame->offset);
    }
  }
  CHECK_EQ(sizes.size(), 2U);
  CHECK_EQ(sizes[0], 20U);
  CHECK_EQ(sizes[1], 9U);
  CHECK_EQ(offsets[1], 26U);
  CHECK_EQ(stream.reader->pending_bytes(), 0U);
}

TEST(next_cutsManyFramesOfOneFillAndKeepsAPartialOne) {
  Stream stream;
  std::vector<std::byte> bytes;
  for (int i = 0; i < 7; ++i) {
    const std::vector<std::byte> frame = FrameOf(20, static_cast<std::byte>(i));
    bytes.insert(bytes.end(), frame.begin(), frame.end());
  }
  bytes.insert(bytes.end(), bytes.begin(), bytes.begin() + 10);
  stream.Write(bytes);
  CHECK(stream.reader->Fill() == FrameReader::FillResult::kData);
  for (int i = 0; i < 7; ++i) {
    const auto next = stream.reader->Next();
    CHECK(std::holds_alternative<FrameReader::Frame>(next));
    CHECK(std::get<FrameReader::Frame>(next).message[0] == static_cast<std::byte>(i));
  }
  CHECK(std::holds_alternative<FrameReader::NeedMore>(stream.reader->Next()));
  CHECK_EQ(stream.reader->pending_bytes(), 10U);
  CHECK_EQ(stream.reader->offset(), 7U * 26);
}

TEST(next_takesAFrameOfExactlyTheLimit) {
  Stream stream;
  stream.Write(FrameOf(kFrameMax - kFrameHeaderBytes, std::byte{3}));
  CHECK(stream.reader->Fill() == FrameReader::FillResult::kData);
  CHECK(std::holds_alternative<FrameReader::Frame>(stream.reader->Next()));
}

TEST(next_refusesWhatIsNoFrameNamingTheOffset) {
  for (const int kind : {0, 1, 2, 3}) {
    Stream stream;
    stream.Write(FrameOf(20, std::byte{1}));
    std::vector<std::byte> bad = FrameOf(20, std::byte{1});
    if (kind == 0) bad[4] = std::byte{0};
    if (kind == 1) EncodeFrameHeader(bad.data(), kFrameMax + 1);
    if (kind == 2) EncodeFrameHeader(bad.data(), kFrameHeaderBytes + kMessageHeaderBytes - 1);
    if (kind == 3) EncodeFrameHeader(bad.data(), 0);
    stream.Write(bad);
    CHECK(stream.reader->Fill() == FrameReader::FillResult::kData);
    CHECK(std::holds_alternative<FrameReader::Frame>(stream.reader->Next()));
    const auto next = stream.reader->Next();
    CHECK(std::holds_alternative<FrameReader::Garbled>(next));
    CHECK_EQ(std::get<FrameReader::Garbled>(next).offset, 26U);
    CHECK(!std::get<FrameReader::Garbled>(next).cause.empty());
  }
}

TEST(fill_atTheEnd_saysSo) {
  Stream stream;
  stream.write_end.Reset();
  CHECK(stream.reader->Fill() == FrameReader::FillResult::kEndOfStream);
}

}  // namespace
}  // namespace mainstay
