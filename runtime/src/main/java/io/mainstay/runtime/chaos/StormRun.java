package io.mainstay.runtime.chaos;

import io.mainstay.actors.device.DeviceView;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
    Long growth = stage.isOwn() ? HeapUse.afterCollection() - before : null;
    return run.document(Scenario.STORM.wireName(), seed, node, intake, growth);
  }

  /** A condition is taken away when that may be, or when nobody waits for that any longer. */
  private record Open(StormPlan.Blow blow, int index, long epoch, long untilNanos) {
    /** It comes with a batch of a worker that has it, and has not come. */
    boolean isArmed(ChaosRun run) {
      return blow.condition().firesWithBatch() && !run.isFound(index);
    }
  }

  private void strike(StormPlan plan, ChaosRun run) throws IOException {
    long began = System.nanoTime();
    List<Open> open = new ArrayList<>();
    for (StormPlan.Blow blow : plan.blows()) {
      run.look();
      while (System.nanoTime() - began < blow.at().toNanos() || isArmed(blow.device(), open, run)) {
        armAgain(open, run);
        mendFound(open, run);
        work.keepUp();
        LockSupport.parkNanos(settings.lookEvery().toNanos());
        run.look();
      }
      int index = run.strike(blow);
      long until = System.nanoTime() + settings.foundBound().toNanos();
      open.add(new Open(blow, index, epoch(blow), until));
      mendFound(open, run);
    }
    run.until(
        settings.foundBound().plus(Duration.ofSeconds(1)),
        () -> {
          armAgain(open, run);
          mendFound(open, run);
          return open.isEmpty();
        });
  }

  /** What comes with that device's next batch has not come: another blow would take its place. */
  private static boolean isArmed(String device, List<Open> open, ChaosRun run) {
    return open.stream().anyMatch(one -> one.blow().device().equals(device) && one.isArmed(run));
  }

  private long epoch(StormPlan.Blow blow) {
    return blow.condition().firesWithBatch() ? stage.device(blow.device()).epoch() : 0;
  }

  /** The recovery of another condition may have replaced the worker that had it. */
  private void armAgain(List<Open> open, ChaosRun run) {
    for (Open one : List.copyOf(open)) {
      if (one.isArmed(run)) {
        DeviceView now = stage.device(one.blow().device());
        run.look();
        if (one.isArmed(run) && now.epoch() != one.epoch() && ChaosStage.isServing(now)) {
          run.strikeAgain(one.index());
          open.set(
              open.indexOf(one), new Open(one.blow(), one.index(), now.epoch(), one.untilNanos()));
        }
      }
    }
  }

  /** What cannot be mended fails its condition, and is not the end of the storm. */
  private void mendFound(List<Open> open, ChaosRun run) {
    for (Open one : List.copyOf(open)) {
      if (run.mayEnd(one.index()) || System.nanoTime() - one.untilNanos() >= 0) {
        open.remove(one);
        run.mendOrFail(one.index());
      }
    }
  }
}
