package io.mainstay.runtime.bench;

import ai.onnxruntime.OrtException;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.model.text.TextTokenizer;
import io.mainstay.client.MainstayClient;
import io.mainstay.runtime.cli.CliFailure;
import io.mainstay.runtime.cli.ProgressLine;
import io.mainstay.runtime.cli.Terminal;
import io.mainstay.runtime.node.DeviceList;
import io.mainstay.runtime.node.TemporaryNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The supervised paths beside the same ONNX Runtime in this process: same model file, inputs,
 * tokenizer, pooling and threads, in one run, in alternating blocks.
 */
public final class InferenceBench {
  private static final int[] TOKENS = {16, 128};
  private static final int TEXTS = 64;

  private final Terminal terminal;
  private final BenchSettings settings;

  public InferenceBench(Terminal terminal, BenchSettings settings) {
    this.terminal = terminal;
    this.settings = settings;
  }

  /** Runs it: latencies on one device, since a caller in this process has one session as well. */
  public BenchDocument run() throws IOException {
    BenchDocument.Builder document = new BenchDocument.Builder("inference");
    on(
        1,
        (node, client, model, tokenizer, scratch) -> {
          try (InProcessModel inProcess = new InProcessModel(model, tokenizer)) {
            for (int tokens : TOKENS) {
              latencies(document, node, inProcess, tokenizer, tokens);
            }
          }
          for (int tokens : TOKENS) {
            List<String> texts = new BenchTexts().ofTokens(tokenizer, tokens, TEXTS);
            new DurableItems(client, scratch, settings).measure(document, tokens, texts);
          }
          ArenaCopy.measure(document, scratch);
        });
    on(
        2,
        (node, client, model, tokenizer, scratch) ->
            new Throughput(client, scratch, settings)
                .measure(document, model, tokenizer, terminal));
    return document.build((long) settings.blocks() * settings.blockCalls());
  }

  /** What is measured on one node. */
  @FunctionalInterface
  private interface Part {
    void run(
        BenchNode node,
        MainstayClient client,
        ModelDescriptor model,
        TextTokenizer tokenizer,
        Path scratch)
        throws IOException, OrtException;
  }

  private void on(int devices, Part part) throws IOException {
    try (TemporaryNode temporary =
            TemporaryNode.start("inference", DeviceList.hocon(devices, "none"), List.of());
        MainstayClient client = MainstayClient.connect(temporary.address())) {
      BenchNode node = new BenchNode(temporary.node());
      ModelDescriptor model = node.model();
      try (TextTokenizer tokenizer =
          TextTokenizer.open(model.tokenizer(), model.text().tokensMax(), temporary.scratch())) {
        part.run(node, client, model, tokenizer, temporary.scratch());
      }
    } catch (OrtException e) {
      throw CliFailure.failed(
          "ONNX Runtime in this process failed, " + e.getMessage(), "run `mainstay doctor`", e);
    }
  }

  private void latencies(
      BenchDocument.Builder document,
      BenchNode node,
      InProcessModel inProcess,
      TextTokenizer tokenizer,
      int tokens)
      throws IOException, OrtException {
    List<String> texts = new BenchTexts().ofTokens(tokenizer, tokens, TEXTS);
    Latencies supervised = new Latencies();
    Latencies direct = new Latencies();
    try (ProgressLine progress = new ProgressLine(terminal, tokens + " tokens")) {
      supervisedBlock(node, texts, settings.warmUpCalls(), new Latencies());
      directBlock(inProcess, texts, settings.warmUpCalls(), new Latencies());
      for (int block = 0; block < settings.blocks(); block++) {
        supervisedBlock(node, texts, settings.blockCalls(), supervised);
        directBlock(inProcess, texts, settings.blockCalls(), direct);
        progress.show(block + 1, settings.blocks(), "blocks of each side");
      }
    }
    document
        .figure("infer" + tokens + "Tokens", supervised.figure())
        .figure("inProcess" + tokens + "Tokens", direct.figure())
        .ratio("infer" + tokens + "TokensP50", supervised.millis(50), direct.millis(50))
        .ratio("infer" + tokens + "TokensP99", supervised.millis(99), direct.millis(99))
        .count("differentBits" + tokens + "Tokens", differences(node, inProcess, texts));
  }

  private static void supervisedBlock(
      BenchNode node, List<String> texts, int calls, Latencies latencies) {
    for (int call = 0; call < calls; call++) {
      long began = System.nanoTime();
      BenchNode.await(node.embed(texts.get(call % texts.size())));
      latencies.recordNanos(System.nanoTime() - began);
    }
  }

  private static void directBlock(
      InProcessModel model, List<String> texts, int calls, Latencies latencies)
      throws OrtException {
    for (int call = 0; call < calls; call++) {
      long began = System.nanoTime();
      model.embed(List.of(texts.get(call % texts.size())));
      latencies.recordNanos(System.nanoTime() - began);
    }
  }

  /** Texts whose embedding differs between the two sides: the comparison is of the same work. */
  private static long differences(BenchNode node, InProcessModel model, List<String> texts)
      throws OrtException {
    long different = 0;
    for (String text : texts) {
      List<Float> supervised = BenchNode.await(node.embed(text)).embedding();
      if (!supervised.equals(model.embed(List.of(text)).row(0))) {
        different++;
      }
    }
    return different;
  }
}
