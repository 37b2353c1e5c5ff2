#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "device_backend.h"
#include "exit_status.h"
#include "fault_injector.h"
#include "frame_reader.h"
#include "host_messages.h"
#include "progress.h"
#include "reply_publisher.h"
#include "shared_state.h"
#include "state_desk.h"
#include "wake_up.h"
#include "work_queue.h"

namespace mainstay {

/// The I/O thread: reads the host's frames, answers Ping and takes Cancel at once whatever the compute thread does,
/// hands everything else to the queue, ends requests whose deadline passes, and reports health every second. Blocks
/// in Run().
class IoLoop {
 public:
  struct Parts {
    FrameReader& reader;
    ReplyPublisher& publisher;
    WorkQueue& queue;
    const Progress& progress;
    DeviceBackend& device;
    const WakeUp& wake_up;
    StateDesk& desk;
    SharedState& shared;
    FaultInjector* injector;  ///< Null without fault injection.
    std::uint64_t epoch;
  };

  /// Everything in `parts` must outlive the loop. Sets the queue's drained hook.
  explicit IoLoop(const Parts& parts);

  /// Until the host drains the worker, ends the stream, or garbles it. kDone after Drain with everything answered
  /// means that the compute thread may be joined; in every other case it may still be busy.
  ExitStatus Run();
  /// True when the last request has been answered: the worker may take itself apart in order.
  [[nodiscard]] bool drained() const { return drained_; }

  /// Fault injection: the I/O thread stops as soon as it gets there, for ever. Any thread.
  void Hang();

 private:
  enum class Next { kGoOn, kLeave };

  void HangIfAsked() const;
  /// True when the host has sent something or is gone.
  [[nodiscard]] bool WaitForEvents() const;
  Next ReadFrames();
  Next Decode(const FrameReader::Frame& frame);
  Next Garbled(std::uint64_t offset, const std::string& cause);
  void Handle(const Ping& ping);
  void Handle(const Cancel& cancel);
  void Handle(const Drain& drain);
  void Handle(const Inject& inject);
  void Handle(const LoadModel& load);
  void Handle(const UnloadModel& unload);
  void Handle(const VerifyModel& verify);
  void Handle(const Infer& infer);
  /// Everything of the state protocol.
  template <typename Message>
  void Handle(const Message& message) {
    parts_.desk.Handle(message);
  }
  void Enqueue(std::uint64_t correlation_id, std::uint8_t priority, std::int64_t deadline_ns, Work work,
               std::uint64_t session_key = 0);
  void ExpireDeadlines();
  void ReportHealth();
  bool LeaveIfDrained();

  Parts parts_;
  ExitStatus status_ = ExitStatus::kDone;
  std::uint64_t dropped_frames_ = 0;
  std::int64_t received_at_ns_ = 0;
  std::int64_t health_due_ns_;
  std::uint64_t reported_used_bytes_ = 0;
  bool draining_ = false;
  bool drained_ = false;
  std::uint64_t drain_id_ = 0;
  std::int64_t drain_deadline_ns_ = 0;
  std::atomic<bool> hang_{false};
};

}  // namespace mainstay
