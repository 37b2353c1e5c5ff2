package io.mainstay.actors.recovery.action.processing;

import static io.mainstay.actors.recovery.action.Outcomes.done;

import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.AttendedSessions;
import io.mainstay.actors.recovery.action.LostHeap;
import io.mainstay.actors.recovery.action.Questions;
import io.mainstay.actors.recovery.action.StrandedTurns;
import io.mainstay.actors.recovery.action.Subjects;
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
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/**
 * What batches of sessions hold although nobody works on them: turns of devices, heap, models,
 * files of outputs that never were finished. It is given back, each by the domain that gave it.
 */
public final class QueueActions {
  private final ActionFloor floor;
  private final Questions questions;
  private final StrandedTurns turns;
  private final Workers workers;

  private QueueActions(ActionFloor floor) {
    this.floor = floor;
    this.questions = new Questions(floor);
    this.turns = new StrandedTurns(floor);
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
        .add("release_session_models", new StaleModelHolds(floor)::letGo)
        .add("reset_stuck_queue", queue.turns::giveBack)
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
    return turns
        .look()
        .thenApply(
            looked ->
                done(
                    "%d turns, %d of them of sessions that nobody works on; %d sessions open, %d idle"
                        .formatted(
                            looked.turns().turns().size(),
                            looked.stranded().size(),
                            looked.facts().open().size(),
                            AttendedSessions.idle(looked.facts()).size())));
  }

  /** Files that grow are named by their session; a session that is worked on keeps its own. */
  private CompletionStage<RecoveryStepOutcome> clearOutputs(Task task) {
    // Before the question: what begins after it is not among its answer.
    FileTime asked = FileTime.from(Instant.now());
    return questions
        .work()
        .thenCompose(facts -> floor.blocking(() -> clear(AttendedSessions.of(facts), asked)));
  }

  private Path spool() {
    return floor.around().database().directory().path().resolve("spool");
  }

  private RecoveryStepOutcome clear(Set<String> working, FileTime asked) {
    List<Path> all;
    try (Stream<Path> files = Files.list(spool())) {
      all = files.toList();
    } catch (NoSuchFileException none) {
      return done("no output is being written");
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
    int files = 0;
    long bytes = 0;
    for (Path file : all) {
      Optional<String> session = Subjects.sessionIn(file.getFileName().toString());
      if (session.isPresent() && !working.contains(session.get())) {
        long freed = delete(file, asked);
        files += freed < 0 ? 0 : 1;
        bytes += Math.max(0, freed);
      }
    }
    return done(
        "%d files of outputs that were never finished deleted, %d bytes".formatted(files, bytes));
  }

  /** Bytes that are free now; -1 if its owner has finished it meanwhile, or begins just now. */
  private static long delete(Path file, FileTime asked) {
    try {
      if (Files.getLastModifiedTime(file).compareTo(asked) >= 0) {
        return -1;
      }
      long bytes = Files.size(file);
      Files.delete(file);
      return bytes;
    } catch (NoSuchFileException finished) {
      return -1;
    } catch (IOException kept) {
      throw new UncheckedIOException(kept);
    }
  }
}
