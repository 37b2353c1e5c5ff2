#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host_messages.h"
#include "state_messages.h"

namespace mainstay {

// What the worker says of state and transactions, before it is encoded. Sizes are bytes, durations nanoseconds.

/// The numbers are the wire's.
enum class TransactionResult : std::uint8_t { kCommitted = 0, kAborted = 1, kReleased = 2, kUnknown = 3 };

struct VoteReply {
  std::uint64_t correlation_id = 0;
  bool commit = false;
  bool rollback_capable = true;
  std::uint64_t reserved_bytes = 0;
  std::vector<std::string> locks;
  std::string transaction_id;
  std::string reason;
};

struct OutcomeReply {
  std::uint64_t correlation_id = 0;
  TransactionResult result = TransactionResult::kUnknown;
  std::uint64_t reserved_bytes = 0;
  std::string transaction_id;
  std::string resource_status;
};

struct StateReportReply {
  struct Component {
    std::string name;
    Sha256Digest sha256{};
  };
  struct Model {
    std::string id;
    std::uint64_t memory_bytes = 0;
    std::vector<Component> components;
  };
  struct Reservation {
    std::string transaction_id;
    std::uint64_t bytes = 0;
    std::string purpose;
    bool committed = false;
    std::int64_t left_ns = 0;
  };
  struct Session {
    std::string id;
    bool paused = false;
    std::uint32_t held = 0;
    std::uint32_t completed = 0;
  };
  struct Version {
    std::string field;
    std::uint64_t version = 0;
  };

  std::uint64_t correlation_id = 0;
  std::uint64_t accounted_bytes = 0;
  std::uint64_t budget_bytes = 0;
  std::uint64_t limit_bytes = 0;
  std::uint64_t resident_bytes = 0;
  std::uint64_t last_sequence = 0;
  std::uint16_t arena_segments = 0;
  std::uint64_t arena_bytes = 0;
  std::vector<Model> models;
  std::vector<Reservation> reservations;
  std::vector<Session> sessions;
  std::vector<Version> versions;
};

struct CapabilityReply {
  std::string device_id;
  std::vector<std::string> capabilities;
  double inference_performance = 0;  ///< 0 to 10.
  double memory_efficiency = 0;      ///< 0 to 10.
};

struct AllocationReply {
  std::uint64_t correlation_id = 0;  ///< Of the load that waits.
  std::string request_id;
  std::uint64_t requested_bytes = 0;
  std::string purpose;
  StatePriority priority = StatePriority::kNormal;
  std::int64_t estimated_duration_ns = 0;
};

struct ModelRuntimeReply {
  std::string model_id;
  bool inference_ready = true;
  bool warmup_completed = false;
  std::string optimization_level;
  std::int64_t average_inference_ns = 0;
  std::uint64_t memory_bytes = 0;
};

struct SessionProgressReply {
  std::string session_id;
  std::uint32_t completed = 0;
  std::uint32_t remaining = 0;
  std::optional<std::int64_t> estimated_completion_ns;  ///< Since the Unix epoch.
  std::string current_operation;
  std::uint64_t memory_used_bytes = 0;
  double utilization_percent = 0;
};

struct CoordinationReply {
  std::string session_id;
  std::string requires_model;
  std::optional<std::uint64_t> requires_bytes;
  StatePriority priority = StatePriority::kNormal;
  std::vector<std::string> dependent_operations;
};

struct PipelineProgressReply {
  std::string request_id;
  std::string current_operation;
  std::uint32_t completed = 0;
  std::uint32_t total = 0;
  double percent = 0;
  std::optional<double> upscaling_quality;
  std::int64_t processing_ns = 0;
};

struct PipelineCompletedReply {
  std::string request_id;
  double content_safety = 0;
  std::uint8_t safety_class = 0;
  std::vector<std::string> flagged;
  double technical_quality = 0;
  double visual_quality = 0;
  double enhancement = 0;
  std::string output_location;
  std::int64_t total_ns = 0;
  std::uint64_t peak_bytes = 0;
};

}  // namespace mainstay
