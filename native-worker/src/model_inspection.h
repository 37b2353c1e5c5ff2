#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace mainstay {

/// Looks through an ONNX file (a protobuf ModelProto, onnx.proto of opset 8 and later) before the backend sees it.
/// Throws RequestFault: kModelCorrupt when the bytes are no ModelProto with a graph, kModelRefused when a tensor
/// keeps its data outside the file, a node needs an operator that neither the backend nor the file itself defines, or
/// the model is written for an operator set older than the backend's first. Looks into subgraphs and functions too.
/// Reads only lengths and tags of weights, so it takes microseconds, not milliseconds.
void InspectModel(std::span<const std::byte> file);

/// Version of ONNX's own operators that an inspected file is written for; 0 when it names none.
std::uint64_t OperatorSetOf(std::span<const std::byte> file);

/// True for a file in ORT format (a flatbuffer), the format of the optimized copies that workers write.
bool IsOrtFormat(std::span<const std::byte> file);

}  // namespace mainstay
