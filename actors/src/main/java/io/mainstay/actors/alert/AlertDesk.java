package io.mainstay.actors.alert;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.pattern.StatusReply;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.RecoveryCompleted;
import akka.persistence.typed.javadsl.CommandHandler;
import akka.persistence.typed.javadsl.Effect;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehavior;
import akka.persistence.typed.javadsl.RetentionCriteria;
import akka.persistence.typed.javadsl.SignalHandler;
import io.mainstay.persistence.alert.Alert;
import io.mainstay.persistence.alert.AlertEvent;
import io.mainstay.persistence.alert.AlertSettings;
import io.mainstay.persistence.alert.AlertState;
import io.mainstay.persistence.entity.WriteFailures;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.serialization.EventMeta;
import java.util.List;
import java.util.function.Consumer;

/**
 * The node's alerts, {@code Alert|<node>}. Node-local, not sharded; one writer per node. A persist
 * that fails has it recover: what is true is what recovery reads. Bounded: the last place is kept
 * for the alert {@link #OVERFLOW}, and what is raised beyond it is in the node's log alone.
 */
public final class AlertDesk extends EventSourcedBehavior<AlertCommand, AlertEvent, AlertState> {
  /** Kind of the alert that stands for all those that found no room. */
  public static final String OVERFLOW = "alerts_overflowed";

  private final ActorContext<AlertCommand> ctx;
  private final String node;
  private final AlertSettings settings;
  private final EventStamper stamper;
  private final Consumer<Alert> told;

  private AlertDesk(
      ActorContext<AlertCommand> ctx,
      String node,
      AlertSettings settings,
      EventStamper stamper,
      Consumer<Alert> told) {
    super(PersistenceId.of(AlertState.TYPE, node), WriteFailures.strategy(ctx.getSystem()));
    this.ctx = ctx;
    this.node = node;
    this.settings = settings;
    this.stamper = stamper;
    this.told = told;
  }

  /** The desk of a node; once per node. */
  public static Behavior<AlertCommand> create(
      String node, AlertSettings settings, EventStamper stamper) {
    return create(node, settings, stamper, alert -> {});
  }

  /**
   * The same, and tells of each alert once its raising or clearing is durable; after a restart of
   * those again that are open and not acknowledged.
   *
   * @param told on the desk's own thread; must neither block nor throw
   */
  public static Behavior<AlertCommand> create(
      String node, AlertSettings settings, EventStamper stamper, Consumer<Alert> told) {
    return Behaviors.setup(ctx -> new AlertDesk(ctx, node, settings, stamper, told));
  }

  @Override
  public SignalHandler<AlertState> signalHandler() {
    return newSignalHandlerBuilder()
        .onSignal(
            RecoveryCompleted.class,
            (state, done) ->
                state.open().stream().filter(alert -> alert.acknowledged() == null).forEach(told))
        .build();
  }

  @Override
  public AlertState emptyState() {
    return AlertState.empty();
  }

  @Override
  public EventHandler<AlertState, AlertEvent> eventHandler() {
    return (state, event) -> state.after(event, settings.pastKept());
  }

  @Override
  public RetentionCriteria retentionCriteria() {
    return RetentionCriteria.snapshotEvery(settings.snapshotEvery(), settings.snapshotsKept());
  }

  @Override
  public CommandHandler<AlertCommand, AlertEvent, AlertState> commandHandler() {
    return newCommandHandlerBuilder()
        .forAnyState()
        .onCommand(AlertCommand.Raise.class, this::raise)
        .onCommand(AlertCommand.Clear.class, this::clear)
        .onCommand(AlertCommand.Acknowledge.class, this::acknowledge)
        .onCommand(AlertCommand.ClearById.class, this::clearById)
        .onCommand(AlertCommand.Get.class, this::get)
        .onCommand(AlertCommand.ListAlerts.class, this::list)
        .build();
  }

  private Effect<AlertEvent, AlertState> raise(AlertState state, AlertCommand.Raise raise) {
    Alert known = state.open(raise.kind(), raise.subject()).orElse(null);
    if (known != null) {
      return done(raise.replyTo());
    }
    if (state.open().size() < settings.openMax() - 1) {
      ctx.getLog()
          .error(
              "alert raised kind={} subject={} message={} remedy={}",
              raise.kind(),
              raise.subject(),
              raise.message(),
              raise.remedy());
      return open(raise);
    }
    ctx.getLog()
        .error(
            "alert found no room kind={} subject={} message={} remedy={}",
            raise.kind(),
            raise.subject(),
            raise.message(),
            raise.remedy());
    Alert overflow = state.open(OVERFLOW, node).orElse(null);
    return overflow != null
        ? done(raise.replyTo())
        : open(
            new AlertCommand.Raise(
                OVERFLOW,
                node,
                "more alerts were raised than "
                    + AlertSettings.PATH
                    + ".open-max, "
                    + settings.openMax()
                    + ", allows; the first that found no room: "
                    + raise.kind()
                    + " of "
                    + raise.subject(),
                "Clear what is settled with 'mainstay alerts clear'; the node's log has those that"
                    + " found no room",
                raise.cause(),
                raise.replyTo()));
  }

