package io.mainstay.actors.gateway;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * Bounds of the public protocol.
 *
 * @param askTimeout longest wait for a domain's answer
 * @param modelsTimeout longest wait for a load, a scan or a verification of models
 * @param inferDeadline deadline of an inference that names none
 * @param listMax most entries of one list
 * @param holdersMax most holders that are named of one memory
 * @param explainMax most entries of one causal chain
 * @param answersKept answers in pages that are kept from the first page to the last
 * @param openUploads most uploads begun and not finished
 * @param uploadIdle an upload that rests longer is given up
 */
public record GatewaySettings(
    Duration askTimeout,
    Duration modelsTimeout,
    Duration inferDeadline,
    int listMax,
    int holdersMax,
    int explainMax,
    int answersKept,
    int openUploads,
    Duration uploadIdle) {
  /** Bytes of one chunk of an upload or a download: Artery drops frames above 256 KiB. */
  public static final int CHUNK_BYTES = 128 * 1024;

  private static final int HOLDERS_MAX = 200;
  private static final String PATH = "mainstay.gateway";

  public GatewaySettings {
    if (askTimeout.isNegative() || askTimeout.isZero() || inferDeadline.isNegative()) {
      throw new IllegalArgumentException(
          PATH
              + ": ask-timeout "
              + askTimeout
              + " and infer-deadline "
              + inferDeadline
              + " must be positive");
    }
    if (modelsTimeout.compareTo(askTimeout) < 0) {
      throw new IllegalArgumentException(
          PATH
              + ".models-timeout is "
              + modelsTimeout
              + "; it must not be below ask-timeout, "
              + askTimeout);
    }
    if (explainMax < 1 || uploadIdle.isZero() || uploadIdle.isNegative()) {
      throw new IllegalArgumentException(
          PATH
              + ": explain-max "
              + explainMax
              + " and upload-idle "
              + uploadIdle
              + " must be positive");
    }
    if (listMax < 1 || openUploads < 1 || answersKept < 1) {
      throw new IllegalArgumentException(
          PATH
              + ": list-max "
              + listMax
              + ", open-uploads "
              + openUploads
              + " and answers-kept "
              + answersKept
              + " must be at least 1");
    }
    if (holdersMax < 1 || holdersMax > HOLDERS_MAX) {
      throw new IllegalArgumentException(
          PATH + ".holders-max is " + holdersMax + "; it must be from 1 to " + HOLDERS_MAX);
    }
  }

  /** Reads {@code mainstay.gateway}. */
  public static GatewaySettings of(Config root) {
    Config config = root.getConfig(PATH);
    return new GatewaySettings(
        config.getDuration("ask-timeout"),
        config.getDuration("models-timeout"),
        config.getDuration("infer-deadline"),
        config.getInt("list-max"),
        config.getInt("holders-max"),
        config.getInt("explain-max"),
        config.getInt("answers-kept"),
        config.getInt("open-uploads"),
        config.getDuration("upload-idle"));
  }
}
