package io.mainstay.actors.transaction.resource;

import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.postprocessing.image.safety.PolicySource;
import io.mainstay.persistence.transaction.ParticipantWork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Chains of picture operations that are ready: every operation is known, the models that they need
 * are sound and held, and the policy of the gate can be read.
 */
public final class PipelineResources implements Resources {
  private static final String TENSOR = "tensor";
  private static final String PNG = "png";
  private static final String SAFETY_CHECK = "safety_check";
  private static final String UPSCALING = "upscaling";
  private static final List<String> KNOWN = List.of(SAFETY_CHECK, UPSCALING, "format_conversion");

  private final PolicySource policies;
  private final String safetyModel;
  private final String upscaleModel;
  private final Executor blocking;
  private final Pins pins;

  /**
   * @param safetyModel of the gate, where the node has it
   * @param upscaleModel or {@code lanczos}, which needs none
   * @param blocking reads the policy
   */
  public PipelineResources(
      Domain<ModelCommand> models,
      PolicySource policies,
      String safetyModel,
      String upscaleModel,
      Executor blocking) {
    this.policies = policies;
    this.safetyModel = safetyModel;
    this.upscaleModel = upscaleModel;
    this.blocking = blocking;
    this.pins = new Pins(models, PinPurpose.PIPELINE);
  }

  @Override
  public CompletionStage<Void> hold(Claim claim) {
    ParticipantWork.PreparePipeline work = (ParticipantWork.PreparePipeline) claim.work();
    if (!work.inputFormat().equals(TENSOR) || !work.outputFormat().equals(PNG)) {
      return refused(
          "the pipeline turns " + work.inputFormat() + " into " + work.outputFormat(),
          "Use tensor and png, the only ones that there are");
    }
    List<String> unknown =
        work.operations().stream().filter(operation -> !KNOWN.contains(operation)).toList();
    if (!unknown.isEmpty()) {
      return refused("there is no operation " + unknown, "Use " + KNOWN);
    }
    String id = claim.transactionId();
    CompletionStage<Path> policy =
        work.operations().contains(SAFETY_CHECK)
            ? pins.pin(id, safetyModel, 0).thenApply(PipelineResources::policyOf)
            : CompletableFuture.completedStage(null);
    if (work.operations().contains(UPSCALING)) {
      policy = policy.thenCompose(path -> upscaler(id, path));
    }
    return policy.thenAcceptAsync(this::readable, blocking).exceptionallyCompose(pins.unpinned(id));
  }

  private CompletionStage<Path> upscaler(String transactionId, Path policy) {
    return upscaleModel.equals("lanczos")
        ? CompletableFuture.completedStage(policy)
        : pins.pin(transactionId, upscaleModel, 0).thenApply(model -> policy);
  }

  private static Path policyOf(ModelDescriptor model) {
    if (model.safety() == null) {
      throw Refusal.of(
          "model_unsuitable",
          "Model '" + model.id() + "' is of kind " + model.kind() + ", not a safety model",
          "Name one in mainstay.processing.pictures.safety-model");
    }
    return model.safety().policy();
  }

  private void readable(Path policy) {
    try {
      policies.policy(policy);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    } catch (IllegalArgumentException unusable) {
      throw Refusal.of(
          "safety_policy_unusable",
          "The safety policy cannot be used: " + unusable.getMessage(),
          "Repair the file; no picture is delivered without a policy");
    }
  }

  private static CompletionStage<Void> refused(String message, String remedy) {
    return CompletableFuture.failedFuture(Refusal.of("invalid_parameter", message, remedy));
  }

  @Override
  public CompletionStage<String> confirm(Claim claim) {
    return CompletableFuture.completedStage("prepared");
  }

  @Override
  public CompletionStage<Void> free(Claim claim, boolean handOver, List<ParticipantWork> others) {
    return pins.unpin(claim.transactionId());
  }
}
