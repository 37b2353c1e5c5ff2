#include "progress.h"

#include "clock.h"

namespace mainstay {

void Checkpoint::Pass() {
  progress_.Advance();
  StopIfInterrupted();
}

void Checkpoint::StopIfInterrupted() const {
  const Interrupt interrupt = queue_.interrupt();
  if (interrupt == Interrupt::kCancelled)
    throw RequestFault(FaultCode::kCancelled, "cancelled while being carried out");
  if (interrupt == Interrupt::kDeadline || (deadline_at_ns_ != 0 && MonotonicNs() >= deadline_at_ns_)) {
    throw RequestFault(FaultCode::kDeadlineExceeded, "the deadline passed while the request was carried out");
  }
}

}  // namespace mainstay
