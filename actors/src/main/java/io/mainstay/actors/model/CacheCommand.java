package io.mainstay.actors.model;

import akka.actor.typed.ActorRef;
import akka.pattern.StatusReply;
import io.mainstay.actors.model.report.CachedModel;
import java.util.List;

/** What recovery asks about the files that the model domain keeps of models. Node-local. */
public sealed interface CacheCommand extends ModelCommand {
  /**
   * Reads the files of a model, or of all, anew and changes nothing: checksums and headers. Refused
   * if there is no such model.
   *
   * @param modelId empty for all
   */
  record Inspect(String modelId, ActorRef<StatusReply<Inspected>> replyTo)
      implements CacheCommand {}

  /** Reply to {@link Inspect}. */
  record Inspected(List<CachedModel> models) {
    public Inspected {
      models = List.copyOf(models);
    }
  }

  /**
   * Makes the damaged files of a model anew from where they came, looks at all of them again, and
   * has the registry follow: a model that is sound again is one that can be loaded. Answered with
   * what was found then; of a model whose files are the originals nothing is changed.
   */
  record Rebuild(String modelId, ActorRef<StatusReply<CachedModel>> replyTo)
      implements CacheCommand {}

  /**
   * Failed loads of the model are forgotten: who asks for it next is answered by a load, not by the
   * memory of one.
   */
  record Retry(String modelId, ActorRef<akka.Done> replyTo) implements CacheCommand {}

  /**
   * Lets go of what is read ahead of models that no device holds or that are broken, and orders the
   * rest by use, so that the one used longest ago goes first when room is needed.
   */
  record Arrange(ActorRef<Arranged> replyTo) implements CacheCommand {}

  /**
   * Reply to {@link Arrange}.
   *
   * @param order models that are read ahead, the one used longest ago first
   * @param releasedBytes that are not read ahead any more
   */
  record Arranged(List<String> order, long releasedBytes) {
    public Arranged {
      order = List.copyOf(order);
    }
  }
}
