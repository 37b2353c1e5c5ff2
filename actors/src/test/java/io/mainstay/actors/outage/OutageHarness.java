package io.mainstay.actors.outage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import akka.pattern.StatusReply;
import io.mainstay.actors.alert.AlertCommand;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceSignal;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.model.report.Reconciled;
import io.mainstay.actors.recovery.ChildGuard;
import io.mainstay.actors.support.ScriptedWorker;
import io.mainstay.persistence.history.ConsistencyEvent;
import io.mainstay.persistence.history.HistoryLog;
import io.mainstay.persistence.history.OutageEvent;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.serialization.CausedEvent;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** A keeper of cpu-0, whose worker has epoch 5, and cpu-1, with probes about it. */
final class OutageHarness {
  static final Duration BOUND = Duration.ofSeconds(20);
  final ActorTestKit kit = ActorTestKit.create();
  final TestProbe<DeviceCommand> devices = kit.createTestProbe();
  final TestProbe<ModelCommand> models = kit.createTestProbe();
  final TestProbe<AlertCommand> alerts = kit.createTestProbe();
  final TestProbe<CausedEvent> journal = kit.createTestProbe();
  final TestProbe<OutageNotice> notices = kit.createTestProbe();

  /** The journal does not answer. */
  final AtomicBoolean silent = new AtomicBoolean();

  final ActorRef<OutageCommand> keeper;
  private final BlockingQueue<Runnable> unanswered = new LinkedBlockingQueue<>();
  private ActorRef<DeviceSignal> signals;

  OutageHarness(OutageSettings settings) {
    keeper =
        kit.spawn(
            ChildGuard.restarting()
                .guard(
                    OutageCommand.class,
                    OutageKeeper.create(
                        settings,
                        new OutageKeeper.Collaborators(
                            devices.ref(),
                            models.ref(),
                            alerts.ref(),
                            new OutageJournals(
                                kit.spawn(this.<OutageEvent>log()),
                                kit.spawn(this.<ConsistencyEvent>log())),
                            EventStamper.system(),
                            System::nanoTime))));
    signals = devices.expectMessageClass(DeviceCommand.Subscribe.class, BOUND).subscriber();
    keeper.tell(
        new OutageCommand.Subscribe(
            "inference", EnumSet.allOf(OutageCommand.Interest.class), notices.ref()));
    up("cpu-1", 1);
    up("cpu-0", 5);
    for (int clear = 0; clear < 4; clear++) { // Two for each device.
      alerts.expectMessageClass(AlertCommand.Clear.class, BOUND);
    }
  }

  void stop() {
    kit.shutdownTestKit();
  }

  /** Answers once the event is in the probe, unless it is silent. */
  private <E extends CausedEvent> Behavior<HistoryLog.Command<E>> log() {
    return Behaviors.receiveMessage(
        command -> {
          HistoryLog.Record<E> write = (HistoryLog.Record<E>) command;
          journal.ref().tell(write.event());
          Runnable answer = () -> write.replyTo().tell(write.event().meta());
          if (silent.get()) {
            unanswered.add(answer);
          } else {
            answer.run();
          }
          return Behaviors.same();
        });
  }

  /** The write that the silent journal was asked first is answered. */
  void answerWrite() throws InterruptedException {
    unanswered.poll(BOUND.toSeconds(), TimeUnit.SECONDS).run();
  }

  /** What it was asked so far is answered, in order. */
  void answerWrites() {
    for (Runnable next = unanswered.poll(); next != null; next = unanswered.poll()) {
      next.run();
    }
  }

  void signal(DeviceSignal signal) {
    signals.tell(signal);
  }

  void suspect() {
    signal(new DeviceSignal.WorkerSuspected("cpu-0", 5, "no pong for 100 ms"));
  }

  void up(String device, long epoch) {
    signal(new DeviceSignal.WorkerUp(device, new ScriptedWorker(device, epoch), Set.of("tiny")));
  }

  /** A message that it cannot take; over once the next life listens. */
  void restart() {
    keeper.tell(new Heard.Signalled(null));
    DeviceCommand again = devices.receiveMessage(BOUND);
    while (!(again instanceof DeviceCommand.Subscribe)) {
      again = devices.receiveMessage(BOUND);
    }
    signals = ((DeviceCommand.Subscribe) again).subscriber();
  }

  /** The next that the model domain is told of that kind, whatever is before it. */
  <C extends ModelCommand> C model(Class<C> type) {
    return next(models, type);
  }

  <E extends CausedEvent> E event(Class<E> type) {
    return next(journal, type);
  }

  <A extends AlertCommand> A alert(Class<A> type) {
    return next(alerts, type);
  }

  <N extends OutageNotice> N notice(Class<N> type) {
    return next(notices, type);
  }

  private static <M, T extends M> T next(TestProbe<M> probe, Class<T> type) {
    M message = probe.receiveMessage(BOUND);
    while (!type.isInstance(message)) {
      message = probe.receiveMessage(BOUND);
    }
    return type.cast(message);
  }

  void answerLook(Reconciled seen) {
    model(ModelCommand.Compare.class).replyTo().tell(StatusReply.success(seen));
  }

  static Reconciled agreeing() {
    return new Reconciled("cpu-0", 1, List.of(), List.of());
  }

  static Reconciled differing(List<String> actions, List<String> remaining) {
    return new Reconciled(
        "cpu-0",
        1,
        List.of(
            new Reconciled.Difference(
                "tiny",
                "model_availability",
                "loaded",
                "absent",
                "worker",
                actions,
                List.of("session 7"))),
        remaining);
  }

  /** The keeper has taken all that was told before. */
  String mode() {
    TestProbe<OutageCommand.Outages> probe = kit.createTestProbe();
    keeper.tell(new OutageCommand.Get(probe.ref()));
    String mode = probe.receiveMessage(BOUND).mode();
    assertEquals(false, mode.isEmpty());
    return mode;
  }
}
