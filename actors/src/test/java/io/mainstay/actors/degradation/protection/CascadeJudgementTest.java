package io.mainstay.actors.degradation.protection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mainstay.actors.degradation.protection.CascadeJudgement.Standing;
import io.mainstay.actors.degradation.protection.CascadeJudgement.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CascadeJudgementTest {
  private static final double LOW = 0.2;
  private static final double MIDDLE = 0.3;
  private static final double HIGH = 0.31;
  private static final double[] SHARES = {LOW, MIDDLE, HIGH};
  private static final int LENGTH = 8;

  private static ProtectionSettings settings(int looks, int calmLooks) {
    Duration any = Duration.ofSeconds(1);
    return new ProtectionSettings(true, any, any, 0.3, 0.2, looks, calmLooks);
  }

  /** Every sequence of eight looks: what is said is what the last looks in a row say. */
  @Test
  void look_overEverySequence_saysWhatTheLastLooksInARowSay() {
    for (int looks = 1; looks <= 3; looks++) {
      for (int calmLooks = 1; calmLooks <= 3; calmLooks++) {
        ProtectionSettings settings = settings(looks, calmLooks);
        for (int code = 0; code < (int) Math.pow(SHARES.length, LENGTH); code++) {
          follow(sequence(code), settings);
        }
      }
    }
  }

  private static List<Double> sequence(int code) {
    List<Double> shares = new ArrayList<>();
    for (int rest = code; shares.size() < LENGTH; rest /= SHARES.length) {
      shares.add(SHARES[rest % SHARES.length]);
    }
    return shares;
  }

  private static void follow(List<Double> shares, ProtectionSettings settings) {
    CascadeJudgement judgement = CascadeJudgement.begin();
    Standing expected = Standing.UNSAID;
    for (int i = 0; i < shares.size(); i++) {
      CascadeJudgement.Step step = judgement.look(shares.get(i), settings);
      judgement = step.next();
      boolean bad = lastAre(shares, i, settings.looks(), HIGH);
      boolean calm = lastAre(shares, i, settings.calmLooks(), LOW);
      Verdict verdict = Verdict.NOTHING;
      if (bad && expected != Standing.CASCADE) {
        expected = Standing.CASCADE;
        verdict = Verdict.CASCADE_BEGAN;
      } else if (calm && expected != Standing.CALM) {
        expected = Standing.CALM;
        verdict = Verdict.CASCADE_ENDED;
      }
      assertEquals(verdict, step.verdict(), shares + " at " + i + " of " + settings);
      assertEquals(expected, judgement.standing(), shares + " at " + i + " of " + settings);
    }
  }

  private static boolean lastAre(List<Double> shares, int at, int many, double share) {
    return at + 1 >= many
        && shares.subList(at + 1 - many, at + 1).stream().allMatch(one -> one == share);
  }

  @Test
  void settings_outOfBounds_areRefusedWithNameAndBound() {
    Duration any = Duration.ofSeconds(1);
    assertEquals(
        "mainstay.modes.protection.calm-share is 0.4; it must be from 0 to unhealthy-share = 0.3",
        assertThrows(
                IllegalArgumentException.class,
                () -> new ProtectionSettings(true, any, any, 0.3, 0.4, 1, 1))
            .getMessage());
  }
}
