package io.mainstay.actors.processing;

import io.mainstay.actors.inference.InferenceCommand.TurnReply.Granted;
import io.mainstay.actors.processing.checkpoint.CheckpointMark;
import io.mainstay.actors.processing.program.BatchProgram;
import io.mainstay.actors.processing.recipe.Recipe;
import io.mainstay.persistence.checkpoint.CheckpointEncoder;
import io.mainstay.persistence.session.DocumentRange;
import io.mainstay.persistence.session.SessionWork;
import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A batch that a runner works on. Confined to its runner; messages carry it as an identity. */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.INFERENCE,
    group = "requests",
    fields = "hand-over")
final class BatchJob implements HeapClaim {
  private final DocumentRange range;
  private SessionWork.Pending origin;
  private final Set<String> fingerprints = new LinkedHashSet<>();
  private boolean suspected;
  private BatchProgram program;
  private String turnId = "";
  private String modelId = "";
  private Granted granted;
  private boolean keeping;
  private boolean unanswered;
  private Granted dispatched;
  private long computeMicros;
  private CheckpointMark checkpoint;
  private CheckpointEncoder before;
  private BatchStart started;
  private Recipe recipe;
  private boolean untouched;
  private boolean computedFrom;
  private boolean awaitsHeap;
  private String unusable = "";
  private int refusals;
  private int furthest;
  private int failures;
  private int tries;

  BatchJob(SessionWork.Pending origin) {
    this.range = origin.range();
    this.origin = origin;
    this.suspected = origin.deaths() > 0;
    this.checkpoint =
        CheckpointMark.beginning(
            System.nanoTime(),
            origin.checkpoint() == null ? 0 : origin.checkpoint().step(),
            origin.others().stream().map(SessionWork.Checkpoint::step).toList());
  }

  /** A worker died with it, or with a batch that it was split from: it goes to a device alone. */
  boolean suspected() {
    return suspected;
  }

  void suspect() {
    suspected = true;
  }

  DocumentRange range() {
    return range;
  }

  /** As the journal told of it when this runner took it, with its last checkpoint since. */
  SessionWork.Pending origin() {
    return origin;
  }

  /** Null until it is prepared. */
  BatchProgram program() {
    return program;
  }

  /** Begins, or goes on from a checkpoint. */
  void prepared(BatchStart start) {
    program = start.program();
    recipe = start.recipe();
    started = start;
    unusable = start.unusable();
    computedFrom = false;
    awaitsHeap = false;
    untouched = start.fingerprints().isEmpty();
    refusals = 0;
    fingerprints.clear();
    fingerprints.addAll(start.fingerprints());
    before = start.from();
    if (!start.lost().isEmpty()) {
      checkpoint = checkpoint.back(System.nanoTime(), start.step());
    }
    checkpoint = checkpoint.from(System.nanoTime(), program.progress().done());
  }

  /** How it began, or went on. */
  BatchStart started() {
    return started;
  }

  /** What the next checkpoint may be the difference to; null if it has to be a full one. */
  CheckpointEncoder before() {
    return before;
  }

  void before(CheckpointEncoder taken) {
    before = taken;
  }

  /** The recipe that made its program. */
  Recipe recipe() {
    return recipe;
  }

  /** The same results by other means. */
  void instead(BatchProgram other) {
    program = other;
    refusals = 0;
  }

  /** Whether nothing of it was computed yet, by this runner or before. */
  boolean isUntouched() {
    return untouched;
  }

  /**
   * Why its checkpoint was no use, or empty; told once. To be asked when a step is done: until then
   * another recipe may go on from the checkpoint.
   */
  String unusable() {
    String why = unusable;
    unusable = "";
    return why;
  }

  /** Times that its model was refused since something else was tried, this one included. */
  int refused() {
    return ++refusals;
  }

  /** It cannot be prepared before others have given heap back. */
  void awaitsHeap() {
    awaitsHeap = program == null;
  }

  void noHeapAwaited() {
    awaitsHeap = false;
  }

  boolean isAwaitingHeap() {
    return awaitsHeap;
  }

  /**
   * Whether it waits for its first turn since it was prepared: it can be prepared again for free.
   */
  boolean isIdle() {
    return isUnbegun() && !turnId.isEmpty() && granted == null;
  }

