package io.mainstay.actors.inference;

import io.mainstay.actors.device.worker.WorkerIdentity;
import io.mainstay.actors.model.ModelDescriptor;
import java.util.stream.Collectors;

/**
 * What a result's bits depend on, as text: results are bit-identical for the same fingerprint. The
 * batch plan is a part of it, since a quantized model gives other bits in another batch.
 */
public final class Fingerprint {
  private Fingerprint() {}

  /** Model files, backend with its version, kind of device, threads; the plan is still missing. */
  public static String of(ModelDescriptor model, WorkerIdentity worker) {
    String hashes =
        model.components().stream()
            .map(ModelDescriptor.Component::sha256)
            .collect(Collectors.joining("+"));
    return "model="
        + model.id()
        + "@"
        + hashes
        + ";backend="
        + worker.backend()
        + "/"
        + worker.backendVersion()
        + ";device="
        + worker.deviceKind()
        + ";threads="
        + worker.threads();
  }

  /** The same with its plan: documents in a batch, 1 for a synchronous request. */
  public static String withPlan(String fingerprint, int batchDocuments) {
    return fingerprint + ";batch=" + batchDocuments;
  }
}
