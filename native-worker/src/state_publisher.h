#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "reply_publisher.h"
#include "state_replies.h"

namespace mainstay {

/// Says to the host what the worker has to say of state and transactions. Thread-safe, as ReplyPublisher, whose stream
/// and numbering it uses.
class StatePublisher {
 public:
  /// `replies` must outlive the publisher.
  explicit StatePublisher(ReplyPublisher& replies) : replies_(replies) {}
  StatePublisher(const StatePublisher&) = delete;
  StatePublisher& operator=(const StatePublisher&) = delete;

  // Answers.
  void Ack(std::uint64_t correlation_id, std::uint64_t sequence, std::uint64_t applied_version);
  void Refused(std::uint64_t correlation_id, std::uint64_t sequence, StateRefusalCode code, std::string_view reason);
  void Vote(const VoteReply& reply);
  void Outcome(const OutcomeReply& reply);
  /// Throws when the report does not fit a frame; then nothing is said.
  void Report(const StateReportReply& reply);

  // The worker's own state.
  void Capabilities(const CapabilityReply& reply);
  void AllocationWanted(const AllocationReply& reply);
  void ModelRuntime(const ModelRuntimeReply& reply);
  void SessionProgress(const SessionProgressReply& reply);
  void Coordination(const CoordinationReply& reply);
  void PipelineProgress(const PipelineProgressReply& reply);
  void PipelineCompleted(const PipelineCompletedReply& reply);

 private:
  ReplyPublisher& replies_;
};

}  // namespace mainstay
