#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "host_messages.h"

namespace mainstay {

/// The bytes of one model file, as read and verified. They are read once: what is hashed is what the backend gets,
/// whatever happens to the file meanwhile.
class ModelFile {
 public:
  /// Called after each mebibyte with the bytes hashed so far; may throw to stop.
  using OnHashed = std::function<void(std::uint64_t hashed_bytes)>;

  /// Reads and hashes `file.path`. Throws RequestFault: kModelFileUnreadable, or kChecksumMismatch when size or
  /// SHA-256 are not the expected ones.
  static ModelFile ReadVerified(const ComponentFile& file, const OnHashed& on_hashed);

  [[nodiscard]] std::span<const std::byte> bytes() const { return {bytes_.get(), size_}; }

 private:
  struct Free {
    void operator()(std::byte* bytes) const { std::free(bytes); }
  };

  std::unique_ptr<std::byte[], Free> bytes_;
  std::size_t size_ = 0;
};

/// SHA-256 of a file without keeping it. Throws RequestFault kModelFileUnreadable.
Sha256Digest HashFile(const std::string& path, const ModelFile::OnHashed& on_hashed);

}  // namespace mainstay
