package io.mainstay.actors.consistency.sabotage;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.AskPattern;
import akka.pattern.Patterns;
import io.mainstay.actors.consistency.sabotage.Saboteur.Deed;
import io.mainstay.actors.device.DeviceCommand;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Harm that a worker does to itself behind the host's books: done once the worker did it. One that
 * is not at rest, or does not serve, is asked again. Thread-safe.
 */
final class WorkerHarm {
  private static final Duration ANSWER = Duration.ofSeconds(5);
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final int TIMES_MOST = 50;

  private final Scene scene;
  private final ActorSystem<?> system;

  WorkerHarm(Scene scene, ActorSystem<?> system) {
    this.scene = scene;
    this.system = system;
  }

  CompletionStage<?> harm(Deed deed) {
    return switch (deed.way()) {
      case LOST_MODELS ->
          CompletableFuture.allOf(
              scene.models().stream()
                  .map(
                      model ->
                          until(
                              replyTo -> new DeviceCommand.LoseModel(deed.device(), model, replyTo),
                              TIMES_MOST))
                  .map(CompletionStage::toCompletableFuture)
                  .toArray(CompletableFuture[]::new));
      case STRAY_MODEL ->
          until(
              replyTo ->
                  new DeviceCommand.StrayModel(
                      deed.device(), deed.ghost(), scene.models().get(0), replyTo),
              TIMES_MOST);
      default -> throw new IllegalArgumentException("No harm to a worker: " + deed.way());
    };
  }

  private CompletionStage<Done> until(
      Function<ActorRef<Boolean>, DeviceCommand> command, int times) {
    return AskPattern.<DeviceCommand, Boolean>ask(
            scene.domains().device(), command::apply, ANSWER, system.scheduler())
        .thenCompose(
            done -> {
              if (done) {
                return CompletableFuture.completedStage(Done.getInstance());
              }
              if (times <= 1) {
                throw new IllegalStateException("The worker is never at rest");
              }
              return Patterns.after(PAUSE, system.classicSystem(), () -> until(command, times - 1));
            });
  }
}
