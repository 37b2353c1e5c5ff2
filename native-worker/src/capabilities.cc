#include <algorithm>
#include <cmath>
#include <string>

#include "state_desk.h"

namespace mainstay {
namespace {

// Single-precision lanes of one unit.
constexpr double kCudaLanes = 128;
constexpr double kScoreMax = 10;
// So many lanes at once score 10, half as many in the exponent score 5.
constexpr double kBestLanes = 32768;

bool Has(const std::string& kind, const std::string& extension) { return kind.find(extension) != std::string::npos; }

double LanesOfUnit(const DeviceCapabilities& device) {
  if (device.compute_major > 0) return kCudaLanes;
  if (Has(device.kind, "avx512f")) return 16;
  return Has(device.kind, "avx2") ? 8 : 4;
}

}  // namespace

CapabilityReply CapabilitiesOf(const std::string& device_id, const DeviceCapabilities& device, float fragmentation) {
  CapabilityReply reply;
  reply.device_id = device_id;
  reply.capabilities = {"fp32_inference", "int8_inference"};
  if (device.has_fp16) reply.capabilities.emplace_back("fp16_inference");
  if (device.has_tensor_cores) reply.capabilities.emplace_back("tensor_core_acceleration");
  if (device.compute_major > 0) {
    reply.capabilities.push_back("compute_capability_" + std::to_string(device.compute_major) + "_" +
                                 std::to_string(device.compute_minor));
  }
  for (const char* extension : {"avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_int8", "amx_bf16", "asimddp"}) {
    if (Has(device.kind, extension)) reply.capabilities.push_back(std::string(extension) + "_acceleration");
  }
  reply.capabilities.emplace_back("lanczos_upscaling");
  const double lanes = std::max(1.0, static_cast<double>(device.units) * LanesOfUnit(device));
  reply.inference_performance = std::min(kScoreMax, kScoreMax * std::log2(lanes) / std::log2(kBestLanes));
  reply.memory_efficiency = kScoreMax * (1 - std::clamp(static_cast<double>(fragmentation), 0.0, 1.0));
  return reply;
}

}  // namespace mainstay
