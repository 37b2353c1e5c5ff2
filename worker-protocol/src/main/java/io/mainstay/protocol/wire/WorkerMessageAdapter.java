package io.mainstay.protocol.wire;

import io.mainstay.protocol.codec.CrossDomainCoordinationDecoder;
import io.mainstay.protocol.codec.DeviceCapabilityDiscoveredDecoder;
import io.mainstay.protocol.codec.DeviceHealthUpdateDecoder;
import io.mainstay.protocol.codec.DrainedDecoder;
import io.mainstay.protocol.codec.FaultArmedDecoder;
import io.mainstay.protocol.codec.FaultDecoder;
import io.mainstay.protocol.codec.HelloDecoder;
import io.mainstay.protocol.codec.InferenceCompletedDecoder;
import io.mainstay.protocol.codec.InferenceProgressDecoder;
import io.mainstay.protocol.codec.MemoryAllocationRequestDecoder;
import io.mainstay.protocol.codec.MessageHeaderDecoder;
import io.mainstay.protocol.codec.ModelLoadedDecoder;
import io.mainstay.protocol.codec.ModelLoadingProgressDecoder;
import io.mainstay.protocol.codec.ModelRuntimeUpdateDecoder;
import io.mainstay.protocol.codec.ModelUnloadedDecoder;
import io.mainstay.protocol.codec.PongDecoder;
import io.mainstay.protocol.codec.PostprocessingCompletedDecoder;
import io.mainstay.protocol.codec.PostprocessingProgressDecoder;
import io.mainstay.protocol.codec.SessionProgressUpdateDecoder;
import io.mainstay.protocol.codec.StateAckDecoder;
import io.mainstay.protocol.codec.StateRefusedDecoder;
import io.mainstay.protocol.codec.StateReportDecoder;
import io.mainstay.protocol.codec.TransactionAcknowledgedDecoder;
import io.mainstay.protocol.codec.TransactionVoteDecoder;
import io.mainstay.protocol.codec.VerifiedDecoder;
import io.mainstay.protocol.codec.VramUsageUpdateDecoder;
import io.mainstay.protocol.frame.FrameFault;
import io.mainstay.protocol.state.StateAck;
import io.mainstay.protocol.state.StateEnvelope;
import io.mainstay.protocol.state.StateRefused;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;

/**
 * Decodes the frames of one worker. Not thread-safe; owned by the thread that reads. Decoders are
 * reused; a message is decoded whole before the listener hears of it, so what it throws is its own.
 *
 * <p>Unknown templates are skipped and counted, frames of another epoch dropped and counted;
 * another major version is refused.
 */
public final class WorkerMessageAdapter {
  private final long epoch;
  private final WorkerMessages messages;
  private final MessageHeaderDecoder header = new MessageHeaderDecoder();
  private final SimpleDecoders simple = new SimpleDecoders();
  private final GroupDecoders groups = new GroupDecoders();
  private final StateDecoders states = new StateDecoders();
  private final ControlDecoders controls = new ControlDecoders();
  private volatile long unknownTemplates;
  private volatile long foreignEpochs;
  private volatile String lastFrame = "";

  public WorkerMessageAdapter(long epoch, WorkerMessages messages) {
    this.epoch = epoch;
    this.messages = messages;
  }

  /**
   * Decodes one frame and tells the listener.
   *
   * @param frame SBE header and body, exactly
   * @param streamOffset of the frame, for the fault's text
   */
  public void onFrame(DirectBuffer frame, long streamOffset) throws FrameFault, SchemaRefused {
    header.wrap(frame, 0);
    if (header.schemaId() != MessageHeaderDecoder.SCHEMA_ID) {
      throw new SchemaRefused(MessageHeaderDecoder.SCHEMA_ID, header.schemaId());
    }
    int body = MessageHeaderDecoder.ENCODED_LENGTH;
    String name = nameOf(header.templateId());
    if (name == null) {
      countUnknown();
      return;
    }
    checkBlock(name, header.blockLength(), frame.capacity() - body, streamOffset);
    if (frame.getLong(body, ByteOrder.LITTLE_ENDIAN) != epoch) {
      countForeign();
      return;
    }
    lastFrame = name;
    decode(name, frame, streamOffset).run();
  }

  /** Templates this side does not know, since the connection began. */
  public long unknownTemplates() {
    return unknownTemplates;
  }

