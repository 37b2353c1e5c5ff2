#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "fault.h"
#include "host_messages.h"
#include "tensor.h"

namespace mainstay {

// What the worker says, before it is encoded. Sizes are bytes, durations nanoseconds. The epoch is the publisher's.

struct HelloReply {
  std::uint16_t schema_id = 0;
  std::uint16_t schema_version = 0;
  std::uint64_t pid = 0;
  std::uint32_t threads = 0;
  std::uint64_t memory_budget_bytes = 0;
  std::uint16_t arena_segments = 0;
  std::uint64_t arena_bytes = 0;
  bool fault_injection = false;
  std::string device_id;
  std::string worker_version;
  std::string backend;
  std::string backend_version;
  std::string device_kind;
};

/// What the compute side is doing; the numbers are the wire's.
enum class WorkerState : std::uint8_t { kIdle = 0, kLoading = 1, kComputing = 2, kDraining = 3 };

struct PongReply {
  std::uint64_t sequence = 0;
  std::int64_t sent_ns = 0;
  std::uint64_t progress = 0;
  std::uint64_t active_correlation_id = 0;
  std::int64_t active_ns = 0;
  std::uint32_t queue_depth = 0;
  WorkerState state = WorkerState::kIdle;
  std::uint64_t dropped_frames = 0;
};

/// Where a load is; the numbers are the wire's.
enum class LoadStage : std::uint8_t { kHashing = 0, kCreatingSession = 1, kReadingSignature = 2, kReady = 3 };

struct LoadProgressReply {
  std::uint64_t correlation_id = 0;
  LoadStage stage = LoadStage::kHashing;
  float percent = 0;
  std::uint64_t allocated_bytes = 0;
  std::string component;
};

struct LoadedComponent {
  std::string name;
  Sha256Digest optimized_sha256{};
  std::vector<TensorSignature> inputs;
  std::vector<TensorSignature> outputs;
};

struct LoadedReply {
  std::uint64_t correlation_id = 0;
  std::uint64_t memory_bytes = 0;
  std::int64_t load_ns = 0;
  std::vector<LoadedComponent> components;
};

struct OutputTensor {
  std::string name;
  ElementType type = ElementType::kFloat32;
  Shape shape;
  std::uint8_t place = kPlaceInline;
  ArenaRange range;             ///< `length` is what was written, wherever it is.
  std::vector<std::byte> data;  ///< The bytes when inline.
};

struct CompletedReply {
  std::uint64_t correlation_id = 0;
  std::int64_t queued_ns = 0;
  std::int64_t compute_ns = 0;
  std::uint64_t resident_bytes = 0;
  std::vector<OutputTensor> outputs;
};

struct HealthReply {
  float temperature_celsius = 0;
  float utilization_percent = 0;
  float memory_usage = 0;
  std::uint64_t error_count = 0;
};

/// Use of a worker's memory limit; the numbers are the wire's.
enum class PressureLevel : std::uint8_t { kLow = 0, kModerate = 1, kHigh = 2, kCritical = 3 };

struct MemoryReply {
  std::uint64_t total_bytes = 0;
  std::uint64_t used_bytes = 0;
  std::uint64_t available_bytes = 0;
  float fragmentation = 0;
  PressureLevel pressure = PressureLevel::kLow;
  bool cleanup_recommended = false;
};

}  // namespace mainstay
