package io.mainstay.actors.degradation;

import io.mainstay.actors.recovery.Domain;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What holds on a node because of its modes: the strictest of all of them, setting by setting.
 * Immutable; {@link #and} is associative, commutative and idempotent, and never loosens anything.
 *
 * @param modes those that hold, as people read them
 * @param off operations that are not done
 * @param affectedModels models that modes are about: not loaded while {@code
 *     affected_model_loading} is off, not used while {@code model_dependent_inference} is
 */
public record Restrictions(
    Set<String> modes,
    WorkLimits work,
    ModelLimits models,
    InferenceLimits inference,
    DeviceLimits devices,
    MemoryLimits memory,
    SafetyLimits safety,
    Set<Operation> off,
    Set<String> affectedModels) {
  /** Full operation. */
  public static final Restrictions NONE =
      new Restrictions(
          Set.of(),
          WorkLimits.NONE,
          ModelLimits.NONE,
          InferenceLimits.NONE,
          DeviceLimits.NONE,
          MemoryLimits.NONE,
          SafetyLimits.NONE,
          Set.of(),
          Set.of());

  public Restrictions {
    modes = Set.copyOf(modes);
    off = Set.copyOf(off);
    affectedModels = Set.copyOf(affectedModels);
  }

  /** Both hold. */
  public Restrictions and(Restrictions other) {
    return new Restrictions(
        union(modes, other.modes),
        work.and(other.work),
        models.and(other.models),
        inference.and(other.inference),
        devices.and(other.devices),
        memory.and(other.memory),
        safety.and(other.safety),
        offUnion(other),
        union(affectedModels, other.affectedModels));
  }

  /**
   * What is left of them while those domains are tried out again. The modes hold on, and so does
   * what they demand of safety.
   */
  Restrictions without(Set<Domain> lifted) {
    if (lifted.isEmpty()) {
      return this;
    }
    Set<Operation> stillOff = EnumSet.noneOf(Operation.class);
    off.stream().filter(each -> !lifted.contains(each.domain())).forEach(stillOff::add);
    return new Restrictions(
        modes,
        lifted.contains(Domain.PROCESSING) ? WorkLimits.NONE : work,
        lifted.contains(Domain.MODEL) ? ModelLimits.NONE : models,
        lifted.contains(Domain.INFERENCE) ? InferenceLimits.NONE : inference,
        lifted.contains(Domain.DEVICE) ? DeviceLimits.NONE : devices,
        lifted.contains(Domain.MEMORY) ? MemoryLimits.NONE : memory,
        safety,
        stillOff,
        lifted.containsAll(Set.of(Domain.MODEL, Domain.INFERENCE)) ? Set.of() : affectedModels);
  }

  /** Whether no mode holds. */
  public boolean none() {
    return modes.isEmpty();
  }

  /** Whether an operation is not done now. */
  public boolean isOff(Operation operation) {
    return off.contains(operation);
  }

  /** The first of these that is not done now; empty if all are. */
  public Optional<Operation> firstOff(Operation... operations) {
    return Arrays.stream(operations).filter(this::isOff).findFirst();
  }

  /** Whether an operation on that model is not done now. */
  public boolean isOff(Operation operation, String modelId) {
    return isOff(operation) && affectedModels.contains(modelId);
  }

  /** Sessions to work on at the same time where {@code normal} are otherwise; 1 at least. */
  public int sessions(int normal) {
    return isOff(Operation.CONCURRENT_SESSIONS) ? 1 : work.sessions(normal);
  }

  /** Whether workers may write optimized copies of models. */
  public boolean optimizes() {
    return !isOff(Operation.DEVICE_OPTIMIZATION)
        && !isOff(Operation.MODEL_OPTIMIZATION)
        && !isOff(Operation.MODEL_OPTIMIZATION_OPERATIONS);
  }

  /** The modes that hold, in a fixed order, as people read them; {@code normal} for none. */
  public String modesText() {
    return modes.isEmpty() ? "normal" : String.join(", ", new TreeSet<>(modes));
  }

  /** The receipt of something that was not done as asked. */
  public Degraded degraded(String what, Object asked, Object given) {
    return new Degraded(what, String.valueOf(asked), String.valueOf(given), modesText());
  }

  /** One sentence for work that is done while modes hold; empty for none. */
  public Optional<String> receipt() {
    return none()
        ? Optional.empty()
        : Optional.of(
            Degraded.CODE
                + ": worked on while "
                + modesText()
                + " holds: "
                + String.join("; ", DemandText.of(this)));
  }

  private Set<Operation> offUnion(Restrictions other) {
    Set<Operation> both = EnumSet.noneOf(Operation.class);
    both.addAll(off);
    both.addAll(other.off);
    return both;
  }

  private static Set<String> union(Set<String> one, Set<String> other) {
    Set<String> both = new TreeSet<>(one);
    both.addAll(other);
    return both;
  }
}
