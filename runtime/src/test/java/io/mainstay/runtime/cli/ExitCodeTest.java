package io.mainstay.runtime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.actors.gateway.GatewayRequest;
import io.mainstay.client.NodeAddress;
import io.mainstay.persistence.session.BlobRef;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One message with cause and remedy, and the exit code that scripts rely on. */
class ExitCodeTest {
  @TempDir Path home;
  private ScriptedNode node;
  private Path input;

  @BeforeEach
  void start() throws IOException {
    node = ScriptedNode.start();
    node.announceIn(home.resolve("data"));
    input = Files.writeString(home.resolve("input.txt"), "one\ntwo\n");
    BlobRef blob = new BlobRef("input.txt", "cd".repeat(32), 8);
    node.answering(
            GatewayRequest.BeginUpload.class, ask -> new GatewayReply.UploadBegun("u1", 131_072))
        .answering(
            GatewayRequest.UploadChunk.class,
            ask -> new GatewayReply.ChunkStored("u1", ask.index()))
        .answering(GatewayRequest.FinishUpload.class, ask -> new GatewayReply.Uploaded(blob))
        .answering(GatewayRequest.Submit.class, ask -> new GatewayReply.Accepted(Samples.SESSION))
        .answering(
            GatewayRequest.GetSession.class, ask -> new GatewayReply.Session(Samples.whole()));
  }

  @AfterEach
  void stop() throws Exception {
    node.close();
  }

