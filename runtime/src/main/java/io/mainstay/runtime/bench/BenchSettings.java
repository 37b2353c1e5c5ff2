package io.mainstay.runtime.bench;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * Sizes of the benchmarks; read from {@code mainstay.runtime.bench}.
 *
 * @param blockCalls requests before the other side gets its turn
 * @param blocks of each side
 * @param warmUpCalls thrown away at first, of each side
 * @param throughputDocuments documents of one throughput run
 * @param singleSessions sessions of one document each
 * @param journalEvents durable events of {@code bench journal}
 * @param journalEntities entities that persist side by side
 * @param transactions of {@code bench transactions}, with many at a time
 * @param transactionsSide how many at a time
 * @param whyEvents events of the journal that {@code bench why} asks
 * @param whyQueries questions of each kind
 * @param imageBlockPictures pictures in a block of {@code bench image}, 1 to 8
 * @param imageBlocks of each side of it
 * @param imageCancels pictures that are cancelled half way
 * @param recoveryBound longest wait for one recovery
 * @param sessionBound longest wait for one session
 */
public record BenchSettings(
    int blockCalls,
    int blocks,
    int warmUpCalls,
    int throughputDocuments,
    int singleSessions,
    int journalEvents,
    int journalEntities,
    int transactions,
    int transactionsSide,
    int whyEvents,
    int whyQueries,
    int imageBlockPictures,
    int imageBlocks,
    int imageCancels,
    Duration recoveryBound,
    Duration sessionBound) {
  private static final String PATH = "mainstay.runtime.bench";

  public BenchSettings {
    atLeastOne("block-calls", blockCalls);
    atLeastOne("blocks", blocks);
    atLeastOne("warm-up-calls", warmUpCalls);
    atLeastOne("throughput-documents", throughputDocuments);
    atLeastOne("single-sessions", singleSessions);
    atLeastOne("journal-events", journalEvents);
    atLeastOne("journal-entities", journalEntities);
    atLeastOne("transactions", transactions);
    atLeastOne("transactions-at-a-time", transactionsSide);
    atLeastOne("why-events", whyEvents);
    atLeastOne("why-queries", whyQueries);
    atLeastOne("image-block-pictures", imageBlockPictures);
    atLeastOne("image-blocks", imageBlocks);
    atLeastOne("image-cancels", imageCancels);
  }

  /** Reads them. */
  public static BenchSettings of(Config root) {
    Config config = root.getConfig(PATH);
    return new BenchSettings(
        config.getInt("block-calls"),
        config.getInt("blocks"),
        config.getInt("warm-up-calls"),
        config.getInt("throughput-documents"),
        config.getInt("single-sessions"),
        config.getInt("journal-events"),
        config.getInt("journal-entities"),
        config.getInt("transactions"),
        config.getInt("transactions-at-a-time"),
        config.getInt("why-events"),
        config.getInt("why-queries"),
        config.getInt("image-block-pictures"),
        config.getInt("image-blocks"),
        config.getInt("image-cancels"),
        config.getDuration("recovery-bound"),
        root.getDuration("mainstay.runtime.wait.session"));
  }

  private static void atLeastOne(String key, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          PATH + "." + key + " is " + value + "; it must be 1 or more");
    }
  }
}
