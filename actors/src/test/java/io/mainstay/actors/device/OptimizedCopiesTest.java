package io.mainstay.actors.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.device.worker.LoadCall;
import io.mainstay.actors.device.worker.LoadedModel;
import io.mainstay.actors.device.worker.WorkerIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OptimizedCopiesTest {
  private static final WorkerIdentity WORKER =
      new WorkerIdentity(1, 1, 0, "1", "onnxruntime-cpu", "1.29.0", "some cpu");
  private static final LoadCall CALL = DeviceScript.load("one");

  @TempDir Path cache;

  @Test
  void firstLoad_asksForACopy_andTheNextUsesIt_alsoInALaterLife() throws IOException {
    OptimizedCopies copies = open();
    LoadCall used = write(copies, "copy");
    assertFalse(OptimizedCopies.usesCopy(used));
    for (OptimizedCopies any : List.of(copies, open())) {
      LoadCall.Component component = any.prepared(CALL, WORKER, 8).components().get(0);
      assertTrue(component.preOptimized());
      assertEquals("sum-of-copy", component.sha256());
      assertEquals(4, component.bytes());
      assertEquals("copy", Files.readString(component.path()));
    }
  }

  @Test
  void otherKindOfCpu_getsItsOwnCopy() throws IOException {
    OptimizedCopies copies = open();
    write(copies, "copy");
    WorkerIdentity other =
        new WorkerIdentity(1, 1, 0, "1", "onnxruntime-cpu", "1.29.0", "another cpu");
    assertFalse(OptimizedCopies.usesCopy(copies.prepared(CALL, other, 9)));
  }

  @Test
  void discardedCopy_isForgottenAndDeleted() throws IOException {
    OptimizedCopies copies = open();
    write(copies, "copy");
    Path path = copies.prepared(CALL, WORKER, 8).components().get(0).path();
    copies.discard(CALL, WORKER);
    assertFalse(Files.exists(path));
    assertFalse(OptimizedCopies.usesCopy(copies.prepared(CALL, WORKER, 9)));
    assertFalse(OptimizedCopies.usesCopy(open().prepared(CALL, WORKER, 9)));
  }

  @Test
  void copyThatChangedOnTheDisk_isFound_dropped_andOneThatWasPutAsideComesBack() throws Exception {
    OptimizedCopies copies = open();
    LoadCall used = copies.prepared(CALL, WORKER, 7);
    Path part = used.components().get(0).optimizedPath();
    Files.writeString(part, "copy");
    String sum = Sha256.of(part);
    Path aside = Files.copy(part, cache.resolve("aside"));
    copies.keep(CALL, used, loaded(sum), WORKER);
    CachedCopy sound = copies.check().toCompletableFuture().join().get(0);
    assertTrue(sound.isSound(), sound.toString());
    assertEquals(CALL.components().get(0).sha256(), sound.original());

    Files.writeString(Path.of(sound.path()), "cope");
    CachedCopy damaged = copies.check().toCompletableFuture().join().get(0);
    assertFalse(damaged.isSound(), damaged.toString());
    assertFalse(
        copies.restore(damaged.key(), Path.of(damaged.path()), sum).toCompletableFuture().join(),
        "damage does not come back");
    assertEquals(4L, copies.drop(Set.of(damaged.key())).toCompletableFuture().join());
    assertFalse(Files.exists(Path.of(sound.path())));
    assertFalse(OptimizedCopies.usesCopy(copies.prepared(CALL, WORKER, 8)));

    assertTrue(copies.restore(damaged.key(), aside, sum).toCompletableFuture().join());
    assertTrue(OptimizedCopies.usesCopy(copies.prepared(CALL, WORKER, 9)));
    assertTrue(copies.check().toCompletableFuture().join().get(0).isSound());
  }

  @Test
  void workerThatWroteNone_leavesOriginalsInUse() {
    OptimizedCopies copies = open();
    LoadCall used = copies.prepared(CALL, WORKER, 7);
    copies.keep(CALL, used, loaded(""), WORKER);
    assertFalse(OptimizedCopies.usesCopy(copies.prepared(CALL, WORKER, 8)));
  }

  @Test
  void leftOverParts_areSweptAtOpen() throws IOException {
    Path directory = Files.createDirectories(cache.resolve("optimized"));
    Path part = Files.writeString(directory.resolve("sum-x.onnx.3.part"), "half");
    Files.setLastModifiedTime(part, FileTime.fromMillis(0));
    open();
    assertFalse(Files.exists(part));
  }

  @Test
  void withoutCacheDirectory_nothingChanges() {
    OptimizedCopies none = OptimizedCopies.open(Optional.empty(), Runnable::run);
    assertEquals(CALL, none.prepared(CALL, WORKER, 7));
  }

  private OptimizedCopies open() {
    return OptimizedCopies.open(Optional.of(cache), Runnable::run);
  }

  /** What a worker does that is asked for a copy. */
  private static LoadCall write(OptimizedCopies copies, String content) throws IOException {
    LoadCall used = copies.prepared(CALL, WORKER, 7);
    Files.writeString(used.components().get(0).optimizedPath(), content);
    copies.keep(CALL, used, loaded("sum-of-copy"), WORKER);
    return used;
  }

  private static LoadedModel loaded(String sha256) {
    return new LoadedModel(
        1,
        Duration.ofMillis(80),
        List.of(new LoadedModel.Component("model", sha256, List.of(), List.of())));
  }
}
