package io.mainstay.actors.recovery.action.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class DeviceAccountTest {
  private static final DeviceAccount AGREES = new DeviceAccount("a", List.of(), "");
  private static final DeviceAccount DIFFERS = new DeviceAccount("b", List.of("m differs"), "");
  private static final DeviceAccount REFUSED = new DeviceAccount("c", List.of(), "it is busy");

  @Test
  void devices_agree_ifEachSaidSo_andThereIsOne() {
    assertTrue(DeviceAccount.agree(List.of(AGREES, AGREES)));
    assertFalse(DeviceAccount.agree(List.of(AGREES, DIFFERS)));
    assertFalse(DeviceAccount.agree(List.of(AGREES, REFUSED)));
    assertFalse(DeviceAccount.agree(List.of()));
  }

  @Test
  void text_saysOfEachDevice_whatItCameTo() {
    assertEquals(
        "a agrees; b differs: [m differs]; c: it is busy",
        DeviceAccount.text(List.of(AGREES, DIFFERS, REFUSED)));
    assertEquals("no worker serves that could say what it has", DeviceAccount.text(List.of()));
  }
}
