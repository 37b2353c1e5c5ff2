#pragma once

#include <cstdint>
#include <exception>
#include <string>
#include <utility>

namespace mainstay {

/// What went wrong with a request or with the worker; the numbers are the wire schema's.
enum class FaultCode : std::uint16_t {
  kInvalidRequest = 100,
  kUnknownModel = 101,
  kBadTensor = 102,
  kOutputTooSmall = 103,
  kArenaRange = 104,
  kDeadlineExceeded = 110,
  kCancelled = 111,
  kModelFileUnreadable = 200,
  kChecksumMismatch = 201,
  kModelCorrupt = 202,
  kModelRefused = 203,
  kAlreadyLoaded = 204,
  kLoadRefused = 205,
  kMemoryBudgetExceeded = 300,
  kOutOfMemory = 301,
  kInferenceFailed = 400,
  kBackendFailed = 401,
  kQueueFull = 500,
  kDraining = 501,
  kInjectionDisabled = 502,
  kProtocolError = 503,
  kInternal = 599,
};

/// Whose fault a fault is; the numbers are the wire schema's.
enum class Blame : std::uint8_t { kClient = 0, kRequest = 1, kWorker = 2, kDevice = 3, kInfrastructure = 4 };

/// The blame that the schema gives to a code: the only place that maps them.
constexpr Blame BlameOf(FaultCode code) {
  switch (code) {
    case FaultCode::kCancelled:
    case FaultCode::kInjectionDisabled: return Blame::kClient;
    case FaultCode::kInvalidRequest:
    case FaultCode::kBadTensor:
    case FaultCode::kOutputTooSmall:
    case FaultCode::kDeadlineExceeded:
    case FaultCode::kInferenceFailed: return Blame::kRequest;
    case FaultCode::kLoadRefused:
    case FaultCode::kInternal: return Blame::kWorker;
    case FaultCode::kOutOfMemory:
    case FaultCode::kBackendFailed: return Blame::kDevice;
    default: return Blame::kInfrastructure;
  }
}

/// Whether the same request, with a fresh deadline, can succeed on this worker now.
constexpr bool IsRetryable(FaultCode code) {
  return code == FaultCode::kDeadlineExceeded || code == FaultCode::kCancelled || code == FaultCode::kQueueFull;
}

/// A request that failed. Thrown by whatever carries a request out; it stops at the compute loop's dispatch, which
/// turns it into a Fault frame. The message is one line: what was asked, value and bound, cause.
class RequestFault : public std::exception {
 public:
  RequestFault(FaultCode code, std::string message) : code_(code), message_(std::move(message)) {}

  [[nodiscard]] FaultCode code() const { return code_; }
  [[nodiscard]] const std::string& message() const { return message_; }
  [[nodiscard]] const char* what() const noexcept override { return message_.c_str(); }

 private:
  FaultCode code_;
  std::string message_;
};

}  // namespace mainstay
