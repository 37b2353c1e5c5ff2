#include "device_selection.h"

#include <filesystem>
#include <sstream>
#include <system_error>

#include "cpu_backend.h"
#include "plugin_backend.h"

namespace mainstay {
namespace {

std::string Describe(const std::string& id, const DeviceCapabilities& device) {
  std::ostringstream line;
  line << id << " name=\"" << device.name << "\" kind=\"" << device.kind << "\" memory_bytes=" << device.memory_bytes
       << " units=" << device.units;
  if (device.compute_major > 0) {
    line << " compute_capability=" << device.compute_major << '.' << device.compute_minor;
  }
  line << " fp16=" << (device.has_fp16 ? "yes" : "no") << " tensor_cores=" << (device.has_tensor_cores ? "yes" : "no")
       << '\n';
  return line.str();
}

}  // namespace

std::string DefaultDevicePlugin() {
  std::error_code unknown;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", unknown);
  return (program.parent_path().parent_path() / "lib" / "libmainstay-cuda.so").string();
}

std::unique_ptr<DeviceBackend> OpenDevice(const std::string& id, const std::string& plugin_path,
                                          std::uint64_t budget_bytes, int threads) {
  const std::size_t dash = id.find('-');
  if (id.substr(0, dash) == "cpu") return std::make_unique<CpuBackend>(budget_bytes, threads);
  try {
    const DevicePluginLibrary library(plugin_path);
    return PluginBackend::Open(library, static_cast<std::uint32_t>(std::stoul(id.substr(dash + 1))), budget_bytes);
  } catch (const DeviceMissing& missing) {
    throw DeviceMissing(id + ": " + missing.what() + "; a CPU device needs none of this: --device cpu-0");
  }
}

std::string ListDevices(const std::string& plugin_path) {
  std::string text = Describe("cpu-0", CpuBackend(0, 1).capabilities());
  try {
    const DevicePluginLibrary library(plugin_path);
    const std::uint32_t count = library.CountDevices();
    for (std::uint32_t i = 0; i < count; ++i) {
      text += Describe(std::string(library.plugin().name) + "-" + std::to_string(i),
                       PluginBackend::Open(library, i, 0)->capabilities());
    }
  } catch (const DeviceMissing& missing) {
    text += std::string("cuda: none: ") + missing.what() + "\n";
  }
  return text;
}

}  // namespace mainstay
