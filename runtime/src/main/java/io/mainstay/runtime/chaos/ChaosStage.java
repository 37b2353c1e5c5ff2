package io.mainstay.runtime.chaos;

import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.actors.gateway.GatewayRequest;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.client.MainstayClient;
import io.mainstay.runtime.cli.CliFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A node that conditions are brought about on, with the hands to do it. Owned by one run; its
 * methods may be called by several threads.
 */
public final class ChaosStage implements AutoCloseable {
  private static final Duration ASK_BOUND = Duration.ofSeconds(10);
  private static final long LOOK_NANOS = 5_000_000;
  private static final long PAUSE_NANOS = 200_000_000;

  private final MainstayClient client;
  private final Path files;
  private final Path data;
  private final Setup setup;
  private final Set<Need> met;
  private final List<String> settings;
  private final ChaosWork work;
  private final Map<String, AutoCloseable> held = new ConcurrentHashMap<>();
  private final Set<String> setAside = ConcurrentHashMap.newKeySet();
  private volatile Consumer<String> notes = text -> {};
  private volatile ChaosHook hook;

  /**
   * A stage.
   *
   * @param files where inputs and outputs of its work lie
   * @param data the node's data directory; null if the node is not ours
   * @param setup what the node is like
   * @param met what conditions find here
   * @param settings of the node that are not as shipped
   */
  ChaosStage(
      MainstayClient client,
      Path files,
      Path data,
      Setup setup,
      Set<Need> met,
      List<String> settings)
      throws IOException {
    this.settings = List.copyOf(settings);
    this.client = client;
    this.files = files;
    this.data = data;
    this.setup = setup;
    this.met = Set.copyOf(met);
    this.work = new ChaosWork(client, files);
  }

  /** A node that somebody else runs: nothing but its own requests, and signals if it is here. */
  public static ChaosStage of(MainstayClient client, Path files) throws IOException {
    Set<Need> met = EnumSet.noneOf(Need.class);
    if (client.devices().stream().anyMatch(device -> isChild(device, client.status().pid()))) {
      met.add(Need.SIGNALS);
    }
    return new ChaosStage(client, files, null, Setup.COMMON, met, List.of());
  }

  private static boolean isChild(DeviceView device, long host) {
    return device.pid() > 0
        && ProcessHandle.of(device.pid())
            .flatMap(ProcessHandle::parent)
            .filter(parent -> parent.pid() == host)
            .isPresent();
  }

  MainstayClient client() {
    return client;
  }

  /** Who hears what causers see that is worth a line; nobody at first. */
  void tellNotes(Consumer<String> reader) {
    notes = reader;
  }

  /** Says what a causer saw. */
  void note(String text) {
    notes.accept(text);
  }

  /** The node tells its administrators by that service, which is given back with the rest. */
  void alertsGoTo(ChaosHook service) {
    hook = service;
    hold("hook", service);
  }

  /** The service that the node tells its administrators by. */
  ChaosHook hook() {
    if (hook == null) {
      throw CliFailure.failed(
          "the node has no such service", "run it on a node that is set up as alerting");
    }
    return hook;
  }

  /** What is done meanwhile, and must not be lost. */
  ChaosWork work() {
    return work;
  }

  /** Inputs and outputs lie there. */
  Path files() {
    return files;
  }

  /** The node's own models lie there; they come before the product's. */
  Path models() {
    return data.resolve("models");
  }

  Path data() {
    return data;
  }

  /** Settings of the node that are not as shipped, such as {@code a.b = 1}; none if not ours. */
  List<String> settings() {
    return settings;
  }

  /** Whether the node is ours, in this process. */
  boolean isOwn() {
    return data != null;
  }

  /** A moment between two looks. */
  void pause() {
    LockSupport.parkNanos(PAUSE_NANOS);
  }

  /** The directory of a node of ours, with its data, policy and what else its settings name. */
  Path home() {
    return data.getParent();
  }

  /** Whether the condition can be brought about here. */
  boolean allows(Condition condition) {
    return missing(condition).isEmpty();
  }

  /** What the condition needs and does not find here; empty if it can be brought about. */
  List<String> missing(Condition condition) {
    List<String> missing =
        new ArrayList<>(
            condition.needs().stream()
                .filter(need -> !met.contains(need))
                .map(Need::text)
                .toList());
    if (condition.setup() != Setup.COMMON && condition.setup() != setup) {
      missing.add("a node that is set up as " + condition.setup().wireName());
    }
    return missing;
  }

  /**
   * Transactions that hold something which is to be given back; whoever gives it back removes it.
   */
  Set<String> setAside() {
    return setAside;
  }

  /** Keeps what has to be given back when the condition of that name ends. */
  void hold(String name, AutoCloseable kept) {
    held.put(name, kept);
  }

