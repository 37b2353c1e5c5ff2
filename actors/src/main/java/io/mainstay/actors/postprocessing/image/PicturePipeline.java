package io.mainstay.actors.postprocessing.image;

import io.mainstay.actors.device.worker.InferenceResult;
import io.mainstay.actors.processing.program.BatchProgram;
import io.mainstay.protocol.Tensor;
import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/**
 * The postprocessing of a batch of pictures: the operations of its plan one after another, each as
 * few worker requests as fit, then for each picture its quality, its PNG and what becomes of it.
 * Beginning anew costs less than a checkpoint, so there is none. {@link #begin}, {@link #computed}
 * and {@link #without} take time: not on an actor's thread.
 */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.POSTPROCESSING,
    group = "orchestration",
    fields = "sequence")
public final class PicturePipeline implements BatchProgram {
  private final PicturePlan plan;
  private final List<PictureItem> items;
  private final List<PictureStage> stages;
  private final int stage;
  private final List<PictureWork> works;
  private final List<Next.Compute> requests;
  private final List<Tensor> answers;
  private final int requestsBefore;
  private final List<String> degradations;
  private final List<PictureVerdict> verdicts;

  private PicturePipeline(
      PicturePlan plan,
      List<PictureItem> items,
      List<PictureStage> stages,
      int stage,
      List<PictureWork> works,
      List<Next.Compute> requests,
      List<Tensor> answers,
      int requestsBefore,
      List<String> degradations,
      List<PictureVerdict> verdicts) {
    this.plan = plan;
    this.items = items;
    this.stages = stages;
    this.stage = stage;
    this.works = works;
    this.requests = requests;
    this.answers = answers;
    this.requestsBefore = requestsBefore;
    this.degradations = degradations;
    this.verdicts = verdicts;
  }

  /** A batch at the beginning of its plan; it is finished already where no worker is needed. */
  public static PicturePipeline begin(PicturePlan plan, List<PictureItem> items) {
    if (items.isEmpty()) {
      throw new IllegalArgumentException("A batch without pictures; at least 1");
    }
    List<PictureWork> works = items.stream().map(PictureWork::of).toList();
    return new PicturePipeline(
            plan,
            List.copyOf(items),
            plan.stages(),
            -1,
            works,
            List.of(),
            List.of(),
            0,
            plan.degradations(),
            List.of())
        .enter(0, works, plan.degradations());
  }

  /** On to that stage, and past all that need no worker. */
  private PicturePipeline enter(int first, List<PictureWork> entering, List<String> so) {
    List<PictureWork> now = entering;
    List<String> degraded = so;
    int before = requestsBefore + answers.size();
    for (int at = first; at < stages.size(); at++) {
      List<Next.Compute> needed = stages.get(at).requests(now);
      if (!needed.isEmpty()) {
        return new PicturePipeline(
            plan, items, stages, at, now, needed, List.of(), before, degraded, List.of());
      }
      PictureStage.Settled settled = stages.get(at).settle(now, List.of());
      now = settled.works();
      degraded = joined(degraded, settled.degradations());
    }
    return new PicturePipeline(
        plan,
        items,
        stages,
        stages.size(),
        List.of(),
        List.of(),
        List.of(),
        before,
        degraded,
        PictureFinish.verdicts(plan.policy(), items, now));
  }

  @Override
  public Next next() {
    return isFinished() ? new Next.Finished() : requests.get(answers.size());
  }

  @Override
  public PicturePipeline computed(InferenceResult result) {
    if (isFinished()) {
      throw new IllegalStateException("A finished pipeline was given a result");
    }
    List<Tensor> more = new ArrayList<>(answers);
    more.add(result.outputs().get(0));
    PicturePipeline answered =
        new PicturePipeline(
            plan,
            items,
            stages,
            stage,
            works,
            requests,
            List.copyOf(more),
            requestsBefore,
            degradations,
            List.of());
    if (more.size() < requests.size()) {
      return answered;
    }
    PictureStage.Settled settled = stages.get(stage).settle(works, more);
    return answered.enter(stage + 1, settled.works(), joined(degradations, settled.degradations()));
  }

  /**
   * The pipeline without a model that turned out to be unusable: the worker's Lanczos kernel stands
   * in for an upscaler, the rules for a classifier, and the pipeline says so. The operation in
   * progress begins anew. Empty if it does not need that model any more, or cannot do without.
   *
   * @param why a phrase
   */
  public Optional<PicturePipeline> without(String modelId, String why) {
    List<PictureStage> replaced = new ArrayList<>(stages);
    List<String> degraded = degradations;
    boolean changed = false;
    for (int at = Math.max(0, stage); at < stages.size(); at++) {
      PictureStage.Replacement replacement = stages.get(at).without(modelId, why);
      changed |= replacement.stage() != stages.get(at);
      replaced.set(at, replacement.stage());
      degraded = joined(degraded, replacement.degradations());
    }
    if (!changed) {
      return Optional.empty();
    }
    PicturePipeline other =
        new PicturePipeline(
            plan,
            items,
            List.copyOf(replaced),
            stage,
            works,
            requests,
            List.of(),
            requestsBefore,
            degraded,
            List.of());
    return Optional.of(other.enter(stage, works, degraded));
  }

  @Override
  public boolean slow() {
    return true;
  }

  @Override
  public Progress progress() {
    int done = requestsBefore + answers.size();
    int total = requestsBefore + requests.size();
    List<Size> sizes = works.stream().map(work -> Size.of(work.picture())).toList();
    for (int at = stage; at < stages.size(); at++) {
      if (at > stage) {
        total += stages.get(at).requestCount(sizes);
      }
      sizes = stages.get(at).after(sizes);
    }
    return new Progress(isFinished() ? "finished" : stages.get(stage).operation(), done, total);
  }

  /** Operations that are done, the gate included. */
  public int operationsCompleted() {
    return stage;
  }

  /** All operations, the gate included. */
  public int operations() {
    return stages.size();
  }

  @Override
  public Optional<byte[]> checkpoint() {
    return Optional.empty();
  }

  /** Whether all verdicts are there. */
  public boolean isFinished() {
    return stage == stages.size();
  }

  /** The pictures as they began. */
  public List<PictureItem> items() {
    return items;
  }

  /** The plan that is carried out. */
  public PicturePlan plan() {
    return plan;
  }

  /** What became of each picture, in the order of the items; none before the end. */
  public List<PictureVerdict> verdicts() {
    return verdicts;
  }

  /** What is not as asked, one sentence each. */
  public List<String> degradations() {
    return degradations;
  }

  private static List<String> joined(List<String> one, List<String> other) {
    LinkedHashSet<String> all = new LinkedHashSet<>(one);
    all.addAll(other);
    return List.copyOf(all);
  }
}
