package io.mainstay.actors.device.worker.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.device.worker.DeathReport;
import io.mainstay.actors.device.worker.DeathReport.DeathCause;
import io.mainstay.actors.device.worker.DeathReport.NoticedBy;
import io.mainstay.actors.device.worker.WorkerControl;
import io.mainstay.actors.device.worker.WorkerIdentity;
import io.mainstay.actors.device.worker.WorkerSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From launch to hello, or to why there was none. The real worker, and scripts in its place. */
class WorkerLaunchTest {
  @TempDir private Path directory;
  private final WorkerSpawner spawner = WorkerSpawner.create("test");
  private final RecordedListener told = new RecordedListener();
  private WorkerControl worker;

  @AfterEach
  void end() throws Exception {
    if (worker != null) {
      worker.close();
      worker.terminated().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
    spawner.close();
    try (var left = Files.list(directory)) {
      assertTrue(left.noneMatch(f -> f.getFileName().toString().startsWith("mainstay-")));
    }
  }

  @Test
  void launch_ofTheRealWorker_saysHelloAndUnlinksTheArena() throws Exception {
    worker = spawner.launch(TestWorker.spec(directory), told);
    WorkerIdentity identity = told.awaitHello();
    assertEquals(worker.pid(), identity.pid());
    assertEquals(identity, worker.identity());
    assertEquals(1, identity.threads());
    assertEquals(512L << 20, identity.memoryBudgetBytes());
    assertEquals("onnxruntime-cpu", identity.backend());
    try (var left = Files.list(directory)) {
      assertEquals(0, left.count());
    }
  }

  @Test
  void binaryMissing_isNotStartedWithTheRemedy() throws Exception {
    Path missing = directory.resolve("no-such-worker");
    worker = spawner.launch(TestWorker.spec(directory, missing, List.of()), told);
    DeathReport report = told.awaitDeath();
    assertEquals(DeathCause.NOT_STARTED, report.cause());
    assertEquals(NoticedBy.LAUNCH_FAILURE, report.noticedBy());
    assertEquals(0, report.pid());
    assertTrue(report.detail().contains(missing + " does not exist; build it"), report.detail());
  }

  @Test
  void binaryNotExecutable_isNotStartedWithTheRemedy() throws Exception {
    Path binary = Files.writeString(directory.resolve("worker"), "#!/bin/sh\n");
    worker = spawner.launch(TestWorker.spec(directory, binary, List.of()), told);
    DeathReport report = told.awaitDeath();
    assertEquals(DeathCause.NOT_STARTED, report.cause());
    assertTrue(report.detail().contains("is not executable; chmod +x it"), report.detail());
  }

  @Test
  void binaryThatIsNoProgram_isNotStarted() throws Exception {
    Path binary = executable("worker", "nothing of the kind");
    worker = spawner.launch(TestWorker.spec(directory, binary, List.of()), told);
    DeathReport report = told.awaitDeath();
    assertEquals(DeathCause.NOT_STARTED, report.cause());
    assertTrue(report.detail().contains("left before its hello"), report.detail());
  }

  @Test
  void arenaDirectoryMissing_isNotStartedWithTheRemedy() throws Exception {
    Path nowhere = directory.resolve("not-there");
    worker = spawner.launch(TestWorker.spec(nowhere), told);
    DeathReport report = told.awaitDeath();
    assertEquals(DeathCause.NOT_STARTED, report.cause());
    assertTrue(report.detail().contains("set another arena directory"), report.detail());
  }

  @Test
  void foreignProtocolVersion_isIncompatibleWithBothNamed() throws Exception {
    WorkerSpec spec =
        TestWorker.spec(directory, TestWorker.BINARY, List.of("--announce-schema", "2.0"));
    worker = spawner.launch(spec, told);
    DeathReport report = told.awaitDeath();
    assertEquals(DeathCause.INCOMPATIBLE, report.cause());
    assertEquals(NoticedBy.PROTOCOL, report.noticedBy());
    assertTrue(report.detail().contains("version 2, this host speaks 1"), report.detail());
    assertFalse(told.hello.isDone());
  }

  @Test
  void newerMinorVersion_saysHello() throws Exception {
    WorkerSpec spec =
        TestWorker.spec(directory, TestWorker.BINARY, List.of("--announce-schema", "1.9"));
    worker = spawner.launch(spec, told);
    told.awaitHello();
  }

  @Test
  void unusableCommandLine_isNotStartedAndSaysWhatTheWorkerSaid() throws Exception {
    WorkerSpec spec = TestWorker.spec(directory, TestWorker.BINARY, List.of("--no-such-option"));
    worker = spawner.launch(spec, told);
    DeathReport report = told.awaitDeath();
    assertEquals(DeathCause.NOT_STARTED, report.cause());
    assertEquals(2, report.exitCode());
    assertTrue(report.detail().contains("no-such-option"), report.detail());
  }

  @Test
  void devicePlugin_isWhatTheWorkerComputesOn() throws Exception {
    Path plugin = directory.resolve("libhost-memory.so");
    Path sources = Path.of(System.getProperty("mainstay.home"), "native-worker", "src");
    Process compiler =
        new ProcessBuilder(
                List.of(
                    "g++",
                    "-std=c++20",
                    "-shared",
                    "-fPIC",
                    "-o",
                    plugin.toString(),
                    sources.resolve("host_memory_plugin.cc").toString(),
                    sources.resolve("lanczos.cc").toString()))
            .inheritIO()
            .start();
    assertTrue(compiler.waitFor(2, TimeUnit.MINUTES));
    assertEquals(0, compiler.exitValue());
    worker = spawner.launch(onPlugin("cuda-1", plugin), told);
    assertEquals("onnxruntime-host", told.awaitHello().backend());
  }

  @Test
  void devicePluginMissing_isNotStartedAndNamesIt() throws Exception {
    Path missing = directory.resolve("libnone.so");
    worker = spawner.launch(onPlugin("cuda-0", missing), told);
    DeathReport report = told.awaitDeath();
    assertEquals(DeathCause.NOT_STARTED, report.cause());
    assertEquals(17, report.exitCode());
    assertTrue(report.detail().contains("found no such device"), report.detail());
    assertTrue(report.detail().contains(missing.toString()), report.detail());
  }

  @Test
  void silentWorker_isKilledWhenItsHelloIsOverdue() throws Exception {
    Path binary = executable("worker", "#!/bin/sh\nexec sleep 60\n");
    WorkerSpec spec = withHelloTimeout(Duration.ofMillis(300), binary);
    worker = spawner.launch(spec, told);
    DeathReport report = told.awaitDeath();
    assertEquals(DeathCause.NO_HELLO, report.cause());
    assertEquals(NoticedBy.HELLO_OVERDUE, report.noticedBy());
    assertEquals(9, report.signal());
    assertTrue(report.detail().contains("no hello within 300 ms"), report.detail());
  }

  @Test
  void exitBeforeHello_isNoticedAlthoughAGrandchildHoldsThePipe() throws Exception {
    Path pidFile = directory.resolve("grandchild");
    Path binary =
        executable(
            "worker",
            "#!/bin/sh\nexec setsid sh -c 'sleep 60 & echo $! > "
                + pidFile
                + "; echo going >&2; exit 3'\n");
    worker = spawner.launch(TestWorker.spec(directory, binary, List.of()), told);
    DeathReport report = told.awaitDeath();
    assertEquals(DeathCause.NOT_STARTED, report.cause());
    assertEquals(3, report.exitCode());
    assertEquals(List.of("going"), report.stderrTail());
    long grandchild = Long.parseLong(Files.readString(pidFile).trim());
    Awaitility.await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> ProcessHandle.of(grandchild).filter(ProcessHandle::isAlive).isEmpty());
  }

