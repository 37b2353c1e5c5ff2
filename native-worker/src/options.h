#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "framing.h"

namespace mainstay {

/// The command line, checked. The limits stand beside the fields; the host's launcher builds the other side of it.
struct Options {
  enum class Mode { kServe, kVersion, kSelfCheck, kListDevices };

  Mode mode = Mode::kServe;
  std::string device;                            ///< --device, cpu-N or cuda-N.
  std::uint64_t epoch = 0;                       ///< --epoch, at least 1.
  pid_t host_pid = 0;                            ///< --host-pid.
  int threads = 0;                               ///< --threads, 1 to 1024.
  std::uint64_t memory_budget_bytes = 0;         ///< --memory-budget in bytes, 0 for none.
  std::uint64_t data_limit_bytes = 0;            ///< --data-limit in bytes, 0 for none (RLIMIT_DATA).
  std::vector<std::string> arena_paths;          ///< --arena, repeatable; the order gives the segment numbers.
  std::string onnxruntime_path;                  ///< --onnxruntime.
  std::string device_plugin_path;                ///< --device-plugin; empty: the one beside the program.
  std::size_t queue_depth = 256;                 ///< --queue-depth, 1 to 4096 requests.
  std::size_t frame_bytes_max = kFrameBytesMax;  ///< --max-frame in bytes, 65536 to 1048576.
  bool fault_injection = false;                  ///< --enable-fault-injection.
  bool announces_schema = false;                 ///< --announce-schema MAJOR.MINOR, with fault injection only.
  std::uint16_t announced_schema_id = 0;
  std::uint16_t announced_schema_version = 0;
};

/// Why a command line cannot be used: one line for stderr.
struct UsageError {
  std::string message;
};

/// Pure: looks at nothing but the arguments (without the program's name).
std::variant<Options, UsageError> ParseOptions(const std::vector<std::string>& arguments);

}  // namespace mainstay