  private CliRun submit(String... more) {
    String[] args = {"submit", "text-embedding", "--input", input.toString(), "--wait"};
    String[] all = Arrays.copyOf(args, args.length + more.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    return CliRun.of(home, all);
  }

  private static void assertFailure(CliRun run, int exitCode, String message, String remedy) {
    assertEquals(exitCode, run.exitCode(), run.err());
    assertEquals("", run.out());
    assertTrue(run.err().contains("error: "), run.err());
    assertTrue(run.err().contains(message), run.err());
    assertTrue(run.err().contains("remedy: "), run.err());
    assertTrue(run.err().contains(remedy), run.err());
    assertFalse(run.err().contains("\tat "), run.err());
  }

  @Test
  void submit_whenAllIsWell_is0() {
    assertEquals(ExitCode.DONE, submit().exitCode());
  }

  @Test
  void submit_whenADocumentIsPoison_is4() {
    node.answering(
        GatewayRequest.GetSession.class,
        ask -> new GatewayReply.Session(Samples.session("completed")));
    CliRun run = submit();
    assertEquals(ExitCode.DEGRADED, run.exitCode());
    assertTrue(run.out().contains("documents [5], see `mainstay dead-letters`"), run.out());
  }

  @Test
  void submit_whenTheOutputIsNotDelivered_is4() {
    node.answering(
        GatewayRequest.GetSession.class, ask -> new GatewayReply.Session(Samples.undelivered()));
    CliRun run = submit();
    assertEquals(ExitCode.DEGRADED, run.exitCode());
    assertTrue(run.out().contains("output_directory_unwritable: '/out'"), run.out());
  }

  @Test
  void submit_whenAPictureIsWithheld_is4AndSaysWhereToLook_withProgressInPlainLines() {
    node.answering(
            GatewayRequest.GetSession.class, ask -> new GatewayReply.Session(Samples.pictures()))
        .answering(
            GatewayRequest.GetProgress.class,
            ask ->
                new GatewayReply.Progress(
                    List.of(new GatewayReply.BatchProgress(2, 3, "denoising", 3, 30))));
    CliRun run = submit();
    assertEquals(ExitCode.DEGRADED, run.exitCode());
    assertTrue(run.out().contains("withheld by the safety gate; see `mainstay reviews`"));
    assertTrue(run.out().contains("pictures      3 of 3 done"), run.out());
    assertTrue(run.err().contains("3 of 3 pictures (100 %)"), run.err());
  }

  @Test
  void submit_whenTheNodeIsDegraded_is4() {
    GatewayReply.Status s = Samples.status();
    node.answering(
        GatewayRequest.GetStatus.class,
        ask ->
            new GatewayReply.Status(
                s.node(),
                s.version(),
                "degraded",
                s.mode(),
                s.intake(),
                s.startedAt(),
                s.pid(),
                1,
                2,
                0,
                0,
                0,
                0,
                0,
                s.consistency(),
                s.checkpoints(),
                s.pauses()));
    assertEquals(ExitCode.DEGRADED, submit().exitCode());
  }

  @Test
  void submit_whenTheSessionFails_is1() {
    node.answering(
        GatewayRequest.GetSession.class,
        ask -> new GatewayReply.Session(Samples.session("failed")));
    assertEquals(ExitCode.FAILED, submit().exitCode());
  }

  @Test
  void chaos_whenTheScenarioOrItsKindIsUnknown_is2AndAsksNothing() {
    assertFailure(
        CliRun.of(home, "chaos", "run", "earthquake"),
        ExitCode.USAGE,
        "there is no scenario 'earthquake'",
        "kill-worker, hang-worker");
    assertFailure(
        CliRun.of(home, "chaos", "run", "storm", "--kinds", "rain"),
        ExitCode.USAGE,
        "there is no kind 'rain'",
        "worker-killed");
    assertFailure(
        CliRun.of(home, "chaos", "run", "storm", "--for", "100ms"),
        ExitCode.USAGE,
        "--for is 100ms",
        "from 1s to 24h");
    assertTrue(node.asked().isEmpty());
  }

  @Test
  void chaos_whenTheNodeIsSomebodyElses_is2AndBreaksNothing() {
    node.answering(GatewayRequest.GetStatus.class, ask -> Samples.status())
        .answering(GatewayRequest.ListDevices.class, ask -> new GatewayReply.Devices(List.of()));
    assertFailure(
        CliRun.of(home, "chaos", "run", "device-loss", "--data", home.resolve("data").toString()),
        ExitCode.USAGE,
        "device-loss cannot be done to a node that somebody else runs",
        "a node of its own");
    assertTrue(
        node.asked().stream()
            .allMatch(
                ask ->
                    ask instanceof GatewayRequest.GetStatus
                        || ask instanceof GatewayRequest.ListDevices),
        node.asked().toString());
  }

  @Test
  void submit_whenTheInputIsMissing_is2AndAsksNothing() {
    CliRun run = CliRun.of(home, "submit", "text-embedding", "--input", "/no/such/file");
    assertFailure(run, ExitCode.USAGE, "/no/such/file does not exist", "UTF-8 text");
    assertTrue(node.asked().isEmpty());
  }

  @Test
  void submit_whenTheTemplateIsUnknown_is2() {
    node.answering(
        GatewayRequest.Submit.class,
        ask ->
            GatewayReply.refused(
                "unknown_template", "there is no template 'x'", "one of: text-embedding"));
    assertFailure(submit(), ExitCode.USAGE, "there is no template 'x'", "text-embedding");
  }

  @Test
  void submit_whenTheInputIsTooLarge_is1AndNoByteIsSent() {
    node.answering(
        GatewayRequest.BeginUpload.class,
        ask ->
            GatewayReply.refused(
                "input_too_large", "input of " + ask.bytes() + " bytes", "split it"));
    assertFailure(submit(), ExitCode.FAILED, "input of 8 bytes", "split it");
    assertTrue(node.asked().stream().noneMatch(ask -> ask instanceof GatewayRequest.UploadChunk));
  }

  @Test
  void submit_whenTheNodeIsBusy_is1AndSaysWhenToComeBack() {
    node.answering(
        GatewayRequest.Submit.class, ask -> new GatewayReply.Busy(1500, "64 sessions wait"));
    assertFailure(submit(), ExitCode.FAILED, "64 sessions wait; nothing was accepted", "1500 ms");
  }

  @Test
  void submit_withParameters_sendsThem() {
    submit("--param", "batch-size=4", "--class", "batch");
    GatewayRequest.Submit asked =
        node.asked().stream()
            .filter(GatewayRequest.Submit.class::isInstance)
            .map(GatewayRequest.Submit.class::cast)
            .findFirst()
            .orElseThrow();
    assertEquals("[Param[key=batch-size, value=4]]", asked.params().toString());
    assertEquals("BATCH", asked.workClass().name());
    assertEquals("", asked.outputDirectory());
  }

  @Test
  void status_whenNoNodeWasThere_is3() throws IOException {
    Files.delete(home.resolve("data").resolve(NodeAddress.NODE_FILE));
    assertFailure(
        CliRun.of(home, "status"), ExitCode.UNREACHABLE, "no node runs on", "mainstay node");
  }

  @Test
  void status_whenNothingListens_is3() throws IOException {
    int free;
    try (ServerSocket socket = new ServerSocket(0)) {
      free = socket.getLocalPort();
    }
    assertFailure(
        CliRun.of(home, "status", "--node", "127.0.0.1:" + free),
        ExitCode.UNREACHABLE,
        "no node listens at 127.0.0.1:" + free,
        "--node");
  }

  @Test
  void status_withAWrongToken_is1() throws IOException {
    Path wrong = Files.writeString(home.resolve("other"), "wrong");
    assertFailure(
        CliRun.of(home, "status", "--token-file", wrong.toString()),
        ExitCode.FAILED,
        "the token is not this node's",
        "token file");
  }

  @Test
  void status_withAnAddressThatIsNone_is2() {
    assertFailure(
        CliRun.of(home, "status", "--node", "nowhere"), ExitCode.USAGE, "HOST:PORT", "127.0.0.1");
  }

  @Test
  void anUnknownCommand_is2() {
    assertFailure(CliRun.of(home, "frobnicate"), ExitCode.USAGE, "frobnicate", "--help");
  }

  @Test
  void noCommand_is2() {
    assertFailure(CliRun.of(home), ExitCode.USAGE, "a command is missing", "--help");
  }

  @Test
  void anUnknownOutputFormat_is2() {
    assertFailure(CliRun.of(home, "status", "-o", "xml"), ExitCode.USAGE, "xml", "--help");
  }

  @Test
  void journalVerify_withoutADatabase_is1() {
    assertFailure(
        CliRun.of(home, "journal", "verify"), ExitCode.FAILED, "There is no database", "--data");
  }

  @Test
  void cancel_ofAFinishedSession_is1() {
    node.answering(
        GatewayRequest.CancelSession.class, ask -> new GatewayReply.Session(Samples.whole()));
    assertEquals(
        ExitCode.FAILED, CliRun.of(home, "sessions", "cancel", Samples.SESSION).exitCode());
  }

  @Test
  void help_is0() {
    CliRun run = CliRun.of(home, "--help");
    assertEquals(ExitCode.DONE, run.exitCode());
    assertTrue(run.out().contains("Exit codes: 0 done"), run.out());
  }
}
