#include "cuda_device.h"

#include <algorithm>
#include <new>

#include "cuda_status.h"
#include "kernels.h"

namespace mainstay::cuda {

class CudaDevice::Scratch {
 public:
  explicit Scratch(std::uint64_t bytes) : status_(cudaMalloc(&at_, bytes)) {}
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() {
    if (status_ == cudaSuccess) cudaFree(at_);
  }

  cudaError_t status() const { return status_; }
  template <typename T>
  T* as() const {
    return static_cast<T*>(at_);
  }

 private:
  void* at_ = nullptr;
  cudaError_t status_;
};

std::unique_ptr<CudaDevice> CudaDevice::Open(std::uint32_t index, int* status, MainstayText* why) {
  const int device = static_cast<int>(index);
  char bus_id[32] = {};
  cudaDeviceProp properties{};
  cudaError_t error = cudaSetDevice(device);
  if (error == cudaSuccess) error = cudaFree(nullptr);  // Creates the context here, not in the first request.
  if (error == cudaSuccess) error = cudaDeviceGetPCIBusId(bus_id, sizeof bus_id, device);
  if (error == cudaSuccess) error = cudaGetDeviceProperties(&properties, device);
  *status = StatusOf(error, "opening the GPU", why);
  if (*status != MAINSTAY_OK) return nullptr;
  return std::unique_ptr<CudaDevice>(new (std::nothrow)
                                         CudaDevice(device, bus_id, properties.totalGlobalMem, properties.major >= 7));
}

CudaDevice::~CudaDevice() {
  cudaSetDevice(index_);
  for (const auto& [at, bytes] : allocated_) cudaFree(at);
}

int CudaDevice::Health(MainstayDeviceHealth* health) {
  *health = nvml_.Read();
  return MAINSTAY_OK;
}

int CudaDevice::Memory(MainstayDeviceMemory* memory, MainstayText* why) {
  {
    const std::lock_guard lock(mutex_);
    memory->allocated_bytes = 0;
    for (const auto& [at, bytes] : allocated_) memory->allocated_bytes += bytes;
  }
  memory->total_bytes = total_bytes_;
  const std::uint64_t used = nvml_.UsedBytes();
  if (used != kMainstayUnknown) {
    memory->free_bytes = total_bytes_ - std::min(total_bytes_, used);
    return MAINSTAY_OK;
  }
  std::size_t free = 0;
  std::size_t total = 0;
  cudaSetDevice(index_);
  const int status = StatusOf(cudaMemGetInfo(&free, &total), "asking for free memory", why);
  memory->free_bytes = free;
  return status;
}

int CudaDevice::Allocate(std::uint64_t bytes, void** memory, MainstayText* why) {
  cudaSetDevice(index_);
  const int status = StatusOf(cudaMalloc(memory, bytes), "cudaMalloc", why);
  if (status != MAINSTAY_OK) return status;
  const std::lock_guard lock(mutex_);
  allocated_[*memory] = bytes;
  return MAINSTAY_OK;
}

int CudaDevice::Release(void* memory, MainstayText* why) {
  cudaSetDevice(index_);
  {
    const std::lock_guard lock(mutex_);
    allocated_.erase(memory);
  }
  return StatusOf(cudaFree(memory), "cudaFree", why);
}

int CudaDevice::CountWrong(const Scratch& counter, std::uint64_t* wrong, MainstayText* why) {
  unsigned long long counted = 0;
  // Waits for the kernels and says what became of them.
  const cudaError_t error = cudaMemcpy(&counted, counter.as<void>(), sizeof counted, cudaMemcpyDeviceToHost);
  *wrong = counted;
  return StatusOf(error, "counting wrong values", why);
}

int CudaDevice::TestPattern(void* memory, std::uint64_t bytes, std::uint64_t seed, std::uint64_t* wrong,
                            MainstayText* why) {
  cudaSetDevice(index_);
  const Scratch counter(sizeof(unsigned long long));
  cudaError_t error = counter.status();
  if (error == cudaSuccess) error = cudaMemset(counter.as<void>(), 0, sizeof(unsigned long long));
  auto* const words = static_cast<std::uint64_t*>(memory);
  const std::uint64_t count = bytes / sizeof(std::uint64_t);
  for (const std::uint64_t flip : {std::uint64_t{0}, ~std::uint64_t{0}}) {
    if (error == cudaSuccess) error = WritePattern(words, count, seed, flip);
    if (error == cudaSuccess) error = CountPatternErrors(words, count, seed, flip, counter.as<unsigned long long>());
  }
  if (error != cudaSuccess) return StatusOf(error, "pattern kernels", why);
  return CountWrong(counter, wrong, why);
}

int CudaDevice::CheckComputation(std::uint64_t* wrong, MainstayText* why) {
  cudaSetDevice(index_);
  const Scratch counter(sizeof(unsigned long long));
  cudaError_t error = counter.status();
  if (error == cudaSuccess) error = cudaMemset(counter.as<void>(), 0, sizeof(unsigned long long));
  if (error == cudaSuccess) error = CheckProducts(has_tensor_cores_, counter.as<unsigned long long>());
  if (error != cudaSuccess) return StatusOf(error, "product kernels", why);
  return CountWrong(counter, wrong, why);
}

int CudaDevice::Lanczos(const MainstayLanczos& work, MainstayText* why) {
  constexpr std::uint64_t kTaps = 6;
  cudaSetDevice(index_);
  const std::uint64_t out_width = work.width * work.scale;
  const std::uint64_t out_height = work.height * work.scale;
  const std::uint64_t band_rows = std::min(work.band_rows, out_height);
  const Scratch first(work.scale * sizeof(std::int64_t));
  const Scratch weights(work.scale * kTaps * sizeof(float));
  const Scratch plane(work.height * work.width * sizeof(float));
  const Scratch widened(work.height * out_width * sizeof(float));
  const Scratch band(band_rows * out_width * sizeof(float));
  for (const Scratch* scratch : {&first, &weights, &plane, &widened, &band}) {
    if (scratch->status() != cudaSuccess) return StatusOf(scratch->status(), "memory for a plane and a band", why);
  }
  const Phases phases{first.as<std::int64_t>(), weights.as<float>(), work.scale};
  cudaError_t error =
      cudaMemcpy(first.as<void>(), work.first, work.scale * sizeof(std::int64_t), cudaMemcpyHostToDevice);
  if (error == cudaSuccess) {
    error = cudaMemcpy(weights.as<void>(), work.weights, work.scale * kTaps * sizeof(float), cudaMemcpyHostToDevice);
  }
  for (std::uint64_t p = 0; p < work.planes && error == cudaSuccess; ++p) {
    error = cudaMemcpy(plane.as<void>(), work.in + p * work.height * work.width,
                       work.height * work.width * sizeof(float), cudaMemcpyHostToDevice);
    if (error == cudaSuccess)
      error = WidenRows(plane.as<float>(), widened.as<float>(), work.height, work.width, phases);
    for (std::uint64_t y = 0; y < out_height && error == cudaSuccess; y += band_rows) {
      const std::uint64_t rows = std::min(band_rows, out_height - y);
      error = CombineRows(widened.as<float>(), band.as<float>(), work.height, out_width, y, rows, phases);
      if (error != cudaSuccess) break;
      error = cudaMemcpy(work.out + (p * out_height + y) * out_width, band.as<void>(), rows * out_width * sizeof(float),
                         cudaMemcpyDeviceToHost);
      if (error == cudaSuccess && work.on_band(work.context) != 0) return MAINSTAY_STOPPED;
    }
  }
  return StatusOf(error, "Lanczos kernels", why);
}

int CudaDevice::Probe(MainstayText* why) {
  cudaSetDevice(index_);
  return StatusOf(cudaDeviceSynchronize(), "the GPU no longer answers", why);
}

}  // namespace mainstay::cuda
