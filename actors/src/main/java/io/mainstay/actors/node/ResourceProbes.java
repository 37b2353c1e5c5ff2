package io.mainstay.actors.node;

import io.mainstay.actors.consistency.check.DeviceFacts;
import io.mainstay.actors.consistency.check.ModelFacts;
import io.mainstay.actors.degradation.protection.ComponentCensus;
import io.mainstay.actors.degradation.protection.ComponentHealth;
import io.mainstay.actors.degradation.restoration.RestorationTests.Conditions;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceSettings;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.memory.MemoryCommand.LedgerView;
import io.mainstay.actors.memory.SystemMemory;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.node.ProbeFloor.Finding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Whether a node has what it needs: memory, devices, the files of its models, its channels. */
record ResourceProbes(ProbeFloor floor) {
  private static final int PERCENT = 100;

  CompletionStage<Finding> memory(Conditions conditions) {
    return floor
        .<MemoryCommand, MemoryCommand.LedgerList>ask(
            floor.domains().get().memory(), conditions.within(), MemoryCommand.ListLedgers::new)
        .thenApplyAsync(
            list -> {
              double used = used();
              double most = floor.probe().memoryUsedMax();
              Optional<LedgerView> over =
                  list.ledgers().stream()
                      .filter(ledger -> ledger.reservedBytes() > ledger.budgetBytes())
                      .findFirst();
              if (over.isPresent()) {
                return Finding.failed(
                    "%s has %d bytes reserved of %d"
                        .formatted(
                            over.get().deviceId(),
                            over.get().reservedBytes(),
                            over.get().budgetBytes()));
              }
              return new Finding(
                  used <= most,
                  "%d %% of the machine's memory is in use, allowed are %d %%; %d ledgers are within their budgets"
                      .formatted(
                          Math.round(used * PERCENT),
                          Math.round(most * PERCENT),
                          list.ledgers().size()));
            },
            floor.blocking());
  }

  private static double used() {
    try {
      return SystemMemory.read(SystemMemory.MEMINFO).usedFraction();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** Every worker that is to work answers for itself, or computes right now. */
  CompletionStage<Finding> devices(Conditions conditions) {
    Duration within = conditions.within().multipliedBy(3).dividedBy(4);
    return floor
        .<DeviceCommand, DeviceCommand.Inspected>ask(
            floor.domains().get().device(),
            conditions.within(),
            replyTo -> new DeviceCommand.Inspect(bounded(within), replyTo))
        .thenApply(
            inspected -> {
              List<String> wrong = new ArrayList<>();
              int good = 0;
              for (DeviceFacts device : inspected.devices()) {
                if (floor.isUsed(device.id(), conditions)) {
                  Optional<String> problem = problem(device);
                  problem.ifPresent(text -> wrong.add(device.id() + ": " + text));
                  good += problem.isEmpty() ? 1 : 0;
                }
              }
              if (!inspected.complete()) {
                return Finding.failed("not every device answered in time");
              }
              return wrong.isEmpty() && good > 0
                  ? Finding.passed(good + " devices serve, and their workers answer")
                  : Finding.failed(
                      wrong.isEmpty() ? "no device is used" : String.join("; ", wrong));
            });
  }

  /** An inspection takes as long as the slowest worker: there is no use in waiting for minutes. */
  private Duration bounded(Duration within) {
    Duration most = floor.probe().inspectWithin();
    return within.compareTo(most) < 0 ? within : most;
  }

  private static Optional<String> problem(DeviceFacts device) {
    if (!device.state().equals("serving")) {
      return Optional.of("it is " + device.state());
    }
    return device.slots().stream()
            .filter(slot -> slot.epoch() == device.servingEpoch() && slot.up())
            .anyMatch(slot -> slot.account().isPresent() || slot.busy() || slot.callsOpen() > 0)
        ? Optional.empty()
        : Optional.of("its worker does not answer");
  }

  /** Every file of every sound model is there, readable and as long as it is to be. */
  CompletionStage<Finding> models(Conditions conditions) {
    return floor
        .<ModelCommand, ModelFacts>ask(
            floor.domains().get().model(), conditions.within(), ModelCommand.GetFacts::new)
        .thenApplyAsync(
            facts -> {
              for (ModelFacts.RegisteredFile file : facts.files()) {
                Optional<String> problem = problem(file);
                if (problem.isPresent()) {
                  return Finding.failed(file.modelId() + ": " + problem.get());
                }
              }
              return Finding.passed(facts.files().size() + " files of models can be read");
            },
            floor.blocking());
  }

  private static Optional<String> problem(ModelFacts.RegisteredFile file) {
    Path path = Path.of(file.path());
    try {
      if (!Files.isReadable(path)) {
        return Optional.of(path + " cannot be read");
      }
      long size = Files.size(path);
      return size == file.bytes()
          ? Optional.empty()
          : Optional.of("%s has %d bytes, not %d".formatted(path, size, file.bytes()));
    } catch (IOException unreadable) {
      return Optional.of(path + ": " + unreadable);
    }
  }

  /** The journal takes a write, and every domain answers. */
  CompletionStage<Finding> channels(Conditions conditions) {
    CompletionStage<Void> written =
        CompletableFuture.runAsync(floor.parts().database()::probeWrite, floor.blocking());
    List<String> devices = DeviceSettings.of(floor.parts().config()).deviceIds();
    CompletionStage<ComponentCensus> census =
        new NodeComponents(
                floor.system(), floor.domains().get(), devices, bounded(conditions.within()))
            .look();
    return written.thenCombine(
        census,
        (done, seen) -> {
          List<String> silent =
              seen.components().stream()
                  .filter(component -> component.component().startsWith("domain/"))
                  .filter(ComponentHealth::unhealthy)
                  .map(ComponentHealth::text)
                  .toList();
          return silent.isEmpty()
              ? Finding.passed("the journal takes writes, and all domains answer")
              : Finding.failed(String.join("; ", silent));
        });
  }
}
