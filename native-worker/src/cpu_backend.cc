#include "cpu_backend.h"

#include <unistd.h>

#include <array>
#include <cstdlib>
#include <cstring>

#include "device_patterns.h"
#include "fault.h"

namespace mainstay {
namespace {

constexpr std::size_t kAlignment = 64;

DeviceCapabilities Describe() {
  DeviceCapabilities capabilities;
  capabilities.kind = CpuKind();
  capabilities.name = "cpu";
  capabilities.memory_bytes =
      static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES)) * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  capabilities.units = static_cast<std::uint32_t>(::sysconf(_SC_NPROCESSORS_ONLN));
  return capabilities;
}

// Read and written through volatile, or the compiler would prove that memory keeps its contents.
std::uint64_t CountErrors(volatile std::uint64_t* words, std::uint64_t count, std::uint64_t seed, std::uint64_t flip) {
  for (std::uint64_t i = 0; i < count; ++i) words[i] = PatternWord(seed, i) ^ flip;
  std::uint64_t wrong = 0;
  for (std::uint64_t i = 0; i < count; ++i) wrong += words[i] != (PatternWord(seed, i) ^ flip) ? 1 : 0;
  return wrong;
}

}  // namespace

CpuBackend::CpuBackend(std::uint64_t budget_bytes, int threads)
    : DeviceBackend(budget_bytes, std::make_shared<ProcessMemory>()),
      capabilities_(Describe()),
      utilization_(threads) {}

DeviceHealth CpuBackend::Health() {
  DeviceHealth health;
  health.temperature_celsius = CpuTemperature();
  health.utilization_percent = utilization_.Measure();
  return health;
}

std::uint64_t CpuBackend::CountPatternErrors(const DeviceMemory& memory, std::uint64_t seed) {
  auto* const words = static_cast<volatile std::uint64_t*>(memory.at());
  const std::uint64_t count = memory.bytes() / sizeof(std::uint64_t);
  return CountErrors(words, count, seed, 0) + CountErrors(words, count, seed, ~0ULL);
}

std::uint64_t CpuBackend::CountComputationErrors() {
  std::array<volatile float, kCheckSide * kCheckSide> left{};
  std::array<volatile float, kCheckSide * kCheckSide> right{};
  for (int row = 0; row < kCheckSide; ++row) {
    for (int column = 0; column < kCheckSide; ++column) {
      const auto at = static_cast<std::size_t>(row * kCheckSide + column);
      left[at] = static_cast<float>(CheckLeft(row, column));
      right[at] = static_cast<float>(CheckRight(row, column));
    }
  }
  std::uint64_t wrong = 0;
  for (int row = 0; row < kCheckSide; ++row) {
    for (int column = 0; column < kCheckSide; ++column) {
      float sum = 0;
      for (int i = 0; i < kCheckSide; ++i) {
        sum += left[static_cast<std::size_t>(row * kCheckSide + i)] *
               right[static_cast<std::size_t>(i * kCheckSide + column)];
      }
      wrong += sum != static_cast<float>(CheckProduct(row, column)) ? 1 : 0;
    }
  }
  return wrong;
}

// Zeroed, so that the account sees it at once and not when it is first used.
void* CpuBackend::DoAllocate(std::uint64_t bytes) {
  const std::uint64_t rounded = (bytes + kAlignment - 1) / kAlignment * kAlignment;
  void* const memory = std::aligned_alloc(kAlignment, rounded);
  if (memory == nullptr) {
    throw RequestFault(FaultCode::kOutOfMemory, "main memory has no " + std::to_string(bytes) + " bytes left");
  }
  std::memset(memory, 0, rounded);
  return memory;
}

void CpuBackend::DoRelease(void* memory) noexcept { std::free(memory); }

}  // namespace mainstay
