#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "state_messages.h"
#include "state_replies.h"

namespace mainstay {

/// The orchestrator's sessions as far as this worker needs them, by key, and how far each is here. Thread-safe: the I/O
/// thread keeps it, the compute thread counts.
class SessionBoard {
 public:
  static constexpr std::size_t kSessionsMax = 256;
  static constexpr std::size_t kIdBytesMax = 256;

  struct Limits {
    std::int64_t deadline_at_ns = 0;     ///< MonotonicNs, of a request that begins now; 0 for none.
    std::uint64_t max_memory_bytes = 0;  ///< Of the tensors of one request, 0 for none.
  };
  struct Refusal {
    StateRefusalCode code;
    std::string reason;
  };

  /// A new session, or new limits of a known one, whose counts stay.
  std::optional<Refusal> Put(const ProcessingSessionCreated& session, std::int64_t now_ns);
  /// Its key; nothing when it is not known.
  [[nodiscard]] std::optional<std::uint64_t> KeyOf(const std::string& id) const;
  [[nodiscard]] std::string IdOf(std::uint64_t key) const;  ///< Empty when it is not known.
  void SetPaused(std::uint64_t key, bool paused);
  void Remove(std::uint64_t key);
  /// None for a session that is not known: its requests are carried out without limits of their own.
  [[nodiscard]] Limits LimitsOf(std::uint64_t key, std::int64_t now_ns) const;
  /// One more operation is done, in that time; what there is to say of it, unless the session is not known.
  std::optional<SessionProgressReply> Completed(std::uint64_t key, std::int64_t operation_ns, std::int64_t utc_now_ns);
  /// With the keys, for what else is known by them.
  [[nodiscard]] std::vector<std::pair<std::uint64_t, StateReportReply::Session>> List() const;

 private:
  struct Session {
    std::string id;
    bool paused = false;
    std::uint32_t completed = 0;
    std::uint32_t expected = 0;
    std::uint64_t max_memory_bytes = 0;
    std::int64_t operation_timeout_ns = 0;
    std::int64_t ends_at_ns = 0;  ///< 0 for never.
    std::int64_t computed_ns = 0;
  };

  mutable std::mutex mutex_;
  std::map<std::uint64_t, Session> sessions_;
};

}  // namespace mainstay
