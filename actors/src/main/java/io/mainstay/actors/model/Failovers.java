package io.mainstay.actors.model;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.ActorContext;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.model.ModelCommand.EnsureLoaded;
import io.mainstay.actors.model.ModelCommand.FailOver;
import io.mainstay.actors.model.ModelCommand.Moved;
import io.mainstay.actors.model.load.LoadDesk;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Has models that a given-up device alone had loaded onto the others in turn, as anybody would: a
 * mode or an unloading may make them wait, or refuse them. Answered once each load is over, with
 * what became of it. Confined to the {@code ModelSupervisor}.
 */
final class Failovers {
  /** One of the loads is over; the failure is null where the model is there. */
  record LoadOver(String deviceId, String move, Throwable failure) implements ModelNotice {}

  /** The loads for one device. */
  private static final class Run {
    private final List<ActorRef<Moved>> askers = new ArrayList<>();
    private final List<String> open;
    private final List<String> moved = new ArrayList<>();
    private final List<String> notMoved = new ArrayList<>();

    private Run(List<String> open) {
      this.open = new ArrayList<>(open);
    }

    private void answerIfOver() {
      if (open.isEmpty()) {
        askers.forEach(asker -> asker.tell(new Moved(moved, notMoved)));
        askers.clear();
      }
    }
  }

  private final ActorContext<ModelCommand> context;
  private final LoadDesk loads;
  private final Map<String, Run> runs = new HashMap<>();

  Failovers(ActorContext<ModelCommand> context, LoadDesk loads) {
    this.context = context;
    this.loads = loads;
  }

  /** Asked again while its loads run, it joins them; later, it is answered as before. */
  void begin(FailOver failOver) {
    Run known = runs.get(failOver.deviceId());
    if (known != null) {
      known.askers.add(failOver.replyTo());
      known.answerIfOver();
      return;
    }
    List<String> orphans = loads.giveUp(failOver.deviceId(), failOver.reason());
    List<String> others = failOver.others();
    Map<String, EnsureAsk> asks = new HashMap<>();
    List<String> order = new ArrayList<>();
    for (String modelId : others.isEmpty() ? List.<String>of() : orphans) {
      EnsureAsk ask = new EnsureAsk(modelId, others.get(order.size() % others.size()));
      order.add(ask.move());
      asks.put(ask.move(), ask);
    }
    Run run = new Run(order);
    runs.put(failOver.deviceId(), run);
    run.askers.add(failOver.replyTo());
    if (others.isEmpty()) {
      orphans.forEach(model -> run.notMoved.add(model + ": no other device serves"));
    }
    run.answerIfOver();
    order.forEach(move -> load(failOver, asks.get(move)));
  }

  private record EnsureAsk(String modelId, String deviceId) {
    private String move() {
      return modelId + " onto " + deviceId;
    }
  }

  private void load(FailOver failOver, EnsureAsk ask) {
    context.askWithStatus(
        ModelDescriptor.class,
        context.getSelf(),
        failOver.longest(),
        replyTo -> new EnsureLoaded(ask.modelId(), ask.deviceId(), replyTo),
        (there, failure) -> new LoadOver(failOver.deviceId(), ask.move(), failure));
  }

  void on(LoadOver over) {
    Run run = runs.get(over.deviceId());
    if (run == null || !run.open.remove(over.move())) {
      return; // The device serves again: nobody asks any more.
    }
    if (over.failure() == null) {
      run.moved.add(over.move());
    } else {
      Refusal why = Refusal.from(over.failure(), "load_overdue");
      run.notMoved.add(over.move() + ": " + why.code() + ": " + why.getMessage());
    }
    context
        .getLog()
        .info(
            "work of a given-up device moved={} device={} move={}",
            over.failure() == null,
            over.deviceId(),
            over.move());
    run.answerIfOver();
  }

  /** The device serves again: what runs goes on, and the next failover is another one. */
  void servesAgain(String deviceId) {
    Run run = runs.remove(deviceId);
    if (run != null) {
      run.open.forEach(move -> run.notMoved.add(move + ": the device serves again"));
      run.open.clear();
      run.answerIfOver();
    }
  }
}
