package io.mainstay.actors.postprocessing.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.postprocessing.image.safety.Decision;
import io.mainstay.actors.postprocessing.image.safety.Drawing;
import io.mainstay.actors.postprocessing.image.safety.Enforcement;
import io.mainstay.actors.postprocessing.image.safety.SafetyPolicy;
import io.mainstay.actors.postprocessing.image.safety.TechnicalCompliance;
import io.mainstay.actors.processing.image.Picture;
import io.mainstay.actors.processing.image.png.PictureFile;
import io.mainstay.actors.processing.image.png.PictureMath;
import io.mainstay.actors.processing.program.BatchProgram.Next.Compute;
import io.mainstay.actors.processing.program.BatchProgram.Progress;
import io.mainstay.persistence.session.PictureOperation;
import io.mainstay.persistence.session.PictureOperation.FormatConversion;
import io.mainstay.persistence.session.PictureOperation.SafetyCheck;
import io.mainstay.persistence.session.PictureOperation.Upscaling;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PicturePipelineTest {
  private static final PictureLimits LIMITS = new PictureLimits(4 << 20, 8);
  private static final Upscaler X2 = new Upscaler("upscaler-shapes", "x2", 2);
  private static final Upscaler X4 = new Upscaler("upscaler-shapes", "x4", 4);
  private static final SafetyPolicy POLICY = policy(List.of("warning_sign"));

  private final FakePictureWorker worker = new FakePictureWorker();

  private static SafetyPolicy policy(List<String> classes) {
    return new SafetyPolicy(
        "v1",
        0.5,
        0,
        TechnicalCompliance.STRICT,
        Enforcement.REJECT,
        Enforcement.FLAG_FOR_REVIEW,
        classes,
        List.of("warning sign"));
  }

  private static PicturePlan plan(PictureOperation... operations) {
    return PicturePlan.of(
        List.of(operations),
        List.of(X2, X4),
        List.of(FakePictureWorker.CLASSIFIER),
        POLICY,
        LIMITS);
  }

  private static PictureItem item(Picture picture) {
    return new PictureItem(picture, "a circle", "a circle", Map.of("prompt", "a circle"));
  }

  private static Picture flat(int width, int height, float red, float green, float blue) {
    float[] planes = new float[3 * width * height];
    for (int i = 0; i < planes.length; i++) {
      planes[i] = new float[] {red, green, blue}[i / (width * height)];
    }
    return new Picture(width, height, planes);
  }

  private static Picture noise(int width, int height, long seed) {
    float[] planes = new float[3 * width * height];
    Random random = new Random(seed);
    for (int i = 0; i < planes.length; i++) {
      planes[i] = random.nextInt(256) / 255f;
    }
    return new Picture(width, height, planes);
  }

  private List<String> components() {
    return worker.requests.stream().map(Compute::component).toList();
  }

  @Test
  void operations_goInTheOrderAskedFor_andAGateRunsOnTheResult() {
    PicturePlan plan =
        plan(new SafetyCheck("safety-signs", ""), new Upscaling("upscaler-shapes", 2));

    PicturePipeline done =
        worker.finish(PicturePipeline.begin(plan, List.of(item(flat(8, 8, 0.1f, 0.5f, 0.5f)))));

    assertEquals(List.of("classifier", "x2", "classifier"), components());
    assertEquals(List.of("safety_check", "upscaling", "safety_check"), plan.operations());
    assertEquals(Decision.DELIVERED, done.verdicts().get(0).decision());
    assertEquals(16, done.verdicts().get(0).width());
    assertEquals(List.of(), done.degradations());
  }

  @Test
  void gate_whenTheLastThingAskedForIsThatVeryCheck_runsOnce() {
    PicturePlan plan =
        plan(
            new Upscaling("lanczos", 4),
            new SafetyCheck("safety-signs", ""),
            new FormatConversion("png"));

    worker.finish(PicturePipeline.begin(plan, List.of(item(flat(8, 8, 0, 0.5f, 0.5f)))));

    assertEquals(List.of("lanczos-x4", "classifier"), components());
    assertEquals("builtin", worker.requests.get(0).modelId());
  }

  @Test
  void gate_whenOnlyTheRulesWereAskedFor_runsAsWell() {
    worker.finish(
        PicturePipeline.begin(
            plan(new SafetyCheck("rules", "")), List.of(item(flat(8, 8, 0, 0.5f, 0.5f)))));

    assertEquals(List.of("classifier"), components());
  }

  @Test
  void anUnsafePicture_isRejected_theOthersOfItsBatchAreDelivered() {
    PicturePipeline done =
        worker.finish(
            PicturePipeline.begin(
                plan(),
                List.of(
                    item(flat(8, 8, 0.1f, 0.5f, 0.5f)),
                    item(flat(8, 8, 0.9f, 0.1f, 0.1f)),
                    item(flat(8, 8, 0.2f, 0.2f, 0.5f)))));

    assertEquals(
        List.of(Decision.DELIVERED, Decision.REJECTED, Decision.DELIVERED),
        done.verdicts().stream().map(PictureVerdict::decision).toList());
    PictureVerdict rejected = done.verdicts().get(1);
    assertEquals(0.1, rejected.safety().score(), 1e-3);
    assertEquals("warning_sign", rejected.safety().classification());
    assertTrue(rejected.png().length > 0, "a person must be able to look at it");
    assertEquals(1, worker.requests.size());
  }

  @Test
  void aPictureThatFailsAnEarlierCheck_staysRejected_whateverTheGateFinds() {
    PicturePipeline begun =
        PicturePipeline.begin(
            plan(new SafetyCheck("safety-signs", ""), new Upscaling("upscaler-shapes", 2)),
            List.of(item(flat(8, 8, 0.9f, 0, 0))));
    PicturePipeline checked = begun.computed(worker.answer(begun.next()));
    PicturePipeline enlarged = checked.computed(worker.answer(checked.next()));
    PicturePipeline done =
        enlarged.computed(
            FakePictureWorker.result(FakePictureWorker.floats("scores", List.of(1L, 2L), 1, 0)));

    assertEquals(Decision.REJECTED, done.verdicts().get(0).decision());
  }

  @Test
  void aForbiddenPrompt_isRejected_whateverTheClassifierSays() {
    PicturePipeline done =
        worker.finish(
            PicturePipeline.begin(
                plan(),
                List.of(
                    new PictureItem(
                        flat(8, 8, 0, 0.5f, 0.5f), "x", "A Warning-Sign on grey", Map.of()))));

    assertEquals(Decision.REJECTED, done.verdicts().get(0).decision());
    assertEquals(List.of("prompt:warning sign"), done.verdicts().get(0).safety().flagged());
  }

  @Test
  void picturesOfOneSize_shareARequest_asFarAsItsBytesAllow() {
    // 64 x 64 x 12 bytes in, 16 times as much out: 835,584 bytes each, 5 in 4 MiB.
    List<PictureItem> items = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      items.add(item(noise(64, 64, i)));
    }
    items.add(item(noise(32, 16, 9)));

    PicturePipeline done =
        worker.finish(PicturePipeline.begin(plan(new Upscaling("upscaler-shapes", 4)), items));

    assertEquals(
        List.of(5L, 2L, 1L, 8L),
        worker.requests.stream().map(request -> request.inputs().get(0).dims().get(0)).toList());
    assertEquals(
        List.of(256, 256, 256, 256, 256, 256, 256, 128),
        done.verdicts().stream().map(PictureVerdict::width).toList());
    for (int i = 0; i < items.size(); i++) {
      assertRepeats(items.get(i).picture(), 4, done.verdicts().get(i));
    }
  }

  @Test
  void aPictureThatDoesNotFitIntoARequest_goesInTiles_andComesOutWhole() {
    Picture picture = noise(301, 205, 5);

    PicturePipeline begun =
        PicturePipeline.begin(plan(new Upscaling("upscaler-shapes", 4)), List.of(item(picture)));
    Progress atFirst = begun.progress();
    assertEquals(atFirst.total(), plan(new Upscaling("upscaler-shapes", 4)).requests(1, 301, 205));
    PicturePipeline done = worker.finish(begun);

    assertTrue(worker.requests.size() > 3, "requests: " + worker.requests.size());
    for (Compute request : worker.requests) {
      long bytes = request.inputs().get(0).byteLength() + request.outputs().get(0).bytes();
      assertTrue(bytes <= LIMITS.requestBytesMax(), bytes + " bytes");
    }
    assertEquals(new Progress("upscaling", 0, worker.requests.size()), atFirst);
    assertRepeats(picture, 4, done.verdicts().get(0));
  }

  private static void assertRepeats(Picture original, int scale, PictureVerdict verdict) {
    Picture made = PictureFile.read("made", verdict.png(), 1 << 24);
    assertEquals(original.width() * scale, made.width());
    assertEquals(original.height() * scale, made.height());
    float[] expected = new float[made.planes().length];
    for (int i = 0; i < expected.length; i++) {
      int x = i % made.width() / scale;
      int y = i / made.width() % made.height() / scale;
      int plane = i / (made.width() * made.height());
      expected[i] = original.planes()[(plane * original.height() + y) * original.width() + x];
    }
    assertArrayEquals(
        PictureMath.quantized(new Picture(made.width(), made.height(), expected)).planes(),
        made.planes());
  }

  @Test
  void progress_countsRequestsOfTheWholeBatch_andTheSameStepIsGivenAgain() {
    PicturePipeline begun =
        PicturePipeline.begin(
            plan(new Upscaling("upscaler-shapes", 2), new Upscaling("lanczos", 2)),
            List.of(item(noise(16, 16, 1))));

    assertEquals(new Progress("upscaling", 0, 3), begun.progress());
    assertEquals(begun.next(), begun.next());
    PicturePipeline second = begun.computed(worker.answer(begun.next()));
    assertEquals(new Progress("upscaling", 1, 3), second.progress());
    assertEquals(1, second.operationsCompleted());
    PicturePipeline done = worker.finish(second);
    assertEquals(new Progress("finished", 3, 3), done.progress());
    assertEquals(3, done.operations());
    // What was answered once is not used up: a step at a death is asked for again.
    assertEquals(new Progress("upscaling", 0, 3), begun.progress());
  }

  @Test
  void theSamePictures_giveTheSameBytes_andOtherTextsGiveOthers() {
    PicturePlan plan = plan(new Upscaling("upscaler-shapes", 2));
    PictureItem one = item(noise(16, 16, 1));
    byte[] first = worker.finish(PicturePipeline.begin(plan, List.of(one))).verdicts().get(0).png();
    byte[] again = worker.finish(PicturePipeline.begin(plan, List.of(one))).verdicts().get(0).png();

    assertArrayEquals(first, again);
    PictureItem other =
        new PictureItem(one.picture(), "x", one.prompt(), Map.of("prompt", "a ring"));
    assertTrue(
        first.length
            != worker
                .finish(PicturePipeline.begin(plan, List.of(other)))
                .verdicts()
                .get(0)
                .png()
                .length,
        "the texts are part of the file");
  }

  @Test
  void withoutAClassifier_theRulesDecide_andThePipelineSaysSo() {
    PicturePlan plan = PicturePlan.of(List.of(), List.of(), List.of(), POLICY, LIMITS);
    Picture sign = Drawing.of(64, Drawing.GREY, graphics -> Drawing.sign(graphics, 32, 32, 20));

    PicturePipeline done =
        PicturePipeline.begin(plan, List.of(item(sign), item(flat(8, 8, 1, 0, 0))));

    assertTrue(done.isFinished(), "no worker is needed");
    assertEquals(
        List.of(Decision.REJECTED, Decision.DELIVERED),
        done.verdicts().stream().map(PictureVerdict::decision).toList());
    assertEquals(List.of("pixels:warning_sign"), done.verdicts().get(0).safety().flagged());
    assertEquals(1, done.degradations().size());
    assertTrue(done.degradations().get(0).startsWith("safety_by_rules: "));
  }

  @Test
  void withoutAClassifierAndWithoutARule_everythingIsRejected() {
    PicturePlan plan =
        PicturePlan.of(List.of(), List.of(), List.of(), policy(List.of("weapon")), LIMITS);

    PicturePipeline done = PicturePipeline.begin(plan, List.of(item(flat(8, 8, 0, 1, 0))));

    assertEquals(Decision.REJECTED, done.verdicts().get(0).decision());
    assertEquals("none", done.verdicts().get(0).safety().judge());
    assertTrue(done.degradations().get(0).startsWith("safety_unjudged: "));
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, 7, -1, 0.2f})
  void aClassifierWhoseAnswerIsNoProbability_isReplacedByTheRules(float broken) {
    PicturePipeline begun = PicturePipeline.begin(plan(), List.of(item(flat(8, 8, 0, 1, 0))));

    PicturePipeline done =
        begun.computed(
            FakePictureWorker.result(
                FakePictureWorker.floats("scores", List.of(1L, 2L), broken, 0.1f)));

    assertEquals(Decision.DELIVERED, done.verdicts().get(0).decision());
    assertEquals("rules", done.verdicts().get(0).safety().judge());
    assertTrue(done.degradations().get(0).startsWith("safety_by_rules: 'safety-signs'"));
  }

  @Test
  void without_aModelThatTurnsOutUnusable_goesOnWithItsStandIn() {
    PicturePipeline begun =
        PicturePipeline.begin(
            plan(new Upscaling("upscaler-shapes", 2)), List.of(item(noise(16, 16, 1))));

    PicturePipeline other = begun.without("upscaler-shapes", "its file is damaged").orElseThrow();
    PicturePipeline enlarged = other.computed(worker.answer(other.next()));
    PicturePipeline done = enlarged.without("safety-signs", "it does not load").orElseThrow();

    assertEquals(List.of("lanczos-x2"), components());
    assertTrue(done.isFinished());
    assertEquals(
        List.of("upscaler_unavailable", "safety_by_rules"),
        done.degradations().stream().map(text -> text.substring(0, text.indexOf(':'))).toList());
    assertTrue(begun.without("another-model", "x").isEmpty());
    assertTrue(begun.without("builtin", "x").isEmpty(), "nothing stands in for the kernel");
  }

  @Test
  void modelsThatAreNotThere_areReplacedAndNamed() {
    PicturePlan plan = plan(new Upscaling("real_esrgan", 4), new SafetyCheck("safety-v3", ""));

    worker.finish(PicturePipeline.begin(plan, List.of(item(noise(8, 8, 1)))));

    assertEquals(List.of("lanczos-x4", "classifier"), components());
    assertEquals(
        List.of("upscaler_unavailable", "safety_by_rules"),
        plan.degradations().stream().map(text -> text.substring(0, text.indexOf(':'))).toList());
  }

  @Test
  void anUpscalerWhoseNumbersNobodyCanUse_isRefused() {
    PicturePipeline begun =
        PicturePipeline.begin(
            plan(new Upscaling("upscaler-shapes", 2)), List.of(item(flat(1, 1, 0, 0, 0))));
    float[] values = new float[12];
    values[7] = Float.NaN;

    Refusal notFinite =
        assertThrows(
            Refusal.class,
            () ->
                begun.computed(
                    FakePictureWorker.result(
                        FakePictureWorker.floats("upscaled", List.of(1L, 3L, 2L, 2L), values))));
    Refusal otherShape =
        assertThrows(
            Refusal.class,
            () ->
                begun.computed(
                    FakePictureWorker.result(
                        FakePictureWorker.floats("upscaled", List.of(1L, 3L, 1L, 4L), values))));

    assertEquals("unusable_output", notFinite.code());
    assertTrue(otherShape.getMessage().contains("[1, 3, 2, 2]"), otherShape.getMessage());
  }

  @Test
  void enhancementEffectiveness_isGivenOnlyWhereSomethingWasEnlarged() {
    PictureItem item = item(noise(16, 16, 1));

    assertNull(
        worker
            .finish(PicturePipeline.begin(plan(), List.of(item)))
            .verdicts()
            .get(0)
            .enhancementEffectiveness());
    assertNotNull(
        worker
            .finish(PicturePipeline.begin(plan(new Upscaling("lanczos", 2)), List.of(item)))
            .verdicts()
            .get(0)
            .enhancementEffectiveness());
  }

  @Test
  void aPictureWithNumbersThatAreNotFinite_isTechnicallyRejected() {
    Picture broken = flat(8, 8, 0.1f, 0.5f, 0.5f);
    broken.planes()[100] = Float.NaN;

    PicturePipeline done = worker.finish(PicturePipeline.begin(plan(), List.of(item(broken))));

    assertEquals(Decision.REJECTED, done.verdicts().get(0).decision());
    assertTrue(done.verdicts().get(0).reasons().toString().contains("not finite"));
  }

  @Test
  void limits_thatCannotHoldATileAndItsMargin_areRefused() {
    assertThrows(IllegalArgumentException.class, () -> new PictureLimits(1 << 20, 64));
    assertThrows(IllegalArgumentException.class, () -> new PictureLimits(1 << 10, 8));
    assertThrows(IllegalArgumentException.class, () -> new PictureLimits(1 << 30, 2));
  }
}
