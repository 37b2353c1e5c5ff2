#include "frame_writer.h"

#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <utility>

#include "framing.h"

namespace mainstay {

FrameWriter::FrameWriter(UniqueFd out, std::size_t frame_bytes_max) : out_(std::move(out)), buffer_(frame_bytes_max) {}

bool FrameWriter::Write(const Encode& encode) {
  const std::lock_guard lock(mutex_);
  if (!out_.valid()) return false;
  const std::size_t frame_bytes = EncodeFrame(encode);
  return WriteAll({buffer_.data(), frame_bytes});
}

bool FrameWriter::WriteRaw(std::span<const std::byte> bytes) {
  const std::lock_guard lock(mutex_);
  return out_.valid() && WriteAll(bytes);
}

bool FrameWriter::WriteHalf(const Encode& encode) {
  const std::lock_guard lock(mutex_);
  if (!out_.valid()) return false;
  const std::size_t frame_bytes = EncodeFrame(encode);
  return WriteAll({buffer_.data(), frame_bytes / 2});
}

void FrameWriter::Close() {
  const std::lock_guard lock(mutex_);
  out_.Reset();
}

std::size_t FrameWriter::EncodeFrame(const Encode& encode) {
  const std::span<std::byte> room(buffer_);
  const std::size_t frame_bytes = kFrameHeaderBytes + encode(room.subspan(kFrameHeaderBytes));
  EncodeFrameHeader(buffer_.data(), static_cast<std::uint32_t>(frame_bytes));
  return frame_bytes;
}

bool FrameWriter::WriteAll(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = ::write(out_.get(), bytes.data(), bytes.size());
    if (wrote < 0) {
      if (errno == EINTR) continue;
      out_.Reset();
      return false;
    }
    bytes = bytes.subspan(static_cast<std::size_t>(wrote));
  }
  return true;
}

}  // namespace mainstay
