package io.mainstay.protocol.frame;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class FrameReaderTest {
  private static final int LIMIT = 64 * 1024;

  private final FrameReader reader = new FrameReader(LIMIT);
  private final UnsafeBuffer frame = new UnsafeBuffer(0, 0);

  @Test
  void next_whenTheHeaderIsNotWhole_waits() throws Exception {
    reader.append(frameOf(20), 0, 5);
    assertFalse(reader.next(frame));
  }

  @Test
  void garbledHeader_isNamedWithItsOffset() throws Exception {
    byte[] good = frameOf(20);
    reader.append(good, 0, good.length);
    assertTrue(reader.next(frame));
    reader.append(new byte[] {0, 0, 0, 20, 0x12, 0x34}, 0, 6);
    FrameFault fault = assertThrows(FrameFault.class, () -> reader.next(frame));
    assertEquals(FrameFault.Kind.GARBLED, fault.kind());
    assertEquals(20, fault.offset());
    assertTrue(fault.getMessage().contains("0x1234"));
    assertTrue(fault.getMessage().contains("byte 20"));
  }

  @Test
  void length_aboveTheLimit_isRefusedBeforeMemoryIsTaken() {
    byte[] header = ByteBuffer.allocate(6).putInt(0xFFFF_FFF0).putShort((short) 0xEB50).array();
    reader.append(header, 0, 6);
    assertEquals(
        FrameFault.Kind.TOO_LONG, assertThrows(FrameFault.class, () -> reader.next(frame)).kind());
  }

  @Test
  void length_exactlyTheLimit_isRead() throws Exception {
    byte[] largest = frameOf(LIMIT);
    reader.append(largest, 0, largest.length);
    assertTrue(reader.next(frame));
    assertEquals(LIMIT - FrameHeader.BYTES, frame.capacity());
  }

  @Test
  void length_withoutRoomForTheHeaders_isRefused() {
    byte[] header = ByteBuffer.allocate(6).putInt(13).putShort((short) 0xEB50).array();
    reader.append(header, 0, 6);
    assertEquals(
        FrameFault.Kind.TOO_SHORT, assertThrows(FrameFault.class, () -> reader.next(frame)).kind());
  }

  @Test
  void endOfStream_insideAFrame_isTruncated() throws Exception {
    reader.append(frameOf(20), 0, 19);
    assertFalse(reader.next(frame));
    assertEquals(
        FrameFault.Kind.TRUNCATED, assertThrows(FrameFault.class, reader::endOfStream).kind());
  }

  @Test
  void endOfStream_betweenFrames_isFine() throws Exception {
    byte[] good = frameOf(20);
    ByteArrayInputStream in = new ByteArrayInputStream(good);
    while (reader.readFrom(in) >= 0) {}
    assertTrue(reader.next(frame));
    reader.endOfStream();
  }

  @Test
  void afterAFault_theReaderStaysFaulty() {
    byte[] garbage = new byte[6];
    reader.append(garbage, 0, 6);
    FrameFault first = assertThrows(FrameFault.class, () -> reader.next(frame));
    byte[] good = frameOf(20);
    reader.append(good, 0, good.length);
    assertEquals(first, assertThrows(FrameFault.class, () -> reader.next(frame)));
  }

  private static byte[] frameOf(int bytes) {
    return ByteBuffer.allocate(bytes).putInt(bytes).putShort((short) 0xEB50).array();
  }
}
