package io.mainstay.runtime.chaos;

import io.mainstay.actors.gateway.GatewayReply.JournalLine;
import io.mainstay.client.MainstayClient;
import io.mainstay.runtime.journal.JournalWalk;
import io.mainstay.runtime.journal.LiveJournal;
import java.util.List;
import java.util.function.Consumer;

/** Reads what a node journals from now on into a {@link StoryBook}. Confined to one thread. */
final class JournalFollower {
  private final JournalWalk walk;
  private final StoryBook book = new StoryBook();
  private final Consumer<JournalLine> told;
  private long after;

  /**
   * Begins at the journal's present end.
   *
   * @param told hears every line that the book is about, once
   */
  JournalFollower(MainstayClient client, Consumer<JournalLine> told) {
    this.walk = new JournalWalk(LiveJournal.borrowed(client));
    this.told = told;
    this.after = walk.nearEnd(0);
  }

  /** Reads what is new. */
  StoryBook look() {
    after =
        walk.forEach(
            "",
            after,
            line -> {
              if (book.read(line)) {
                told.accept(line);
              }
            });
    return book;
  }

  /** Every fault so far, what is new included. */
  List<FaultStory> faults() {
    return look().faults();
  }
}
