package io.mainstay.actors.node;

import io.mainstay.actors.degradation.restoration.RestorationTests.Conditions;
import io.mainstay.actors.degradation.restoration.SpeedVerdict;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.inference.InferenceCommand;
import io.mainstay.actors.node.ProbeFloor.Finding;
import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.persistence.restoration.NodeFigures;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** How fast a node computes, and whether it keeps that up. */
record SpeedProbes(ProbeFloor floor, ResourceProbes resources) {
  private static final String NO_MODEL = "the node has no model of texts to compute with";
  private static final double NANOS_PER_MILLI = 1e6;
  private static final double NANOS_PER_SECOND = 1e9;

  /** Computations of one kind: nanoseconds of each, and of all together. */
  private record Round(List<Long> nanos, long wallNanos, List<String> failures) {
    double medianMillis() {
      List<Long> sorted = nanos.stream().sorted().toList();
      return sorted.isEmpty() ? 0 : sorted.get(sorted.size() / 2) / NANOS_PER_MILLI;
    }

    double perSecond() {
      return nanos.size() * NANOS_PER_SECOND / Math.max(1, wallNanos);
    }

    Optional<Finding> failed() {
      return failures.isEmpty()
          ? Optional.empty()
          : Optional.of(
              Finding.failed(
                  failures.size() + " computations failed, one with: " + failures.get(0)));
    }
  }

  CompletionStage<Finding> response(Conditions conditions) {
    return withModel(
        conditions,
        model ->
            round(model, 1, conditions.within())
                .thenApply(
                    round ->
                        round
                            .failed()
                            .orElseGet(
                                () ->
                                    finding(
                                        SpeedVerdict.response(
                                            round.medianMillis(),
                                            conditions.normal(),
                                            floor.probe())))));
  }

  CompletionStage<Finding> throughput(Conditions conditions) {
    return withModel(
        conditions,
        model ->
            round(model, floor.probe().parallel(), conditions.within())
                .thenApply(
                    round ->
                        round
                            .failed()
                            .orElseGet(
                                () ->
                                    finding(
                                        SpeedVerdict.throughput(
                                            round.perSecond(),
                                            conditions.normal(),
                                            floor.probe())))));
  }

  /** Memory: of the machine, the ledgers, and the workers. */
  CompletionStage<Finding> utilization(Conditions conditions) {
    return resources
        .memory(conditions)
        .thenCombine(
            floor.devices(conditions.within()),
            (memory, devices) -> {
              SpeedVerdict resident =
                  SpeedVerdict.resident(resident(devices), conditions.normal(), floor.probe());
              return new Finding(
                  memory.passed() && resident.passed(),
                  memory.evidence() + "; " + resident.evidence());
            });
  }

  /** Rounds of load: nothing fails, no worker dies, and the last is about as fast as the first. */
  CompletionStage<Finding> stability(Conditions conditions) {
    return withModel(
        conditions,
        model ->
            floor
                .devices(conditions.within())
                .thenCompose(
                    before ->
                        rounds(model, conditions.within(), new ArrayList<>())
                            .thenCombine(
                                floor.devices(conditions.within()),
                                (rounds, after) -> steady(before, rounds, after))));
  }

  private CompletionStage<List<Round>> rounds(String model, Duration within, List<Round> done) {
    return done.size() == floor.probe().rounds()
        ? CompletableFuture.completedStage(done)
        : round(model, floor.probe().parallel(), within)
            .thenCompose(
                round -> {
                  List<Round> more = new ArrayList<>(done);
                  more.add(round);
                  return rounds(model, within, more);
                });
  }

  private Finding steady(List<DeviceView> before, List<Round> rounds, List<DeviceView> after) {
    for (Round round : rounds) {
      if (round.failed().isPresent()) {
        return round.failed().get();
      }
    }
    int died = restarts(after) - restarts(before);
    if (died != 0) {
      return Finding.failed(died + " workers died under load");
    }
    return finding(
        SpeedVerdict.steady(
            rounds.get(0).medianMillis(),
            rounds.get(rounds.size() - 1).medianMillis(),
            floor.probe()));
  }

  /** Of a node that has nothing else to do; empty while it has, or if it has no model of texts. */
  CompletionStage<Optional<NodeFigures>> measure(Duration within) {
    return floor
        .<ProcessingCommand, ProcessingCommand.Load>ask(
            floor.domains().get().processing(), within, ProcessingCommand.GetLoad::new)
        .thenCombine(
            floor.model(within),
            (load, model) -> load.running() > 0 ? Optional.<String>empty() : model)
        .thenCompose(
            model ->
                model.isEmpty()
                    ? CompletableFuture.completedStage(Optional.empty())
                    : measure(model.get(), within));
  }

  private CompletionStage<Optional<NodeFigures>> measure(String model, Duration within) {
    return round(model, 1, within)
        .thenCompose(
            one ->
                round(model, floor.probe().parallel(), within)
                    .thenCombine(
                        floor.devices(within),
                        (many, devices) ->
                            one.failures().isEmpty() && many.failures().isEmpty()
                                ? Optional.of(
                                    new NodeFigures(
                                        model,
                                        one.medianMillis(),
                                        many.perSecond(),
                                        resident(devices)))
                                : Optional.empty()));
  }

  private interface OfModel {
    CompletionStage<Finding> with(String model);
  }

  private CompletionStage<Finding> withModel(Conditions conditions, OfModel test) {
    return floor
        .model(conditions.within())
        .thenCompose(
            model -> model.isEmpty() ? Finding.skippedNow(NO_MODEL) : test.with(model.get()));
  }

  /** The probe's samples, so many at once. */
  private CompletionStage<Round> round(String model, int parallel, Duration within) {
    AtomicInteger left = new AtomicInteger(floor.probe().samples());
    ConcurrentLinkedQueue<Long> nanos = new ConcurrentLinkedQueue<>();
    ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    long began = System.nanoTime();
    CompletableFuture<?>[] lanes = new CompletableFuture<?>[parallel];
    for (int i = 0; i < parallel; i++) {
      lanes[i] = lane(model, within, left, nanos, failures).toCompletableFuture();
    }
    return CompletableFuture.allOf(lanes)
        .thenApply(
            all -> new Round(List.copyOf(nanos), System.nanoTime() - began, List.copyOf(failures)));
  }

  private CompletionStage<Void> lane(
      String model,
      Duration within,
      AtomicInteger left,
      ConcurrentLinkedQueue<Long> nanos,
      ConcurrentLinkedQueue<String> failures) {
    int number = left.getAndDecrement();
    if (number <= 0) {
      return CompletableFuture.completedStage(null);
    }
    long began = System.nanoTime();
    CompletionStage<InferenceCommand.Embedded> embedded =
        floor.askStatus(
            floor.domains().get().inference(),
            within,
            replyTo -> new InferenceCommand.Embed(model, "sample " + number, within, replyTo));
    return embedded
        .handle(
            (done, failure) ->
                failure == null
                    ? nanos.add(System.nanoTime() - began)
                    : failures.add(String.valueOf(ProbeFloor.cause(failure).getMessage())))
        .thenCompose(counted -> lane(model, within, left, nanos, failures));
  }

  private static Finding finding(SpeedVerdict verdict) {
    return new Finding(verdict.passed(), verdict.evidence());
  }

  private static long resident(List<DeviceView> devices) {
    return devices.stream().mapToLong(DeviceView::residentBytes).sum();
  }

  private static int restarts(List<DeviceView> devices) {
    return devices.stream().mapToInt(DeviceView::restarts).sum();
  }
}
