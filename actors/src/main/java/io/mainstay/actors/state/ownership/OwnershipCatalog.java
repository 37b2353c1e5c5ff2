package io.mainstay.actors.state.ownership;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Every field of shared state with its owner: the fields from {@code mainstay.ownership}, the rest
 * from the declaration in code. Immutable.
 */
public final class OwnershipCatalog {
  private static final String PATH = "mainstay.ownership";

  private record Place(StateDomain domain, Side side, String group, String field) {
    @Override
    public String toString() {
      return PATH + "." + lower(domain) + "." + lower(side) + "." + group + "." + field;
    }
  }

  private record Holder(Class<?> type, Owned declaration) {}

  private final List<OwnedField> fields;

  private OwnershipCatalog(List<OwnedField> fields) {
    this.fields = List.copyOf(fields);
  }

  /**
   * Reads the catalog and the declarations.
   *
   * @throws ConfigException if a field has no declaration, two, or one that names no field
   */
  public static OwnershipCatalog load(Config config) {
    Map<Place, Holder> declared = declarations();
    List<OwnedField> fields = new ArrayList<>();
    for (StateDomain domain : StateDomain.values()) {
      for (Side side : Side.values()) {
        ConfigObject groups = config.getObject(PATH + "." + lower(domain) + "." + lower(side));
        for (String group : groups.keySet().stream().sorted().toList()) {
          ConfigObject texts = groups.toConfig().getObject(group);
          for (String field : texts.keySet().stream().sorted().toList()) {
            Place place = new Place(domain, side, group, field);
            Holder holder = declared.remove(place);
            if (holder == null) {
              throw new ConfigException.BadValue(
                  texts.get(field).origin(),
                  place.toString(),
                  "no type declares that it holds this field; add @Owned where it is, or remove"
                      + " it");
            }
            fields.add(field(place, holder, texts.toConfig().getString(field)));
          }
        }
      }
    }
    if (!declared.isEmpty()) {
      Map.Entry<Place, Holder> stray = declared.entrySet().iterator().next();
      Place place = stray.getKey();
      throw new ConfigException.BadValue(
          nearest(config, place),
          place.toString(),
          stray.getValue().type().getName()
              + " declares that it holds this field, and it is not there; add it, or remove it"
              + " from @Owned");
    }
    return new OwnershipCatalog(fields);
  }

  /** Names of the classes whose declarations are read. */
  public static List<String> declaringTypes() {
    return OwnedTypes.NAMES;
  }

  /** All fields, by domain, then the orchestrator's before the worker's, then by group. */
  public List<OwnedField> fields() {
    return fields;
  }

  private static Map<Place, Holder> declarations() {
    Map<Place, Holder> declared = new LinkedHashMap<>();
    for (Class<?> type : OwnedTypes.load()) {
      for (Owned owned : type.getAnnotationsByType(Owned.class)) {
        for (String field : owned.fields()) {
          Place place = new Place(owned.domain(), owned.side(), owned.group(), field);
          Holder other = declared.put(place, new Holder(type, owned));
          if (other != null) {
            throw new ConfigException.Generic(
                place
                    + " is declared by two types, "
                    + other.type().getName()
                    + " and "
                    + type.getName()
                    + "; a field has one owner");
          }
        }
      }
    }
    return declared;
  }

  private static OwnedField field(Place place, Holder holder, String what) {
    Class<?> held = holder.declaration().held();
    return new OwnedField(
        place.domain(),
        place.side(),
        place.group(),
        place.field(),
        what,
        (held == void.class ? holder.type() : held).getSimpleName(),
        Writers.of(holder.type().getPackageName()),
        holder.declaration().note());
  }

  /** Where the field would be: its group, or its side if the whole group is missing. */
  private static ConfigOrigin nearest(Config config, Place place) {
    String side = PATH + "." + lower(place.domain()) + "." + lower(place.side());
    String group = side + "." + place.group();
    return config.getObject(config.hasPath(group) ? group : side).origin();
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
