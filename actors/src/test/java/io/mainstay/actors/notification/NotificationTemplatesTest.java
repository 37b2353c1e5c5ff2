package io.mainstay.actors.notification;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.notification.delivery.Envelope;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NotificationTemplatesTest {
  private static final String MINIMAL = "minimal_operation_mode";

  @TempDir Path directory;

  private Config with(String overrides) throws Exception {
    Path file = Files.writeString(directory.resolve("node.conf"), overrides);
    return ConfigFactory.parseFile(file.toFile()).withFallback(ConfigFactory.load()).resolve();
  }

  @Test
  void defaults_haveOneTextForEachKind_andLeaveNoBraces() {
    NotificationTemplates templates = NotificationTemplates.load(ConfigFactory.load());
    for (NotificationKind kind : NotificationKind.values()) {
      Words words = Words.none();
      for (Placeholder each : kind.placeholders()) {
        words = words.and(each, "<" + each.text() + ">");
      }
      NotificationTemplates.Rendered rendered = templates.render(kind, words);
      String all = rendered.title() + rendered.text() + rendered.detail();
      assertFalse(all.contains("{") || all.contains("}"), kind + ": " + all);
      // Whatever a kind can be about is said: a placeholder that no text uses is dead.
      for (Placeholder each : kind.placeholders()) {
        assertTrue(all.contains("<" + each.text() + ">"), kind + " never says " + each);
      }
    }
  }

  @Test
  void activation_saysModeReasonAndTime_andKeepsWhatLooksLikeAPattern() {
    var rendered =
        NotificationTemplates.load(ConfigFactory.load())
            .render(
                NotificationKind.DEGRADATION_ACTIVATED,
                Words.of(Placeholder.MODE_NAME, "safety_first")
                    .and(Placeholder.REASON, "$1 \\ {reason}")
                    .and(Placeholder.ESTIMATED_TIME, null));
    assertTrue(rendered.text().contains("safety_first, because of $1 \\ {reason};"), rendered + "");
    assertTrue(rendered.text().endsWith("within -."), rendered.text());
  }

  @Test
  void unknownPlaceholder_stopsWithFileAndLine() throws Exception {
    Config wrong =
        with("\n\nmainstay.notifications.templates.worker_died.text = \"{devise} died\"\n");
    ConfigException thrown =
        assertThrows(ConfigException.BadValue.class, () -> NotificationTemplates.load(wrong));
    assertTrue(thrown.getMessage().contains("node.conf: 3"), thrown.getMessage());
    assertTrue(thrown.getMessage().contains("{devise}"), thrown.getMessage());
    assertTrue(thrown.getMessage().contains("death_cause"), thrown.getMessage());
  }

  @Test
  void placeholderOfAnotherKind_strangeKind_strangeField_andEmptyTitle_areRefused()
      throws Exception {
    refused("worker_died.text = \"{mode_name}\"", "mode_name");
    refused("worker_dyed { title = a, text = b, detail = c }", "worker_dyed");
    refused("worker_died.body = x", "body");
    refused("worker_died.title = \"\"", "one line");
    refused("worker_died = 5", "worker_died");
    refused("worker_died = null", "worker_died");
  }

  private void refused(String line, String word) throws Exception {
    Config wrong = with("mainstay.notifications.templates." + line);
    ConfigException thrown =
        assertThrows(ConfigException.class, () -> NotificationTemplates.load(wrong), line);
    assertTrue(thrown.getMessage().contains(word), thrown.getMessage());
  }

  @Test
  void envelope_withAnUnknownPlaceholder_stopsWithFileAndLine() throws Exception {
    Config wrong = with("mainstay.notifications.envelope.subject = \"{tittle}\"");
    ConfigException thrown = assertThrows(ConfigException.class, () -> Envelope.load(wrong));
    assertTrue(thrown.getMessage().contains("node.conf: 1"), thrown.getMessage());
    Config stray = with("mainstay.notifications.envelope.signature = x");
    assertThrows(ConfigException.class, () -> Envelope.load(stray));
  }

  @Test
  void minimalMode_hasItsThreeTexts() {
    NotificationTemplates templates = NotificationTemplates.load(ConfigFactory.load());
    var activated =
        (NotificationCommand.Notify)
            ModeNotices.minimalActivated(
                MINIMAL, io.mainstay.actors.recovery.Severity.HIGH, "the memory is full", null);
    var limited =
        (NotificationCommand.Notify)
            ModeNotices.minimalLimited(MINIMAL, "pictures above 512", null);
    var recovery =
        (NotificationCommand.Notify)
            ModeNotices.minimalRecovery(MINIMAL, Estimate.within(Duration.ofMinutes(5)), null);
    assertEquals(
        3,
        java.util.stream.Stream.of(activated, limited, recovery)
            .map(each -> templates.render(each.kind(), each.words()).text())
            .distinct()
            .count());
    assertTrue(
        templates
            .render(activated.kind(), activated.words())
            .text()
            .contains("resources are short"));
    assertTrue(
        templates.render(limited.kind(), limited.words()).text().contains("pictures above 512"));
    assertTrue(
        templates
            .render(recovery.kind(), recovery.words())
            .text()
            .contains("automatically, expected within 5 min"));
  }
}
