#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "device_backend.h"

namespace mainstay {

/// `lib/libmainstay-cuda.so` beside the `bin` directory that this program is in.
std::string DefaultDevicePlugin();

/// Opens a device by its id: `cpu-N`, or `cuda-N` through the plug-in at `plugin_path`. Throws DeviceMissing with one
/// line that says what is missing and what to do. `budget_bytes` 0 means none.
std::unique_ptr<DeviceBackend> OpenDevice(const std::string& id, const std::string& plugin_path,
                                          std::uint64_t budget_bytes, int threads);

/// One line for each device of this machine, or for why there are none of a kind: what `--list-devices` prints.
std::string ListDevices(const std::string& plugin_path);

}  // namespace mainstay
