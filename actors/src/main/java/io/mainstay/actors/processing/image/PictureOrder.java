package io.mainstay.actors.processing.image;

import io.mainstay.actors.processing.image.latents.Guidance;
import io.mainstay.actors.processing.image.latents.Latents;
import io.mainstay.actors.processing.image.noise.BatchNoise;
import io.mainstay.actors.processing.image.schedule.Scheduler;
import io.mainstay.protocol.Tensor;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * What a batch of pictures is made of; the same for all of its steps.
 *
 * @param modelId in the registry
 * @param modelSha256 of its files together
 * @param prompts one for each picture
 * @param negativePrompt what guidance leads away from
 * @param seeds one for each picture
 * @param inputIds tokens int64 [rows, tokens]: with guidance the negative prompt for each picture
 *     and then the prompts, else the prompts alone
 * @param shape of the latents
 */
public record PictureOrder(
    String modelId,
    String modelSha256,
    List<String> prompts,
    String negativePrompt,
    List<Long> seeds,
    Tensor inputIds,
    Scheduler scheduler,
    Guidance guidance,
    Shape shape) {
  public PictureOrder {
    prompts = List.copyOf(prompts);
    seeds = List.copyOf(seeds);
    if (prompts.isEmpty() || prompts.size() != seeds.size()) {
      throw new IllegalArgumentException(
          prompts.size() + " prompts and " + seeds.size() + " seeds; as many, and at least 1");
    }
    long rows = inputIds.dims().get(0);
    if (rows != (guidance.isActive() ? 2L : 1L) * prompts.size()) {
      throw new IllegalArgumentException(
          rows + " rows of tokens for " + prompts.size() + " prompts");
    }
  }

  /**
   * Of one latent.
   *
   * @param channels of a latent
   * @param height in latent cells
   * @param width in latent cells
   * @param pixels for each latent cell, along one side
   * @param scalingFactor that the decoder wants latents divided by
   */
  public record Shape(int channels, int height, int width, int pixels, double scalingFactor) {
    int cells() {
      return channels * height * width;
    }
  }

  /** Pictures in the batch. */
  int pictures() {
    return prompts.size();
  }

  /** Rows of a request: each picture twice where guidance is at work. */
  int rows() {
    return Math.toIntExact(inputIds.dims().get(0));
  }

  /** The latents before the first step. */
  Latents initial() {
    return latents(scheduler.initial(noise(), pictures() * shape.cells()));
  }

  Latents latents(float[] values) {
    return new Latents(pictures(), shape.channels(), shape.height(), shape.width(), values);
  }

  BatchNoise noise() {
    return new BatchNoise(seeds);
  }

  /** All that its latents depend on beside the device, as one hash: a checkpoint is for this. */
  String identity() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      String all =
          String.join(
              "\n",
              modelSha256,
              String.valueOf(seeds),
              scheduler.kind().title(),
              String.valueOf(scheduler.timesteps()),
              String.valueOf(guidance.scale()),
              String.valueOf(shape));
      digest.update(all.getBytes(StandardCharsets.UTF_8));
      digest.update(inputIds.bytes());
      return "pictures=" + HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("Every Java platform has SHA-256", impossible);
    }
  }
}