  private Effect<AlertEvent, AlertState> open(AlertCommand.Raise raise) {
    String alertId = stamper.nextId();
    return Effect()
        .persist(
            new AlertEvent.AlertRaised(
                stamper.causedBy(raise.cause()),
                alertId,
                raise.kind(),
                raise.subject(),
                cut(raise.message()),
                cut(raise.remedy())))
        .thenRun(
            after -> {
              after.find(alertId).ifPresent(told);
              tell(raise.replyTo());
            });
  }

  private Effect<AlertEvent, AlertState> done(ActorRef<Done> replyTo) {
    return Effect().none().thenRun(after -> tell(replyTo));
  }

  private static void tell(ActorRef<Done> replyTo) {
    if (replyTo != null) {
      replyTo.tell(Done.getInstance());
    }
  }

  private Effect<AlertEvent, AlertState> clear(AlertState state, AlertCommand.Clear clear) {
    Alert known = state.open(clear.kind(), clear.subject()).orElse(null);
    return known == null
        ? done(clear.replyTo())
        : Effect()
            .persist(
                cleared(
                    known,
                    clear.cause() == null ? known.raised() : clear.cause(),
                    "node",
                    clear.reason()))
            .thenRun(
                after -> {
                  after.find(known.alertId()).ifPresent(told);
                  tell(clear.replyTo());
                });
  }

  private Effect<AlertEvent, AlertState> acknowledge(
      AlertState state, AlertCommand.Acknowledge seen) {
    Alert known = state.find(seen.alertId()).orElse(null);
    if (known == null) {
      return unknown(seen.alertId(), seen.replyTo());
    }
    if (!known.isOpen()) {
      return refuse(
          seen.replyTo(),
          "Alert "
              + known.alertId()
              + " was cleared at "
              + known.cleared().at()
              + " by "
              + known.cleared().by()
              + "; only an open one can be acknowledged");
    }
    if (known.acknowledged() != null) {
      return answer(seen.replyTo(), known);
    }
    return Effect()
        .persist(
            new AlertEvent.AlertAcknowledged(
                stamper.causedBy(known.raised()), known.alertId(), seen.by(), cut(seen.note())))
        .thenRun(after -> success(after, known.alertId(), seen.replyTo()));
  }

  private Effect<AlertEvent, AlertState> clearById(AlertState state, AlertCommand.ClearById clear) {
    Alert known = state.find(clear.alertId()).orElse(null);
    if (known == null) {
      return unknown(clear.alertId(), clear.replyTo());
    }
    if (!known.isOpen()) {
      return answer(clear.replyTo(), known);
    }
    return Effect()
        .persist(cleared(known, known.raised(), clear.by(), clear.reason()))
        .thenRun(
            after -> {
              after.find(known.alertId()).ifPresent(told);
              success(after, known.alertId(), clear.replyTo());
            });
  }

  private AlertEvent cleared(Alert alert, EventMeta cause, String by, String reason) {
    return new AlertEvent.AlertCleared(stamper.causedBy(cause), alert.alertId(), by, cut(reason));
  }

  private static void success(
      AlertState after, String alertId, ActorRef<StatusReply<Alert>> replyTo) {
    // Past ones are kept by number, so the one cleared just now is among them.
    replyTo.tell(StatusReply.success(after.find(alertId).orElseThrow()));
  }

  private Effect<AlertEvent, AlertState> get(AlertState state, AlertCommand.Get get) {
    Alert known = state.find(get.alertId()).orElse(null);
    return known == null ? unknown(get.alertId(), get.replyTo()) : answer(get.replyTo(), known);
  }

  private Effect<AlertEvent, AlertState> list(AlertState state, AlertCommand.ListAlerts list) {
    List<Alert> all = state.sorted(list.openOnly());
    int limit = Math.max(0, Math.min(list.limit(), settings.pageMax()));
    AlertCommand.Page page =
        new AlertCommand.Page(
            all.size(),
            state.open().size(),
            all.stream().skip(Math.max(0, list.offset())).limit(limit).toList());
    return Effect().none().thenRun(after -> list.replyTo().tell(page));
  }

  private Effect<AlertEvent, AlertState> unknown(
      String alertId, ActorRef<StatusReply<Alert>> replyTo) {
    return refuse(
        replyTo,
        "Alert "
            + alertId
            + " is unknown: the node holds the open ones and the last "
            + settings.pastKept()
            + " cleared ("
            + AlertSettings.PATH
            + ".past-kept); the journal holds all");
  }

  private Effect<AlertEvent, AlertState> answer(ActorRef<StatusReply<Alert>> replyTo, Alert alert) {
    return Effect().none().thenRun(after -> replyTo.tell(StatusReply.success(alert)));
  }

  private Effect<AlertEvent, AlertState> refuse(ActorRef<StatusReply<Alert>> replyTo, String why) {
    return Effect().none().thenRun(after -> replyTo.tell(StatusReply.error(why)));
  }

  private String cut(String text) {
    if (text.length() <= settings.textMax()) {
      return text;
    }
    // Never between the two halves of one character.
    int end =
        settings.textMax()
            - (Character.isHighSurrogate(text.charAt(settings.textMax() - 1)) ? 1 : 0);
    return text.substring(0, end) + " ...";
  }
}
