package io.mainstay.actors.degradation;

import io.mainstay.persistence.mode.KeptMode;
import io.mainstay.persistence.mode.ModeState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What follows from the modes that hold. Pure. Modes combine setting by setting; each can only
 * restrict more.
 */
public final class ModeRules {
  private static final Set<Operation> OF_GPUS =
      EnumSet.of(Operation.GPU_OPERATIONS, Operation.GPU_INFERENCE);

  private final ModeSettings settings;
  private final boolean hasCpu;

  /**
   * @param devices ids of the node's devices: where there is no CPU among them, that only CPUs work
   *     would mean that nothing does, so it is not demanded
   */
  public ModeRules(ModeSettings settings, Collection<String> devices) {
    this.settings = settings;
    this.hasCpu = devices.stream().anyMatch(id -> id.startsWith(DeviceUse.CPU));
  }

  /** What holds in that state. */
  public Restrictions of(ModeState state) {
    return of(state, Lifted.NOTHING);
  }

  /** What holds in that state while a part of it is tried out again. */
  Restrictions of(ModeState state, Lifted lifted) {
    Restrictions all = Restrictions.NONE;
    for (KeptMode mode : state.holding()) {
      ModeKey key = ModeNames.key(mode.name()).orElse(null);
      if (key != null) {
        Restrictions own = of(key, ModeNames.triggers(mode));
        all = all.and(lifted.modes().contains(key) ? own.without(lifted.domains()) : own);
      }
    }
    return all;
  }

  /**
   * What one mode, or part of one, demands.
   *
   * @param triggers why it holds
   */
  public Restrictions of(ModeKey key, Set<ModeTrigger> triggers) {
    ModeDefinition mode = settings.modes().get(key.mode());
    Restrictions demands = demands(mode, triggers);
    if (key.part().isPresent()) {
      demands = demands.and(demands(settings.parts().get(key.part().get()), triggers));
    }
    return demands.and(named(key));
  }

  private Restrictions demands(ModeDefinition definition, Set<ModeTrigger> triggers) {
    boolean gpuStays =
        !hasCpu || !triggers.isEmpty() && definition.gpuStaysWhen().containsAll(triggers);
    return gpuStays ? withGpus(definition.demands()) : definition.demands();
  }

  private static Restrictions withGpus(Restrictions demands) {
    Set<Operation> off = EnumSet.noneOf(Operation.class);
    off.addAll(demands.off());
    off.removeAll(OF_GPUS);
    return new Restrictions(
        demands.modes(),
        demands.work(),
        demands.models(),
        demands.inference(),
        demands.devices(),
        demands.memory(),
        demands.safety(),
        off,
        demands.affectedModels());
  }

  /** Its name, and its subject. */
  private static Restrictions named(ModeKey key) {
    Restrictions none = Restrictions.NONE;
    Set<String> subject = key.subject().isEmpty() ? Set.of() : Set.of(key.subject());
    Set<String> device = Set.of();
    Set<String> model = Set.of();
    switch (key.mode()) {
      case DEVICE_ISOLATION -> device = subject;
      case MODEL_DOMAIN_ISOLATION -> model = subject;
      default -> {
        // The others are about the whole node.
      }
    }
    return new Restrictions(
        Set.of(key.text()),
        none.work(),
        none.models(),
        none.inference(),
        new DeviceLimits(1, device),
        none.memory(),
        none.safety(),
        Set.of(),
        model);
  }

  /** What restrictions demand, one phrase each, for people and for the journal. */
  public static List<String> phrases(Restrictions demands) {
    List<String> all = new ArrayList<>(DemandText.of(demands));
    demands.off().stream().sorted().map(off -> "off: " + off.code()).forEach(all::add);
    return all;
  }
}
