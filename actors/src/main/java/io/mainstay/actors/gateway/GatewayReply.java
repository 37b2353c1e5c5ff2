package io.mainstay.actors.gateway;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.mainstay.actors.consistency.ConsistencyView;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.inference.InferenceCommand;
import io.mainstay.actors.model.ModelView;
import io.mainstay.actors.model.report.ModelDetail;
import io.mainstay.actors.model.report.ModelVerification;
import io.mainstay.actors.model.report.Unloaded;
import io.mainstay.actors.processing.checkpoint.CheckpointMeter;
import io.mainstay.actors.processing.pause.PauseView;
import io.mainstay.persistence.restoration.TestOutcome;
import io.mainstay.persistence.serialization.WireMessage;
import io.mainstay.persistence.session.BlobRef;
import io.mainstay.persistence.session.SessionView;
import io.mainstay.persistence.transaction.TransactionProtocol.TransactionView;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** What a node answers. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "answer")
@JsonSubTypes({
  @JsonSubTypes.Type(value = GatewayReply.Refused.class, name = "refused"),
  @JsonSubTypes.Type(value = GatewayReply.Busy.class, name = "busy"),
  @JsonSubTypes.Type(value = GatewayReply.Status.class, name = "status"),
  @JsonSubTypes.Type(value = GatewayReply.Devices.class, name = "devices"),
  @JsonSubTypes.Type(value = GatewayReply.Models.class, name = "models"),
  @JsonSubTypes.Type(value = GatewayReply.Model.class, name = "model"),
  @JsonSubTypes.Type(value = GatewayReply.ModelUnloaded.class, name = "model-unloaded"),
  @JsonSubTypes.Type(value = GatewayReply.ModelsVerified.class, name = "models-verified"),
  @JsonSubTypes.Type(value = GatewayReply.Sessions.class, name = "sessions"),
  @JsonSubTypes.Type(value = GatewayReply.Session.class, name = "session"),
  @JsonSubTypes.Type(value = GatewayReply.Progress.class, name = "progress"),
  @JsonSubTypes.Type(value = GatewayReply.Outputs.class, name = "outputs"),
  @JsonSubTypes.Type(value = GatewayReply.UploadBegun.class, name = "upload-begun"),
  @JsonSubTypes.Type(value = GatewayReply.ChunkStored.class, name = "chunk-stored"),
  @JsonSubTypes.Type(value = GatewayReply.Uploaded.class, name = "uploaded"),
  @JsonSubTypes.Type(value = GatewayReply.Accepted.class, name = "accepted"),
  @JsonSubTypes.Type(value = GatewayReply.Inferred.class, name = "inferred"),
  @JsonSubTypes.Type(value = GatewayReply.Chunk.class, name = "chunk"),
  @JsonSubTypes.Type(value = GatewayReply.DeadLetters.class, name = "dead-letters"),
  @JsonSubTypes.Type(value = GatewayReply.Reviews.class, name = "reviews"),
  @JsonSubTypes.Type(value = GatewayReply.Reviewed.class, name = "reviewed"),
  @JsonSubTypes.Type(value = GatewayReply.Requeued.class, name = "requeued"),
  @JsonSubTypes.Type(value = GatewayReply.Transactions.class, name = "transactions"),
  @JsonSubTypes.Type(value = GatewayReply.Transaction.class, name = "transaction"),
  @JsonSubTypes.Type(value = GatewayReply.Alerts.class, name = "alerts"),
  @JsonSubTypes.Type(value = GatewayReply.Notifications.class, name = "notifications"),
  @JsonSubTypes.Type(value = GatewayReply.NotificationShown.class, name = "notification"),
  @JsonSubTypes.Type(value = GatewayReply.NotificationLines.class, name = "notification-lines"),
  @JsonSubTypes.Type(value = GatewayReply.AlertShown.class, name = "alert"),
  @JsonSubTypes.Type(value = GatewayReply.Errors.class, name = "errors"),
  @JsonSubTypes.Type(value = GatewayReply.Modes.class, name = "modes"),
  @JsonSubTypes.Type(value = GatewayReply.Sagas.class, name = "sagas"),
  @JsonSubTypes.Type(value = GatewayReply.SagaShown.class, name = "saga"),
  @JsonSubTypes.Type(value = GatewayReply.Recoveries.class, name = "recoveries"),
  @JsonSubTypes.Type(value = GatewayReply.RecoveryShown.class, name = "recovery"),
  @JsonSubTypes.Type(value = GatewayReply.RecoveryPlans.class, name = "recovery-plans"),
  @JsonSubTypes.Type(value = GatewayReply.Journal.class, name = "journal"),
  @JsonSubTypes.Type(value = GatewayReply.PersistenceIds.class, name = "persistence-ids"),
  @JsonSubTypes.Type(value = GatewayReply.Checkpoints.class, name = "checkpoints"),
  @JsonSubTypes.Type(value = GatewayReply.Checkpoint.class, name = "checkpoint"),
  @JsonSubTypes.Type(value = GatewayReply.CheckpointsPruned.class, name = "checkpoints-pruned"),
  @JsonSubTypes.Type(value = GatewayReply.Restarted.class, name = "restarted"),
  @JsonSubTypes.Type(value = GatewayReply.Replayed.class, name = "replayed"),
  @JsonSubTypes.Type(value = GatewayReply.FaultArmed.class, name = "fault-armed"),
  @JsonSubTypes.Type(value = GatewayReply.Consistency.class, name = "consistency"),
  @JsonSubTypes.Type(value = GatewayReply.DivergencesInjected.class, name = "divergences-injected"),
  @JsonSubTypes.Type(value = GatewayReply.State.class, name = "state"),
  @JsonSubTypes.Type(value = GatewayReply.StateMessages.class, name = "state-messages"),
  @JsonSubTypes.Type(value = GatewayReply.Memory.class, name = "memory"),
  @JsonSubTypes.Type(value = GatewayReply.Stopping.class, name = "stopping")
})
public sealed interface GatewayReply extends WireMessage {
  /**
   * Most poisoned documents that a session's view names; one with so many has at least that many.
   */
  int POISONED_MAX = 2_000;

