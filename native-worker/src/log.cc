#include "log.h"

#include <unistd.h>

#include <cstdio>

namespace mainstay {
namespace {

// Longer lines are cut: a write up to PIPE_BUF (4,096 bytes) is atomic on a pipe, so lines of two threads never mix.
constexpr std::size_t kLineBytesMax = 4000;

const char* NameOf(LogLevel level) {
  switch (level) {
    case LogLevel::kInfo: return "info";
    case LogLevel::kWarn: return "warn";
    case LogLevel::kError: return "error";
  }
  return "error";
}

bool NeedsQuotes(std::string_view value) {
  if (value.empty()) return true;
  for (const char c : value) {
    if (c == ' ' || c == '"' || c == '=' || c == '\\' || static_cast<unsigned char>(c) < 0x20) return true;
  }
  return false;
}

void AppendQuoted(std::string& line, std::string_view value) {
  line += '"';
  for (const char c : value) {
    if (c == '"' || c == '\\') {
      line += '\\';
      line += c;
    } else if (c == '\n') {
      line += "\\n";
    } else if (static_cast<unsigned char>(c) < 0x20) {
      line += ' ';
    } else {
      line += c;
    }
  }
  line += '"';
}

}  // namespace

LogLine::LogLine(LogLevel level, std::string_view event) {
  line_ = "level=";
  line_ += NameOf(level);
  line_ += " event=";
  line_ += event;
}

LogLine& LogLine::With(std::string_view key, std::string_view value) {
  line_ += ' ';
  line_ += key;
  line_ += '=';
  if (NeedsQuotes(value)) {
    AppendQuoted(line_, value);
  } else {
    line_ += value;
  }
  return *this;
}

LogLine& LogLine::With(std::string_view key, double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f", value);
  return With(key, std::string_view(text));
}

LogLine::~LogLine() {
  if (line_.size() > kLineBytesMax) line_.resize(kLineBytesMax);
  line_ += '\n';
  // A log line that cannot be written is lost; there is nowhere else to say so.
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, line_.data(), line_.size());
}

}  // namespace mainstay
