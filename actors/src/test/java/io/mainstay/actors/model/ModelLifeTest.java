package io.mainstay.actors.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.Behaviors;
import akka.pattern.StatusReply;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.worker.LoadProgress;
import io.mainstay.actors.device.worker.LoadedModel;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.model.fallback.Alternatives;
import io.mainstay.actors.model.fallback.Dependents;
import io.mainstay.actors.model.registry.DiffusersFolder;
import io.mainstay.actors.model.registry.ModelFolder;
import io.mainstay.actors.model.registry.OnnxBytes;
import io.mainstay.actors.model.report.CachedModel;
import io.mainstay.actors.model.report.ModelDetail;
import io.mainstay.actors.model.report.ModelVerification;
import io.mainstay.actors.model.report.Unloaded;
import io.mainstay.actors.recovery.ErrorNames;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens to models between their loads: details, use, unloading, verification, versions. */
class ModelLifeTest {
  @TempDir Path root;
  private ModelFolder folder;
  private ModelHarness harness;

  @BeforeEach
  void start() throws Exception {
    folder = new ModelFolder(root);
    folder.sound("tiny");
    folder.sound("other");
    DiffusersFolder.write(root.resolve("models/drawn"));
    harness =
        new ModelHarness(
            folder, "idle-look = 20ms\nidle-unload = 10m\nderived.memory-extra = 1 MiB");
  }

  @AfterEach
  void stop() {
    harness.close();
  }

  @Test
  void brokenModelWhoseFileIsReplaced_isSoundAfterItsRebuild_withoutARescan() throws Exception {
    Path file = root.resolve("models/tiny/model.onnx");
    byte[] good = Files.readAllBytes(file);
    Files.write(file, new byte[] {1, 2, 3});
    harness.rescan();
    assertEquals("broken", harness.show("tiny").model().state());
    CachedModel still =
        harness
            .<StatusReply<CachedModel>>ask(replyTo -> new CacheCommand.Rebuild("tiny", replyTo))
            .getValue();
    assertTrue(still.isDamaged(), still.text());
    assertEquals("broken", harness.show("tiny").model().state());

    Files.write(file, good);
    CachedModel now =
        harness
            .<StatusReply<CachedModel>>ask(replyTo -> new CacheCommand.Rebuild("tiny", replyTo))
            .getValue();
    assertFalse(now.isDamaged(), now.text());
    assertTrue(harness.ensure("tiny", "cpu-0").isSuccess());
  }

  @Test
  void show_whileAModelOfSeveralComponentsLoads_saysWhichIsOnItsWay() throws Exception {
    harness.devices.answerLoads = false;
    TestProbe<StatusReply<ModelDescriptor>> loading = harness.testKit.createTestProbe();
    harness.models.tell(new ModelCommand.EnsureLoaded("drawn", "cpu-0", loading.ref()));
    DeviceCommand.HoldModel load = harness.devices.nextLoad();
    assertEquals(
        List.of("text_encoder", "unet", "vae_decoder"),
        load.load().components().stream().map(part -> part.name()).toList());

    load.progressTo().tell(new LoadProgress("creating_session", 45, 0, "unet"));

    String progress = "cpu-0: component 2 of 3, unet: creating_session, 45 %";
    Awaitility.await()
        .atMost(ModelHarness.BOUND)
        .until(() -> harness.show("drawn").model().progress(), List.of(progress)::equals);
    ModelDetail detail = harness.show("drawn");
    assertEquals("loading", detail.model().state());
    assertEquals(
        List.of("loaded", "loading", "read ahead"),
        detail.components().stream().map(ModelDetail.ComponentView::state).toList());
    assertEquals(
        List.of(new ModelDetail.ResidenceView("cpu-0", "loading", progress)), detail.residences());

    load.replyTo().tell(StatusReply.success(loaded("text_encoder", "unet", "vae_decoder")));
    assertTrue(loading.receiveMessage(ModelHarness.BOUND).isSuccess());
    assertEquals("loaded", harness.show("drawn").model().state());
    assertEquals(List.of(), harness.show("drawn").model().progress(), "a load that is over");
  }

