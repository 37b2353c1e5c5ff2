package io.mainstay.actors.degradation.restoration;

import io.mainstay.persistence.restoration.NodeFigures;
import io.mainstay.persistence.restoration.TestOutcome;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Tests that end as they are told to: passed unless said otherwise. */
final class ScriptedTests implements RestorationTests {
  /** How one ends. */
  enum End {
    FAILS,
    SKIPPED,
    NEVER
  }

  final Map<RestorationTest, End> ends = new ConcurrentHashMap<>();
  final List<RestorationTest> run = new CopyOnWriteArrayList<>();
  volatile Consumer<RestorationTest> atTest = test -> {};

  @Override
  public CompletionStage<TestOutcome> run(RestorationTest test, Conditions conditions) {
    atTest.accept(test);
    run.add(test);
    End end = ends.get(test);
    if (end == End.NEVER) {
      return new CompletableFuture<>();
    }
    return CompletableFuture.completedStage(
        new TestOutcome(
            test.code(), end == null, end == null ? "well" : "not well", 1, end == End.SKIPPED));
  }

  @Override
  public CompletionStage<Optional<NodeFigures>> measure(Duration within) {
    return CompletableFuture.completedStage(Optional.of(new NodeFigures("m", 4, 200, 1_000)));
  }
}
