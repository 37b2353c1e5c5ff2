#include "cuda_status.h"

#include <cstdio>

namespace mainstay::cuda {

bool IsSticky(cudaError_t error) {
  switch (error) {
    case cudaErrorECCUncorrectable:
    case cudaErrorNvlinkUncorrectable:
    case cudaErrorContained:
    case cudaErrorIllegalAddress:
    case cudaErrorLaunchTimeout:
    case cudaErrorContextIsDestroyed:
    case cudaErrorAssert:
    case cudaErrorHardwareStackError:
    case cudaErrorIllegalInstruction:
    case cudaErrorMisalignedAddress:
    case cudaErrorInvalidAddressSpace:
    case cudaErrorInvalidPc:
    case cudaErrorLaunchFailure:
    case cudaErrorTensorMemoryLeak:
    case cudaErrorExternalDevice:
    case cudaErrorUnknown: return true;
    default: return false;
  }
}

int StatusOf(cudaError_t error, const char* doing, MainstayText* why) {
  if (error == cudaSuccess) return MAINSTAY_OK;
  std::snprintf(why->text, sizeof why->text, "%s: %s (%s)", doing, cudaGetErrorString(error), cudaGetErrorName(error));
  if (IsSticky(error)) return MAINSTAY_LOST;
  cudaGetLastError();
  return error == cudaErrorMemoryAllocation ? MAINSTAY_OUT_OF_MEMORY : MAINSTAY_FAILED;
}

}  // namespace mainstay::cuda
