package io.mainstay.actors.model;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * A model that a manifest names as a substitute for its own.
 *
 * @param relation what the substitute is to the model
 * @param model its id
 * @param component the one to take from it, for {@link Relation#COMPONENT}; else empty
 */
public record Fallback(Relation relation, String model, String component) {
  /** In the order of trying; the strategies are those of the model loading fallback chain. */
  public enum Relation {
    /** The same weights in another format or precision. */
    ALTERNATIVE_FORMAT("alternative_model_format"),
    /** One compatible component of another model. */
    COMPONENT("model_component_substitution"),
    /** Another model that does nearly the same. */
    SIMILAR("similar_capability_model"),
    /** A simpler, smaller model. */
    BASIC("basic_functionality_model");

    private final String strategy;

    Relation(String strategy) {
      this.strategy = strategy;
    }

    /** Name of the degradation strategy. */
    public String strategy() {
      return strategy;
    }

    /** As a manifest writes it, such as {@code alternative-format}. */
    public String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The relation that a manifest writes so. */
    public static Optional<Relation> of(String text) {
      return Arrays.stream(values()).filter(known -> known.text().equals(text)).findFirst();
    }
  }
}
