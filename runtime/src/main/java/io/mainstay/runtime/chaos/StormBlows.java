package io.mainstay.runtime.chaos;

import io.mainstay.actors.device.DeviceView;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The conditions of a storm, from their times until they are taken away. One is brought about at a
 * time, and any number are taken away meanwhile: neither waits for the other. What another
 * condition undid before anything could come of it is brought about again, a few times. Confined to
 * one thread, which has others do what takes time.
 */
final class StormBlows implements AutoCloseable {
  private static final int TRIES = 8;

  /** Before the second try; twice as long before each further one. */
  private static final Duration TRY_AGAIN = Duration.ofSeconds(1);

  private static final Duration TRY_AGAIN_MAX = Duration.ofSeconds(30);

  /**
   * One that was brought about and is not yet taken away, which is done when that may be, or when
   * nobody waits for that any longer.
   *
   * @param epoch of the worker that was told to do it; 0 if none was
   * @param tries so far
   * @param againNanos when it is brought about again at the earliest, if it could not be
   */
  private record Open(
      StormPlan.Blow blow, int index, long epoch, int tries, long untilNanos, long againNanos) {}

  /** One that is being brought about; {@code again} is null for the first time. */
  private record Striking(StormPlan.Blow blow, Open again, long epoch, Future<Struck> struck) {}

  /** One that is being taken away; the text is what went wrong, or empty. */
  private record Mending(Open open, Future<String> failure) {}

  private final ChaosStage stage;
  private final ChaosSettings settings;
  private final ChaosRun run;
  private final List<StormPlan.Blow> planned;
  private final List<Open> open = new ArrayList<>();
  private final List<Mending> mending = new ArrayList<>();
  private final ExecutorService hands = Executors.newCachedThreadPool();
  private final long began = System.nanoTime();
  private Striking striking;

  StormBlows(ChaosStage stage, ChaosSettings settings, ChaosRun run, StormPlan plan) {
    this.stage = stage;
    this.settings = settings;
    this.run = run;
    this.planned = new ArrayList<>(plan.blows());
  }

  /** Does what is to be done by the run's last look; answers whether all of it is over. */
  boolean turn() throws IOException {
    if (striking != null && striking.struck().isDone()) {
      struck(striking);
      striking = null;
    }
    for (Mending one : List.copyOf(mending)) {
      if (one.failure().isDone()) {
        mending.remove(one);
        mended(one);
      }
    }
    for (Open one : List.copyOf(open)) {
      if (!isStruckAgain(one) && mayEnd(one)) {
        open.remove(one);
        mending.add(new Mending(one, hands.submit(() -> run.mendFailure(one.blow()))));
      }
    }
    if (striking == null) {
      striking = nextAgain().or(this::nextPlanned).orElse(null);
    }
    return planned.isEmpty() && striking == null && open.isEmpty() && mending.isEmpty();
  }

  private boolean isStruckAgain(Open one) {
    return striking != null && striking.again() == one;
  }

  // ---- bringing about

  private Optional<Striking> nextPlanned() {
    long now = System.nanoTime() - began;
    Iterator<StormPlan.Blow> next = planned.iterator();
    while (next.hasNext()) {
      StormPlan.Blow blow = next.next();
      if (blow.at().toNanos() > now) {
        return Optional.empty();
      }
      if (!isInTheWay(blow)) {
        next.remove();
        return Optional.of(strike(blow, null, () -> run.bring(blow)));
      }
    }
    return Optional.empty();
  }

  /** One that is open could not be told from it, or would not come about any more. */
  private boolean isInTheWay(StormPlan.Blow blow) {
    return open.stream().anyMatch(one -> isInTheWay(one, blow) || isArmedOn(one, blow.device()))
        || mending.stream().anyMatch(one -> isInTheWay(one.open(), blow));
  }

  private static boolean isInTheWay(Open one, StormPlan.Blow blow) {
    return one.blow().condition().excludes(blow.condition());
  }

  /** It comes with what that device's worker is to do next, and has not come. */
  private boolean isArmedOn(Open one, String device) {
    return one.blow().device().equals(device) && isArmed(one);
  }

  private boolean isArmed(Open one) {
    return one.blow().condition().isInItsWorker() && !run.isFound(one.index());
  }

  /** The next one that nothing has come of. */
  private Optional<Striking> nextAgain() {
    for (Open one : open) {
      if (one.tries() < TRIES && isDueAgain(one)) {
        return Optional.of(
            strike(
                one.blow(),
                one,
                () -> {
                  // What there is of it would be in its own way.
                  run.mendFailure(one.blow());
                  return run.bring(one.blow());
                }));
      }
      if (one.tries() < TRIES && isUndone(one)) {
        return Optional.of(strike(one.blow(), one, () -> run.bring(one.blow())));
      }
    }
    return Optional.empty();
  }

  /** It could not be brought about: the device was down, or the node refused. */
  private boolean isDueAgain(Open one) {
    return run.isFailed(one.index()) && System.nanoTime() - one.againNanos() >= 0;
  }

  /**
   * The recovery of another condition replaced the worker that was told to do it. What came about
   * and was not found is left as it is.
   */
  private boolean isUndone(Open one) {
    if (!isArmed(one)) {
      return false;
    }
    DeviceView now = stage.device(one.blow().device());
    // It may have ended that worker itself.
    run.look();
    return isArmed(one) && now.epoch() != one.epoch() && ChaosStage.isServing(now);
  }

  private Striking strike(StormPlan.Blow blow, Open again, Callable<Struck> how) {
    long epoch = blow.condition().isInItsWorker() ? stage.device(blow.device()).epoch() : 0;
    return new Striking(blow, again, epoch, hands.submit(how));
  }

  private void struck(Striking done) throws IOException {
    Struck struck = answer(done.struck());
    Open again = done.again();
    int index = again == null ? run.add(struck) : again.index();
    if (again != null) {
      run.isNow(index, struck);
      open.remove(again);
    }
    int tries = again == null ? 1 : again.tries() + 1;
    long pause = Math.min(TRY_AGAIN_MAX.toNanos(), TRY_AGAIN.toNanos() << (tries - 1));
    long now = System.nanoTime();
    open.add(
        new Open(
            done.blow(),
            index,
            done.epoch(),
            tries,
            now + settings.foundBound().toNanos(),
            now + pause));
  }

  // ---- taking away

  private boolean mayEnd(Open one) {
    return run.isFailed(one.index())
        ? one.tries() >= TRIES
        : run.mayEnd(one.index()) || System.nanoTime() - one.untilNanos() >= 0;
  }

  /** What cannot be taken away fails its condition, and is not the end of the storm. */
  private void mended(Mending done) throws IOException {
    String failure = answer(done.failure());
    if (!failure.isEmpty()) {
      run.fails(done.open().index(), failure);
    }
  }

  private static <T> T answer(Future<T> done) throws IOException {
    try {
      return done.get();
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new IOException("the storm was interrupted", stop);
    } catch (ExecutionException defect) {
      throw new IOException("the storm failed: " + defect.getCause(), defect.getCause());
    }
  }

  @Override
  public void close() {
    hands.shutdownNow();
  }
}
