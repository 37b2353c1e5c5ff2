#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "host_messages.h"

namespace mainstay {

/// Test support: the host's side of host_adapter.h, one message as a whole frame. A load's target is always VRAM.
std::vector<std::byte> EncodeHostMessage(const HostMessage& message, std::uint64_t epoch);

}  // namespace mainstay
