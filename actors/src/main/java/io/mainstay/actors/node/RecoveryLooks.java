package io.mainstay.actors.node;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.AskPattern;
import akka.japi.function.Function;
import io.mainstay.actors.consistency.check.WorkFacts;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.inference.InferenceCommand;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.node.RecoverySequence.Component;
import io.mainstay.actors.node.RecoverySequence.Look;
import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.persistence.database.Database;
import io.mainstay.persistence.journal.JournalReader;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** One look at a component of a node: what there is of it, asked of its domain with a bound. */
record RecoveryLooks(ActorSystem<?> system, Domains domains, Database database, Duration bound) {
  CompletionStage<Look> at(Component component) {
    return switch (component) {
      case JOURNAL -> journal();
      case DEVICE ->
          this.<DeviceCommand, DeviceCommand.DeviceList>ask(
                  domains.device(), DeviceCommand.ListDevices::new)
              .thenApply(list -> devices(list.devices()));
      case MEMORY ->
          this.<MemoryCommand, MemoryCommand.LedgerList>ask(
                  domains.memory(), MemoryCommand.ListLedgers::new)
              .thenApply(list -> memory(list.ledgers()));
      case MODEL ->
          this.<ModelCommand, ModelCommand.ModelList>ask(
                  domains.model(), ModelCommand.ListModels::new)
              .thenApply(RecoveryLooks::models);
      case INFERENCE ->
          this.<InferenceCommand, InferenceCommand.Facts>ask(
                  domains.inference(), InferenceCommand.GetFacts::new)
              .thenApply(facts -> seats(facts.seats()));
      case POSTPROCESSING -> CompletableFuture.completedStage(Look.whole("it keeps nothing"));
      case PROCESSING ->
          this.<ProcessingCommand, ProcessingCommand.Load>ask(
                  domains.processing(), ProcessingCommand.GetLoad::new)
              .thenApply(
                  load ->
                      Look.whole(
                          "%d of %d sessions open, %d with a runner"
                              .formatted(load.open(), load.known(), load.running())));
    };
  }

  private CompletionStage<Look> journal() {
    return CompletableFuture.supplyAsync(
        () -> {
          try (JournalReader reader = JournalReader.of(database)) {
            return Look.whole("read up to event " + reader.lastOrdering());
          }
        },
        system.dispatchers().lookup(DispatcherSelector.blocking()));
  }

  static Look devices(List<DeviceView> devices) {
    long serving = devices.stream().filter(device -> device.serves()).count();
    List<String> failed =
        devices.stream()
            .filter(device -> device.state().equals("failed"))
            .map(DeviceView::id)
            .toList();
    return new Look(
        serving == devices.size(),
        serving > 0,
        serving + failed.size() == devices.size(),
        "%d of %d serve".formatted(serving, devices.size())
            + (failed.isEmpty() ? "" : ", failed: " + failed));
  }

  /** A ledger begins empty: what a former life had reserved went with its workers. */
  private static Look memory(List<MemoryCommand.LedgerView> ledgers) {
    long reserved = ledgers.stream().mapToLong(MemoryCommand.LedgerView::reservedBytes).sum();
    return new Look(
        !ledgers.isEmpty(),
        !ledgers.isEmpty(),
        false,
        "%d ledgers, %d bytes reserved".formatted(ledgers.size(), reserved));
  }

  /** It follows the devices: what does not serve is missing here too, and told there. */
  static Look seats(List<WorkFacts.SeatFacts> seats) {
    long up = seats.stream().filter(seat -> seat.standing().equals("up")).count();
    long awaited =
        seats.stream()
            .filter(seat -> Set.of("absent", "down", "suspected").contains(seat.standing()))
            .count();
    return new Look(
        up > 0 && awaited == 0,
        up > 0,
        !seats.isEmpty() && up == 0 && awaited == 0,
        "%d of %d devices take turns".formatted(up, seats.size()));
  }

  private static Look models(ModelCommand.ModelList list) {
    long broken = list.models().stream().filter(model -> !model.problem().isEmpty()).count();
    return Look.whole("%d models, %d of them broken".formatted(list.models().size(), broken));
  }

  private <C, R> CompletionStage<R> ask(ActorRef<C> whom, Function<ActorRef<R>, C> message) {
    return AskPattern.ask(whom, message, bound, system.scheduler());
  }
}
