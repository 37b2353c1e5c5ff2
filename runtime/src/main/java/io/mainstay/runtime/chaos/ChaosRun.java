package io.mainstay.runtime.chaos;

import io.mainstay.actors.gateway.ErrorView;
import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.actors.gateway.RecoveryPlanView;
import io.mainstay.client.ClientException;
import io.mainstay.runtime.cli.CliFailure;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Brings conditions about on a stage, one after the other, and watches what the node does about
 * each until it is healthy again. Confined to one thread.
 */
final class ChaosRun {
  private static final long ACKNOWLEDGE_NANOS = 1_000_000_000;

  private final ChaosStage stage;
  private final ChaosSettings settings;
  private final ChaosNarrator narrator;
  private final JournalFollower journal;
  private final Set<String> implemented;
  private final List<Struck> struck = new ArrayList<>();
  private final Map<String, FaultStory> stories = new HashMap<>();
  private List<FaultStory> seen = List.of();
  private long healthyMillis;
  private long acknowledgedNanos = System.nanoTime() - ACKNOWLEDGE_NANOS;

  ChaosRun(ChaosStage stage, ChaosSettings settings, ChaosNarrator narrator) {
    this.stage = stage;
    this.settings = settings;
    this.narrator = narrator;
    this.journal = new JournalFollower(stage.client(), narrator::told);
    stage.tellNotes(text -> narrator.says("seen", text));
    this.implemented =
        Stream.concat(
                stage.client().recoveries().cascades().stream(),
                stage.client().recoveries().strategies().stream())
            .map(RecoveryPlanView::name)
            .collect(Collectors.toSet());
  }

  /** One condition from its beginning to a healthy node; answers what came of it. */
  ChaosDocument.Fault round(StormPlan.Blow blow) throws IOException {
    int index = strike(blow);
    try {
      if (!blow.condition().isSaidAfterwards()) {
        until(settings.foundBound(), () -> isFound(index));
        if (!blow.condition().mustEnd() && struck.get(index).found()) {
          until(settings.recoveredBound(), () -> isOver(index));
        }
      }
    } finally {
      mend(blow);
    }
    until(settings.foundBound(), () -> isFound(index));
    if (struck.get(index).found()) {
      until(settings.recoveredBound(), () -> isOver(index));
    }
    if (!awaitHealthy()) {
      fails(index, "the node was not healthy within " + settings.healthyBound().toSeconds() + " s");
    }
    return struck.get(index).document(look());
  }

  /** The same; what the run itself could not do is a failure of that condition, and not the end. */
  ChaosDocument.Fault roundOrFailure(StormPlan.Blow blow) {
    int before = struck.size();
    try {
      return round(blow);
    } catch (ClientException | CliFailure | IOException broken) {
      String why = "the run failed: " + broken.getMessage();
      narrator.failed(blow, why);
      if (struck.size() == before) {
        struck.add(Struck.failed(blow, Instant.now(), why));
      } else {
        fails(before, why);
      }
      return struck.get(before).document(seen);
    }
  }

  /** Something went wrong about the one at that place. */
  void fails(int index, String why) {
    struck.set(index, struck.get(index).failed(why));
  }

  /** Brings it about; answers its place in the list. A refusal is noted, not thrown. */
  int strike(StormPlan.Blow blow) {
    return add(bring(blow));
  }

  /** Takes notice of one that was brought about; answers its place in the list. */
  int add(Struck one) {
    struck.add(one);
    return struck.size() - 1;
  }

  /** The one at that place was brought about once more: nothing had come of it. */
  void isNow(int index, Struck again) {
    struck.set(index, again.after(struck.get(index).tries()));
  }

  /** Brings it about; a refusal is noted, not thrown. From any thread. */
  Struck bring(StormPlan.Blow blow) {
    narrator.strikes(blow);
    Instant before = Instant.now();
    try {
      return Struck.at(blow, blow.condition().bring(stage, blow.device()));
    } catch (ClientException | CliFailure | IOException refused) {
      narrator.failed(blow, refused.getMessage());
      return Struck.failed(blow, before, String.valueOf(refused.getMessage()));
    }
  }

  /** Takes the condition away again. */
  void mend(StormPlan.Blow blow) throws IOException {
    blow.condition().mend(stage, blow.device());
  }

  /** The same; answers what went wrong, or nothing. From any thread. */
  String mendFailure(StormPlan.Blow blow) {
    try {
      mend(blow);
      return "";
    } catch (ClientException | CliFailure | IOException broken) {
      narrator.failed(blow, "not mended: " + broken.getMessage());
      return "it could not be taken away: " + broken.getMessage();
    }
  }