  /** Most inputs, and most outputs, that a session's view names; {@link Outputs} has them all. */
  int FILES_MAX = 100;

  /**
   * Not done. {@code code} is stable, {@code message} says what and why, {@code remedy} what to do;
   * {@code retryAfterMillis} is 0 unless asking again alone can help.
   */
  record Refused(String code, String message, String remedy, long retryAfterMillis)
      implements GatewayReply {}

  /** Not done, and asking again alone does not help. */
  static Refused refused(String code, String message, String remedy) {
    return new Refused(code, message, remedy, 0);
  }

  /** Not now. */
  record Busy(long retryAfterMillis, String message) implements GatewayReply {}

  /**
   * The node at a glance.
   *
   * @param state starting, ready, degraded or stopping
   * @param mode named degradation mode, {@code normal} when there is none
   * @param intake open, or why it is paused
   * @param alerts open ones
   * @param consistency what the last look of the consistency monitor showed
   * @param checkpoints what they cost since the node started
   */
  record Status(
      String node,
      String version,
      String state,
      String mode,
      String intake,
      Instant startedAt,
      long pid,
      int devicesServing,
      int devices,
      int sessionsRunning,
      long sessionsAccepted,
      int workerRestarts,
      int deadLetters,
      int alerts,
      ConsistencyView consistency,
      CheckpointMeter.Figures checkpoints,
      List<PauseView> pauses)
      implements GatewayReply {
    public Status {
      // A node of before does not say it.
      pauses = pauses == null ? List.of() : List.copyOf(pauses);
    }
  }

  /** What the consistency monitor found. */
  record Consistency(ConsistencyView consistency) implements GatewayReply {}

  /** So many were made. */
  record DivergencesInjected(int count, Map<String, Integer> ways) implements GatewayReply {
    public DivergencesInjected {
      ways = ways == null ? Map.of() : Map.copyOf(ways);
    }
  }

  record Devices(List<DeviceView> devices) implements GatewayReply {}

  record Models(List<ModelView> models) implements GatewayReply {}

  record Model(ModelDetail detail) implements GatewayReply {}

  record ModelUnloaded(Unloaded result) implements GatewayReply {}

  record ModelsVerified(List<ModelVerification> models) implements GatewayReply {}

  /**
   * Newest first.
   *
   * @param more there are older ones that were asked for and did not fit
   */
  record Sessions(List<SessionView> sessions, boolean more) implements GatewayReply {}

  record Session(SessionView session) implements GatewayReply {}

  /** Batches that are worked on now, in the order of their documents. */
  record Progress(List<BatchProgress> batches) implements GatewayReply {}

  /**
   * How far one batch is.
   *
   * @param from its first document
   * @param to one after its last document
   * @param activity such as {@code denoising}
   * @param done steps of it that are done
   * @param total steps of it
   */
  record BatchProgress(int from, int to, String activity, int done, int total) {}

  /** {@code more} says that there are some after these. */
  record Outputs(List<BlobRef> outputs, boolean more) implements GatewayReply {}

