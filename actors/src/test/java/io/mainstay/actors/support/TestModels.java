package io.mainstay.actors.support;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import akka.pattern.StatusReply;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.inference.TextModels;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.model.ModelTraits;
import io.mainstay.actors.model.fallback.Alternatives;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One small text model with the real MiniLM tokenizer, those that a test adds, and a model domain
 * that serves them.
 */
public final class TestModels {
  /** Its id. */
  public static final String ID = "tiny";

  private final ModelDescriptor descriptor;
  private final TextModels textModels;
  private final Map<String, ModelDescriptor> known = new ConcurrentHashMap<>();
  private final Set<String> broken = ConcurrentHashMap.newKeySet();
  private final Map<String, Refusal> unusables = new ConcurrentHashMap<>();
  private final AtomicInteger refusals = new AtomicInteger();
  private final Set<String> refusing = ConcurrentHashMap.newKeySet();
  private final Set<String> held = ConcurrentHashMap.newKeySet();
  private final Set<String> roomless = ConcurrentHashMap.newKeySet();
  private final Set<String> loaded = ConcurrentHashMap.newKeySet();

  public TestModels(Path directory) throws IOException {
    Path tokenizer = directory.resolve("tokenizer.json");
    try (InputStream in =
        TestModels.class.getResourceAsStream("/all-minilm-l6-v2-q-tokenizer.json")) {
      Files.copy(in, tokenizer);
    }
    descriptor =
        new ModelDescriptor(
            ID,
            "1",
            "text-embedding",
            List.of(
                new ModelDescriptor.Component(
                    "model", directory.resolve("m.onnx"), "ab".repeat(32), 1, 13)),
            tokenizer,
            1 << 20,
            false,
            new ModelDescriptor.TextSignature(
                "input_ids",
                "attention_mask",
                "token_type_ids",
                "last_hidden_state",
                ScriptedWorker.DIMENSIONS,
                256),
            "Apache-2.0",
            "test",
            ModelTraits.none());
    known.put(ID, descriptor);
    textModels = new TextModels(directory.resolve("native"));
  }

  public ModelDescriptor descriptor() {
    return descriptor;
  }

  public TextModels textModels() {
    return textModels;
  }

  /** From now on there is that model too. */
  public void add(ModelDescriptor model) {
    known.put(model.id(), model);
  }

  /** No device can load that model. */
  public void breakLoading(String modelId) {
    broken.add(modelId);
  }

  /** It can be loaded again. */
  public void mendLoading(String modelId) {
    broken.remove(modelId);
  }

  /** That model is refused with that before it is asked for on any device. */
  public void unusable(String modelId, Refusal why) {
    unusables.put(modelId, why);
  }

  /** A mode leaves no room for that model on any device, as others are in use. */
  public void noRoomFor(String modelId) {
    roomless.add(modelId);
  }

  /** There is again. */
  public void roomFor(String modelId) {
    roomless.remove(modelId);
  }

  /** How often somebody was told that a model is unusable. */
  public int refusals() {
    return refusals.get();
  }

  /** From now on it may be used again. */
  public void usable(String modelId) {
    unusables.remove(modelId);
  }

  /** That device has no memory for it. */
  public void refuseOn(String deviceId) {
    refusing.add(deviceId);
  }

  /** Devices that were asked to load it and did. */
  public Set<String> loadedOn() {
    return Set.copyOf(loaded);
  }

  /** Who held which model, ever, as {@code PATH holds shapes}. */
  public Set<String> held() {
    return Set.copyOf(held);
  }

  public Behavior<ModelCommand> behavior() {
    return Behaviors.receiveMessage(
        command -> {
          if (command instanceof ModelCommand.Resolve resolve) {
            resolve.replyTo().tell(resolved(resolve.modelId()));
          } else if (command instanceof ModelCommand.ResolveUsable resolve) {
            Refusal unusable = unusables.get(resolve.modelId());
            if (unusable != null) {
              refusals.incrementAndGet();
            }
            resolve
                .replyTo()
                .tell(
                    unusable == null
                        ? resolved(resolve.modelId())
                        : StatusReply.<ModelDescriptor>error(unusable));
          } else if (command instanceof ModelCommand.EnsureLoaded load
              && roomless.contains(load.modelId())) {
            refusals.incrementAndGet();
            load.replyTo()
                .tell(StatusReply.error(Refusal.busy("1 models may be on devices", 30_000)));
          } else if (command instanceof ModelCommand.EnsureLoaded load) {
            if (refusing.contains(load.deviceId()) || broken.contains(load.modelId())) {
              load.replyTo()
                  .tell(
                      StatusReply.error(
                          Refusal.of(
                              "memory_refused",
                              "No memory for " + load.modelId() + " on " + load.deviceId(),
                              "Raise the budget")));
            } else {
              loaded.add(load.deviceId());
              load.replyTo().tell(StatusReply.success(known.get(load.modelId())));
            }
          } else if (command instanceof ModelCommand.Hold hold) {
            held.add(hold.holder().path() + " holds " + hold.modelId());
          } else if (command instanceof ModelCommand.FindAlternatives find) {
            find.replyTo().tell(StatusReply.success(alternatives(find.modelId())));
          }
          return Behaviors.same();
        });
  }

  private StatusReply<ModelDescriptor> resolved(String modelId) {
    return known.containsKey(modelId)
        ? StatusReply.success(known.get(modelId))
        : StatusReply.error(
            Refusal.of("unknown_model", "There is no model '" + modelId + "'", "Known are: " + ID));
  }

  private Alternatives alternatives(String modelId) {
    return new Alternatives(
        modelId,
        known.get(modelId).traits().fallbacks().stream()
            .map(
                fallback ->
                    new Alternatives.Candidate(
                        3,
                        fallback.relation().strategy(),
                        fallback.model(),
                        "",
                        "it does nearly the same"))
            .toList(),
        List.of());
  }
}
