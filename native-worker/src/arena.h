#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "tensor.h"

namespace mainstay {

/// The tensor arena of this incarnation: files of the host in shared memory, mapped whole at start, unmapped when
/// this goes. The host owns contents and layout; the worker reads inputs and writes outputs where a request says.
/// Immutable after construction, so the lookups are thread-safe. Segments are numbered in the order of the paths.
class Arena {
 public:
  /// Maps every path; throws std::runtime_error with path and cause when one cannot be mapped.
  explicit Arena(const std::vector<std::string>& paths);
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  ~Arena();

  /// The bytes of a range. Throws RequestFault kArenaRange when segment, offset, length or the alignment of 64 is
  /// wrong. `what` names the tensor in the message.
  [[nodiscard]] std::span<std::byte> At(const ArenaRange& range, const std::string& what) const;

  [[nodiscard]] std::size_t segments() const { return segments_.size(); }
  [[nodiscard]] std::uint64_t total_bytes() const;

 private:
  void Unmap();

  std::vector<std::span<std::byte>> segments_;
};

}  // namespace mainstay
