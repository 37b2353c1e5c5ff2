#pragma once

#include <cstddef>
#include <cstdint>

namespace mainstay {

/// FIX Simple Open Framing Header: uint32 length (its own 6 bytes included), uint16 encoding type, both big-endian.
constexpr std::size_t kFrameHeaderBytes = 6;
constexpr std::uint16_t kFrameEncoding = 0xEB50;
/// The SBE message header inside every frame.
constexpr std::size_t kMessageHeaderBytes = 8;
/// No frame of either side is longer.
constexpr std::size_t kFrameBytesMax = 1048576;

struct FrameHeader {
  std::uint32_t frame_bytes = 0;
  std::uint16_t encoding = 0;
};

inline FrameHeader DecodeFrameHeader(const std::byte* at) {
  const auto byte = [at](int i) { return static_cast<std::uint32_t>(at[i]); };
  return {byte(0) << 24 | byte(1) << 16 | byte(2) << 8 | byte(3), static_cast<std::uint16_t>(byte(4) << 8 | byte(5))};
}

inline void EncodeFrameHeader(std::byte* at, std::uint32_t frame_bytes) {
  at[0] = static_cast<std::byte>(frame_bytes >> 24);
  at[1] = static_cast<std::byte>(frame_bytes >> 16);
  at[2] = static_cast<std::byte>(frame_bytes >> 8);
  at[3] = static_cast<std::byte>(frame_bytes);
  at[4] = static_cast<std::byte>(kFrameEncoding >> 8);
  at[5] = static_cast<std::byte>(kFrameEncoding & 0xFF);
}

}  // namespace mainstay
