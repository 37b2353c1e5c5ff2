#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "check.h"
#include "framing.h"
#include "unique_fd.h"

namespace mainstay {

/// Test support: a real worker process and the host's end of its pipes. Every wait has a bound. Kills the worker when
/// it goes.
class WorkerClient {
 public:
  /// One message of the worker, header included.
  struct Message {
    std::uint16_t template_id = 0;
    std::uint64_t epoch = 0;
    std::vector<char> bytes;

    /// The generated decoder over this message.
    template <typename M>
    M As() {
      CHECK_EQ(template_id, M::SBE_TEMPLATE_ID);
      M message;
      message.wrapForDecode(bytes.data(), kMessageHeaderBytes, M::SBE_BLOCK_LENGTH, M::SBE_SCHEMA_VERSION,
                            bytes.size());
      return message;
    }
  };

  /// How a process ended.
  struct End {
    std::optional<int> exit_code;
    std::optional<int> signal;
  };

  /// Starts the program with these arguments; its stdin is its descriptor 3 too, for a shell that starts the worker
  /// in turn. Nothing is awaited.
  explicit WorkerClient(const std::vector<std::string>& arguments, const char* program = MAINSTAY_WORKER);
  WorkerClient(const WorkerClient&) = delete;
  WorkerClient& operator=(const WorkerClient&) = delete;
  ~WorkerClient();

  void SendRaw(std::span<const std::byte> bytes);
  void CloseStdin() { in_.Reset(); }

  /// The next message; nothing at the end of the stream. Fails the test after the bound, or when the stream is garbled.
  std::optional<Message> Next(int bound_ms = kBoundMs);
  /// The next message with this template; others are dropped. Fails the test when none comes.
  Message Await(std::uint16_t template_id, int bound_ms = kBoundMs);
  /// True when bytes that are no frame arrive before the end of the stream.
  bool AwaitGarbage();
  /// Bytes of an unfinished frame once the stream has ended.
  std::size_t AwaitCutFrame();
  End AwaitEnd();
  /// Everything on stderr so far (after AwaitEnd: everything).
  std::string Stderr();
  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] int stdout_fd() const { return out_.get(); }

  static constexpr int kBoundMs = 30'000;

 private:
  bool FillWithin(int bound_ms);
  std::optional<Message> Cut();

  UniqueFd in_;
  UniqueFd out_;
  UniqueFd err_;
  UniqueFd pidfd_;
  pid_t pid_ = -1;
  bool reaped_ = false;
  std::vector<std::byte> buffer_;
  std::string stderr_;
};

}  // namespace mainstay
