#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "mainstay_wire/MessageHeader.h"

/// How the publishers write a message with the generated codecs. For reply_publisher.cc and state_publisher.cc alone.
namespace mainstay::writing {

// Backend messages can be pages long; one line of this size names the cause.
constexpr std::size_t kMessageBytesMax = 1024;

/// Wraps a message for encoding over the whole room, its SBE header included.
template <typename Message>
Message Begin(std::span<std::byte> room, std::uint64_t epoch) {
  Message message;
  message.wrapAndApplyHeader(reinterpret_cast<char*>(room.data()), 0, room.size());
  message.epoch(epoch);
  return message;
}

template <typename Message>
std::size_t End(const Message& message) {
  return wire::MessageHeader::encodedLength() + message.encodedLength();
}

/// One line of bounded length, cut at a character's start so that it stays UTF-8.
inline std::string OneLine(std::string_view text) {
  std::string line(text.substr(0, kMessageBytesMax));
  if (text.size() > kMessageBytesMax) {
    while (!line.empty() && (static_cast<unsigned char>(text[line.size()]) & 0xC0) == 0x80) line.pop_back();
  }
  std::replace_if(line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return line;
}

}  // namespace mainstay::writing
