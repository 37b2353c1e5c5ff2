package io.mainstay.actors.recovery.action.device;

import akka.Done;
import akka.pattern.StatusReply;
import io.mainstay.actors.consistency.check.WorkFacts.SeatFacts;
import io.mainstay.actors.degradation.ModeCommand;
import io.mainstay.actors.degradation.ModeKey;
import io.mainstay.actors.degradation.ModeView;
import io.mainstay.actors.degradation.Restrictions;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.inference.InferenceCommand;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.model.ModelView;
import io.mainstay.actors.model.report.Reconciled;
import io.mainstay.actors.model.report.Unloaded;
import io.mainstay.actors.support.RecoveryStage;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** A node of CPU devices whose domains do what they are asked, on a stage. Thread-safe. */
final class ScriptedNode {
  /** Device and model, as {@code cpu-1/m}, that no load brings together. */
  final Set<String> refused = new HashSet<>();

  /** That inference plans work for; all that serve and are not in failover mode unless set. */
  Set<String> planned;

  /** Where a model computes when it is to compute on a device. */
  final Map<String, String> computesOn = new TreeMap<>();

  final List<String> told = new ArrayList<>();
  final Set<ModeKey> modes = new HashSet<>();

  private final Map<String, String> states = new TreeMap<>();
  private final Map<String, Set<String>> models = new TreeMap<>();
  private final Map<String, List<MemoryCommand.Reservation>> reserved = new TreeMap<>();

  ScriptedNode(RecoveryStage stage) {
    stage.device = this::onDevice;
    stage.memory = this::onMemory;
    stage.model = this::onModel;
    stage.inference = this::onInference;
    stage.modes = this::onMode;
  }

  /** With memory of each model in the ledger, as a worker that was lost leaves it. */
  synchronized void device(String id, String state, String... has) {
    states.put(id, state);
    models.put(id, new TreeSet<>(Set.of(has)));
    List<MemoryCommand.Reservation> all = new ArrayList<>();
    for (String model : has) {
      all.add(new MemoryCommand.Reservation(id, "model:" + model, 10));
    }
    reserved.put(id, all);
  }

  synchronized void lost(String id) {
    states.put(id, "failed");
    models.get(id).clear();
  }

  synchronized void serves(String id) {
    states.put(id, "serving");
  }

  synchronized Set<String> models(String id) {
    return new TreeSet<>(models.get(id));
  }

  synchronized boolean isTold(String what) {
    return told.contains(what);
  }

  private synchronized List<DeviceView> views() {
    return states.entrySet().stream()
        .map(
            entry ->
                RecoveryStage.view(
                    entry.getKey(),
                    entry.getValue(),
                    entry.getValue().equals("serving") ? 7 : 0,
                    models.get(entry.getKey()).toArray(String[]::new)))
        .toList();
  }

  private synchronized void onDevice(DeviceCommand asked) {
    if (asked instanceof DeviceCommand.ListDevices list) {
      list.replyTo().tell(new DeviceCommand.DeviceList(views()));
    } else if (asked instanceof DeviceCommand.Reconnect reconnect) {
      told.add("reconnect " + reconnect.deviceId());
    } else if (asked instanceof DeviceCommand.DropModel drop) {
      drop.replyTo().tell(StatusReply.success(10L));
    }
  }

  private synchronized void onMemory(MemoryCommand asked) {
    if (asked instanceof MemoryCommand.ListLedgers list) {
      list.replyTo()
          .tell(
              new MemoryCommand.LedgerList(
                  reserved.entrySet().stream()
                      .map(
                          entry ->
                              new MemoryCommand.LedgerView(
                                  entry.getKey(),
                                  1_000,
                                  1_000,
                                  10L * entry.getValue().size(),
                                  entry.getValue()))
                      .toList()));
    } else if (asked instanceof MemoryCommand.Reserve reserve) {
      reserve
          .replyTo()
          .tell(
              StatusReply.success(
                  new MemoryCommand.Reservation(
                      reserve.deviceId(), reserve.owner(), reserve.bytes())));
    } else if (asked instanceof MemoryCommand.Release release) {
      reserved.get(release.deviceId()).removeIf(held -> held.owner().equals(release.owner()));
      release.replyTo().tell(Done.getInstance());
    }
  }

