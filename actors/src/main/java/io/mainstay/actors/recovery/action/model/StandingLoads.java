package io.mainstay.actors.recovery.action.model;

import akka.pattern.Patterns;
import io.mainstay.actors.consistency.check.ModelFacts;
import io.mainstay.actors.model.ModelView;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.Questions;
import io.mainstay.actors.recovery.action.StepTimes;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Tells loads that stand still from slow ones, by their progress over a while. Thread-safe. */
final class StandingLoads {
  /**
   * How long a load may be as it was.
   *
   * @param said after it said how far it is, at least 1 ms: {@code still_ms}
   * @param silent before it ever said so, no less than that: {@code silent_ms}
   */
  record Windows(Duration said, Duration silent) {
    Windows {
      if (said.toMillis() < 1 || silent.compareTo(said) < 0) {
        throw new IllegalArgumentException(
            "still_ms is %d and silent_ms is %d; still_ms is from 1, silent_ms no less than it"
                .formatted(said.toMillis(), silent.toMillis()));
      }
    }

    static Windows of(Task task) {
      return new Windows(StepTimes.millis(task, "still_ms"), StepTimes.millis(task, "silent_ms"));
    }

    String text() {
      return "%d ms, or %d ms without a word".formatted(said.toMillis(), silent.toMillis());
    }
  }

  private static final String SAYS = ", ";

  private final ActionFloor floor;
  private final Questions questions;

  StandingLoads(ActionFloor floor) {
    this.floor = floor;
    this.questions = new Questions(floor);
  }

  /** How far each load is now, by model and device. */
  CompletionStage<Map<String, String>> loading() {
    return questions
        .models()
        .thenCombine(
            questions.residences(),
            (views, facts) -> {
              Map<String, String> found = new TreeMap<>();
              for (ModelFacts.Residence one : facts.residences()) {
                if (one.state().equals("loading") || one.state().equals("recovering")) {
                  found.put(
                      one.modelId() + " on " + one.deviceId(), one.state() + progress(views, one));
                }
              }
              return found;
            });
  }

  private static String progress(List<ModelView> views, ModelFacts.Residence one) {
    return views.stream()
        .filter(view -> view.id().equals(one.modelId()))
        .flatMap(view -> view.progress().stream())
        .filter(text -> text.startsWith(one.deviceId() + ":"))
        .map(text -> SAYS + text)
        .findFirst()
        .orElse("");
  }

  /**
   * Loads whose progress is the same over their window. One that has never said how far it is gets
   * the longer one: it may read its files.
   */
  CompletionStage<Map<String, String>> find(Windows windows) {
    return loading()
        .thenCompose(
            first ->
                first.isEmpty()
                    ? CompletableFuture.completedFuture(first)
                    : again(first, windows.said())
                        .thenCompose(
                            same -> {
                              if (same.values().stream().allMatch(StandingLoads::hasSaid)) {
                                return CompletableFuture.completedFuture(same);
                              }
                              return again(same, windows.silent().minus(windows.said()))
                                  .thenApply(silent -> with(same, silent));
                            }));
  }

  /** Those that are the same after that time. */
  private CompletionStage<Map<String, String>> again(Map<String, String> before, Duration wait) {
    return Patterns.after(wait, floor.system(), this::loading)
        .thenApply(
            after -> {
              Map<String, String> same = new TreeMap<>(before);
              same.entrySet().retainAll(after.entrySet());
              return same;
            });
  }

  /** Of those that were the same after the short wait, and of those after the long one. */
  private static Map<String, String> with(Map<String, String> said, Map<String, String> silent) {
    Map<String, String> all = new TreeMap<>(said);
    all.entrySet()
        .removeIf(load -> !hasSaid(load.getValue()) && !silent.containsKey(load.getKey()));
    return all;
  }

  private static boolean hasSaid(String state) {
    return state.contains(SAYS);
  }
}
