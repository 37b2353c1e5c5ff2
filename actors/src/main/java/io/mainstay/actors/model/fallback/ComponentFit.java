package io.mainstay.actors.model.fallback;

import io.mainstay.actors.model.ImageSignature;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.model.ModelDescriptor.Component;
import io.mainstay.actors.model.ModelTraits;
import io.mainstay.actors.model.Substitution;
import java.util.List;

/**
 * Whether a component of one model can take the place of another's, and what the model is then.
 * That a manifest allows it is for the {@link FallbackChain} to know. Pure.
 *
 * <p>A graph that can be read must have the same inputs and outputs as the substitute: names,
 * element types, dimensions. Of one that cannot be read nothing is believed; then both models must
 * agree on what goes in and out of it: shape of latents, scaling, tokens of a prompt, and the
 * dimensions of the encoding that the UNet takes.
 */
public final class ComponentFit {
  private static final String TEXT_ENCODER = "text_encoder";
  private static final String UNET = "unet";

  private ComponentFit() {}

  /** Why it does not fit, one clause; empty if it does. */
  public static String problem(ModelDescriptor base, String component, ModelDescriptor donor) {
    if (!donor.kind().equals(base.kind())) {
      return "it is a " + donor.kind() + " model, not a " + base.kind() + " model";
    }
    Component substitute = donor.component(component).orElse(null);
    if (substitute == null) {
      return "it has no component " + component;
    }
    String own = base.component(component).map(Component::ports).orElse("");
    if (!own.isEmpty()) {
      return own.equals(substitute.ports())
          ? ""
          : "its %s is %s; that of %s is %s"
              .formatted(component, substitute.ports(), base.id(), own);
    }
    String unlike = unlike(base.image(), donor.image());
    if (!unlike.isEmpty()) {
      return unlike;
    }
    return joint(base, component).equals(joint(donor, component))
        ? ""
        : "its %s goes with %s, and %s has %s"
            .formatted(component, joint(donor, component), base.id(), joint(base, component));
  }

  /** The model with the substitute, which fits. */
  public static ModelDescriptor substituted(
      ModelDescriptor base, String component, ModelDescriptor donor) {
    Component substitute = donor.component(component).orElseThrow().takenFrom(donor.id());
    return new ModelDescriptor(
        new Substitution(base.id(), component, donor.id()).id(),
        base.version() + "+" + component + ":" + donor.version(),
        base.kind(),
        base.components().stream()
            .map(part -> part.name().equals(component) ? substitute : part)
            .toList(),
        base.tokenizer(),
        base.memoryBytes() + growth(base, substitute),
        base.batchInvariant() && donor.batchInvariant(),
        base.signature(),
        base.licence().equals(donor.licence())
            ? base.licence()
            : base.licence() + " AND " + donor.licence(),
        base.origin(),
        new ModelTraits(base.traits().capabilities(), base.traits().precision(), List.of()));
  }

  private static long growth(ModelDescriptor base, Component substitute) {
    long own = base.component(substitute.name()).map(Component::bytes).orElse(0L);
    return Math.max(0, substitute.bytes() - own);
  }

  private static String unlike(ImageSignature base, ImageSignature donor) {
    if (base == null || donor == null) {
      // Of other kinds nothing is known but the graphs.
      return "what goes in and out of it is not known";
    }
    if (base.latentChannels() != donor.latentChannels()
        || base.vaeFactor() != donor.vaeFactor()
        || Double.compare(base.scalingFactor(), donor.scalingFactor()) != 0) {
      return "its latents have %d channels, %d px, scaling %s instead of %d, %d px, %s"
          .formatted(
              donor.latentChannels(),
              donor.vaeFactor(),
              donor.scalingFactor(),
              base.latentChannels(),
              base.vaeFactor(),
              base.scalingFactor());
    }
    return base.tokensMax() == donor.tokensMax()
        ? ""
        : "its prompts have " + donor.tokensMax() + " tokens instead of " + base.tokensMax();
  }

  /** The graph at the other end of the encoding of a prompt; latents are in the signature. */
  private static String joint(ModelDescriptor model, String component) {
    return switch (component) {
      case TEXT_ENCODER -> ports(model, UNET);
      case UNET -> ports(model, TEXT_ENCODER);
      default -> "";
    };
  }

  private static String ports(ModelDescriptor model, String component) {
    return model.component(component).map(Component::ports).orElse("");
  }
}