  @Test
  void kill_atOnceAfterLaunch_endsItWithItsCause() throws Exception {
    worker = spawner.launch(TestWorker.spec(directory), told);
    worker.kill(DeathCause.STOPPED, "changed our mind");
    DeathReport report = told.awaitDeath();
    assertEquals(DeathCause.STOPPED, report.cause());
    assertEquals(NoticedBy.OWN_DECISION, report.noticedBy());
  }

  @Test
  void closeOfTheSpawner_endsItsWorkers() throws Exception {
    worker = spawner.launch(TestWorker.spec(directory), told);
    told.awaitHello();
    spawner.close();
    assertEquals(DeathCause.KILLED, told.awaitDeath().cause());
  }

  private Path executable(String name, String text) throws Exception {
    Path file = Files.writeString(directory.resolve(name), text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  private WorkerSpec withHelloTimeout(Duration timeout, Path binary) {
    return with("cpu-0", Optional.empty(), timeout, binary);
  }

  private WorkerSpec onPlugin(String deviceId, Path plugin) {
    return with(deviceId, Optional.of(plugin), Duration.ofSeconds(10), TestWorker.BINARY);
  }

  private WorkerSpec with(String deviceId, Optional<Path> plugin, Duration timeout, Path binary) {
    WorkerSpec spec = TestWorker.spec(directory, binary, List.of());
    return new WorkerSpec(
        deviceId,
        spec.epoch(),
        spec.threads(),
        spec.memoryBudgetBytes(),
        spec.dataLimitBytes(),
        spec.arenaDirectory(),
        spec.arenaSegmentBytes(),
        spec.binary(),
        spec.onnxRuntime(),
        plugin,
        spec.queueDepth(),
        spec.frameBytesMax(),
        timeout,
        spec.faultInjection(),
        spec.inferenceProgress(),
        spec.extraArguments());
  }
}
