package io.mainstay.actors.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.degradation.ModeChanged;
import io.mainstay.actors.degradation.ModeKey;
import io.mainstay.actors.degradation.ModeRules;
import io.mainstay.actors.degradation.ModeSettings;
import io.mainstay.actors.degradation.ModeTrigger;
import io.mainstay.actors.degradation.ModeView;
import io.mainstay.actors.degradation.Operation;
import io.mainstay.actors.degradation.Restrictions;
import io.mainstay.actors.degradation.restoration.RestorationSettings;
import io.mainstay.actors.notification.NotificationCommand.Notify;
import io.mainstay.actors.notification.NotificationKind;
import io.mainstay.actors.notification.NotificationTemplates;
import io.mainstay.actors.notification.Placeholder;
import io.mainstay.actors.recovery.Severity;
import io.mainstay.actors.recovery.catalog.DegradationMode;
import io.mainstay.actors.recovery.catalog.DegradationSubState;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What people are told of each mode and part: that it is on, its limits, and when it ends. */
class ModeTellerTest {
  private static final Instant ENTERED = Instant.ofEpochSecond(60);
  private static final EventMeta CAUSE = EventMeta.root("01KAJZP9S8B6V5Q4W3E2R1T0YA", ENTERED);
  private static final Config CONFIG = ConfigFactory.load();
  private static final EventMeta BEGUN = EventMeta.root("begun", ENTERED);
  private static final ModeSettings SETTINGS = ModeSettings.of(CONFIG);
  private static final ModeRules RULES = new ModeRules(SETTINGS, List.of("cpu-0", "cuda-0"));
  private static final ModeTexts TEXTS =
      new ModeTexts(SETTINGS, RULES, RestorationSettings.of(CONFIG));
  private static final NotificationTemplates TEMPLATES = NotificationTemplates.load(CONFIG);

  private static List<Notify> told(ModeKey key, ModeTrigger trigger) {
    ModeView.Ground why = new ModeView.Ground(trigger, "watch", "maintenance", ENTERED);
    return told(key, new ModeView.Active(key, BEGUN, List.of(why), null), List.of());
  }

  private static List<Notify> told(
      ModeKey key, ModeView.Active active, List<ModeView.ManualOverride> overrides) {
    ModeView now = new ModeView(List.of(active), overrides, Restrictions.NONE);
    return notices(new ModeChanged(key, true, "maintenance", now, CAUSE));
  }

  private static List<Notify> notices(ModeChanged changed) {
    return TEXTS.of(changed, Instant.EPOCH).stream().map(Notify.class::cast).toList();
  }

  private static Notify one(List<Notify> all, NotificationKind kind) {
    List<Notify> found = all.stream().filter(each -> each.kind() == kind).toList();
    assertEquals(1, found.size(), kind + " in " + all);
    return found.get(0);
  }

  private static String text(Notify notify) {
    return TEMPLATES.render(notify.kind(), notify.words()).text();
  }

  static Stream<ModeKey> modes() {
    List<ModeKey> keys = new ArrayList<>();
    for (DegradationMode mode : DegradationMode.values()) {
      keys.add(ModeKey.of(mode, subject(mode)));
    }
    for (DegradationSubState part : DegradationSubState.values()) {
      DegradationMode of = SETTINGS.partOf().get(part);
      keys.add(ModeKey.of(of, part, subject(of)));
    }
    return keys.stream();
  }

  private static String subject(DegradationMode mode) {
    return switch (mode) {
      case DEVICE_ISOLATION -> "cuda-0";
      case MODEL_DOMAIN_ISOLATION -> "sdxl-turbo";
      default -> "";
    };
  }

