package io.mainstay.actors.consistency.sabotage;

import akka.actor.typed.javadsl.ActorContext;
import io.mainstay.actors.consistency.NodeFacts;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.transaction.TransactionStarter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;

/**
 * Makes divergences in a running node, so that tests see them found and repaired. Does nothing
 * unless fault injection is on. Confined to the monitor.
 */
public final class Saboteur {
  /** Most divergences at a time. */
  public static final int COUNT_MAX = 1_000;

  /** The order to give back what the saboteur's own transactions hold. */
  private static final String AMENDS = "amends";

  /** The order for a seeded mix: one thing for each device, and otherwise what adds up. */
  private static final String MIX = "mix";

  private final List<String> devices;
  private final boolean allowed;
  private final Scene scene;

  /**
   * What is done, and on which device.
   *
   * @param name part of the names of all that it makes
   */
  record Deed(Sabotage way, String device, String name, Random random) {
    /** An id for what is made. */
    String ghost() {
      return "GHOST-" + way.name() + "-" + name;
    }
  }

  /**
   * A saboteur of those devices.
   *
   * @param models that are loaded on each of them
   * @param arenas directory of shared memory files
   * @param allowed whether fault injection is on
   */
  public Saboteur(
      NodeFacts.Domains domains,
      TransactionStarter transactions,
      List<String> devices,
      List<String> models,
      Path arenas,
      boolean allowed) {
    this.devices = List.copyOf(devices);
    this.allowed = allowed;
    this.scene = new Scene(domains, transactions, List.copyOf(models), arenas);
  }

  /**
   * Makes them; completes with how often each way was gone, by its name.
   *
   * @throws Refusal if it may not, or knows no such way
   */
  public CompletionStage<Map<String, Integer>> make(
      String kind, int count, long seed, ActorContext<?> ctx) {
    if (!allowed) {
      throw Refusal.of(
          "fault_injection_off",
          "No divergence can be made: mainstay.device.worker.fault-injection is off",
          "Start the node with mainstay.device.worker.fault-injection = on");
    }
    if (count < 1 || count > COUNT_MAX) {
      throw Refusal.of(
          "invalid_request", count + " divergences were asked for", "Ask for 1 to " + COUNT_MAX);
    }
    scene.enter(ctx);
    TransactionHarm transactions = new TransactionHarm(scene, ctx.getSystem());
    if (kind.equals(AMENDS)) {
      return transactions.amends().thenApply(given -> Map.of(AMENDS, given));
    }
    List<Deed> deeds = deeds(kind, count, seed);
    Hands hands =
        new Hands(
            new DomainHarm(scene, ctx),
            new WorkerHarm(scene, ctx.getSystem()),
            new JournalHarm(ctx),
            transactions,
            new StaleMessages(scene, ctx.getSystem(), transactions));
    Map<Sabotage, Integer> made = new ConcurrentHashMap<>();
    Logger log = ctx.getSystem().log();
    // What harms a whole device comes last: transactions would be refused there.
    return hands
        .all(deeds.stream().filter(deed -> deed.way().distinct()).toList(), made, log)
        .thenCompose(
            done ->
                hands.all(
                    deeds.stream().filter(deed -> !deed.way().distinct()).toList(), made, log))
        .thenApply(
            done -> {
              Map<String, Integer> names = new TreeMap<>();
              made.forEach((way, times) -> names.put(way.wireName(), times));
              return Collections.unmodifiableMap(names);
            });
  }

  /** Who carries deeds out. */
  private record Hands(
      DomainHarm domains,
      WorkerHarm workers,
      JournalHarm journal,
      TransactionHarm transactions,
      StaleMessages stale) {
    /** Completes when all are done; one that the node refused is not counted. */
    CompletionStage<Void> all(List<Deed> deeds, Map<Sabotage, Integer> made, Logger log) {
      List<CompletableFuture<?>> begun = new ArrayList<>();
      for (Deed deed : deeds) {
        begun.add(
            one(deed)
                .<Void>thenApply(
                    done -> {
                      made.merge(deed.way(), 1, Integer::sum);
                      return null;
                    })
                .exceptionally(
                    failure -> {
                      if (deed.way() == Sabotage.STALE) {
                        throw new CompletionException(failure);
                      }
                      log.warn("no harm done way={} cause={}", deed.way(), failure.toString());
                      return null;
                    })
                .toCompletableFuture());
      }
      return CompletableFuture.allOf(begun.toArray(CompletableFuture[]::new));
    }

    private CompletionStage<?> one(Deed deed) {
      return switch (deed.way()) {
        case FORGOTTEN_SESSION, FORGOTTEN_TRANSACTION, FORGOTTEN_SAGA -> journal.harm(deed);
        case LEAKED_WORKER_BYTES,
            LOST_RESERVATION,
            LOST_MEMORY,
            LOST_HEAP_CLAIM,
            LOST_PIN,
            LOST_WORKER_BYTES,
            LEFT_HOLDING,
            LOST_HOLDING,
            UNCOMMITTED_HOLDING,
            ORPHANED_TRANSACTION ->
            transactions.harm(deed);
        case LOST_MODELS, STRAY_MODEL -> workers.harm(deed);
        case STALE -> stale.send(deed);
        default -> domains.harm(deed);
      };
    }
  }

  private List<Deed> deeds(String kind, int count, long seed) {
    Random random = new Random(seed);
    List<Deed> deeds = new ArrayList<>();
    List<Sabotage> ways = ways(kind);
    if (kind.equals(MIX)) {
      // One for each device: several on one device can hide each other.
      List<Sabotage> single = new ArrayList<>(Sabotage.harmful(false));
      Collections.shuffle(single, random);
      for (int i = 0; i < devices.size() && deeds.size() < count; i++) {
        deeds.add(deed(single.get(i), devices.get(i), seed + "-" + deeds.size(), random));
      }
    }
    // With its ledger a device loses whatever else is put wrong in it.
    List<String> whole = new ArrayList<>(devices);
    deeds.stream()
        .filter(deed -> deed.way() == Sabotage.LOST_LEDGER && whole.size() > 1)
        .forEach(deed -> whole.remove(deed.device()));
    while (deeds.size() < count) {
      Sabotage way =
          kind.equals(MIX)
              ? ways.get(random.nextInt(ways.size()))
              : ways.get(deeds.size() % ways.size());
      String device = whole.get(random.nextInt(whole.size()));
      deeds.add(deed(way, device, seed + "-" + deeds.size(), random));
    }
    return deeds;
  }

  private static Deed deed(Sabotage way, String device, String name, Random random) {
    return new Deed(way, device, name, new Random(random.nextLong()));
  }

  private static List<Sabotage> ways(String kind) {
    if (kind.equals(MIX) || kind.equals("distinct")) {
      return Sabotage.harmful(true);
    }
    try {
      return List.of(Sabotage.valueOf(kind.toUpperCase(Locale.ROOT).replace('-', '_')));
    } catch (IllegalArgumentException unknown) {
      throw Refusal.of(
          "unknown_divergence",
          "there is no way '" + kind + "' to make a divergence",
          "one of: mix, distinct, amends, "
              + Arrays.stream(Sabotage.values())
                  .map(Sabotage::wireName)
                  .collect(Collectors.joining(", ")));
    }
  }
}