  /** Frames of another epoch, since the connection began. */
  public long foreignEpochs() {
    return foreignEpochs;
  }

  /** Name of the last frame that was decoded, or empty. */
  public String lastFrame() {
    return lastFrame;
  }

  private Runnable decode(String name, DirectBuffer frame, long streamOffset) throws FrameFault {
    try {
      return deliveryOf(frame);
    } catch (IndexOutOfBoundsException | IllegalArgumentException | ArithmeticException e) {
      throw new FrameFault(
          FrameFault.Kind.UNDECODABLE,
          streamOffset,
          "A " + name + " message does not fit its frame: " + e.getMessage(),
          e);
    }
  }

  /** Decodes now; what it returns only tells the listener. */
  private Runnable deliveryOf(DirectBuffer frame) {
    switch (header.templateId()) {
      case PongDecoder.TEMPLATE_ID:
        WorkerMessages.Pong pong = simple.pong(frame, header);
        return () -> messages.onPong(pong);
      case InferenceCompletedDecoder.TEMPLATE_ID:
        WorkerMessages.InferenceCompleted completed = groups.inferenceCompleted(frame, header);
        return () -> messages.onInferenceCompleted(completed);
      case InferenceProgressDecoder.TEMPLATE_ID:
        WorkerMessages.InferenceProgress started = simple.inferenceProgress(frame, header);
        return () -> messages.onInferenceProgress(started);
      case FaultDecoder.TEMPLATE_ID:
        WorkerMessages.Fault fault = simple.fault(frame, header);
        return () -> messages.onFault(fault);
      case HelloDecoder.TEMPLATE_ID:
        WorkerMessages.Hello hello = simple.hello(frame, header);
        return () -> messages.onHello(hello);
      case ModelLoadedDecoder.TEMPLATE_ID:
        WorkerMessages.ModelLoaded loaded = groups.modelLoaded(frame, header);
        return () -> messages.onModelLoaded(loaded);
      case ModelLoadingProgressDecoder.TEMPLATE_ID:
        WorkerMessages.ModelLoadingProgress loading = simple.loadingProgress(frame, header);
        return () -> messages.onModelLoadingProgress(loading);
      case ModelUnloadedDecoder.TEMPLATE_ID:
        WorkerMessages.ModelUnloaded unloaded = simple.modelUnloaded(frame, header);
        return () -> messages.onModelUnloaded(unloaded);
      case VerifiedDecoder.TEMPLATE_ID:
        WorkerMessages.Verified verified = simple.verified(frame, header);
        return () -> messages.onVerified(verified);
      case FaultArmedDecoder.TEMPLATE_ID:
        WorkerMessages.FaultArmed armed = simple.faultArmed(frame, header);
        return () -> messages.onFaultArmed(armed);
      case DrainedDecoder.TEMPLATE_ID:
        WorkerMessages.Drained drained = simple.drained(frame, header);
        return () -> messages.onDrained(drained);
      case DeviceHealthUpdateDecoder.TEMPLATE_ID:
        var health = simple.deviceHealth(frame, header);
        WorkerMessages.Stamp measured = simple.healthStamp(header);
        return () -> messages.onDeviceHealth(health, measured);
      case VramUsageUpdateDecoder.TEMPLATE_ID:
        var usage = simple.vramUsage(frame, header);
        WorkerMessages.Stamp counted = simple.usageStamp(header);
        return () -> messages.onVramUsage(usage, counted);
      default:
        return deliveryOfState(frame);
    }
  }

  private Runnable deliveryOfState(DirectBuffer frame) {
    switch (header.templateId()) {
      case StateAckDecoder.TEMPLATE_ID:
        StateAck ack = controls.ack(frame, header);
        return () -> messages.onStateAck(ack);
      case StateRefusedDecoder.TEMPLATE_ID:
        StateRefused refused = controls.refused(frame, header);
        return () -> messages.onStateRefused(refused);
      case StateReportDecoder.TEMPLATE_ID:
        WorkerMessages.Report report = controls.report(frame, header);
        return () -> messages.onReport(report);
      case TransactionVoteDecoder.TEMPLATE_ID:
        WorkerMessages.Vote vote = controls.vote(frame, header);
        return () -> messages.onVote(vote);
      case TransactionAcknowledgedDecoder.TEMPLATE_ID:
        WorkerMessages.Acknowledged acknowledged = controls.acknowledged(frame, header);
        return () -> messages.onAcknowledged(acknowledged);
      default:
        StateEnvelope told = envelopeOf(frame);
        return () -> messages.onState(told);
    }
  }

