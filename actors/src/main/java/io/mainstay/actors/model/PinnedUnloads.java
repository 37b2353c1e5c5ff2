package io.mainstay.actors.model;

import akka.actor.typed.javadsl.TimerScheduler;
import akka.pattern.StatusReply;
import io.mainstay.actors.model.ModelCommand.Unload;
import io.mainstay.actors.model.load.LoadRefusals;
import io.mainstay.actors.model.load.LoadTransactions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Unloads of models that nobody uses any more but the transaction of a load which has ended: it
 * lets go of its model right after the load's answer, so who unloads at once waits for that, for
 * {@code mainstay.model.answer-timeout} at most. Owned by the model domain's root.
 */
final class PinnedUnloads {
  /** The wait of one has lasted long enough. */
  record Overdue(Unload unload) implements ModelNotice {}

  private final TimerScheduler<ModelCommand> timers;
  private final ModelSettings settings;
  private final Map<Unload, List<String>> waiting = new LinkedHashMap<>();

  PinnedUnloads(TimerScheduler<ModelCommand> timers, ModelSettings settings) {
    this.timers = timers;
    this.settings = settings;
  }

  /** Whether all that hold the model are loads' transactions. */
  boolean isLoad(List<String> holders) {
    return holders.stream().allMatch(LoadTransactions::holds);
  }

  /** True if the unload waits: only loads hold the model, and no more wait than may. */
  boolean park(Unload unload, List<String> holders) {
    boolean room = waiting.containsKey(unload) || waiting.size() < settings.waitersMax();
    if (!isLoad(holders) || !room) {
      return false;
    }
    if (waiting.put(unload, holders) == null) {
      timers.startSingleTimer(unload, new Overdue(unload), settings.answerTimeout());
    }
    return true;
  }

  /** Somebody has let go: those that may be tried again. They are parked again if need be. */
  List<Unload> parked() {
    return List.copyOf(waiting.keySet());
  }

  /** It waits no longer. */
  void left(Unload unload) {
    if (waiting.remove(unload) != null) {
      timers.cancel(unload);
    }
  }

  /** It has waited long enough. */
  void on(Overdue overdue) {
    Unload unload = overdue.unload();
    List<String> holders = waiting.remove(unload);
    if (holders != null) {
      unload.replyTo().tell(StatusReply.error(LoadRefusals.inUse(unload.modelId(), holders)));
    }
  }
}
