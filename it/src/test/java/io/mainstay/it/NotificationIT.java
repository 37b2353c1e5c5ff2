package io.mainstay.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.gateway.GatewayReply.NotificationView;
import io.mainstay.client.MainstayClient;
import io.mainstay.client.RequestRefusedException;
import io.mainstay.client.Submission;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What administrators get when something happens to a real node: mail, webhook, log, stream. */
class NotificationIT {
  private static final Duration BOUND = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String KEY = "it-key-0123456789-of-the-webhook";
  private static final String PASSWORD = "it-password-of-the-mail-server";
  @TempDir Path directory;
  private AdministratorsInbox inbox;

  @BeforeEach
  void open() throws Exception {
    inbox = AdministratorsInbox.open("node", PASSWORD);
  }

  @AfterEach
  void close() {
    inbox.close();
  }

  private NodeProcess start(Path data) throws IOException {
    Path password = directory.resolve("password");
    Files.writeString(password, PASSWORD + "\n");
    Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-------"));
    return NodeProcess.startWith(
        Map.of("MAINSTAY_IT_KEY", KEY, "MAINSTAY_IT_URL", inbox.url()),
        data,
        """
        mainstay.device.devices = [
          { id = cpu-0, backend = cpu, threads = 1, memory-budget = 256MiB }
        ]
        mainstay.notifications {
          administrator-alerts.severity-min = medium
          delivery { backoff-min = 100ms, backoff-max = 500ms, look-interval = 500ms }
          escalation { after = 2s, most = 1 }
          webhook { url-env = MAINSTAY_IT_URL, secret-env = MAINSTAY_IT_KEY }
          email {
            host = 127.0.0.1
            port = %d
            security = none
            username = node
            password-file = "%s"
            from = "n1@example.org"
            to = ["ops@example.org"]
          }
        }
        """
            .formatted(inbox.mailPort(), password));
  }

  private static void killWorker(MainstayClient client) throws Exception {
    DeviceView device =
        await("cpu-0 serves")
            .atMost(BOUND)
            .until(() -> client.devices().get(0), each -> each.state().equals("serving"));
    WorkerProcesses.signal(device.pid(), "KILL");
  }

  private static boolean has(List<String> subjects, String words) {
    return subjects.stream().anyMatch(subject -> subject.contains(words));
  }

  @Test
  void killedWorker_isToldByMailWebhookLogAndStream_andNobodySeesAPassword() throws Exception {
    inbox.mailUp();
    try (NodeProcess node = start(directory.resolve("data"));
        MainstayClient client = node.client()) {
      killWorker(client);
      await("mail of the death")
          .atMost(BOUND)
          .until(() -> has(inbox.subjects(), "The worker of cpu-0 died: killed"));
      await("webhook of the death")
          .atMost(BOUND)
          .until(() -> inbox.posts().stream().anyMatch(post -> post.contains("worker_died")));
      await("both deliveries are journaled")
          .atMost(BOUND)
          .until(
              () ->
                  of(client, "worker_died").deliveries().stream()
                      .allMatch(each -> each.state().equals("delivered")));

      Mainstay.Result watched =
          Mainstay.run(
              "watch",
              "--from-start",
              "-n",
              "1",
              "-o",
              "json",
              "--data",
              node.dataDirectory().toString());
      assertEquals(0, watched.exit(), watched.toString());
      JsonNode line = JSON.readTree(watched.out());
      assertEquals("issued", line.get("what").asText(), watched.toString());
      Mainstay.Result shown =
          Mainstay.run(
              "notifications",
              "show",
              of(client, "worker_died").notificationId(),
              "--data",
              node.dataDirectory().toString());
      assertTrue(shown.out().contains("email         delivered"), shown.toString());
      assertTrue(shown.out().contains("webhook       delivered"), shown.toString());

      Path log = node.dataDirectory().resolve("logs/notifications.log");
      assertTrue(
          Files.readString(log).contains("warning issued kind=worker_died subject=cpu-0"),
          Files.readString(log));
      Mainstay.Result explained =
          Mainstay.run(
              "journal",
              "explain",
              of(client, "worker_died").eventId(),
              "--data",
              node.dataDirectory().toString());
      assertTrue(explained.out().contains("WorkerDied"), explained.toString());
      assertTrue(explained.out().contains("NotificationIssued"), explained.toString());
      assertNowhere(node.dataDirectory(), PASSWORD, KEY, inbox.url());
    }
  }

  private static NotificationView of(MainstayClient client, String kind) {
    return client.notifications(false).stream()
        .filter(each -> each.kind().equals(kind))
        .findFirst()
        .orElseThrow();
  }

