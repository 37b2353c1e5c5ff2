package io.mainstay.actors.recovery.escalation;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.mainstay.actors.recovery.Severity;
import io.mainstay.actors.recovery.catalog.CatalogName;
import io.mainstay.actors.recovery.catalog.ErrorCategory;
import io.mainstay.persistence.entity.SettingBounds;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * The figures of escalation.
 *
 * @param bands of frequency
 * @param countsEvery whether every fault counts, or only what did not heal at the first attempt
 * @param firstAttempt within which the same error at the same place says that the first attempt did
 *     not hold
 * @param retryLimits by severity; one without has none of its own
 * @param notifyFrom least severity of which the user is told
 * @param gate for critical errors
 * @param criticalProtection when a critical error has the system protect itself
 * @param pairs priorities of pairs of domains
 * @param retries by category
 * @param callersSeverityMax bound of what a client or request did wrong
 * @param repeats of one error at one place within {@code repeatWindow} that make it worse, 2 or
 *     more
 * @param multipleCritical different critical errors or places within {@code multipleWindow} that
 *     are {@code multiple_critical_failures}, 2 or more
 */
public record EscalationPolicy(
    FrequencyLevel.Bands bands,
    boolean countsEvery,
    Duration firstAttempt,
    Map<Severity, Integer> retryLimits,
    Severity notifyFrom,
    ManualGate gate,
    CriticalProtection criticalProtection,
    PairMatrix pairs,
    Map<ErrorCategory, RetryPolicy> retries,
    Severity callersSeverityMax,
    int repeats,
    Duration repeatWindow,
    int multipleCritical,
    Duration multipleWindow) {
  /** Where the figures lie. */
  public static final String PATH = "mainstay.escalation";

  public EscalationPolicy {
    SettingBounds bounds = new SettingBounds(PATH);
    bounds.positive("frequency.first-attempt-within", firstAttempt);
    bounds.positive("context.repeat-window", repeatWindow);
    bounds.positive("multiple-critical.within", multipleWindow);
    atLeastTwo("context.repeats", repeats);
    atLeastTwo("multiple-critical.errors", multipleCritical);
    retryLimits = Map.copyOf(retryLimits);
    retries = Map.copyOf(retries);
  }

  private static void atLeastTwo(String name, int value) {
    if (value < 2) {
      throw new IllegalArgumentException(PATH + "." + name + " is " + value + "; at least 2");
    }
  }

  /** Reads {@link #PATH}; fails with file and line on an unknown name. */
  public static EscalationPolicy of(Config root) {
    Config config = root.getConfig(PATH);
    Config frequency = config.getConfig("frequency");
    Config context = config.getConfig("context");
    return new EscalationPolicy(
        new FrequencyLevel.Bands(
            frequency.getInt("medium-from"),
            frequency.getInt("high-from"),
            frequency.getInt("critical-above")),
        counting(frequency),
        frequency.getDuration("first-attempt-within"),
        retryLimits(config.getConfig("retry-limit")),
        severity(config, "notify-user-from"),
        named(config, "manual-gate", ManualGate.class),
        named(config, "critical-protects", CriticalProtection.class),
        PairMatrix.of(config.getConfig("pairs")),
        retries(config.getConfig("retry")),
        severity(context, "callers-severity-max"),
        context.getInt("repeats"),
        context.getDuration("repeat-window"),
        config.getInt("multiple-critical.errors"),
        config.getDuration("multiple-critical.within"));
  }

  private static boolean counting(Config frequency) {
    return switch (frequency.getString("counting")) {
      case "every" -> true;
      case "second-attempt" -> false;
      default -> throw bad(frequency, "counting", "one of every, second-attempt");
    };
  }

  private static Map<Severity, Integer> retryLimits(Config config) {
    Map<Severity, Integer> limits = new EnumMap<>(Severity.class);
    for (String key : config.root().keySet()) {
      Severity severity =
          Severity.named(key).orElseThrow(() -> bad(config, key, "no such severity"));
      int limit = config.getInt(key);
      if (limit < 0 || limit > 100) {
        throw bad(config, key, "allowed are 0 to 100");
      }
      limits.put(severity, limit);
    }
    return limits;
  }

  private static Map<ErrorCategory, RetryPolicy> retries(Config config) {
    Map<ErrorCategory, RetryPolicy> policies = new EnumMap<>(ErrorCategory.class);
    for (String key : config.root().keySet()) {
      ErrorCategory category =
          CatalogName.find(ErrorCategory.class, key)
              .orElseThrow(() -> bad(config, key, "no such category"));
      try {
        policies.put(category, RetryPolicy.of(config.getConfig(key)));
      } catch (IllegalArgumentException wrong) {
        throw bad(config, key, wrong.getMessage());
      }
    }
    for (ErrorCategory category : ErrorCategory.values()) {
      if (!policies.containsKey(category)) {
        throw new ConfigException.Missing(
            config.root().origin().description() + ": " + PATH + ".retry." + category.code());
      }
    }
    return policies;
  }

  private static Severity severity(Config config, String key) {
    return Severity.named(config.getString(key))
        .orElseThrow(() -> bad(config, key, "no such severity"));
  }

  private static <E extends Enum<E> & CatalogName> E named(
      Config config, String key, Class<E> names) {
    Optional<E> name = CatalogName.find(names, config.getString(key).replace('-', '_'));
    return name.orElseThrow(() -> bad(config, key, "unknown: " + config.getString(key)));
  }

  private static ConfigException.BadValue bad(Config config, String key, String why) {
    return new ConfigException.BadValue(config.root().get(key).origin(), PATH + " " + key, why);
  }

  /** Policy of a category. */
  public RetryPolicy retry(ErrorCategory category) {
    return retries.get(category);
  }

  /** How often an operation may be tried again: the smaller one of both limits. */
  public int retriesOf(Severity severity, ErrorCategory category) {
    int ofCategory = retry(category).most();
    return Math.min(retryLimits.getOrDefault(severity, ofCategory), ofCategory);
  }
}
