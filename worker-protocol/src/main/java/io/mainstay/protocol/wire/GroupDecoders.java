package io.mainstay.protocol.wire;

import io.mainstay.protocol.Tensor;
import io.mainstay.protocol.TensorType;
import io.mainstay.protocol.codec.InferenceCompletedDecoder;
import io.mainstay.protocol.codec.MessageHeaderDecoder;
import io.mainstay.protocol.codec.ModelLoadedDecoder;
import io.mainstay.protocol.codec.TensorPlace;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.agrona.DirectBuffer;

/** Decoders of the messages with repeating groups, each made once and reused. */
final class GroupDecoders {
  private static final int ENTRIES_MAX = 1024;

  private final InferenceCompletedDecoder completed = new InferenceCompletedDecoder();
  private final ModelLoadedDecoder loaded = new ModelLoadedDecoder();

  WorkerMessages.InferenceCompleted inferenceCompleted(
      DirectBuffer frame, MessageHeaderDecoder header) {
    int body = SimpleDecoders.body(header, InferenceCompletedDecoder.BLOCK_LENGTH);
    completed.wrap(frame, body, header.blockLength(), header.version());
    InferenceCompletedDecoder.OutputsDecoder output = completed.outputs();
    requireEntries(output.count());
    SimpleDecoders.requireBlock(
        output.actingBlockLength(), InferenceCompletedDecoder.OutputsDecoder.sbeBlockLength());
    List<WireTensor> outputs = new ArrayList<>(output.count());
    while (output.hasNext()) {
      outputs.add(tensor(output.next(), frame));
    }
    return new WorkerMessages.InferenceCompleted(
        completed.correlationId(),
        completed.queuedNs(),
        completed.computeNs(),
        completed.residentBytes(),
        outputs);
  }

  private static WireTensor tensor(
      InferenceCompletedDecoder.OutputsDecoder output, DirectBuffer frame) {
    TensorType type = TensorType.ofCode(output.elementTypeRaw());
    requireRank(output.rank());
    Long[] dims = new Long[output.rank()];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = output.dims(i);
    }
    TensorPlace place = output.place();
    int segment = output.segment();
    long offset = output.offset();
    long length = output.length();
    String name = output.name();
    byte[] bytes = new byte[bounded(output.dataLength(), frame)];
    output.getData(bytes, 0, bytes.length);
    TensorSite site =
        switch (place) {
          case INLINE -> inline(name, length, bytes);
          case ARENA -> new TensorSite.Shared(segment, offset, length);
          case NULL_VAL -> throw new IllegalArgumentException("tensor " + name + " is nowhere");
        };
    return new WireTensor(name, type, List.of(dims), site);
  }

  private static TensorSite inline(String name, long length, byte[] bytes) {
    if (length != bytes.length) {
      throw new IllegalArgumentException(
          "tensor " + name + " says " + length + " bytes and carries " + bytes.length);
    }
    return new TensorSite.Inline(ByteBuffer.wrap(bytes));
  }

  WorkerMessages.ModelLoaded modelLoaded(DirectBuffer frame, MessageHeaderDecoder header) {
    int body = SimpleDecoders.body(header, ModelLoadedDecoder.BLOCK_LENGTH);
    loaded.wrap(frame, body, header.blockLength(), header.version());
    ModelLoadedDecoder.ComponentsDecoder component = loaded.components();
    requireEntries(component.count());
    SimpleDecoders.requireBlock(
        component.actingBlockLength(), ModelLoadedDecoder.ComponentsDecoder.sbeBlockLength());
    List<WorkerMessages.LoadedComponent> components = new ArrayList<>(component.count());
    while (component.hasNext()) {
      components.add(component(component.next()));
    }
    return new WorkerMessages.ModelLoaded(
        loaded.correlationId(), loaded.memoryBytes(), loaded.loadNs(), components);
  }

  private static WorkerMessages.LoadedComponent component(
      ModelLoadedDecoder.ComponentsDecoder component) {
    byte[] sha256 = new byte[ModelLoadedDecoder.ComponentsDecoder.optimizedSha256Length()];
    int bits = 0;
    for (int i = 0; i < sha256.length; i++) {
      sha256[i] = (byte) component.optimizedSha256(i);
      bits |= sha256[i];
    }
    List<WorkerMessages.TensorSignature> inputs = new ArrayList<>();
    List<WorkerMessages.TensorSignature> outputs = new ArrayList<>();
    ModelLoadedDecoder.ComponentsDecoder.TensorsDecoder tensor = component.tensors();
    requireEntries(tensor.count());
    SimpleDecoders.requireBlock(
        tensor.actingBlockLength(),
        ModelLoadedDecoder.ComponentsDecoder.TensorsDecoder.sbeBlockLength());
    while (tensor.hasNext()) {
      tensor.next();
      (tensor.isOutput() != 0 ? outputs : inputs).add(signature(tensor));
    }
    return new WorkerMessages.LoadedComponent(
        component.name(), bits == 0 ? "" : HexFormat.of().formatHex(sha256), inputs, outputs);
  }

  private static WorkerMessages.TensorSignature signature(
      ModelLoadedDecoder.ComponentsDecoder.TensorsDecoder tensor) {
    TensorType type = TensorType.ofCode(tensor.elementTypeRaw());
    requireRank(tensor.rank());
    Long[] dims = new Long[tensor.rank()];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = tensor.dims(i);
    }
    return new WorkerMessages.TensorSignature(tensor.name(), type, List.of(dims));
  }

  private static void requireRank(int rank) {
    if (rank > Tensor.RANK_MAX) {
      throw new IllegalArgumentException("rank " + rank + "; at most " + Tensor.RANK_MAX);
    }
  }

  static void requireEntries(int count) {
    if (count > ENTRIES_MAX) {
      throw new IllegalArgumentException("group of " + count + " entries; at most " + ENTRIES_MAX);
    }
  }

  /** Checked before memory is taken for it: the number comes from the wire. */
  private static int bounded(int length, DirectBuffer frame) {
    if (length < 0 || length > frame.capacity()) {
      throw new IllegalArgumentException(
          "data of " + (length & 0xFFFF_FFFFL) + " bytes in a frame of " + frame.capacity());
    }
    return length;
  }
}
