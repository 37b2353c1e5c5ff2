package io.mainstay.protocol.wire;

import io.mainstay.protocol.InjectedFault;
import io.mainstay.protocol.InjectionTrigger;
import io.mainstay.protocol.codec.CancelEncoder;
import io.mainstay.protocol.codec.DrainEncoder;
import io.mainstay.protocol.codec.InjectFaultEncoder;
import io.mainstay.protocol.codec.MessageHeaderEncoder;
import io.mainstay.protocol.codec.ModelUnloadRequestEncoder;
import io.mainstay.protocol.codec.PingEncoder;
import io.mainstay.protocol.codec.VerifyRequestEncoder;
import io.mainstay.protocol.frame.FrameFault;
import io.mainstay.protocol.frame.FrameWriter;
import io.mainstay.protocol.state.StateEnvelope;
import io.mainstay.protocol.state.StateRefused;
import io.mainstay.protocol.state.TransactionWork;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.agrona.MutableDirectBuffer;

/**
 * Encodes what the host says to one worker: each method builds one frame, {@link #writeTo} sends
 * it. Not thread-safe; owned by the thread that writes. Encoders and buffer are reused.
 *
 * <p>Every method answers the frame's size in bytes, and fails with a {@link FrameFault} of kind
 * TOO_LONG if that is above the connection's limit; nothing was sent then.
 */
public final class WorkerProxy {
  private final long epoch;
  private final FrameWriter frame;
  private final MessageHeaderEncoder header = new MessageHeaderEncoder();
  private final PingEncoder ping = new PingEncoder();
  private final CancelEncoder cancel = new CancelEncoder();
  private final DrainEncoder drain = new DrainEncoder();
  private final ModelUnloadRequestEncoder unload = new ModelUnloadRequestEncoder();
  private final VerifyRequestEncoder verify = new VerifyRequestEncoder();
  private final InjectFaultEncoder injectFault = new InjectFaultEncoder();
  private final GroupEncoders groups;
  private final StateEncoders states;
  private final ControlEncoders controls;

  public WorkerProxy(long epoch, int frameBytesMax) {
    this.epoch = epoch;
    this.frame = new FrameWriter(frameBytesMax);
    this.groups = new GroupEncoders(epoch);
    this.states = new StateEncoders(epoch);
    this.controls = new ControlEncoders(epoch);
  }

  /** Asks for a pong; {@code sentNs} comes back in it. */
  public int ping(long sequence, long sentNs) throws FrameFault {
    ping.wrapAndApplyHeader(buffer(), start(), header)
        .epoch(epoch)
        .sequence(sequence)
        .sentNs(sentNs);
    return seal(ping.encodedLength());
  }

  /** Stops a request, queued or computing. */
  public int cancel(long correlationId) throws FrameFault {
    cancel.wrapAndApplyHeader(buffer(), start(), header).epoch(epoch).correlationId(correlationId);
    return seal(cancel.encodedLength());
  }

  /** Finish what is queued within the deadline, then leave. */
  public int drain(long correlationId, long deadlineNs) throws FrameFault {
    drain
        .wrapAndApplyHeader(buffer(), start(), header)
        .epoch(epoch)
        .correlationId(correlationId)
        .deadlineNs(deadlineNs);
    return seal(drain.encodedLength());
  }

  /** Frees a model. */
  public int unload(long correlationId, String modelId) throws FrameFault {
    unload
        .wrapAndApplyHeader(buffer(), start(), header)
        .epoch(epoch)
        .correlationId(correlationId)
        .modelId(modelId);
    return seal(unload.encodedLength());
  }

  /** Hashes a model's files again and runs it once. */
  public int verify(long correlationId, long deadlineNs, String modelId) throws FrameFault {
    verify
        .wrapAndApplyHeader(buffer(), start(), header)
        .epoch(epoch)
        .correlationId(correlationId)
        .deadlineNs(deadlineNs)
        .modelId(modelId);
    return seal(verify.encodedLength());
  }

