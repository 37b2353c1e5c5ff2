#pragma once

#include <cstdint>

#include "host_messages.h"
#include "wire_reading.h"

namespace mainstay {

/// Decodes one message of the state protocol. Throws on bytes that do not fit.
using StateDecoder = HostMessage (*)(const reading::Envelope&);

/// Null for a template that a host does not send. For host_adapter.cc.
StateDecoder StateDecoderOf(std::uint16_t template_id);

}  // namespace mainstay
