package io.mainstay.actors.gateway;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.mainstay.persistence.serialization.WireMessage;
import io.mainstay.persistence.session.BlobRef;
import io.mainstay.persistence.session.WorkClass;
import java.util.List;

/** What a client may ask. Every request gets exactly one {@link GatewayReply}. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "ask")
@JsonSubTypes({
  @JsonSubTypes.Type(value = GatewayRequest.GetStatus.class, name = "status"),
  @JsonSubTypes.Type(value = GatewayRequest.ListDevices.class, name = "devices"),
  @JsonSubTypes.Type(value = GatewayRequest.ListModels.class, name = "models"),
  @JsonSubTypes.Type(value = GatewayRequest.RescanModels.class, name = "rescan-models"),
  @JsonSubTypes.Type(value = GatewayRequest.ShowModel.class, name = "model"),
  @JsonSubTypes.Type(value = GatewayRequest.LoadModel.class, name = "load-model"),
  @JsonSubTypes.Type(value = GatewayRequest.UnloadModel.class, name = "unload-model"),
  @JsonSubTypes.Type(value = GatewayRequest.VerifyModels.class, name = "verify-models"),
  @JsonSubTypes.Type(value = GatewayRequest.ListSessions.class, name = "sessions"),
  @JsonSubTypes.Type(value = GatewayRequest.GetSession.class, name = "session"),
  @JsonSubTypes.Type(value = GatewayRequest.GetProgress.class, name = "progress"),
  @JsonSubTypes.Type(value = GatewayRequest.ListOutputs.class, name = "outputs"),
  @JsonSubTypes.Type(value = GatewayRequest.CancelSession.class, name = "cancel"),
  @JsonSubTypes.Type(value = GatewayRequest.BeginUpload.class, name = "begin-upload"),
  @JsonSubTypes.Type(value = GatewayRequest.UploadChunk.class, name = "upload-chunk"),
  @JsonSubTypes.Type(value = GatewayRequest.FinishUpload.class, name = "finish-upload"),
  @JsonSubTypes.Type(value = GatewayRequest.Submit.class, name = "submit"),
  @JsonSubTypes.Type(value = GatewayRequest.Infer.class, name = "infer"),
  @JsonSubTypes.Type(value = GatewayRequest.FetchChunk.class, name = "fetch-chunk"),
  @JsonSubTypes.Type(value = GatewayRequest.ListDeadLetters.class, name = "dead-letters"),
  @JsonSubTypes.Type(value = GatewayRequest.ListReviews.class, name = "reviews"),
  @JsonSubTypes.Type(value = GatewayRequest.GetReview.class, name = "review"),
  @JsonSubTypes.Type(value = GatewayRequest.DecideReview.class, name = "decide-review"),
  @JsonSubTypes.Type(value = GatewayRequest.FetchReview.class, name = "fetch-review"),
  @JsonSubTypes.Type(value = GatewayRequest.RequeueReviews.class, name = "requeue-reviews"),
  @JsonSubTypes.Type(value = GatewayRequest.ListTransactions.class, name = "transactions"),
  @JsonSubTypes.Type(value = GatewayRequest.GetTransaction.class, name = "transaction"),
  @JsonSubTypes.Type(value = GatewayRequest.RunTransaction.class, name = "run-transaction"),
  @JsonSubTypes.Type(value = GatewayRequest.ReleaseTransaction.class, name = "release-transaction"),
  @JsonSubTypes.Type(value = GatewayRequest.RedriveTransaction.class, name = "redrive-transaction"),
  @JsonSubTypes.Type(value = GatewayRequest.ListAlerts.class, name = "alerts"),
  @JsonSubTypes.Type(value = GatewayRequest.GetAlert.class, name = "alert"),
  @JsonSubTypes.Type(value = GatewayRequest.AcknowledgeAlert.class, name = "acknowledge-alert"),
  @JsonSubTypes.Type(value = GatewayRequest.ClearAlert.class, name = "clear-alert"),
  @JsonSubTypes.Type(value = GatewayRequest.ListErrors.class, name = "errors"),
  @JsonSubTypes.Type(value = GatewayRequest.AcknowledgeError.class, name = "acknowledge-error"),
  @JsonSubTypes.Type(value = GatewayRequest.GetModes.class, name = "modes"),
  @JsonSubTypes.Type(value = GatewayRequest.SetMode.class, name = "set-mode"),
  @JsonSubTypes.Type(value = GatewayRequest.ClearMode.class, name = "clear-mode"),
  @JsonSubTypes.Type(value = GatewayRequest.ListSagas.class, name = "sagas"),
  @JsonSubTypes.Type(value = GatewayRequest.GetSaga.class, name = "saga"),
  @JsonSubTypes.Type(value = GatewayRequest.RedriveSaga.class, name = "redrive-saga"),
  @JsonSubTypes.Type(value = GatewayRequest.ListRecoveries.class, name = "recoveries"),
  @JsonSubTypes.Type(value = GatewayRequest.GetRecovery.class, name = "recovery"),
  @JsonSubTypes.Type(value = GatewayRequest.BeginRecovery.class, name = "begin-recovery"),
  @JsonSubTypes.Type(value = GatewayRequest.RedriveRecovery.class, name = "redrive-recovery"),
  @JsonSubTypes.Type(value = GatewayRequest.ListRecoveryPlans.class, name = "recovery-plans"),
  @JsonSubTypes.Type(value = GatewayRequest.ReadJournal.class, name = "read-journal"),
  @JsonSubTypes.Type(value = GatewayRequest.ListPersistenceIds.class, name = "persistence-ids"),
  @JsonSubTypes.Type(value = GatewayRequest.Explain.class, name = "explain"),
  @JsonSubTypes.Type(value = GatewayRequest.ListCheckpoints.class, name = "checkpoints"),
  @JsonSubTypes.Type(value = GatewayRequest.GetCheckpoint.class, name = "checkpoint"),
  @JsonSubTypes.Type(value = GatewayRequest.RestoreCheckpoint.class, name = "restore-checkpoint"),
  @JsonSubTypes.Type(value = GatewayRequest.PruneCheckpoints.class, name = "prune-checkpoints"),
  @JsonSubTypes.Type(value = GatewayRequest.RestartSession.class, name = "restart-session"),
  @JsonSubTypes.Type(value = GatewayRequest.Replay.class, name = "replay"),
  @JsonSubTypes.Type(value = GatewayRequest.InjectFault.class, name = "inject-fault"),
  @JsonSubTypes.Type(value = GatewayRequest.ClearFaults.class, name = "clear-faults"),
  @JsonSubTypes.Type(value = GatewayRequest.InjectFailure.class, name = "inject-failure"),
  @JsonSubTypes.Type(value = GatewayRequest.GetConsistency.class, name = "consistency"),
  @JsonSubTypes.Type(value = GatewayRequest.InjectDivergences.class, name = "inject-divergences"),
  @JsonSubTypes.Type(value = GatewayRequest.GetState.class, name = "state"),
  @JsonSubTypes.Type(value = GatewayRequest.WatchState.class, name = "watch-state"),
  @JsonSubTypes.Type(value = GatewayRequest.ListNotifications.class, name = "notifications"),
  @JsonSubTypes.Type(value = GatewayRequest.GetNotification.class, name = "notification"),
  @JsonSubTypes.Type(
      value = GatewayRequest.AcknowledgeNotification.class,
      name = "acknowledge-notification"),
  @JsonSubTypes.Type(value = GatewayRequest.WatchNotifications.class, name = "watch-notifications"),
  @JsonSubTypes.Type(value = GatewayRequest.ListMemory.class, name = "memory"),
  @JsonSubTypes.Type(value = GatewayRequest.StopNode.class, name = "stop-node")
})
public sealed interface GatewayRequest extends WireMessage {
  record GetStatus() implements GatewayRequest {}

  record ListDevices() implements GatewayRequest {}

  record ListModels() implements GatewayRequest {}

  /** Reads the models directories again; answered with the list. */
  record RescanModels() implements GatewayRequest {}

  record ShowModel(String modelId) implements GatewayRequest {}

  /** Answered when it is loaded, with the model as it is then. */
  record LoadModel(String modelId, String deviceId) implements GatewayRequest {}

  /**
   * Refused while somebody uses the model.
   *
   * @param deviceId empty for every device that holds it
   */
  record UnloadModel(String modelId, String deviceId) implements GatewayRequest {}

  /**
   * Reads every file anew.
   *
   * @param modelId empty for all
   */
  record VerifyModels(String modelId) implements GatewayRequest {}

  /** Newest first. */
  record ListSessions(int limit) implements GatewayRequest {}

  record GetSession(String sessionId) implements GatewayRequest {}

  /** How far the batches are that are worked on now. */
  record GetProgress(String sessionId) implements GatewayRequest {}

  /** The outputs of a session, in order; the part after so many. */
  record ListOutputs(String sessionId, int offset) implements GatewayRequest {}

  record CancelSession(String sessionId, String reason) implements GatewayRequest {}

  /** Announces an input; refused when it is above the limit, before any byte is sent. */
  record BeginUpload(String name, long bytes) implements GatewayRequest {}

  /** At most 128 KiB; index counts from 0. A chunk sent again is acknowledged again. */
  record UploadChunk(String uploadId, int index, byte[] bytes) implements GatewayRequest {}

  /** Answered with the blob once all chunks are durable and the hash is as given. */
  record FinishUpload(String uploadId, String sha256) implements GatewayRequest {}

  /**
   * Accepts a workflow; answered last, once everything is durable.
   *
   * @param params {@code key=value}, checked against the template
   * @param outputDirectory absolute path on the node's host, or empty
   */
  record Submit(
      String template,
      List<BlobRef> inputs,
      List<Param> params,
      WorkClass workClass,
      String outputDirectory)
      implements GatewayRequest {}

  /** One parameter of a template, as typed. */
  record Param(String key, String value) {}

  /**
   * @param deadlineMillis 0 for the node's default
   */
  record Infer(String model, String text, long deadlineMillis) implements GatewayRequest {}

  /** A part of a result, at most 128 KiB from that offset. */
  record FetchChunk(String sha256, long offset) implements GatewayRequest {}

  record ListDeadLetters(int limit) implements GatewayRequest {}

  /** Pictures that need a person, in the order of their opening. */
  record ListReviews(boolean openOnly, int offset, int limit) implements GatewayRequest {}

  record GetReview(String reviewId) implements GatewayRequest {}

  /**
   * A person's word. The same again is carried out again; another is refused.
   *
   * @param decision approve or reject
   * @param note in the person's words, or empty
   */
  record DecideReview(String reviewId, String decision, String note) implements GatewayRequest {}

  /** A part of a picture that a person has to look at, at most 128 KiB from that offset. */
  record FetchReview(String reviewId, long offset) implements GatewayRequest {}

  /** Queues the pictures of a session that the queue had no room for. */
  record RequeueReviews(String sessionId) implements GatewayRequest {}

  /** Newest first. */
  record ListTransactions(int limit) implements GatewayRequest {}

  record GetTransaction(String transactionId) implements GatewayRequest {}

  /**
   * Runs an atomic operation; answered with the transaction once it is committed or aborted.
   *
   * @param operation such as {@code atomic_device_memory_allocation}
   */
  record RunTransaction(String operation, List<Param> params) implements GatewayRequest {
    public RunTransaction {
      params = params == null ? List.of() : List.copyOf(params);
    }
  }

  /** Gives back what an operator's transaction holds. */
  record ReleaseTransaction(String transactionId) implements GatewayRequest {}

  /** Tells participants again that are stuck. */
  record RedriveTransaction(String transactionId) implements GatewayRequest {}

  /** Alerts in the order of their raising; the part after so many. */
  record ListAlerts(boolean openOnly, int offset, int limit) implements GatewayRequest {}

  record GetAlert(String alertId) implements GatewayRequest {}

  /** A person has seen it; it stays open. */
  record AcknowledgeAlert(String alertId, String note) implements GatewayRequest {}

  /** A person clears it. */
  record ClearAlert(String alertId, String reason) implements GatewayRequest {}

  /** Errors of the catalog; {@code error} is a name, number or alias, or empty for all. */
  record ListErrors(String error) implements GatewayRequest {}

  /** A person has seen a critical error: the protected state may be left. */
  record AcknowledgeError(String error, String note) implements GatewayRequest {}

  /**
   * Newest first.
   *
   * @param stuckOnly those that wait for a person
   */
  record ListSagas(boolean stuckOnly, int limit) implements GatewayRequest {}

  record GetSaga(String sagaId) implements GatewayRequest {}

  /** Has a stuck saga go on taking back, from where it stuck. */
  record RedriveSaga(String sagaId) implements GatewayRequest {}

  /** Those that wait, then the newest ones, newest first. */
  record ListRecoveries(int limit) implements GatewayRequest {}

  record GetRecovery(String recoveryId) implements GatewayRequest {}

  /**
   * Begins a cascade or a strategy though no fault called for it.
   *
   * @param subject what it is about, as faults name it: such as {@code device/cpu-0}
   */
  record BeginRecovery(String name, String subject) implements GatewayRequest {}

  /** Has a stuck recovery go on taking back, from where it stuck. */
  record RedriveRecovery(String recoveryId) implements GatewayRequest {}

  /** The catalog of cascades, or that of strategies. */
  record ListRecoveryPlans(boolean cascades) implements GatewayRequest {}

  /** Entries after that ordering; of one persistence id when it is not empty. */
  record ReadJournal(String persistenceId, long afterOrdering, int limit)
      implements GatewayRequest {}

  /** In the order of their first events, which never changes; the part after so many. */
  record ListPersistenceIds(int offset) implements GatewayRequest {}

  /** The causal chain of an event, a session or a persistence id; the part after that ordering. */
  record Explain(String id, long afterOrdering) implements GatewayRequest {}

  /**
   * Checkpoints in the blob store, by session, documents and step.
   *
   * @param sessionId empty for all sessions
   * @param offset checkpoints left out before
   */
  record ListCheckpoints(String sessionId, int offset) implements GatewayRequest {}

  /** One of them: {@code SESSION:FROM-TO:STEP}. */
  record GetCheckpoint(String id) implements GatewayRequest {}

  /** Makes its batch go on from there; refused, and nothing changed, unless it is sound. */
  record RestoreCheckpoint(String id, String reason) implements GatewayRequest {}

  /** Lets go of what the retention settings do not keep. */
  record PruneCheckpoints() implements GatewayRequest {}

  /**
   * Does a session's work again as a new one, which takes over what was paid for.
   *
   * @param fromStep step of each batch to go on from at the latest; -1 for all that is there
   */
  record RestartSession(String sessionId, int fromStep) implements GatewayRequest {}

  /**
   * An entity's state after one of its events.
   *
   * @param toSequenceNr of that event; 0 for its last
   * @param offset bytes of the deflated state that are there already
   */
  record Replay(String persistenceId, long toSequenceNr, int offset) implements GatewayRequest {}

  /**
   * Arms a failure in a device's worker; refused unless the node runs with {@code
   * mainstay.device.worker.fault-injection = on}.
   *
   * @param fault such as {@code crash} or {@code hang-compute}
   * @param trigger now, next-load or next-inference
   * @param argument nanoseconds for {@code slow}, else 0
   * @param marker when not empty, only an inference whose input holds these bytes fires it
   * @param standing armed again in every successor of the worker
   */
  record InjectFault(
      String deviceId, String fault, String trigger, long argument, byte[] marker, boolean standing)
      implements GatewayRequest {}

  /** Forgets the standing faults of a device; its next worker is started without them. */
  record ClearFaults(String deviceId) implements GatewayRequest {}

  /**
   * Has an actor that the node stands on fail with the next message that comes to it; refused
   * unless the node runs with {@code mainstay.device.worker.fault-injection = on}.
   *
   * @param component such as {@code memory}
   * @param forGood until its restarts are used up, so that all domains begin anew
   */
  record InjectFailure(String component, boolean forGood) implements GatewayRequest {}

  /** What the consistency monitor found; looks at once when asked to. */
  record GetConsistency(boolean checkNow) implements GatewayRequest {}

  /**
   * Makes divergences to be found; refused unless the node runs with {@code
   * mainstay.device.worker.fault-injection = on}.
   *
   * @param kind such as {@code ledger-without-model}, or {@code mix}
   * @param count at most 1,000
   */
  record InjectDivergences(String kind, int count, long seed) implements GatewayRequest {}

  /**
   * What this node holds of its workers' state, and last told of its own; in parts.
   *
   * @param deviceId empty for everything
   */
  record GetState(String deviceId, int offset) implements GatewayRequest {}

  /** State messages after that ordering; -1 for where to begin with those to come. */
  record WatchState(long after, int limit) implements GatewayRequest {}

  /** Degradation modes that hold, and what each mode is. */
  record GetModes() implements GatewayRequest {}

  /**
   * A person decides about a mode, whatever the grounds are.
   *
   * @param mode name of a mode or of a part of one
   * @param subject device or model for the isolations, else empty
   * @param on true to be in it, false to stay out of it
   */
  record SetMode(String mode, String subject, boolean on, String reason)
      implements GatewayRequest {}

  /** A person takes that back, or acknowledges a mode; its present grounds are dropped. */
  record ClearMode(String mode, String subject, String reason) implements GatewayRequest {}

  /**
   * Notifications, newest first; the part after so many.
   *
   * @param openOnly those that a person must still acknowledge
   */
  record ListNotifications(boolean openOnly, int offset, int limit) implements GatewayRequest {}

  record GetNotification(String notificationId) implements GatewayRequest {}

  /** A person has seen it: it does not escalate any more. */
  record AcknowledgeNotification(String notificationId, String note) implements GatewayRequest {}

  /** What people are told, after that ordering; -1 for where to begin with what is to come. */
  record WatchNotifications(long after, int limit) implements GatewayRequest {}

  /** The ledgers of all memories, by name; the part after so many. */
  record ListMemory(int offset) implements GatewayRequest {}

  /** Finish what is in flight and leave. */
  record StopNode() implements GatewayRequest {}
}
