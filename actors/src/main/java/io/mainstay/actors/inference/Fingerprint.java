package io.mainstay.actors.inference;

import io.mainstay.actors.device.worker.WorkerIdentity;
import io.mainstay.actors.model.ModelDescriptor;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a result's bits depend on, as text: results are bit-identical for the same fingerprint. The
 * batch plan is a part of it, since a quantized model gives other bits in another batch.
 */
public final class Fingerprint {
  private static final String SEPARATOR = " | ";
  private static final String MODEL = "model=";

  private Fingerprint() {}

  /** Model files, backend with its version, kind of device, threads; the plan is still missing. */
  public static String of(ModelDescriptor model, WorkerIdentity worker) {
    String hashes =
        model.components().stream()
            .map(ModelDescriptor.Component::sha256)
            .collect(Collectors.joining("+"));
    return MODEL + model.id() + "@" + hashes + backend(worker);
  }

  /** The same for the kernels of the worker itself. */
  public static String ofBuiltin(WorkerIdentity worker) {
    return MODEL + BuiltinModel.ID + "@" + worker.workerVersion() + backend(worker);
  }

  private static String backend(WorkerIdentity worker) {
    return ";backend="
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

  /**
   * Of a result that took several turns.
   *
   * @param turns fingerprints of its turns, without plan, in order of use
   */
  public static String joined(Collection<String> turns, int batchDocuments) {
    return withPlan(String.join(SEPARATOR, new LinkedHashSet<>(turns)), batchDocuments);
  }

  /** Ids of the models that results with these fingerprints came from, in order, each once. */
  public static List<String> models(Collection<String> fingerprints) {
    Set<String> ids = new LinkedHashSet<>();
    for (String fingerprint : fingerprints) {
      for (String turn : fingerprint.split(Pattern.quote(SEPARATOR))) {
        int end = turn.indexOf('@');
        if (turn.startsWith(MODEL) && end > 0) {
          ids.add(turn.substring(MODEL.length(), end));
        }
      }
    }
    return List.copyOf(ids);
  }

  /**
   * Whether results with these fingerprints may differ in their last bits from what one backend
   * would give: there are several, or one model was run by several kinds of backend.
   */
  public static boolean mixed(Collection<String> fingerprints) {
    if (new HashSet<>(fingerprints).size() > 1) {
      return true;
    }
    for (String fingerprint : fingerprints) {
      Set<String> models = new HashSet<>();
      for (String turn : fingerprint.split(Pattern.quote(SEPARATOR))) {
        int end = turn.indexOf(';');
        if (!models.add(end < 0 ? turn : turn.substring(0, end))) {
          return true;
        }
      }
    }
    return false;
  }
}
