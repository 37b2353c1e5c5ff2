#pragma once

#include "unique_fd.h"

namespace mainstay {

/// Lets another thread end the I/O loop's wait. Thread-safe.
class WakeUp {
 public:
  /// Throws std::runtime_error.
  WakeUp();

  void Signal() const;
  /// Readable after Signal, until Clear.
  [[nodiscard]] int fd() const { return fd_.get(); }
  void Clear() const;

 private:
  UniqueFd fd_;
};

}  // namespace mainstay
