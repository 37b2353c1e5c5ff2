package io.mainstay.actors.model.cache;

import akka.actor.typed.javadsl.ActorContext;
import io.mainstay.actors.degradation.InForce;
import io.mainstay.actors.degradation.Operation;
import io.mainstay.actors.degradation.Restrictions;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.model.ModelNotice;
import io.mainstay.actors.state.source.NodeTelling;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Predicate;

/**
 * Reads the files of loaded models ahead into the system's page cache and keeps them mapped, the
 * most recently used ones, within a budget, so that the next load usually reads no disk. It holds
 * no copy and locks no page: under memory pressure the kernel may evict what was read, nobody is
 * told, and the next load reads the disk. So the budget bounds what is read ahead, and {@link
 * #bytes} is what was read, not what is resident now. Confined to the {@code ModelSupervisor},
 * which closes it; files are read elsewhere.
 */
public final class ModelCache implements AutoCloseable {
  /** Files were read ahead, or could not be read. */
  public record Filled(String modelId, String sha256, ResidentFiles files, Throwable failure)
      implements ModelNotice {}

  private record Kept(String sha256, ResidentFiles files) {}

  private final ActorContext<ModelCommand> context;
  private final Executor blocking;
  private final NodeTelling telling;
  private final Map<String, Kept> kept = new HashMap<>();
  private final Set<String> filling = new HashSet<>();
  private CachePlan plan;

  /**
   * An empty one.
   *
   * @param budgetBytes for all files together; 0 keeps nothing
   * @param blocking reads files
   */
  public ModelCache(ActorContext<ModelCommand> context, Executor blocking, long budgetBytes) {
    this.context = context;
    this.telling = NodeTelling.of(context.getSystem());
    this.blocking = blocking;
    this.plan = CachePlan.empty(budgetBytes);
  }

  /** The model was loaded: its files are kept, if they fit. */
  public void keep(ModelDescriptor model) {
    Kept present = kept.get(model.id());
    if (present != null && present.sha256().equals(model.sha256())) {
      plan = plan.touch(model.id());
      return;
    }
    if (filling.contains(model.id())) {
      return;
    }
    Restrictions modes = InForce.on(context.getSystem());
    if (tooLarge(modes, model.bytes()) || modes.isOff(Operation.MEMORY_OPTIMIZATION)) {
      return; // Nothing is read ahead, or large models are not, while a mode says so.
    }
    CachePlan.Decision decision = plan.admit(model.id(), model.bytes());
    if (!decision.admitted()) {
      context
          .getLog()
          .debug(
              "model not read ahead model={} bytes={} budget={}",
              model.id(),
              model.bytes(),
              plan.budgetBytes());
      return;
    }
    plan = decision.next();
    List<String> evicted = decision.evicted().stream().filter(kept::containsKey).toList();
    decision.evicted().forEach(this::close);
    close(model.id());
    if (!evicted.isEmpty()) {
      tell(List.of(), evicted, true);
    }
    filling.add(model.id());
    List<Path> files = model.components().stream().map(ModelDescriptor.Component::path).toList();
    context.pipeToSelf(
        CompletableFuture.supplyAsync(() -> read(files), blocking),
        (resident, failure) -> new Filled(model.id(), model.sha256(), resident, failure));
  }

  /** Whether the modes leave the files of a model of so many bytes out of the cache. Pure. */
  public static boolean tooLarge(Restrictions modes, long bytes) {
    return bytes > modes.models().bytesMax() && modes.isOff(Operation.LARGE_MODEL_CACHING);
  }

  /** From now on at most so many bytes; what does not fit any more is let go at once. */
  public void resize(long budgetBytes) {
    if (budgetBytes == plan.budgetBytes()) {
      return;
    }
    CachePlan.Decision decision = plan.resized(budgetBytes);
    plan = decision.next();
    List<String> evicted = decision.evicted().stream().filter(kept::containsKey).toList();
    evicted.forEach(this::close);
    context
        .getLog()
        .info("model cache resized budget={} evicted={}", budgetBytes, String.join(",", evicted));
    if (!evicted.isEmpty()) {
      tell(List.of(), evicted, true);
    }
  }

  /** Nobody needs the model's files now; answers the bytes that were mapped. */
  public long release(String modelId) {
    long bytes = bytes(modelId);
    // Files that are being read are closed when that is done.
    plan = plan.without(modelId);
    close(modelId);
    if (bytes > 0) {
      tell(List.of(), List.of(modelId), false);
    }
    return bytes;
  }

  /** Models whose files are read ahead, or being so, the one used longest ago first. */
  public List<String> order() {
    return List.copyOf(plan.kept().keySet());
  }

  /**
   * Lets go of files, the ones used longest ago first, until at most that share of them is left.
   *
   * @param keep 0 to 1
   * @param stays models whose files stay
   */
  public ModelCommand.Trimmed trim(double keep, Predicate<String> stays) {
    long before = bytes();
    List<String> gone = new ArrayList<>();
    for (String modelId : List.copyOf(plan.kept().keySet())) {
      if (bytes() > keep * before && kept.containsKey(modelId) && !stays.test(modelId)) {
        release(modelId);
        gone.add(modelId);
      }
    }
    return new ModelCommand.Trimmed(before, bytes(), gone);
  }

  private long bytes() {
    return kept.values().stream().mapToLong(one -> one.files().bytes()).sum();
  }

  /** Somebody used the model. */
  public void used(String modelId) {
    plan = plan.touch(modelId);
  }

  /** Files were read. */
  public void on(Filled filled) {
    filling.remove(filled.modelId());
    if (filled.failure() != null) {
      plan = plan.without(filled.modelId());
      context
          .getLog()
          .warn(
              "model not read ahead model={} reason={}",
              filled.modelId(),
              filled.failure().toString());
    } else if (plan.kept().containsKey(filled.modelId())) {
      kept.put(filled.modelId(), new Kept(filled.sha256(), filled.files()));
      tell(List.of(filled.modelId()), List.of(), false);
    } else {
      // Evicted while it was read.
      filled.files().close();
    }
  }

  /** Bytes of the model's files that were read ahead and are mapped; 0 if none are. */
  public long bytes(String modelId) {
    Kept present = kept.get(modelId);
    return present == null ? 0 : present.files().bytes();
  }

  @Override
  public void close() {
    List.copyOf(kept.keySet()).forEach(this::close);
  }

  private void tell(List<String> added, List<String> removed, boolean madeRoom) {
    telling.modelCache(
        added, removed, (double) bytes() / plan.budgetBytes(), madeRoom, kept.size());
  }

  private void close(String modelId) {
    Kept present = kept.remove(modelId);
    if (present != null) {
      present.files().close();
    }
  }

  private static ResidentFiles read(List<Path> files) {
    try {
      return ResidentFiles.read(files);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
