package io.mainstay.protocol.frame;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mainstay.protocol.golden.GoldenFiles;
import io.mainstay.protocol.wire.SchemaRefused;
import io.mainstay.protocol.wire.WorkerMessageAdapter;
import io.mainstay.protocol.wire.WorkerMessages;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.agrona.concurrent.UnsafeBuffer;

/** Whatever bytes come, reading them gives frames, waits, or fails in a typed way. */
class FrameProperties {
  private static final int LIMIT = 1 << 20;
  private static final long EPOCH = 7;

  @Property(tries = 500)
  void frames_splitAnywhere_comeOutWhole(
      @ForAll @Size(min = 1, max = 8) List<@IntRange(min = 8, max = 40_000) Integer> payloads,
      @ForAll long seed)
      throws Exception {
    Random random = new Random(seed);
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    List<byte[]> expected = new ArrayList<>();
    for (int size : payloads) {
      byte[] payload = new byte[size];
      random.nextBytes(payload);
      expected.add(payload);
      FrameWriter writer = new FrameWriter(LIMIT);
      writer.buffer().putBytes(writer.bodyOffset(), payload);
      writer.seal(size);
      writer.writeTo(stream);
    }
    List<byte[]> read = readSplit(stream.toByteArray(), random);
    assertEquals(expected.size(), read.size());
    for (int i = 0; i < read.size(); i++) {
      assertArrayEquals(expected.get(i), read.get(i));
    }
  }

  @Property(tries = 2000)
  void randomBytes_neverFailUntyped(@ForAll @Size(max = 400) byte[] bytes) {
    feed(bytes);
  }

  @Property(tries = 4000)
  void mutatedFrames_neverFailUntyped(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    byte[] stream = goldenStream();
    for (int i = random.nextInt(6) + 1; i > 0; i--) {
      int at = random.nextInt(stream.length);
      stream[at] =
          switch (random.nextInt(4)) {
            case 0 -> (byte) 0xFF;
            case 1 -> (byte) 0;
            case 2 -> (byte) (stream[at] ^ (1 << random.nextInt(8)));
            default -> (byte) random.nextInt();
          };
    }
    feed(stream);
  }

  @Property(tries = 4000)
  void oneMutatedFrameBehindAGoodHeader_neverFailsUntyped(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    List<byte[]> frames = goldenFrames();
    byte[] frame = frames.get(random.nextInt(frames.size())).clone();
    int bodyAt = FrameHeader.FRAME_BYTES_MIN + 8;
    for (int i = random.nextInt(4) + 1; i > 0 && frame.length > bodyAt; i--) {
      frame[bodyAt + random.nextInt(frame.length - bodyAt)] =
          (byte) (random.nextBoolean() ? 0xFF : random.nextInt());
    }
    feed(frame);
  }

  /** Feeds a whole host's end; only typed failures may come out. */
  private static void feed(byte[] bytes) {
    FrameReader reader = new FrameReader(LIMIT);
    WorkerMessageAdapter adapter = new WorkerMessageAdapter(EPOCH, deaf());
    UnsafeBuffer frame = new UnsafeBuffer(0, 0);
    try {
      reader.append(bytes, 0, bytes.length);
      while (reader.next(frame)) {
        adapter.onFrame(frame, reader.frameOffset());
      }
      reader.endOfStream();
    } catch (FrameFault e) {
      assertEquals(true, e.offset() >= 0 && e.offset() <= bytes.length);
    } catch (SchemaRefused e) {
      assertEquals(false, e.ours() == e.theirs());
    }
  }

  private static List<byte[]> readSplit(byte[] stream, Random random) throws FrameFault {
    FrameReader reader = new FrameReader(LIMIT);
    UnsafeBuffer frame = new UnsafeBuffer(0, 0);
    List<byte[]> read = new ArrayList<>();
    for (int at = 0; at < stream.length; ) {
      int length = Math.min(stream.length - at, 1 + random.nextInt(random.nextInt(30_000) + 1));
      reader.append(stream, at, length);
      at += length;
      while (reader.next(frame)) {
        byte[] payload = new byte[frame.capacity()];
        frame.getBytes(0, payload);
        read.add(payload);
      }
    }
    reader.endOfStream();
    return read;
  }

  private static List<byte[]> goldenFrames() throws IOException {
    List<byte[]> frames = new ArrayList<>();
    try (var files = Files.walk(GoldenFiles.DIRECTORY)) {
      for (var file : files.filter(f -> f.toString().endsWith(".bin")).sorted().toList()) {
        frames.add(Files.readAllBytes(file));
      }
    }
    return frames;
  }

  private static byte[] goldenStream() throws IOException {
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    for (byte[] frame : goldenFrames()) {
      stream.writeBytes(frame);
    }
    return stream.toByteArray();
  }

  private static WorkerMessages deaf() {
    return (WorkerMessages)
        Proxy.newProxyInstance(
            WorkerMessages.class.getClassLoader(),
            new Class<?>[] {WorkerMessages.class},
            (proxy, method, arguments) -> null);
  }
}
