#pragma once

#include <cstddef>
#include <functional>
#include <mutex>
#include <span>
#include <vector>

#include "unique_fd.h"

namespace mainstay {

/// The one writer of the frame stream. Thread-safe: a frame is encoded and written whole under one lock, so frames
/// never interleave. Blocks while the host does not read. A host that is gone shows as a failed write.
class FrameWriter {
 public:
  /// Takes ownership of `out`. `frame_bytes_max` counts the framing header too.
  FrameWriter(UniqueFd out, std::size_t frame_bytes_max);
  FrameWriter(const FrameWriter&) = delete;
  FrameWriter& operator=(const FrameWriter&) = delete;

  /// Encodes one SBE message into the given room and returns its length. May throw; then nothing is written.
  using Encode = std::function<std::size_t(std::span<std::byte> room)>;

  /// False when the stream is closed or broken; it stays so.
  bool Write(const Encode& encode);

  /// For fault injection only: bytes that are no frame, and the first half of a frame.
  bool WriteRaw(std::span<const std::byte> bytes);
  bool WriteHalf(const Encode& encode);

  /// Closes the stream: the host sees its end. Later writes answer false.
  void Close();

 private:
  bool WriteAll(std::span<const std::byte> bytes);
  std::size_t EncodeFrame(const Encode& encode);

  std::mutex mutex_;
  UniqueFd out_;
  std::vector<std::byte> buffer_;
};

}  // namespace mainstay