  private synchronized void onModel(ModelCommand asked) {
    if (asked instanceof ModelCommand.FailOver failOver) {
      told.add("fail over " + failOver.deviceId());
      failOver.replyTo().tell(new ModelCommand.Moved(List.of(), List.of()));
    } else if (asked instanceof ModelCommand.EnsureLoaded load) {
      boolean fails = refused.contains(load.deviceId() + "/" + load.modelId());
      if (!fails) {
        models.get(load.deviceId()).add(load.modelId());
      }
      load.replyTo()
          .tell(
              fails
                  ? StatusReply.error(Refusal.of("no_room", "there is no room", "Make some"))
                  : StatusReply.success(descriptor()));
    } else if (asked instanceof ModelCommand.Unload unload) {
      models.get(unload.deviceId()).remove(unload.modelId());
      told.add("unload " + unload.modelId() + " " + unload.deviceId());
      unload.replyTo().tell(StatusReply.success(new Unloaded(unload.modelId(), List.of())));
    } else if (asked instanceof ModelCommand.Compare compare) {
      compare
          .replyTo()
          .tell(StatusReply.success(new Reconciled(compare.deviceId(), 1, List.of(), List.of())));
    } else if (asked instanceof ModelCommand.ListModels list) {
      Map<String, List<String>> devices = new TreeMap<>();
      models.forEach(
          (device, has) ->
              has.forEach(
                  model -> devices.computeIfAbsent(model, id -> new ArrayList<>()).add(device)));
      list.replyTo()
          .tell(
              new ModelCommand.ModelList(
                  devices.entrySet().stream()
                      .map(entry -> view(entry.getKey(), entry.getValue()))
                      .toList()));
    }
  }

  /** The loads of this node say nothing of what they load. */
  private static ModelDescriptor descriptor() {
    return null;
  }

  private static ModelView view(String id, List<String> devices) {
    return new ModelView(
        id,
        "1",
        "text-embedding",
        "loaded",
        devices,
        1,
        1,
        false,
        "",
        "",
        "",
        "",
        List.of(),
        0,
        0,
        List.of());
  }

  private synchronized void onInference(InferenceCommand asked) {
    if (asked instanceof InferenceCommand.GetFacts get) {
      List<SeatFacts> seats =
          views().stream()
              .map(
                  view ->
                      new SeatFacts(
                          view.id(),
                          view.serves() ? "up" : "down",
                          view.epoch(),
                          Set.copyOf(view.models())))
              .toList();
      Set<String> now =
          planned != null
              ? planned
              : seats.stream()
                  .filter(seat -> seat.standing().equals("up"))
                  .map(SeatFacts::deviceId)
                  .filter(id -> modes.stream().noneMatch(mode -> mode.subject().equals(id)))
                  .collect(Collectors.toSet());
      get.replyTo().tell(new InferenceCommand.Facts(seats, List.of(), now, Set.of()));
    } else if (asked instanceof InferenceCommand.Embed embed) {
      embed
          .replyTo()
          .tell(
              StatusReply.success(
                  new InferenceCommand.Embedded(
                      List.of(1f),
                      3,
                      computesOn.getOrDefault(embed.deviceId(), embed.deviceId()),
                      7,
                      1,
                      5,
                      "")));
    }
  }

  private synchronized void onMode(ModeCommand asked) {
    if (asked instanceof ModeCommand.Enter enter) {
      modes.add(enter.key());
      enter.replyTo().tell(StatusReply.success(modeView()));
    } else if (asked instanceof ModeCommand.Leave leave) {
      modes.remove(leave.key());
      leave.replyTo().tell(StatusReply.success(modeView()));
    }
  }

  private ModeView modeView() {
    return new ModeView(
        modes.stream()
            .map(
                key ->
                    new ModeView.Active(key, EventMeta.root("M1", Instant.EPOCH), List.of(), null))
            .toList(),
        List.of(),
        Restrictions.NONE);
  }
}
