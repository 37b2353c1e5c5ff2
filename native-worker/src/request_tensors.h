#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "arena.h"
#include "host_messages.h"
#include "onnx_session.h"
#include "tensor.h"
#include "worker_replies.h"

namespace mainstay {

// What a request says of its tensors, checked against what a component declares and against the arena; the same for a
// model's components and for the worker's own kernels. All throw RequestFault.

/// kBadTensor, naming the tensor.
[[noreturn]] void ThrowBadTensor(const std::string& name, const std::string& cause);

/// The inputs in the order of the request: each known, of the declared type and shape, its bytes where it says; none
/// twice, none missing. `request` and `arena` must outlive the views.
std::vector<TensorView> ViewInputs(const Infer& request, const std::vector<TensorSignature>& declared,
                                   const Arena& arena);

/// For each output asked for its number in the declaration. Checks names, places and rooms; none twice.
std::vector<std::size_t> FindOutputs(const Infer& request, const std::vector<TensorSignature>& declared,
                                     const Arena& arena);

/// kOutputTooSmall when `bytes` of an output do not fit its room.
void RequireRoom(const OutputRoom& room, const Shape& shape, std::size_t bytes);

}  // namespace mainstay
