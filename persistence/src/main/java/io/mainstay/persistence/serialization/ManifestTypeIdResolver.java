package io.mainstay.persistence.serialization;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.DatabindContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.jsontype.impl.TypeIdResolverBase;
import java.io.IOException;

/** Names journaled objects inside others, such as events in a snapshot, by their manifests. */
public final class ManifestTypeIdResolver extends TypeIdResolverBase {
  @Override
  public String idFromValue(Object value) {
    return EventManifests.current().nameOf(value.getClass());
  }

  @Override
  public String idFromValueAndType(Object value, Class<?> suggestedType) {
    return value == null ? EventManifests.current().nameOf(suggestedType) : idFromValue(value);
  }

  @Override
  public JavaType typeFromId(DatabindContext context, String id) throws IOException {
    Class<? extends JournalEvent> type =
        EventManifests.current()
            .classOf(id)
            .orElseThrow(() -> new IOException("No event has the manifest '" + id + "'"));
    return context.constructType(type);
  }

  @Override
  public JsonTypeInfo.Id getMechanism() {
    return JsonTypeInfo.Id.CUSTOM;
  }
}
