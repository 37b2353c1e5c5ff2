#include "options.h"

#include <charconv>
#include <initializer_list>
#include <limits>
#include <set>
#include <string_view>

namespace mainstay {
namespace {

constexpr std::size_t kArenaSegmentsMax = 1024;
constexpr std::uint64_t kFrameBytesMin = 65536;

/// Thrown inside this file only.
struct Bad {
  std::string message;
};

std::uint64_t Number(const std::string& option, std::string_view text, std::uint64_t min, std::uint64_t max) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < min || value > max) {
    throw Bad{option + " " + std::string(text) + ": expected a whole number from " + std::to_string(min) + " to " +
              std::to_string(max)};
  }
  return value;
}

std::string Device(const std::string& option, const std::string& value) {
  const std::string digits = value.substr(value.find('-') + 1);
  const bool known = value.rfind("cpu-", 0) == 0 || value.rfind("cuda-", 0) == 0;
  if (!known || digits.empty() || digits.size() > 4 || digits.find_first_not_of("0123456789") != std::string::npos) {
    throw Bad{option + " " + value + ": expected cpu-N or cuda-N"};
  }
  return value;
}

std::string Path(const std::string& option, const std::string& value) {
  if (value.empty()) throw Bad{option + ": expected a path"};
  return value;
}

void AnnouncedSchema(Options& options, const std::string& option, const std::string& value) {
  const auto dot = value.find('.');
  if (dot == std::string::npos) throw Bad{option + " " + value + ": expected MAJOR.MINOR"};
  options.announces_schema = true;
  options.announced_schema_id =
      static_cast<std::uint16_t>(Number(option, std::string_view(value).substr(0, dot), 0, 65534));
  options.announced_schema_version =
      static_cast<std::uint16_t>(Number(option, std::string_view(value).substr(dot + 1), 0, 65534));
}

void Apply(Options& options, const std::string& option, const std::string& value) {
  constexpr std::uint64_t kBytesMax = 1ULL << 62;
  if (option == "--device") {
    options.device = Device(option, value);
  } else if (option == "--epoch") {
    options.epoch = Number(option, value, 1, std::numeric_limits<std::uint64_t>::max() - 1);
  } else if (option == "--host-pid") {
    options.host_pid = static_cast<pid_t>(Number(option, value, 1, std::numeric_limits<pid_t>::max()));
  } else if (option == "--threads") {
    options.threads = static_cast<int>(Number(option, value, 1, 1024));
  } else if (option == "--memory-budget") {
    options.memory_budget_bytes = Number(option, value, 0, kBytesMax);
  } else if (option == "--data-limit") {
    options.data_limit_bytes = Number(option, value, 1, kBytesMax);
  } else if (option == "--arena") {
    if (options.arena_paths.size() == kArenaSegmentsMax) {
      throw Bad{option + ": given more than " + std::to_string(kArenaSegmentsMax) + " times"};
    }
    options.arena_paths.push_back(Path(option, value));
  } else if (option == "--onnxruntime") {
    options.onnxruntime_path = Path(option, value);
  } else if (option == "--device-plugin") {
    options.device_plugin_path = Path(option, value);
  } else if (option == "--queue-depth") {
    options.queue_depth = Number(option, value, 1, 4096);
  } else if (option == "--max-frame") {
    options.frame_bytes_max = Number(option, value, kFrameBytesMin, kFrameBytesMax);
  } else if (option == "--announce-schema") {
    AnnouncedSchema(options, option, value);
  } else {
    throw Bad{"unknown option " + option};
  }
}

void Require(const std::set<std::string>& given, std::initializer_list<const char*> needed) {
  for (const char* option : needed) {
    if (!given.contains(option)) throw Bad{std::string("missing ") + option};
  }
}

Options Parse(const std::vector<std::string>& arguments) {
  Options options;
  std::set<std::string> given;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& option = arguments[i];
    if (!given.insert(option).second && option != "--arena") throw Bad{option + ": given twice"};
    if (option == "--version") {
      options.mode = Options::Mode::kVersion;
    } else if (option == "--self-check") {
      options.mode = Options::Mode::kSelfCheck;
    } else if (option == "--list-devices") {
      options.mode = Options::Mode::kListDevices;
    } else if (option == "--enable-fault-injection") {
      options.fault_injection = true;
    } else if (i + 1 == arguments.size()) {
      throw Bad{option.rfind("--", 0) == 0 ? option + ": unknown, or its value is missing"
                                           : "unexpected argument " + option};
    } else {
      Apply(options, option, arguments[++i]);
    }
  }
  if (options.mode == Options::Mode::kSelfCheck) Require(given, {"--onnxruntime"});
  if (options.mode == Options::Mode::kServe) {
    Require(given, {"--device", "--epoch", "--host-pid", "--threads", "--memory-budget", "--onnxruntime"});
  }
  if (options.announces_schema && !options.fault_injection) {
    throw Bad{"--announce-schema: only with --enable-fault-injection"};
  }
  return options;
}

}  // namespace

std::variant<Options, UsageError> ParseOptions(const std::vector<std::string>& arguments) {
  try {
    return Parse(arguments);
  } catch (const Bad& bad) {
    return UsageError{bad.message};
  }
}

}  // namespace mainstay