  record UploadBegun(String uploadId, int chunkBytes) implements GatewayReply {}

  record ChunkStored(String uploadId, int index) implements GatewayReply {}

  record Uploaded(BlobRef blob) implements GatewayReply {}

  record Accepted(String sessionId) implements GatewayReply {}

  record Inferred(InferenceCommand.Embedded result) implements GatewayReply {}

  record Chunk(byte[] bytes, long total) implements GatewayReply {}

  /**
   * Newest first.
   *
   * @param total letters that are stored, listed here or not
   */
  record DeadLetters(List<DeadLetterView> deadLetters, int total) implements GatewayReply {}

  /** A stored dead letter. */
  record DeadLetterView(
      String id, String sessionId, int index, String reason, String sha256, Instant storedAt) {}

  /** Atomic operations, newest first; as many as fit. */
  record Transactions(List<TransactionView> transactions) implements GatewayReply {
    public Transactions {
      transactions = List.copyOf(transactions);
    }
  }

  /** One atomic operation. */
  record Transaction(TransactionView transaction) implements GatewayReply {}

  /**
   * A part of the review queue.
   *
   * @param total reviews that the list is a part of
   * @param open reviews that wait for a decision, whatever was asked
   */
  record Reviews(int total, int open, List<ReviewView> reviews) implements GatewayReply {}

  /** A review, and what a decision about it brought about; empty where nobody decided now. */
  record Reviewed(ReviewView review, String effect) implements GatewayReply {}

  /** So many pictures of the session are in the queue now. */
  record Requeued(int queued) implements GatewayReply {}

  /**
   * A picture that needs a person.
   *
   * @param index of its document in the session
   * @param verdict of the policy: rejected (withheld) or flagged (delivered)
   * @param state open, approved or rejected
   * @param contentSafetyScore 0 to 1
   * @param qualityScore 0 to 10
   * @param decidedAt null while it is open
   */
  record ReviewView(
      String reviewId,
      String sessionId,
      int index,
      String verdict,
      String state,
      List<String> reasons,
      double contentSafetyScore,
      double qualityScore,
      String policyVersion,
      String sha256,
      long bytes,
      String prompt,
      Instant openedAt,
      Instant decidedAt,
      String decidedBy,
      String note) {}

  /**
   * A part of the alerts, in the order of their raising.
   *
   * @param total alerts that the list is a part of
   * @param open alerts that are not cleared, whatever was asked
   */
  record Alerts(int total, int open, List<AlertView> alerts) implements GatewayReply {}

  record AlertShown(AlertView alert) implements GatewayReply {}

  /**
   * What a person must look at.
   *
   * @param state open, acknowledged or cleared
   * @param eventId of the journal's event that raised it, for 'mainstay journal explain'
   * @param acknowledgedAt null until a person has seen it
   * @param clearedAt null while it is open
   */
  record AlertView(
      String alertId,
      String kind,
      String subject,
      String state,
      String message,
      String remedy,
      String eventId,
      Instant raisedAt,
      Instant acknowledgedAt,
      String acknowledgedBy,
      String note,
      Instant clearedAt,
      String clearedBy,
      String reason) {}

  /** In the order of the catalog. */
  record Errors(List<ErrorView> errors) implements GatewayReply {}

  /**
   * Degradation modes.
   *
   * @param modes every mode and part, those first that hold
   * @param restrictions what follows from those that hold together, one phrase each
   * @param restoration the way back, or null while none is under way
   */
  record Modes(List<ModeLine> modes, List<String> restrictions, RestorationLine restoration)
      implements GatewayReply {}

  /**
   * A node's way back from its modes.
   *
   * @param modes that are on their way out, or were
   * @param stage phase that runs, {@code waiting} for the next attempt, or {@code watching}
   * @param passed phases of this attempt
   * @param attempt from 1
   * @param failure why the last attempt failed, or empty
   * @param againAt when the next attempt begins, or null
   * @param intakePercent of the submissions that are offered, accepted now
   * @param watchUntil until when the node is watched, or null
   * @param tests of the last phase that ended
   */
  record RestorationLine(
      String restorationId,
      List<String> modes,
      String stage,
      List<String> passed,
      int attempt,
      String failure,
      Instant againAt,
      int intakePercent,
      Instant watchUntil,
      List<TestOutcome> tests) {}

