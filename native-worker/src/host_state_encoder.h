#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "framing.h"
#include "host_messages.h"

namespace mainstay {

/// Test support: the host's side of the state protocol. For host_encoder.cc.
std::vector<std::byte> EncodeStateUpdate(const StateUpdate& update, std::uint64_t epoch);
std::vector<std::byte> EncodeControl(const RefusedByHost& message, std::uint64_t epoch);
std::vector<std::byte> EncodeControl(const ReportState& message, std::uint64_t epoch);
std::vector<std::byte> EncodeControl(const PrepareTransaction& message, std::uint64_t epoch);
std::vector<std::byte> EncodeControl(const CommitTransaction& message, std::uint64_t epoch);
std::vector<std::byte> EncodeControl(const AbortTransaction& message, std::uint64_t epoch);
std::vector<std::byte> EncodeControl(const EndSession& message, std::uint64_t epoch);
std::vector<std::byte> EncodeControl(const RemoveDevice& message, std::uint64_t epoch);

namespace encoding {

/// One frame; `put` fills in what follows the epoch.
template <typename Wire, typename Put>
std::vector<std::byte> Encode(std::uint64_t epoch, const Put& put) {
  std::vector<std::byte> frame(kFrameBytesMax);
  Wire out;
  out.wrapAndApplyHeader(reinterpret_cast<char*>(frame.data()), kFrameHeaderBytes, frame.size());
  out.epoch(epoch);
  put(out);
  frame.resize(kFrameHeaderBytes + kMessageHeaderBytes + out.encodedLength());
  EncodeFrameHeader(frame.data(), static_cast<std::uint32_t>(frame.size()));
  return frame;
}

}  // namespace encoding
}  // namespace mainstay
