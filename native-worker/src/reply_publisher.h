#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include "frame_writer.h"
#include "state_messages.h"
#include "worker_replies.h"

namespace mainstay {

/// Says to the host whatever the worker has to say: encodes one typed reply into one frame. Thread-safe. A host that
/// is gone is noticed by the I/O loop, so the calls return nothing. Also counts what DeviceHealthUpdate and Drained
/// report.
class ReplyPublisher {
 public:
  /// `writer` must outlive the publisher.
  ReplyPublisher(FrameWriter& writer, std::uint64_t epoch);
  ReplyPublisher(const ReplyPublisher&) = delete;
  ReplyPublisher& operator=(const ReplyPublisher&) = delete;

  void Hello(const HelloReply& reply);
  void Pong(const PongReply& reply);
  /// A request failed, or with correlation id 0 the worker did. Blame and retryable follow from the code.
  void Fault(std::uint64_t correlation_id, FaultCode code, std::string_view message);
  void LoadProgress(const LoadProgressReply& reply);
  void Loaded(const LoadedReply& reply);
  void Unloaded(std::uint64_t correlation_id, std::uint64_t freed_bytes);
  void InferenceStarted(std::uint64_t correlation_id, std::int64_t queued_ns);
  void Completed(const CompletedReply& reply);
  void Verified(std::uint64_t correlation_id, std::int64_t compute_ns);
  void FaultArmed(std::uint64_t correlation_id);
  void Drained(std::uint64_t correlation_id);
  void Health(const HealthReply& reply);
  void Memory(const MemoryReply& reply);

  // For StatePublisher, which says what belongs to the state protocol in the same stream and numbering.
  [[nodiscard]] FrameWriter& writer() { return writer_; }
  [[nodiscard]] std::uint64_t epoch() const { return epoch_; }
  /// The next place among the worker's state messages. Only while a frame is encoded: the writer's lock guards it, so
  /// that the order of the numbers is the order on the wire.
  StateHeader Stamp() { return stamp_(); }
  /// For tests. Before the first state message.
  void set_stamp(std::function<StateHeader()> stamp) { stamp_ = std::move(stamp); }

  /// Faults of blame worker or device since Hello.
  [[nodiscard]] std::uint64_t error_count() const { return error_count_; }

  /// Fault injection: everything said from now on carries another epoch.
  void CorruptEpoch() { ++epoch_; }
  /// Fault injection: bytes that are no frame; half of a Drained frame.
  void WriteGarbage(const std::vector<std::byte>& bytes) { writer_.WriteRaw(bytes); }
  void WriteHalfFrame();

 private:
  FrameWriter& writer_;
  std::atomic<std::uint64_t> epoch_;
  std::atomic<std::uint64_t> error_count_{0};
  std::atomic<std::uint64_t> completed_{0};
  std::function<StateHeader()> stamp_;
};

}  // namespace mainstay
