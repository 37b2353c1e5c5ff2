package io.mainstay.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.actors.gateway.GatewayRequest;
import io.mainstay.persistence.session.BlobRef;
import io.mainstay.persistence.session.SessionView;
import io.mainstay.persistence.session.WorkClass;
import io.mainstay.runtime.cli.ScriptedNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientTest {
  private static final int CHUNK = 128 * 1024;
  @TempDir Path directory;
  private ScriptedNode node;
  private MainstayClient client;

  @BeforeEach
  void start() throws IOException {
    node = ScriptedNode.start();
    client = MainstayClient.connect(node.announceIn(directory.resolve("data")));
  }

  @AfterEach
  void stop() {
    client.close();
    node.close();
  }

  private static byte[] content(int bytes) {
    byte[] content = new byte[bytes];
    new Random(7).nextBytes(content);
    return content;
  }

  private static String sha256(byte[] content) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
  }

  @Test
  void submit_uploadsInChunksThatAddUp() throws Exception {
    byte[] content = content(2 * CHUNK + 17);
    Path file = Files.write(directory.resolve("input"), content);
    ByteArrayOutputStream received = new ByteArrayOutputStream();
    node.answering(
            GatewayRequest.BeginUpload.class, ask -> new GatewayReply.UploadBegun("u", CHUNK))
        .answering(
            GatewayRequest.UploadChunk.class,
            ask -> {
              received.writeBytes(ask.bytes());
              return new GatewayReply.ChunkStored("u", ask.index());
            })
        .answering(
            GatewayRequest.FinishUpload.class,
            ask -> new GatewayReply.Uploaded(new BlobRef("input", ask.sha256(), content.length)))
        .answering(GatewayRequest.Submit.class, ask -> new GatewayReply.Accepted("s1"));

    assertEquals("s1", client.submit(Submission.of("text-embedding", file)));

    assertArrayEquals(content, received.toByteArray());
    assertTrue(
        node.asked().contains(new GatewayRequest.FinishUpload("u", sha256(content))),
        node.asked().toString());
  }

  @Test
  void submit_withSeveralInputs_namesTheirBlobsInOrder() throws Exception {
    Path first = Files.writeString(directory.resolve("b.png"), "first");
    Path second = Files.writeString(directory.resolve("a.png"), "the second");
    List<String> named = new ArrayList<>();
    node.answering(
            GatewayRequest.BeginUpload.class,
            ask -> {
              named.add(ask.name());
              return new GatewayReply.UploadBegun(ask.name(), CHUNK);
            })
        .answering(
            GatewayRequest.UploadChunk.class,
            ask -> new GatewayReply.ChunkStored(ask.uploadId(), ask.index()))
        .answering(
            GatewayRequest.FinishUpload.class,
            ask ->
                new GatewayReply.Uploaded(
                    new BlobRef(
                        ask.uploadId(), ask.sha256(), ask.uploadId().startsWith("b") ? 5 : 10)))
        .answering(GatewayRequest.Submit.class, ask -> new GatewayReply.Accepted("s1"));
    List<String> seen = new ArrayList<>();

    client.submit(
        Submission.of("image-enhance", List.of(first, second)),
        (bytes, total) -> seen.add(bytes + "/" + total));

    assertEquals(List.of("5/15", "15/15"), seen);
    assertEquals(List.of("b.png", "a.png"), named);
    GatewayRequest.Submit asked = (GatewayRequest.Submit) node.asked().get(node.asked().size() - 1);
    assertEquals(named, asked.inputs().stream().map(BlobRef::name).toList());
  }

  @Test
  void submit_withTooManyInputs_sendsNothing() {
    List<Path> many = Collections.nCopies(501, directory.resolve("data/token"));
    RequestRefusedException refused =
        assertThrows(
            RequestRefusedException.class,
            () -> client.submit(Submission.of("image-enhance", many)));
    assertEquals("too_many_inputs", refused.code());
    assertTrue(node.asked().stream().noneMatch(ask -> ask instanceof GatewayRequest.BeginUpload));
  }

  @Test
  void outputs_goThroughAllPages() {
    node.answering(
        GatewayRequest.ListOutputs.class,
        ask ->
            new GatewayReply.Outputs(
                List.of(new BlobRef(ask.offset() + ".png", "ab".repeat(32), 1)), ask.offset() < 2));
    assertEquals(
        List.of("0.png", "1.png", "2.png"),
        client.outputs("s1").stream().map(BlobRef::name).toList());
  }

  @Test
  void fetch_writesWhatTheNodeHas() throws Exception {
    byte[] content = content(CHUNK + 5);
    serve(content, sha256(content));
    List<Path> files = client.fetch("s1", directory.resolve("out")).files();
    assertEquals(List.of(directory.resolve("out/result.jsonl")), files);
    assertArrayEquals(content, Files.readAllBytes(files.get(0)));
  }

  @Test
  void fetch_whenAPersonRejectedAPicture_bringsTheOthersAndNamesIt() throws Exception {
    byte[] content = content(7);
    BlobRef rejected = new BlobRef("0000.png", "ab".repeat(32), 7);
    BlobRef manifest = new BlobRef("manifest.json", sha256(content), 7);
    node.answering(
            GatewayRequest.ListOutputs.class,
            ask -> new GatewayReply.Outputs(List.of(rejected, manifest), false))
        .answering(
            GatewayRequest.FetchChunk.class,
            ask ->
                ask.sha256().equals(rejected.sha256())
                    ? GatewayReply.refused("withheld", "a person withheld it", "see reviews")
                    : new GatewayReply.Chunk(content, 7));

    assertEquals(
        new FetchedOutputs(List.of(directory.resolve("out/manifest.json")), List.of("0000.png")),
        client.fetch("s1", directory.resolve("out")));
    assertFalse(Files.exists(directory.resolve("out/0000.png")));
  }

  @Test
  void fetch_whenTheBytesAreNotThoseOfTheHash_leavesNoFile() throws Exception {
    serve(content(100), "00".repeat(32));
    assertThrows(IOException.class, () -> client.fetch("s1", directory.resolve("out")));
    assertFalse(Files.exists(directory.resolve("out/result.jsonl")));
    assertFalse(Files.exists(directory.resolve("out/result.jsonl.partial")));
  }

  @Test
  void fetch_whenAnOutputIsNamedLikeAPath_staysInTheDirectory() throws Exception {
    byte[] content = content(10);
    serve(content, sha256(content));
    BlobRef sly = new BlobRef("../../sly", sha256(content), content.length);
    node.answering(
        GatewayRequest.ListOutputs.class, ask -> new GatewayReply.Outputs(List.of(sly), false));
    assertEquals(
        List.of(directory.resolve("out/sly")),
        client.fetch("s1", directory.resolve("out")).files());
  }

  @Test
  void fetch_beforeTheEnd_isRefused() {
    node.answering(
            GatewayRequest.GetSession.class,
            ask -> new GatewayReply.Session(session("running", List.of())))
        .answering(
            GatewayRequest.ListOutputs.class, ask -> new GatewayReply.Outputs(List.of(), false));
    assertThrows(RequestRefusedException.class, () -> client.fetch("s1", directory.resolve("out")));
  }

  @Test
  void awaitSession_whenItTakesTooLong_timesOut() {
    node.answering(
        GatewayRequest.GetSession.class,
        ask -> new GatewayReply.Session(session("running", List.of())));
    assertThrows(TimeoutException.class, () -> client.awaitSession("s1", Duration.ofMillis(50)));
  }

  @Test
  void aRequestThatNobodyAnswers_isToldApartFromARefusal() {
    NodeAddress address = NodeAddress.parse(node.address(), "wrong");
    RequestRefusedException refused =
        assertThrows(RequestRefusedException.class, () -> MainstayClient.connect(address));
    assertEquals("authentication_failure", refused.code());
  }

  @Test
  void address_isReadInBothForms() {
    assertEquals(
        new NodeAddress("127.0.0.1", 25520, "t"), NodeAddress.parse("127.0.0.1:25520", "t"));
    assertEquals(
        new NodeAddress("127.0.0.1", 25520, "t"),
        NodeAddress.parse("akka://mainstay@127.0.0.1:25520", "t"));
    for (String wrong : List.of("", "x", "x:", ":1", "x:0", "x:65536", "x:y")) {
      assertThrows(IllegalArgumentException.class, () -> NodeAddress.parse(wrong, "t"), wrong);
    }
  }

  private void serve(byte[] content, String sha256) {
    BlobRef blob = new BlobRef("result.jsonl", sha256, content.length);
    node.answering(
            GatewayRequest.GetSession.class,
            ask -> new GatewayReply.Session(session("completed", List.of(blob))))
        .answering(
            GatewayRequest.ListOutputs.class, ask -> new GatewayReply.Outputs(List.of(blob), false))
        .answering(
            GatewayRequest.FetchChunk.class,
            ask -> {
              int from = (int) ask.offset();
              int to = Math.min(content.length, from + CHUNK);
              return new GatewayReply.Chunk(Arrays.copyOfRange(content, from, to), content.length);
            });
  }

  private static SessionView session(String state, List<BlobRef> outputs) {
    Instant then = Instant.EPOCH;
    return new SessionView(
        "s1",
        "text-embedding",
        state,
        WorkClass.STANDARD,
        1,
        1,
        List.of(),
        0,
        0,
        List.of(),
        List.of(),
        outputs,
        "",
        then,
        state.equals("running") ? null : then,
        "",
        "",
        "",
        List.of(),
        0,
        List.of());
  }
}
