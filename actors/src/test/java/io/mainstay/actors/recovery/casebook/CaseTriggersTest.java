package io.mainstay.actors.recovery.casebook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.degradation.DeviceUse;
import io.mainstay.actors.degradation.ModeKey;
import io.mainstay.actors.degradation.ModeRules;
import io.mainstay.actors.degradation.ModeSettings;
import io.mainstay.actors.degradation.ModeTrigger;
import io.mainstay.actors.degradation.Operation;
import io.mainstay.actors.degradation.Restrictions;
import io.mainstay.actors.recovery.ErrorDefinition;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.actors.recovery.Severity;
import io.mainstay.actors.recovery.catalog.DegradationMode;
import io.mainstay.persistence.casebook.CaseBookState;
import io.mainstay.persistence.casebook.OpenCase;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CaseTriggersTest {
  private static final ModeSettings SETTINGS = ModeSettings.of(Cases.CONFIG);
  private static final CaseModes MODES = new CaseModes(Set.of("cpu-0", "cuda-0"));

  /** A case of that error; places name a device and a model. */
  private static OpenCase opened(ErrorNames error, String place, boolean untilQuiet) {
    CaseFact opened =
        CaseFact.opened(
            Cases.decision(
                error, place, Severity.CRITICAL, Cases.CATALOG.get(error).blame(), 1, Cases.POLICY),
            false);
    CaseFact guarded =
        CaseFact.guarded(error.code(), place, List.of(CaseModes.PROTECTION), untilQuiet, "why");
    return Cases.after(CaseBookState.empty(), List.of(opened, guarded), Cases.START)
        .find(error.code(), place)
        .orElseThrow();
  }

  private static List<ModeKey> keys(ErrorDefinition error, String place) {
    List<ModeKey> keys = new ArrayList<>(MODES.of(error.modes(), place));
    keys.add(CaseModes.PROTECTION);
    return keys;
  }

  /** None would be refused by the keeper of the modes, and those that only cases give are given. */
  @Test
  void eachErrorOfTheCatalog_leadsToItsModes_byATriggerThatTheyList() {
    Set<ModeTrigger> given = EnumSet.noneOf(ModeTrigger.class);
    for (ErrorNames name : ErrorNames.values()) {
      for (String place : List.of("device/cpu-0", "model/sdxl-turbo")) {
        for (boolean untilQuiet : List.of(true, false)) {
          OpenCase one = opened(name, place, untilQuiet);
          for (ModeKey key : keys(Cases.CATALOG.get(name), place)) {
            ModeTrigger trigger = CaseTriggers.of(one, key);
            assertTrue(SETTINGS.leads(trigger, key), name + " to " + key.text() + ": " + trigger);
            given.add(trigger);
          }
        }
      }
    }
    assertTrue(
        given.containsAll(
            Set.of(
                ModeTrigger.MULTIPLE_CRITICAL_FAILURES,
                ModeTrigger.MODEL_CORRUPTION_OR_LOADING_FAILURES,
                ModeTrigger.ERROR_FREQUENCY,
                ModeTrigger.ERROR_UNHEALED)),
        given.toString());
  }

  /** Contradiction 51: the CPU would take the memory that is short. */
  @Test
  void memoryThatStaysShort_leavesGpusAlone_devicesThatAreNotFoundDoNot() {
    ModeRules rules = new ModeRules(SETTINGS, List.of("cpu-0", "cuda-0"));
    for (boolean untilQuiet : List.of(true, false)) {
      for (ModeKey key :
          List.of(ModeKey.of(DegradationMode.MINIMAL_OPERATION_MODE), CaseModes.PROTECTION)) {
        Restrictions memory = restrictions(rules, ErrorNames.SYSTEM_OUT_OF_MEMORY, key, untilQuiet);
        assertFalse(memory.isOff(Operation.GPU_INFERENCE), key.text());
        assertTrue(DeviceUse.LOADING.may(memory, "cuda-0"), key.text());
        assertEquals(1, memory.models().residentMax());
        Restrictions devices =
            restrictions(rules, ErrorNames.DEVICE_DISCOVERY_FAILURE, key, untilQuiet);
        assertTrue(devices.isOff(Operation.GPU_INFERENCE), key.text());
      }
    }
  }

  private static Restrictions restrictions(
      ModeRules rules, ErrorNames error, ModeKey key, boolean untilQuiet) {
    return rules.of(key, Set.of(CaseTriggers.of(opened(error, "node", untilQuiet), key)));
  }
}