  /** Reads the journal, and finds each condition its fault. */
  List<FaultStory> look() {
    StoryBook book = journal.look();
    List<FaultStory> now = book.faults();
    if (now != seen) {
      seen = now;
      stories.clear();
      now.forEach(fault -> stories.put(fault.eventId(), fault));
    }
    Set<String> taken = new HashSet<>();
    struck.forEach(one -> taken.add(one.eventId()));
    for (int i = 0; i < struck.size(); i++) {
      Struck matched = struck.get(i).matched(book, taken);
      taken.add(matched.eventId());
      struck.set(i, matched);
    }
    return seen;
  }

  /** Whether its fault was seen by the last look, or none is to come. */
  boolean isFound(int index) {
    return struck.get(index).found() || isFailed(index);
  }

  /** Whether it could not be brought about, or not be taken away. */
  boolean isFailed(int index) {
    return !struck.get(index).failure().isEmpty();
  }

  /** Whether it may be taken away: seen, and recovered from where it need not end for that. */
  boolean mayEnd(int index) {
    return struck.get(index).found()
        && (struck.get(index).blow().condition().mustEnd() || isOver(index));
  }

  /** Whether all that answers it was over by the last look. */
  boolean isOver(int index) {
    FaultStory fault = stories.get(struck.get(index).eventId());
    return fault == null || fault.over(implemented);
  }

  /** Whether all that answers those that were found was over by the last look. */
  boolean areOver() {
    return IntStream.range(0, struck.size())
        .allMatch(index -> !struck.get(index).found() || isOver(index));
  }

  /** Waits until the node takes work without any restriction; answers whether it came to that. */
  boolean awaitHealthy() {
    return awaitHealthy(() -> false);
  }

  /** The same, or until that is so, which is looked at first each time. */
  boolean awaitHealthy(BooleanSupplier orElse) {
    long began = System.nanoTime();
    boolean healthy = until(settings.healthyBound(), () -> orElse.getAsBoolean() || isHealthy());
    healthyMillis = (System.nanoTime() - began) / 1_000_000;
    narrator.says("node", healthy ? "healthy" : "not healthy: " + stage.client().status());
    return healthy;
  }

  boolean isHealthy() {
    GatewayReply.Status status = stage.client().status();
    boolean healthy =
        status.state().equals("ready")
            && status.mode().equals("normal")
            && status.intake().equals("open")
            && status.devicesServing() == status.devices();
    if (!healthy) {
      acknowledge();
    }
    return healthy;
  }

  /** Critical errors wait for a person: here that is us. */
  private void acknowledge() {
    long now = System.nanoTime();
    if (now - acknowledgedNanos < ACKNOWLEDGE_NANOS) {
      return;
    }
    acknowledgedNanos = now;
    for (ErrorView error : stage.client().errors()) {
      if (error.gateClosed()) {
        stage.client().acknowledgeError(error.code(), "seen by a chaos run");
        narrator.says("gate", error.code() + " acknowledged");
      }
    }
  }

  /** Looks until it is so or the bound is over; answers whether it is. */
  boolean until(Duration bound, BooleanSupplier condition) {
    long end = System.nanoTime() + bound.toNanos();
    look();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end >= 0 || Thread.currentThread().isInterrupted()) {
        return false;
      }
      LockSupport.parkNanos(settings.lookEvery().toNanos());
      look();
    }
    return true;
  }

  /** Everything so far, with the work settled. */
  ChaosDocument document(
      String scenario,
      long seed,
      String node,
      ChaosDocument.IntakeFigures intake,
      Long heapGrowthBytes)
      throws IOException {
    boolean healthy = isHealthy();
    ChaosWork.Account account = stage.work().settle(settings.workBound());
    List<FaultStory> faults = look();
    List<ChaosDocument.Fault> told = struck.stream().map(one -> one.document(faults)).toList();
    boolean kept =
        healthy
            && account.lost() == 0
            && account.duplicated() == 0
            && (heapGrowthBytes == null || heapGrowthBytes <= settings.heapGrowthMax())
            && told.stream().allMatch(fault -> fault.found() && fault.recovered());
    return new ChaosDocument(
        scenario,
        seed,
        node,
        stage.settings(),
        told,
        faults.stream()
            .filter(fault -> struck.stream().noneMatch(one -> one.isOf(fault)))
            .map(FaultFigures::followed)
            .toList(),
        journal.look().modes(),
        new ChaosDocument.Work(
            account.sessions(),
            account.documents(),
            account.completed(),
            account.lost(),
            account.duplicated(),
            account.incomplete()),
        intake,
        healthy,
        healthyMillis,
        heapGrowthBytes,
        kept);
  }
}
