package io.mainstay.actors.processing.image.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.gateway.Refusal;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchedulerConfigTest {
  @Test
  void alphaBars_whenLinear_areTheProductOfEvenlySpacedBetas() {
    double[] bars = Configs.with("").alphaBars();

    assertEquals(1000, bars.length);
    assertEquals(0.9999, bars[0], 1e-15);
    assertEquals(0.9999 * (1 - (0.0001 + 0.0199 / 999)), bars[1], 1e-15);
    double logarithm = 0;
    for (int i = 0; i < 1000; i++) {
      logarithm += Math.log1p(-(0.0001 + 0.0199 * i / 999));
    }
    assertEquals(Math.exp(logarithm), bars[999], 1e-12);
  }

  @Test
  void alphaBars_whenScaledLinear_haveEvenlySpacedRootsOfBeta() {
    double[] bars =
        Configs.with(
                "'beta_schedule': 'scaled_linear', 'beta_start': 0.04, 'beta_end': 0.16,"
                    + " 'num_train_timesteps': 3")
            .alphaBars();

    assertEquals(0.96, bars[0], 1e-12);
    assertEquals(0.96 * (1 - 0.3 * 0.3), bars[1], 1e-12);
    assertEquals(0.96 * 0.91 * 0.84, bars[2], 1e-12);
  }

  @Test
  void alphaBars_whenCosine_telescopeToTheCurveUntilTheCap() {
    double[] bars = Configs.with("'beta_schedule': 'squaredcos_cap_v2'").alphaBars();

    for (int i : new int[] {0, 1, 250, 500, 900}) {
      double ratio =
          Math.pow(Math.cos(((i + 1) / 1000.0 + 0.008) / 1.008 * Math.PI / 2), 2)
              / Math.pow(Math.cos(0.008 / 1.008 * Math.PI / 2), 2);
      assertEquals(ratio, bars[i], 1e-12);
    }
    assertEquals(0.001, bars[999] / bars[998], 1e-9);
  }

  @Test
  void alphaBars_whenRescaled_endAtZeroAndKeepTheFirst() {
    double[] plain = Configs.with("").alphaBars();
    double[] rescaled = Configs.with("'rescale_betas_zero_snr': true").alphaBars();

    assertEquals(0, rescaled[999]);
    assertEquals(plain[0], rescaled[0], 1e-12);
    // Roots are moved by one affine map, so ratios of their differences stay.
    assertEquals(
        (Math.sqrt(plain[100]) - Math.sqrt(plain[400]))
            / (Math.sqrt(plain[400]) - Math.sqrt(plain[700])),
        (Math.sqrt(rescaled[100]) - Math.sqrt(rescaled[400]))
            / (Math.sqrt(rescaled[400]) - Math.sqrt(rescaled[700])),
        1e-9);
  }

  @Test
  void read_whenFieldsAreAbsentOrNull_takesTheDefaultsOfTheClass() {
    SchedulerConfig ddim =
        Configs.read("{'_class_name': 'DDIMScheduler', 'trained_betas': null, 'x': [1]}");
    SchedulerConfig euler = Configs.read("{'_class_name': 'EulerDiscreteScheduler'}");

    assertEquals(SchedulerKind.DDIM, ddim.kind());
    assertEquals(TimestepSpacing.LEADING, ddim.spacing());
    assertEquals(PredictionType.EPSILON, ddim.prediction());
    assertTrue(ddim.clipSample());
    assertTrue(ddim.alphaToOne());
    assertEquals(1000, ddim.trainedSteps());
    assertEquals(SchedulerKind.EULER, euler.kind());
    assertEquals(TimestepSpacing.LINSPACE, euler.spacing());
    assertFalse(euler.clipSample());
  }

  @Test
  void kind_whenTheClassIsNoneOfOurs_saysHowToNameOne() {
    SchedulerConfig config =
        Configs.read("{'_class_name': 'PNDMScheduler', 'skip_prk_steps': true}");

    Refusal refused = assertThrows(Refusal.class, config::kind);
    assertTrue(refused.getMessage().contains("PNDMScheduler"), refused.getMessage());
    assertTrue(refused.remedy().contains("scheduler=ddim"), refused.remedy());
    assertEquals(2, Scheduler.of(SchedulerKind.named("ddim"), config, 2, 0).steps());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "'beta_schedule': 'sigmoid' | beta_schedule | linear, scaled_linear",
        "'prediction_type': 'flow' | prediction_type | v_prediction",
        "'timestep_spacing': 'log' | timestep_spacing | trailing",
        "'trained_betas': [0.1] | trained_betas | null",
        "'thresholding': true | thresholding | false",
        "'use_karras_sigmas': true | use_karras_sigmas | false",
        "'final_sigmas_type': 'sigma_min' | final_sigmas_type | zero",
        "'beta_start': 0 | beta_start | between 0 and 1",
        "'beta_end': 1.5 | beta_end | between 0 and 1",
        "'beta_end': 'x' | beta_end | between 0 and 1",
        "'num_train_timesteps': 0 | num_train_timesteps | from 1 to 100000",
        "'num_train_timesteps': 10.5 | num_train_timesteps | from 1 to 100000",
        "'steps_offset': 1000 | steps_offset | from 0 to 999",
        "'clip_sample': 'yes' | clip_sample | true or false",
        "'clip_sample_range': -1 | clip_sample_range | above 0",
        "'prediction_type': 3 | prediction_type | a text"
      })
  void read_whenAValueIsNotSupported_namesFieldValueAndWhatIs(
      String fields, String field, String supported) {
    Refusal refused = assertThrows(Refusal.class, () -> Configs.with(fields));
    String value = fields.substring(fields.indexOf(':') + 2).replace('\'', '"');

    assertEquals("unusable_scheduler", refused.code());
    assertTrue(
        refused.getMessage().startsWith("scheduler_config.json: " + field + " is " + value),
        refused.getMessage());
    assertTrue(refused.getMessage().contains(supported), refused.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{", "3", "{'a': }"})
  void read_whenItIsNoObject_isRefused(String json) {
    Refusal refused = assertThrows(Refusal.class, () -> Configs.read(json));
    assertTrue(refused.getMessage().startsWith("scheduler_config.json is not"));
  }

  @Test
  void timesteps_followTheThreeSpacings() {
    // Table 2 of Lin et al. 2023, for 10 of 1,000 steps and counted from 0.
    assertEquals(
        List.of(999L, 899L, 799L, 699L, 599L, 499L, 399L, 299L, 199L, 99L),
        TimestepSpacing.TRAILING.timesteps(1000, 10, 7));
    assertEquals(
        List.of(901L, 801L, 701L, 601L, 501L, 401L, 301L, 201L, 101L, 1L),
        TimestepSpacing.LEADING.timesteps(1000, 10, 1));
    assertEquals(
        List.of(999L, 888L, 777L, 666L, 555L, 444L, 333L, 222L, 111L, 0L),
        TimestepSpacing.LINSPACE.timesteps(1000, 10, 7));
  }

  @Test
  void timesteps_alwaysFallAndStayWithinTheTraining() {
    for (TimestepSpacing spacing : TimestepSpacing.values()) {
      for (int steps = 1; steps <= 1000; steps++) {
        var timesteps = spacing.timesteps(1000, steps, 0);
        assertEquals(steps, timesteps.size());
        for (int i = 0; i < steps; i++) {
          long above = i == 0 ? 1000 : timesteps.get(i - 1);
          assertTrue(timesteps.get(i) >= 0 && timesteps.get(i) < above, spacing + " " + steps);
        }
      }
    }
  }
}
