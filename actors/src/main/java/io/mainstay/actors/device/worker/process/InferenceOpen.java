package io.mainstay.actors.device.worker.process;

import io.mainstay.actors.device.worker.CallOutcome;
import io.mainstay.actors.device.worker.InferenceCall;
import io.mainstay.actors.device.worker.InferenceResult;
import io.mainstay.protocol.Tensor;
import io.mainstay.protocol.arena.ArenaLease;
import io.mainstay.protocol.arena.TensorArena;
import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import io.mainstay.protocol.wire.TensorSite;
import io.mainstay.protocol.wire.WireRoom;
import io.mainstay.protocol.wire.WireTensor;
import io.mainstay.protocol.wire.WorkerMessages;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * An unanswered inference with the leases it holds: inputs above 4 KiB and outputs that may get
 * larger are in the arena, the rest travels in the frames.
 */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.DEVICE,
    group = "communication_coordination",
    fields = "result-validation",
    note = "results are checked and handed on; none is cached")
final class InferenceOpen extends OpenCall<InferenceResult> {
  private final InferenceCall call;
  private final List<ArenaLease> leases = new ArrayList<>();
  private final List<WireTensor> inputs = new ArrayList<>();
  private final List<WireRoom> rooms = new ArrayList<>();
  private final List<ArenaLease> roomLeases = new ArrayList<>();

  InferenceOpen(InferenceCall call, Consumer<CallOutcome<InferenceResult>> onDone) {
    super(onDone);
    this.call = call;
  }

  /** Whether even an idle arena has no room for this call. */
  boolean neverFits(TensorArena arena) {
    return wantedBytes(arena) > arena.capacity();
  }

  /** Bytes that the spans taken so far hold. */
  long takenBytes() {
    return leases.stream().mapToLong(ArenaLease::length).sum();
  }

  /** Bytes of the arena that the call needs; more than there are if a tensor fits no segment. */
  long wantedBytes(TensorArena arena) {
    long sum = 0;
    for (Tensor tensor : call.inputs()) {
      sum += shared(tensor.byteLength(), arena);
    }
    for (InferenceCall.OutputRoom room : call.outputs()) {
      sum += shared(room.bytes(), arena);
    }
    return sum;
  }

  /** Bytes that a tensor takes of the arena; more than there is if no segment holds it. */
  private static long shared(long bytes, TensorArena arena) {
    if (bytes <= TensorSite.INLINE_BYTES_MAX) {
      return 0;
    }
    return bytes > arena.segmentBytesMax() ? arena.capacity() + 1 : bytes;
  }

  /**
   * Takes room in the arena and copies the inputs there.
   *
   * @return false when the arena has no room; what was taken is given back by {@link #release}
   */
  boolean stage(TensorArena arena) {
    for (Tensor tensor : call.inputs()) {
      TensorSite site = site(arena, tensor);
      if (site == null) {
        return false;
      }
      inputs.add(new WireTensor(tensor.name(), tensor.type(), tensor.dims(), site));
    }
    for (InferenceCall.OutputRoom room : call.outputs()) {
      if (!takeRoom(arena, room)) {
        return false;
      }
    }
    return true;
  }

  private TensorSite site(TensorArena arena, Tensor tensor) {
    if (tensor.byteLength() <= TensorSite.INLINE_BYTES_MAX) {
      return new TensorSite.Inline(tensor.bytes());
    }
    Optional<ArenaLease> lease = arena.lease(tensor.byteLength());
    if (lease.isEmpty()) {
      return null;
    }
    leases.add(lease.get());
    lease.get().copyIn(tensor.bytes());
    return shared(lease.get());
  }

  private boolean takeRoom(TensorArena arena, InferenceCall.OutputRoom room) {
    if (room.bytes() <= TensorSite.INLINE_BYTES_MAX) {
      rooms.add(new WireRoom(room.name(), room.bytes(), null));
      roomLeases.add(null);
      return true;
    }
    Optional<ArenaLease> lease = arena.lease(room.bytes());
    lease.ifPresent(
        taken -> {
          leases.add(taken);
          roomLeases.add(taken);
          rooms.add(new WireRoom(room.name(), room.bytes(), shared(taken)));
        });
    return lease.isPresent();
  }

  private static TensorSite.Shared shared(ArenaLease lease) {
    return new TensorSite.Shared(lease.segment(), lease.offset(), lease.length());
  }

  InferenceCall call() {
    return call;
  }

  List<WireTensor> inputs() {
    return inputs;
  }

  List<WireRoom> rooms() {
    return rooms;
  }

  /**
   * Copies the outputs out of the arena.
   *
   * @throws IllegalArgumentException if the answer does not fit what was asked
   */
  InferenceResult collect(WorkerMessages.InferenceCompleted completed) {
    if (completed.outputs().size() != rooms.size()) {
      throw new IllegalArgumentException(
          completed.outputs().size() + " outputs were answered, " + rooms.size() + " asked");
    }
    List<Tensor> outputs = new ArrayList<>(rooms.size());
    for (int i = 0; i < rooms.size(); i++) {
      WireTensor answered = completed.outputs().get(i);
      outputs.add(
          new Tensor(answered.name(), answered.type(), answered.dims(), bytes(i, answered)));
    }
    return new InferenceResult(
        outputs,
        Duration.ofNanos(completed.queuedNs()),
        Duration.ofNanos(completed.computeNs()),
        completed.residentBytes());
  }

  private ByteBuffer bytes(int index, WireTensor answered) {
    if (answered.site() instanceof TensorSite.Inline inline) {
      return inline.bytes();
    }
    TensorSite.Shared shared = (TensorSite.Shared) answered.site();
    ArenaLease lease = roomLeases.get(index);
    if (lease == null
        || lease.segment() != shared.segment()
        || lease.offset() != shared.offset()
        || shared.length() < 0
        || shared.length() > lease.length()) {
      throw new IllegalArgumentException(
          "output " + answered.name() + " is said to be at " + shared + ", its room is " + lease);
    }
    return lease.copyOut((int) shared.length());
  }

  @Override
  void release() {
    leases.forEach(ArenaLease::close);
    leases.clear();
  }
}
