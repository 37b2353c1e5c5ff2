#include "cpu_device.h"

#include <time.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <limits>
#include <sstream>

#include "clock.h"

namespace mainstay {
namespace {

constexpr int kThermalZonesMax = 32;

std::string ValueOf(const std::string& line) {
  const auto colon = line.find(':');
  return colon == std::string::npos || colon + 2 > line.size() ? "" : line.substr(colon + 2);
}

std::int64_t ClockNs(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

}  // namespace

std::string CpuKind() {
  constexpr std::array<const char*, 10> kExtensions = {"avx2",        "fma",         "avx_vnni", "avx512f",  "avx512bw",
                                                       "avx512_vnni", "avx512_bf16", "amx_int8", "amx_bf16", "asimddp"};
  std::ifstream cpuinfo("/proc/cpuinfo");
  std::string model = "unknown CPU";
  std::string flags;
  for (std::string line; std::getline(cpuinfo, line) && !line.empty();) {
    if (line.rfind("model name", 0) == 0) model = ValueOf(line);
    if (line.rfind("flags", 0) == 0 || line.rfind("Features", 0) == 0) flags = ValueOf(line);
  }
  std::string kind = model;
  for (const char* extension : kExtensions) {
    std::istringstream words(flags);
    for (std::string word; words >> word;) {
      if (word == extension) kind += " " + word;
    }
  }
  return kind;
}

float CpuTemperature() {
  for (int zone = 0; zone < kThermalZonesMax; ++zone) {
    const std::string directory = "/sys/class/thermal/thermal_zone" + std::to_string(zone);
    std::ifstream type_file(directory + "/type");
    std::string type;
    if (!(type_file >> type)) break;
    if (type != "x86_pkg_temp" && type.rfind("cpu", 0) != 0) continue;
    std::ifstream temperature_file(directory + "/temp");
    long millidegrees = 0;
    if (temperature_file >> millidegrees) return static_cast<float>(millidegrees) / 1000.0F;
  }
  return std::numeric_limits<float>::quiet_NaN();
}

ComputeUtilization::ComputeUtilization(int threads)
    : threads_(threads), last_wall_ns_(MonotonicNs()), last_compute_ns_(ComputeNs()) {}

float ComputeUtilization::Measure() {
  const std::int64_t wall_ns = MonotonicNs();
  const std::int64_t compute_ns = ComputeNs();
  const double available = static_cast<double>(wall_ns - last_wall_ns_) * threads_;
  const double worked = static_cast<double>(compute_ns - last_compute_ns_);
  last_wall_ns_ = wall_ns;
  last_compute_ns_ = compute_ns;
  return available <= 0 ? 0.0F : static_cast<float>(std::clamp(100.0 * worked / available, 0.0, 100.0));
}

std::int64_t ComputeUtilization::ComputeNs() {
  return ClockNs(CLOCK_PROCESS_CPUTIME_ID) - ClockNs(CLOCK_THREAD_CPUTIME_ID);
}

}  // namespace mainstay