  /** Two models with manifests; {@code mended} may take the other's decoder, its own is cut. */
  private void writeMended(boolean cut) throws Exception {
    DiffusersFolder.write(root.resolve("models/donor"));
    DiffusersFolder.text(
        root.resolve("models/donor"),
        "model.conf",
        DiffusersFolder.manifest(root.resolve("models/donor"), "donor"));
    Path mended = DiffusersFolder.write(root.resolve("models/mended"));
    DiffusersFolder.text(
        mended,
        "model.conf",
        DiffusersFolder.manifest(mended, "mended")
            + "fallbacks = [{ relation = component, model = donor, component = vae_decoder }]");
    if (cut) {
      Path decoder = mended.resolve("vae_decoder/model.onnx");
      byte[] whole = Files.readAllBytes(decoder);
      Files.write(decoder, Arrays.copyOf(whole, whole.length - 7));
    }
    harness.rescan();
    harness.devices.loaded = loaded("text_encoder", "unet", "vae_decoder");
  }

  private List<String> alternatives(String id) {
    return harness
        .<StatusReply<Alternatives>>ask(replyTo -> new ModelCommand.FindAlternatives(id, replyTo))
        .getValue()
        .candidates()
        .stream()
        .map(candidate -> candidate.level() + " " + candidate.modelId())
        .toList();
  }

  @Test
  void modelWithABadComponent_loadsWithThatOfAnother_andSaysSo() throws Exception {
    writeMended(true);
    assertEquals("broken", harness.show("mended").model().state());
    assertEquals(
        List.of("2 mended+vae_decoder:donor", "3 donor"),
        alternatives("mended"),
        "its manifest is known, though it is broken");

    harness.devices.answerLoads = false;
    TestProbe<StatusReply<ModelDescriptor>> loading = harness.testKit.createTestProbe();
    harness.models.tell(
        new ModelCommand.EnsureLoaded("mended+vae_decoder:donor", "cpu-0", loading.ref()));
    DeviceCommand.HoldModel load = harness.devices.nextLoad();

    assertEquals("mended+vae_decoder:donor", load.load().modelId());
    assertEquals(
        List.of("models/mended/text_encoder", "models/mended/unet", "models/donor/vae_decoder"),
        load.load().components().stream()
            .map(part -> root.relativize(part.path().getParent()).toString())
            .toList());
    load.replyTo().tell(StatusReply.success(harness.devices.loaded));
    ModelDescriptor mixed = loading.receiveMessage(ModelHarness.BOUND).getValue();
    assertEquals("donor", mixed.component("vae_decoder").orElseThrow().from());
    assertEquals("loaded", harness.show("mended+vae_decoder:donor").model().state());
    harness.rescan();
    assertEquals("loaded", harness.show("mended+vae_decoder:donor").model().state());
    assertEquals(1, harness.unload("mended+vae_decoder:donor", "").getValue().devices().size());
  }

  @Test
  void show_listsWhoCountsOnAModel_brokenOnesAndTemplatesToo() throws Exception {
    writeMended(true);
    assertEquals(List.of("model mended (vae_decoder)"), harness.show("donor").dependents());
    harness.ensure("mended+vae_decoder:donor", "cpu-0");
    assertEquals(
        List.of("model mended (vae_decoder)", "model mended+vae_decoder:donor"),
        harness.show("donor").dependents());
    assertEquals(
        List.of("template image-enhance", "template text-to-image"),
        Dependents.of("safety-signs", List.of(), folder.settings().templates()));
  }

  @Test
  void lender_whenItsFileIsBadToo_theMixedModelIsBrokenAndTheChainGoesOn() throws Exception {
    writeMended(true);
    assertTrue(
        harness
            .<StatusReply<ModelDescriptor>>ask(
                replyTo -> new ModelCommand.Resolve("mended+vae_decoder:donor", replyTo))
            .isSuccess());
    Files.delete(root.resolve("models/donor/vae_decoder/model.onnx"));

    Refusal refusal = harness.refusal(harness.ensure("mended+vae_decoder:donor", "cpu-0"));

    assertEquals("model_file_missing", refusal.code());
    assertEquals("broken", harness.show("mended+vae_decoder:donor").model().state());
    assertEquals(
        alternatives("mended"),
        alternatives("mended+vae_decoder:donor"),
        "what may stand in for the model itself");
  }

