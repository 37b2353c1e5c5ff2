package io.mainstay.actors.recovery;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.BehaviorInterceptor;
import akka.actor.typed.Signal;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.TypedActorContext;
import akka.actor.typed.javadsl.Behaviors;
import java.time.Duration;

/**
 * Wraps a child inside its supervision: what the child throws becomes a {@link Fault}, is reported
 * to the recovery supervisor, and is then resumed or rethrown as its recovery priority says. Akka's
 * own supervision tells a parent neither that it acted nor why; this does.
 */
public final class FaultBoundary {
  private final FaultClassifier classifier;
  private final RestartSettings settings;
  private final ActorRef<RecoveryCommand> recovery;
  private final ActorDrill drill;

  /** A boundary in which nobody fails but by himself. */
  public FaultBoundary(
      ErrorCatalog catalog, RestartSettings settings, ActorRef<RecoveryCommand> recovery) {
    this(catalog, settings, recovery, new ActorDrill(false));
  }

  /**
   * One boundary serves a whole node.
   *
   * @param drill failures that its actors act out
   */
  public FaultBoundary(
      ErrorCatalog catalog,
      RestartSettings settings,
      ActorRef<RecoveryCommand> recovery,
      ActorDrill drill) {
    this.classifier = new FaultClassifier(catalog);
    this.settings = settings;
    this.recovery = recovery;
    this.drill = drill;
  }

  /**
   * The child with its boundary and the supervision of the four priorities around it.
   *
   * @param messageClass of the child's protocol; whatever else comes to it is seen too
   */
  public <M> Behavior<M> guard(Class<M> messageClass, Behavior<M> child) {
    FailureClock failures = new FailureClock();
    Behavior<M> seen = Behaviors.intercept(() -> new Interceptor<M>(failures), child);
    Behavior<M> stopping =
        Behaviors.supervise(seen).onFailure(PriorityFailure.Stop.class, SupervisorStrategy.stop());
    Behavior<M> keeping =
        Behaviors.supervise(stopping)
            .onFailure(
                PriorityFailure.KeepChildren.class,
                SupervisorStrategy.restart()
                    .withStopChildren(false)
                    .withLimit(settings.intensity(), settings.period()));
    Behavior<M> atOnce =
        Behaviors.supervise(keeping)
            .onFailure(PriorityFailure.RestartAtOnce.class, SupervisorStrategy.restart());
    return Behaviors.supervise(atOnce)
        .onFailure(
            PriorityFailure.Restart.class,
            SupervisorStrategy.restartWithBackoff(
                    settings.backoffMin(), settings.backoffMax(), settings.jitter())
                .withMaxRestarts(settings.intensity())
                .withResetBackoffAfter(settings.period()));
  }

  /** When this child last failed; outlives its restarts. Touched by the child's own thread only. */
  private static final class FailureClock {
    private boolean failed;
    private long lastNanos;

    boolean firstIn(Duration period) {
      long now = System.nanoTime();
      boolean first = !failed || now - lastNanos > period.toNanos();
      failed = true;
      lastNanos = now;
      return first;
    }
  }

  private final class Interceptor<M> extends BehaviorInterceptor<M, M> {
    private final FailureClock failures;

    /** Of whatever comes to the child: what it tells itself need not be of its protocol. */
    @SuppressWarnings("unchecked")
    Interceptor(FailureClock failures) {
      super((Class<M>) Object.class);
      this.failures = failures;
    }

    @Override
    public Behavior<M> aroundStart(TypedActorContext<M> ctx, PreStartTarget<M> target) {
      try {
        return target.start(ctx);
      } catch (RuntimeException thrown) {
        RecoveryPriority priority = report(ctx, thrown, true);
        throw PriorityFailure.of(priority, failures.firstIn(settings.period()), thrown);
      }
    }

    @Override
    public Behavior<M> aroundReceive(TypedActorContext<M> ctx, M message, ReceiveTarget<M> target) {
      try {
        if (drill.isAllowed()) {
          drill.act(component(ctx));
        }
        return target.apply(ctx, message);
      } catch (RuntimeException thrown) {
        return resumeOrThrow(ctx, thrown);
      }
    }

    @Override
    public Behavior<M> aroundSignal(
        TypedActorContext<M> ctx, Signal signal, SignalTarget<M> target) {
      try {
        return target.apply(ctx, signal);
      } catch (RuntimeException thrown) {
        return resumeOrThrow(ctx, thrown);
      }
    }

    private Behavior<M> resumeOrThrow(TypedActorContext<M> ctx, RuntimeException thrown) {
      RecoveryPriority priority = report(ctx, thrown, false);
      if (priority == RecoveryPriority.RESUME) {
        return Behaviors.same();
      }
      throw PriorityFailure.of(priority, failures.firstIn(settings.period()), thrown);
    }

    /** A start that fails has no state to resume with: it is restarted. */
    private RecoveryPriority report(
        TypedActorContext<M> ctx, RuntimeException thrown, boolean starting) {
      if (thrown instanceof PriorityFailure already) {
        throw already;
      }
      Fault fault = classifier.classify(component(ctx), thrown);
      RecoveryPriority priority = fault.definition().priority();
      if (starting && priority == RecoveryPriority.RESUME) {
        priority = RecoveryPriority.RESTART;
      }
      recovery.tell(new RecoveryCommand.ReportFault(fault, priority.directive()));
      return priority;
    }

    private String component(TypedActorContext<M> ctx) {
      return ctx.asJava().getSelf().path().toStringWithoutAddress();
    }

    @Override
    public boolean isSame(BehaviorInterceptor<Object, Object> other) {
      return other instanceof FaultBoundary.Interceptor<?>;
    }
  }
}
