package io.mainstay.actors.postprocessing;

import akka.actor.typed.ActorSystem;
import io.mainstay.actors.postprocessing.image.PicturePipeline;
import io.mainstay.actors.postprocessing.image.safety.SafetyPolicy;
import io.mainstay.actors.recovery.FaultVoice;
import io.mainstay.actors.recovery.recognition.Pictures;
import io.mainstay.actors.recovery.recognition.Recognised;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Says of finished pictures what is an error, and when they become worse. Thread-safe. */
final class VerdictWatch {
  private final FaultVoice faults;
  private final Enhancers enhancers;
  private QualityTrend trend;

  private VerdictWatch(FaultVoice faults, Enhancers enhancers, QualityTrend trend) {
    this.faults = faults;
    this.enhancers = enhancers;
    this.trend = trend;
  }

  static VerdictWatch of(ActorSystem<?> system) {
    return new VerdictWatch(
        FaultVoice.of(system),
        Enhancers.of(system),
        QualityTrend.begin(QualityTrend.Limits.of(system.settings().config())));
  }

  /** Pictures of that owner are finished. */
  void finished(String owner, PicturePipeline batch) {
    List<Pictures.Found> found =
        batch.verdicts().stream()
            .map(
                verdict ->
                    new Pictures.Found(
                        verdict.safety().score(),
                        Math.min(verdict.technicalQuality(), verdict.visualQuality())))
            .toList();
    SafetyPolicy policy = batch.plan().policy();
    Set<String> models = batch.plan().enhancers();
    found.forEach(one -> enhancers.judged(models, one.quality() < policy.qualityMinimum()));
    List<Recognised> signs =
        new ArrayList<>(
            Pictures.recognise(found, policy.contentSafetyMinimum(), policy.qualityMinimum()));
    found.forEach(one -> note(one.quality() < policy.qualityMinimum(), policy, signs));
    signs.forEach(sign -> faults.raise("postprocessing/" + owner, sign, null));
  }

  private synchronized void note(boolean poor, SafetyPolicy policy, List<Recognised> signs) {
    boolean before = trend.degraded();
    trend = trend.with(poor);
    if (trend.degraded() && !before) {
      signs.add(
          Pictures.trend(trend.poorCount(), trend.limits().window(), policy.qualityMinimum()));
    }
  }
}
