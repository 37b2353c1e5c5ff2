#pragma once

namespace mainstay {

/// Why the process ended. The Java side mirrors these numbers (they are part of the contract between host and worker,
/// like the wire schema): never reuse one. A worker ended by a signal has none of them.
enum class ExitStatus : int {
  kDone = 0,   ///< Drained, or the end of stdin: the host is gone.
  kUsage = 2,  ///< A command line that cannot be used; one line on stderr says why.
  /// The parent process is not --host-pid: the host died before we could tie ourselves to it.
  kWrongHost = 10,
  kArenaUnmappable = 11,  ///< A segment of the tensor arena cannot be opened or mapped.
  kBackendMissing = 12,   ///< ONNX Runtime cannot be loaded, or is too old.
  kSelfCheckFailed = 13,  ///< ONNX Runtime loads but does not compute what the self-check model must give.
  kProtocolError = 14,    ///< The byte stream on stdin is garbled; stderr and a Fault name the offset.
  kOutOfMemory = 15,      ///< The worker itself, not one request, ran out of memory.
  kDeviceLost = 16,       ///< The device computes nothing more for this process (a sticky CUDA error).
  kDeviceMissing = 17,    ///< --device cannot be opened: no driver, no such device, no plug-in library.
  kInternal = 70,         ///< A defect of the worker.
};

}  // namespace mainstay
