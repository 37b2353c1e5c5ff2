#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <variant>

#include "host_messages.h"

namespace mainstay {

/// A frame that is well-formed but not for us; the caller counts it.
struct DroppedFrame {
  enum class Reason { kOtherEpoch, kUnknownTemplate };
  Reason reason;
  std::uint16_t template_id = 0;
};

/// A frame whose body cannot be decoded: the stream is garbled.
struct MalformedFrame {
  std::string cause;
};

/// Decodes one SBE message (header and body) of the host into an owned value. Knows the generated codecs so that
/// nobody else needs to. Stateless and thread-safe; trusts nothing in the bytes and reads nothing outside them.
/// Values of enums are handed on as numbers: whether they make sense is decided where they are used.
std::variant<HostMessage, DroppedFrame, MalformedFrame> DecodeHostMessage(std::span<const std::byte> message,
                                                                          std::uint64_t epoch);

}  // namespace mainstay
