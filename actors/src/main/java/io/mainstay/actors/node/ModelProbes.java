package io.mainstay.actors.node;

import io.mainstay.actors.degradation.restoration.RestorationTests.Conditions;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.model.registry.ModelFaultCode;
import io.mainstay.actors.model.report.ModelVerification;
import io.mainstay.actors.model.report.Unloaded;
import io.mainstay.actors.node.ProbeFloor.Finding;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * Whether models can be read and loaded. A model that a mode is about is read whole and compared
 * with its checksums, and it is the one that is loaded; others are only looked at.
 */
record ModelProbes(ProbeFloor floor, ResourceProbes resources, ComponentProbes components) {
  private static final String NO_MODEL = "the node has no model of texts to load";

  /**
   * The files of all models are there, and those of the modes' models are what they are to be; that
   * is read once, and not at every look afterwards.
   */
  CompletionStage<Finding> accessible(Conditions conditions) {
    CompletionStage<Finding> all = resources.models(conditions);
    if (conditions.watching()) {
      return all;
    }
    for (String subject : ProbeFloor.subjects(conditions)) {
      all =
          all.thenCompose(
              before ->
                  before.passed()
                      ? verified(subject, conditions).thenApply(found -> and(before, found))
                      : CompletableFuture.completedStage(before));
    }
    return all;
  }

  private static Finding and(Finding before, Finding found) {
    return new Finding(found.passed(), before.evidence() + "; " + found.evidence());
  }

  private CompletionStage<Finding> verified(String modelId, Conditions conditions) {
    CompletionStage<ModelCommand.Verified> read =
        floor.askStatus(
            floor.domains().get().model(),
            conditions.within(),
            replyTo -> new ModelCommand.Verify(modelId, replyTo));
    return read.handle(
        (verified, failure) -> {
          if (failure == null) {
            return finding(modelId, verified.models());
          }
          if (ProbeFloor.cause(failure) instanceof Refusal refusal
              && refusal.code().equals(ModelFaultCode.MODEL_UNKNOWN.code())) {
            return Finding.passed(modelId + " is no model of the node any more");
          }
          return Finding.failed(
              modelId + " was not verified: " + ProbeFloor.cause(failure).getMessage());
        });
  }

  private static Finding finding(String modelId, List<ModelVerification> models) {
    Optional<ModelVerification> wrong = models.stream().filter(model -> !model.sound()).findFirst();
    if (wrong.isPresent()) {
      return Finding.failed(modelId + " is broken: " + wrong.get().problem());
    }
    int files = models.stream().mapToInt(ModelVerification::files).sum();
    long bytes = models.stream().mapToLong(ModelVerification::bytes).sum();
    return new Finding(
        files > 0,
        "%d files of %s, %d bytes, were read and have their checksums"
            .formatted(files, modelId, bytes));
  }

  /**
   * A model is loaded: the one that a mode is about, else the probe's. One that is everywhere
   * already is unloaded first, unless somebody uses it; one that was nowhere goes again.
   */
  CompletionStage<Finding> loading(Conditions conditions) {
    List<String> subjects = ProbeFloor.subjects(conditions);
    CompletionStage<Optional<String>> model =
        subjects.isEmpty()
            ? floor.model(conditions.within())
            : CompletableFuture.completedStage(Optional.of(subjects.get(0)));
    return model.thenCompose(
        id ->
            id.isEmpty()
                ? Finding.skippedNow(NO_MODEL)
                : floor
                    .devices(conditions.within())
                    .thenCompose(devices -> loaded(id.get(), devices, conditions)));
  }

  private CompletionStage<Finding> loaded(
      String modelId, List<DeviceView> devices, Conditions conditions) {
    List<DeviceView> used =
        devices.stream()
            .filter(device -> device.serves() && floor.isUsed(device.id(), conditions))
            .toList();
    if (used.isEmpty()) {
      return CompletableFuture.completedStage(Finding.failed("no device serves that may be used"));
    }
    Optional<DeviceView> without =
        used.stream().filter(device -> !device.models().contains(modelId)).findFirst();
    if (without.isPresent()) {
      String device = without.get().id();
      return load(modelId, device, conditions)
          .thenCompose(found -> unload(modelId, device, conditions).handle((gone, kept) -> found));
    }
    String device = used.get(0).id();
    return unload(modelId, device, conditions)
        .handle((gone, refused) -> refused)
        .thenCompose(
            refused ->
                refused == null
                    ? load(modelId, device, conditions)
                    : inUse(modelId, ProbeFloor.cause(refused)));
  }

  /** Who computes with it shows more than another load would. */
  private static CompletionStage<Finding> inUse(String modelId, Throwable why) {
    if (why instanceof Refusal refusal) {
      return Finding.skippedNow(modelId + " is on every device and stays: " + refusal.getMessage());
    }
    throw new CompletionException(why);
  }

  private CompletionStage<Finding> load(String modelId, String device, Conditions conditions) {
    long began = System.nanoTime();
    return floor
        .<ModelCommand, ModelDescriptor>askStatus(
            floor.domains().get().model(),
            conditions.within(),
            replyTo -> new ModelCommand.EnsureLoaded(modelId, device, replyTo))
        .thenApply(
            loaded ->
                Finding.passed(
                    "%s was loaded onto %s in %d ms"
                        .formatted(loaded.id(), device, (System.nanoTime() - began) / 1_000_000)));
  }

  private CompletionStage<Unloaded> unload(String modelId, String device, Conditions conditions) {
    return floor.askStatus(
        floor.domains().get().model(),
        conditions.within(),
        replyTo -> new ModelCommand.Unload(modelId, device, replyTo));
  }
}
