package io.mainstay.actors.device;

import io.mainstay.actors.device.worker.LoadCall;
import io.mainstay.actors.device.worker.LoadedModel;
import io.mainstay.actors.device.worker.WorkerIdentity;
import io.mainstay.actors.gateway.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Optimized copies of models, one for each original (by hash) and kind of backend: {@code
 * <cache>/optimized/<sha256>-<kind>.onnx}, beside each the hash of the copy. Workers write them to
 * a name of their own, this renames them. Loading a copy skips optimizing and halves the load time.
 * Thread-safe; what is asked is answered from memory, what touches the disk runs on the executor.
 */
final class OptimizedCopies {
  private static final Logger LOG = LoggerFactory.getLogger(OptimizedCopies.class);
  private static final int KIND_DIGITS = 12;
  private static final String SUFFIX = ".onnx";
  private static final String SUM_SUFFIX = ".onnx.sha256";
  private static final String PART_SUFFIX = ".part";

  private record Copy(Path path, String sha256, long bytes) {}

  private final Optional<Path> directory;
  private final Executor disk;
  private final Map<String, Copy> copies = new ConcurrentHashMap<>();

  private OptimizedCopies(Optional<Path> directory, Executor disk) {
    this.directory = directory;
    this.disk = disk;
  }

  /**
   * The copies of a cache directory; those left by earlier runs are found in the background.
   *
   * @param cache empty for no copies
   * @param disk where blocking is allowed
   */
  static OptimizedCopies open(Optional<Path> cache, Executor disk) {
    OptimizedCopies opened = new OptimizedCopies(cache.map(dir -> dir.resolve("optimized")), disk);
    FileTime now = FileTime.fromMillis(System.currentTimeMillis());
    opened.directory.ifPresent(dir -> disk.execute(() -> opened.scan(dir, now)));
    return opened;
  }

  /** The call with copies in place of originals, and with the wish for copies that are missing. */
  LoadCall prepared(LoadCall call, WorkerIdentity worker, long epoch) {
    return directory
        .map(dir -> withComponents(call, part -> prepared(part, dir, kind(worker), epoch)))
        .orElse(call);
  }

  /** True if a component is to be loaded from a copy. */
  static boolean usesCopy(LoadCall call) {
    return call.components().stream().anyMatch(LoadCall.Component::preOptimized);
  }

  /** The worker wrote the copies that it was asked for: keeps them for the next loads. */
  void keep(LoadCall original, LoadCall used, LoadedModel loaded, WorkerIdentity worker) {
    for (int i = 0; i < used.components().size() && i < loaded.components().size(); i++) {
      Path part = used.components().get(i).optimizedPath();
      String sha256 = loaded.components().get(i).optimizedSha256();
      if (part != null && !sha256.isEmpty()) {
        String key = key(original.components().get(i), kind(worker));
        disk.execute(() -> keep(key, part, sha256));
      }
    }
  }

  /**
   * The copies of this model failed: forgets and deletes them, so that originals are used again.
   */
  void discard(LoadCall original, WorkerIdentity worker) {
    for (LoadCall.Component component : original.components()) {
      Copy copy = copies.remove(key(component, kind(worker)));
      if (copy != null) {
        LOG.warn("optimized copy discarded path={}", copy.path());
        disk.execute(() -> delete(copy.path()));
      }
    }
  }

  /** Every copy, its bytes read anew and compared with its sum; also files that nobody knows. */
  CompletionStage<List<CachedCopy>> check() {
    return CompletableFuture.supplyAsync(
        () -> {
          List<CachedCopy> found = new ArrayList<>();
          copies.forEach((key, copy) -> found.add(checked(key, copy)));
          directory.ifPresent(dir -> addUnknown(dir, found));
          return List.copyOf(found);
        },
        disk);
  }

  /**
   * Forgets and deletes these copies; loads use the originals, and write copies anew.
   *
   * @param keys as {@link CachedCopy#key} names them
   * @return bytes that were deleted
   */
  CompletionStage<Long> drop(Set<String> keys) {
    keys.forEach(copies::remove);
    return CompletableFuture.supplyAsync(
        () ->
            directory.stream()
                .flatMap(dir -> keys.stream().map(key -> dir.resolve(key + SUFFIX)))
                .mapToLong(OptimizedCopies::deleted)
                .sum(),
        disk);
  }

  /**
   * A copy of before comes back to its place, if its bytes are those that it was written with.
   *
   * @return whether loads use it now
   */
  CompletionStage<Boolean> restore(String key, Path from, String sha256) {
    return CompletableFuture.supplyAsync(
        () -> directory.filter(dir -> restored(dir, key, from, sha256)).isPresent(), disk);
  }

  private boolean restored(Path dir, String key, Path from, String sha256) {
    Path part = dir.resolve(key + SUFFIX + ".back" + PART_SUFFIX);
    try {
      Files.copy(from, part, StandardCopyOption.REPLACE_EXISTING);
      if (!Sha256.of(part).equals(sha256)) {
        Files.deleteIfExists(part);
        return false;
      }
      keep(key, part, sha256);
      return copies.containsKey(key);
    } catch (IOException unreadable) {
      LOG.warn("optimized copy not restored key={} cause={}", key, unreadable.toString());
      return false;
    }
  }

