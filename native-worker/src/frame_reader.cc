#include "frame_reader.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "framing.h"

namespace mainstay {

FrameReader::FrameReader(UniqueFd in, std::size_t frame_bytes_max)
    : in_(std::move(in)), frame_bytes_max_(frame_bytes_max), buffer_(frame_bytes_max) {}

FrameReader::FillResult FrameReader::Fill() {
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  while (true) {
    const ssize_t got = ::read(in_.get(), buffer_.data() + end_, buffer_.size() - end_);
    if (got > 0) {
      end_ += static_cast<std::size_t>(got);
      return FillResult::kData;
    }
    if (got == 0) return FillResult::kEndOfStream;
    if (errno != EINTR) return FillResult::kFailed;
  }
}

std::variant<FrameReader::Frame, FrameReader::NeedMore, FrameReader::Garbled> FrameReader::Next() {
  if (end_ - begin_ < kFrameHeaderBytes) return NeedMore{};
  const FrameHeader header = DecodeFrameHeader(buffer_.data() + begin_);
  if (header.encoding != kFrameEncoding) {
    char found[8];
    std::snprintf(found, sizeof found, "0x%04X", header.encoding);
    return Garbled{stream_offset_, std::string("frame has encoding type ") + found + ", expected 0xEB50"};
  }
  if (header.frame_bytes < kFrameHeaderBytes + kMessageHeaderBytes) {
    return Garbled{stream_offset_, "frame of " + std::to_string(header.frame_bytes) +
                                       " bytes, shorter than its headers (" +
                                       std::to_string(kFrameHeaderBytes + kMessageHeaderBytes) + ")"};
  }
  if (header.frame_bytes > frame_bytes_max_) {
    return Garbled{stream_offset_, "frame of " + std::to_string(header.frame_bytes) +
                                       " bytes, longer than the limit of " + std::to_string(frame_bytes_max_)};
  }
  if (end_ - begin_ < header.frame_bytes) return NeedMore{};
  const std::span<const std::byte> message(buffer_.data() + begin_ + kFrameHeaderBytes,
                                           header.frame_bytes - kFrameHeaderBytes);
  const Frame frame{message, stream_offset_};
  begin_ += header.frame_bytes;
  stream_offset_ += header.frame_bytes;
  return frame;
}

}  // namespace mainstay
