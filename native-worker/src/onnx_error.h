#pragma once

#include <stdexcept>
#include <string>

#include "onnx_runtime.h"

namespace mainstay {

/// A call of ONNX Runtime that failed, with its own code and words.
class OnnxError : public std::runtime_error {
 public:
  OnnxError(OnnxRuntime::ErrorCode code, const std::string& message) : std::runtime_error(message), code_(code) {}

  [[nodiscard]] OnnxRuntime::ErrorCode code() const { return code_; }
  /// ONNX Runtime has no code for a failed allocation; it says so in words.
  [[nodiscard]] bool IsOutOfMemory() const {
    const std::string text = what();
    return text.find("bad_alloc") != std::string::npos || text.find("bad allocation") != std::string::npos ||
           text.find("Failed to allocate memory") != std::string::npos ||
           text.find("is smaller than requested bytes") != std::string::npos ||  // Its arena, at its limit.
           text.find("out of memory") != std::string::npos;                      // CUDA's words.
  }

 private:
  OnnxRuntime::ErrorCode code_;
};

/// Frees a thing of ONNX Runtime's with the entry made for it. The runtime must outlive it.
template <typename T>
class OnnxHandle {
 public:
  explicit OnnxHandle(void (*release)(T*)) : release_(release) {}
  OnnxHandle(OnnxHandle&& other) noexcept : release_(other.release_), thing_(other.thing_) { other.thing_ = nullptr; }
  OnnxHandle& operator=(OnnxHandle&&) = delete;
  OnnxHandle(const OnnxHandle&) = delete;
  OnnxHandle& operator=(const OnnxHandle&) = delete;
  ~OnnxHandle() {
    if (thing_ != nullptr) release_(thing_);
  }

  [[nodiscard]] T* get() const { return thing_; }
  /// Where a creating entry writes what it made; only while empty.
  T** slot() { return &thing_; }

 private:
  void (*release_)(T*);
  T* thing_ = nullptr;
};

}  // namespace mainstay
