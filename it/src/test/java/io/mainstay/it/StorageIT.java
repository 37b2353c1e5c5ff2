package io.mainstay.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mainstay.client.MainstayClient;
import io.mainstay.client.RequestRefusedException;
import io.mainstay.client.Submission;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data directories and ports that are not what a node needs. */
class StorageIT {
  @TempDir Path directory;

  private static void assertRefused(Mainstay.Result result, String... words) {
    assertEquals(1, result.exit(), result.toString());
    for (String word : words) {
      assertTrue(result.err().contains(word), "expected '" + word + "' in " + result);
    }
    assertTrue(result.err().contains("remedy"), result.toString());
    assertFalse(result.err().contains("\tat "), "no stack trace: " + result);
  }

  @Test
  void dataDirectory_whenInUse_isRefusedWithTheHoldersPid_andTheHolderLives() throws Exception {
    try (NodeProcess node = NodeProcess.start(directory.resolve("data"), "")) {
      assertRefused(
          Mainstay.run("node", "--data", node.dataDirectory().toString(), "--port", "0"),
          "in use",
          Long.toString(node.pid()));
      assertTrue(node.alive());
    }
  }

  @Test
  void dataDirectory_whenItIsAFile_isRefused() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "not a directory");
    assertRefused(Mainstay.run("node", "--data", file.toString(), "--port", "0"), "is a file");
  }

  @Test
  void dataDirectory_whenTheDatabaseIsForeign_isRefusedAndLeftAlone() throws Exception {
    Path data = Files.createDirectory(directory.resolve("data"));
    String text = "this is no database, but somebody's notes. ".repeat(200);
    Path database = Files.writeString(data.resolve("mainstay.db"), text);
    assertRefused(Mainstay.run("node", "--data", data.toString(), "--port", "0"), "mainstay.db");
    assertEquals(text, Files.readString(database));
  }

  @Test
  void dataDirectory_whenReadOnly_isRefused() throws Exception {
    Path mount = Files.createDirectory(directory.resolve("read-only"));
    assumeTrue(mount("-t", "tmpfs", "-o", "ro,size=1m", "tmpfs", mount.toString()), "needs mount");
    try {
      assertRefused(
          Mainstay.run("node", "--data", mount.resolve("data").toString(), "--port", "0"),
          "read-only");
    } finally {
      unmount(mount);
    }
  }

  @Test
  void dataDirectory_whenTheDiskIsFullAtTheStart_isRefusedWithOneMessage() throws Exception {
    Path mount = Files.createDirectory(directory.resolve("full"));
    assumeTrue(mount("-t", "tmpfs", "-o", "size=1m", "tmpfs", mount.toString()), "needs mount");
    try {
      fill(mount.resolve("ballast"));
      Mainstay.Result result =
          Mainstay.run("node", "--data", mount.resolve("data").toString(), "--port", "0");
      assertRefused(result, mount.toString(), "space");
      assertEquals(2, result.err().lines().count(), result.toString());
    } finally {
      unmount(mount);
    }
  }

  @Test
  void dataDirectory_ofARunningNode_isItsOwnersAlone() throws Exception {
    try (NodeProcess node = NodeProcess.start(directory.resolve("data"), "")) {
      Path data = node.dataDirectory();
      for (String name : List.of("", "logs")) {
        assertEquals("rwx------", mode(data.resolve(name)), name);
      }
      for (String name : List.of("mainstay.db", "token", "node.json")) {
        assertEquals("rw-------", mode(data.resolve(name)), name);
      }
    }
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  void disk_whenItFillsUp_intakeStops_nothingAcceptedIsLost_andIntakeResumes() throws Exception {
    Path mount = Files.createDirectory(directory.resolve("small"));
    assumeTrue(mount("-t", "tmpfs", "-o", "size=96m", "tmpfs", mount.toString()), "needs mount");
    try (NodeProcess node = NodeProcess.start(mount.resolve("data"), "");
        MainstayClient client = node.client()) {
      Path input = Corpus.write(directory.resolve("input.txt"), Corpus.documents(48, 5));
      String before = client.submit(Submission.of("text-embedding", input));
      assertEquals("completed", client.awaitSession(before, Duration.ofSeconds(60)).state());

      Path ballast = mount.resolve("ballast");
      fill(ballast);
      await("intake is refused with the disk's state")
          .atMost(Duration.ofSeconds(60))
          .until(() -> refusal(client, input).contains("storage_unavailable"));
      assertTrue(client.status().intake().startsWith("paused"), client.status().toString());
      assertEquals("completed", client.session(before).state());

      Files.delete(ballast);
      await("intake resumes by itself")
          .atMost(Duration.ofSeconds(30))
          .until(() -> client.status().intake().equals("open"));
      String after = client.submit(Submission.of("text-embedding", input));
      assertEquals("completed", client.awaitSession(after, Duration.ofSeconds(60)).state());

      // The fault could not be written down while it lasted; afterwards the journal has it all.
      FaultChain chain = FaultChain.await(client, "database_failure", 0);
      assertEquals("infrastructure", chain.fault().get("blame").asText());
      RecoveryJournal.Ended ended =
          new RecoveryJournal(client).awaitEnded("progressive_reconnection", chain.escalatedId());
      assertEquals("RECOVERED", ended.end(), ended.toString());
      assertEquals("probe_journal_database", ended.steps().get(0));
      assertEquals(143, node.terminate(), node.stderr());
      Mainstay.assertJournalIntact(node.dataDirectory());
    } finally {
      unmount(mount);
    }
  }

  /** The code of the refusal, or empty when it was accepted. */
  private static String refusal(MainstayClient client, Path input) throws IOException {
    try {
      client.submit(Submission.of("text-embedding", input));
      return "";
    } catch (RequestRefusedException refused) {
      return refused.code();
    }
  }

  /** Takes all the room there is. */
  private static void fill(Path file) throws IOException {
    byte[] block = new byte[64 * 1024];
    try (var out = Files.newOutputStream(file)) {
      while (true) {
        out.write(block);
      }
    } catch (IOException full) {
      assertTrue(full.getMessage().contains("space"), full.getMessage());
    }
  }

  private static boolean mount(String... args) throws IOException, InterruptedException {
    String[] command = new String[args.length + 1];
    command[0] = "mount";
    System.arraycopy(args, 0, command, 1, args.length);
    return new ProcessBuilder(command).start().waitFor() == 0;
  }

  private static void unmount(Path mount) throws IOException, InterruptedException {
    new ProcessBuilder("umount", "-l", mount.toString()).start().waitFor();
  }

  @Test
  void port_whenInUse_isRefused() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      assertRefused(
          Mainstay.run("node", "--data", directory.resolve("data").toString(), "--port", port),
          port,
          "in use");
    }
  }

  @Test
  void commands_whenNoNodeRuns_endWithThree() throws Exception {
    Mainstay.Result result =
        Mainstay.run("status", "--data", directory.resolve("nothing").toString());
    assertEquals(3, result.exit(), result.toString());
    assertTrue(result.err().contains("remedy"), result.toString());
  }
}
