#include "onnx_runtime.h"

#include <dlfcn.h>

#include <stdexcept>

#include "log.h"
#include "onnx_error.h"

namespace mainstay {

/// The function table: only its order is known here. Positions were read from the public header's struct of that name
/// (onnxruntime_c_api.h) and cannot move: the library is built with assertions on them.
struct OrtApi {
  void* entries[209];
};

namespace {

// What the library exports: `const OrtApiBase* OrtGetApiBase()`.
struct OrtApiBase {
  const OrtApi* (*GetApi)(std::uint32_t version);
  const char* (*GetVersionString)();
};

// Version 4 (ONNX Runtime 1.4) is the first whose table has AddSessionConfigEntry, the last entry we call.
constexpr std::uint32_t kApiVersion = 4;

// Version 11 (ONNX Runtime 1.11) is the first with the entries of the CUDA provider; asked for only where it is used.
constexpr std::uint32_t kCudaApiVersion = 11;

constexpr int kLogLevelWarning = 2;

using LogFunction = void (*)(void*, int, const char*, const char*, const char*, const char*);

enum Entry : std::size_t {
  kGetErrorCode = 1,
  kGetErrorMessage = 2,
  kCreateEnvWithCustomLogger = 4,
  kDisableTelemetryEvents = 6,
  kCreateSessionFromArray = 8,
  kRun = 9,
  kCreateSessionOptions = 10,
  kSetOptimizedModelFilePath = 11,
  kSetSessionGraphOptimizationLevel = 23,
  kSetIntraOpNumThreads = 24,
  kSetInterOpNumThreads = 25,
  kSessionGetInputCount = 30,
  kSessionGetOutputCount = 31,
  kSessionGetInputTypeInfo = 33,
  kSessionGetOutputTypeInfo = 34,
  kSessionGetInputName = 36,
  kSessionGetOutputName = 37,
  kCreateRunOptions = 39,
  kRunOptionsSetTerminate = 46,
  kRunOptionsUnsetTerminate = 47,
  kCreateTensorWithDataAsOrtValue = 49,
  kGetTensorMutableData = 51,
  kCastTypeInfoToTensorInfo = 55,
  kGetTensorElementType = 60,
  kGetDimensionsCount = 61,
  kGetDimensions = 62,
  kGetSymbolicDimensions = 63,
  kGetTensorTypeAndShape = 65,
  kCreateCpuMemoryInfo = 69,
  kAllocatorFree = 76,
  kGetAllocatorWithDefaultOptions = 78,
  kReleaseEnv = 92,
  kReleaseStatus = 93,
  kReleaseMemoryInfo = 94,
  kReleaseSession = 95,
  kReleaseValue = 96,
  kReleaseRunOptions = 97,
  kReleaseTypeInfo = 98,
  kReleaseTensorTypeAndShapeInfo = 99,
  kReleaseSessionOptions = 100,
  kAddSessionConfigEntry = 130,
  kSessionOptionsAppendExecutionProviderCudaV2 = 204,
  kCreateCudaProviderOptions = 205,
  kUpdateCudaProviderOptions = 206,
  kReleaseCudaProviderOptions = 208,
};

template <typename Function>
void Resolve(Function& function, const OrtApi* api, Entry entry) {
  function = reinterpret_cast<Function>(api->entries[entry]);
}

void Log(void*, int severity, const char* category, const char*, const char* location, const char* message) {
  LogLine line(severity > kLogLevelWarning ? LogLevel::kError : LogLevel::kWarn, "onnxruntime");
  line.With("category", category).With("at", location).With("message", message);
}

}  // namespace

OnnxRuntime::OnnxRuntime(const std::string& library_path) {
  library_ = ::dlopen(library_path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library_ == nullptr) {
    throw std::runtime_error("cannot load ONNX Runtime " + library_path + ": " + ::dlerror() +
                             "; give the path of libonnxruntime.so with --onnxruntime");
  }
  const auto get_api_base = reinterpret_cast<const OrtApiBase* (*)()>(::dlsym(library_, "OrtGetApiBase"));
  if (get_api_base == nullptr)
    throw std::runtime_error(library_path + " is not ONNX Runtime: it exports no OrtGetApiBase");
  const OrtApiBase* const base = get_api_base();
  version_ = base->GetVersionString();
  const OrtApi* const api = base->GetApi(kApiVersion);
  if (api == nullptr) {
    throw std::runtime_error("ONNX Runtime " + version_ + " (" + library_path +
                             ") is too old: version 1.4 or later is needed");
  }
  cuda_api_ = base->GetApi(kCudaApiVersion);
  ResolveEntries(api);
  CreateEnvironment(api);
}

// The library stays mapped: its own static destructors run at exit, and unloading it would pull the code from under
// them.
OnnxRuntime::~OnnxRuntime() {
  if (cpu_memory_ != nullptr) release_memory_info_(cpu_memory_);
  if (env_ != nullptr) release_env_(env_);
}

void OnnxRuntime::Check(OrtStatus* status) const {
  if (status == nullptr) return;
  const OnnxError error(GetErrorCode(status), GetErrorMessage(status));
  ReleaseStatus(status);
  throw error;
}

void OnnxRuntime::Append(OrtSessionOptions* options, const ExecutionProvider& provider) const {
  if (provider.name.empty()) return;
  if (provider.name != "cuda") throw std::runtime_error("this worker knows no execution provider " + provider.name);
  if (cuda_api_ == nullptr) {
    throw std::runtime_error("ONNX Runtime " + version_ + " is too old for CUDA: version 1.11 or later is needed");
  }
  OrtStatus* (*create)(OrtCudaProviderOptions**) = nullptr;
  OrtStatus* (*update)(OrtCudaProviderOptions*, const char* const*, const char* const*, std::size_t) = nullptr;
  OrtStatus* (*append)(OrtSessionOptions*, const OrtCudaProviderOptions*) = nullptr;
  void (*release)(OrtCudaProviderOptions*) = nullptr;
  Resolve(create, cuda_api_, kCreateCudaProviderOptions);
  Resolve(update, cuda_api_, kUpdateCudaProviderOptions);
  Resolve(append, cuda_api_, kSessionOptionsAppendExecutionProviderCudaV2);
  Resolve(release, cuda_api_, kReleaseCudaProviderOptions);
  OnnxHandle<OrtCudaProviderOptions> cuda(release);
  Check(create(cuda.slot()));
  std::vector<const char*> names;
  std::vector<const char*> values;
  for (const auto& [name, value] : provider.options) {
    names.push_back(name.c_str());
    values.push_back(value.c_str());
  }
  Check(update(cuda.get(), names.data(), values.data(), names.size()));
  Check(append(options, cuda.get()));
}

void OnnxRuntime::ResolveEntries(const OrtApi* api) {
  Resolve(GetErrorCode, api, kGetErrorCode);
  Resolve(GetErrorMessage, api, kGetErrorMessage);
  Resolve(DisableTelemetryEvents, api, kDisableTelemetryEvents);
  Resolve(CreateSessionFromArray, api, kCreateSessionFromArray);
  Resolve(Run, api, kRun);
  Resolve(CreateSessionOptions, api, kCreateSessionOptions);
  Resolve(SetOptimizedModelFilePath, api, kSetOptimizedModelFilePath);
  Resolve(SetSessionGraphOptimizationLevel, api, kSetSessionGraphOptimizationLevel);
  Resolve(SetIntraOpNumThreads, api, kSetIntraOpNumThreads);
  Resolve(SetInterOpNumThreads, api, kSetInterOpNumThreads);
  Resolve(SessionGetInputCount, api, kSessionGetInputCount);
  Resolve(SessionGetOutputCount, api, kSessionGetOutputCount);
  Resolve(SessionGetInputTypeInfo, api, kSessionGetInputTypeInfo);
  Resolve(SessionGetOutputTypeInfo, api, kSessionGetOutputTypeInfo);
  Resolve(SessionGetInputName, api, kSessionGetInputName);
  Resolve(SessionGetOutputName, api, kSessionGetOutputName);
  Resolve(CreateRunOptions, api, kCreateRunOptions);
  Resolve(RunOptionsSetTerminate, api, kRunOptionsSetTerminate);
  Resolve(RunOptionsUnsetTerminate, api, kRunOptionsUnsetTerminate);
  Resolve(CreateTensorWithDataAsOrtValue, api, kCreateTensorWithDataAsOrtValue);
  Resolve(GetTensorMutableData, api, kGetTensorMutableData);
  Resolve(CastTypeInfoToTensorInfo, api, kCastTypeInfoToTensorInfo);
  Resolve(GetTensorElementType, api, kGetTensorElementType);
  Resolve(GetDimensionsCount, api, kGetDimensionsCount);
  Resolve(GetDimensions, api, kGetDimensions);
  Resolve(GetSymbolicDimensions, api, kGetSymbolicDimensions);
  Resolve(GetTensorTypeAndShape, api, kGetTensorTypeAndShape);
  Resolve(AllocatorFree, api, kAllocatorFree);
  Resolve(AddSessionConfigEntry, api, kAddSessionConfigEntry);
  Resolve(ReleaseStatus, api, kReleaseStatus);
  Resolve(ReleaseSession, api, kReleaseSession);
  Resolve(ReleaseValue, api, kReleaseValue);
  Resolve(ReleaseRunOptions, api, kReleaseRunOptions);
  Resolve(ReleaseTypeInfo, api, kReleaseTypeInfo);
  Resolve(ReleaseTensorTypeAndShapeInfo, api, kReleaseTensorTypeAndShapeInfo);
  Resolve(ReleaseSessionOptions, api, kReleaseSessionOptions);
  Resolve(release_env_, api, kReleaseEnv);
  Resolve(release_memory_info_, api, kReleaseMemoryInfo);
}

void OnnxRuntime::CreateEnvironment(const OrtApi* api) {
  OrtStatus* (*create_env)(LogFunction, void*, int, const char*, OrtEnv**) = nullptr;
  OrtStatus* (*create_cpu_memory_info)(int, int, OrtMemoryInfo**) = nullptr;
  OrtStatus* (*get_default_allocator)(OrtAllocator**) = nullptr;
  Resolve(create_env, api, kCreateEnvWithCustomLogger);
  Resolve(create_cpu_memory_info, api, kCreateCpuMemoryInfo);
  Resolve(get_default_allocator, api, kGetAllocatorWithDefaultOptions);
  constexpr int kDeviceAllocator = 0;  // OrtDeviceAllocator: not the arena, the memory is ours.
  constexpr int kMemTypeDefault = 0;   // OrtMemTypeDefault.
  Check(create_env(Log, nullptr, kLogLevelWarning, "mainstay", &env_));
  Check(DisableTelemetryEvents(env_));
  Check(create_cpu_memory_info(kDeviceAllocator, kMemTypeDefault, &cpu_memory_));
  Check(get_default_allocator(&allocator_));
}

}  // namespace mainstay
