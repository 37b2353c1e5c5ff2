package io.mainstay.actors.recovery.action.memory;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import akka.pattern.StatusReply;
import io.mainstay.actors.consistency.check.ModelFacts;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.model.ModelView;
import io.mainstay.actors.model.report.ModelDetail;
import io.mainstay.actors.model.report.Unloaded;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Answers as the model domain does: models on cpu-0, some of them held. Thread-safe. */
final class ScriptedModels {
  /** Of each model. */
  static final long BYTES = 20;

  // Last use by model; null for never.
  private final Map<String, Instant> loaded = new LinkedHashMap<>();
  private final Map<String, String> held = new LinkedHashMap<>();
  private final List<String> safety = new ArrayList<>();

  synchronized void load(String id, Instant lastUsed) {
    loaded.put(id, lastUsed);
  }

  synchronized void hold(String id) {
    hold(id, "session 1");
  }

  synchronized void hold(String id, String holder) {
    held.put(id, holder);
  }

  synchronized void letGo(String holder) {
    held.values().remove(holder);
  }

  /** One that judges pictures. */
  synchronized void judges(String id) {
    safety.add(id);
  }

  synchronized List<String> loaded() {
    return List.copyOf(loaded.keySet());
  }

  synchronized int count() {
    return loaded.size();
  }

  Behavior<ModelCommand> behavior() {
    return Behaviors.receiveMessage(
        command -> {
          answer(command);
          return Behaviors.same();
        });
  }

  synchronized void answer(ModelCommand command) {
    if (command instanceof ModelCommand.ListModels list) {
      list.replyTo()
          .tell(new ModelCommand.ModelList(loaded.keySet().stream().map(this::view).toList()));
    } else if (command instanceof ModelCommand.GetFacts get) {
      Map<String, Set<String>> byHolder = new HashMap<>();
      held.forEach(
          (model, holder) -> byHolder.computeIfAbsent(holder, one -> new HashSet<>()).add(model));
      get.replyTo().tell(new ModelFacts(List.of(), List.of(), byHolder, Map.of()));
    } else if (command instanceof ModelCommand.TrimCache trim) {
      trim.replyTo().tell(new ModelCommand.Trimmed(0, 0, List.of()));
    } else if (command instanceof ModelCommand.Show show) {
      show.replyTo().tell(StatusReply.success(detail(show.modelId())));
    } else if (command instanceof ModelCommand.Unload unload) {
      if (held.containsKey(unload.modelId())) {
        unload.replyTo().tell(StatusReply.error("in use"));
      } else {
        loaded.remove(unload.modelId());
        unload
            .replyTo()
            .tell(
                StatusReply.success(
                    new Unloaded(unload.modelId(), List.of(new Unloaded.Freed("cpu-0", BYTES)))));
      }
    }
  }

  private ModelView view(String id) {
    return new ModelView(
        id,
        "1",
        safety.contains(id) ? "safety" : "text-embedding",
        "loaded",
        List.of("cpu-0"),
        BYTES,
        BYTES,
        true,
        "",
        "",
        "",
        "",
        List.of(),
        0,
        0,
        List.of());
  }

  private ModelDetail detail(String id) {
    return new ModelDetail(
        view(id),
        "",
        List.of(),
        List.of(),
        List.of(),
        held.containsKey(id) ? List.of(held.get(id)) : List.of(),
        List.of(),
        loaded.get(id),
        List.of(),
        null);
  }
}
