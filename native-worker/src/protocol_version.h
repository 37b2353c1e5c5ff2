#pragma once

#include <cstdint>

namespace mainstay {

/// Of the wire schema this worker was built with: id is the major version, version the minor one. reply_publisher.cc
/// asserts that they are the generated codecs'.
constexpr std::uint16_t kSchemaId = 1;
constexpr std::uint16_t kSchemaVersion = 1;

}  // namespace mainstay