  @Test
  void componentThatAWorkerRefuses_isSuspectedUntilTheNextScan() throws Exception {
    writeMended(false);
    assertEquals(List.of("3 donor"), alternatives("mended"));
    harness.devices.progressComponent = "vae_decoder";
    harness.devices.loadRefusal =
        Refusal.of(ErrorNames.MODEL_LOADING_FAILURE, "invalid graph", "Fetch it again");

    assertEquals(
        "model_loading_failure", harness.refusal(harness.ensure("mended", "cpu-0")).code());

    assertEquals(List.of("2 mended+vae_decoder:donor", "3 donor"), alternatives("mended"));
    harness.rescan();
    assertEquals(List.of("3 donor"), alternatives("mended"));
  }

  @Test
  void resolveUsable_whenNoDeviceEverHasRoom_isRefused_andAFullDeviceIsNot() {
    harness.ensure("tiny", "cpu-0");
    assertTrue(usable("tiny").isSuccess());
    harness.memory.tell(new MemoryCommand.RegisterDevice("cpu-0", 10 << 20));
    harness.memory.tell(new MemoryCommand.RegisterDevice("cpu-1", 1 << 20));
    assertTrue(usable("other").isSuccess(), "cpu-0 has room, once tiny is gone");
    harness.memory.tell(new MemoryCommand.RegisterDevice("cpu-0", 9 << 20));

    Awaitility.await()
        .atMost(ModelHarness.BOUND)
        .untilAsserted(
            () -> assertEquals("model_exceeds_devices", harness.refusal(usable("other")).code()));
  }

  private StatusReply<ModelDescriptor> usable(String id) {
    return harness.ask(replyTo -> new ModelCommand.ResolveUsable(id, replyTo));
  }

  @Test
  void show_whenUnknown_namesTheKnownOnes() {
    StatusReply<ModelDetail> reply = harness.ask(replyTo -> new ModelCommand.Show("tyni", replyTo));

    assertEquals("model_unknown", harness.refusal(reply).code());
    assertTrue(harness.refusal(reply).getMessage().contains("tiny"));
  }

  @Test
  void unload_withoutADevice_takesItOffAllAndGivesTheMemoryBack() {
    harness.ensure("tiny", "cpu-0");
    harness.ensure("tiny", "cpu-1");

    Unloaded unloaded = harness.unload("tiny", "").getValue();

    assertEquals(2, unloaded.devices().size());
    assertEquals(0, harness.reserved("cpu-0"), "checked before it was answered");
    assertEquals(0, harness.reserved("cpu-1"));
    assertEquals("available", harness.show("tiny").model().state());
    assertEquals(
        List.of(), harness.unload("tiny", "").getValue().devices(), "loaded nowhere any more");
  }

  @Test
  void unload_whenTheWorkerDoesNotConfirm_saysSoAndKeepsTheReservation() {
    harness.ensure("tiny", "cpu-0");
    harness.devices.dropsRefused.set(1);

    Refusal refusal = harness.refusal(harness.unload("tiny", "cpu-0"));

    assertTrue(refusal.getMessage().contains("the device's actor restarts"), refusal.getMessage());
    assertEquals("loaded", harness.show("tiny").model().state());
    assertTrue(harness.reserved("cpu-0") > 0);
  }

  @Test
  void unload_whileSomebodyHoldsTheModel_namesTheHolders() {
    harness.ensure("tiny", "cpu-0");
    ActorRef<Void> session = harness.testKit.spawn(Behaviors.empty());
    harness.models.tell(new ModelCommand.Hold("tiny", "session 01JD", session));
    harness.models.tell(new ModelCommand.Hold("tiny", "session 01JD", session));
    assertEquals(1, harness.show("tiny").model().references());

    Refusal refusal = harness.refusal(harness.unload("tiny", ""));

    assertEquals("model_in_use", refusal.code());
    assertTrue(refusal.getMessage().contains("in use by session 01JD"), refusal.getMessage());
    harness.testKit.stop(session);
    Awaitility.await()
        .atMost(ModelHarness.BOUND)
        .until(() -> harness.show("tiny").model().references() == 0);
    assertTrue(harness.unload("tiny", "").isSuccess());
  }

