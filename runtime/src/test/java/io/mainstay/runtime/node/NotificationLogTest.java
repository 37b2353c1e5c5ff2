package io.mainstay.runtime.node;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeAndTimeBasedRollingPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file that notifications are logged to: one for each day, kept for 30 days. */
class NotificationLogTest {
  @TempDir Path directory;
  private final LoggerContext context = new LoggerContext();

  @BeforeEach
  void start() {
    context.setMDCAdapter(new LogbackMDCAdapter());
  }

  @AfterEach
  void stop() {
    context.stop();
  }

  private Logger configured(Path file) throws Exception {
    context.putProperty("mainstay.log.notifications", "NOTIFICATIONS");
    context.putProperty("mainstay.log.notifications.file", file.toString());
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    configurator.doConfigure(NotificationLogTest.class.getResource("/logback.xml"));
    return context.getLogger("io.mainstay.notifications");
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void log_isRolledEachDay_andWhatIsOlderThanThirtyDaysGoes() throws Exception {
    Path file = directory.resolve("notifications.log");
    Files.writeString(file, "");
    LocalDate today = LocalDate.ofInstant(Instant.now(), ZoneOffset.UTC);
    Path old =
        Files.writeString(
            directory.resolve("notifications.log." + today.minusDays(33) + ".0"), "old\n");
    Path kept =
        Files.writeString(
            directory.resolve("notifications.log." + today.minusDays(28) + ".0"), "kept\n");
    Logger log = configured(file);
    assertFalse(log.isAdditive(), "nothing of it is in node.log too");
    var appender = (RollingFileAppender<ILoggingEvent>) log.getAppender("NOTIFICATIONS");
    SizeAndTimeBasedRollingPolicy<?> policy =
        assertInstanceOf(SizeAndTimeBasedRollingPolicy.class, appender.getRollingPolicy());
    assertEquals(30, policy.getMaxHistory());
    log.error("critical issued kind=intake_paused today");
    var trigger = policy.getTimeBasedFileNamingAndTriggeringPolicy();
    trigger.setCurrentTime(Instant.now().plus(Duration.ofDays(1)).toEpochMilli());
    log.info("info issued kind=intake_resumed tomorrow");
    await("the day before is a file of its own")
        .atMost(Duration.ofSeconds(20))
        .until(() -> Files.exists(directory.resolve("notifications.log." + today + ".0")));
    await("what is too old is gone").atMost(Duration.ofSeconds(20)).until(() -> !Files.exists(old));
    assertTrue(Files.exists(kept), "" + files());
    String yesterday = Files.readString(directory.resolve("notifications.log." + today + ".0"));
    assertTrue(yesterday.contains("today"), yesterday);
    String active = Files.readString(file);
    assertTrue(active.contains("tomorrow"), active + " / " + yesterday);
  }

  @Test
  void client_hasNoSuchFile() throws Exception {
    context.putProperty("mainstay.log.appender", "STDERR");
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    configurator.doConfigure(NotificationLogTest.class.getResource("/logback.xml"));
    Logger log = context.getLogger("io.mainstay.notifications");
    assertEquals("STDERR", log.iteratorForAppenders().next().getName());
  }
}
