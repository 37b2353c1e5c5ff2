package io.mainstay.actors.gateway;

import akka.actor.typed.ActorRef;
import io.mainstay.actors.gateway.GatewayReply.CheckpointView;
import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.actors.processing.checkpoint.CheckpointSettings;
import io.mainstay.persistence.checkpoint.CheckpointArchive;
import io.mainstay.persistence.checkpoint.CheckpointId;
import io.mainstay.persistence.checkpoint.StoredCheckpoint;
import io.mainstay.persistence.session.SessionCarry;
import io.mainstay.persistence.session.SessionProtocol;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** Checkpoints: looking, going back to one, letting go; and sessions that begin again from them. */
final class CheckpointDesk implements Desk {
  private final Asking asking;
  private final GatewaySettings settings;
  private final CheckpointArchive archive;
  private final CheckpointSettings keeping;
  private final ActorRef<ProcessingCommand> processing;
  private final Clock clock;
  private final Executor blocking;

  /**
   * @param clock of the checkpoints' ages
   * @param blocking where the disk is waited for
   */
  CheckpointDesk(
      Asking asking,
      GatewaySettings settings,
      CheckpointArchive archive,
      CheckpointSettings keeping,
      ActorRef<ProcessingCommand> processing,
      Clock clock,
      Executor blocking) {
    this.asking = asking;
    this.settings = settings;
    this.archive = archive;
    this.keeping = keeping;
    this.processing = processing;
    this.clock = clock;
    this.blocking = blocking;
  }

  @Override
  public void open(Desks desks) {
    desks.on(GatewayRequest.ListCheckpoints.class, this::list);
    desks.on(GatewayRequest.GetCheckpoint.class, this::get);
    desks.on(GatewayRequest.RestoreCheckpoint.class, this::restore);
    desks.on(GatewayRequest.PruneCheckpoints.class, this::prune);
    desks.on(GatewayRequest.RestartSession.class, this::restart);
  }

  private CompletionStage<GatewayReply> list(GatewayRequest.ListCheckpoints ask) {
    String session = ask.sessionId() == null ? "" : ask.sessionId();
    return CompletableFuture.supplyAsync(
        () -> {
          List<CheckpointId> ids = session.isEmpty() ? archive.ids() : archive.idsOf(session);
          List<CheckpointId> asked =
              ids.stream().skip(Math.max(0, ask.offset())).limit(settings.listMax()).toList();
          archive.hold(asked);
          List<CheckpointView> page =
              asked.stream()
                  // One that was let go meanwhile is left out.
                  .flatMap(id -> archive.find(id).stream())
                  .map(this::view)
                  .toList();
          return new GatewayReply.Checkpoints(ReplyBytes.fitting(page), ids.size());
        },
        blocking);
  }

  private CompletionStage<GatewayReply> get(GatewayRequest.GetCheckpoint ask) {
    return found(ask.id()).thenApply(found -> new GatewayReply.Checkpoint(view(found)));
  }

  /** The whole chain is checked before anything changes; the program checks its state after. */
  private CompletionStage<GatewayReply> restore(GatewayRequest.RestoreCheckpoint ask) {
    return found(ask.id())
        .thenCompose(
            found -> {
              if (!found.sound()) {
                throw Refusal.of(
                    "checkpoint_unusable",
                    "Checkpoint " + ask.id() + " cannot be used: " + found.problem(),
                    "Take another one from 'mainstay checkpoints list'; nothing was changed");
              }
              return CompletableFuture.supplyAsync(() -> archive.journaled(found.id()), blocking)
                  .thenCompose(journaled -> goBack(ask, found, journaled));
            })
        .thenCompose(found -> CompletableFuture.supplyAsync(() -> view(found), blocking))
        .thenApply(view -> new GatewayReply.Checkpoint(view));
  }

  private CompletionStage<StoredCheckpoint> goBack(
      GatewayRequest.RestoreCheckpoint ask, StoredCheckpoint found, Set<String> journaled) {
    return asking
        .<ProcessingCommand, SessionProtocol.Recorded>askStatus(
            processing,
            replyTo ->
                new ProcessingCommand.RestoreCheckpoint(
                    found.id(),
                    found.sha256(),
                    journaled.contains(found.sha256()),
                    ask.reason(),
                    replyTo))
        .thenApply(recorded -> checked(ask.id(), found, recorded));
  }

  private static StoredCheckpoint checked(
      String id, StoredCheckpoint found, SessionProtocol.Recorded recorded) {
    boolean there =
        recorded.next().stream().anyMatch(batch -> batch.range().equals(found.id().range()));
    if (recorded.finished() || !there) {
      throw Refusal.of(
          "nothing_to_restore",
          "Checkpoint "
              + id
              + (recorded.finished()
                  ? " is of a session that is over"
                  : " is of a batch that has its result, or was split"),
          "'mainstay sessions restart " + found.id().sessionId() + "' does the work again");
    }
    return found;
  }

  private CompletionStage<GatewayReply> prune(GatewayRequest.PruneCheckpoints ask) {
    return CompletableFuture.supplyAsync(
        () -> {
          CheckpointArchive.Pruned pruned =
              archive.prune(keeping.retention(), clock.instant(), keeping.pruneMost());
          return new GatewayReply.CheckpointsPruned(pruned.checkpoints(), pruned.bytes());
        },
        blocking);
  }

  private CompletionStage<GatewayReply> restart(GatewayRequest.RestartSession ask) {
    if (ask.fromStep() < SessionCarry.EVERYTHING) {
      throw Refusal.of(
          "invalid_step",
          "The step to go on from is " + ask.fromStep() + "; it must be 0 or more",
          "leave --from out to keep all that is there");
    }
    return asking
        .<ProcessingCommand, ProcessingCommand.Restarted>askStatus(
            processing,
            replyTo ->
                new ProcessingCommand.RestartSession(
                    ask.sessionId(), ask.fromStep(), "client", replyTo))
        .thenApply(
            done ->
                new GatewayReply.Restarted(
                    done.sessionId(),
                    done.ofSession(),
                    done.batchesKept(),
                    done.checkpointsKept()));
  }

  private CompletionStage<StoredCheckpoint> found(String text) {
    CheckpointId id =
        CheckpointId.parse(text == null ? "" : text)
            .orElseThrow(
                () ->
                    Refusal.of(
                        "invalid_checkpoint_id",
                        "'" + text + "' names no checkpoint",
                        "write SESSION:FROM-TO:STEP, as 'mainstay checkpoints list' does"));
    return CompletableFuture.supplyAsync(
        () -> {
          archive.hold(List.of(id));
          return archive
              .find(id)
              .orElseThrow(
                  () -> {
                    List<CheckpointId> there = archive.idsOf(id.sessionId());
                    archive.hold(there);
                    return MissingCheckpoint.refusal(
                        id, there, !archive.journaled(id).isEmpty(), keeping);
                  });
        },
        blocking);
  }

  private CheckpointView view(StoredCheckpoint stored) {
    CheckpointId id = stored.id();
    return new CheckpointView(
        id.text(),
        stored.component(),
        id.sessionId(),
        id.range().from(),
        id.range().to(),
        id.step(),
        stored.sha256(),
        stored.bytes(),
        stored.version(),
        stored.takenAt(),
        stored.baseSha256(),
        stored.chain(),
        archive.isNamed(stored),
        stored.sound(),
        stored.problem());
  }
}
