package io.mainstay.protocol.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.protocol.DeviceHealth;
import io.mainstay.protocol.LoadStage;
import io.mainstay.protocol.PressureLevel;
import io.mainstay.protocol.ProtocolVersion;
import io.mainstay.protocol.TensorType;
import io.mainstay.protocol.VramUsage;
import io.mainstay.protocol.WorkerBlame;
import io.mainstay.protocol.WorkerFault;
import io.mainstay.protocol.WorkerFaultCode;
import io.mainstay.protocol.WorkerState;
import io.mainstay.protocol.frame.FrameFault;
import io.mainstay.protocol.frame.FrameReader;
import io.mainstay.protocol.golden.GoldenFiles;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class WorkerMessageAdapterTest {
  private static final long EPOCH = 7;
  private static final int SBE_HEADER = 6;
  private static final int TEMPLATE_AT = SBE_HEADER + 2;
  private static final int SCHEMA_AT = SBE_HEADER + 4;
  private static final int BODY = SBE_HEADER + 8;

  private final RecordedMessages told = new RecordedMessages();
  private final WorkerMessageAdapter adapter = new WorkerMessageAdapter(EPOCH, told);

  static Stream<Arguments> messages() {
    List<Long> tokens = List.of(-1L, -1L);
    return Stream.of(
        Arguments.of(
            "Hello",
            new WorkerMessages.Hello(
                1,
                0,
                4242,
                2,
                536870912,
                2,
                100663296,
                true,
                "cpu-0",
                "0.1.0",
                "onnxruntime-cpu",
                "1.29.0",
                "Example CPU @ 2.00GHz avx2 avx512f")),
        Arguments.of(
            "Pong",
            new WorkerMessages.Pong(
                1001, 123456789012345L, 987654321, 31, 2500000, 3, WorkerState.COMPUTING, 2)),
        Arguments.of(
            "Fault",
            new WorkerMessages.Fault(
                31,
                new WorkerFault(
                    WorkerFaultCode.OUTPUT_TOO_SMALL,
                    WorkerBlame.REQUEST,
                    true,
                    "output last_hidden_state needs 24576 bytes, room 4096 — größer wählen"))),
        Arguments.of("Drained", new WorkerMessages.Drained(40, 300)),
        Arguments.of("ModelUnloaded", new WorkerMessages.ModelUnloaded(41, 46137344)),
        Arguments.of(
            "ModelLoaded",
            new WorkerMessages.ModelLoaded(
                11,
                46137344,
                89000000,
                List.of(
                    new WorkerMessages.LoadedComponent(
                        "model",
                        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
                        List.of(
                            new WorkerMessages.TensorSignature(
                                "input_ids", TensorType.INT64, tokens),
                            new WorkerMessages.TensorSignature(
                                "attention_mask", TensorType.INT64, tokens)),
                        List.of(
                            new WorkerMessages.TensorSignature(
                                "last_hidden_state", TensorType.FLOAT32, List.of(-1L, -1L, 384L)))),
                    new WorkerMessages.LoadedComponent("vae_decoder", "", List.of(), List.of())))),
        Arguments.of("Verified", new WorkerMessages.Verified(42, 1800000)),
        Arguments.of("FaultArmed", new WorkerMessages.FaultArmed(50)),
        Arguments.of("DeviceHealthUpdate", new DeviceHealth(Float.NaN, 87.5f, 0.25f, 1)),
        Arguments.of(
            "VramUsageUpdate",
            new VramUsage(536870912, 134217728, 402653184, 0.125f, PressureLevel.HIGH, true)),
        Arguments.of(
            "ModelLoadingProgress",
            new WorkerMessages.ModelLoadingProgress(
                11, LoadStage.CREATING_SESSION, 62.5f, 23068672, "model")),
        Arguments.of("InferenceProgress", new WorkerMessages.InferenceProgress(31, 150000, 0f)),
        Arguments.of(
            "InferenceCompleted",
            new WorkerMessages.InferenceCompleted(
                31,
                150000,
                1850000,
                141557760,
                List.of(
                    new WireTensor(
                        "last_hidden_state",
                        TensorType.FLOAT32,
                        List.of(1L, 2L, 384L),
                        new TensorSite.Shared(0, 4096, 3072)),
                    new WireTensor(
                        "score",
                        TensorType.FLOAT32,
                        List.of(1L),
                        new TensorSite.Inline(
                            ByteBuffer.wrap(new byte[] {0, 0, (byte) 0x80, 0x3f})))))));
  }

  @ParameterizedTest
  @MethodSource("messages")
  void goldenFrame_isToldAsItsRecord(String template, Record expected) throws Exception {
    feed(GoldenFiles.frame(template));
    assertEquals(List.of(expected), told.told);
    assertEquals(template, adapter.lastFrame());
  }

  @ParameterizedTest
  @MethodSource("messages")
  void frameOfAWorkerOfVersion0_isToldAsItsRecordWithoutNumbers(String template, Record expected)
      throws Exception {
    feed(GoldenFiles.frame(0, template));
    assertEquals(List.of(expected), told.told);
    told.stamps.forEach(stamp -> assertEquals(WorkerMessages.Stamp.NONE, stamp));
  }

  @Test
  void healthAndUse_carryTheirPlaceAmongTheStateMessages() throws Exception {
    feed(GoldenFiles.frame("DeviceHealthUpdate"));
    feed(GoldenFiles.frame("VramUsageUpdate"));
    Instant at = Instant.parse("2025-07-12T10:30:45Z");
    assertEquals(
        List.of(
            new WorkerMessages.Stamp(41, 41, at),
            new WorkerMessages.Stamp(42, 42, at.plusMillis(500))),
        told.stamps);
  }

  @Test
  void blockShorterThanItsVersionSays_isUndecodable() throws Exception {
    byte[] frame = GoldenFiles.frame(0, "DeviceHealthUpdate");
    littleEndian(frame).putShort(SBE_HEADER + 6, (short) 1);
    FrameFault fault = assertThrows(FrameFault.class, () -> feed(frame));
    assertEquals(FrameFault.Kind.UNDECODABLE, fault.kind());
  }

  @Test
  void unknownTemplate_isSkippedAndCounted() throws Exception {
    byte[] frame = GoldenFiles.frame("Pong");
    littleEndian(frame).putShort(TEMPLATE_AT, (short) 99);
    feed(frame);
    feed(GoldenFiles.frame("Ping"));
    feed(GoldenFiles.frame("Pong"));
    assertEquals(2, adapter.unknownTemplates());
    assertEquals(1, told.told.size());
  }

  @Test
  void foreignEpoch_isDroppedAndCounted() throws Exception {
    byte[] frame = GoldenFiles.frame("Pong");
    littleEndian(frame).putLong(BODY, EPOCH + 1);
    feed(frame);
    assertEquals(1, adapter.foreignEpochs());
    assertTrue(told.told.isEmpty());
    assertEquals("", adapter.lastFrame());
  }

  @Test
  void foreignMajorVersion_isRefusedWithBothNamed() throws Exception {
    byte[] frame = GoldenFiles.frame("Hello");
    littleEndian(frame).putShort(SCHEMA_AT, (short) 2);
    SchemaRefused refused = assertThrows(SchemaRefused.class, () -> feed(frame));
    assertEquals(1, refused.ours());
    assertEquals(2, refused.theirs());
    assertTrue(refused.getMessage().contains("version 2, this host speaks 1"));
  }

  @Test
  void newerMinorVersion_withALongerBlock_isUnderstood() throws Exception {
    byte[] golden = GoldenFiles.frame("ModelUnloaded");
    byte[] newer = java.util.Arrays.copyOf(golden, golden.length + 8);
    ByteBuffer.wrap(newer).putInt(0, newer.length);
    ByteBuffer header = littleEndian(newer);
    header.putShort(SBE_HEADER, (short) (header.getShort(SBE_HEADER) + 8));
    header.putShort(SBE_HEADER + 6, (short) (ProtocolVersion.MINOR + 1));
    feed(newer);
    assertEquals(List.of(new WorkerMessages.ModelUnloaded(41, 46137344)), told.told);
  }

  @Test
  void unknownFaultCode_isInternalAndSaysTheNumber() throws Exception {
    byte[] frame = GoldenFiles.frame("Fault");
    littleEndian(frame).putShort(BODY + 16, (short) 777);
    feed(frame);
    WorkerFault fault = ((WorkerMessages.Fault) told.told.get(0)).fault();
    assertEquals(WorkerFaultCode.INTERNAL, fault.code());
    assertTrue(fault.message().startsWith("fault code 777: output last"));
  }

  @Test
  void textLongerThanItsFrame_isUndecodableWithTheOffset() throws Exception {
    feed(GoldenFiles.frame("Pong"));
    byte[] frame = GoldenFiles.frame("ModelLoadingProgress");
    int text = frame.length - "model".length() - 2;
    littleEndian(frame).putShort(text, (short) 6);
    FrameFault fault = assertThrows(FrameFault.class, () -> feed(frame));
    assertEquals(FrameFault.Kind.UNDECODABLE, fault.kind());
    assertTrue(fault.getMessage().contains("ModelLoadingProgress"));
  }

  @Test
  void blockShorterThanTheFirstVersions_isUndecodable() throws Exception {
    byte[] frame = GoldenFiles.frame("Pong");
    littleEndian(frame).putShort(SBE_HEADER, (short) 16);
    FrameFault fault = assertThrows(FrameFault.class, () -> feed(frame));
    assertEquals(FrameFault.Kind.UNDECODABLE, fault.kind());
  }

  private void feed(byte[] bytes) throws FrameFault, SchemaRefused {
    FrameReader reader = new FrameReader(1 << 20);
    reader.append(bytes, 0, bytes.length);
    UnsafeBuffer frame = new UnsafeBuffer(0, 0);
    while (reader.next(frame)) {
      adapter.onFrame(frame, reader.frameOffset());
    }
  }

  private static ByteBuffer littleEndian(byte[] frame) {
    return ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
  }
}
