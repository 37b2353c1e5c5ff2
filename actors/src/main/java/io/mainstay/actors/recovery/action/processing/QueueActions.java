package io.mainstay.actors.recovery.action.processing;

import io.mainstay.actors.consistency.check.ModelFacts;
import io.mainstay.actors.consistency.check.WorkFacts;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.inference.InferenceCommand;
import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.LostHeap;
import io.mainstay.actors.recovery.action.Questions;
import io.mainstay.actors.recovery.action.TwoLooks;
import io.mainstay.actors.recovery.action.Workers;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.actors.recovery.engine.RecoveryActions;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What batches of sessions hold although nobody works on them: turns of devices, heap, models,
 * files of outputs that never were finished. It is given back, each by the domain that gave it.
 */
public final class QueueActions {
  private final ActionFloor floor;
  private final SessionQuestions sessions;
  private final Questions questions;
  private final Workers workers;

  private QueueActions(ActionFloor floor) {
    this.floor = floor;
    this.sessions = new SessionQuestions(floor);
    this.questions = new Questions(floor);
    this.workers = new Workers(floor);
  }

  /** Adds them. */
  public static void add(RecoveryActions.Builder actions, ActionFloor floor) {
    QueueActions queue = new QueueActions(floor);
    actions
        .add("await_processing_domain", queue::awaitProcessing)
        .add("verify_devices_serve", queue::verifyDevices)
        .add("detect_stuck_batches", queue::detect)
        .add("release_session_memory", new LostHeap(floor)::giveBack)
        .add("release_session_models", queue::releaseModels)
        .add("reset_stuck_queue", queue::resetQueue)
        .add("clear_partial_outputs", queue::clearOutputs);
  }

  private CompletionStage<RecoveryStepOutcome> awaitProcessing(Task task) {
    return floor.await(
        task,
        () ->
            floor
                .ask(floor.ports().processing(), ProcessingCommand.GetLoad::new)
                .thenApply(
                    load ->
                        Optional.of(
                            done(
                                "the processing domain answers: %d sessions open, %d worked on, %d known"
                                    .formatted(load.open(), load.running(), load.known())))),
        () -> "the processing domain did not answer");
  }

  private CompletionStage<RecoveryStepOutcome> verifyDevices(Task task) {
    return floor.await(
        task,
        () ->
            workers
                .all()
                .thenApply(
                    devices ->
                        devices.stream().anyMatch(DeviceView::serves)
                            ? Optional.of(done(Workers.text(devices)))
                            : Optional.empty()),
        () -> "no device serves");
  }

  private CompletionStage<RecoveryStepOutcome> detect(Task task) {
    return turns()
        .thenApply(
            looked ->
                done(
                    "%d turns, %d of them of sessions that nobody works on; %d sessions open, %d idle"
                        .formatted(
                            looked.turns().turns().size(),
                            looked.stranded().size(),
                            looked.facts().open().size(),
                            SessionQuestions.idle(looked.facts()).size())));
  }

  /**
   * Turns, and who works on what a moment later: whoever has a turn has begun before it.
   *
   * @param turns asked first
   */
  private record Looked(InferenceCommand.Facts turns, ProcessingCommand.Facts facts) {
    /** Turns of sessions that have no runner. */
    Set<String> stranded() {
      return turns.turns().stream()
          .filter(turn -> !facts.runners().contains(turn.sessionId()))
          .filter(turn -> !facts.settling().contains(turn.sessionId()))
          .map(WorkFacts.TurnFacts::turnId)
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private CompletionStage<Looked> turns() {
    return sessions
        .turns()
        .thenCompose(turns -> sessions.facts().thenApply(facts -> new Looked(turns, facts)));
  }

  private CompletionStage<RecoveryStepOutcome> resetQueue(Task task) {
    Set<String> released = new TreeSet<>();
    TwoLooks looks = new TwoLooks();
    return floor.await(
        task,
        () ->
            turns()
                .thenApply(
                    looked -> {
                      Set<String> stranded = looked.stranded();
                      synchronized (released) {
                        for (String turn : looks.agreed(stranded)) {
                          floor.ports().inference().tell(new InferenceCommand.ReleaseTurn(turn));
                          released.add(turn);
                        }
                        return stranded.isEmpty()
                            ? Optional.of(
                                done(
                                    "%d turns given back, %d are worked on"
                                        .formatted(released.size(), looked.turns().turns().size())))
                            : Optional.empty();
                      }
                    }),
        () -> "turns are held that nobody works on");
  }

  /** A runner's end ends its holds: they are gone once the model domain has heard of it. */
  private CompletionStage<RecoveryStepOutcome> releaseModels(Task task) {
    return floor.await(
        task,
        () ->
            questions
                .residences()
                .thenCompose(models -> sessions.facts().thenApply(work -> held(models, work))),
        () -> "models are held by sessions that nobody works on");
  }

  private static Optional<RecoveryStepOutcome> held(
      ModelFacts models, ProcessingCommand.Facts work) {
    boolean stale =
        models.held().keySet().stream()
            .filter(holder -> holder.contains("/runner-"))
            .flatMap(holder -> Holders.session(holder).stream())
            .anyMatch(session -> !work.runners().contains(session));
    return stale
        ? Optional.empty()
        : Optional.of(
            done(
                models.held().size()
                    + " hold models, none of them a session that nobody works on"));
  }

  /** Files that grow are named by their session; a session that is worked on keeps its own. */
  private CompletionStage<RecoveryStepOutcome> clearOutputs(Task task) {
    // Before the question: what begins after it is not among its answer.
    FileTime asked = FileTime.from(Instant.now());
    return sessions
        .facts()
        .thenCompose(
            facts ->
                floor.blocking(
                    () -> {
                      Set<String> working = new TreeSet<>(facts.runners());
                      working.addAll(facts.settling());
                      return clear(working, asked);
                    }));
  }

  private Path spool() {
    return floor.around().database().directory().path().resolve("spool");
  }

  private RecoveryStepOutcome clear(Set<String> working, FileTime asked) {
    int files = 0;
    long bytes = 0;
    try (Stream<Path> all = Files.list(spool())) {
      for (Path file : all.toList()) {
        Optional<String> session = Holders.session(file.getFileName().toString());
        // One that begins just now is not among those.
        boolean old = Files.getLastModifiedTime(file).compareTo(asked) < 0;
        if (old && session.isPresent() && !working.contains(session.get())) {
          bytes += Files.size(file);
          files++;
          Files.deleteIfExists(file);
        }
      }
    } catch (NoSuchFileException none) {
      return done("no output is being written");
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
    return done(
        "%d files of outputs that were never finished deleted, %d bytes".formatted(files, bytes));
  }

  private static RecoveryStepOutcome done(String evidence) {
    return new RecoveryStepOutcome.Done(evidence);
  }
}
