package io.mainstay.runtime.bench;

import ai.onnxruntime.OrtException;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.gateway.GatewayRequest.Param;
import io.mainstay.actors.inference.TextModels;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.postprocessing.image.PicturePipeline;
import io.mainstay.actors.processing.ProcessingSettings;
import io.mainstay.actors.processing.image.TextToImageProgram;
import io.mainstay.actors.processing.recipe.ModelNeeds;
import io.mainstay.actors.processing.recipe.Recipe;
import io.mainstay.actors.processing.recipe.Recipes;
import io.mainstay.actors.processing.template.Templates;
import io.mainstay.persistence.session.BlobRef;
import io.mainstay.persistence.session.DocumentRange;
import io.mainstay.persistence.session.Workflow;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The other side of the comparison: the recipe and the programs of a node, computed in this process
 * with nobody to supervise them and nothing durable. One caller at a time.
 */
final class InProcessPictures implements AutoCloseable {
  private final TextModels textModels;
  private final Recipes recipes;
  private final MemoryArtifacts artifacts = new MemoryArtifacts();
  private final Workflow workflow;
  private final Map<String, ModelDescriptor> models;
  private final InProcessWorker worker;

  private InProcessPictures(BenchNode node, Path scratch, ImageBench.Order order)
      throws OrtException {
    Config config = ConfigFactory.load();
    ProcessingSettings settings = ProcessingSettings.of(config);
    this.textModels = new TextModels(scratch);
    this.recipes = settings.recipes(artifacts, textModels);
    Workflow asked =
        new Templates(settings.templates())
            .parse(
                "text-to-image",
                List.of(
                    new Param("model", order.model()),
                    new Param("steps", Integer.toString(order.steps())),
                    new Param("batch-size", Integer.toString(order.batch()))));
    this.models = new LinkedHashMap<>();
    ModelNeeds needs = recipes.needs(asked);
    Stream.concat(needs.required().stream(), needs.optional().stream())
        .forEach(id -> models.put(id, node.model(id)));
    this.workflow = recipes.completed(asked, models);
    this.worker = new InProcessWorker(List.copyOf(models.values()));
  }

  /** Loads the models that the node resolves. */
  static InProcessPictures open(BenchNode node, Path scratch, ImageBench.Order order)
      throws OrtException {
    return new InProcessPictures(node, scratch, order);
  }

  /** Makes them, one batch after another, and answers their PNG files, in order. */
  List<byte[]> make(List<String> prompts) throws OrtException {
    byte[] text = String.join("\n", prompts).getBytes(StandardCharsets.UTF_8);
    BlobRef input = artifacts.put("bench", "prompts.txt", text);
    Recipe recipe = recipes.open(workflow, List.of(input), models);
    List<byte[]> files = new ArrayList<>();
    int batch = workflow.batchDocuments();
    for (int from = 0; from < prompts.size(); from += batch) {
      DocumentRange range = new DocumentRange(from, Math.min(prompts.size(), from + batch));
      TextToImageProgram made = (TextToImageProgram) worker.run(recipe.begin(range));
      ((PicturePipeline) made.rest()).verdicts().forEach(verdict -> files.add(verdict.png()));
    }
    return files;
  }

  @Override
  public void close() throws OrtException {
    worker.close();
    textModels.close();
  }
}