  /**
   * One mode, or a part of one.
   *
   * @param partOf mode that it is a part of; empty for a mode
   * @param subject device or model that it is about, or empty
   * @param active whether it holds
   * @param since when it was entered; null while it does not hold
   * @param grounds why, one phrase each
   * @param override {@code on}, {@code off} or empty: what a person decided
   * @param overrideReason why, in that person's words
   * @param leavesAt when it is left by itself unless a ground comes back; else null
   * @param demands what it restricts, one phrase each
   */
  record ModeLine(
      String mode,
      String partOf,
      String subject,
      boolean active,
      Instant since,
      List<String> grounds,
      String override,
      String overrideReason,
      Instant leavesAt,
      List<String> demands) {}

  /** Newest first; {@code more} says that there are older ones that were not looked at. */
  record Sagas(List<SagaSummary> sagas, boolean more) implements GatewayReply {}

  record SagaShown(SagaSummary saga) implements GatewayReply {}

  /** {@code more} says that there are older ones that were not looked at. */
  record Recoveries(List<RecoverySummary> recoveries, boolean more) implements GatewayReply {}

  record RecoveryShown(RecoverySummary recovery) implements GatewayReply {}

  /** One of the two catalogs, in its order. */
  record RecoveryPlans(List<RecoveryPlanView> plans) implements GatewayReply {}

  /**
   * A saga, by the seeds' names.
   *
   * @param status running, compensating, verifying, completed, compensated or stuck
   * @param subject what it is about, for people
   * @param compensationSequence what takes back the steps that were reached, in its order; empty
   *     while it goes forward
   * @param redrives how often a person had it go on
   * @param endedAt null until the end
   */
  record SagaSummary(
      String sagaId,
      String sagaType,
      String status,
      String subject,
      List<SagaStepView> steps,
      List<String> compensationSequence,
      String code,
      String message,
      int redrives,
      Instant startedAt,
      Instant endedAt) {}

  /**
   * A step of a saga.
   *
   * @param step from 1
   * @param status pending, started, completed, failed, unknown, undoing, undo-failed or undone
   * @param undoAttempts of its compensation, since the last redrive
   */
  record SagaStepView(
      int step,
      String service,
      String action,
      String compensation,
      String status,
      int undoAttempts,
      String evidence) {}

  /**
   * In order of the journal. {@code lastOrdering} is where to go on reading; {@code more} says that
   * there is more to read now; {@code truncated} that an explanation ends at {@code
   * mainstay.gateway.explain-max}.
   */
  record Journal(List<JournalLine> entries, long lastOrdering, boolean more, boolean truncated)
      implements GatewayReply {}

  /** One event; {@code json} is the row as it stands in the journal. */
  record JournalLine(
      long ordering,
      String persistenceId,
      long sequenceNr,
      String type,
      String eventId,
      String causeId,
      String rootId,
      Instant at,
      String json) {}

  /** {@code more} says that there are some after these. */
  record PersistenceIds(List<PersistenceIdView> ids, boolean more) implements GatewayReply {}

  record PersistenceIdView(String persistenceId, long events, Instant first, Instant last) {}

  /** {@code total} of those that were asked for, listed here or not. */
  record Checkpoints(List<CheckpointView> checkpoints, int total) implements GatewayReply {}

  record Checkpoint(CheckpointView checkpoint) implements GatewayReply {}

  /**
   * One checkpoint of one batch.
   *
   * @param id {@code SESSION:FROM-TO:STEP}
   * @param component whose state it is; empty in version 1
   * @param to one after the last document
   * @param step steps done
   * @param bytes of its blob
   * @param version of its format; 0 if it cannot be read
   * @param base hash of the one that it is the difference to; empty for a full one
   * @param chain checkpoints that its state needs, itself included
   * @param named the journal says that its batch goes on from it
   * @param sound its whole chain is there and has its checksums
   * @param problem why not, or empty
   */
  record CheckpointView(
      String id,
      String component,
      String sessionId,
      int from,
      int to,
      int step,
      String sha256,
      long bytes,
      int version,
      Instant takenAt,
      String base,
      int chain,
      boolean named,
      boolean sound,
      String problem) {}

  record CheckpointsPruned(int checkpoints, long bytes) implements GatewayReply {}

  /**
   * The new session.
   *
   * @param batchesKept results taken over
   * @param checkpointsKept batches that go on from a checkpoint
   */
  record Restarted(String sessionId, String ofSession, int batchesKept, int checkpointsKept)
      implements GatewayReply {}

  /**
   * A state after one event.
   *
   * @param lastSequenceNr of the entity's last event
   * @param fromSnapshot event of the snapshot that it starts from; 0 for none
   * @param snapshotsRefused snapshots that could not be used, and why
   * @param manifest name of the state's class
   * @param deflated a part of the state's JSON (UTF-8, zlib), at most 128 KiB
   * @param more there are parts after it
   */
  record Replayed(
      String persistenceId,
      long sequenceNr,
      long lastSequenceNr,
      long fromSnapshot,
      List<String> snapshotsRefused,
      String manifest,
      String eventId,
      Instant at,
      byte[] deflated,
      boolean more)
      implements GatewayReply {}