  /** Arms a failure. */
  public int injectFault(
      long correlationId,
      InjectedFault fault,
      InjectionTrigger trigger,
      long argument,
      byte[] marker)
      throws FrameFault {
    injectFault
        .wrapAndApplyHeader(buffer(), start(), header)
        .epoch(epoch)
        .correlationId(correlationId)
        .fault(io.mainstay.protocol.codec.InjectedFault.get((short) fault.code()))
        .trigger(io.mainstay.protocol.codec.InjectionTrigger.get((short) trigger.code()))
        .argument(argument)
        .putMarker(marker, 0, marker.length);
    return seal(injectFault.encodedLength());
  }

  /**
   * Loads a model's components in this order. Priority 0 (first) to 3.
   *
   * @param transactionKey of the transaction whose committed memory it uses, or NONE
   */
  public int load(
      long correlationId,
      long deadlineNs,
      int priority,
      long estimatedBytes,
      long transactionKey,
      String modelId,
      List<WireComponent> components)
      throws FrameFault {
    return seal(
        groups.load(
            buffer(),
            start(),
            correlationId,
            deadlineNs,
            priority,
            estimatedBytes,
            transactionKey,
            modelId,
            components));
  }

  /**
   * Runs one component of a loaded model. Priority 0 (first) to 3.
   *
   * @param sessionKey of the session it belongs to, or NONE
   */
  public int infer(
      long correlationId,
      long deadlineNs,
      int priority,
      boolean wantsProgress,
      long sessionKey,
      String modelId,
      String component,
      List<WireTensor> inputs,
      List<WireRoom> outputs)
      throws FrameFault {
    return seal(
        groups.infer(
            buffer(),
            start(),
            correlationId,
            deadlineNs,
            priority,
            wantsProgress,
            sessionKey,
            modelId,
            component,
            inputs,
            outputs));
  }

  /** Tells a state message under the envelope's correlation id, sequence and version. */
  public int tell(StateEnvelope told) throws FrameFault {
    return seal(states.encode(buffer(), start(), told));
  }

  /** Refuses a state message of the worker. */
  public int refuse(StateRefused refusal) throws FrameFault {
    return seal(controls.refused(buffer(), start(), refusal));
  }

  /** Asks what the worker holds. */
  public int report(long correlationId) throws FrameFault {
    return seal(controls.report(buffer(), start(), correlationId));
  }

  /** Asks for a vote. */
  public int prepare(long correlationId, TransactionWork work) throws FrameFault {
    return seal(controls.prepare(buffer(), start(), correlationId, work));
  }

  /** Says that a transaction is decided: commit. */
  public int commit(long correlationId, String transactionId) throws FrameFault {
    return seal(controls.commit(buffer(), start(), correlationId, transactionId));
  }

  /** Says that a transaction is decided: abort; or releases a committed one. */
  public int abort(long correlationId, String transactionId) throws FrameFault {
    return seal(controls.abort(buffer(), start(), correlationId, transactionId));
  }

  /** Says that a session is over. */
  public int sessionEnded(long correlationId, String sessionId, String reason) throws FrameFault {
    return seal(controls.sessionEnded(buffer(), start(), correlationId, sessionId, reason));
  }

  /** Says that another device is gone. */
  public int deviceRemoved(long correlationId, String deviceId, String reason) throws FrameFault {
    return seal(controls.deviceRemoved(buffer(), start(), correlationId, deviceId, reason));
  }

  /** Writes and flushes the frame built last. Blocks while the pipe is full. */
  public void writeTo(OutputStream out) throws IOException {
    frame.writeTo(out);
  }

  /** A copy of the frame built last. */
  public byte[] toBytes() {
    return frame.toBytes();
  }

  private MutableDirectBuffer buffer() {
    return frame.buffer();
  }

  private int start() {
    return frame.bodyOffset();
  }

  private int seal(int encodedBodyBytes) throws FrameFault {
    return frame.seal(MessageHeaderEncoder.ENCODED_LENGTH + encodedBodyBytes);
  }
}
