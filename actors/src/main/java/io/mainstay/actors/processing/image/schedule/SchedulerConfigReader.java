package io.mainstay.actors.processing.image.schedule;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mainstay.actors.gateway.Refusal;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Reads a scheduler's file. A field that is null counts as absent, as in diffusers. */
final class SchedulerConfigReader {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int TRAINED_MAX = 100_000;
  private static final int DEFAULT_TRAINED = 1000;
  private static final double DEFAULT_BETA_START = 0.0001;
  private static final double DEFAULT_BETA_END = 0.02;

  private final String source;
  private final JsonNode fields;

  private SchedulerConfigReader(String source, JsonNode fields) {
    this.source = source;
    this.fields = fields;
  }

  static SchedulerConfig read(String source, byte[] json) {
    JsonNode fields;
    try {
      fields = JSON.readTree(json);
    } catch (IOException notJson) {
      throw unusable(source + " is not JSON: " + firstLine(notJson));
    }
    if (!fields.isObject()) {
      throw unusable(source + " is not a JSON object");
    }
    return new SchedulerConfigReader(source, fields).config();
  }

  private SchedulerConfig config() {
    refuseWhatChangesTheMathematics();
    String className = text("_class_name", "");
    boolean ddim = className.equals(SchedulerKind.DDIM.className());
    boolean euler = className.equals(SchedulerKind.EULER.className());
    int trained = (int) number("num_train_timesteps", DEFAULT_TRAINED, 1, TRAINED_MAX);
    return new SchedulerConfig(
        source,
        className,
        trained,
        number("beta_start", DEFAULT_BETA_START, Double.MIN_VALUE, Math.nextDown(1.0)),
        number("beta_end", DEFAULT_BETA_END, Double.MIN_VALUE, Math.nextDown(1.0)),
        oneOf("beta_schedule", BetaSchedule.values(), BetaSchedule.LINEAR),
        oneOf("prediction_type", PredictionType.values(), PredictionType.EPSILON),
        oneOf(
            "timestep_spacing",
            TimestepSpacing.values(),
            euler ? TimestepSpacing.LINSPACE : TimestepSpacing.LEADING),
        (int) number("steps_offset", 0, 0, trained - 1),
        flag("set_alpha_to_one", true),
        flag("clip_sample", ddim),
        number("clip_sample_range", 1, Double.MIN_VALUE, Double.MAX_VALUE),
        flag("rescale_betas_zero_snr", false));
  }

  private void refuseWhatChangesTheMathematics() {
    if (present("trained_betas")) {
      throw unsupported("trained_betas", "null; betas come from beta_schedule");
    }
    for (String field :
        new String[] {
          "thresholding", "use_karras_sigmas", "use_exponential_sigmas", "use_beta_sigmas"
        }) {
      if (flag(field, false)) {
        throw unsupported(field, "false");
      }
    }
    only("interpolation_type", "linear");
    only("timestep_type", "discrete");
    only("final_sigmas_type", "zero");
  }

  private void only(String field, String supported) {
    if (!text(field, supported).equals(supported)) {
      throw unsupported(field, supported);
    }
  }

  private boolean present(String field) {
    return fields.hasNonNull(field);
  }

  private String text(String field, String otherwise) {
    if (!present(field)) {
      return otherwise;
    }
    if (!fields.get(field).isTextual()) {
      throw unsupported(field, "a text");
    }
    return fields.get(field).textValue();
  }

  private boolean flag(String field, boolean otherwise) {
    if (!present(field)) {
      return otherwise;
    }
    if (!fields.get(field).isBoolean()) {
      throw unsupported(field, "true or false");
    }
    return fields.get(field).booleanValue();
  }

  private double number(String field, double otherwise, double least, double most) {
    if (!present(field)) {
      return otherwise;
    }
    JsonNode value = fields.get(field);
    boolean whole = least == Math.rint(least);
    if (!value.isNumber()
        || !(value.doubleValue() >= least && value.doubleValue() <= most)
        || (whole && value.doubleValue() != Math.rint(value.doubleValue()))) {
      throw unsupported(
          field,
          whole
              ? "whole numbers from %.0f to %.0f".formatted(least, most)
              : most < 1 ? "numbers between 0 and 1" : "finite numbers above 0");
    }
    return value.doubleValue();
  }

  private <V extends FieldValue> V oneOf(String field, V[] values, V otherwise) {
    String text = text(field, otherwise.text());
    return Arrays.stream(values)
        .filter(value -> value.text().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                unsupported(
                    field,
                    Arrays.stream(values).map(FieldValue::text).collect(Collectors.joining(", "))));
  }

  private Refusal unsupported(String field, String supported) {
    return unusable(
        "%s: %s is %s; supported: %s".formatted(source, field, fields.get(field), supported));
  }

  private static Refusal unusable(String message) {
    return Refusal.of(
        "unusable_scheduler",
        message,
        "Restore the file from where the model came from, or write the values that are supported"
            + " if the model was trained for them");
  }

  private static String firstLine(IOException error) {
    return String.valueOf(error.getMessage()).lines().findFirst().orElse("");
  }
}
