package io.mainstay.actors.model.registry;

import io.mainstay.actors.model.DerivedDefaults;
import io.mainstay.actors.model.ImageSignature;
import java.nio.file.Path;

/**
 * The configuration files of a text-to-image model in the diffusers layout: what its signature
 * needs beside the limits of the manifest, and limits where there is no manifest.
 */
final class ImageFiles {
  static final String UNET = "unet/config.json";
  static final String VAE = "vae_decoder/config.json";
  static final String SCHEDULER = "scheduler/scheduler_config.json";
  static final String TOKENIZER = "tokenizer/tokenizer.json";
  static final String TOKENIZER_CONFIG = "tokenizer/tokenizer_config.json";
  static final String TEXT_ENCODER = "text_encoder/config.json";

  /** What decoders before this field was written use. */
  private static final double SCALING_FACTOR = 0.18215;

  private static final int BLOCKS_MAX = 8;
  private static final int TOKENS_MAX = 4096;

  private final Path directory;
  private final long bytesMax;

  ImageFiles(Path directory, long bytesMax) {
    this.directory = directory;
    this.bytesMax = bytesMax;
  }

  ImageSignature signature(ImageLimits limits) throws ModelProblemException {
    ModelJson vae = read(VAE);
    int vaeFactor = factor(vae);
    if (limits.multipleOf() % vaeFactor != 0) {
      throw new ModelProblemException(
          ModelFaultCode.MODEL_MANIFEST_INVALID,
          "image.multiple-of is "
              + limits.multipleOf()
              + " px and the decoder makes "
              + vaeFactor
              + " px of each latent element",
          "Set image.multiple-of to a multiple of " + vaeFactor);
    }
    Path tokenizer = ModelJson.present(directory, TOKENIZER).getParent();
    ModelJson.read(directory, SCHEDULER, bytesMax);
    return new ImageSignature(
        limits.width(),
        limits.height(),
        limits.widthMax(),
        limits.heightMax(),
        limits.multipleOf(),
        limits.steps(),
        limits.stepsMax(),
        limits.guidance(),
        limits.batchMax(),
        latentChannels(),
        vaeFactor,
        vae.positive("scaling_factor", SCALING_FACTOR),
        tokensMax(),
        tokenizer,
        ModelJson.present(directory, SCHEDULER));
  }

  /** The side that the UNet was trained for, and bounds around it. */
  ImageLimits limits(DerivedDefaults defaults) throws ModelProblemException {
    ModelJson unet = read(UNET);
    int vaeFactor = factor(read(VAE));
    int side = unet.integer("sample_size", 1, 2048) * vaeFactor;
    // A UNet halves its latents between blocks, and an exported one cannot pad them.
    int halvings =
        unet.has("block_out_channels") ? unet.elements("block_out_channels", BLOCKS_MAX) - 1 : 0;
    int multipleOf = vaeFactor << halvings;
    int most = side * defaults.sideFactorMax();
    return new ImageLimits(
        side,
        side,
        most,
        most,
        multipleOf,
        defaults.steps(),
        defaults.stepsMax(),
        defaults.guidance(),
        defaults.batchMax());
  }

  private int latentChannels() throws ModelProblemException {
    ModelJson vae = read(VAE);
    return vae.has("latent_channels")
        ? vae.integer("latent_channels", 1, 64)
        : read(UNET).integer("in_channels", 1, 64);
  }

  /** Each block of the decoder but the first doubles both sides. */
  private static int factor(ModelJson vae) throws ModelProblemException {
    return 1 << (vae.elements("block_out_channels", BLOCKS_MAX) - 1);
  }

  private int tokensMax() throws ModelProblemException {
    ModelJson config = read(TOKENIZER_CONFIG);
    // Tokenizers without a limit of their own write a number near 1e30.
    if (config.has("model_max_length") && config.positive("model_max_length", 1) <= TOKENS_MAX) {
      return config.integer("model_max_length", 2, TOKENS_MAX);
    }
    return read(TEXT_ENCODER).integer("max_position_embeddings", 2, TOKENS_MAX);
  }

  private ModelJson read(String name) throws ModelProblemException {
    return ModelJson.read(directory, name, bytesMax);
  }
}
