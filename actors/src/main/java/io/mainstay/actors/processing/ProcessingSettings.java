package io.mainstay.actors.processing;

import com.typesafe.config.Config;
import io.mainstay.actors.degradation.ModeSettings;
import io.mainstay.actors.degradation.Restrictions;
import io.mainstay.actors.degradation.WorkPriority;
import io.mainstay.actors.inference.TextModels;
import io.mainstay.actors.postprocessing.ArtifactStore;
import io.mainstay.actors.processing.checkpoint.CheckpointSettings;
import io.mainstay.actors.processing.recipe.PictureBounds;
import io.mainstay.actors.processing.recipe.Recipes;
import io.mainstay.actors.processing.template.PictureDefaults;
import io.mainstay.actors.processing.template.TemplateDefaults;
import io.mainstay.actors.processing.text.TextLimits;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Bounds of the processing domain; see {@code mainstay-processing.conf} for each.
 *
 * @param modeRetryAfter when to come back with what a mode refuses
 * @param modeShares of the open sessions that modes leave room for, by priority of the work
 * @param listMax sessions in one list
 * @param pictureHeap bytes of heap for the batches of all picture sessions together
 */
public record ProcessingSettings(
    TextLimits limits,
    TemplateDefaults templates,
    PictureBounds pictures,
    long pictureHeap,
    int openMax,
    int runningMax,
    int listMax,
    Duration retryAfter,
    Duration submitTimeout,
    Duration modeRetryAfter,
    Map<WorkPriority, Double> modeShares,
    ProgressDesk.Limits progress,
    Runner runner) {
  /** Where the settings lie. */
  public static final String PATH = "mainstay.processing";

  public ProcessingSettings {
    modeShares = Map.copyOf(modeShares);
    modeShares.forEach(
        (priority, share) -> {
          if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException(
                ModeSettings.PATH
                    + ".priorities."
                    + priority.code()
                    + " is "
                    + share
                    + "; it must be above 0 to 1");
          }
        });
    atLeastOne("max-input", limits.inputBytes());
    atLeastOne("max-line", limits.lineBytes());
    atLeastOne("max-documents", limits.documents());
    atLeastOne("open-sessions-max", openMax);
    atLeastOne("running-sessions-max", runningMax);
    atLeastOne("list-max", listMax);
    if (listMax > LIST_MAX) {
      throw new IllegalArgumentException(
          PATH + ".list-max is " + listMax + "; must be " + LIST_MAX + " or less");
    }
    positive("retry-after", retryAfter);
    positive("submit-timeout", submitTimeout);
  }

  private static final int LIST_MAX = 100_000;
  private static final int PAUSE_DOUBLINGS_MAX = 6;
  private static final double HEAP_SHARE_LEAST = 0.01;
  private static final double HEAP_SHARE_MOST = 0.8;

  /** Of one session's runner. */
  public record Runner(
      int window,
      Duration turnPatience,
      Duration heapPatience,
      Duration batchDeadline,
      Duration outputTime,
      Duration recordTimeout,
      int recordTries,
      int failuresMax,
      Duration failurePause,
      Duration resumePause,
      Duration reservationPatience,
      Duration yieldAfter,
      int fallbackAfter,
      CheckpointSettings checkpoints) {
    public Runner {
      atLeastOne("runner.fallback-after", fallbackAfter);
      atLeastOne("runner.window", window);
      positive("runner.turn-patience", turnPatience);
      positive("runner.heap-patience", heapPatience);
      positive("runner.batch-deadline", batchDeadline);
      positive("runner.output-time", outputTime);
      positive("runner.record-timeout", recordTimeout);
      atLeastOne("runner.record-tries", recordTries);
      atLeastOne("runner.failures-max", failuresMax);
      positive("runner.failure-pause", failurePause);
      positive("runner.resume-pause", resumePause);
      positive("runner.reservation-patience", reservationPatience);
      positive("runner.yield-after", yieldAfter);
    }

    /** The pause doubles with each failure, up to 64 times the first. */
    Duration pauseAfter(int failures) {
      return failurePause.multipliedBy(1L << Math.min(failures - 1, PAUSE_DOUBLINGS_MAX));
    }
  }

  /** Share of the open sessions that modes leave room for, for work of that priority. */
  double modeShare(WorkPriority priority) {
    return modeShares.get(priority);
  }

  /** What opens recipes within these bounds; no mode demands more. */
  public Recipes recipes(ArtifactStore artifacts, TextModels textModels) {
    return recipes(artifacts, textModels, () -> Restrictions.NONE, Set::of);
  }

  /** What opens recipes within these bounds, and those of the modes that hold then. */
  Recipes recipes(
      ArtifactStore artifacts,
      TextModels textModels,
      Supplier<Restrictions> modes,
      Supplier<Set<String>> leftOut) {
    return new Recipes(
        new Recipes.Bounds(limits, pictures, templates.pictures(), modes, leftOut),
        artifacts,
        textModels);
  }

  /** Reads {@link #PATH}. */
  public static ProcessingSettings of(Config root) {
    Config config = root.getConfig(PATH);
    Config runner = config.getConfig("runner");
    Config embedding = config.getConfig("text-embedding");
    return new ProcessingSettings(
        new TextLimits(
            Math.toIntExact(config.getBytes("max-input")),
            Math.toIntExact(config.getBytes("max-line")),
            config.getInt("max-documents")),
        new TemplateDefaults(
            embedding.getString("model"),
            embedding.getInt("batch-size"),
            embedding.getInt("batch-size-max"),
            defaults(config.getConfig("pictures"))),
        PictureBounds.of(config.getConfig("pictures")),
        shareOfHeap("pictures.heap-share-max", config),
        config.getInt("open-sessions-max"),
        config.getInt("running-sessions-max"),
        config.getInt("list-max"),
        config.getDuration("retry-after"),
        config.getDuration("submit-timeout"),
        root.getDuration(ModeSettings.PATH + ".retry-after"),
        Stream.of(WorkPriority.values())
            .collect(
                Collectors.toMap(
                    priority -> priority,
                    priority ->
                        root.getDouble(ModeSettings.PATH + ".priorities." + priority.code()))),
        new ProgressDesk.Limits(
            config.getDuration("progress.patience"), config.getInt("progress.waiting-max")),
        new Runner(
            runner.getInt("window"),
            runner.getDuration("turn-patience"),
            runner.getDuration("heap-patience"),
            runner.getDuration("batch-deadline"),
            runner.getDuration("output-time"),
            runner.getDuration("record-timeout"),
            runner.getInt("record-tries"),
            runner.getInt("failures-max"),
            runner.getDuration("failure-pause"),
            runner.getDuration("resume-pause"),
            runner.getDuration("reservation-patience"),
            runner.getDuration("yield-after"),
            runner.getInt("fallback-after"),
            CheckpointSettings.of(root)));
  }

  private static long shareOfHeap(String name, Config config) {
    double share = config.getDouble(name);
    if (!(share >= HEAP_SHARE_LEAST && share <= HEAP_SHARE_MOST)) {
      throw new IllegalArgumentException(
          "%s.%s is %s; allowed are %s to %s of the JVM's largest heap, which has %d MiB"
              .formatted(
                  PATH,
                  name,
                  share,
                  HEAP_SHARE_LEAST,
                  HEAP_SHARE_MOST,
                  Runtime.getRuntime().maxMemory() >> 20));
    }
    return (long) (share * Runtime.getRuntime().maxMemory());
  }

  private static PictureDefaults defaults(Config config) {
    return new PictureDefaults(
        config.getString("model"),
        config.getInt("batch-size"),
        config.getInt("batch-size-max"),
        config.getInt("enhance-batch-size"),
        config.getInt("enhance-scale"),
        config.getString("upscale-model"),
        config.getString("enhance-model"),
        config.getString("safety-model"),
        config.getInt("steps-max"),
        config.getDouble("guidance-max"),
        config.getInt("side-max"),
        Math.toIntExact(config.getBytes("prompt-max")),
        config.getDuration("deadline-max"));
  }

  private static void atLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          PATH + "." + name + " is " + value + "; must be 1 or more");
    }
  }

  private static void positive(String name, Duration value) {
    if (value.toMillis() < 1) {
      throw new IllegalArgumentException(PATH + "." + name + " is " + value + "; at least 1 ms");
    }
  }
}
