package io.mainstay.actors.processing.template;

import io.mainstay.actors.gateway.GatewayRequest.Param;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.persistence.session.Workflow;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The workflows that users may ask for. Strings become typed workflows here, or are refused. */
public final class Templates {
  private static final String TEXT_EMBEDDING = "text-embedding";
  private static final String MODEL = "model";
  private static final String BATCH_SIZE = "batch-size";
  private static final List<String> NAMES = List.of(TEXT_EMBEDDING);

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
    if (!template.equals(TEXT_EMBEDDING)) {
      return invalid(
          "unknown_template", "There is no template '" + template + "'", template, NAMES);
    }
    Map<String, String> given = new HashMap<>();
    for (Param param : params) {
      if (!List.of(MODEL, BATCH_SIZE).contains(param.key())) {
        return invalid(
            "unknown_parameter",
            "Template '" + template + "' has no parameter '" + param.key() + "'",
            param.key(),
            List.of(MODEL, BATCH_SIZE));
      }
      if (given.putIfAbsent(param.key(), param.value()) != null) {
        return invalid(
            "invalid_parameter", "Parameter '" + param.key() + "' is given twice", "Give it once");
      }
    }
    String model = given.getOrDefault(MODEL, defaults.model());
    if (model.isBlank()) {
      return invalid("invalid_parameter", "Parameter 'model' is empty", "Name a model");
    }
    String size = given.getOrDefault(BATCH_SIZE, String.valueOf(defaults.batchDocuments()));
    int documents = number(size);
    if (documents < 1 || documents > defaults.batchDocumentsMax()) {
      return invalid(
          "invalid_parameter",
          "Parameter 'batch-size' is '"
              + size
              + "'; allowed are whole numbers from 1 to "
              + defaults.batchDocumentsMax(),
          "Leave it out for the default of " + defaults.batchDocuments());
    }
    return new Checked.Valid(new Workflow.TextEmbedding(model, documents));
  }

  /**
   * The same for callers whose replies carry refusals.
   *
   * @throws Refusal if it is not valid
   */
  public Workflow parse(String template, List<Param> params) {
    Checked checked = check(template, params);
    if (checked instanceof Checked.Valid valid) {
      return valid.workflow();
    }
    throw ((Checked.Invalid) checked).refusal();
  }

  /** -1 for what is no number of at most nine digits. */
  private static int number(String text) {
    return text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : -1;
  }

  private static Checked invalid(
      String code, String message, String typed, Collection<String> known) {
    String guess =
        ClosestName.of(typed, known).map(name -> "Did you mean '" + name + "'? ").orElse("");
    return invalid(code, message, guess + "Known are: " + String.join(", ", known));
  }

  private static Checked invalid(String code, String message, String remedy) {
    return new Checked.Invalid(Refusal.of(code, message, remedy));
  }
}