  @Test
  void unload_whenTheModelIsUnknown_isRefused() {
    assertEquals("model_unknown", harness.refusal(harness.unload("tyni", "")).code());
  }

  @Test
  void idleModel_isUnloadedAndAUsedOneIsNot() {
    harness.ensure("tiny", "cpu-0");
    harness.ensure("other", "cpu-0");
    ActorRef<Void> session = harness.testKit.spawn(Behaviors.empty());
    harness.models.tell(new ModelCommand.Hold("other", "session 01JD", session));
    harness.show("other");

    harness.clock.now = harness.clock.now.plus(Duration.ofMinutes(11));

    Awaitility.await()
        .atMost(ModelHarness.BOUND)
        .until(() -> harness.show("tiny").model().state(), "available"::equals);
    assertEquals("loaded", harness.show("other").model().state());
    assertFalse(harness.devices.calls.contains("drop other cpu-0"));
  }

  @Test
  void verify_readsEveryFileAnewAndReportsEachModel() throws Exception {
    Path file = root.resolve("models/tiny/model.onnx");
    harness.show("tiny");
    FileTime before = Files.getLastModifiedTime(file);
    byte[] changed = OnnxBytes.model();
    changed[5] ^= 1;
    Files.write(file, changed);
    Files.setLastModifiedTime(file, before);
    harness.rescan();
    assertEquals("available", harness.show("tiny").model().state(), "its marker still holds");

    List<ModelVerification> found = verify("");

    assertEquals(
        List.of("drawn", "other", "tiny"), found.stream().map(ModelVerification::modelId).toList());
    assertEquals(9, found.get(0).files(), "each file of the layout once");
    assertTrue(found.get(0).sound() && found.get(1).sound());
    assertTrue(found.get(2).problem().startsWith("model_checksum_mismatch"));
    assertEquals("broken", harness.show("tiny").model().state(), "and refused from now on");
    assertEquals(1, verify("other").get(0).files());
  }

  @Test
  void rescan_whenALoadedModelHasAnotherVersion_replacesItWhenNobodyHoldsItAnyMore()
      throws Exception {
    harness.ensure("tiny", "cpu-0");
    ActorRef<Void> session = harness.testKit.spawn(Behaviors.empty());
    harness.models.tell(new ModelCommand.Hold("tiny", "session 01JD", session));
    byte[] onnx = OnnxBytes.model();
    folder.model(
        "tiny",
        onnx,
        ModelFolder.manifest("tiny", ModelFolder.sha256(onnx), onnx.length)
            .replace("version = \"1\"", "version = \"2\""));

    harness.rescan();

    assertEquals("1", harness.show("tiny").model().version());
    assertEquals(
        List.of("1 serving", "2 waiting"),
        harness.show("tiny").versions().stream().map(v -> v.version() + " " + v.state()).toList());
    assertEquals("loaded", harness.show("tiny").model().state());

    harness.testKit.stop(session);

    Awaitility.await()
        .atMost(ModelHarness.BOUND)
        .until(() -> harness.show("tiny").model().version(), "2"::equals);
    assertEquals(List.of("hold tiny cpu-0", "drop tiny cpu-0"), harness.devices.calls);
    assertEquals("2", harness.ensure("tiny", "cpu-0").getValue().version());
  }

  @Test
  void loadedModels_staySoLongInTheHostsMemoryAsTheBudgetHasRoomForThem() throws Exception {
    long bytes = harness.show("tiny").model().bytes();
    harness.close();
    harness = new ModelHarness(folder, "ram-cache = " + (bytes + 1));
    harness.ensure("tiny", "cpu-0");
    awaitCached("tiny", bytes);
    harness.unload("tiny", "");
    assertEquals(bytes, harness.show("tiny").model().readAheadBytes(), "for the next load");
    assertEquals("read ahead", harness.show("tiny").components().get(0).state());

    harness.ensure("other", "cpu-0");

    awaitCached("other", bytes);
    awaitCached("tiny", 0);
    assertEquals("stored", harness.show("tiny").components().get(0).state());
  }

