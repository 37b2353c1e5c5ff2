package io.mainstay.actors.notification;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Every text that people are told, read once from {@code mainstay.notifications.templates}. A kind
 * without a template, a template without a kind, a missing or unknown field and a placeholder that
 * its kind does not have stop the node with file and line.
 */
public final class NotificationTemplates {
  /** Where the templates lie. */
  public static final String PATH = NotificationSettings.PATH + ".templates";

  private static final Set<String> FIELDS = Set.of("title", "text", "detail");
  private static final Pattern BRACES = Pattern.compile("\\{([^{}]*)\\}");

  private record Template(String title, String text, String detail) {}

  /**
   * A template with its placeholders filled in.
   *
   * @param title one line
   * @param text for everybody
   * @param detail for administrators, or empty
   */
  public record Rendered(String title, String text, String detail) {}

  private final Map<NotificationKind, Template> templates;

  private NotificationTemplates(Map<NotificationKind, Template> templates) {
    this.templates = templates;
  }

  /**
   * Reads the templates.
   *
   * @throws ConfigException with file and line, on anything that is not exactly right
   */
  public static NotificationTemplates load(Config root) {
    ConfigObject all = root.getObject(PATH);
    Map<NotificationKind, Template> templates = new EnumMap<>(NotificationKind.class);
    for (Map.Entry<String, ConfigValue> entry : all.entrySet()) {
      NotificationKind kind =
          NotificationKind.named(entry.getKey())
              .orElseThrow(
                  () ->
                      new ConfigException.BadValue(
                          entry.getValue().origin(),
                          PATH + "." + entry.getKey(),
                          "no code tells of this; remove it, or add it to NotificationKind"));
      templates.put(kind, template(kind, entry.getValue()));
    }
    for (NotificationKind kind : NotificationKind.values()) {
      if (!templates.containsKey(kind)) {
        throw new ConfigException.Missing(
            all.origin().description() + ": " + PATH + "." + kind.text());
      }
    }
    return new NotificationTemplates(templates);
  }

  private static Template template(NotificationKind kind, ConfigValue value) {
    String path = PATH + "." + kind.text();
    if (!(value instanceof ConfigObject fields)) {
      throw new ConfigException.WrongType(value.origin(), path + " is no object");
    }
    for (Map.Entry<String, ConfigValue> field : fields.entrySet()) {
      if (!FIELDS.contains(field.getKey())) {
        throw new ConfigException.BadValue(
            field.getValue().origin(), path, "unknown field " + field.getKey());
      }
    }
    String title = text(kind, fields, "title");
    if (title.isBlank() || title.contains("\n")) {
      throw new ConfigException.BadValue(
          fields.get("title").origin(), path + ".title", "it must be one line, and not empty");
    }
    return new Template(title, text(kind, fields, "text"), text(kind, fields, "detail"));
  }

  private static String text(NotificationKind kind, ConfigObject fields, String field) {
    String path = PATH + "." + kind.text() + "." + field;
    ConfigValue value = fields.get(field);
    if (value == null) {
      throw new ConfigException.Missing(fields.origin().description() + ": " + path);
    }
    String text = String.valueOf(value.unwrapped());
    Matcher braces = BRACES.matcher(text);
    while (braces.find()) {
      String name = braces.group(1);
      if (Placeholder.named(name).filter(kind.placeholders()::contains).isEmpty()) {
        throw new ConfigException.BadValue(
            value.origin(),
            path,
            "there is no placeholder {"
                + name
                + "}; "
                + kind.text()
                + " has "
                + kind.placeholders().stream().map(Placeholder::text).sorted().toList());
      }
    }
    return text;
  }

  /** The words of a kind, with these values. */
  public Rendered render(NotificationKind kind, Words words) {
    Template template = templates.get(kind);
    return new Rendered(
        fill(template.title(), words).replaceAll("\\s+", " "),
        fill(template.text(), words),
        fill(template.detail(), words));
  }

  private static String fill(String template, Words words) {
    return BRACES
        .matcher(template)
        .replaceAll(
            found -> Matcher.quoteReplacement(words.get(Placeholder.named(found.group(1)).get())));
  }
}
