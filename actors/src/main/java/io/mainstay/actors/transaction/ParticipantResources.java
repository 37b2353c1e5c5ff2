package io.mainstay.actors.transaction;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.DispatcherSelector;
import com.typesafe.config.Config;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.postprocessing.image.safety.PolicySource;
import io.mainstay.actors.postprocessing.image.safety.SafetySettings;
import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.actors.transaction.resource.DeviceResources;
import io.mainstay.actors.transaction.resource.Domain;
import io.mainstay.actors.transaction.resource.HeapResources;
import io.mainstay.actors.transaction.resource.InferenceResources;
import io.mainstay.actors.transaction.resource.MemoryResources;
import io.mainstay.actors.transaction.resource.ModelResources;
import io.mainstay.actors.transaction.resource.PipelineResources;
import io.mainstay.actors.transaction.resource.Resources;
import io.mainstay.actors.transaction.resource.WorkerHolds;
import io.mainstay.actors.transaction.resource.WorkerResources;
import io.mainstay.persistence.transaction.Participants;
import io.mainstay.persistence.transaction.TransactionSettings;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The domains of a node, as what participants hold.
 *
 * @param workers by device
 */
public record ParticipantResources(
    ActorSystem<?> system,
    Config config,
    ParticipationSettings settings,
    ActorRef<DeviceCommand> devices,
    ActorRef<MemoryCommand> memory,
    ActorRef<ModelCommand> models,
    ActorRef<ProcessingCommand> processing,
    Map<String, ActorRef<WorkerHolds.Command>> workers) {
  /** By participant. */
  public Map<String, Resources> all() {
    Domain<ModelCommand> model = domain(models);
    Config pictures = config.getConfig("mainstay.processing.pictures");
    Map<String, Resources> all = new LinkedHashMap<>();
    all.put(Participants.DEVICE, new DeviceResources(domain(devices)));
    all.put(Participants.MEMORY, new MemoryResources(domain(memory)));
    all.put(Participants.MODEL, new ModelResources(model));
    all.put(Participants.PROCESSING, new HeapResources(domain(processing)));
    all.put(
        Participants.INFERENCE,
        new InferenceResources(model, TransactionSettings.of(config).loadTimeout()));
    all.put(
        Participants.POSTPROCESSING,
        new PipelineResources(
            model,
            new PolicySource(SafetySettings.of(pictures.getConfig("safety"))),
            pictures.getString("safety-model"),
            pictures.getString("upscale-model"),
            system.dispatchers().lookup(DispatcherSelector.blocking())));
    workers.forEach(
        (deviceId, holds) ->
            all.put(Participants.worker(deviceId), new WorkerResources(domain(holds))));
    return all;
  }

  private <C> Domain<C> domain(ActorRef<C> of) {
    return new Domain<>(of, settings.answerTimeout(), system);
  }
}
