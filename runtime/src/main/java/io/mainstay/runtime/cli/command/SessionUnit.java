package io.mainstay.runtime.cli.command;

import io.mainstay.persistence.session.SessionView;
import java.util.Set;

/** What a session's documents are called, and what is done to them. */
enum SessionUnit {
  TEXTS("document", "documents", "embedded"),
  PICTURES("picture", "pictures", "done");

  private static final Set<String> PICTURE_TEMPLATES = Set.of("text-to-image", "image-enhance");

  private final String singular;
  private final String plural;
  private final String done;

  SessionUnit(String singular, String plural, String done) {
    this.singular = singular;
    this.plural = plural;
    this.done = done;
  }

  static SessionUnit of(SessionView session) {
    return PICTURE_TEMPLATES.contains(session.template()) ? PICTURES : TEXTS;
  }

  /** Such as {@code document}. */
  String singular() {
    return singular;
  }

  /** Such as {@code documents}. */
  String plural() {
    return plural;
  }

  /** Such as {@code 3 of 8 embedded}. */
  String count(SessionView session) {
    return session.documents() == 0
        ? "not counted yet"
        : session.embedded() + " of " + session.documents() + " " + done;
  }
}
