package io.mainstay.actors.processing.image;

import io.mainstay.actors.model.ImageSignature;

/** How much the requests of a batch of pictures carry, before anything is loaded. Pure. */
public final class TextToImageRoom {
  /** Widest hidden state of a text encoder that there is room for, values for each token. */
  static final long HIDDEN_WIDTH_MAX = 2048;

  private TextToImageRoom() {}

  /**
   * Bytes of the largest request of a batch, inputs and outputs together.
   *
   * @param pictures in the batch
   * @param width in pixels
   * @param height in pixels
   * @param guided whether each row is there twice
   */
  public static long largestRequestBytes(
      ImageSignature model, int pictures, int width, int height, boolean guided) {
    long rows = guided ? 2L * pictures : pictures;
    long hidden = rows * model.tokensMax() * HIDDEN_WIDTH_MAX * Float.BYTES;
    long latent =
        (long) model.latentChannels()
            * (width / model.vaeFactor())
            * (height / model.vaeFactor())
            * Float.BYTES;
    long denoising = 2 * rows * latent + hidden;
    long decoding = pictures * (latent + (long) Picture.CHANNELS * width * height * Float.BYTES);
    return Math.max(denoising, decoding);
  }
}
