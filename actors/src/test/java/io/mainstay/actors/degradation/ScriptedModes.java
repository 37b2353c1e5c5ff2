package io.mainstay.actors.degradation;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.eventstream.EventStream;
import io.mainstay.actors.recovery.catalog.DegradationMode;
import java.util.List;
import java.util.Set;

/** Modes of a node without a keeper, for tests of those who read them. */
public final class ScriptedModes {
  private ScriptedModes() {}

  /** From now on these devices get no work. */
  public static void isolate(ActorSystem<?> system, String... devices) {
    off(
        system,
        Set.of(
            Operation.DEVICE_SPECIFIC_MEMORY_ALLOCATIONS,
            Operation.DEVICE_DEPENDENT_MODEL_LOADING,
            Operation.DEVICE_TARGETED_INFERENCE_OPERATIONS),
        Set.of(devices),
        Set.of());
  }

  /** From now on models are restricted so. */
  public static void restrict(ActorSystem<?> system, ModelLimits models) {
    Restrictions none = Restrictions.NONE;
    InForce.of(system)
        .set(
            new ModeView(
                List.of(),
                List.of(),
                new Restrictions(
                    Set.of("scripted"),
                    none.work(),
                    models,
                    none.inference(),
                    none.devices(),
                    none.memory(),
                    none.safety(),
                    Set.of(),
                    Set.of())));
  }

  /** From now on these operations are off, for these devices and models; who listens is told. */
  public static void off(
      ActorSystem<?> system, Set<Operation> off, Set<String> devices, Set<String> models) {
    Restrictions none = Restrictions.NONE;
    ModeView now =
        off.isEmpty()
            ? ModeView.NORMAL
            : new ModeView(
                List.of(),
                List.of(),
                new Restrictions(
                    Set.of("scripted"),
                    none.work(),
                    none.models(),
                    none.inference(),
                    new DeviceLimits(1, devices),
                    none.memory(),
                    none.safety(),
                    off,
                    models));
    InForce.of(system).set(now);
    system
        .eventStream()
        .tell(
            new EventStream.Publish<>(
                new ModeChanged(
                    ModeKey.of(DegradationMode.MINIMAL_OPERATION_MODE),
                    !off.isEmpty(),
                    "the test",
                    now,
                    null)));
  }
}
