package io.mainstay.actors.recovery.action.processing;

import io.mainstay.actors.consistency.check.WorkFacts;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.inference.InferenceCommand;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.actors.recovery.action.ActionFloor;
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
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
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
  private final Path spool;

  private QueueActions(ActionFloor floor) {
    this.floor = floor;
    this.sessions = new SessionQuestions(floor);
    this.spool = floor.around().database().directory().path().resolve("spool");
  }

  /** Adds them. */
  public static void add(RecoveryActions.Builder actions, ActionFloor floor) {
    QueueActions queue = new QueueActions(floor);
    actions
        .add("await_processing_domain", queue::awaitProcessing)
        .add("verify_devices_serve", queue::verifyDevices)
        .add("detect_stuck_batches", queue::detect)
        .add("release_session_memory", queue::releaseMemory)
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
            floor
                .ask(floor.ports().device(), DeviceCommand.ListDevices::new)
                .thenApply(
                    listed ->
                        listed.devices().stream().anyMatch(one -> one.state().equals("serving"))
                            ? Optional.of(done(devices(listed.devices())))
                            : Optional.empty()),
        () -> "no device serves");
  }

  private static String devices(List<DeviceView> devices) {
    return devices.stream()
        .map(
            one ->
                "%s %s, worker %d (epoch %d)"
                    .formatted(one.id(), one.state(), one.pid(), one.epoch()))
        .collect(Collectors.joining("; "));
  }

  private CompletionStage<RecoveryStepOutcome> detect(Task task) {
    return sessions
        .facts()
        .thenCombine(
            sessions.turns(),
            (facts, turns) ->
                done(
                    "%d turns, %d of them of sessions that nobody works on; %d sessions open, %d idle"
                        .formatted(
                            turns.turns().size(),
                            stranded(facts, turns).size(),
                            facts.open().size(),
                            SessionQuestions.idle(facts).size())));
  }

  /** Turns by their sessions, of which none has a runner. */
  private static Map<String, String> stranded(
      ProcessingCommand.Facts facts, InferenceCommand.Facts turns) {
    return turns.turns().stream()
        .filter(turn -> !facts.runners().contains(turn.sessionId()))
        .filter(turn -> !facts.settling().contains(turn.sessionId()))
        .collect(
            Collectors.toMap(
                WorkFacts.TurnFacts::turnId, WorkFacts.TurnFacts::sessionId, (one, two) -> one));
  }

  private CompletionStage<RecoveryStepOutcome> resetQueue(Task task) {
    Set<String> released = new TreeSet<>();
    return floor.await(
        task,
        () ->
            sessions
                .facts()
                .thenCombine(
                    sessions.turns(),
                    (facts, turns) -> {
                      Map<String, String> stranded = stranded(facts, turns);
                      for (String turn : stranded.keySet()) {
                        floor.ports().inference().tell(new InferenceCommand.ReleaseTurn(turn));
                        synchronized (released) {
                          released.add(turn);
                        }
                      }
                      return stranded.isEmpty()
                          ? Optional.of(
                              done(
                                  "%d turns given back, %d are worked on"
                                      .formatted(released.size(), turns.turns().size())))
                          : Optional.empty();
                    }),
        () -> "turns are held that nobody works on");
  }

  private CompletionStage<RecoveryStepOutcome> releaseMemory(Task task) {
    Map<String, Long> freed = new TreeMap<>();
    return floor.await(
        task,
        () ->
            sessions
                .facts()
                .thenApply(
                    facts -> {
                      Map<String, Long> lost = new TreeMap<>(facts.heap());
                      lost.keySet().removeAll(facts.runners());
                      lost.keySet().removeAll(facts.settling());
                      lost.keySet()
                          .forEach(one -> sessions.putRight(one, ProcessingCommand.Right.NO_HEAP));
                      synchronized (freed) {
                        freed.putAll(lost);
                        return lost.isEmpty()
                            ? Optional.of(
                                done(
                                    "%d bytes of heap of %d sessions given back; %d bytes are held by sessions at work"
                                        .formatted(sum(freed), freed.size(), sum(facts.heap()))))
                            : Optional.empty();
                      }
                    }),
        () -> "heap is held that nobody works with");
  }

  private static long sum(Map<String, Long> bytes) {
    return bytes.values().stream().mapToLong(Long::longValue).sum();
  }

  /** A runner's end ends its holds: they are gone once the model domain has heard of it. */
  private CompletionStage<RecoveryStepOutcome> releaseModels(Task task) {
    return floor.await(
        task,
        () ->
            floor
                .ask(floor.ports().model(), ModelCommand.GetFacts::new)
                .thenCombine(
                    sessions.facts(),
                    (models, work) -> {
                      Set<String> stale = new TreeSet<>();
                      models
                          .held()
                          .keySet()
                          .forEach(
                              holder ->
                                  Holders.session(holder)
                                      .filter(one -> holder.contains("/runner-"))
                                      .filter(one -> !work.runners().contains(one))
                                      .ifPresent(stale::add));
                      return stale.isEmpty()
                          ? Optional.of(
                              done(
                                  models.held().size()
                                      + " hold models, none of them a session that nobody works"
                                      + " on"))
                          : Optional.empty();
                    }),
        () -> "models are held by sessions that nobody works on");
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

  private RecoveryStepOutcome clear(Set<String> working, FileTime asked) {
    int files = 0;
    long bytes = 0;
    try (Stream<Path> all = Files.list(spool)) {
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
