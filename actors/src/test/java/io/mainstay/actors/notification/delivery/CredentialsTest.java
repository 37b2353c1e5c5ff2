package io.mainstay.actors.notification.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialsTest {
  private static final String MAIL =
      "mainstay.notifications.email { host = mail.example.org, from = \"a@example.org\","
          + " to = [\"b@example.org\"], username = node }\n";
  private static final Map<String, String> ENVIRONMENT =
      Map.of("MAIL_PASSWORD", " hunter2 ", "HOOK", "https://example.org/x", "KEY", "k".repeat(16));
  @TempDir Path directory;

  private static Config with(String text) {
    return ConfigFactory.parseString(text).withFallback(ConfigFactory.load());
  }

  private static EmailSettings email(String text) {
    return EmailSettings.of(with(text), ENVIRONMENT::get).orElseThrow();
  }

  private static String refusal(String text) {
    return assertThrows(
            IllegalArgumentException.class,
            () -> {
              EmailSettings.of(with(text), ENVIRONMENT::get);
              WebhookSettings.of(with(text), ENVIRONMENT::get);
            },
            text)
        .getMessage();
  }

  @Test
  void defaults_areOff() {
    assertTrue(EmailSettings.of(ConfigFactory.load(), ENVIRONMENT::get).isEmpty());
    assertTrue(WebhookSettings.of(ConfigFactory.load(), ENVIRONMENT::get).isEmpty());
  }

  @Test
  void password_comesFromTheEnvironmentOrAFile_andIsNeverShown() throws Exception {
    EmailSettings settings =
        email(MAIL + "mainstay.notifications.email.password-env = MAIL_PASSWORD");
    assertEquals("hunter2", settings.password().reveal());
    assertFalse(settings.toString().contains("hunter2"), settings.toString());
    Path file = Files.writeString(directory.resolve("password"), "from-file\nrest\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    String named = MAIL + "mainstay.notifications.email.password-file = \"" + file + "\"\n";
    assertEquals("from-file", email(named).password().reveal());
    assertTrue(
        refusal(named + "mainstay.notifications.email.password-env = MAIL_PASSWORD")
            .contains("both"));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    assertTrue(refusal(named).contains("chmod 600"));
    Files.delete(file);
    String gone = refusal(named);
    assertTrue(gone.contains("password-file") && gone.contains("cannot be read"), gone);
  }

  @Test
  void whatIsMissingOrUnsafe_isRefusedByName() {
    assertTrue(refusal(MAIL).contains("password"));
    assertTrue(
        refusal(MAIL + "mainstay.notifications.email.password-env = NOT_THERE")
            .contains("NOT_THERE"));
    String env = MAIL + "mainstay.notifications.email.password-env = MAIL_PASSWORD\n";
    assertTrue(refusal(env + "mainstay.notifications.email.security = none").contains("clear"));
    assertTrue(refusal(env + "mainstay.notifications.email.security = ssl").contains("starttls"));
    assertTrue(refusal(env + "mainstay.notifications.email.to = []").contains("addresses"));
    assertTrue(refusal(env + "mainstay.notifications.email.to = [nobody]").contains("nobody"));
    assertTrue(refusal(env + "mainstay.notifications.email.port = 70000").contains("70000"));
  }

  @Test
  void webhook_needsHttpsAndAKey_andHidesItsAddress() {
    String hidden = "mainstay.notifications.webhook { url-env = HOOK, secret-env = KEY }";
    WebhookSettings settings = WebhookSettings.of(with(hidden), ENVIRONMENT::get).orElseThrow();
    assertEquals("example.org", settings.address().getHost());
    assertFalse(settings.toString().contains("example.org"), settings.toString());
    assertTrue(
        refusal("mainstay.notifications.webhook { url = \"https://example.org/\" }")
            .contains("secret-file"));
    String plain =
        refusal(
            "mainstay.notifications.webhook { url = \"http://example.org/s3cret\", secret-env = KEY"
                + " }");
    assertTrue(plain.contains("https"), plain);
    assertFalse(plain.contains("s3cret"), plain);
    String broken =
        refusal("mainstay.notifications.webhook { url = \"ht tp://s3cret\", secret-env = KEY }");
    assertFalse(broken.contains("s3cret"), broken);
  }
}
