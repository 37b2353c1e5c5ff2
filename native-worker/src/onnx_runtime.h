#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace mainstay {

// Opaque types of ONNX Runtime's C interface.
struct OrtApi;
struct OrtStatus;
struct OrtEnv;
struct OrtSession;
struct OrtSessionOptions;
struct OrtRunOptions;
struct OrtValue;
struct OrtTypeInfo;
struct OrtTensorInfo;
struct OrtAllocator;
struct OrtMemoryInfo;
struct OrtCudaProviderOptions;

/// Where ONNX Runtime computes beside the CPU: `cuda`, or empty; and its options by their public names.
struct ExecutionProvider {
  std::string name;
  std::vector<std::pair<std::string, std::string>> options;
};

/// ONNX Runtime as this worker uses it: the shared library, the entries of its function table that we call, and one
/// environment. Its C header is in no package registry; the table is append-only by its authors' promise (they assert
/// the positions in their own build), so entries are addressed by position, declared in onnx_runtime.cc alone, and
/// proven at every start by CheckOnnxRuntime (onnx_self_check.h). Thread-safe after construction; outlives every
/// session.
class OnnxRuntime {
 public:
  /// Error codes of OrtStatus.
  enum class ErrorCode : int {
    kFail = 1,
    kInvalidArgument = 2,
    kEngineError = 5,
    kRuntimeException = 6,
    kNotImplemented = 9,
    kProviderFail = 11
  };

  /// Loads `library_path`, refuses a version older than 1.4, creates the environment with telemetry off and its log
  /// going to ours. Throws std::runtime_error with cause and remedy.
  explicit OnnxRuntime(const std::string& library_path);
  OnnxRuntime(const OnnxRuntime&) = delete;
  OnnxRuntime& operator=(const OnnxRuntime&) = delete;
  ~OnnxRuntime();

  [[nodiscard]] const std::string& version() const { return version_; }
  [[nodiscard]] OrtEnv* env() const { return env_; }
  [[nodiscard]] OrtMemoryInfo* cpu_memory() const { return cpu_memory_; }
  [[nodiscard]] OrtAllocator* allocator() const { return allocator_; }

  /// Makes sessions with these options compute on the provider, and on the CPU what it cannot. Throws OnnxError when
  /// the library was built without it or cannot load what it needs; std::runtime_error when it is too old.
  void Append(OrtSessionOptions* options, const ExecutionProvider& provider) const;
  /// Throws OnnxError when `status` is one, and frees it.
  void Check(OrtStatus* status) const;

  // The entries, under their public names.
  ErrorCode (*GetErrorCode)(const OrtStatus*) = nullptr;
  const char* (*GetErrorMessage)(const OrtStatus*) = nullptr;
  OrtStatus* (*DisableTelemetryEvents)(const OrtEnv*) = nullptr;
  OrtStatus* (*CreateSessionFromArray)(const OrtEnv*, const void*, std::size_t, const OrtSessionOptions*,
                                       OrtSession**) = nullptr;
  OrtStatus* (*Run)(OrtSession*, const OrtRunOptions*, const char* const*, const OrtValue* const*, std::size_t,
                    const char* const*, std::size_t, OrtValue**) = nullptr;
  OrtStatus* (*CreateSessionOptions)(OrtSessionOptions**) = nullptr;
  OrtStatus* (*SetOptimizedModelFilePath)(OrtSessionOptions*, const char*) = nullptr;
  OrtStatus* (*SetSessionGraphOptimizationLevel)(OrtSessionOptions*, int) = nullptr;
  OrtStatus* (*SetIntraOpNumThreads)(OrtSessionOptions*, int) = nullptr;
  OrtStatus* (*SetInterOpNumThreads)(OrtSessionOptions*, int) = nullptr;
  OrtStatus* (*SessionGetInputCount)(const OrtSession*, std::size_t*) = nullptr;
  OrtStatus* (*SessionGetOutputCount)(const OrtSession*, std::size_t*) = nullptr;
  OrtStatus* (*SessionGetInputTypeInfo)(const OrtSession*, std::size_t, OrtTypeInfo**) = nullptr;
  OrtStatus* (*SessionGetOutputTypeInfo)(const OrtSession*, std::size_t, OrtTypeInfo**) = nullptr;
  OrtStatus* (*SessionGetInputName)(const OrtSession*, std::size_t, OrtAllocator*, char**) = nullptr;
  OrtStatus* (*SessionGetOutputName)(const OrtSession*, std::size_t, OrtAllocator*, char**) = nullptr;
  OrtStatus* (*CreateRunOptions)(OrtRunOptions**) = nullptr;
  OrtStatus* (*RunOptionsSetTerminate)(OrtRunOptions*) = nullptr;
  OrtStatus* (*RunOptionsUnsetTerminate)(OrtRunOptions*) = nullptr;
  OrtStatus* (*CreateTensorWithDataAsOrtValue)(const OrtMemoryInfo*, void*, std::size_t, const std::int64_t*,
                                               std::size_t, int, OrtValue**) = nullptr;
  OrtStatus* (*GetTensorMutableData)(OrtValue*, void**) = nullptr;
  OrtStatus* (*CastTypeInfoToTensorInfo)(const OrtTypeInfo*, const OrtTensorInfo**) = nullptr;
  OrtStatus* (*GetTensorElementType)(const OrtTensorInfo*, int*) = nullptr;
  OrtStatus* (*GetDimensionsCount)(const OrtTensorInfo*, std::size_t*) = nullptr;
  OrtStatus* (*GetDimensions)(const OrtTensorInfo*, std::int64_t*, std::size_t) = nullptr;
  OrtStatus* (*GetSymbolicDimensions)(const OrtTensorInfo*, const char**, std::size_t) = nullptr;
  OrtStatus* (*GetTensorTypeAndShape)(const OrtValue*, OrtTensorInfo**) = nullptr;
  OrtStatus* (*AllocatorFree)(OrtAllocator*, void*) = nullptr;
  OrtStatus* (*AddSessionConfigEntry)(OrtSessionOptions*, const char*, const char*) = nullptr;
  void (*ReleaseStatus)(OrtStatus*) = nullptr;
  void (*ReleaseSession)(OrtSession*) = nullptr;
  void (*ReleaseValue)(OrtValue*) = nullptr;
  void (*ReleaseRunOptions)(OrtRunOptions*) = nullptr;
  void (*ReleaseTypeInfo)(OrtTypeInfo*) = nullptr;
  void (*ReleaseTensorTypeAndShapeInfo)(OrtTensorInfo*) = nullptr;
  void (*ReleaseSessionOptions)(OrtSessionOptions*) = nullptr;

 private:
  void ResolveEntries(const OrtApi* api);
  void CreateEnvironment(const OrtApi* api);

  const OrtApi* cuda_api_ = nullptr;  // Null in a library older than 1.11.
  void* library_ = nullptr;
  std::string version_;
  OrtEnv* env_ = nullptr;
  OrtMemoryInfo* cpu_memory_ = nullptr;
  OrtAllocator* allocator_ = nullptr;
  void (*release_env_)(OrtEnv*) = nullptr;
  void (*release_memory_info_)(OrtMemoryInfo*) = nullptr;
};

}  // namespace mainstay
