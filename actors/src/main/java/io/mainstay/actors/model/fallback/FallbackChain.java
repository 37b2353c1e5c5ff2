package io.mainstay.actors.model.fallback;

import io.mainstay.actors.model.Fallback;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.model.Substitution;
import io.mainstay.actors.model.fallback.Alternatives.Candidate;
import io.mainstay.actors.model.fallback.Alternatives.Skipped;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The model loading fallback chain: the same model in another format, a compatible component, a
 * similar model, a basic model, no model at all. Pure. Follows the manifests' fallbacks and those
 * of the substitutes; a substitute of a substitute is at least as far away as the way to it.
 */
public final class FallbackChain {
  /** Whether a model can be used; empty text if so, else why not. */
  public interface Health {
    String problem(String modelId);
  }

  private record Way(ModelDescriptor from, int level) {}

  private static final String BUILTIN = "builtin";
  private static final String NO_MODEL_STRATEGY = "non_ml_processing";

  private FallbackChain() {}

  /**
   * What may stand in for that model.
   *
   * @param model that cannot be used
   * @param faulty its components that are known to be at fault, with an empty name where something
   *     else is; empty if it cannot be used for another reason
   * @param sound all models that can, by id
   * @param health why another cannot
   */
  public static Alternatives of(
      ModelDescriptor model,
      Set<String> faulty,
      Map<String, ModelDescriptor> sound,
      Health health) {
    List<Candidate> candidates = new ArrayList<>();
    List<Skipped> skipped = new ArrayList<>();
    Set<String> seen = new HashSet<>(Set.of(model.id()));
    Deque<Way> ways = new ArrayDeque<>(List.of(new Way(model, 1)));
    while (!ways.isEmpty()) {
      Way way = ways.remove();
      for (Fallback fallback : way.from().traits().fallbacks()) {
        int level = Math.max(way.level(), fallback.relation().ordinal() + 1);
        if (!seen.add(fallback.model() + "/" + fallback.component())
            || fallback.model().equals(model.id())) {
          continue;
        }
        ModelDescriptor substitute = sound.get(fallback.model());
        String unfit =
            substitute == null
                ? health.problem(fallback.model())
                : unfit(model, faulty, way.from(), substitute, fallback);
        if (unfit.isEmpty() && substitute != null) {
          candidates.add(candidate(level, fallback, way.from()));
          if (!isComponent(fallback)) {
            ways.add(new Way(substitute, level));
          }
        } else {
          skipped.add(new Skipped(level, fallback.model(), unfit));
        }
      }
    }
    addSimilar(model, sound, candidates);
    addWithoutModel(model, candidates);
    candidates.sort(Comparator.comparingInt(Candidate::level));
    return new Alternatives(model.id(), candidates, skipped);
  }

  /**
   * The model with a component of another; empty unless its manifest allows just that and it fits.
   *
   * @param sound models that can lend one, by id
   */
  public static Optional<ModelDescriptor> substituted(
      ModelDescriptor base, Substitution asked, Map<String, ModelDescriptor> sound) {
    boolean allowed =
        base.traits().fallbacks().stream()
            .anyMatch(
                fallback ->
                    isComponent(fallback)
                        && fallback.component().equals(asked.component())
                        && fallback.model().equals(asked.donor()));
    return Optional.ofNullable(sound.get(asked.donor()))
        .filter(donor -> allowed)
        .filter(donor -> ComponentFit.problem(base, asked.component(), donor).isEmpty())
        .map(donor -> ComponentFit.substituted(base, asked.component(), donor));
  }

  private static boolean isComponent(Fallback fallback) {
    return fallback.relation() == Fallback.Relation.COMPONENT;
  }

  private static String unfit(
      ModelDescriptor model,
      Set<String> faulty,
      ModelDescriptor from,
      ModelDescriptor to,
      Fallback fallback) {
    if (!to.kind().equals(from.kind())) {
      return "it is a " + to.kind() + " model, not a " + from.kind() + " model";
    }
    if (!isComponent(fallback)) {
      return "";
    }
    String unfit = ComponentFit.problem(from, fallback.component(), to);
    if (!unfit.isEmpty()) {
      return unfit;
    }
    // Of a substitute nothing is known to be at fault.
    boolean helps = from == model && faulty.equals(Set.of(fallback.component()));
    return helps ? "" : "more or something else than the " + fallback.component() + " is at fault";
  }

  private static Candidate candidate(int level, Fallback fallback, ModelDescriptor from) {
    String relation =
        switch (fallback.relation()) {
          case ALTERNATIVE_FORMAT -> "the same model in another format";
          case COMPONENT ->
              "with the compatible " + fallback.component() + " of " + fallback.model();
          case SIMILAR -> "a similar model";
          case BASIC -> "a simpler model";
        };
    return new Candidate(
        level,
        Fallback.Relation.values()[level - 1].strategy(),
        isComponent(fallback)
            ? new Substitution(from.id(), fallback.component(), fallback.model()).id()
            : fallback.model(),
        fallback.component(),
        relation + ", as the manifest of " + from.id() + " says");
  }

  /** Of the same kind, with everything that the model is capable of. */
  private static void addSimilar(
      ModelDescriptor model, Map<String, ModelDescriptor> sound, List<Candidate> candidates) {
    if (model.traits().capabilities().isEmpty()) {
      return;
    }
    sound.values().stream()
        .filter(other -> !other.id().equals(model.id()) && other.kind().equals(model.kind()))
        .filter(other -> other.traits().capabilities().containsAll(model.traits().capabilities()))
        .filter(
            other ->
                candidates.stream().noneMatch(candidate -> candidate.modelId().equals(other.id())))
        .map(
            other ->
                new Candidate(
                    Fallback.Relation.SIMILAR.ordinal() + 1,
                    Fallback.Relation.SIMILAR.strategy(),
                    other.id(),
                    "",
                    "it is capable of " + String.join(", ", model.traits().capabilities())))
        .forEach(candidates::add);
  }

  private static void addWithoutModel(ModelDescriptor model, List<Candidate> candidates) {
    if (model.upscale() != null) {
      for (int scale : model.upscale().scales()) {
        if (scale == 2 || scale == 4) {
          candidates.add(
              new Candidate(
                  Alternatives.NO_MODEL,
                  NO_MODEL_STRATEGY,
                  BUILTIN,
                  "lanczos-x" + scale,
                  "every worker can resample by " + scale));
        }
      }
    } else if (model.safety() != null) {
      candidates.add(
          new Candidate(
              Alternatives.NO_MODEL,
              NO_MODEL_STRATEGY,
              "",
              "rule_based_filter",
              "rules over prompt and picture need no model"));
    }
  }
}
