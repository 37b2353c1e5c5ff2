package io.mainstay.runtime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.persistence.database.DataDirectory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that cannot start says why and what to do, and leaves nothing behind. */
class NodeCommandTest {
  @TempDir Path home;
  private Path data;
  private Path worker;
  private Path conf;

  @BeforeEach
  void files() throws IOException {
    data = home.resolve("data");
    worker = Files.writeString(home.resolve("worker"), "#!/bin/sh\nexit 1\n");
    executable("rwxr-xr-x");
    Path library = Files.writeString(home.resolve("libonnxruntime.so"), "no library");
    conf =
        Files.writeString(
            home.resolve("node.conf"),
            "mainstay.device.worker { binary = \""
                + worker
                + "\", onnx-runtime = \""
                + library
                + "\" }\n");
  }

  private void executable(String permissions) throws IOException {
    Files.setPosixFilePermissions(worker, PosixFilePermissions.fromString(permissions));
  }

  private CliRun node(String... more) {
    String[] args = {"node", "--data", data.toString(), "--conf", conf.toString()};
    String[] all = Arrays.copyOf(args, args.length + more.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    return CliRun.of(home, all);
  }

  private void assertRefused(CliRun run, String message, String remedy) {
    assertEquals(ExitCode.FAILED, run.exitCode(), run.err());
    assertEquals("", run.out());
    assertTrue(run.err().contains("error: "), run.err());
    assertTrue(run.err().contains(message), run.err());
    assertTrue(run.err().contains("remedy: "), run.err());
    assertTrue(run.err().contains(remedy), run.err());
    assertFalse(run.err().contains("\tat "), run.err());
    assertFalse(Files.exists(data.resolve("node.json")));
  }

  @Test
  void node_whenTheWorkerIsMissing_saysWhatToBuild() throws IOException {
    Files.delete(worker);
    assertRefused(node("--port", "0"), worker + " does not exist", "mvn -DskipTests package");
  }

  @Test
  void node_whenTheWorkerIsNotExecutable_saysChmod() throws IOException {
    executable("rw-r--r--");
    assertRefused(node("--port", "0"), worker + " is not executable", "chmod +x");
  }

  @Test
  void node_whenThePortIsTaken_namesIt() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      int port = taken.getLocalPort();
      assertRefused(
          node("--port", String.valueOf(port)), port + " is in use", "another port with --port");
    }
  }

  @Test
  void node_withoutAPort_takesTheConfiguredOne() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      int port = taken.getLocalPort();
      Files.writeString(conf, Files.readString(conf) + "mainstay.node.port = " + port + "\n");
      assertRefused(node(), port + " is in use", "another port with --port");
    }
  }

  @Test
  void node_whenItsWorkersNeverComeUp_saysWhatItWaitedFor() throws IOException {
    Files.writeString(worker, "#!/bin/sh\nexec sleep 60\n");
    Files.writeString(conf, Files.readString(conf) + "mainstay.node.ready-timeout = 2s\n");
    assertRefused(node("--port", "0"), "not ready within 2 s", "mainstay doctor");
  }

  @Test
  void node_whenTheDataDirectoryIsHeld_namesTheHolder() throws Exception {
    try (DataDirectory held = DataDirectory.open(data)) {
      assertTrue(Files.exists(held.path()));
      assertRefused(
          node("--port", "0"),
          "in use by process " + ProcessHandle.current().pid(),
          "a directory of its own with --data");
    }
  }

  @Test
  void node_whenTheDataDirectoryIsAFile_saysSo() throws IOException {
    Files.writeString(data, "no directory");
    assertRefused(node("--port", "0"), data.toString(), "--data");
  }

  @Test
  void node_whenASettingIsWrong_namesIt() throws IOException {
    Files.writeString(conf, Files.readString(conf) + "mainstay.node.name = \"a b\"\n");
    assertRefused(node("--port", "0"), "mainstay.node.name is 'a b'", "correct the setting");
  }

  @Test
  void aRefusedNode_leavesItsDirectoryFree() throws Exception {
    Files.delete(worker);
    node("--port", "0");
    DataDirectory.open(data).close();
  }
}
