#pragma once

#include "../device_plugin.h"

namespace mainstay::cuda {

/// As in the plug-in's table. Neither creates a context on a device.
int Discover(std::uint32_t* count, MainstayText* why);
int Describe(std::uint32_t index, MainstayDeviceInfo* info, MainstayText* why);

}  // namespace mainstay::cuda