  record FaultArmed() implements GatewayReply {}

  /**
   * Copies of state, those changed longest ago first.
   *
   * @param more there are some after these
   */
  record State(List<StateCopyView> copies, StateTraffic traffic, boolean more)
      implements GatewayReply {}

  /**
   * One copy.
   *
   * @param source device whose worker owns it, {@code runners} for what runs beside the devices, or
   *     {@code node} for the orchestrator's own
   * @param eventType name of the message that told it
   * @param subject device, model, session or request
   * @param epoch incarnation of the worker that told it
   * @param json the message, with the names of the state protocol
   */
  record StateCopyView(
      String source,
      String owner,
      String eventType,
      String subject,
      long epoch,
      long version,
      Instant at,
      long ageMillis,
      String json) {}

  /**
   * How propagation goes.
   *
   * @param waiting in the queues P0 to P3
   * @param inFlight on their way and not confirmed
   * @param conflated made superfluous by later ones while they waited
   * @param turnedAway refused because a queue was full
   * @param stale late, duplicate, replayed or foreign messages that were not taken
   */
  record StateTraffic(
      List<Integer> waiting, int inFlight, long conflated, long turnedAway, long stale) {}

  /**
   * State messages in the order in which their propagation ended.
   *
   * @param last where to go on
   * @param missed messages after the given ordering that are not kept any more
   */
  record StateMessages(List<StateMessageView> messages, long last, long missed, boolean more)
      implements GatewayReply {}

  /**
   * One state message.
   *
   * @param outcome applied or refused
   * @param notes who did not confirm it, or why it was refused
   * @param json the message, with the names of the state protocol
   */
  record StateMessageView(
      long ordering,
      Instant at,
      String source,
      String priority,
      String outcome,
      long epoch,
      long sequence,
      long version,
      List<String> notes,
      String json) {}

  /**
   * A part of the notifications, newest first.
   *
   * @param total notifications that the list is a part of
   * @param open that a person must still acknowledge, whatever was asked
   */
  record Notifications(int total, int open, List<NotificationView> notifications)
      implements GatewayReply {}

  record NotificationShown(NotificationView notification) implements GatewayReply {}

  /**
   * What people were told.
   *
   * @param detail for administrators, or empty
   * @param presentation status_indicator, popup_message or progress_update
   * @param state told, unacknowledged or acknowledged
   * @param repeated how often the same happened again meanwhile
   * @param escalations how often it was told again because nobody had seen it
   * @param acknowledgeBy when it escalates next; null if it does not
   * @param eventId of the journal's event that issued it, for 'mainstay journal explain'
   */
  record NotificationView(
      String notificationId,
      String kind,
      String severity,
      String subject,
      String state,
      String title,
      String text,
      String detail,
      String presentation,
      List<String> channels,
      List<NotificationDelivery> deliveries,
      int repeated,
      int escalations,
      Instant acknowledgeBy,
      String eventId,
      Instant issuedAt,
      Instant acknowledgedAt,
      String acknowledgedBy,
      String note) {}

  /**
   * One delivery to administrators.
   *
   * @param channel email or webhook
   * @param level escalation that it belongs to; 0 for the first telling
   * @param state pending, delivered or abandoned
   * @param cause why it was abandoned, or empty
   */
  record NotificationDelivery(
      String channel, int level, String state, int attempts, String cause) {}

  /**
   * What people are told, as it happens.
   *
   * @param last where to go on
   * @param missed lines after the given ordering that are not kept any more
   */
  record NotificationLines(List<NotificationLineView> lines, long last, long missed, boolean more)
      implements GatewayReply {}

  /**
   * One line of the stream.
   *
   * @param what issued, progress, repeated, acknowledged, escalated or abandoned
   * @param percent of a recovery's progress; -1 where there is none
   * @param note who acknowledged, which reminder; or empty
   */
  record NotificationLineView(
      long ordering,
      Instant at,
      String what,
      String notificationId,
      String kind,
      String severity,
      String subject,
      String title,
      String text,
      String detail,
      String presentation,
      boolean acknowledgementNeeded,
      int percent,
      String note) {}

  /** By name; {@code more} says that there are some after these. */
  record Memory(List<MemoryLedgerView> ledgers, boolean more) implements GatewayReply {}

  record Stopping() implements GatewayReply {}
}