  /** Whatever the mode demands is said, and nothing reads as a dash or as unknown. */
  @ParameterizedTest
  @MethodSource("modes")
  void eachMode_isToldWithItsLimits_andWhenItEnds(ModeKey key) {
    List<Notify> all = told(key, ModeTrigger.MULTIPLE_CRITICAL_FAILURES);
    StringBuilder said = new StringBuilder();
    all.forEach(each -> said.append(text(each)).append('\n'));
    Restrictions demands = RULES.of(key, Set.of(ModeTrigger.MULTIPLE_CRITICAL_FAILURES));
    assertFalse(demands.off().isEmpty(), key.text());
    for (Operation off : demands.off()) {
      assertTrue(said.toString().contains(off.code().replace('_', ' ')), off + " in " + said);
    }
    for (String phrase : ModeRules.phrases(demands)) {
      assertTrue(phrase.startsWith("off: ") || said.toString().contains(phrase), phrase);
    }
    assertTrue(said.toString().contains("after its cause is over"), said.toString());
    assertFalse(said.toString().contains("unknown"), said.toString());
    all.forEach(each -> assertEquals(key.text(), each.subject()));
    all.forEach(each -> assertEquals(CAUSE, each.cause()));
  }

  @Test
  void minimalMode_andItsParts_haveTheirOwnThreeTexts() {
    ModeKey protection =
        ModeKey.of(
            DegradationMode.MINIMAL_OPERATION_MODE, DegradationSubState.SYSTEM_PROTECTION_MODE, "");
    for (ModeKey key : List.of(ModeKey.of(DegradationMode.MINIMAL_OPERATION_MODE), protection)) {
      List<Notify> all = told(key, ModeTrigger.DEVICE_DISCOVERY_FAILURE);
      assertEquals(3, all.size());
      Notify activated = one(all, NotificationKind.MINIMAL_MODE_ACTIVATED);
      assertEquals(Severity.HIGH, activated.severity());
      assertTrue(text(activated).contains("maintenance"));
      String limited = text(one(all, NotificationKind.MINIMAL_MODE_LIMITED));
      assertTrue(limited.contains("gpu inference"), limited);
      assertTrue(limited.contains("sessions at a time at most 1"), limited);
      one(all, NotificationKind.MINIMAL_MODE_RECOVERY);
    }
  }

  /** 30 s of quiet, a look, the four phases' 255 s and 10 s to leave it. */
  @Test
  void estimate_isQuietTimeAndWayBack() {
    Notify recovery =
        one(
            told(
                ModeKey.of(DegradationMode.MINIMAL_OPERATION_MODE),
                ModeTrigger.DEVICE_DISCOVERY_FAILURE),
            NotificationKind.MINIMAL_MODE_RECOVERY);
    assertEquals("5 min after its cause is over", recovery.words().get(Placeholder.ESTIMATED_TIME));
    Notify isolated =
        one(
            told(
                ModeKey.of(DegradationMode.DEVICE_ISOLATION, "cuda-0"),
                ModeTrigger.DEVICE_FAILURE_OR_CORRUPTION),
            NotificationKind.DEGRADATION_ACTIVATED);
    assertEquals(
        "46.0 s after its cause is over", isolated.words().get(Placeholder.ESTIMATED_TIME));
  }

  @Test
  void estimate_isExact_onceTheGroundsAreGone_andUnknownWhereAPersonDecides() {
    ModeKey saving = ModeKey.of(DegradationMode.PERFORMANCE_CONSERVATION_MODE);
    ModeView.Active settling =
        new ModeView.Active(saving, BEGUN, List.of(), ENTERED.plusSeconds(5));
    Notify known = one(told(saving, settling, List.of()), NotificationKind.DEGRADATION_ACTIVATED);
    assertEquals("46.0 s", known.words().get(Placeholder.ESTIMATED_TIME));

    ModeView.ManualOverride asked =
        new ModeView.ManualOverride(saving, true, "ada", "maintenance", ENTERED);
    ModeView.Active demanded = new ModeView.Active(saving, BEGUN, List.of(), null);
    Notify manual =
        one(told(saving, demanded, List.of(asked)), NotificationKind.DEGRADATION_ACTIVATED);
    String estimate = manual.words().get(Placeholder.ESTIMATED_TIME);
    assertEquals(
        "an unknown time: a person ends it, 'mainstay mode clear performance_conservation_mode'",
        estimate);
  }

  @Test
  void commandThatEndsAnIsolation_namesWhatIsIsolated() {
    ModeKey isolated = ModeKey.of(DegradationMode.DEVICE_ISOLATION, "cuda-0");
    Notify told = one(demanded(isolated), NotificationKind.DEGRADATION_ACTIVATED);
    assertTrue(
        text(told).contains("'mainstay mode clear device_isolation --subject cuda-0'"), text(told));
  }

