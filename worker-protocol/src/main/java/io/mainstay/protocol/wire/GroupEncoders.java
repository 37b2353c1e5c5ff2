package io.mainstay.protocol.wire;

import io.mainstay.protocol.codec.ElementType;
import io.mainstay.protocol.codec.InferenceRequestEncoder;
import io.mainstay.protocol.codec.MemoryTier;
import io.mainstay.protocol.codec.MessageHeaderEncoder;
import io.mainstay.protocol.codec.ModelLoadRequestEncoder;
import io.mainstay.protocol.codec.Priority;
import io.mainstay.protocol.codec.TensorPlace;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Encoders of the messages with repeating groups, each made once and reused. */
final class GroupEncoders {
  private static final int SHA256_HEX_DIGITS = 64;

  private final long epoch;
  private final MessageHeaderEncoder header = new MessageHeaderEncoder();
  private final ModelLoadRequestEncoder load = new ModelLoadRequestEncoder();
  private final InferenceRequestEncoder infer = new InferenceRequestEncoder();
  private final UnsafeBuffer inline = new UnsafeBuffer(0, 0);
  private static final byte[] NOTHING = new byte[0];

  GroupEncoders(long epoch) {
    this.epoch = epoch;
  }

  int load(
      MutableDirectBuffer buffer,
      int offset,
      long correlationId,
      long deadlineNs,
      int priority,
      long estimatedBytes,
      long transactionKey,
      String modelId,
      List<WireComponent> components) {
    load.wrapAndApplyHeader(buffer, offset, header)
        .epoch(epoch)
        .correlationId(correlationId)
        .deadlineNs(deadlineNs)
        .loadingPriority(Priority.get((short) priority))
        .loadTarget(MemoryTier.VRAM)
        .estimatedVramUsage(estimatedBytes)
        .transactionKey(transactionKey);
    ModelLoadRequestEncoder.ComponentsEncoder group = load.componentsCount(components.size());
    for (WireComponent component : components) {
      byte[] sha256 = sha256(component);
      group.next().fileBytes(component.bytes()).preOptimized(flag(component.preOptimized()));
      for (int i = 0; i < sha256.length; i++) {
        group.sha256(i, (short) (sha256[i] & 0xFF));
      }
      group.name(component.name()).path(component.path()).optimizedPath(component.optimizedPath());
    }
    load.modelId(modelId);
    return load.encodedLength();
  }

  int infer(
      MutableDirectBuffer buffer,
      int offset,
      long correlationId,
      long deadlineNs,
      int priority,
      boolean wantsProgress,
      long sessionKey,
      String modelId,
      String component,
      List<WireTensor> inputs,
      List<WireRoom> outputs) {
    infer
        .wrapAndApplyHeader(buffer, offset, header)
        .epoch(epoch)
        .correlationId(correlationId)
        .deadlineNs(deadlineNs)
        .priority(Priority.get((short) priority))
        .wantsProgress(flag(wantsProgress))
        .sessionKey(sessionKey);
    InferenceRequestEncoder.InputsEncoder input = infer.inputsCount(inputs.size());
    for (int i = 0; i < inputs.size(); i++) {
      input(input.next(), inputs.get(i));
    }
    InferenceRequestEncoder.OutputsEncoder output = infer.outputsCount(outputs.size());
    for (int i = 0; i < outputs.size(); i++) {
      output(output.next(), outputs.get(i));
    }
    infer.modelId(modelId).component(component);
    return infer.encodedLength();
  }

  private void input(InferenceRequestEncoder.InputsEncoder into, WireTensor tensor) {
    int rank = tensor.dims().size();
    into.elementType(ElementType.get((short) tensor.type().code())).rank((short) rank);
    for (int i = 0; i < InferenceRequestEncoder.InputsEncoder.dimsLength(); i++) {
      into.dims(i, i < rank ? tensor.dims().get(i) : 0);
    }
    if (tensor.site() instanceof TensorSite.Shared shared) {
      into.place(TensorPlace.ARENA)
          .segment(shared.segment())
          .offset(shared.offset())
          .length(shared.length())
          .name(tensor.name())
          .putData(NOTHING, 0, 0);
    } else if (tensor.site() instanceof TensorSite.Inline here) {
      ByteBuffer bytes = here.bytes();
      inline.wrap(bytes, bytes.position(), bytes.remaining());
      into.place(TensorPlace.INLINE)
          .segment(0)
          .offset(0)
          .length(bytes.remaining())
          .name(tensor.name())
          .putData(inline, 0, bytes.remaining());
    }
  }

  private static void output(InferenceRequestEncoder.OutputsEncoder into, WireRoom room) {
    TensorSite.Shared shared = room.shared();
    into.place(shared == null ? TensorPlace.INLINE : TensorPlace.ARENA)
        .segment(shared == null ? 0 : shared.segment())
        .offset(shared == null ? 0 : shared.offset())
        .capacity(room.capacity())
        .name(room.name());
  }

  private static byte[] sha256(WireComponent component) {
    if (component.sha256().length() != SHA256_HEX_DIGITS) {
      throw new IllegalArgumentException(
          "SHA-256 of component "
              + component.name()
              + " has "
              + component.sha256().length()
              + " digits, not "
              + SHA256_HEX_DIGITS);
    }
    return HexFormat.of().parseHex(component.sha256());
  }

  private static short flag(boolean value) {
    return (short) (value ? 1 : 0);
  }
}