  /** Gives back what was kept under that name, if anything was. */
  void release(String name) throws IOException {
    AutoCloseable kept = held.remove(name);
    if (kept != null) {
      try {
        kept.close();
      } catch (IOException failure) {
        throw failure;
      } catch (Exception failure) {
        throw new IOException(name + " could not be given back: " + failure.getMessage(), failure);
      }
    }
  }

  /** Gives back all that was kept; one that fails does not keep the others. */
  @Override
  public void close() throws IOException {
    IOException first = null;
    for (String name : List.copyOf(held.keySet())) {
      try {
        release(name);
      } catch (IOException failure) {
        if (first == null) {
          first = failure;
        } else {
          first.addSuppressed(failure);
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }

  List<String> devices() {
    return client.devices().stream().map(DeviceView::id).toList();
  }

  /** Faults of that error that the node has counted so far. */
  long faults(ErrorNames error) {
    return client.error(error.code()).faults();
  }

  DeviceView device(String id) {
    return client.devices().stream()
        .filter(device -> device.id().equals(id))
        .findFirst()
        .orElseThrow(() -> CliFailure.failed("there is no device " + id, "see `mainstay devices`"));
  }

  /** The device as it is once it serves. */
  DeviceView serving(String id) {
    await("device " + id + " serves", () -> isServing(device(id)));
    return device(id);
  }

  static boolean isServing(DeviceView device) {
    return device.serves() && device.pid() > 0;
  }

  /** Has the device's worker act out a failure. */
  void inject(String device, String fault, String trigger, long argument, boolean standing) {
    armed(
        new GatewayRequest.InjectFault(device, fault, trigger, argument, new byte[0], standing),
        GatewayReply.FaultArmed.class);
  }

  /** The same with every input that holds those bytes, in every successor too. */
  void injectWith(byte[] marker, String device, String fault) {
    armed(
        new GatewayRequest.InjectFault(device, fault, "next-inference", 0, marker, true),
        GatewayReply.FaultArmed.class);
  }

  /** No successor of the device's worker acts anything out. */
  void forget(String device) {
    armed(new GatewayRequest.ClearFaults(device), GatewayReply.FaultArmed.class);
  }

  /** Has an actor fail with the next message; for good: until its restarts are used up. */
  void fail(String component, boolean forGood) {
    armed(new GatewayRequest.InjectFailure(component, forGood), GatewayReply.FaultArmed.class);
  }

  /** Makes one divergence; when the node looks is its own affair. */
  void diverge(String kind, long seed) {
    armed(
        new GatewayRequest.InjectDivergences(kind, 1, seed),
        GatewayReply.DivergencesInjected.class);
  }

  private void armed(GatewayRequest request, Class<? extends GatewayReply> expected) {
    GatewayReply reply;
    try {
      reply =
          client
              .ask(request)
              .toCompletableFuture()
              .orTimeout(ASK_BOUND.toSeconds(), TimeUnit.SECONDS)
              .join();
    } catch (CompletionException failed) {
      throw CliFailure.failed("the node did not answer: " + failed, "see its log", failed);
    }
    if (reply instanceof GatewayReply.Refused refused) {
      throw CliFailure.failed(refused.message(), refused.remedy());
    }
    if (!expected.isInstance(reply)) {
      throw CliFailure.failed("the node answered " + reply, "see its log");
    }
  }

  /** Sends a signal by its name, such as STOP or BUS. */
  void signal(long pid, String name) throws IOException {
    if (pid < 1) {
      throw CliFailure.failed(
          "no process has pid " + pid, "run it again when `mainstay devices` shows it serving");
    }
    try {
      Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start();
      if (!kill.waitFor(ASK_BOUND.toSeconds(), TimeUnit.SECONDS) || kill.exitValue() != 0) {
        throw CliFailure.failed(
            "worker " + pid + " could not be sent SIG" + name,
            "run as the node's own user, on its machine");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CliFailure.failed("interrupted", "run it again", e);
    }
  }

  /** Looks until it is so or the bound is over; answers whether it is. */
  boolean comesTrue(Duration bound, BooleanSupplier condition) {
    long end = System.nanoTime() + bound.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end >= 0 || Thread.currentThread().isInterrupted()) {
        return false;
      }
      pause();
    }
    return true;
  }

  /** Looks until it is so, within a bound. */
  void await(String what, BooleanSupplier condition) {
    await(what, Duration.ofSeconds(60), condition);
  }

  static void await(String what, Duration bound, BooleanSupplier condition) {
    long end = System.nanoTime() + bound.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end >= 0 || Thread.currentThread().isInterrupted()) {
        throw CliFailure.failed(
            "it did not come to this within " + bound.toSeconds() + " s: " + what,
            "see the node's log, and `mainstay journal tail`");
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }
}