  private static List<Notify> demanded(ModeKey key) {
    return told(
        key,
        new ModeView.Active(key, BEGUN, List.of(), null),
        List.of(new ModeView.ManualOverride(key, true, "ada", "maintenance", ENTERED)));
  }

  /** Nobody is told that nothing needs to be done where it lasts until a person does something. */
  @Test
  void minimalMode_thatWaitsForAPerson_namesTheCommand_andNoEnd() {
    ModeKey minimal = ModeKey.of(DegradationMode.MINIMAL_OPERATION_MODE);
    assertHeld(demanded(minimal), "'mainstay mode clear minimal_operation_mode'");

    ModeKey protection =
        ModeKey.of(
            DegradationMode.MINIMAL_OPERATION_MODE, DegradationSubState.SYSTEM_PROTECTION_MODE, "");
    assertHeld(
        grounded(
            protection,
            ground("escalation of primary_device_failure at device/cpu-0", GATED),
            ground("memory of the machine", "97 %")),
        "'mainstay errors acknowledge primary_device_failure'");
    List<Notify> alone =
        grounded(
            protection,
            ground("escalation of memory_leak at device/cpu-0", "ends when the place is well"),
            ground("somebody else", GATED));
    one(alone, NotificationKind.MINIMAL_MODE_RECOVERY);
  }

  private static final String GATED =
      "it was given up; ends when the place is well again and a person has seen it:"
          + " 'mainstay errors acknowledge primary_device_failure'";

  private static ModeView.Ground ground(String source, String reason) {
    return new ModeView.Ground(ModeTrigger.ERROR_UNHEALED, source, reason, ENTERED);
  }

  private static List<Notify> grounded(ModeKey key, ModeView.Ground... grounds) {
    return told(key, new ModeView.Active(key, BEGUN, List.of(grounds), null), List.of());
  }

  private static void assertHeld(List<Notify> all, String command) {
    assertEquals(3, all.size());
    String held = text(one(all, NotificationKind.MINIMAL_MODE_HELD));
    assertTrue(held.contains(command), held);
    String said = all.stream().map(ModeTellerTest::text).toList().toString();
    assertFalse(said.contains("Nothing needs to be done"), said);
  }

  /** An isolation whose error waits at its gate has no end of its own either. */
  @Test
  void estimate_isUnknown_whileAnErrorWaitsForAPerson() {
    Notify told =
        one(
            grounded(
                ModeKey.of(DegradationMode.DEVICE_ISOLATION, "cuda-0"),
                ground("escalation of primary_device_failure at device/cuda-0", GATED)),
            NotificationKind.DEGRADATION_ACTIVATED);
    String estimate = told.words().get(Placeholder.ESTIMATED_TIME);
    assertTrue(estimate.startsWith("an unknown time: it waits for a person, 'mainstay"), estimate);
  }

  @Test
  void limits_sayWhatStandsIn() {
    Notify limited =
        one(
            told(
                ModeKey.of(DegradationMode.MEMORY_DOMAIN_ISOLATION),
                ModeTrigger.MEMORY_CORRUPTION_OR_PRESSURE),
            NotificationKind.FUNCTIONALITY_LIMITED);
    String instead = limited.words().get(Placeholder.ALTERNATIVE_OPTIONS);
    assertTrue(instead.contains("reservations and batches up to 477 MiB"), instead);
    assertTrue(instead.contains("sessions of class standard or interactive"), instead);
    assertEquals(
        Severity.MEDIUM,
        one(
                told(
                    ModeKey.of(DegradationMode.PERFORMANCE_CONSERVATION_MODE),
                    ModeTrigger.MEMORY_PRESSURE_WARNING),
                NotificationKind.DEGRADATION_ACTIVATED)
            .severity());
  }

  @Test
  void mode_thatIsLeft_isToldWithHowLongItHeld() {
    ModeKey key = ModeKey.of(DegradationMode.SAFETY_FIRST_MODE);
    List<Notify> left = notices(new ModeChanged(key, false, "maintenance", ModeView.NORMAL, CAUSE));
    Notify ended = one(left, NotificationKind.DEGRADATION_ENDED);
    assertEquals("1 min", ended.words().get(Placeholder.DURATION));
    assertEquals(CAUSE, ended.cause());
  }
}
