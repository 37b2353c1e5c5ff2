package io.mainstay.actors.node;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.AskPattern;
import akka.japi.function.Function;
import io.mainstay.actors.degradation.protection.ComponentCensus;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.inference.InferenceCommand;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.model.ModelView;
import io.mainstay.actors.postprocessing.PostprocessingCommand;
import io.mainstay.actors.processing.ProcessingCommand;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/**
 * Looks at all components of a node: asks each domain at once, with the same bound; who does not
 * answer in it is silent.
 */
record NodeComponents(
    ActorSystem<?> system, Domains domains, List<String> devices, Duration bound) {

  CompletableFuture<ComponentCensus> look() {
    Duration inner = bound.multipliedBy(3).dividedBy(4);
    var inspected =
        this.<DeviceCommand, DeviceCommand.Inspected>ask(
            domains.device(), replyTo -> new DeviceCommand.Inspect(inner, replyTo));
    var models =
        this.<ModelCommand, ModelCommand.ModelList>ask(
            domains.model(), ModelCommand.ListModels::new);
    var memory =
        this.<MemoryCommand, MemoryCommand.LedgerList>ask(
            domains.memory(), MemoryCommand.ListLedgers::new);
    var inference =
        this.<InferenceCommand, InferenceCommand.Facts>ask(
            domains.inference(), InferenceCommand.GetFacts::new);
    var processing =
        this.<ProcessingCommand, ProcessingCommand.Load>ask(
            domains.processing(), ProcessingCommand.GetLoad::new);
    var postprocessing =
        this.<PostprocessingCommand, PostprocessingCommand.Load>ask(
            domains.postprocessing(), PostprocessingCommand.GetLoad::new);
    return CompletableFuture.allOf(inspected, models, memory, inference, processing, postprocessing)
        .thenApply(
            all -> {
              Map<String, Boolean> answered = new LinkedHashMap<>();
              answered.put("device", inspected.join().isPresent());
              answered.put("memory", memory.join().isPresent());
              answered.put("model", models.join().isPresent());
              answered.put("processing", processing.join().isPresent());
              answered.put("inference", inference.join().isPresent());
              answered.put("postprocessing", postprocessing.join().isPresent());
              return ComponentCensus.of(
                  devices,
                  inspected.join().map(DeviceCommand.Inspected::devices).orElse(List.of()),
                  broken(models.join()),
                  answered);
            });
  }

  private static Map<String, String> broken(Optional<ModelCommand.ModelList> models) {
    return models.map(ModelCommand.ModelList::models).orElse(List.of()).stream()
        .filter(model -> !model.problem().isEmpty())
        .collect(Collectors.toMap(ModelView::id, ModelView::problem, (one, other) -> one));
  }

  private <C, R> CompletableFuture<Optional<R>> ask(
      ActorRef<C> whom, Function<ActorRef<R>, C> question) {
    return AskPattern.ask(whom, question, bound, system.scheduler())
        .toCompletableFuture()
        .handle((answer, failure) -> Optional.ofNullable(answer));
  }
}
