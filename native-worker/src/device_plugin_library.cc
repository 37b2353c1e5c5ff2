#include "device_plugin_library.h"

#include <dlfcn.h>

#include "device_backend.h"

namespace mainstay {

DevicePluginLibrary::DevicePluginLibrary(const std::string& path) {
  void* const library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    throw DeviceMissing("cannot load the device plug-in " + path + ": " + ::dlerror() +
                        "; build the worker where nvcc is installed, or give the plug-in's path with --device-plugin");
  }
  using Get = const MainstayDevicePlugin* (*)(std::uint32_t);
  const auto get = reinterpret_cast<Get>(::dlsym(library, "MainstayGetDevicePlugin"));
  if (get == nullptr) {
    throw DeviceMissing(path + " is no device plug-in: it exports no MainstayGetDevicePlugin");
  }
  plugin_ = get(kMainstayDevicePluginVersion);
  if (plugin_ != nullptr && plugin_->version == kMainstayDevicePluginVersion) return;
  throw DeviceMissing("the device plug-in " + path + " does not speak version " +
                      std::to_string(kMainstayDevicePluginVersion) +
                      " of the plug-in interface; take worker and plug-in from one build");
}

std::uint32_t DevicePluginLibrary::CountDevices() const {
  std::uint32_t count = 0;
  MainstayText why{};
  if (plugin_->discover(&count, &why) == MAINSTAY_OK && count > 0) return count;
  throw DeviceMissing(std::string("no ") + plugin_->name + " device: " + why.text);
}

}  // namespace mainstay
