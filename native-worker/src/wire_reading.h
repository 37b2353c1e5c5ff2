#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "framing.h"

/// How the adapters read a host's message with the generated codecs, which trust the bytes more than we do. For
/// host_adapter.cc and state_adapter.cc alone.
namespace mainstay::reading {

// A group's header may claim 65,534 entries; the schema allows this many.
constexpr std::uint64_t kGroupEntriesMax = 1024;

[[noreturn]] inline void Malformed(const std::string& cause) { throw std::runtime_error(cause); }

/// The SBE header and body of one message, before the template is known.
struct Envelope {
  char* bytes;
  std::uint64_t length;
  std::uint16_t block_length;
  std::uint16_t version;
};

/// The codecs check positions against the acting block length, but read fields at their own offsets: a block shorter
/// than ours would be read past its end. `least_bytes` is the block of the sender's version where that was shorter.
template <typename Message>
Message Wrap(const Envelope& envelope, std::size_t least_bytes = Message::sbeBlockLength()) {
  if (envelope.block_length < least_bytes) {
    Malformed("block of " + std::to_string(envelope.block_length) + " bytes, expected at least " +
              std::to_string(least_bytes));
  }
  Message message;
  message.wrapForDecode(envelope.bytes, kMessageHeaderBytes, envelope.block_length, envelope.version, envelope.length);
  return message;
}

template <typename Group>
Group& Checked(Group& group) {
  if (group.count() > kGroupEntriesMax) {
    Malformed("group of " + std::to_string(group.count()) + " entries, limit " + std::to_string(kGroupEntriesMax));
  }
  if (group.count() > 0 && group.sbeActingBlockLength() < Group::sbeBlockLength()) {
    Malformed("group entries of " + std::to_string(group.sbeActingBlockLength()) + " bytes, expected at least " +
              std::to_string(Group::sbeBlockLength()));
  }
  return group;
}

// Only the ...AsStringView accessors are safe: the ...AsString ones copy before they check the length.
inline std::vector<std::byte> Bytes(std::string_view data) {
  std::vector<std::byte> bytes(data.size());
  if (!data.empty()) std::memcpy(bytes.data(), data.data(), data.size());
  return bytes;
}

inline std::string Text(std::string_view data) { return std::string(data); }

}  // namespace mainstay::reading
