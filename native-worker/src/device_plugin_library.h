#pragma once

#include <cstdint>
#include <string>

#include "device_plugin.h"

namespace mainstay {

/// A plug-in library, loaded and found to speak our version. Stays loaded for the life of the process: its own threads
/// and static destructors may run at exit.
class DevicePluginLibrary {
 public:
  /// Throws DeviceMissing with cause and remedy.
  explicit DevicePluginLibrary(const std::string& path);

  [[nodiscard]] const MainstayDevicePlugin& plugin() const { return *plugin_; }
  /// How many devices it finds; at least one. Throws DeviceMissing with the reason when there is none.
  [[nodiscard]] std::uint32_t CountDevices() const;

 private:
  const MainstayDevicePlugin* plugin_ = nullptr;
};

}  // namespace mainstay