  /**
   * What is told to whom asked for something that failed with that.
   *
   * @param done what was to be done with the copies
   */
  static Refusal refusal(String done, Throwable failure) {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    return Refusal.of(
        "optimized_copies_unusable",
        "Optimized copies of models were to be %s: %s".formatted(done, cause.getMessage()),
        "Look after cache/optimized in the node's data directory; without copies models are loaded"
            + " from their originals");
  }

  private static CachedCopy checked(String key, Copy copy) {
    String problem;
    long bytes = 0;
    try {
      bytes = Files.size(copy.path());
      problem =
          bytes != copy.bytes()
              ? "it has %d bytes, %d were written".formatted(bytes, copy.bytes())
              : Sha256.of(copy.path()).equals(copy.sha256()) ? "" : "its bytes are not its sum's";
    } catch (IOException unreadable) {
      problem = "it cannot be read: " + unreadable;
    }
    return new CachedCopy(key, copy.path().toString(), copy.sha256(), bytes, problem);
  }

  /** Without a sum, or left by a load that never ended. */
  private void addUnknown(Path dir, List<CachedCopy> found) {
    try (Stream<Path> files = Files.list(dir)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (name.endsWith(SUFFIX)) {
          String key = name.substring(0, name.length() - SUFFIX.length());
          if (!copies.containsKey(key)) {
            found.add(new CachedCopy(key, file.toString(), "", Files.size(file), "it has no sum"));
          }
        }
      }
    } catch (IOException none) {
      LOG.debug("no optimized copies directory={} cause={}", dir, none.toString());
    }
  }

  private static long deleted(Path path) {
    long bytes = 0;
    try {
      bytes = Files.size(path);
    } catch (IOException gone) {
      LOG.debug("optimized copy is gone already path={}", path);
    }
    delete(path);
    return bytes;
  }

  private LoadCall.Component prepared(
      LoadCall.Component component, Path dir, String kind, long epoch) {
    String key = key(component, kind);
    Copy copy = copies.get(key);
    if (copy != null) {
      return new LoadCall.Component(
          component.name(), copy.path(), copy.sha256(), copy.bytes(), true, null);
    }
    Path part = dir.resolve(key + SUFFIX + "." + epoch + PART_SUFFIX);
    return new LoadCall.Component(
        component.name(), component.path(), component.sha256(), component.bytes(), false, part);
  }

  private void keep(String key, Path part, String sha256) {
    Path path = part.resolveSibling(key + SUFFIX);
    try {
      long bytes = Files.size(part);
      Files.move(part, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      Files.writeString(part.resolveSibling(key + SUM_SUFFIX), sha256);
      copies.put(key, new Copy(path, sha256, bytes));
    } catch (IOException e) {
      LOG.warn("optimized copy not kept path={} cause={}", path, e.toString());
    }
  }

  private void scan(Path dir, FileTime openedAt) {
    try {
      Files.createDirectories(dir);
      try (Stream<Path> files = Files.list(dir)) {
        for (Path file : files.toList()) {
          String name = file.getFileName().toString();
          if (name.endsWith(SUM_SUFFIX)) {
            adopt(dir, name.substring(0, name.length() - SUM_SUFFIX.length()));
          } else if (name.endsWith(PART_SUFFIX)
              && Files.getLastModifiedTime(file).compareTo(openedAt) < 0) {
            Files.deleteIfExists(file);
          }
        }
      }
    } catch (IOException e) {
      LOG.warn("optimized copies unusable directory={} cause={}", dir, e.toString());
    }
  }

  private void adopt(Path dir, String key) throws IOException {
    Path path = dir.resolve(key + SUFFIX);
    if (Files.isRegularFile(path)) {
      String sha256 = Files.readString(dir.resolve(key + SUM_SUFFIX)).trim();
      copies.putIfAbsent(key, new Copy(path, sha256, Files.size(path)));
    }
  }

  private static void delete(Path path) {
    try {
      Files.deleteIfExists(Path.of(path + ".sha256"));
      Files.deleteIfExists(path);
    } catch (IOException e) {
      LOG.warn("optimized copy not deleted path={} cause={}", path, e.toString());
    }
  }

  private static LoadCall withComponents(LoadCall call, UnaryOperator<LoadCall.Component> change) {
    List<LoadCall.Component> changed = new ArrayList<>();
    call.components().forEach(component -> changed.add(change.apply(component)));
    return new LoadCall(
        call.modelId(), changed, call.estimatedBytes(), call.deadline(), call.transactionId());
  }

  private static String key(LoadCall.Component component, String kind) {
    return component.sha256() + "-" + kind;
  }

  /** An optimized graph fits one CPU kind and one version of the library. */
  private static String kind(WorkerIdentity worker) {
    String text = worker.deviceKind() + "\n" + worker.backend() + "\n" + worker.backendVersion();
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest).substring(0, KIND_DIGITS);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("Every Java platform has SHA-256", impossible);
    }
  }
}
