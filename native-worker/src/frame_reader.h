#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "unique_fd.h"

namespace mainstay {

/// Cuts the host's byte stream into frames. Passive and not thread-safe: the I/O loop waits until the descriptor is
/// readable, calls Fill() once, then Next() until it says NeedMore. A returned frame points into the reader and is
/// valid until the next Fill().
class FrameReader {
 public:
  /// One SBE message: header and body, without the framing header.
  struct Frame {
    std::span<const std::byte> message;
    std::uint64_t offset = 0;  ///< Of the framing header in the stream, in bytes.
  };
  struct NeedMore {};
  /// The stream is garbled from `offset` on and must not be read further.
  struct Garbled {
    std::uint64_t offset = 0;
    std::string cause;
  };
  enum class FillResult { kData, kEndOfStream, kFailed };

  /// Takes ownership of `in`. The buffer is sized here, once; `frame_bytes_max` counts the framing header too.
  FrameReader(UniqueFd in, std::size_t frame_bytes_max);
  FrameReader(const FrameReader&) = delete;
  FrameReader& operator=(const FrameReader&) = delete;

  [[nodiscard]] int fd() const { return in_.get(); }
  /// Reads once; blocks if nothing is there. kFailed leaves errno.
  [[nodiscard]] FillResult Fill();
  [[nodiscard]] std::variant<Frame, NeedMore, Garbled> Next();
  /// Bytes of an unfinished frame: not 0 at the end of the stream means it was cut.
  [[nodiscard]] std::size_t pending_bytes() const { return end_ - begin_; }
  /// Stream offset of the first byte that Next() has not handed out.
  [[nodiscard]] std::uint64_t offset() const { return stream_offset_; }

 private:
  UniqueFd in_;
  std::size_t frame_bytes_max_;
  std::vector<std::byte> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::uint64_t stream_offset_ = 0;
};

}  // namespace mainstay
