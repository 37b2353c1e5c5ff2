#include "io_loop.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <utility>
#include <variant>

#include "clock.h"
#include "fault.h"
#include "host_adapter.h"
#include "log.h"

namespace mainstay {
namespace {

constexpr std::int64_t kHealthEveryNs = 1'000'000'000;
// Smaller changes of use are noise of the allocator and not worth a frame.
constexpr std::uint64_t kUseGranularityBytes = 1 << 20;

std::uint64_t SumOrMax(std::uint64_t a, std::uint64_t b) {
  std::uint64_t sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? ~0ULL : sum;
}

}  // namespace

IoLoop::IoLoop(const Parts& parts) : parts_(parts), health_due_ns_(MonotonicNs() + kHealthEveryNs) {
  parts_.queue.set_on_drained([this] { parts_.wake_up.Signal(); });
}

ExitStatus IoLoop::Run() {
  while (true) {
    if (LeaveIfDrained()) return ExitStatus::kDone;
    const bool readable = WaitForEvents();
    HangIfAsked();
    ExpireDeadlines();
    if (parts_.device.memory().ExpireTransactions()) parts_.publisher.Memory(parts_.device.memory().Describe());
    if (MonotonicNs() >= health_due_ns_) ReportHealth();
    if (readable && ReadFrames() == Next::kLeave) return status_;
  }
}

void IoLoop::Hang() {
  hang_ = true;
  parts_.wake_up.Signal();
}

void IoLoop::HangIfAsked() const {
  while (hang_) ::pause();
}

bool IoLoop::WaitForEvents() const {
  std::int64_t until_ns = health_due_ns_;
  const std::int64_t deadline_ns = parts_.queue.NextDeadline();
  if (deadline_ns != 0) until_ns = std::min(until_ns, deadline_ns);
  const std::int64_t expiry_ns = parts_.device.memory().NextExpiry();
  if (expiry_ns != 0) until_ns = std::min(until_ns, expiry_ns);
  if (drain_deadline_ns_ != 0) until_ns = std::min(until_ns, drain_deadline_ns_);
  const std::int64_t left_ns = std::max<std::int64_t>(0, until_ns - MonotonicNs());
  const timespec timeout{left_ns / 1'000'000'000, left_ns % 1'000'000'000};
  pollfd events[] = {{parts_.reader.fd(), POLLIN, 0}, {parts_.wake_up.fd(), POLLIN, 0}};
  if (::ppoll(events, 2, &timeout, nullptr) <= 0) return false;
  if ((events[1].revents & POLLIN) != 0) parts_.wake_up.Clear();
  return events[0].revents != 0;
}

IoLoop::Next IoLoop::ReadFrames() {
  switch (parts_.reader.Fill()) {
    case FrameReader::FillResult::kFailed:
      Error("stdin-failed").With("cause", std::strerror(errno));
      status_ = ExitStatus::kInternal;
      return Next::kLeave;
    case FrameReader::FillResult::kEndOfStream:
      if (parts_.reader.pending_bytes() > 0) {
        return Garbled(parts_.reader.offset(), "the stream ends inside a frame, after " +
                                                   std::to_string(parts_.reader.pending_bytes()) + " of its bytes");
      }
      Info("host-gone").With("unanswered", parts_.queue.Look().depth);
      return Next::kLeave;
    case FrameReader::FillResult::kData: break;
  }
  received_at_ns_ = MonotonicNs();
  while (true) {
    HangIfAsked();
    const auto next = parts_.reader.Next();
    if (std::holds_alternative<FrameReader::NeedMore>(next)) return Next::kGoOn;
    if (const auto* garbled = std::get_if<FrameReader::Garbled>(&next)) return Garbled(garbled->offset, garbled->cause);
    if (Decode(std::get<FrameReader::Frame>(next)) == Next::kLeave) return Next::kLeave;
  }
}

IoLoop::Next IoLoop::Decode(const FrameReader::Frame& frame) {
  auto decoded = DecodeHostMessage(frame.message, parts_.epoch);
  if (const auto* malformed = std::get_if<MalformedFrame>(&decoded)) return Garbled(frame.offset, malformed->cause);
  if (std::holds_alternative<DroppedFrame>(decoded)) {
    ++dropped_frames_;
    return Next::kGoOn;
  }
  std::visit([this](const auto& message) { Handle(message); }, std::get<HostMessage>(decoded));
  return Next::kGoOn;
}

IoLoop::Next IoLoop::Garbled(std::uint64_t offset, const std::string& cause) {
  const std::string message = "stdin is garbled at byte " + std::to_string(offset) + ": " + cause;
  Error("protocol-error").With("offset", offset).With("cause", cause);
  parts_.publisher.Fault(0, FaultCode::kProtocolError, message);
  status_ = ExitStatus::kProtocolError;
  return Next::kLeave;
}

void IoLoop::Handle(const Ping& ping) {
  const WorkQueue::Snapshot queue = parts_.queue.Look();
  PongReply pong;
  pong.sequence = ping.sequence;
  pong.sent_ns = ping.sent_ns;
  pong.progress = parts_.progress.counter();
  pong.active_correlation_id = queue.active_correlation_id;
  pong.active_ns = queue.active_since_ns == 0 ? 0 : MonotonicNs() - queue.active_since_ns;
  pong.queue_depth = queue.depth;
  pong.state = queue.draining ? WorkerState::kDraining : parts_.progress.state();
  pong.dropped_frames = dropped_frames_;
  parts_.publisher.Pong(pong);
}

void IoLoop::Handle(const Cancel& cancel) {
  if (cancel.correlation_id == 0) return;  // No request: work of the worker's own has it.
  if (parts_.queue.Cancel(cancel.correlation_id) != WorkQueue::Cancelled::kWasQueued) return;
  parts_.publisher.Fault(cancel.correlation_id, FaultCode::kCancelled, "cancelled while queued");
}

void IoLoop::Handle(const Drain& drain) {
  if (draining_) return;
  draining_ = true;
  drain_id_ = drain.correlation_id;
  drain_deadline_ns_ = DeadlineAfter(received_at_ns_, drain.deadline_ns);
  Info("draining").With("queued", parts_.queue.Look().depth);
  parts_.queue.Drain();
}

void IoLoop::Handle(const Inject& inject) {
  if (parts_.injector == nullptr) {
    parts_.publisher.Fault(inject.correlation_id, FaultCode::kInjectionDisabled,
                           "this worker was started without --enable-fault-injection");
    return;
  }
  try {
    parts_.injector->Arm(inject);
  } catch (const RequestFault& fault) {
    parts_.publisher.Fault(inject.correlation_id, fault.code(), fault.message());
  }
}

void IoLoop::Handle(const LoadModel& load) { Enqueue(load.correlation_id, load.priority, load.deadline_ns, load); }

// An unload waits for everything taken before it, so that no request loses its model while queued.
void IoLoop::Handle(const UnloadModel& unload) {
  Enqueue(unload.correlation_id, static_cast<std::uint8_t>(Priority::kP3), 0, unload);
}

void IoLoop::Handle(const VerifyModel& verify) {
  Enqueue(verify.correlation_id, static_cast<std::uint8_t>(Priority::kP1), verify.deadline_ns, verify);
}

void IoLoop::Handle(const Infer& infer) {
  const SessionBoard::Limits limits = parts_.shared.sessions.LimitsOf(infer.session_key, received_at_ns_);
  std::uint64_t tensor_bytes = 0;
  for (const InputTensor& input : infer.inputs) tensor_bytes = SumOrMax(tensor_bytes, input.range.length);
  for (const OutputRoom& room : infer.outputs) tensor_bytes = SumOrMax(tensor_bytes, room.range.length);
  if (limits.max_memory_bytes > 0 && tensor_bytes > limits.max_memory_bytes && infer.correlation_id != 0) {
    parts_.publisher.Fault(infer.correlation_id, FaultCode::kMemoryBudgetExceeded,
                           "the request's tensors take " + std::to_string(tensor_bytes) +
                               " bytes, its session may use " + std::to_string(limits.max_memory_bytes) +
                               " for one; send less at a time or raise the session's limit");
    return;
  }
  std::int64_t left_ns = infer.deadline_ns;
  if (limits.deadline_at_ns != 0) {
    // Never 0, which would be no deadline at all.
    const std::int64_t session_left_ns = limits.deadline_at_ns - received_at_ns_;
    const std::int64_t capped_ns = session_left_ns == 0 ? -1 : session_left_ns;
    left_ns = left_ns == 0 ? capped_ns : std::min(left_ns, capped_ns);
  }
  Enqueue(infer.correlation_id, infer.priority, left_ns, infer, infer.session_key);
}

void IoLoop::Enqueue(std::uint64_t correlation_id, std::uint8_t priority, std::int64_t deadline_ns, Work work,
                     std::uint64_t session_key) {
  if (correlation_id == 0) {
    // Id 0 is the worker itself: an answer would read as its death.
    Warn("request-without-id");
    ++dropped_frames_;
    return;
  }
  if (priority > static_cast<std::uint8_t>(Priority::kP3)) {
    parts_.publisher.Fault(correlation_id, FaultCode::kInvalidRequest, "unknown priority " + std::to_string(priority));
    return;
  }
  Job job{correlation_id, static_cast<Priority>(priority), received_at_ns_, DeadlineAfter(received_at_ns_, deadline_ns),
          std::move(work), session_key};
  switch (parts_.queue.Submit(std::move(job))) {
    case WorkQueue::Submitted::kQueued: return;
    case WorkQueue::Submitted::kFull:
      parts_.publisher.Fault(
          correlation_id, FaultCode::kQueueFull,
          "the queue holds its limit of requests (--queue-depth); send it again when one is answered");
      return;
    case WorkQueue::Submitted::kDraining:
      parts_.publisher.Fault(correlation_id, FaultCode::kDraining, "the worker is draining and takes no new requests");
      return;
  }
}

void IoLoop::ExpireDeadlines() {
  for (const std::uint64_t correlation_id : parts_.queue.Expire(MonotonicNs())) {
    parts_.publisher.Fault(correlation_id, FaultCode::kDeadlineExceeded, "the deadline passed while queued");
  }
}

void IoLoop::ReportHealth() {
  health_due_ns_ = MonotonicNs() + kHealthEveryNs;
  const MemoryAccount& memory = parts_.device.memory();
  const std::uint64_t used = memory.UsedBytes();
  const DeviceHealth said = parts_.device.Health();
  HealthReply health;
  health.temperature_celsius = parts_.injector == nullptr ? said.temperature_celsius
                                                           : parts_.injector->Temperature(said.temperature_celsius);
  health.utilization_percent = said.utilization_percent;
  health.memory_usage = static_cast<float>(static_cast<double>(used) / static_cast<double>(memory.total_bytes()));
  health.error_count = parts_.publisher.error_count() + said.errors_uncorrected.value_or(0);
  parts_.shared.utilization_percent = std::isnan(said.utilization_percent) ? 0.0F : said.utilization_percent;
  parts_.publisher.Health(health);
  if (used / kUseGranularityBytes == reported_used_bytes_ / kUseGranularityBytes) return;
  reported_used_bytes_ = used;
  parts_.publisher.Memory(memory.Describe());
}

bool IoLoop::LeaveIfDrained() {
  if (!draining_) return false;
  drained_ = parts_.queue.Idle();
  if (!drained_ && (drain_deadline_ns_ == 0 || MonotonicNs() < drain_deadline_ns_)) return false;
  if (!drained_) Warn("drain-deadline").With("unanswered", parts_.queue.Look().depth);
  parts_.publisher.Drained(drain_id_);
  return true;
}

}  // namespace mainstay