  private StateEnvelope envelopeOf(DirectBuffer frame) {
    return switch (header.templateId()) {
      case DeviceCapabilityDiscoveredDecoder.TEMPLATE_ID ->
          states.deviceCapabilityDiscovered(frame, header);
      case MemoryAllocationRequestDecoder.TEMPLATE_ID ->
          states.memoryAllocationRequest(frame, header);
      case ModelRuntimeUpdateDecoder.TEMPLATE_ID -> states.modelRuntimeUpdate(frame, header);
      case SessionProgressUpdateDecoder.TEMPLATE_ID -> states.sessionProgressUpdate(frame, header);
      case CrossDomainCoordinationDecoder.TEMPLATE_ID ->
          states.crossDomainCoordination(frame, header);
      case PostprocessingProgressDecoder.TEMPLATE_ID ->
          states.postprocessingProgress(frame, header);
      case PostprocessingCompletedDecoder.TEMPLATE_ID ->
          states.postprocessingCompleted(frame, header);
      default ->
          throw new IllegalArgumentException("template " + header.templateId() + " has no decoder");
    };
  }

  /** Name of a template that a worker may send; null for all others. */
  private static String nameOf(int templateId) {
    return switch (templateId) {
      case HelloDecoder.TEMPLATE_ID -> "Hello";
      case PongDecoder.TEMPLATE_ID -> "Pong";
      case FaultDecoder.TEMPLATE_ID -> "Fault";
      case DrainedDecoder.TEMPLATE_ID -> "Drained";
      case ModelUnloadedDecoder.TEMPLATE_ID -> "ModelUnloaded";
      case ModelLoadedDecoder.TEMPLATE_ID -> "ModelLoaded";
      case VerifiedDecoder.TEMPLATE_ID -> "Verified";
      case FaultArmedDecoder.TEMPLATE_ID -> "FaultArmed";
      case DeviceHealthUpdateDecoder.TEMPLATE_ID -> "DeviceHealthUpdate";
      case VramUsageUpdateDecoder.TEMPLATE_ID -> "VramUsageUpdate";
      case ModelLoadingProgressDecoder.TEMPLATE_ID -> "ModelLoadingProgress";
      case InferenceProgressDecoder.TEMPLATE_ID -> "InferenceProgress";
      case InferenceCompletedDecoder.TEMPLATE_ID -> "InferenceCompleted";
      case StateAckDecoder.TEMPLATE_ID -> "StateAck";
      case StateRefusedDecoder.TEMPLATE_ID -> "StateRefused";
      case StateReportDecoder.TEMPLATE_ID -> "StateReport";
      case TransactionVoteDecoder.TEMPLATE_ID -> "TransactionVote";
      case TransactionAcknowledgedDecoder.TEMPLATE_ID -> "TransactionAcknowledged";
      case DeviceCapabilityDiscoveredDecoder.TEMPLATE_ID -> "DeviceCapabilityDiscovered";
      case MemoryAllocationRequestDecoder.TEMPLATE_ID -> "MemoryAllocationRequest";
      case ModelRuntimeUpdateDecoder.TEMPLATE_ID -> "ModelRuntimeUpdate";
      case SessionProgressUpdateDecoder.TEMPLATE_ID -> "SessionProgressUpdate";
      case CrossDomainCoordinationDecoder.TEMPLATE_ID -> "CrossDomainCoordination";
      case PostprocessingProgressDecoder.TEMPLATE_ID -> "PostprocessingProgress";
      case PostprocessingCompletedDecoder.TEMPLATE_ID -> "PostprocessingCompleted";
      default -> null;
    };
  }

  private static void checkBlock(String name, int block, int available, long streamOffset)
      throws FrameFault {
    if (block > available || block < Long.BYTES) {
      throw new FrameFault(
          FrameFault.Kind.UNDECODABLE,
          streamOffset,
          "A "
              + name
              + " message says its block has "
              + block
              + " bytes, in a body of "
              + available);
    }
  }

  // Only the reading thread writes these; others read them for reports.
  @SuppressWarnings("NonAtomicOperationOnVolatileField")
  private void countUnknown() {
    unknownTemplates++;
  }

  @SuppressWarnings("NonAtomicOperationOnVolatileField")
  private void countForeign() {
    foreignEpochs++;
  }
}
