package io.mainstay.runtime.chaos;

import java.io.IOException;
import java.util.concurrent.locks.LockSupport;

/**
 * Carries a storm out: conditions at their times while texts and pictures are worked on and
 * submissions are made, then waits until all of it is over. Confined to one thread.
 */
final class StormRun {
  private final ChaosStage stage;
  private final ChaosSettings settings;
  private final ChaosNarrator narrator;
  private final StormWork work;

  StormRun(ChaosStage stage, ChaosSettings settings, ChaosNarrator narrator) {
    this.stage = stage;
    this.settings = settings;
    this.narrator = narrator;
    this.work = new StormWork(stage);
  }

  /** Runs it; {@code node} is how the document names it. */
  ChaosDocument run(StormPlan plan, long seed, String node) throws IOException {
    // What every node loads and compiles once is no growth of the storm's.
    work.keepUp();
    work.awaitOver(settings.workBound());
    long before = HeapUse.afterCollection();
    ChaosRun run = new ChaosRun(stage, settings, narrator);
    ChaosDocument.IntakeFigures intake;
    long began = System.nanoTime();
    long struckMillis;
    try (IntakeProbe probe = IntakeProbe.start(stage.work()::submitFew, settings)) {
      strike(plan, run);
      struckMillis = (System.nanoTime() - began) / 1_000_000;
      run.until(settings.recoveredBound(), run::areOver);
      run.awaitHealthy();
      intake = probe.stop();
    }
    narrator.says("storm", plan.blows().size() + " conditions in " + struckMillis + " ms");
    work.awaitOver(settings.workBound());
    Long growth =
        stage.isOwn()
            ? HeapUse.settled(before + settings.heapGrowthMax(), settings.heapSettle()) - before
            : null;
    return run.document(Scenario.STORM.wireName(), seed, node, intake, growth);
  }

  /** Until each of them was brought about and taken away again. */
  private void strike(StormPlan plan, ChaosRun run) throws IOException {
    try (StormBlows blows = new StormBlows(stage, settings, run, plan)) {
      run.look();
      while (!blows.turn()) {
        work.keepUp();
        LockSupport.parkNanos(settings.lookEvery().toNanos());
        run.look();
      }
    }
  }
}
