package io.mainstay.runtime.bench;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a benchmark found; {@code -o json} prints it as it is.
 *
 * @param commit of the checkout, or unknown
 * @param machine processor, cores, Java
 * @param runs how often the measured thing was done, on each side
 * @param results percentiles by name
 * @param counts what was counted, such as requests lost
 * @param ratios of two medians or rates, by name
 * @param names of what was counted, where they matter
 */
public record BenchDocument(
    String bench,
    String commit,
    String machine,
    long runs,
    Map<String, Figure> results,
    Map<String, Long> counts,
    Map<String, Double> ratios,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, List<String>> names) {
  /** One where no names matter. */
  public BenchDocument(
      String bench,
      String commit,
      String machine,
      long runs,
      Map<String, Figure> results,
      Map<String, Long> counts,
      Map<String, Double> ratios) {
    this(bench, commit, machine, runs, results, counts, ratios, Map.of());
  }

  /** How many were counted under that name; none if nothing was. */
  public long counted(String name) {
    return counts.getOrDefault(name, 0L);
  }

  /** Percentiles in that unit; of a rate, the better half and the worst of all rounds. */
  public record Figure(double p50, double p99, String unit) {}

  /** Collects a document in the order of its figures. */
  static final class Builder {
    private final String bench;
    private final Map<String, Figure> results = new LinkedHashMap<>();
    private final Map<String, Long> counts = new LinkedHashMap<>();
    private final Map<String, Double> ratios = new LinkedHashMap<>();
    private final Map<String, List<String>> names = new LinkedHashMap<>();

    Builder(String bench) {
      this.bench = bench;
    }

    Builder figure(String name, Figure figure) {
      results.put(name, figure);
      return this;
    }

    Builder count(String name, long count) {
      counts.put(name, count);
      return this;
    }

    Builder ratio(String name, double over, double under) {
      ratios.put(name, Math.round(over / under * 1000) / 1000.0);
      return this;
    }

    /** Names, and how many there are. */
    Builder named(String name, Collection<String> all) {
      names.put(name, List.copyOf(all));
      return count(name, all.size());
    }

    BenchDocument build(long runs) {
      return new BenchDocument(
          bench, Machine.commit(), Machine.description(), runs, results, counts, ratios, names);
    }
  }
}
