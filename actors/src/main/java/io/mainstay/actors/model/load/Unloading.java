package io.mainstay.actors.model.load;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.model.ModelSettings;
import io.mainstay.actors.model.load.Residences.Key;
import io.mainstay.actors.model.registry.ModelFaultCode;

/**
 * Takes one model off one device, then ends. Done only when its worker has answered that it holds
 * the model no more, and the ledger shows no reservation of it. States: dropping, releasing,
 * checking. Every question has a bound, so it always ends with an answer.
 */
public final class Unloading {
  /** What it tells itself. */
  public sealed interface Command {}

  private record Dropped(Long bytes, Throwable failure) implements Command {}

  private record Released(long bytes, Throwable failure) implements Command {}

  private record Checked(long bytes, MemoryCommand.LedgerList ledgers, Throwable failure)
      implements Command {}

  /**
   * How it ended.
   *
   * @param bytes that the worker freed; 0 if it did not hold the model
   * @param refusal why it is not done, or null
   */
  public record Ended(Key key, long bytes, Refusal refusal) {}

  private final ActorContext<Command> context;
  private final Key key;
  private final ModelSettings settings;
  private final LoadPort port;
  private final ActorRef<Ended> replyTo;

  private Unloading(
      ActorContext<Command> context,
      Key key,
      ModelSettings settings,
      LoadPort port,
      ActorRef<Ended> replyTo) {
    this.context = context;
    this.key = key;
    this.settings = settings;
    this.port = port;
    this.replyTo = replyTo;
    context.askWithStatus(
        Long.class,
        port.devices(),
        settings.answerTimeout(),
        asker -> new DeviceCommand.DropModel(key.deviceId(), key.modelId(), asker),
        Dropped::new);
  }

  /** Begins at once and answers once. */
  public static Behavior<Command> create(
      Key key, ModelSettings settings, LoadPort port, ActorRef<Ended> replyTo) {
    return Behaviors.setup(
        context -> new Unloading(context, key, settings, port, replyTo).working());
  }

  private Behavior<Command> working() {
    return Behaviors.receive(Command.class)
        .onMessage(Dropped.class, this::onDropped)
        .onMessage(Released.class, this::onReleased)
        .onMessage(Checked.class, this::onChecked)
        .build();
  }

  private Behavior<Command> onDropped(Dropped dropped) {
    if (dropped.failure() != null) {
      return end(0, overdue("the device domain", "DropModel", dropped.failure()));
    }
    long bytes = dropped.bytes();
    context.ask(
        Done.class,
        port.memory(),
        settings.answerTimeout(),
        asker -> new MemoryCommand.Release(key.deviceId(), Loader.owner(key.modelId()), asker),
        (done, failure) -> new Released(bytes, failure));
    return Behaviors.same();
  }

  private Behavior<Command> onReleased(Released released) {
    if (released.failure() != null) {
      return end(released.bytes(), overdue("the memory domain", "Release", released.failure()));
    }
    context.ask(
        MemoryCommand.LedgerList.class,
        port.memory(),
        settings.answerTimeout(),
        MemoryCommand.ListLedgers::new,
        (ledgers, failure) -> new Checked(released.bytes(), ledgers, failure));
    return Behaviors.same();
  }

  private Behavior<Command> onChecked(Checked checked) {
    if (checked.failure() != null) {
      return end(checked.bytes(), overdue("the memory domain", "ListLedgers", checked.failure()));
    }
    if (Ledgers.hold(checked.ledgers(), key)) {
      return end(
          checked.bytes(),
          Refusal.of(
              ModelFaultCode.DOMAIN_OVERDUE.code(),
              "the worker of "
                  + key.deviceId()
                  + " has freed "
                  + key.modelId()
                  + ", and its memory is still reserved in the ledger",
              "Unload it again; a load that began meanwhile keeps its reservation"));
    }
    return end(checked.bytes(), null);
  }

  private Behavior<Command> end(long bytes, Refusal refusal) {
    replyTo.tell(new Ended(key, bytes, refusal));
    return Behaviors.stopped();
  }

  private Refusal overdue(String domain, String question, Throwable failure) {
    return LoadRefusals.overdue(domain, question, settings.answerTimeout(), failure);
  }
}
