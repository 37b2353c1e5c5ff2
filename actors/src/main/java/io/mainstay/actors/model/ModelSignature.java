package io.mainstay.actors.model;

/**
 * How the host fills a model's inputs and reads its outputs: one type for each kind of model that
 * the host knows to use, {@link Untyped} for the others.
 */
public sealed interface ModelSignature
    permits ModelDescriptor.TextSignature,
        ImageSignature,
        UpscaleSignature,
        SafetySignature,
        ModelSignature.Untyped {
  /** A kind that the host only loads, such as one of a test. */
  record Untyped() implements ModelSignature {}
}
