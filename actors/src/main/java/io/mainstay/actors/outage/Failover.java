package io.mainstay.actors.outage;

import akka.actor.typed.javadsl.ActorContext;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.outage.OutageBooks.Move;
import io.mainstay.actors.outage.OutageBooks.Watched;
import io.mainstay.persistence.history.OutageEvent;
import java.util.ArrayList;
import java.util.List;

/** Moves the work of a device that is given up to those that serve. Confined to the keeper. */
final class Failover {
  private final ActorContext<OutageCommand> ctx;
  private final OutageSettings settings;
  private final OutageKeeper.Collaborators with;
  private final OutageBooks books;
  private final OutageSteps steps;
  private final OutageAlerts alerts;

  Failover(
      ActorContext<OutageCommand> ctx,
      OutageSettings settings,
      OutageKeeper.Collaborators with,
      OutageBooks books,
      OutageSteps steps,
      OutageAlerts alerts) {
    this.ctx = ctx;
    this.alerts = alerts;
    this.settings = settings;
    this.with = with;
    this.books = books;
    this.steps = steps;
  }

  void begin(String id, String reason) {
    Watched watched = books.device(id);
    List<String> others = new ArrayList<>();
    books
        .devices()
        .forEach(
            (other, state) -> {
              if (state.able() && !other.equals(id)) {
                others.add(other);
              }
            });
    Move move = new Move(books.next(), reason, others, false);
    watched.moves(move);
    OutageEvent event =
        new OutageEvent.FailoverDecided(
            with.stamper().causedBy(watched.last()), id, reason, others);
    watched.after(event.meta());
    steps.then(id, event, new OutageAct.Move(move.number()));
  }

  /** After a restart: what was asked is asked again, since its answer may be lost. */
  void resume(String id) {
    Move move = books.device(id).move();
    if (move == null) {
      begin(id, "it was given up when the one who moves its work was restarted");
    } else if (!move.over() && !steps.waits(id, act -> act instanceof OutageAct.Move)) {
      move(id, move);
    }
  }

  /** The journal has the decision. */
  void move(String id, OutageAct.Move due) {
    Watched watched = books.device(id);
    Move move = watched.move();
    if (move != null && move.number() == due.number()) {
      alerts.failedOver(id, move.reason(), move.others(), watched.last());
      move(id, move);
    }
  }

  private void move(String id, Move move) {
    ctx.ask(
        ModelCommand.Moved.class,
        with.models(),
        // The model domain gives a load up by itself before.
        settings.moveTimeout().plus(settings.reconcileTimeout()),
        replyTo ->
            new ModelCommand.FailOver(
                id, move.reason(), move.others(), settings.moveTimeout(), replyTo),
        (moved, failure) -> new Heard.Moved(id, move.number(), moved, failure));
  }

  void moved(Heard.Moved moved) {
    String id = moved.deviceId();
    Watched watched = books.device(id);
    Move move = watched.move();
    if (move == null || move.number() != moved.move() || move.over()) {
      return; // It serves again, or the answer came twice.
    }
    watched.moves(move.ended());
    ModelCommand.Moved result = moved.result();
    if (moved.failure() != null) {
      result =
          new ModelCommand.Moved(
              List.of(), List.of("it is not known what: " + moved.failure().getMessage()));
    }
    OutageEvent event =
        new OutageEvent.FailoverActivated(
            with.stamper().causedBy(watched.last()),
            id,
            OutageKeeper.STRATEGY,
            result.models(),
            result.notMoved());
    watched.after(event.meta());
    steps.then(id, event, new OutageAct.TellMoved(result.notMoved(), event.meta()));
  }

  /** The journal has what became of the work. */
  void tellMoved(String id, OutageAct.TellMoved told) {
    Move move = books.device(id).move();
    // Else it came back meanwhile; and with no other device the first alert says it all.
    if (move != null && !move.others().isEmpty() && !told.notMoved().isEmpty()) {
      alerts.notMoved(id, told.notMoved(), told.after());
    }
  }

  /** The device serves again. */
  void end(String id) {
    books.device(id).moves(null);
  }
}
