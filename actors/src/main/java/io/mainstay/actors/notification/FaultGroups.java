package io.mainstay.actors.notification;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * What belongs to one fault, by the first event of its chain: people are told once, and that
 * notification goes on with what is done about it. Pure and immutable, bounded; of this life of the
 * node.
 */
final class FaultGroups {
  private static final Set<NotificationKind> HEADS =
      EnumSet.of(NotificationKind.WORKER_DIED, NotificationKind.FAULT_HANDLED);

  private static final Set<NotificationKind> PARTS =
      EnumSet.of(
          NotificationKind.FAULT_HANDLED,
          NotificationKind.DIRECTIVE_CHOSEN,
          NotificationKind.RECOVERY_MILESTONE,
          NotificationKind.RECOVERY_COMPLETED,
          NotificationKind.WORKER_RECOVERED);

  // Of one fault; what comes after them is told by itself.
  private static final int SAID_MAX = 32;

  /** What to do with one of them. */
  enum Verdict {
    /** Tell it by itself. */
    TELL,
    /** The notification of its fault goes on with it. */
    GO_ON,
    /** It was said already, or is counted with what it belongs to. */
    SAID
  }

  /**
   * The first one of a fault.
   *
   * @param said what it went on with, by kind and what sets it apart
   * @param counted it was told lately, so it is only counted, and so is what belongs to it
   */
  private record Head(Draft draft, String error, Set<String> said, boolean counted) {}

  /**
   * After one more.
   *
   * @param notificationId of the one that goes on; empty when it is told by itself
   */
  record Taken(FaultGroups after, Verdict verdict, String notificationId) {}

  private final int max;
  private final Map<String, Head> heads;

  private FaultGroups(int max, Map<String, Head> heads) {
    this.max = max;
    this.heads = heads;
  }

  static FaultGroups none(int max) {
    return new FaultGroups(max, Map.of());
  }

  /** What the draft, made of those words, is to the notifications before it. */
  Taken take(Draft draft, Words words) {
    String root = draft.meta().rootId();
    Head head = heads.get(root);
    if (head != null && belongs(head, draft, words)) {
      String what = draft.kind() + " " + mark(draft, words);
      if (head.counted() || head.said().contains(what)) {
        return new Taken(this, Verdict.SAID, head.draft().notificationId());
      }
      if (head.said().size() < SAID_MAX) {
        Set<String> said = new LinkedHashSet<>(head.said());
        said.add(what);
        String error = head.error().isEmpty() ? error(draft, words) : head.error();
        return new Taken(
            with(root, new Head(head.draft(), error, said, false)),
            Verdict.GO_ON,
            head.draft().notificationId());
      }
    }
    return new Taken(
        HEADS.contains(draft.kind())
            ? with(root, new Head(draft, error(draft, words), Set.of(), false))
            : this,
        Verdict.TELL,
        "");
  }

  /** It is only counted. */
  FaultGroups counted(String notificationId) {
    Map<String, Head> next = new LinkedHashMap<>(heads);
    next.replaceAll(
        (root, head) ->
            head.draft().notificationId().equals(notificationId)
                ? new Head(head.draft(), head.error(), head.said(), true)
                : head);
    return new FaultGroups(max, next);
  }

  /** It cannot go on: it is not there any more. */
  FaultGroups without(String notificationId) {
    Map<String, Head> next = new LinkedHashMap<>(heads);
    next.values().removeIf(head -> head.draft().notificationId().equals(notificationId));
    return new FaultGroups(max, next);
  }

  /** Nothing that is worse, or that more people must hear of, hides in another one. */
  private static boolean belongs(Head head, Draft draft, Words words) {
    boolean sameError =
        draft.kind() != NotificationKind.FAULT_HANDLED
            || head.error().isEmpty()
            || head.error().equals(error(draft, words));
    return PARTS.contains(draft.kind())
        && sameError
        && !draft.route().acknowledged()
        && head.draft().severity().atLeast(draft.severity())
        && head.draft().channels().containsAll(draft.channels());
  }

  private static String error(Draft draft, Words words) {
    return draft.kind() == NotificationKind.FAULT_HANDLED ? words.get(Placeholder.ERROR_CODE) : "";
  }

  /** A directive is one, whoever tells of it. */
  private static String mark(Draft draft, Words words) {
    return draft.kind() == NotificationKind.DIRECTIVE_CHOSEN
        ? words.get(Placeholder.DIRECTIVE)
        : draft.words().title() + draft.subject();
  }

  private FaultGroups with(String root, Head head) {
    Map<String, Head> next = new LinkedHashMap<>(heads);
    next.remove(root);
    while (next.size() >= max) {
      next.remove(next.keySet().iterator().next());
    }
    next.put(root, head);
    return new FaultGroups(max, next);
  }
}