  /** Whether it is prepared, and nothing is computed since. */
  boolean isUnbegun() {
    return program != null && !computedFrom;
  }

  /** It gives its program up, and is to be prepared again. */
  void unprepared() {
    program = null;
  }

  /** What it has computed is of no use. */
  void beginAnew() {
    program = null;
    unanswered = true;
  }

  /** Its last checkpoint, or its beginning. */
  CheckpointMark checkpoint() {
    return checkpoint;
  }

  /** The journal names that one now: whoever begins anew goes on from there. */
  void named(SessionWork.Checkpoint latest) {
    SessionWork.Checkpoint before = origin.checkpoint();
    if (before == null || latest.step() > before.step()) {
      List<SessionWork.Checkpoint> others = new ArrayList<>(origin.others());
      if (before != null) {
        others.add(0, before);
      }
      origin = new SessionWork.Pending(range, origin.attempts(), origin.deaths(), latest, others);
    }
  }

  void checkpoint(CheckpointMark mark) {
    checkpoint = mark;
  }

  /**
   * A step is done. Further than ever, what failed before, or killed a worker, is overcome; the
   * same steps again, as after a beginning anew, prove nothing.
   */
  void stepped(BatchProgram next) {
    program = next;
    if (next.progress().done() > furthest) {
      furthest = next.progress().done();
      suspected = false;
      failures = 0;
      tries = 0;
    }
  }

  String turnId() {
    return turnId;
  }

  /** That its turn is for, or the one it asks for. */
  String modelId() {
    return modelId;
  }

  /** It asks for a turn; an earlier one is forgotten. */
  void wants(String freshTurnId, String model) {
    turnId = freshTurnId;
    modelId = model;
    granted = null;
  }

  Granted granted() {
    return granted;
  }

  void granted(Granted turn) {
    granted = turn;
  }

  /** Whether it has a turn that can serve a call of that model. */
  boolean mayCall(String model) {
    return granted != null && !turnId.isEmpty() && modelId.equals(model);
  }

  /** A call is sent; whether its turn is to go on afterwards. */
  void calls(boolean keepTurn) {
    keeping = keepTurn;
    unanswered = true;
  }

  boolean keeping() {
    return keeping;
  }

  /** Its turn is over; late replies to it find nobody. */
  void turnOver() {
    turnId = "";
    granted = null;
  }

  /** Whether the journal knows that it is at that worker. */
  boolean isDispatchedTo(Granted turn) {
    return dispatched != null
        && dispatched.deviceId().equals(turn.deviceId())
        && dispatched.epoch() == turn.epoch();
  }

  /** The journal knows now. */
  void dispatched(Granted turn) {
    dispatched = turn;
  }

  /** The worker that it was last sent to. */
  Granted dispatched() {
    return dispatched;
  }

  /** Whether a worker has it from us, and no call to one was lost, refused or given up since. */
  boolean allAnswered() {
    return dispatched != null && !unanswered;
  }

  /** The device that it goes on at, or empty: it has computed nothing yet, or lost a call there. */
  String goesOnAt() {
    return allAnswered() && !untouched ? dispatched.deviceId() : "";
  }

  /** Its device was wanted back; a call that was in flight was lost by our own doing. */
  void gaveBack() {
    unanswered = false;
  }

  /** Of all calls so far. */
  long computeMicros() {
    return computeMicros;
  }

  /** A call was answered. */
  void computed(String fingerprint, long micros) {
    untouched = false;
    computedFrom = true;
    unanswered = false;
    fingerprints.add(fingerprint);
    computeMicros += micros;
  }

  /** Of the turns that its results came from, in order of use. */
  List<String> fingerprints() {
    return List.copyOf(fingerprints);
  }

  /** It failed with a living worker, through no fault of its own: the next pause is longer. */
  void delayed() {
    tries++;
  }

  /** It failed with a living worker, and that counts. */
  void failed() {
    tries++;
    failures++;
  }

  /** Failures that count since it last got further. */
  int failures() {
    return failures;
  }

  /** Failures of any kind since it last got further: they decide on the pause, never on its end. */
  int tries() {
    return tries;
  }
}
