package io.mainstay.actors.degradation;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import io.mainstay.actors.recovery.catalog.CatalogName;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/** Reads one definition; anything that is not exactly right is told with file and line. */
final class DefinitionReader {
  private static final Set<String> COMMON =
      Set.of(
          "triggers",
          "least-stay",
          "quiet",
          "off",
          "way-back",
          "gpu-stays-when",
          "work",
          "models",
          "inference",
          "devices",
          "memory",
          "safety");
  private static final Set<String> WORK =
      Set.of(
          "sessions-max",
          "sessions-share",
          "intake-share",
          "batch-max",
          "batch-share",
          "session-time-max",
          "time-factor");
  private static final Set<String> MODELS = Set.of("bytes-max", "resident-max", "loads-max");
  private static final Set<String> INFERENCE = Set.of("side-max", "time-max", "reduced-precision");
  private static final Set<String> DEVICES = Set.of("use-max");
  private static final Set<String> MEMORY =
      Set.of("cache-share", "allocation-max", "sample-every", "cleanup-factor");
  private static final Set<String> SAFETY =
      Set.of("safety-margin", "quality-margin", "conservative");

  private final ConfigObject object;
  private final Config fields;

  private DefinitionReader(ConfigObject object) {
    this.object = object;
    this.fields = object.toConfig();
  }

  /**
   * @param tested whether a node is tested at all before it leaves a mode
   */
  static ModeDefinition mode(ConfigObject object, boolean tested) {
    known(object, COMMON, Set.of());
    return new DefinitionReader(object).read(tested);
  }

  static ModeDefinition part(ConfigObject object, boolean tested) {
    known(object, COMMON, Set.of("of", "gate"));
    return new DefinitionReader(object).read(tested);
  }

  private ModeDefinition read(boolean tested) {
    try {
      return new ModeDefinition(
          names("triggers", ModeTrigger.class),
          notNegative("least-stay"),
          notNegative("quiet"),
          gated(),
          tested ? wayBack() : WayBack.NONE,
          OffLimits.checked(
              new Restrictions(
                  Set.of(),
                  work(section("work", WORK)),
                  models(section("models", MODELS)),
                  inference(section("inference", INFERENCE)),
                  devices(section("devices", DEVICES)),
                  memory(section("memory", MEMORY)),
                  safety(section("safety", SAFETY)),
                  names("off", Operation.class),
                  Set.of())),
          names("gpu-stays-when", ModeTrigger.class));
    } catch (IllegalArgumentException outside) {
      throw new ConfigException.Generic(
          object.origin().description() + ": " + outside.getMessage(), outside);
    }
  }

  private boolean gated() {
    String gate = fields.hasPath("gate") ? fields.getString("gate") : "none";
    if (!gate.equals("none") && !gate.equals("manual")) {
      throw new IllegalArgumentException("gate is '" + gate + "'; allowed are none and manual");
    }
    return gate.equals("manual");
  }

  private WayBack wayBack() {
    if (!fields.hasPath("way-back")) {
      return WayBack.NONE;
    }
    String name = fields.getString("way-back");
    return CatalogName.find(WayBack.class, name)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "way-back is '" + name + "'; allowed are none, resources and full"));
  }

  private Duration notNegative(String name) {
    Duration value = fields.getDuration(name);
    if (value.isNegative()) {
      throw new IllegalArgumentException(name + " is " + value + "; allowed is 0 or more");
    }
    return value;
  }

  private <E extends Enum<E> & CatalogName> Set<E> names(String list, Class<E> type) {
    Set<E> found = EnumSet.noneOf(type);
    if (!fields.hasPath(list)) {
      return found;
    }
    for (ConfigValue value : fields.getList(list)) {
      String name = String.valueOf(value.unwrapped());
      found.add(
          CatalogName.find(type, name)
              .orElseThrow(
                  () ->
                      new ConfigException.BadValue(
                          value.origin(), list, "'" + name + "' is known to no code")));
    }
    return found;
  }

  private Config section(String name, Set<String> allowed) {
    if (!object.containsKey(name)) {
      return ConfigFactory.empty();
    }
    ConfigObject section = fields.getObject(name);
    known(section, allowed, Set.of());
    return section.toConfig();
  }

  private static WorkLimits work(Config at) {
    WorkLimits none = WorkLimits.NONE;
    return new WorkLimits(
        at.hasPath("sessions-max") ? at.getInt("sessions-max") : none.sessionsMax(),
        number(at, "sessions-share", none.sessionsShare()),
        number(at, "intake-share", none.intakeShare()),
        at.hasPath("batch-max") ? at.getInt("batch-max") : none.batchMax(),
        number(at, "batch-share", none.batchShare()),
        time(at, "session-time-max", none.sessionTimeMax()),
        number(at, "time-factor", none.timeFactor()));
  }

  private static ModelLimits models(Config at) {
    ModelLimits none = ModelLimits.NONE;
    return new ModelLimits(
        at.hasPath("bytes-max") ? at.getBytes("bytes-max") : none.bytesMax(),
        at.hasPath("resident-max") ? at.getInt("resident-max") : none.residentMax(),
        at.hasPath("loads-max") ? at.getInt("loads-max") : none.loadsMax());
  }

  private static InferenceLimits inference(Config at) {
    InferenceLimits none = InferenceLimits.NONE;
    return new InferenceLimits(
        at.hasPath("side-max") ? at.getInt("side-max") : none.sideMax(),
        time(at, "time-max", none.timeMax()),
        flag(at, "reduced-precision"));
  }

  private static DeviceLimits devices(Config at) {
    return new DeviceLimits(number(at, "use-max", 1), Set.of());
  }

  private static MemoryLimits memory(Config at) {
    MemoryLimits none = MemoryLimits.NONE;
    return new MemoryLimits(
        number(at, "cache-share", none.cacheShare()),
        at.hasPath("allocation-max") ? at.getBytes("allocation-max") : none.allocationMax(),
        time(at, "sample-every", none.sampleEvery()),
        number(at, "cleanup-factor", none.cleanupFactor()));
  }

  private static SafetyLimits safety(Config at) {
    return new SafetyLimits(
        number(at, "safety-margin", 0), number(at, "quality-margin", 0), flag(at, "conservative"));
  }

  private static double number(Config at, String name, double otherwise) {
    return at.hasPath(name) ? at.getDouble(name) : otherwise;
  }

  private static Duration time(Config at, String name, Duration otherwise) {
    return at.hasPath(name) ? at.getDuration(name) : otherwise;
  }

  private static boolean flag(Config at, String name) {
    return at.hasPath(name) && at.getBoolean(name);
  }

  private static void known(ConfigObject object, Set<String> fields, Set<String> more) {
    for (String name : object.keySet()) {
      if (!fields.contains(name) && !more.contains(name)) {
        throw new ConfigException.BadValue(
            object.get(name).origin(), name, "no code reads this field");
      }
    }
  }
}
