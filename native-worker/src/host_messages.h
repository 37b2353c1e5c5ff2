#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "state_messages.h"
#include "tensor.h"

namespace mainstay {

/// SHA-256 of a file's contents.
using Sha256Digest = std::array<std::uint8_t, 32>;

/// Rank of a request in the worker's queue; a lower number goes first. The numbers are the wire's.
enum class Priority : std::uint8_t { kP0 = 0, kP1 = 1, kP2 = 2, kP3 = 3 };

/// Failures a worker acts out on demand, and when; the numbers are the wire's, the schema says what each does.
enum class InjectedFault : std::uint8_t {
  kCrash = 0,
  kHangCompute = 1,
  kHangIo = 2,
  kSlow = 3,
  kGarbageFrame = 4,
  kPartialFrame = 5,
  kOom = 6,
  kWrongEpoch = 7,
  kRefuseLoad = 8,
  kLeak = 9,
  kHot = 10,
  kWrongValues = 11,
  kLoseDevice = 12,
};
enum class InjectionTrigger : std::uint8_t { kNow = 0, kNextLoad = 1, kNextInference = 2 };

// What the host says, decoded and owned: nothing below points into a frame. Durations and deadlines are nanoseconds,
// as on the wire; a deadline is the time left when the frame was sent, 0 for none.

struct Ping {
  std::uint64_t sequence = 0;
  std::int64_t sent_ns = 0;
};

struct Cancel {
  std::uint64_t correlation_id = 0;
};

struct Drain {
  std::uint64_t correlation_id = 0;
  std::int64_t deadline_ns = 0;
};

struct ComponentFile {
  std::string name;
  std::string path;
  std::string optimized_path;  ///< Empty: no optimized copy is wanted.
  Sha256Digest sha256{};
  std::uint64_t file_bytes = 0;
  bool pre_optimized = false;
};

struct LoadModel {
  std::uint64_t correlation_id = 0;
  std::int64_t deadline_ns = 0;
  std::uint8_t priority = 0;  ///< As on the wire; checked by the queue.
  std::uint64_t estimated_bytes = 0;
  std::string model_id;
  std::vector<ComponentFile> components;
  std::uint64_t transaction_key = 0;  ///< Of the transaction whose committed memory it uses, 0 for none.
};

struct UnloadModel {
  std::uint64_t correlation_id = 0;
  std::string model_id;
};

struct VerifyModel {
  std::uint64_t correlation_id = 0;
  std::int64_t deadline_ns = 0;
  std::string model_id;
};

struct InputTensor {
  std::string name;
  std::uint8_t element_type = 0;  ///< As on the wire; checked against the model.
  std::uint8_t place = 0;         ///< As on the wire.
  Shape shape;
  ArenaRange range;             ///< Of which `length` counts wherever the bytes are.
  std::vector<std::byte> data;  ///< The bytes of an inline tensor.
};

struct OutputRoom {
  std::string name;
  std::uint8_t place = 0;  ///< As on the wire.
  ArenaRange range;        ///< `length` is the capacity.
};

struct Infer {
  std::uint64_t correlation_id = 0;
  std::int64_t deadline_ns = 0;
  std::uint8_t priority = 0;
  bool wants_progress = false;
  std::string model_id;
  std::string component;
  std::vector<InputTensor> inputs;
  std::vector<OutputRoom> outputs;
  std::uint64_t session_key = 0;  ///< 0 for none.
};

struct Inject {
  std::uint64_t correlation_id = 0;
  std::uint8_t fault = 0;    ///< As on the wire.
  std::uint8_t trigger = 0;  ///< As on the wire.
  std::uint64_t argument = 0;
  std::vector<std::byte> marker;
};

/// Everything a host may send.
using HostMessage =
    std::variant<Ping, Cancel, Drain, LoadModel, UnloadModel, VerifyModel, Infer, Inject, StateUpdate, RefusedByHost,
                 ReportState, PrepareTransaction, CommitTransaction, AbortTransaction, EndSession, RemoveDevice>;

/// Where a tensor's bytes are; the numbers are the wire's.
constexpr std::uint8_t kPlaceInline = 0;
constexpr std::uint8_t kPlaceArena = 1;

/// Tensors up to this size may travel inside a frame.
constexpr std::uint64_t kInlineBytesMax = 4096;

}  // namespace mainstay
