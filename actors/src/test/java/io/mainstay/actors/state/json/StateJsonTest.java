package io.mainstay.actors.state.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mainstay.actors.state.StateKind;
import io.mainstay.protocol.state.DeviceHealthUpdate;
import io.mainstay.protocol.state.MemoryAllocationRequest;
import io.mainstay.protocol.state.MemoryPolicyUpdate;
import io.mainstay.protocol.state.StateMessage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples of the protocol's catalog, one golden file each, read and printed again. */
class StateJsonTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static String golden(StateKind kind) throws IOException {
    String name = "/state/" + kind.eventType() + ".json";
    try (InputStream in = StateJsonTest.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @ParameterizedTest
  @EnumSource(StateKind.class)
  void example_parsesAndPrintsBackTheSame_withOurNamesOfDevices(StateKind kind) throws IOException {
    String example = golden(kind);

    StateMessage message = StateJson.parse(example);
    String printed = StateJson.print(message);

    assertEquals(kind.type(), message.getClass());
    String ours = example.replaceAll("gpu_(\\d)", "cuda-$1");
    assertEquals(JSON.readTree(ours), JSON.readTree(printed));
    assertEquals(JSON.readTree(ours).toString(), printed, "the order of the fields");
    assertEquals(message, StateJson.parse(printed));
  }

  @ParameterizedTest
  @EnumSource(StateKind.class)
  void exampleWithoutAnyOneField_isRefusedOrMeansAbsent(StateKind kind) throws IOException {
    JsonNode example = JSON.readTree(golden(kind));
    example
        .fieldNames()
        .forEachRemaining(
            field -> {
              var less = example.deepCopy();
              ((com.fasterxml.jackson.databind.node.ObjectNode) less).remove(field);
              if (less.has("event_type") && field.equals("estimated_completion")) {
                assertEquals(less.toString(), StateJson.print(StateJson.parse(less.toString())));
              } else {
                var failure =
                    assertThrows(
                        IllegalArgumentException.class, () -> StateJson.parse(less.toString()));
                assertTrue(failure.getMessage().contains(field), failure.getMessage());
              }
            });
  }

  @Test
  void everyMessageOfTheProtocol_isInTheTable() {
    Set<Class<?>> known =
        Arrays.stream(StateKind.values()).map(StateKind::type).collect(Collectors.toSet());
    assertEquals(new HashSet<>(Arrays.asList(StateMessage.class.getPermittedSubclasses())), known);
    assertEquals(24, known.size());
  }

  @Test
  void sizesAndDurations_areExact() throws IOException {
    MemoryPolicyUpdate policy =
        (MemoryPolicyUpdate) StateJson.parse(golden(StateKind.MEMORY_POLICY_UPDATE));
    assertEquals(8L << 30, policy.policyChanges().maxModelCacheSize().getAsLong());
    MemoryAllocationRequest request =
        (MemoryAllocationRequest) StateJson.parse(golden(StateKind.MEMORY_ALLOCATION_REQUEST));
    assertEquals(Duration.ofMinutes(5), request.estimatedDuration());
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 1023, 1024, 1025, 8L << 30, 6_123_456_789L, Long.MAX_VALUE, 1L << 40})
  void everySize_survivesItsText(long bytes) {
    assertEquals(bytes, SizeText.parse(SizeText.print(bytes)));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 999, 1_000_000, 156_000_000, 300_000_000_000L, 90_000_000_000L})
  void everyDuration_survivesItsText(long nanos) {
    Duration duration = Duration.ofNanos(nanos);
    assertEquals(duration, DurationText.parse(DurationText.seconds(duration)));
    assertEquals(duration, DurationText.parse(DurationText.minutes(duration)));
  }

  @Test
  void deviceWithoutASensor_hasNoTemperature() throws IOException {
    String text = golden(StateKind.DEVICE_HEALTH_UPDATE).replace("\"temperature\": 72.5,", "");
    DeviceHealthUpdate update = (DeviceHealthUpdate) StateJson.parse(text);

    assertTrue(update.healthMetrics().temperature().isEmpty());
    assertTrue(!StateJson.print(update).contains("temperature"));
    assertEquals("cuda-0", update.deviceId());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "[]",
        "{}",
        "{\"event_type\":\"nothing_such\"}",
        "{\"event_type\":\"device_routing_update\",\"routing_table\":3,"
            + "\"effective_immediately\":true}",
        "{\"event_type\":\"session_control_command\",\"session_id\":\"s\",\"command\":\"dance\","
            + "\"reason\":\"r\",\"resume_condition\":\"c\"}",
        "{\"event_type\":\"session_control_command\",\"session_id\":\"s\",\"command\":"
            + "\"pause_operations\",\"reason\":\"r\",\"resume_condition\":\"c\",\"more\":1}"
      })
  void whatIsNoMessage_isRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> StateJson.parse(text));
  }
}
