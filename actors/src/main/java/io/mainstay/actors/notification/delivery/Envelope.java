package io.mainstay.actors.notification.delivery;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a mail looks like: subject and body, in the words of {@code
 * mainstay.notifications.envelope}. Anything that is not exactly right there stops the node with
 * file and line.
 */
public final class Envelope {
  /** Where the texts lie. */
  public static final String PATH = "mainstay.notifications.envelope";

  private static final Pattern BRACES = Pattern.compile("\\{([^{}]*)\\}");
  private static final Set<String> NAMES =
      Set.of(
          "node", "severity", "title", "text", "detail", "subject", "at", "id", "level", "count");
  private static final List<String> FIELDS =
      List.of(
          "subject",
          "escalated-subject",
          "digest-subject",
          "body",
          "acknowledge",
          "digest-line",
          "digest-body");

  private final Map<String, String> texts;

  private Envelope(Map<String, String> texts) {
    this.texts = texts;
  }

  /** Reads {@link #PATH}. */
  public static Envelope load(Config root) {
    ConfigObject object = root.getObject(PATH);
    Map<String, String> texts = new LinkedHashMap<>();
    for (Map.Entry<String, ConfigValue> entry : object.entrySet()) {
      ConfigValue value = entry.getValue();
      String path = PATH + "." + entry.getKey();
      if (!FIELDS.contains(entry.getKey())) {
        throw new ConfigException.BadValue(value.origin(), path, "unknown field");
      }
      String text = String.valueOf(value.unwrapped());
      Matcher braces = BRACES.matcher(text);
      while (braces.find()) {
        if (!NAMES.contains(braces.group(1))) {
          throw new ConfigException.BadValue(
              value.origin(),
              path,
              "there is no placeholder {"
                  + braces.group(1)
                  + "}; there are "
                  + NAMES.stream().sorted().toList());
        }
      }
      texts.put(entry.getKey(), text);
    }
    for (String field : FIELDS) {
      if (!texts.containsKey(field)) {
        throw new ConfigException.Missing(
            object.origin().description() + ": " + PATH + "." + field);
      }
    }
    return new Envelope(texts);
  }

  /** One line, whatever the texts have in them. */
  String subject(Outgoing message) {
    String template =
        message.digest()
            ? "digest-subject"
            : message.first().level() > 0 ? "escalated-subject" : "subject";
    return fill(template, message, message.first()).replaceAll("\\p{Cntrl}+", " ").strip();
  }

  /** Plain text. */
  String body(Outgoing message) {
    StringBuilder body = new StringBuilder();
    if (message.digest()) {
      body.append(fill("digest-body", message, message.first())).append("\n\n");
      message
          .parcels()
          .forEach(each -> body.append(fill("digest-line", message, each)).append('\n'));
    } else {
      body.append(fill("body", message, message.first()));
      if (message.first().acknowledge()) {
        body.append("\n\n").append(fill("acknowledge", message, message.first()));
      }
    }
    return body.toString().replaceAll("\n{3,}", "\n\n").strip() + "\n";
  }

  private String fill(String template, Outgoing message, Parcel parcel) {
    return BRACES
        .matcher(texts.get(template))
        .replaceAll(found -> Matcher.quoteReplacement(value(found.group(1), message, parcel)));
  }

  private static String value(String name, Outgoing message, Parcel parcel) {
    return switch (name) {
      case "node" -> message.node();
      case "severity" -> parcel.severity().name().toLowerCase(Locale.ROOT);
      case "title" -> parcel.title();
      case "text" -> parcel.text();
      case "detail" -> parcel.detail();
      case "subject" -> parcel.subject();
      case "at" -> parcel.at().toString();
      case "id" -> parcel.notificationId();
      case "level" -> Integer.toString(parcel.level());
      default -> Integer.toString(message.parcels().size());
    };
  }
}
