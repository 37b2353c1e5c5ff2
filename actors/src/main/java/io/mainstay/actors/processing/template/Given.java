package io.mainstay.actors.processing.template;

import io.mainstay.actors.gateway.GatewayRequest.Param;
import io.mainstay.actors.gateway.Refusal;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The parameters of one request as typed; each is read as what it must be, or refused. */
final class Given {
  private static final Pattern WHOLE = Pattern.compile("[0-9]{1,18}");
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");
  private static final Map<String, Long> MILLIS =
      Map.of("ms", 1L, "s", 1_000L, "m", 60_000L, "h", 3_600_000L);

  private final Map<String, String> values;

  private Given(Map<String, String> values) {
    this.values = values;
  }

  /**
   * Checks the names.
   *
   * @throws Refusal if one is unknown or given twice
   */
  static Given of(String template, List<Param> params, List<String> known) {
    Map<String, String> values = new HashMap<>();
    for (Param param : params) {
      if (!known.contains(param.key())) {
        throw unknown(
            "unknown_parameter",
            "Template '" + template + "' has no parameter '" + param.key() + "'",
            param.key(),
            known);
      }
      if (values.putIfAbsent(param.key(), param.value()) != null) {
        throw invalid("Parameter '" + param.key() + "' is given twice", "Give it once");
      }
    }
    return new Given(values);
  }

  boolean has(String key) {
    return values.containsKey(key);
  }

  String text(String key, String otherwise) {
    return values.getOrDefault(key, otherwise);
  }

  /** An id, such as a model's. */
  String id(String key, String otherwise) {
    String id = text(key, otherwise);
    if (id.isBlank()) {
      throw invalid("Parameter '" + key + "' is empty", "Name a model");
    }
    return id;
  }

  String oneOf(String key, String otherwise, List<String> allowed) {
    String value = text(key, otherwise);
    if (has(key) && !allowed.contains(value)) {
      throw unknown(
          "invalid_parameter",
          "Parameter '" + key + "' is '" + value + "'; allowed are " + String.join(", ", allowed),
          value,
          allowed);
    }
    return value;
  }

  int whole(String key, int otherwise, int least, int most) {
    return (int) wholeLong(key, (long) otherwise, least, most).longValue();
  }

  Long wholeLong(String key, Long otherwise, long least, long most) {
    if (!has(key)) {
      return otherwise;
    }
    String text = values.get(key);
    long value = WHOLE.matcher(text).matches() ? Long.parseLong(text) : -1;
    if (value < least || value > most || value < 0) {
      throw invalid(
          "Parameter '"
              + key
              + "' is '"
              + text
              + "'; allowed are whole numbers from "
              + least
              + " to "
              + most,
          otherwise == null || otherwise == 0
              ? "Leave it out for the default"
              : "Leave it out for the default of " + otherwise);
    }
    return value;
  }

  double decimal(String key, double otherwise, double least, double most) {
    if (!has(key)) {
      return otherwise;
    }
    String text = values.get(key);
    double value;
    try {
      value = Double.parseDouble(text);
    } catch (NumberFormatException noNumber) {
      value = Double.NaN;
    }
    // Written so that NaN fails too.
    if (!(value >= least && value <= most)) {
      throw invalid(
          "Parameter '%s' is '%s'; allowed are numbers from %s to %s"
              .formatted(key, text, least, most),
          "Leave it out for the default");
    }
    return value;
  }

  /** Milliseconds; 0 if it is not given. */
  long millis(String key, Duration most) {
    if (!has(key)) {
      return 0;
    }
    Matcher matcher = DURATION.matcher(values.get(key));
    long millis =
        matcher.matches() ? Long.parseLong(matcher.group(1)) * MILLIS.get(matcher.group(2)) : 0;
    if (millis < 1 || millis > most.toMillis()) {
      throw invalid(
          "Parameter '%s' is '%s'; allowed are times such as 500ms, 30s, 5m or 2h, up to %d s"
              .formatted(key, values.get(key), most.toSeconds()),
          "Leave it out for no deadline");
    }
    return millis;
  }

  static Refusal invalid(String message, String remedy) {
    return Refusal.of("invalid_parameter", message, remedy);
  }

  static Refusal unknown(String code, String message, String typed, Collection<String> known) {
    String guess =
        ClosestName.of(typed, known).map(name -> "Did you mean '" + name + "'? ").orElse("");
    return Refusal.of(code, message, guess + "Known are: " + String.join(", ", known));
  }
}
