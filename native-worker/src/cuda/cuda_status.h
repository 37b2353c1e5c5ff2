#pragma once

#include <cuda_runtime.h>

#include "../device_plugin.h"

namespace mainstay::cuda {

/// True for errors after which the CUDA context of this process is corrupt: every later call fails, whatever it asks.
/// The list is the one of "sticky" errors in the documentation of cudaError_t.
bool IsSticky(cudaError_t error);

/// MAINSTAY_OK, or the status that an error means; then `why` says what was done and CUDA's name and words for it. An
/// error that is not sticky is taken off the thread, so that the next call does not see it again.
int StatusOf(cudaError_t error, const char* doing, MainstayText* why);

}  // namespace mainstay::cuda