  @Test
  void filesReadAhead_areTrimmed_thoseOfAModelThatSomebodyHoldsOnlyIfAskedFor() throws Exception {
    long bytes = harness.show("tiny").model().bytes();
    harness.close();
    harness = new ModelHarness(folder, "ram-cache = " + 2 * bytes);
    harness.ensure("tiny", "cpu-0");
    awaitCached("tiny", bytes);
    harness.ensure("other", "cpu-0");
    awaitCached("other", bytes);
    ActorRef<Object> session = harness.testKit.spawn(Behaviors.empty(), "holder");
    harness.models.tell(new ModelCommand.Hold("tiny", "session 1", session));

    assertEquals(new ModelCommand.Trimmed(2 * bytes, bytes, List.of("other")), trimmed(0, false));
    assertEquals(new ModelCommand.Trimmed(bytes, bytes, List.of()), trimmed(1, true));
    assertEquals(bytes, harness.show("tiny").model().readAheadBytes());
    assertEquals(new ModelCommand.Trimmed(bytes, 0, List.of("tiny")), trimmed(0.5, true));
    assertEquals(List.of("cpu-0"), harness.show("tiny").model().devices(), "it is loaded still");
  }

  private ModelCommand.Trimmed trimmed(double keep, boolean heldToo) {
    TestProbe<ModelCommand.Trimmed> probe = harness.testKit.createTestProbe();
    harness.models.tell(new ModelCommand.TrimCache(keep, heldToo, probe.ref()));
    return probe.receiveMessage(ModelHarness.BOUND);
  }

  @Test
  void ensureLoaded_whileTheModelIsUnloaded_waitsAndLoadsItAgain() throws Exception {
    harness.ensure("tiny", "cpu-0");
    harness.devices.answerDrops = false;
    TestProbe<StatusReply<Unloaded>> unloaded = harness.testKit.createTestProbe();
    harness.models.tell(new ModelCommand.Unload("tiny", "cpu-0", unloaded.ref()));
    DeviceCommand.DropModel drop = harness.devices.nextDrop();
    TestProbe<StatusReply<ModelDescriptor>> loaded = harness.testKit.createTestProbe();
    harness.models.tell(new ModelCommand.EnsureLoaded("tiny", "cpu-0", loaded.ref()));
    harness.show("tiny");

    drop.replyTo().tell(StatusReply.success(1000L));

    assertTrue(unloaded.receiveMessage(ModelHarness.BOUND).isSuccess());
    assertTrue(loaded.receiveMessage(ModelHarness.BOUND).isSuccess());
    assertEquals(
        List.of("hold tiny cpu-0", "drop tiny cpu-0", "hold tiny cpu-0"), harness.devices.calls);
  }

  private void awaitCached(String model, long bytes) {
    Awaitility.await()
        .atMost(ModelHarness.BOUND)
        .until(() -> harness.show(model).model().readAheadBytes(), cached -> cached == bytes);
  }

  @Test
  void fallbackOfAModel_thatIsUnknown_isAWarningAndTheModelServes() throws Exception {
    byte[] onnx = OnnxBytes.model();
    folder.model(
        "tiny",
        onnx,
        ModelFolder.manifest("tiny", ModelFolder.sha256(onnx), onnx.length)
            + "fallbacks = [{ relation = basic, model = nowhere },"
            + " { relation = similar, model = other }]");
    harness.rescan();

    ModelDetail detail = harness.show("tiny");

    assertEquals("available", detail.model().state());
    assertTrue(detail.model().warnings().get(0).startsWith("model_fallback_unknown"));
    assertEquals("other", detail.alternatives().candidates().get(0).modelId());
    assertEquals("nowhere", detail.alternatives().skipped().get(0).modelId());
  }

  private List<ModelVerification> verify(String model) {
    return harness
        .<StatusReply<ModelCommand.Verified>>ask(replyTo -> new ModelCommand.Verify(model, replyTo))
        .getValue()
        .models();
  }

  private static LoadedModel loaded(String... components) {
    return new LoadedModel(
        5 << 20,
        Duration.ofMillis(12),
        List.of(components).stream()
            .map(name -> new LoadedModel.Component(name, "", List.of(), List.of()))
            .toList());
  }
}
