package io.mainstay.client;

import io.mainstay.actors.consistency.ConsistencyView;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.gateway.ErrorView;
import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.actors.gateway.GatewayRequest;
import io.mainstay.actors.gateway.MemoryLedgerView;
import io.mainstay.actors.inference.InferenceCommand;
import io.mainstay.actors.model.ModelView;
import io.mainstay.actors.model.report.ModelDetail;
import io.mainstay.actors.model.report.ModelVerification;
import io.mainstay.actors.model.report.Unloaded;
import io.mainstay.persistence.session.BlobRef;
import io.mainstay.persistence.session.SessionView;
import io.mainstay.persistence.transaction.TransactionProtocol.TransactionView;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * A running node, for any JVM program. Thread-safe. Methods block, at most as long as {@code
 * mainstay.client} says, and throw {@link ClientException}s; {@link #ask} is the asynchronous form
 * of all of them. The first request takes about half a second, later ones some milliseconds.
 */
public final class MainstayClient implements AutoCloseable {
  // The node's own bound may be lower; pages follow until all are there.
  private static final int REVIEWS_PAGE = 200;

  private final GatewayLink link;
  private final BlobTransfer blobs;

  private MainstayClient(GatewayLink link) {
    this.link = link;
    this.blobs = new BlobTransfer(link);
  }

  /** The node that runs on this data directory; its address and token are read from there. */
  public static MainstayClient connect(Path dataDirectory) {
    return connect(NodeAddress.ofDataDirectory(dataDirectory));
  }

  /**
   * The node at that address. Its first answer is waited for, so a client that is returned has
   * reached a node and was let in.
   *
   * @throws NodeUnreachableException when nothing listens or answers there
   * @throws RequestRefusedException when the token is not the node's
   */
  public static MainstayClient connect(NodeAddress address) {
    GatewayLink link = GatewayLink.open(address);
    try {
      link.firstCall(new GatewayRequest.GetStatus(), GatewayReply.Status.class);
      return new MainstayClient(link);
    } catch (RuntimeException e) {
      link.close();
      throw e;
    }
  }

  /** Any request, not waited for; refusals are replies here. */
  public CompletionStage<GatewayReply> ask(GatewayRequest request) {
    return link.ask(request, link.settings().askTimeout());
  }

  public GatewayReply.Status status() {
    return call(new GatewayRequest.GetStatus(), GatewayReply.Status.class);
  }

  /**
   * What the node's consistency monitor found.
   *
   * @param checkNow look at once, instead of telling of the last look
   */
  public ConsistencyView consistency(boolean checkNow) {
    return call(new GatewayRequest.GetConsistency(checkNow), GatewayReply.Consistency.class)
        .consistency();
  }

  public List<DeviceView> devices() {
    return call(new GatewayRequest.ListDevices(), GatewayReply.Devices.class).devices();
  }

  /** Every memory's ledger: the devices' and the host's. */
  public List<MemoryLedgerView> memory() {
    return new MemoryClient(link).ledgers();
  }

  public List<ModelView> models() {
    return call(new GatewayRequest.ListModels(), GatewayReply.Models.class).models();
  }

  /** Has the node read its models directories again. */
  public List<ModelView> rescanModels(Duration bound) {
    return link.call(new GatewayRequest.RescanModels(), bound, GatewayReply.Models.class).models();
  }

  public ModelDetail model(String modelId) {
    return call(new GatewayRequest.ShowModel(modelId), GatewayReply.Model.class).detail();
  }

  /** Waits until the device holds the model. */
  public ModelDetail loadModel(String modelId, String deviceId, Duration bound) {
    return link.call(
            new GatewayRequest.LoadModel(modelId, deviceId), bound, GatewayReply.Model.class)
        .detail();
  }

  /**
   * Waits until its memory is free.
   *
   * @param deviceId empty for every device that holds it
   */
  public Unloaded unloadModel(String modelId, String deviceId) {
    return call(new GatewayRequest.UnloadModel(modelId, deviceId), GatewayReply.ModelUnloaded.class)
        .result();
  }

  /**
   * Has every file read anew.
   *
   * @param modelId empty for all models
   */
  public List<ModelVerification> verifyModels(String modelId, Duration bound) {
    return link.call(
            new GatewayRequest.VerifyModels(modelId), bound, GatewayReply.ModelsVerified.class)
        .models();
  }

  /**
   * Every copy of state that the node holds, asked for in as many parts as it takes; how
   * propagation goes is as of the last part.
   *
   * @param deviceId empty for everything
   */
  public GatewayReply.State state(String deviceId) {
    List<GatewayReply.StateCopyView> copies = new ArrayList<>();
    GatewayReply.State part;
    do {
      part = call(new GatewayRequest.GetState(deviceId, copies.size()), GatewayReply.State.class);
      copies.addAll(part.copies());
    } while (part.more() && !part.copies().isEmpty());
    return new GatewayReply.State(copies, part.traffic(), false);
  }

  /**
   * State messages after that ordering, the oldest first; -1 to learn where the next one will be.
   */
  public GatewayReply.StateMessages stateMessages(long after, int limit) {
    return call(new GatewayRequest.WatchState(after, limit), GatewayReply.StateMessages.class);
  }

  /** Newest first. */
  public List<SessionView> sessions(int limit) {
    return sessionList(limit).sessions();
  }

  /** As {@link #sessions}, and whether there are more than the node lists at once. */
  public GatewayReply.Sessions sessionList(int limit) {
    return call(new GatewayRequest.ListSessions(limit), GatewayReply.Sessions.class);
  }

  public SessionView session(String sessionId) {
    return call(new GatewayRequest.GetSession(sessionId), GatewayReply.Session.class).session();
  }

  /** Stops a session; one that is finished answers as it is. */
  public SessionView cancel(String sessionId, String reason) {
    return call(new GatewayRequest.CancelSession(sessionId, reason), GatewayReply.Session.class)
        .session();
  }

  /** Uploads the inputs and submits; the work is durable when this returns. */
  public String submit(Submission submission) throws IOException {
    return submit(submission, TransferListener.NONE);
  }

  /** As {@link #submit(Submission)}, watched. */
  public String submit(Submission submission, TransferListener listener) throws IOException {
    return call(uploaded(submission, listener), GatewayReply.Accepted.class).sessionId();
  }

  /** The request of a submission, with its input on the node already; nothing is accepted yet. */
  public GatewayRequest.Submit upload(Submission submission) throws IOException {
    return uploaded(submission, TransferListener.NONE);
  }

  private GatewayRequest.Submit uploaded(Submission submission, TransferListener listener)
      throws IOException {
    Path output = submission.outputDirectory();
    return new GatewayRequest.Submit(
        submission.template(),
        uploaded(submission.inputs(), listener),
        submission.params(),
        submission.workClass(),
        output == null ? "" : output.toAbsolutePath().normalize().toString());
  }

  private List<BlobRef> uploaded(List<Path> files, TransferListener listener) throws IOException {
    if (files.size() > inputsMax()) {
      throw new RequestRefusedException(
          "too_many_inputs",
          files.size() + " inputs; one submission has at most " + inputsMax(),
          "submit them in parts, or raise mainstay.client.inputs-max");
    }
    long total = 0;
    for (Path file : files) {
      total += Files.size(file);
    }
    List<BlobRef> inputs = new ArrayList<>();
    long before = 0;
    for (Path file : files) {
      long begin = before;
      long end = total;
      BlobRef input =
          blobs.upload(file, (bytes, ofFile) -> listener.onProgress(begin + bytes, end));
      inputs.add(input);
      before += input.bytes();
    }
    return inputs;
  }

  /**
   * How far the batches are that are worked on now, in the order of their documents; empty when
   * none is, or when the session is finished.
   */
  public List<GatewayReply.BatchProgress> progress(String sessionId) {
    return call(new GatewayRequest.GetProgress(sessionId), GatewayReply.Progress.class).batches();
  }

  /** Waits until the session is finished. */
  public SessionView awaitSession(String sessionId, Duration bound) throws TimeoutException {
    return awaitSession(sessionId, bound, view -> {});
  }

  /**
   * Waits until the session is finished.
   *
   * @param onLook told what each look saw
   * @throws TimeoutException when it is not finished then; it goes on without us
   */
  public SessionView awaitSession(String sessionId, Duration bound, Consumer<SessionView> onLook)
      throws TimeoutException {
    return awaitSession(sessionId, bound, link.settings().pollInterval(), onLook);
  }

  /**
   * Waits until the session is finished.
   *
   * @param interval between two looks
   * @param onLook told what each look saw
   * @throws TimeoutException when it is not finished then; it goes on without us
   */
  public SessionView awaitSession(
      String sessionId, Duration bound, Duration interval, Consumer<SessionView> onLook)
      throws TimeoutException {
    long end = System.nanoTime() + bound.toNanos();
    while (true) {
      SessionView view = session(sessionId);
      onLook.accept(view);
      if (view.finished()) {
        return view;
      }
      if (System.nanoTime() - end >= 0 || Thread.currentThread().isInterrupted()) {
        throw new TimeoutException(
            "session "
                + sessionId
                + " is still "
                + view.state()
                + " after "
                + bound.toSeconds()
                + " s");
      }
      LockSupport.parkNanos(interval.toNanos());
    }
  }

  /** All outputs of a session; its view names the first ones only. */
  public List<BlobRef> outputs(String sessionId) {
    List<BlobRef> outputs = new ArrayList<>();
    GatewayReply.Outputs page;
    do {
      page =
          call(
              new GatewayRequest.ListOutputs(sessionId, outputs.size()),
              GatewayReply.Outputs.class);
      outputs.addAll(page.outputs());
    } while (page.more() && !page.outputs().isEmpty());
    return outputs;
  }

  /** Downloads the outputs of a session into a directory, but for those that a person rejected. */
  public FetchedOutputs fetch(String sessionId, Path directory) throws IOException {
    List<BlobRef> outputs = outputs(sessionId);
    if (outputs.isEmpty()) {
      SessionView view = session(sessionId);
      throw new RequestRefusedException(
          "no_outputs",
          "session " + sessionId + " has no outputs, it is " + view.state(),
          view.finished() ? "see `mainstay sessions " + sessionId + "`" : "wait until it is done");
    }
    Files.createDirectories(directory);
    List<Path> files = new ArrayList<>();
    List<String> withheld = new ArrayList<>();
    for (BlobRef output : outputs) {
      Path file = directory.resolve(Path.of(output.name()).getFileName());
      try {
        blobs.download(output, file);
        files.add(file);
      } catch (RequestRefusedException refused) {
        if (!refused.code().equals("withheld")) {
          throw refused;
        }
        withheld.add(output.name());
      }
    }
    return new FetchedOutputs(files, withheld);
  }

  /** One embedding, answered at once, within the client's ask time. */
  public InferenceCommand.Embedded infer(String model, String text) {
    return infer(model, text, link.settings().askTimeout());
  }

  /** One embedding, answered at once; the death of a worker meanwhile is hidden. */
  public InferenceCommand.Embedded infer(String model, String text, Duration deadline) {
    Duration margin = link.settings().askTimeout();
    return link.call(
            new GatewayRequest.Infer(model, text, deadline.toMillis()),
            deadline.plus(margin),
            GatewayReply.Inferred.class)
        .result();
  }

  public List<GatewayReply.DeadLetterView> deadLetters(int limit) {
    return deadLetterList(limit).deadLetters();
  }

  /** As {@link #deadLetters}, and how many there are in all. */
  public GatewayReply.DeadLetters deadLetterList(int limit) {
    return call(new GatewayRequest.ListDeadLetters(limit), GatewayReply.DeadLetters.class);
  }

  /** Atomic operations, newest first; those that fit in one answer. */
  public List<TransactionView> transactions(int limit) {
    return call(new GatewayRequest.ListTransactions(limit), GatewayReply.Transactions.class)
        .transactions();
  }

  /** One atomic operation, with its participants. */
  public TransactionView transaction(String transactionId) {
    return transaction(new GatewayRequest.GetTransaction(transactionId));
  }

  /**
   * Runs an atomic operation and waits until it is committed or aborted.
   *
   * @param operation such as {@code atomic_device_memory_allocation}
   * @param bound longest wait; a model may have to be loaded first
   */
  public TransactionView runTransaction(
      String operation, Map<String, String> params, Duration bound) {
    List<GatewayRequest.Param> typed = new ArrayList<>();
    params.forEach((key, value) -> typed.add(new GatewayRequest.Param(key, value)));
    return link.call(
            new GatewayRequest.RunTransaction(operation, typed),
            bound,
            GatewayReply.Transaction.class)
        .transaction();
  }

  /** Gives back what an operator's transaction holds. */
  public TransactionView releaseTransaction(String transactionId) {
    return transaction(new GatewayRequest.ReleaseTransaction(transactionId));
  }

  /** Tells participants again that are stuck. */
  public TransactionView redriveTransaction(String transactionId) {
    return transaction(new GatewayRequest.RedriveTransaction(transactionId));
  }

  private TransactionView transaction(GatewayRequest ask) {
    return call(ask, GatewayReply.Transaction.class).transaction();
  }

  /** Pictures that need a person, all pages, in the order of their opening. */
  public List<GatewayReply.ReviewView> reviews(boolean openOnly) {
    List<GatewayReply.ReviewView> reviews = new ArrayList<>();
    GatewayReply.Reviews page;
    do {
      page =
          call(
              new GatewayRequest.ListReviews(openOnly, reviews.size(), REVIEWS_PAGE),
              GatewayReply.Reviews.class);
      reviews.addAll(page.reviews());
    } while (reviews.size() < page.total() && !page.reviews().isEmpty());
    return reviews;
  }

  /** One picture that needs a person, or needed one. */
  public GatewayReply.Reviewed review(String reviewId) {
    return call(new GatewayRequest.GetReview(reviewId), GatewayReply.Reviewed.class);
  }

  /**
   * A person's decision.
   *
   * @param decision approve or reject
   * @param note in the person's words, or empty
   */
  public GatewayReply.Reviewed decideReview(String reviewId, String decision, String note) {
    return call(
        new GatewayRequest.DecideReview(reviewId, decision, note), GatewayReply.Reviewed.class);
  }

  /** Downloads the picture of a review into a file. */
  public void fetchReview(String reviewId, Path file) throws IOException {
    GatewayReply.ReviewView review = review(reviewId).review();
    blobs.download(
        new BlobRef(reviewId, review.sha256(), review.bytes()),
        offset -> new GatewayRequest.FetchReview(reviewId, offset),
        file);
  }

  /** Queues the pictures of a session that a full queue held back; answers how many. */
  public int requeueReviews(String sessionId) {
    return call(new GatewayRequest.RequeueReviews(sessionId), GatewayReply.Requeued.class).queued();
  }

  /** What a person must look at, all pages, in the order of its raising. */
  public List<GatewayReply.AlertView> alerts(boolean openOnly) {
    List<GatewayReply.AlertView> alerts = new ArrayList<>();
    GatewayReply.Alerts page;
    do {
      page =
          call(
              new GatewayRequest.ListAlerts(openOnly, alerts.size(), REVIEWS_PAGE),
              GatewayReply.Alerts.class);
      alerts.addAll(page.alerts());
    } while (alerts.size() < page.total() && !page.alerts().isEmpty());
    return alerts;
  }

  /** One alert, open or among the last cleared ones. */
  public GatewayReply.AlertView alert(String alertId) {
    return call(new GatewayRequest.GetAlert(alertId), GatewayReply.AlertShown.class).alert();
  }

  /** Says that somebody looks at it; it stays open. */
  public GatewayReply.AlertView acknowledgeAlert(String alertId, String note) {
    return call(new GatewayRequest.AcknowledgeAlert(alertId, note), GatewayReply.AlertShown.class)
        .alert();
  }

  /** Clears it, whatever its cause does. */
  public GatewayReply.AlertView clearAlert(String alertId, String reason) {
    return call(new GatewayRequest.ClearAlert(alertId, reason), GatewayReply.AlertShown.class)
        .alert();
  }

  /** The error catalog, with what the node raised of it. */
  public List<ErrorView> errors() {
    return call(new GatewayRequest.ListErrors(""), GatewayReply.Errors.class).errors();
  }

  /** One error, by name, number or alias. */
  public ErrorView error(String asked) {
    return call(new GatewayRequest.ListErrors(asked), GatewayReply.Errors.class).errors().get(0);
  }

  /** Says that somebody has seen a critical error: the protected state may be left. */
  public ErrorView acknowledgeError(String asked, String note) {
    return call(new GatewayRequest.AcknowledgeError(asked, note), GatewayReply.Errors.class)
        .errors()
        .get(0);
  }

  /** Degradation modes, those first that hold. */
  public GatewayReply.Modes modes() {
    return call(new GatewayRequest.GetModes(), GatewayReply.Modes.class);
  }

  /**
   * Puts the node into a mode, or keeps it out of one, until it is cleared.
   *
   * @param subject device or model for the isolations, else empty
   */
  public GatewayReply.Modes setMode(String mode, String subject, boolean on, String reason) {
    return call(new GatewayRequest.SetMode(mode, subject, on, reason), GatewayReply.Modes.class);
  }

  /** Takes that back, drops the mode's present grounds, and leaves it. */
  public GatewayReply.Modes clearMode(String mode, String subject, String reason) {
    return call(new GatewayRequest.ClearMode(mode, subject, reason), GatewayReply.Modes.class);
  }

  /** What people were told, all pages, newest first. */
  public List<GatewayReply.NotificationView> notifications(boolean openOnly) {
    List<GatewayReply.NotificationView> all = new ArrayList<>();
    GatewayReply.Notifications page;
    do {
      page =
          call(
              new GatewayRequest.ListNotifications(openOnly, all.size(), REVIEWS_PAGE),
              GatewayReply.Notifications.class);
      all.addAll(page.notifications());
    } while (all.size() < page.total() && !page.notifications().isEmpty());
    return all;
  }

  /** One notification. */
  public GatewayReply.NotificationView notification(String notificationId) {
    return call(
            new GatewayRequest.GetNotification(notificationId),
            GatewayReply.NotificationShown.class)
        .notification();
  }

  /** Says that somebody has seen it: it does not escalate any more. */
  public GatewayReply.NotificationView acknowledgeNotification(String notificationId, String note) {
    return call(
            new GatewayRequest.AcknowledgeNotification(notificationId, note),
            GatewayReply.NotificationShown.class)
        .notification();
  }

  /** What people are told, after that ordering; -1 to learn where the next line will be. */
  public GatewayReply.NotificationLines notificationLines(long after, int limit) {
    return call(
        new GatewayRequest.WatchNotifications(after, limit), GatewayReply.NotificationLines.class);
  }

  /** What the node did about its faults, and can do; over this client's link. */
  public RecoveriesClient recoveries() {
    return new RecoveriesClient(link);
  }

  /** Sagas, newest first; {@code stuckOnly} those that wait for a person. */
  public GatewayReply.Sagas sagas(boolean stuckOnly, int limit) {
    return call(new GatewayRequest.ListSagas(stuckOnly, limit), GatewayReply.Sagas.class);
  }

  /** One saga, from the journal. */
  public GatewayReply.SagaSummary saga(String sagaId) {
    return call(new GatewayRequest.GetSaga(sagaId), GatewayReply.SagaShown.class).saga();
  }

  /** Has a stuck saga go on taking back, from where it stuck. */
  public GatewayReply.SagaSummary redriveSaga(String sagaId) {
    return call(new GatewayRequest.RedriveSaga(sagaId), GatewayReply.SagaShown.class).saga();
  }

  public List<GatewayReply.PersistenceIdView> persistenceIds() {
    List<GatewayReply.PersistenceIdView> ids = new ArrayList<>();
    GatewayReply.PersistenceIds page;
    do {
      page =
          call(
              new GatewayRequest.ListPersistenceIds(ids.size()), GatewayReply.PersistenceIds.class);
      ids.addAll(page.ids());
    } while (page.more() && !page.ids().isEmpty());
    return ids;
  }

  /**
   * One page of the journal.
   *
   * @param persistenceId or empty for all
   * @param afterOrdering 0 to begin
   */
  public GatewayReply.Journal journal(String persistenceId, long afterOrdering, int limit) {
    return call(
        new GatewayRequest.ReadJournal(
            persistenceId, afterOrdering, Math.min(limit, link.settings().journalPage())),
        GatewayReply.Journal.class);
  }

  /** The causal chain of an event, a session or a persistence id. */
  public List<GatewayReply.JournalLine> explain(String id) {
    return explanation(id).entries();
  }

  /** As {@link #explain}, and whether the chain is longer than the node tells. */
  public GatewayReply.Journal explanation(String id) {
    List<GatewayReply.JournalLine> chain = new ArrayList<>();
    long after = 0;
    GatewayReply.Journal page;
    do {
      page = call(new GatewayRequest.Explain(id, after), GatewayReply.Journal.class);
      chain.addAll(page.entries());
      after = page.lastOrdering();
    } while (page.more());
    return new GatewayReply.Journal(chain, after, false, page.truncated());
  }

  /**
   * Checkpoints of all pages.
   *
   * @param sessionId empty for all sessions
   */
  public List<GatewayReply.CheckpointView> checkpoints(String sessionId) {
    List<GatewayReply.CheckpointView> all = new ArrayList<>();
    GatewayReply.Checkpoints page;
    do {
      page =
          call(
              new GatewayRequest.ListCheckpoints(sessionId, all.size()),
              GatewayReply.Checkpoints.class);
      all.addAll(page.checkpoints());
    } while (all.size() < page.total() && !page.checkpoints().isEmpty());
    return all;
  }

  public GatewayReply.CheckpointView checkpoint(String id) {
    return call(new GatewayRequest.GetCheckpoint(id), GatewayReply.Checkpoint.class).checkpoint();
  }

  /** Makes its batch go on from there; nothing is changed when that is refused. */
  public GatewayReply.CheckpointView restoreCheckpoint(String id, String reason) {
    return call(new GatewayRequest.RestoreCheckpoint(id, reason), GatewayReply.Checkpoint.class)
        .checkpoint();
  }

  /** Lets go of what the node's retention settings do not keep. */
  public GatewayReply.CheckpointsPruned pruneCheckpoints() {
    return call(new GatewayRequest.PruneCheckpoints(), GatewayReply.CheckpointsPruned.class);
  }

  /**
   * Does a session's work again as a new one.
   *
   * @param fromStep step of each batch to go on from at the latest; -1 for all that is there
   */
  public GatewayReply.Restarted restart(String sessionId, int fromStep) {
    return call(
        new GatewayRequest.RestartSession(sessionId, fromStep), GatewayReply.Restarted.class);
  }

  /**
   * An entity's state after one of its events.
   *
   * @param toSequenceNr of that event; 0 for the last
   * @return the reply's last part with the whole of its deflated JSON
   */
  public GatewayReply.Replayed replay(String persistenceId, long toSequenceNr) {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    long to = toSequenceNr;
    GatewayReply.Replayed part;
    do {
      part =
          call(
              new GatewayRequest.Replay(persistenceId, to, whole.size()),
              GatewayReply.Replayed.class);
      whole.writeBytes(part.deflated());
      to = part.sequenceNr();
    } while (part.more());
    return new GatewayReply.Replayed(
        part.persistenceId(),
        part.sequenceNr(),
        part.lastSequenceNr(),
        part.fromSnapshot(),
        part.snapshotsRefused(),
        part.manifest(),
        part.eventId(),
        part.at(),
        whole.toByteArray(),
        false);
  }

  /** Lets the node finish what is in flight and leave. */
  public void stopNode() {
    call(new GatewayRequest.StopNode(), GatewayReply.Stopping.class);
  }

  /** Most inputs of one submission. */
  public int inputsMax() {
    return link.settings().inputsMax();
  }

  /** Most entries of one {@link #journal} page. */
  public int journalPage() {
    return link.settings().journalPage();
  }

  @Override
  public void close() {
    link.close();
  }

  private <R extends GatewayReply> R call(GatewayRequest request, Class<R> expected) {
    return link.call(request, link.settings().askTimeout(), expected);
  }
}