  /** In no log, no table, no file of the node. */
  private static void assertNowhere(Path data, String... secrets) throws IOException {
    try (Stream<Path> files = Files.walk(data)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
        for (String secret : secrets) {
          assertFalse(bytes.contains(secret), "a secret is in " + file);
        }
      }
    }
  }

  @Test
  void nodeKilledBeforeTheMailServerIsBack_deliversInItsNextLife() throws Exception {
    Path data = directory.resolve("data");
    try (NodeProcess node = start(data);
        MainstayClient client = node.client()) {
      killWorker(client);
      await("it is journaled and the mail waits")
          .atMost(BOUND)
          .until(
              () ->
                  client.notifications(false).stream()
                      .filter(each -> each.kind().equals("worker_died"))
                      .flatMap(each -> each.deliveries().stream())
                      .anyMatch(
                          each ->
                              each.channel().equals("email") && each.state().equals("pending")));
      node.kill();
    }
    inbox.mailUp();
    try (NodeProcess node = start(data);
        MainstayClient client = node.client()) {
      await("mail of the last life")
          .atMost(BOUND)
          .until(() -> has(inbox.subjects(), "The worker of cpu-0 died: killed"));
      await("it is settled")
          .atMost(BOUND)
          .until(
              () ->
                  of(client, "worker_died").deliveries().stream()
                      .allMatch(each -> each.state().equals("delivered")));
      assertEquals(
          1,
          inbox.subjects().stream()
              .filter(each -> each.contains("The worker of cpu-0 died"))
              .count());
    }
    Mainstay.assertJournalIntact(data);
  }

  @Test
  void fullDisk_isToldWhileItIsFull_escalates_andWaitsForSomebody() throws Exception {
    Path mount = Files.createDirectory(directory.resolve("small"));
    assumeTrue(
        new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=96m", "tmpfs", mount.toString())
                .start()
                .waitFor()
            == 0,
        "needs mount");
    inbox.mailUp();
    try (NodeProcess node = start(mount.resolve("data"));
        MainstayClient client = node.client()) {
      Path input = Corpus.write(directory.resolve("input.txt"), Corpus.documents(48, 5));
      Path ballast = mount.resolve("ballast");
      fill(ballast);
      await("intake is refused").atMost(BOUND).until(() -> refused(client, input));
      await("mail while the disk is full")
          .atMost(BOUND)
          .until(() -> has(inbox.subjects(), "critical: New work is refused"));
      assertTrue(client.status().intake().startsWith("paused"), client.status().toString());
      await("webhook while the disk is full")
          .atMost(BOUND)
          .until(() -> inbox.posts().stream().anyMatch(post -> post.contains("intake_paused")));

      Files.delete(ballast);
      await("it is told that intake is open")
          .atMost(BOUND)
          .until(() -> has(inbox.subjects(), "New work is taken again"));
      await("nobody acknowledged, so it is told again")
          .atMost(BOUND)
          .until(() -> has(inbox.subjects(), "not acknowledged (reminder 1)"));
      await("that is an alert")
          .atMost(BOUND)
          .until(
              () ->
                  client.alerts(true).stream()
                      .anyMatch(each -> each.kind().equals("notification_unacknowledged")));
      String id = of(client, "intake_paused").notificationId();
      Mainstay.Result seen =
          Mainstay.run(
              "notifications",
              "acknowledge",
              id,
              "--note",
              "on it",
              "--data",
              node.dataDirectory().toString());
      assertEquals(0, seen.exit(), seen.toString());
      assertTrue(seen.out().contains("on it"), seen.toString());
      await("nothing else has to be seen")
          .atMost(BOUND)
          .until(
              () -> {
                // The full disk is a fault too, once it can be journaled.
                client
                    .notifications(true)
                    .forEach(one -> client.acknowledgeNotification(one.notificationId(), "on it"));
                return client.notifications(true).isEmpty() && client.alerts(true).isEmpty();
              });
    } finally {
      new ProcessBuilder("umount", "-l", mount.toString()).start().waitFor();
    }
  }

  private static boolean refused(MainstayClient client, Path input) throws IOException {
    try {
      client.submit(Submission.of("text-embedding", input));
      return false;
    } catch (RequestRefusedException refused) {
      return refused.code().equals("storage_unavailable");
    }
  }

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

  @Test
  void wrongText_andAReadablePassword_stopTheNodeWithWhereItIs() throws Exception {
    Path conf = directory.resolve("wrong.conf");
    Files.writeString(
        conf, "# first line\nmainstay.notifications.templates.worker_died.text = \"{devise}\"\n");
    Mainstay.Result result =
        Mainstay.run(
            "node",
            "--data",
            directory.resolve("d").toString(),
            "--port",
            "0",
            "--conf",
            conf.toString());
    assertEquals(1, result.exit(), result.toString());
    assertTrue(result.err().contains("wrong.conf: 2"), result.toString());
    assertTrue(result.err().contains("{devise}"), result.toString());
    Path password = Files.writeString(directory.resolve("open"), PASSWORD);
    Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-r--r--"));
    Files.writeString(
        conf,
        "mainstay.notifications.email { host = h, username = u, from = \"a@b.org\", to ="
            + " [\"a@b.org\"], password-file = \""
            + password
            + "\" }");
    Mainstay.Result readable =
        Mainstay.run(
            "node",
            "--data",
            directory.resolve("d").toString(),
            "--port",
            "0",
            "--conf",
            conf.toString());
    assertEquals(1, readable.exit(), readable.toString());
    assertTrue(readable.err().contains("chmod 600"), readable.toString());
    assertFalse(readable.err().contains(PASSWORD), readable.toString());
  }
}
