#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace mainstay {

/// Test support: one arena segment as a host makes it, a file in shared memory, mapped here too. Removed when it goes.
class TestArena {
 public:
  explicit TestArena(std::size_t bytes);
  TestArena(const TestArena&) = delete;
  TestArena& operator=(const TestArena&) = delete;
  ~TestArena();

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::span<std::byte> bytes() const { return bytes_; }
  /// A typed view from an offset on.
  template <typename T>
  [[nodiscard]] T* At(std::size_t offset) const {
    return reinterpret_cast<T*>(bytes_.data() + offset);
  }

 private:
  std::string path_;
  std::span<std::byte> bytes_;
};

}  // namespace mainstay
