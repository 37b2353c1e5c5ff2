package io.mainstay.runtime.bench;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.AskPattern;
import akka.pattern.StatusReply;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.inference.InferenceCommand;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.node.MainstayNode;
import io.mainstay.persistence.session.WorkClass;
import io.mainstay.runtime.cli.CliFailure;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What benchmarks ask of the domains of a node in this process, without a network between. */
final class BenchNode {
  /** The model that every node has. */
  static final String MODEL = "all-minilm-l6-v2-q";

  private static final Duration ASK_TIMEOUT = Duration.ofSeconds(30);

  private final MainstayNode node;
  private final ActorSystem<?> system;
  private final ActorRef<InferenceCommand> inference;

  BenchNode(MainstayNode node) {
    this.node = node;
    this.system = node.system();
    this.inference = node.inference();
  }

  /** One synchronous inference, supervised. */
  CompletionStage<InferenceCommand.Embedded> embed(String text) {
    return AskPattern.<InferenceCommand, InferenceCommand.Embedded>askWithStatus(
        inference,
        replyTo -> new InferenceCommand.Embed(MODEL, text, ASK_TIMEOUT, replyTo),
        ASK_TIMEOUT,
        system.scheduler());
  }

  List<DeviceView> devices() {
    return await(
            AskPattern.<DeviceCommand, DeviceCommand.DeviceList>ask(
                node.device(), DeviceCommand.ListDevices::new, ASK_TIMEOUT, system.scheduler()))
        .devices();
  }

  ModelDescriptor model() {
    return model(MODEL);
  }

  ModelDescriptor model(String id) {
    return await(
        AskPattern.<ModelCommand, ModelDescriptor>askWithStatus(
            node.model(),
            replyTo -> new ModelCommand.Resolve(id, replyTo),
            ASK_TIMEOUT,
            system.scheduler()));
  }

  /** A turn on the device with no other accepted work beside it: answered when it is free. */
  CompletionStage<InferenceCommand.TurnReply> deviceForOneself(String turnId) {
    return AskPattern.ask(
        inference,
        replyTo ->
            new InferenceCommand.RequestTurn(turnId, MODEL, WorkClass.INTERACTIVE, true, "", replyTo),
        ASK_TIMEOUT,
        system.scheduler());
  }

  /** Gives that turn back. */
  void release(String turnId) {
    inference.tell(new InferenceCommand.ReleaseTurn(turnId));
  }

  /** The answer, or why there is none. */
  static <T> T await(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(ASK_TIMEOUT.toSeconds() + 5, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      throw CliFailure.failed(
          cause instanceof StatusReply.ErrorMessage ? cause.getMessage() : String.valueOf(cause),
          "see the node's log",
          e);
    } catch (TimeoutException e) {
      throw CliFailure.failed("no answer within 35 s", "see the node's log", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CliFailure.failed("interrupted", "run it again", e);
    }
  }
}
