package io.mainstay.actors.model;

import java.util.Optional;

/**
 * A model with one component of another in the place of its own. Its id says so everywhere: in
 * lists, ledgers, fingerprints and receipts. Ids of models hold neither {@code +} nor {@code :}.
 *
 * @param base id of the model
 * @param component that is taken from the other
 * @param donor id of the other
 */
public record Substitution(String base, String component, String donor) {
  /** Such as {@code shapes-64+vae_decoder:shapes-64-fp16}. */
  public String id() {
    return base + "+" + component + ":" + donor;
  }

  /** What such an id says; empty for that of a model as it is. */
  public static Optional<Substitution> of(String id) {
    int plus = id.indexOf('+');
    int colon = id.lastIndexOf(':');
    return plus > 0 && colon > plus + 1 && colon < id.length() - 1
        ? Optional.of(
            new Substitution(
                id.substring(0, plus), id.substring(plus + 1, colon), id.substring(colon + 1)))
        : Optional.empty();
  }
}
