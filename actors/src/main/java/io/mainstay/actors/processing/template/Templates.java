package io.mainstay.actors.processing.template;

import io.mainstay.actors.gateway.GatewayRequest.Param;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.persistence.session.Workflow;
import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.util.List;

/** The workflows that users may ask for. Strings become typed workflows here, or are refused. */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.PROCESSING,
    group = "workflows",
    fields = "templates")
public final class Templates {
  private static final List<String> NAMES =
      List.of(TextEmbeddingTemplate.NAME, TextToImageTemplate.NAME, ImageEnhanceTemplate.NAME);

  private final TemplateDefaults defaults;

  /** Templates with these defaults. */
  public Templates(TemplateDefaults defaults) {
    this.defaults = defaults;
  }

  /** All names, in the order of listing. */
  public static List<String> names() {
    return NAMES;
  }

  /** A request, checked. */
  public sealed interface Checked {
    /** It can be submitted. */
    record Valid(Workflow workflow) implements Checked {}

    /** It cannot; says why and names what there is. */
    record Invalid(Refusal refusal) implements Checked {}
  }

  /** Checks the template's name and its parameters as typed. */
  public Checked check(String template, List<Param> params) {
    try {
      return new Checked.Valid(parse(template, params));
    } catch (Refusal refusal) {
      return new Checked.Invalid(refusal);
    }
  }

  /**
   * The same for callers whose replies carry refusals.
   *
   * @throws Refusal if it is not valid
   */
  public Workflow parse(String template, List<Param> params) {
    return switch (template) {
      case TextEmbeddingTemplate.NAME -> TextEmbeddingTemplate.workflow(params, defaults);
      case TextToImageTemplate.NAME -> TextToImageTemplate.workflow(params, defaults.pictures());
      case ImageEnhanceTemplate.NAME -> ImageEnhanceTemplate.workflow(params, defaults.pictures());
      default ->
          throw Given.unknown(
              "unknown_template", "There is no template '" + template + "'", template, NAMES);
    };
  }
}
