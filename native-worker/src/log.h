#pragma once

#include <concepts>
#include <string>
#include <string_view>
#include <utility>

namespace mainstay {

enum class LogLevel { kInfo, kWarn, kError };

/// One structured line on stderr, `level=info event=hello epoch=7`, written with a single write(2) when the object
/// goes. Values with spaces, quotes or control characters are quoted and escaped, so a line is always one line.
/// Thread-safe. Frames never go to stderr and logs never to stdout.
class LogLine {
 public:
  LogLine(LogLevel level, std::string_view event);
  LogLine(const LogLine&) = delete;
  LogLine& operator=(const LogLine&) = delete;
  ~LogLine();

  LogLine& With(std::string_view key, std::string_view value);
  template <std::integral N>
  LogLine& With(std::string_view key, N value) {
    return With(key, std::string_view(std::to_string(value)));
  }
  LogLine& With(std::string_view key, double value);

 private:
  std::string line_;
};

inline LogLine Info(std::string_view event) { return LogLine(LogLevel::kInfo, event); }
inline LogLine Warn(std::string_view event) { return LogLine(LogLevel::kWarn, event); }
inline LogLine Error(std::string_view event) { return LogLine(LogLevel::kError, event); }

}  // namespace mainstay
