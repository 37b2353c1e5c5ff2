package io.mainstay.actors.model;

import java.nio.file.Path;

/**
 * Signature of a text-to-image model: components {@code text_encoder}, {@code unet} and {@code
 * vae_decoder}. Latents are float32 [pictures, latentChannels, height / vaeFactor, width /
 * vaeFactor]; the decoder takes them divided by {@code scalingFactor}.
 *
 * @param width default, pixels
 * @param height default, pixels
 * @param widthMax widest picture, pixels
 * @param heightMax highest picture, pixels
 * @param multipleOf width and height must be multiples of it, pixels
 * @param steps default
 * @param stepsMax most steps
 * @param guidance default scale of classifier-free guidance; 1 is none
 * @param batchMax most pictures in one batch
 * @param latentChannels of a latent
 * @param vaeFactor pixels for each element of a latent, along one side
 * @param scalingFactor that latents of the UNet carry
 * @param tokensMax of a prompt, padding included
 * @param tokenizer directory with {@code tokenizer.json}
 * @param scheduler the {@code scheduler_config.json}
 */
public record ImageSignature(
    int width,
    int height,
    int widthMax,
    int heightMax,
    int multipleOf,
    int steps,
    int stepsMax,
    double guidance,
    int batchMax,
    int latentChannels,
    int vaeFactor,
    double scalingFactor,
    int tokensMax,
    Path tokenizer,
    Path scheduler)
    implements ModelSignature {}
