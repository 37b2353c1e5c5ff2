package io.mainstay.runtime.chaos;

import io.mainstay.actors.recovery.ErrorNames;
import java.io.IOException;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;

/**
 * Something that can be brought about for real, with the error that the node must make of it.
 * Nothing here tells the node which error that is. {@link Conditions} has all of them.
 */
public final class Condition {
  private final String wireName;
  private final ErrorNames error;
  private final Set<ErrorNames> also;
  private final Set<Need> needs;
  private final Setup setup;
  private final Set<Trait> traits;
  private final String alone;
  private final Causer causer;
  private final Mender mender;

  private enum Trait {
    FIRES_WITH_BATCH,
    IN_ITS_WORKER,
    MUST_END,
    ENDS_A_PROCESS,
    NOT_IN_STORMS,
    OF_ITS_DEVICE,
    SAID_AFTERWARDS
  }

  private Condition(Builder from, Causer causer) {
    this.wireName = from.wireName;
    this.error = from.error;
    this.also = Set.copyOf(from.also);
    this.needs = Set.copyOf(from.needs);
    this.setup = from.setup;
    this.traits = Set.copyOf(from.traits);
    this.alone = from.alone;
    this.causer = causer;
    this.mender = from.mender;
  }

  /** Describes one. */
  static final class Builder {
    private final String wireName;
    private final ErrorNames error;
    private final Set<ErrorNames> also = EnumSet.noneOf(ErrorNames.class);
    private final Set<Need> needs = EnumSet.noneOf(Need.class);
    private final Set<Trait> traits = EnumSet.noneOf(Trait.class);
    private Setup setup = Setup.COMMON;
    private String alone;
    private Mender mender = Mender.NOTHING;

    private Builder(String wireName, ErrorNames error) {
      this.wireName = wireName;
      this.error = error;
      this.alone = wireName;
    }

    /** What must be there for it. */
    Builder needs(Need... wanted) {
      needs.addAll(Set.of(wanted));
      return this;
    }

    /** What the node may make of it as well. */
    Builder also(ErrorNames other) {
      also.add(other);
      return this;
    }

    /** The node that it is brought about on. */
    Builder on(Setup wanted) {
      setup = wanted;
      return this;
    }

    /** It holds only once its worker gets a batch. */
    Builder firesWithBatch() {
      traits.add(Trait.FIRES_WITH_BATCH);
      return inItsWorker();
    }

    /** The worker that serves then is told to do it: nothing comes of it if that one dies first. */
    Builder inItsWorker() {
      traits.add(Trait.IN_ITS_WORKER);
      return this;
    }

    /** Only its end lets the node recover; otherwise the node recovers while it lasts. */
    Builder mustEnd() {
      traits.add(Trait.MUST_END);
      return this;
    }

    /** A process ends or its stream breaks: it is found within milliseconds. */
    Builder endsAProcess() {
      traits.add(Trait.ENDS_A_PROCESS);
      return this;
    }

    /** It lasts too long, or changes too much, to be one of many. */
    Builder notInStorms() {
      traits.add(Trait.NOT_IN_STORMS);
      return this;
    }

    /** What is seen of it is about the device that it was drawn for, if about any. */
    Builder ofItsDevice() {
      traits.add(Trait.OF_ITS_DEVICE);
      return this;
    }

    /** The node can journal it only once it is over. */
    Builder saidAfterwards() {
      traits.add(Trait.SAID_AFTERWARDS);
      return mustEnd();
    }

    /** None that says the same is brought about while it lasts: they would be one. */
    Builder aloneWith(String what) {
      alone = what;
      return this;
    }

    /** How it is taken away again. */
    Builder endedBy(Mender wanted) {
      mender = wanted;
      return this;
    }

    /** How it is brought about. */
    Condition by(Causer causer) {
      return new Condition(this, causer);
    }
  }

  static Builder named(String wireName, ErrorNames error) {
    return new Builder(wireName, error);
  }

  /** Such as {@code worker-killed}. */
  public String wireName() {
    return wireName;
  }

  /** What the node must call it. */
  public ErrorNames error() {
    return error;
  }

  /** Its name in the catalog. */
  public String code() {
    return error.code();
  }

  /** Whether an error of that name is what the node may make of it. */
  boolean isSeenAs(String named) {
    return named.equals(code()) || also.stream().anyMatch(other -> named.equals(other.code()));
  }

  /** What must be there for it. */
  public Set<Need> needs() {
    return needs;
  }

  /** The node that it is brought about on. */
  public Setup setup() {
    return setup;
  }

  /** Whether it holds only once its worker gets a batch. */
  boolean firesWithBatch() {
    return traits.contains(Trait.FIRES_WITH_BATCH);
  }

  /** Whether nothing comes of it if the worker that serves then dies first. */
  boolean isInItsWorker() {
    return traits.contains(Trait.IN_ITS_WORKER);
  }

  /** Whether the other one is not to be brought about while it lasts. */
  boolean excludes(Condition other) {
    return alone.equals(other.alone);
  }

  /** Whether only its end lets the node recover; otherwise the node recovers while it lasts. */
  boolean mustEnd() {
    return traits.contains(Trait.MUST_END);
  }

  /** Whether a process ends or its stream breaks: such a fault is held to milliseconds. */
  public boolean endsAProcess() {
    return traits.contains(Trait.ENDS_A_PROCESS);
  }

  /** Whether a fault about another device is none of its. */
  boolean isOfItsDevice() {
    return traits.contains(Trait.OF_ITS_DEVICE);
  }

  /** Whether the node can journal it only once it is over: it is taken away without waiting. */
  boolean isSaidAfterwards() {
    return traits.contains(Trait.SAID_AFTERWARDS);
  }

  /** Whether a storm may draw it. */
  boolean ofStorms() {
    return setup == Setup.COMMON && !traits.contains(Trait.NOT_IN_STORMS);
  }

  Instant bring(ChaosStage stage, String device) throws IOException {
    return causer.bring(stage, device);
  }

  void mend(ChaosStage stage, String device) throws IOException {
    mender.mend(stage, device);
  }

  @Override
  public String toString() {
    return wireName;
  }
}
