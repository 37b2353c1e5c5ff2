#pragma once

#include <cstdint>

// The C interface between the worker and a plug-in library that drives one kind of device, such as libmainstay-cuda.so.
// The worker loads the library with dlopen, asks MainstayGetDevicePlugin for a table of its own version and calls
// nothing else. Both sides are built from this header; a change of anything below needs a new version.
//
// Every function returns a MainstayStatus, never throws, and says why in `why` unless it returns MAINSTAY_OK. Sizes are
// bytes. Health and memory may be asked from another thread than the one that computes.

constexpr std::uint32_t kMainstayDevicePluginVersion = 1;

extern "C" {

enum MainstayStatus {
  MAINSTAY_OK = 0,
  MAINSTAY_UNAVAILABLE = 1,    ///< No driver, a driver that is too old, or no such device.
  MAINSTAY_OUT_OF_MEMORY = 2,  ///< That request fails; the device goes on.
  MAINSTAY_FAILED = 3,         ///< That request fails; the device goes on.
  MAINSTAY_LOST = 4,           ///< The device computes nothing more for this process: the process must end.
  MAINSTAY_STOPPED = 5,        ///< The caller's on_band asked for it.
};

struct MainstayText {
  char text[512];
};

struct MainstayDeviceInfo {
  char name[128];  ///< As the maker names it.
  char kind[192];  ///< What makes results comparable: architecture, driver and library versions.
  std::uint64_t memory_bytes;
  std::int32_t compute_major;
  std::int32_t compute_minor;
  std::uint32_t multiprocessors;
  std::uint32_t has_fp16;  ///< 1: computes half precision at least as fast as single.
  std::uint32_t has_tensor_cores;
};

constexpr std::uint64_t kMainstayUnknown = ~0ULL;

/// What cannot be told is NaN, or kMainstayUnknown.
struct MainstayDeviceHealth {
  float temperature_celsius;
  float power_watts;
  float utilization_percent;
  std::uint64_t memory_used_bytes;  ///< Of the device, by every process.
  std::uint64_t errors_corrected;   ///< Of memory, since the driver was loaded.
  std::uint64_t errors_uncorrected;
  std::uint64_t throttle_reasons;  ///< Bits, as the device's management library defines them.
};

struct MainstayDeviceMemory {
  std::uint64_t total_bytes;
  std::uint64_t free_bytes;       ///< For any process.
  std::uint64_t allocated_bytes;  ///< Through this table.
};

/// Enlarge `planes` planes of [height, width] float32 at `in` into [height * scale, width * scale] at `out`, both in
/// host memory. Output row or column y takes six source ones from (y / scale + first[y % scale]) on, clamped to the
/// edge, with weights[(y % scale) * 6 ...]. After every `band_rows` rows of output on_band is called; when it returns
/// something else than 0 the work stops.
struct MainstayLanczos {
  std::uint64_t planes;
  std::uint64_t height;
  std::uint64_t width;
  std::uint32_t scale;
  std::uint64_t band_rows;
  const std::int64_t* first;
  const float* weights;
  const float* in;
  float* out;
  int (*on_band)(void* context);
  void* context;
};

struct MainstayDevicePlugin {
  std::uint32_t version;           ///< kMainstayDevicePluginVersion.
  const char* name;                ///< Such as "cuda".
  const char* execution_provider;  ///< Of ONNX Runtime: "cuda", or empty for its CPU one.

  /// Counts the devices; none is MAINSTAY_UNAVAILABLE with the reason.
  int (*discover)(std::uint32_t* count, MainstayText* why);
  int (*describe)(std::uint32_t index, MainstayDeviceInfo* info, MainstayText* why);
  int (*open)(std::uint32_t index, void** device, MainstayText* why);
  /// Frees everything that was allocated on it.
  void (*close)(void* device);
  int (*health)(void* device, MainstayDeviceHealth* health, MainstayText* why);
  int (*memory)(void* device, MainstayDeviceMemory* memory, MainstayText* why);
  int (*allocate)(void* device, std::uint64_t bytes, void** memory, MainstayText* why);
  int (*release)(void* device, void* memory, MainstayText* why);
  /// Writes words that follow from `seed` all over the memory, reads them back, does the same with their complement,
  /// and counts the words that differ. `memory` is of this device's allocate, with at least `bytes`.
  int (*test_pattern)(void* device, void* memory, std::uint64_t bytes, std::uint64_t seed, std::uint64_t* wrong,
                      MainstayText* why);
  /// Multiplies small matrices whose products are exact, in each precision that the device has, and counts wrong
  /// values.
  int (*check_computation)(void* device, std::uint64_t* wrong, MainstayText* why);
  int (*lanczos)(void* device, const MainstayLanczos* work, MainstayText* why);
  /// Whether the device still computes; MAINSTAY_LOST when it does not.
  int (*probe)(void* device, MainstayText* why);
};

/// Null when the library does not speak that version.
__attribute__((visibility("default"))) const MainstayDevicePlugin* MainstayGetDevicePlugin(std::uint32_t version);

}  // extern "C"
