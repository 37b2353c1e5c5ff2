package io.mainstay.actors.transaction;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.ChildFailed;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.AskPattern;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import io.mainstay.actors.outage.OutageCommand;
import io.mainstay.actors.outage.OutageNotice;
import io.mainstay.actors.transaction.TransactionCommand.CarryOut;
import io.mainstay.actors.transaction.TransactionCommand.HoldAgain;
import io.mainstay.actors.transaction.TransactionCommand.ListHoldings;
import io.mainstay.actors.transaction.TransactionCommand.Settle;
import io.mainstay.persistence.transaction.Acknowledgement;
import io.mainstay.persistence.transaction.ParticipantCommand;
import io.mainstay.persistence.transaction.Vote;
import io.mainstay.persistence.transaction.participant.ParticipantLog;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * The participants of a node: one actor for each, which it starts and hands the commands to. A
 * participant that spends its restart budget takes the domain with it, to the node's supervisor.
 */
public final class TransactionSupervisor {
  private final ActorContext<TransactionCommand> ctx;
  private final ParticipationSettings settings;
  private final TransactionCollaborators with;
  private final Map<String, ActorRef<ParticipantMessage>> participants = new LinkedHashMap<>();

  private final PrepareGate gate;

  private TransactionSupervisor(
      ActorContext<TransactionCommand> ctx,
      TimerScheduler<TransactionCommand> timers,
      ParticipationSettings settings,
      TransactionCollaborators with) {
    this.ctx = ctx;
    this.settings = settings;
    this.with = with;
    this.gate = new PrepareGate(timers, settings, this::handOver);
    with.resources().keySet().forEach(this::spawn);
    with.outages()
        .follow(
            "transaction",
            Set.of(OutageCommand.Interest.FREEZES),
            ctx.messageAdapter(OutageNotice.class, TransactionCommand.Outage::new));
  }

  /** The participants; each reads its log first. */
  public static Behavior<TransactionCommand> create(
      ParticipationSettings settings, TransactionCollaborators with) {
    return Behaviors.setup(
        ctx ->
            Behaviors.withTimers(
                timers -> new TransactionSupervisor(ctx, timers, settings, with).serving()));
  }

  private void spawn(String name) {
    Participant.Setup setup =
        new Participant.Setup(
            name,
            with.life(),
            settings,
            with.resources().get(name),
            with.coordinator(),
            with.stamper(),
            with.observer(),
            new HashMap<>(),
            ParticipantLog.create(with.node(), name, settings.log()));
    ActorRef<ParticipantMessage> participant =
        ctx.spawn(
            with.guard().guard(ParticipantMessage.class, Participant.create(setup)),
            name.replace(':', '-'));
    ctx.watch(participant);
    participants.put(name, participant);
  }

  private Behavior<TransactionCommand> serving() {
    return Behaviors.receive(TransactionCommand.class)
        .onMessage(CarryOut.class, this::onCarryOut)
        .onMessage(ListHoldings.class, this::onList)
        .onMessage(HoldAgain.class, this::onHoldAgain)
        .onMessage(TransactionCommand.Outage.class, this::onOutage)
        .onMessage(TransactionCommand.FrozenWaitOver.class, this::onFrozenWaitOver)
        .onMessage(Settle.class, this::onSettle)
        .onSignal(ChildFailed.class, this::onChildFailed)
        .build();
  }

  private Behavior<TransactionCommand> onCarryOut(CarryOut carryOut) {
    gate.pass(carryOut.command());
    return Behaviors.same();
  }

  private Behavior<TransactionCommand> onOutage(TransactionCommand.Outage outage) {
    gate.on(outage.notice());
    return Behaviors.same();
  }

  private Behavior<TransactionCommand> onFrozenWaitOver(TransactionCommand.FrozenWaitOver over) {
    gate.waitOver(over.key());
    return Behaviors.same();
  }

  private void handOver(ParticipantCommand command) {
    ActorRef<ParticipantMessage> participant = participants.get(command.participant());
    if (participant == null) {
      refuse(command);
    } else {
      participant.tell(new ParticipantMessage.Take(command));
    }
  }

  /** Such as the worker of a device that is configured no more: it holds nothing. */
  private void refuse(ParticipantCommand command) {
    String id = command.transactionId();
    String name = command.participant();
    if (command instanceof ParticipantCommand.Prepare prepare) {
      prepare
          .replyTo()
          .tell(
              Vote.abort(
                  id,
                  name,
                  "unknown_participant",
                  "there is no participant " + name + "; known: " + participants.keySet(),
                  "Name a device of this node"));
    } else if (command instanceof ParticipantCommand.Abort abort) {
      abort.replyTo().tell(nothingHeld(id, name, Acknowledgement.Result.ABORTED));
    } else if (command instanceof ParticipantCommand.Release release) {
      release.replyTo().tell(nothingHeld(id, name, Acknowledgement.Result.RELEASED));
    } else if (command instanceof ParticipantCommand.Commit commit) {
      commit
          .replyTo()
          .tell(
              Acknowledgement.failed(
                  id,
                  name,
                  "unknown_participant",
                  "there is no participant " + name,
                  with.stamper().root().at()));
    }
  }

  private Acknowledgement nothingHeld(String id, String name, Acknowledgement.Result result) {
    return Acknowledgement.of(id, name, result, "nothing_held", with.stamper().root().at());
  }

  private Behavior<TransactionCommand> onList(ListHoldings list) {
    List<CompletableFuture<ParticipantMessage.Held>> asked = new ArrayList<>();
    for (ActorRef<ParticipantMessage> participant : participants.values()) {
      asked.add(
          AskPattern.<ParticipantMessage, ParticipantMessage.Held>ask(
                  participant,
                  ParticipantMessage.Count::new,
                  settings.answerTimeout(),
                  ctx.getSystem().scheduler())
              .toCompletableFuture()
              // One that does not answer in time is left out; the others are told.
              .exceptionally(late -> null));
    }
    CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
        .thenRun(
            () ->
                list.replyTo()
                    .tell(
                        new TransactionCommand.HoldingList(
                            asked.stream()
                                .map(CompletableFuture::join)
                                .filter(Objects::nonNull)
                                .map(
                                    held ->
                                        new TransactionCommand.Held(
                                            held.participant(),
                                            with.life(),
                                            held.holdings(),
                                            held.working()))
                                .toList())));
    return Behaviors.same();
  }

  private Behavior<TransactionCommand> onHoldAgain(HoldAgain again) {
    ActorRef<ParticipantMessage> participant = participants.get(again.participant());
    if (participant != null) {
      participant.tell(new ParticipantMessage.HoldAgain(again.transactionId()));
    }
    return Behaviors.same();
  }

  private Behavior<TransactionCommand> onSettle(Settle settle) {
    ActorRef<ParticipantMessage> participant = participants.get(settle.participant());
    if (participant != null) {
      participant.tell(new ParticipantMessage.Settle(settle.transactionId()));
    }
    return Behaviors.same();
  }

  private Behavior<TransactionCommand> onChildFailed(ChildFailed failed) {
    throw new IllegalStateException(
        "The participants of transactions give up: "
            + failed.getRef().path().name()
            + " spent its restart budget",
        failed.cause());
  }
}
